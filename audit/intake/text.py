"""Delimited text: encodings, separators, quotation marks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from audit.intake.sheets import Cell, Delivery, Note, Sheet, filled
from audit.intake.words import Place, RefusedError, fault

Matched = Callable[[Sequence[Cell]], int]
"""How many declared columns a row names."""
_SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon"}
_LOOKED_AT = 40


def read_text(content: bytes, shown: str, matched: Matched) -> Delivery:
    """One sheet of delimited text.  Raises RefusedError."""
    decoded = decode(content)
    if decoded is None or "\x00" in decoded[0]:
        raise RefusedError(fault("not_text", Place(shown)))
    text, encoding = decoded
    lines, declared = _declared_separator(text)
    separator = declared or max(_SEPARATORS, key=lambda candidate: _score(lines, candidate, matched))
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    first = 2 if declared else 1
    number = first - 1
    try:
        # Strict: an unclosed quotation mark would otherwise swallow the rows after it without a word.
        for number, row in enumerate(
            csv.reader(io.StringIO(lines, newline=""), delimiter=separator, strict=True), first
        ):
            if any(row):
                rows.append((number, tuple(row)))
    except csv.Error as error:
        raise RefusedError(fault("not_csv", Place(shown, row=number + 1), error=error)) from None
    notes = [] if encoding == "UTF-8" else [Note("encoding", encoding, "UTF-8")]
    if separator != ",":
        notes.append(Note("separator", _SEPARATORS.get(separator, separator), "comma"))
    return Delivery((Sheet("", filled(rows)),), tuple(notes))


def decode(content: bytes) -> tuple[str, str] | None:
    """The text and the name of its encoding, or None.

    A byte order mark decides; without one UTF-8 is tried before GB18030, which accepts almost anything.
    """
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for codec, name in (("utf-16", "UTF-16"),) if marked else (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return content.decode(codec), name
        except UnicodeDecodeError:
            continue
    return None


def _declared_separator(text: str) -> tuple[str, str]:
    """Excel's own first line `sep=;`, taken off."""
    if text[:4].lower() == "sep=" and text[4:5] and text[5:6] in ("\r", "\n"):
        return text[5:].removeprefix("\r").removeprefix("\n"), text[4]
    return text, ""


def _score(text: str, separator: str, matched: Matched) -> int:
    best = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            best = max(best, matched(row))
            if number >= _LOOKED_AT:
                break
    except csv.Error:
        pass
    return best
