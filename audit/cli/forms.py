"""`audit form` as people see it: the tables as read, and which identities hold, are broken, or stay open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from audit.form import Equation, Form, across_years, read_forms, within_form
from audit.form.cells import Cell, State
from audit.form.keys import BLOCKS, COLUMNS, DOCUMENTS, RESULTS, ROWS

_TITLES = {
    "GID-I01": "新收＋上年结转＝总计＋结转下年度",
    "GID-I02": "总计＝各类办理结果之和",
    "GID-I03": "总计＝自然人＋法人或其他组织各栏",
    "GID-I04": "上年结转＝上一年报告的结转下年度",
    "GID-I05": "总计＝维持＋纠正＋其他＋尚未审结",
    "GID-I06": "现行有效＝上年现行有效＋制发－废止",
    "GID-I07": "每格都是非负整数",
}
_HEADS = {
    "business": "商业\n企业",
    "research": "科研\n机构",
    "public_interest": "社会\n公益",
    "legal_service": "法律\n服务",
}
_ROW_NAMES = ROWS | BLOCKS | DOCUMENTS
_MOST_OPEN = 12


def check_forms(files: Sequence[Path], *, as_json: bool) -> int:
    """Read the forms and print them; 0 when no identity is broken, 1 when one is.

    Raises AuditError when a file cannot be read or holds no form.
    """
    forms = read_forms(files)
    across = across_years(forms)
    found = [[*within_form(form), *across.get(position, [])] for position, form in enumerate(forms)]
    if as_json:
        records = [
            {**form.record, "identities": [equation.record for equation in equations]}
            for form, equations in zip(forms, found, strict=True)
        ]
        print(json.dumps(records, ensure_ascii=False, indent=1))
    else:
        console = Console()
        for form, equations in zip(forms, found, strict=True):
            _show(console, form, equations)
        if len(forms) > 1 and not across:
            console.print("没有可以衔接的两个年度：需要同一机关前后相连的两年，且标题写明年份。")
    return int(any(equation.holds is False for equations in found for equation in equations))


def _show(console: Console, form: Form, equations: Sequence[Equation]) -> None:
    year = f"{form.year}年" if form.year else "年份未写明"
    console.print(Text(f"{form.file}　{year}　{form.format}年格式", style="bold"))
    console.print(_table("表三　申请", form.table3, COLUMNS | _HEADS))
    console.print(_table("表四　复议、诉讼", form.table4, RESULTS))
    counts = {holds: sum(equation.holds is holds for equation in equations) for holds in (True, False, None)}
    console.print(
        f"勾稽关系{len(equations)}项：成立{counts[True]}项，不成立{counts[False]}项，不能判断{counts[None]}项。"
    )
    for equation in equations:
        if equation.holds is False:
            console.print(Text(f"不成立　{_line(equation)}", style="red"))
    still_open = [equation for equation in equations if equation.holds is None]
    for equation in still_open[:_MOST_OPEN]:
        console.print(Text(f"不能判断　{_line(equation)}{_reading(equation)}", style="yellow"))
    if len(still_open) > _MOST_OPEN:
        console.print(f"不能判断的还有{len(still_open) - _MOST_OPEN}项，--json 列出全部。")
    if form.glued:
        console.print("原文的数字连在一起，是按合计关系切分的：切分时用到的勾稽关系成立，不能作为独立的证据。")
    console.print()


def _table(title: str, cells: dict[str, dict[str, Cell]], heads: dict[str, str]) -> Table:
    table = Table(title=title, title_justify="left", padding=(0, 1))
    table.add_column("", no_wrap=True)
    for head in heads.values():
        table.add_column(head, justify="right", no_wrap=True)
    for row, found in cells.items():
        table.add_row(_ROW_NAMES[row], *(_shown(cell) for cell in found.values()))
    return table


def _shown(cell: Cell) -> str:
    if cell.value is not None:
        return str(cell.value)
    return "" if cell.state is State.BLANK else "？"


def _line(equation: Equation) -> str:
    names = COLUMNS if equation.place == "column" else _ROW_NAMES
    sides = [str(side) if side is not None else "（有空格）" for side in (equation.left, equation.right)]
    figures = f"{sides[0]}／{sides[1]}格" if equation.id == "GID-I07" else f"{sides[0]} 对 {sides[1]}"
    return f"{equation.id} {_TITLES[equation.id]}　{names[equation.key]}：{figures}"


def _reading(equation: Equation) -> str:
    if equation.blanks_as_zero is None:
        return ""
    return f"；空格读作0，则{'成立' if equation.blanks_as_zero else '不成立'}"
