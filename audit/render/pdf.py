"""The appendix for signing and archiving: PDF/A-3a and PDF/UA-1 by Typst, from wheels alone (D-74)."""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.errors import AuditError
from audit.render.charts import Chart
from audit.render.document import Document
from audit.render.fonts import missing_everywhere, paper_fonts
from audit.render.marks import INKS

_TEMPLATE = Path(__file__).parent / "appendix.typ"
_CJK = re.compile(r"[\u3400-\u9fff]")
_LONG = 900  # characters from which a row may run over a page's end
_KINDS = {".json": "application/json", ".csv": "text/csv", ".tsr": "application/timestamp-reply"}


def document_pdf(document: Document, charts: Mapping[str, Chart], attachments: Mapping[str, bytes]) -> bytes:
    """The document with `attachments`, by file name.  The same document gives the same bytes.

    Raises AuditError for a character that no font can draw, and when Typst refuses the document.
    """
    import typst

    content = _content(document, charts, attachments)
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        (root / "fonts").mkdir()
        for font in paper_fonts():
            (root / "fonts" / font.name).symlink_to(font)
        for place, chart in enumerate(charts.values()):
            (root / f"chart-{place}.svg").write_bytes(chart.svg)
        for place, attached in enumerate(attachments.values()):
            (root / f"attachment-{place}").write_bytes(attached)
        (root / "document.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        (root / "main.typ").write_bytes(_TEMPLATE.read_bytes())
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(root / "fonts")])
        try:
            made_pdf = typst.compile(
                str(root / "main.typ"),
                root=str(root),
                font_paths=fonts,
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["a-3a", "ua-1"],
                timestamp=int(datetime.fromisoformat(document.as_of).replace(tzinfo=UTC).timestamp()),
            )
        except typst.TypstError as error:
            raise AuditError(
                f"the appendix cannot be set as PDF: {error.message}",
                where="appendix.typ",
                remedy="report this together with data/2-proof/appendix.json",
            ) from None
    return bytes(made_pdf)


def _content(document: Document, charts: Mapping[str, Chart], attachments: Mapping[str, bytes]) -> dict[str, Any]:
    """document.json: the document with what a page needs to know, its text drawable, its links arriving."""
    content = document.model_dump(mode="json", by_alias=True)
    places = {id: f"p{number}" for number, id in enumerate(_ids(content))}
    files = {name: f"chart-{place}.svg" for place, name in enumerate(charts)}
    _fit(content, places, files)
    content["inks"] = INKS
    content["attachments"] = [
        {
            "name": name,
            "file": f"attachment-{place}",
            "relationship": "data" if name.endswith((".json", ".csv")) else "supplement",
            "mime": _KINDS.get(Path(name).suffix, "application/octet-stream"),
            "description": f"{name} ({document.code})",
        }
        for place, name in enumerate(attachments)
    ]
    missing = missing_everywhere(_texts(content))
    if missing:
        char, text = next((char, text) for text in _texts(content) for char in text if char in missing)
        raise AuditError(
            f"the appendix has no glyph for {', '.join(f'U+{ord(char):04X}' for char in missing[:5])}",
            where=f"U+{ord(char):04X} {unicodedata.name(char, '')} in {text[:60]!r}",
            remedy="write it in characters that Noto Serif CJK SC or DejaVu Sans has",
        )
    return content


def _ids(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if part.get("id"):
            yield part["id"]
        for value in part.values():
            yield from _ids(value)
    elif isinstance(part, list):
        for value in part:
            yield from _ids(value)


def _fit(part: Any, places: Mapping[str, str], files: Mapping[str, str]) -> None:
    """Make every text drawable and number the places; say which pieces are Chinese and which rows are long."""
    if isinstance(part, list):
        for value in part:
            _fit(value, places, files)
        return
    if not isinstance(part, dict):
        return
    for name, value in part.items():
        if isinstance(value, str):
            part[name] = drawable(value)
        else:
            _fit(value, places, files)
    if "look" in part:
        part["to"] = places.get(part["to"], "")
        part["zh"] = bool(_CJK.search(part["text"]))
        if part["look"] == "code":
            part["text"] = _breakable(part["text"])
    if "id" in part:
        part["id"] = places.get(part["id"], "")
    if "group" in part:
        part["long"] = _length(part["cells"]) > _LONG
    if "facts" in part and "tags" in part:
        part["long"] = _length(part["facts"]) > 2 * _LONG
    if part.get("kind") == "chart":
        part["file"] = files[part["name"]]
    for fold in part.get("folds", ()):
        fold["keys"] = []  # counted on paper, not listed


def _length(part: Any) -> int:
    return sum(len(text) for text in _texts(part))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from _texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _texts(value)


def drawable(text: str) -> str:
    """Text without what cannot be drawn and is no letter: control characters show as �, format characters go."""
    kinds = {"Cc": "�", "Cf": "", "Cs": "�", "Co": "�", "Cn": "�"}
    return "".join(
        char if char == "\n" else kinds.get(unicodedata.category(char), char) if not char.isprintable() else char
        for char in text
    )


def _breakable(code: str) -> str:
    """An identifier that may run over a line's end after its separators, and every sixteen characters of a digest."""
    parted = re.sub(r"([._/|:-])(?=.)", "\\1\u200b", code)
    return re.sub(r"([0-9a-f]{16})(?=[0-9a-f])", "\\1\u200b", parted)
