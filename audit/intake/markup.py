"""Tables of a web page, which many systems save under the name of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]
from lxml.html import HtmlElement, HTMLParser, document_fromstring  # type: ignore[import-untyped]

from audit.intake.sheets import Cell, Delivery, Note, Sheet, filled
from audit.intake.text import decode
from audit.intake.words import Place, RefusedError, fault

_MOST_SPANNED = 500
_START = re.compile(
    r"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|meta|body|table|style|div)\b", re.IGNORECASE | re.DOTALL
)


def is_markup(content: bytes) -> bool:
    """True when the content begins like a web page."""
    decoded = decode(content[:4096]) or decode(content[:4095]) or ("", "")
    return bool(_START.match(decoded[0]))


def read_markup(content: bytes, shown: str) -> Delivery:
    """Every table of a web page as a sheet.  Raises RefusedError."""
    decoded = decode(content)
    if decoded is None:
        raise RefusedError(fault("not_text", Place(shown)))
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = document_fromstring(decoded[0].encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError):
        raise RefusedError(fault("no_table", Place(shown))) from None
    sheets = tuple(_table(table, f"table {n}") for n, table in enumerate(root.iter("table"), start=1))
    if not sheets:
        raise RefusedError(fault("no_table", Place(shown)))
    notes = [] if decoded[1] == "UTF-8" else [Note("encoding", decoded[1], "UTF-8")]
    return Delivery(sheets, (*notes, Note("content", "HTML")))


def _table(table: HtmlElement, name: str) -> Sheet:
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    merges: list[tuple[int, int, int, int]] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(_own(table, "tr"), start=1):
        cells: list[Cell] = []
        for cell in _own(row, "td", "th"):
            while (number, len(cells)) in taken:
                cells.append(None)
            place, across, down = len(cells), _span(cell, "colspan"), _span(cell, "rowspan")
            if across > 1 or down > 1:
                merges.append((number, place, number + down - 1, place + across - 1))
                taken |= {(number + below, place + beside) for below in range(1, down) for beside in range(across)}
            cells += [_text(cell), *(None,) * (across - 1)]
        rows.append((number, tuple(cells)))
    return Sheet(name, filled(rows), merges=tuple(merges))


def _own(element: HtmlElement, *tags: str) -> Iterator[HtmlElement]:
    """The element's rows or cells, those of tables inside it left out."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag in ("thead", "tbody", "tfoot", "form"):
            yield from _own(child, *tags)


def _span(cell: HtmlElement, name: str) -> int:
    given = str(cell.get(name, "1")).strip()
    return min(int(given), _MOST_SPANNED) if given.isascii() and given.isdigit() and given != "0" else 1


def _text(cell: HtmlElement) -> str:
    for brk in cell.iter("br"):
        brk.tail = "\n" + (brk.tail or "")
    text = "".join(piece for piece in cell.itertext() if isinstance(piece, str))
    lines = (re.sub(r"[ \t\r]+", " ", line).strip(" ") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
