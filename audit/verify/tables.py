"""Rows out of CSV and XLSX files with the standard library, for comparing what they say; never for calculating."""

from __future__ import annotations

import csv
import io
import posixpath
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

MOST_PART = 64 << 20
MOST_BLANKS = 4_000_000  # cells that a workbook leaves out before those that it has
CELL_PLACE = re.compile(r"([A-Z]{1,3})\d+")
TABLE_ERRORS = (
    *(ValueError, KeyError, IndexError, OSError, EOFError, RuntimeError, NotImplementedError, SyntaxError),
    *(csv.Error, zipfile.BadZipFile, zlib.error, MemoryError),
)


def read_text(content: bytes) -> str:
    """Text as departments save it: UTF-8 with or without a mark, UTF-16 with one, else GB18030.  Raises ValueError."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a CSV text.  Raises csv.Error."""
    return list(csv.reader(io.StringIO(text, newline="")))


def xlsx_rows(content: bytes) -> dict[str, list[list[str]]]:
    """The cells of each sheet by its name, row by row, as text: the sheets that a spreadsheet program shows.

    They are looked for where the workbook says they are, and nothing else may lie there that looks like one.  Raises
    one of TABLE_ERRORS.
    """
    room = [MOST_BLANKS]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = {info.filename for info in book.infolist()}
        if sum(info.file_size for info in book.infolist()) > MOST_PART:
            raise ValueError("the workbook is too large to be read here")
        if len({name.lower() for name in names}) < len(book.infolist()):
            raise ValueError("a part of the workbook is there twice")
        (main,) = (part for kind, part in _related(book, "").values() if kind == "officeDocument")
        related = _related(book, main)
        shared: list[str] = []
        for kind, part in related.values():
            if kind == "sharedStrings":
                root = _xml(book.read(part))
                shared += ["".join(t.text or "" for t in item.iter() if _tag(t) == "t") for item in root]
        sheets = {}
        for sheet in (element for element in _xml(book.read(main)).iter() if _tag(element) == "sheet"):
            (link,) = (value for key, value in sheet.items() if key.endswith("}id"))
            kind, part = related[link]
            if sheet.get("name", "") in sheets:
                raise ValueError("two sheets of the workbook have one name")
            if kind == "worksheet":  # others hold a chart and no cells
                sheets[sheet.get("name", "")] = part
        orphans = {name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")}
        if orphans - set(sheets.values()):
            raise ValueError("the workbook holds a sheet that it does not show")
        return {name: _sheet(_xml(book.read(part)), shared, room) for name, part in sheets.items()}


def _related(book: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part of a workbook, or with none the workbook itself, points to: kind and part by id."""
    folder, _, base = part.rpartition("/")
    root = _xml(book.read(posixpath.join(folder, "_rels", f"{base}.rels")))
    return {
        link.get("Id", ""): (
            link.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/"),
        )
        for link in root
        if link.get("TargetMode") != "External"
    }


def _xml(content: bytes) -> ElementTree.Element:
    """XML without a document type, so that nothing in it can expand."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("XML with a document type")
    return ElementTree.fromstring(content)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _sheet(root: ElementTree.Element, shared: list[str], room: list[int]) -> list[list[str]]:
    """The rows of one sheet; `room` is how many cells may still be filled in.  Raises ValueError beyond that."""
    rows = []
    for row in (element for element in root.iter() if _tag(element) == "row"):
        cells: list[str] = []
        for cell in (element for element in row if _tag(element) == "c"):
            text = "".join(part.text or "" for part in cell.iter() if _tag(part) in ("v", "t"))
            if cell.get("t") == "s":
                text = shared[int(text)]
            place = CELL_PLACE.fullmatch(cell.get("r") or "")
            column = _column(place[1]) if place else len(cells)
            left_out = max(0, column - len(cells))
            room[0] -= left_out
            if room[0] < 0:
                raise ValueError("its cells lie too far apart to be read here")
            cells += [""] * left_out
            cells.append(text)
        rows.append(cells)
    return rows


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def plain_cell(cell: str) -> str:
    """A cell for comparison: one width, no blanks around it, no mark against formulas, 7.0 as 7."""
    text = unicodedata.normalize("NFKC", cell).strip().removeprefix("'")
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def spreadsheet_cell(text: str) -> str:
    """A text as the audit writes it into a spreadsheet: marked when it would be taken for a formula."""
    starts = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    return f"'{text}" if text.startswith(starts) else text


def unmarked_cell(cell: str) -> str:
    """A cell as it was before it was marked against being taken for a formula."""
    return cell[1:] if cell[:1] == "'" and spreadsheet_cell(cell[1:]) == cell else cell
