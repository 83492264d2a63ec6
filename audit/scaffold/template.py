"""One table's Excel template: Chinese headers, drop-downs, checks on entry, a marked example, an explanation sheet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from audit.intake.sheets import written
from audit.rulebook.examples import example
from audit.rulebook.tables import Column, TableSpec
from audit.spreadsheet import plain, workbook_bytes

_ROWS = 5000
"""How many rows below the header carry the drop-downs and checks."""
_HEADER, _KEY = PatternFill("solid", fgColor="1F4E79"), PatternFill("solid", fgColor="9C5700")
_EXAMPLE = PatternFill("solid", fgColor="EDEDED")
_FACE = "宋体"
_WHITE, _GREY = Font(name=_FACE, bold=True, color="FFFFFF"), Font(name=_FACE, italic=True, color="7F7F7F")
_BOLD, _PLAIN = Font(name=_FACE, bold=True), Font(name=_FACE)
_LINE = Border(bottom=Side(style="thin", color="BFBFBF"))
_WRAP = Alignment(wrap_text=True, vertical="top")
_TYPES = {
    "text": "文本 text",
    "code": "代码 code",
    "date": "日期 date",
    "integer": "整数 integer",
    "decimal": "数 decimal",
}
_FORMATS = {"text": "@", "code": "@", "date": "yyyy-mm-dd", "integer": "0", "decimal": "0.####"}
_CODES = "代码"
_EXPLAINED = (
    "列名",
    "Column",
    "类型 Type",
    "主键 Key",
    "单位 Unit",
    "可填的代码 Codes",
    "也可写作 Also",
    "示例 Example",
)
_EXPLAINED_WIDTHS = (22, 30, 14, 9, 9, 56, 32, 16)
_ADVICE = (
    "一行一条记录，从第3行填起；第2行是示例，留着也不会计入。",
    "One record a row, from row 3 on; row 2 is an example and is never counted.",
    "棕色表头是主键，每条记录都要填；其他列没有内容就空着，不要填“无”或0。",
    "Brown headers are the key of each record; leave empty what is not known, and write no 0 for it.",
    "日期写成2021-03-05；编号是文本，前面的零会保留。",
    "Write dates as 2021-03-05; numbers of records are text and keep their zeros.",
    "不要改表头，不要加标题行和合计行。",
    "Do not change the headers, and add no titles or totals.",
)


def template(spec: TableSpec) -> bytes:
    """The workbook, the same bytes for the same table."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_title(spec)
    _explain(book.create_sheet("说明"), spec)
    codes = _codes(book, spec)
    cells = example(spec)
    marked = any(column.type == "text" for column in spec.columns.values())  # else a record would look the same
    for position, (name, column) in enumerate(spec.columns.items(), start=1):
        letter = get_column_letter(position)
        head = sheet.cell(1, position, plain(column.title.zh))
        head.font, head.fill, head.alignment = _WHITE, _KEY if name in spec.key else _HEADER, _WRAP
        sheet.column_dimensions[letter].width = max(14.0, 2.2 * len(column.title.zh) + 3)
        sheet.column_dimensions[letter].number_format = _FORMATS[column.type]
        if marked:
            shown = sheet.cell(2, position, _held(cells[name]))
            shown.number_format = _FORMATS[column.type]
            shown.fill, shown.font, shown.border = _EXAMPLE, _GREY, _LINE
        check = _check(column, codes.get(name, ""))
        if check:
            check.add(f"{letter}2:{letter}{_ROWS + 1}")
            sheet.add_data_validation(check)
    sheet.freeze_panes = "B3"
    sheet.row_dimensions[1].height = 30
    for page in (sheet, book["说明"]):
        page.page_setup.orientation = "landscape"
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return workbook_bytes(book)


def sheet_title(spec: TableSpec) -> str:
    """The table's title as a sheet name that Excel allows."""
    return "".join("_" if letter in r"[]:*?/\'" else letter for letter in spec.title.zh)[:31]


def _held(cell: object) -> str | float | date:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if isinstance(cell, (date, int)) else plain(str(cell))


def _codes(book: Workbook, spec: TableSpec) -> dict[str, str]:
    """The labels on a hidden sheet, and each column's range; a list typed into the check may have 255 letters only."""
    coded = {name: column for name, column in spec.columns.items() if column.codes}
    if not coded:
        return {}
    sheet = book.create_sheet(_CODES)
    sheet.sheet_state = "hidden"
    ranges = {}
    for position, (name, column) in enumerate(coded.items(), start=1):
        letter = get_column_letter(position)
        for row, label in enumerate(column.codes.values(), start=1):
            sheet.cell(row, position, plain(label))
        ranges[name] = f"{quote_sheetname(_CODES)}!${letter}$1:${letter}${len(column.codes)}"
    return ranges


def _check(column: Column, codes: str) -> DataValidation | None:
    match column.type:
        case "code":
            check = DataValidation(type="list", formula1=codes)
            check.error = "请从下拉列表中选择"
        case "date":
            check = DataValidation(type="date", operator="between", formula1="32874", formula2="73415")
            check.error = "请填日期，如2021-03-05"
        case "integer":
            check = DataValidation(type="whole", operator="between", formula1="0", formula2="999999999999")
            check.error = f"请填整数{f'（单位：{column.unit}）' if column.unit else ''}"
        case "decimal":
            check = DataValidation(type="decimal", operator="between", formula1="0", formula2="99999999999999")
            check.error = f"请填数{f'（单位：{column.unit}）' if column.unit else ''}"
        case _:
            return None
    check.errorTitle, check.allow_blank, check.showErrorMessage = "填写有误", True, True
    return check


def _explain(sheet: Worksheet, spec: TableSpec) -> None:
    lines = [f"{spec.title.zh}　{spec.title.en}", f"{spec.grain.zh}　{spec.grain.en}", *_ADVICE]
    for row, line in enumerate(lines, start=1):
        sheet.cell(row, 1, plain(line)).font = _BOLD if row == 1 else _PLAIN
    start = len(lines) + 2
    for position, words in enumerate(_EXPLAINED, start=1):
        cell = sheet.cell(start, position, words)
        cell.font, cell.fill = _WHITE, _HEADER
    cells = example(spec)
    for row, (name, column) in enumerate(spec.columns.items(), start=start + 1):
        said = (
            *(column.title.zh, column.title.en, _TYPES[column.type], "是 yes" if name in spec.key else ""),
            *(column.unit, "、".join(column.codes.values()), "、".join((*column.also, name)), written(cells[name])),
        )
        for position, words in enumerate(said, start=1):
            cell = sheet.cell(row, position, plain(words))
            cell.alignment, cell.border, cell.font = _WRAP, _LINE, _PLAIN
        needed = max(-(-_width(words) // width) for words, width in zip(said, _EXPLAINED_WIDTHS, strict=True))
        sheet.row_dimensions[row].height = 15 * max(1, needed)
    for position, width in enumerate(_EXPLAINED_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width


def _width(words: str) -> int:
    """Columns of text: a Chinese character takes two."""
    return sum(1 if letter.isascii() else 2 for letter in words)
