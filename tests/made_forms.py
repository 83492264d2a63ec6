"""Disclosure report forms made from one set of numbers, in the shapes in which governments publish them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from docx import Document
from openpyxl import Workbook

from audit.form.keys import BLOCKS, COLUMNS, PARTS, RESULTS, rows_of

Numbers = dict[str, dict[str, int | None]]

# (item, part, line) as the form prints them; a line of None means that the label has one piece less.
LABELS: dict[str, tuple[str, str, str]] = {
    "new_received": ("一、本年新收政府信息公开申请数量", "", ""),
    "carried_in": ("二、上年结转政府信息公开申请数量", "", ""),
    "granted": ("三、本年度办理结果", "（一）予以公开", ""),
    "partial": ("三、本年度办理结果", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ""),
    "denied.state_secret": ("三、本年度办理结果", "（三）不予公开", "1.属于国家秘密"),
    "denied.law_forbids": ("三、本年度办理结果", "（三）不予公开", "2.其他法律行政法规禁止公开"),
    "denied.security_stability": ("三、本年度办理结果", "（三）不予公开", "3.危及“三安全一稳定”"),
    "denied.third_party": ("三、本年度办理结果", "（三）不予公开", "4.保护第三方合法权益"),
    "denied.internal": ("三、本年度办理结果", "（三）不予公开", "5.属于三类内部事务信息"),
    "denied.process": ("三、本年度办理结果", "（三）不予公开", "6.属于四类过程性信息"),
    "denied.case_file": ("三、本年度办理结果", "（三）不予公开", "7.属于行政执法案卷"),
    "denied.query": ("三、本年度办理结果", "（三）不予公开", "8.属于行政查询事项"),
    "unable.not_held": ("三、本年度办理结果", "（四）无法提供", "1.本机关不掌握相关政府信息"),
    "unable.must_create": ("三、本年度办理结果", "（四）无法提供", "2.没有现成信息需要另行制作"),
    "unable.unclear": ("三、本年度办理结果", "（四）无法提供", "3.补正后申请内容仍不明确"),
    "not_processed.petition": ("三、本年度办理结果", "（五）不予处理", "1.信访举报投诉类申请"),
    "not_processed.repeat": ("三、本年度办理结果", "（五）不予处理", "2.重复申请"),
    "not_processed.publication": ("三、本年度办理结果", "（五）不予处理", "3.要求提供公开出版物"),
    "not_processed.excessive": ("三、本年度办理结果", "（五）不予处理", "4.无正当理由大量反复申请"),
    "not_processed.confirm": ("三、本年度办理结果", "（五）不予处理", "5.要求行政机关确认或重新出具已获取信息"),
    "other.no_correction": (
        "三、本年度办理结果",
        "（六）其他处理",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    ),
    "other.no_fee": (
        "三、本年度办理结果",
        "（六）其他处理",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    ),
    "other.other": ("三、本年度办理结果", "（六）其他处理", "3.其他"),
    "outcome_total": ("三、本年度办理结果", "（七）总计", ""),
    "carried_out": ("四、结转下年度继续办理", "", ""),
}
HEAD = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
LEGAL = tuple(COLUMNS.values())[1:-1]


@dataclass
class Made:
    """The numbers of one form; `blank` is what stands in a cell that holds nothing."""

    table3: Numbers
    table4: Numbers
    year: int = 2023
    format: str = "2021"
    place: str = "示例市"
    blank: str = ""
    columns: tuple[str, ...] = tuple(COLUMNS)
    rows: tuple[str, ...] = ()
    write: Callable[[int], str] = field(default=str)

    def __post_init__(self) -> None:
        self.rows = self.rows or rows_of(self.format)

    @property
    def title(self) -> str:
        return f"{self.place}{self.year}年政府信息公开工作年度报告"

    def label(self, row: str) -> tuple[str, str, str]:
        if self.format == "2019" and row == "other.other":
            return ("三、本年度办理结果", "（六）其他处理", "")
        return LABELS[row]

    def cell(self, number: int | None) -> str:
        return self.blank if number is None else self.write(number)

    def figures(self, row: str) -> list[str]:
        return [self.cell(self.table3[row][column]) for column in self.columns]

    def reviews(self) -> list[str]:
        return [self.cell(self.table4[block][result]) for block in BLOCKS for result in RESULTS]


def consistent(seed: int, form: str = "2021", most: int = 40) -> Made:
    """Random numbers that satisfy every identity."""
    random = Random(seed)
    rows = rows_of(form)
    parts = [row for row in PARTS if row in rows]
    table3: Numbers = {row: {} for row in rows}
    for column in tuple(COLUMNS)[:-1]:
        for row in parts:
            table3[row][column] = random.choice((0, 0, random.randrange(most)))
        total = sum(table3[row][column] or 0 for row in parts)
        out = random.randrange(most)
        carried = random.randrange(min(most, total + out) + 1)
        found = {
            "outcome_total": total,
            "carried_out": out,
            "carried_in": carried,
            "new_received": total + out - carried,
        }
        for row, number in found.items():
            table3[row][column] = number
    for cells in table3.values():
        cells["total"] = sum(number or 0 for number in cells.values())
    table4: Numbers = {}
    for block in BLOCKS:
        table4[block] = {result: random.randrange(most) for result in tuple(RESULTS)[:-1]}
        table4[block]["total"] = sum(number or 0 for number in table4[block].values())
    return Made(table3, table4, 2023 if form == "2021" else 2020, form)


def as_html(made: Made, *, nested: bool = False, rows: Sequence[str] | None = None) -> str:
    """A page with merged cells; `nested` puts the tables into a layout table, as old sites do."""
    shown = [column for column in made.columns if column not in ("natural_person", "total")]
    heads = "".join(f"<td><p>{COLUMNS[column][:2]}\n{COLUMNS[column][2:]}</p></td>" for column in shown)
    total = '<td rowspan="2">总 计</td>' if "total" in made.columns else ""
    lines = [
        f'<tr><td colspan="3" rowspan="3">{HEAD}</td><td colspan="{len(made.columns)}">申请人情况</td></tr>',
        f'<tr><td rowspan="2">自然人</td><td colspan="{len(shown)}">法人或其他组织</td>{total}</tr><tr>{heads}</tr>',
    ]
    before = ("", "")
    for row in rows or made.rows:
        item, part, line = made.label(row)
        same_item = sum(made.label(other)[0] == item for other in made.rows)
        same_part = sum(made.label(other)[1] == part for other in made.rows)
        cells = ""
        if not part:
            cells = f'<td colspan="3">{item}</td>'
        else:
            cells += f'<td rowspan="{same_item}">{item}</td>' if before[0] != item and not rows else ""
            cells += f"<td>{item}</td>" if rows else ""
            if not line:
                cells += f'<td colspan="2">{part}</td>'
            else:
                cells += f'<td rowspan="{same_part}">{part}</td>' if before[1] != part and not rows else ""
                cells += f"<td>{part}</td>" if rows else ""
                cells += f"<td><p>{line[:4]}</p><p>{line[4:]}</p></td>"
        before = (item, part)
        lines.append(f"<tr>{cells}{''.join(f'<td>&nbsp;{cell}</td>' for cell in made.figures(row))}</tr>")
    table3 = f"<table>{''.join(lines)}</table>"
    five = "".join(f"<td>{name}</td>" for name in RESULTS.values())
    reviews = "".join(f"<td>{cell}</td>" for cell in made.reviews())
    table4 = (
        '<table><tr><th colspan="5">行政复议</th><th colspan="10">行政诉讼</th></tr><tr>'
        + "".join(f'<td rowspan="2">{name}</td>' for name in RESULTS.values())
        + f'<td colspan="5">未经复议直接起诉</td><td colspan="5">复议后起诉</td></tr><tr>{five}{five}</tr>'
        f"<tr>{reviews}</tr></table>"
    )
    body = (
        f"<h1>{made.title}</h1><p>一、总体情况 全年收到申请，予以公开若干件。</p>"
        "<table><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"
        "<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr><tr><td>行政规范性文件</td><td>3</td><td>1</td><td>20</td>"
        f"</tr></table>{table3}<p>四、政府信息公开行政复议、行政诉讼情况</p>{table4}<p>五、存在的主要问题</p>"
    )
    if nested:
        body = f"<table><tr><td>导航</td><td>{body}</td></tr></table>"
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{body}</body></html>"


def _grid(made: Made) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """Table 3 as places and merges (top, left, bottom, right)."""
    shown = [column for column in made.columns if column not in ("natural_person", "total")]
    width = 3 + len(made.columns)
    last = [""] if "total" in made.columns else []
    rows = [
        [HEAD, "", "", "申请人情况", *[""] * (len(made.columns) - 1)],
        ["", "", "", "自然人", "法人或其他组织", *[""] * (len(shown) - 1), *["总计" for _ in last]],
        ["", "", "", "", *(COLUMNS[column] for column in shown), *last],
    ]
    merges = [(0, 0, 2, 2), (0, 3, 0, width - 1), (1, 3, 2, 3), (1, 4, 1, 3 + len(shown))]
    merges += [(1, width - 1, 2, width - 1)] if last else []
    tops: dict[str, int] = {}
    for row in made.rows:
        item, part, line = made.label(row)
        top = len(rows)
        rows.append([item, part, line, *made.figures(row)])
        if not part:
            merges.append((top, 0, top, 2))
        elif not line:
            merges.append((top, 1, top, 2))
        for name, place in ((item, 0), (part, 1)):
            if name and name in tops and (place == 0 or line):
                rows[top][place] = ""
            tops.setdefault(name, top)
    for place in (0, 1):
        for top, filled in enumerate(rows[3:], start=3):
            if filled[place]:
                bottom = top
                while bottom + 1 < len(rows) and not rows[bottom + 1][place] and (place == 0 or rows[bottom + 1][2]):
                    bottom += 1
                if bottom > top:
                    merges.append((top, place, bottom, place))
    return rows, merges


def _reviews(made: Made) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    five = list(RESULTS.values())
    rows = [
        ["行政复议", *[""] * 4, "行政诉讼", *[""] * 9],
        [*five, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4],
        [*[""] * 5, *five, *five],
        made.reviews(),
    ]
    merges = [(0, 0, 0, 4), (0, 5, 0, 14), (1, 5, 1, 9), (1, 10, 1, 14), *((1, n, 2, n) for n in range(5))]
    return rows, merges


def as_docx(made: Made) -> bytes:
    """A Word document with cells merged across and down."""
    document = Document()
    document.add_heading(made.title)
    document.add_paragraph("三、收到和处理政府信息公开申请情况")
    for rows, merges in (_grid(made), _reviews(made)):
        table = document.add_table(len(rows), len(rows[0]))
        for top, row in enumerate(rows):
            for left, text in enumerate(row):
                if text:
                    table.cell(top, left).text = text
        for top, left, bottom, right in merges:
            table.cell(top, left).merge(table.cell(bottom, right))
        document.add_paragraph("四、政府信息公开行政复议、行政诉讼情况")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_xlsx(made: Made) -> bytes:
    """A workbook of two sheets with title rows above and merged cells."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (rows, merges) in (("表三", _grid(made)), ("表四", _reviews(made))):
        sheet = book.create_sheet(name)
        sheet.append([made.title])
        sheet.append([])
        for row in rows:
            sheet.append([int(cell) if cell.isascii() and cell.isdigit() else cell or None for cell in row])
        for top, left, bottom, right in merges:
            sheet.merge_cells(start_row=top + 3, start_column=left + 1, end_row=bottom + 3, end_column=right + 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _labels(made: Made, row: str, before: tuple[str, str]) -> list[str]:
    """The label's pieces as a copied page shows them: a merged cell only where it begins."""
    item, part, line = made.label(row)
    return [piece for piece, last in ((item, before[0]), (part, before[1]), (line, "")) if piece and piece != last]


def as_text(made: Made, separator: str = " | ", *, frame: bool = False) -> str:
    """Lines of cells; "lines" puts each cell on a line of its own, "glued" nothing between them."""
    shown = [COLUMNS[column] for column in made.columns if column not in ("natural_person", "total")]
    total = ["总计"] if "total" in made.columns else []
    lines = [[HEAD, "申请人情况"], ["自然人", "法人或其他组织", *total], shown]
    before = ("", "")
    for row in made.rows:
        lines.append([*_labels(made, row, before), *made.figures(row)])
        before = made.label(row)[:2]
    five = list(RESULTS.values())
    reviews = [["行政复议", "行政诉讼"], [*five, "未经复议直接起诉", "复议后起诉"], [*five, *five], made.reviews()]
    middle = "四、政府信息公开行政复议、行政诉讼情况"
    if separator == "lines":
        tables = ["\n".join("\n".join(line) for line in table) for table in (lines, reviews)]
    elif separator == "glued":
        tables = ["".join("".join(line) for line in table) for table in (lines, reviews)]
        return f"{made.title} 三、收到和处理申请情况{tables[0]} {middle} {tables[1]}五、存在的主要问题"
    else:
        tables = ["\n".join(_framed(line, separator, frame) for line in table) for table in (lines, reviews)]
    before_tables = f"{made.title}\n本年收到申请若干件，予以公开3件。\n三、收到和处理申请情况"
    return f"{before_tables}\n{tables[0]}\n{middle}\n{tables[1]}\n五、问题\n"


def _framed(line: list[str], separator: str, frame: bool) -> str:
    joined = separator.join(line)
    return f"| {joined} |" if frame else joined


def without(made: Made, *rows: str) -> Made:
    """The same form without some rows."""
    made.rows = tuple(row for row in made.rows if row not in rows)
    return made
