"""The workbook that goes back to the departments: every fault in a list, every faulty row with its cells coloured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from audit.errors import DataFault, Excerpt, IntakeError
from audit.spreadsheet import plain, workbook_bytes, write_whole

_HEAD = ("序号", "文件", "表页", "行", "列", "单元格", "内容", "问题", "怎么改", "Problem", "To do")
_WIDTHS = (6, 34, 14, 7, 18, 8, 24, 36, 44, 36, 44)
_GUILTY, _HEADER = PatternFill("solid", fgColor="FFC7CE"), PatternFill("solid", fgColor="DDE6F0")
_BOLD, _TOP = Font(bold=True), Alignment(vertical="top", wrap_text=True)
_MOST_ROWS = 20_000


def faults_path(out: Path, district: str, year: int) -> Path:
    """Where the faults of one engagement are written."""
    return out / f"intake-faults-{district}-{year}.xlsx"


def write_faults(path: Path, error: IntakeError) -> IntakeError:
    """Write the faults as a workbook; gives the same error, which now names it."""
    book = Workbook()
    listed = book.worksheets[0]
    listed.title = "问题清单"
    _list(listed, error.faults)
    names = {listed.title}
    for excerpt in error.excerpts:
        _excerpt(book.create_sheet(_name(excerpt, names)), excerpt, error.faults)
    write_whole(path, workbook_bytes(book))
    return IntakeError(error.faults, error.excerpts, str(path))


def _list(sheet: Worksheet, faults: tuple[DataFault, ...]) -> None:
    _head(sheet, _HEAD)
    for number, fault in enumerate(faults[:_MOST_ROWS], start=1):
        zh = fault.zh if fault.zh[0] else (fault.problem, fault.remedy)
        place = "" if fault.position is None else get_column_letter(fault.position + 1) + str(fault.row or "")
        cells = (number, fault.file, fault.sheet, fault.row, fault.column, place, fault.value, *zh)
        for column, content in enumerate((*cells, fault.problem, fault.remedy), start=1):
            _put(sheet.cell(number + 1, column), content)
        sheet.cell(number + 1, 7).fill = _GUILTY
        sheet.row_dimensions[number + 1].height = 32
    if len(faults) > _MOST_ROWS:
        left = f"另有{len(faults) - _MOST_ROWS}处未列 / {len(faults) - _MOST_ROWS} more are not listed"
        _put(sheet.cell(_MOST_ROWS + 2, 2), left)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _excerpt(sheet: Worksheet, excerpt: Excerpt, faults: tuple[DataFault, ...]) -> None:
    _head(sheet, ("原表行号", *excerpt.header))
    here = [fault for fault in faults if (fault.file, fault.sheet) == (excerpt.file, excerpt.sheet)]
    lines = {number: line for line, (number, _) in enumerate(excerpt.rows, start=2)}
    for line, (number, cells) in enumerate(excerpt.rows, start=2):
        for column, content in enumerate((number, *cells), start=1):
            _put(sheet.cell(line, column), content)
    for fault in here:
        if fault.row in lines:
            cell = sheet.cell(lines[fault.row], 1 if fault.position is None else fault.position + 2)
            cell.fill = _GUILTY
            words = "\n".join((*fault.zh, f"{fault.problem}. To do: {fault.remedy}"))
            earlier = f"{cell.comment.text}\n" if cell.comment else ""
            cell.comment = Comment(earlier + words, "fazhi-audit", height=140, width=320)
    for column in range(1, len(excerpt.header) + 2):
        sheet.column_dimensions[get_column_letter(column)].width = 16


def _head(sheet: Worksheet, words: tuple[str, ...]) -> None:
    for column, word in enumerate(words, start=1):
        cell = sheet.cell(1, column)
        _put(cell, word)
        cell.font, cell.fill = _BOLD, _HEADER
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(cell: Cell | MergedCell, content: object) -> None:
    if isinstance(cell, MergedCell):
        return
    if isinstance(content, str):
        cell.value = plain(content)
        cell.data_type = "s"
    else:
        cell.value = content if isinstance(content, int) else None
    cell.alignment = _TOP


def _name(excerpt: Excerpt, names: set[str]) -> str:
    """A sheet name that Excel allows, used once."""
    for candidate in _candidates(Path(excerpt.file).stem):
        if candidate not in names:
            names.add(candidate)
            return candidate
    raise AssertionError


def _candidates(stem: str) -> Iterator[str]:
    clean = "".join("_" if letter in r"[]:*?/\'" else letter for letter in stem)
    yield clean[:31]
    number = 2
    while True:
        yield f"{clean[:26]} {number}"
        number += 1
