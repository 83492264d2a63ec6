"""From bytes to a grid of text: what a file is, is decided by its bytes and not by its name."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from audit.errors import DataFault

SUFFIXES = (".csv", ".xlsx", ".parquet")
_MAGIC = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
}
_EXPECTED = {".xlsx": b"PK\x03\x04", ".parquet": b"PAR1"}


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet as text; `rows` holds (row number as the spreadsheet shows it, cells)."""

    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class UnreadableError(Exception):
    """The file is not what its name says, or holds nothing; carries the fault."""

    def __init__(self, fault: DataFault) -> None:
        """`fault` names the file."""
        super().__init__(fault.line())
        self.fault = fault


def read_grid(path: Path, content: bytes, shown: str) -> Grid:
    """The first sheet of `content`, which was read from `path`.  Raises UnreadableError."""
    if not content.strip():
        raise UnreadableError(DataFault(shown, "the file is empty", "ask the department for the file again"))
    expected = _EXPECTED.get(path.suffix)
    found = next((words for magic, words in _MAGIC.items() if content.startswith(magic)), "")
    if expected and not content.startswith(expected):
        what = found or "something else"
        remedy = f"save it again as {path.suffix}, or give it the ending of what it is"
        raise UnreadableError(DataFault(shown, f"the name says {path.suffix}, the content is {what}", remedy))
    if not expected and found:
        remedy = "give the file the ending of what it is, or save it as CSV UTF-8"
        raise UnreadableError(DataFault(shown, f"the name says {path.suffix}, the content is {found}", remedy))
    match path.suffix:
        case ".xlsx":
            return _workbook(content, shown)
        case ".parquet":
            return _parquet(content, shown)
        case _:
            return _text(content, shown)


def _text(content: bytes, shown: str) -> Grid:
    text = _decode(content)
    if text is None or "\x00" in text:
        remedy = "save the file as CSV UTF-8"
        raise UnreadableError(DataFault(shown, "this is not text in UTF-8, GB18030 or UTF-16", remedy))
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        # Strict: an unclosed quotation mark would otherwise swallow the rows after it without a word.
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append((len(rows) + 1, tuple(row)))
    except csv.Error as error:
        remedy = "close every quotation mark, or save the file as CSV UTF-8 again"
        raise UnreadableError(DataFault(shown, f"this is not CSV: {error}", remedy, row=len(rows) + 1)) from None
    return _grid("", rows, shown)


def _decode(content: bytes) -> str | None:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _workbook(content: bytes, shown: str) -> Grid:
    import openpyxl  # heavy, and only Excel files need it

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
        rows = [
            (number, tuple(_cell(value) for value in row))
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
        ]
    except (zipfile.BadZipFile, zlib.error, LookupError, ValueError, OSError, SyntaxError, EOFError):
        remedy = "open it in Excel or WPS and save it again as .xlsx"
        raise UnreadableError(DataFault(shown, "the workbook cannot be opened", remedy)) from None
    return _grid(sheet.title, rows, shown)


def _parquet(content: bytes, shown: str) -> Grid:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(io.BytesIO(content)).read()
    except (pa.ArrowException, OSError):
        remedy = "write the file again"
        raise UnreadableError(DataFault(shown, "the Parquet file cannot be opened", remedy)) from None
    columns = [column.to_pylist() for column in table.columns]  # by position: names may occur twice
    rows = [tuple(_cell(value) for value in row) for row in zip(*columns, strict=True)]
    return Grid("", tuple(table.column_names), tuple(enumerate(rows, start=2)))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _grid(sheet: str, rows: list[tuple[int, tuple[str, ...]]], shown: str) -> Grid:
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not filled:
        raise UnreadableError(DataFault(shown, "the file has no header", "ask the department for the file again"))
    return Grid(sheet, tuple(cell.strip() for cell in filled[0][1]), tuple(filled[1:]))
