"""Excel and WPS workbooks, new and old: every sheet a table, merged cells filled."""

from __future__ import annotations

import io
import re
import zipfile
from typing import IO

from python_calamine import CalamineSheet, CalamineWorkbook

from audit.form.grid import Grid, Spot
from audit.form.sources import Source

_MOST_ROWS, _MOST_COLUMNS = 2000, 100
_CHUNK = 2**20
_REFERENCE = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"')


def read_workbook(content: bytes) -> Source:
    """The sheets in order; the names of the sheets are part of the text."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    lines: list[str] = []
    grids = []
    for name in book.sheet_names:
        rows = _texts(book.get_sheet_by_name(name))
        lines += [name, *("\t".join(row) for row in rows)]
        grids.append(_filled(rows, book.get_sheet_by_name(name)))
    return Source("\n".join(lines), tuple(grid for grid in grids if grid.rows))


def area(content: bytes) -> int:
    """Rows times columns of the widest sheet of an XLSX file: calamine keeps a place for each, filled or not."""
    largest = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as sheet:
                    largest = max(largest, _extent(sheet))
    return largest


def _extent(sheet: IO[bytes]) -> int:
    rows = columns = 0
    kept = b""
    while chunk := sheet.read(_CHUNK):
        for match in _REFERENCE.finditer(kept + chunk):
            rows = max(rows, int(match[2]))
            columns = max(columns, sum(26**n * (sign - 64) for n, sign in enumerate(reversed(match[1]))))
        kept = chunk[-16:]  # a reference cut in two by the end of a chunk
    return rows * columns


def _texts(sheet: CalamineSheet) -> list[list[str]]:
    return [[_text(value) for value in row[:_MOST_COLUMNS]] for row in _rows(sheet)]


def _rows(sheet: CalamineSheet) -> list[list[object]]:
    # The rows from the sheet's first one on, also where they are empty: merged ranges count from there.
    return [list(row) for row in sheet.to_python(skip_empty_area=False, nrows=_MOST_ROWS)]


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _filled(rows: list[list[str]], sheet: CalamineSheet) -> Grid:
    width = max((len(row) for row in rows), default=0)
    spots = [[Spot(text, number * _MOST_COLUMNS + place) for place, text in enumerate(row)]
             for number, row in enumerate(rows)]  # fmt: skip
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(spots) or left >= len(spots[top]):
            continue
        for row in range(top, min(bottom + 1, len(spots))):
            for column in range(left, min(right + 1, width)):
                spots[row][column] = spots[top][left]
    return Grid(tuple(tuple(row) for row in spots))
