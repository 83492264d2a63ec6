"""The README of a new engagement, in Chinese and English."""

from __future__ import annotations

from audit.rulebook import Rulebook
from audit.scaffold.carry import Carried

_ZH = """# {district} {year} 审计项目

1. `engagement.toml`：改截止日、区县名称、报告名称；拿不到的表写明原因。
2. `claims.csv`：报告印出的每个数字一行。
   - `claim_id` 自取，不重复；`measure` 是 `expectations/measures.yml` 里的名称，没有重算方法的空着；
   - `printed` 照原样抄，连同概数词：`35`、`98.25%`、`1200余`、`不低于6`、`均`；
   - `flow_or_stock` 写 `flow`（期内数）或 `stock`（期末数）；`base` 写作为分母的 `claim_id`，报告没说就空着；
   - `locator` 写在报告中的位置，如“二（一）第3段”。{carried_zh}
3. `templates/` 里一张表一个 Excel，发给部门填写；收回后放到本文件夹，与 `engagement.toml` 并列。
   部门自己的格式也可以：CSV、XLSX、XLS、网页表格、Parquet，标题行、合计行、各种日期写法都能读，处理都有记录。
4. `./run audit {district} {year}`。读不了的单元格一次列全，并写成可以退给部门的 Excel。
5. 在 `responses.csv` 里答复问题，再运行一次。
"""
_EN = """# Engagement {district} {year}

1. `engagement.toml`: set the cut-off date, the names of district and report; give a reason for each table that you
   cannot get.
2. `claims.csv`: one row for each figure that the report prints.
   - `claim_id` is yours, each once; `measure` is a name of `expectations/measures.yml`, empty where nothing
     recalculates it;
   - `printed` is copied as printed, hedge word and all: `35`, `98.25%`, `1200余`, `不低于6`, `均`;
   - `flow_or_stock` is `flow` (over the period) or `stock` (at its end); `base` is the `claim_id` of the
     denominator, empty when the report states none;
   - `locator` is the place in the report.{carried_en}
3. `templates/` holds one Excel file per table for the departments; what comes back goes beside `engagement.toml`.
   A department's own format will do as well: CSV, XLSX, XLS, a web page's table, Parquet, with titles, totals and
   dates as they write them; whatever is done to read it is on record.
4. `./run audit {district} {year}`. Cells that cannot be read are listed all at once, also in a workbook to send back.
5. Answer findings in `responses.csv` and run again.
"""
_CARRIED_ZH = (
    "\n   本年由 {source} 结转：编号、方法、单位、口径已在，`printed` 要逐一填写；"
    "\n   未了的问题列在 `follow_up.csv`（程序不读它）。"
)
_CARRIED_EN = (
    "\n   Carried over from {source}: ids, measures, units and scopes are there, each `printed` is to be filled in;"
    "\n   what was left open is in `follow_up.csv`, which no run reads."
)


def guide(district: str, year: int, book: Rulebook, carried: Carried) -> str:
    """What to do with the new folder, step by step, and the tables it asks for."""
    words = {
        "district": district,
        "year": str(year),
        "carried_zh": _CARRIED_ZH.format(source=carried.source) if carried.plan else "",
        "carried_en": _CARRIED_EN.format(source=carried.source) if carried.plan else "",
    }
    head = "| 模板 Template | 表 Table | 一行 One row |\n|---|---|---|\n"
    rows = "".join(
        f"| `templates/{name}.xlsx` | {spec.title.zh} {spec.title.en} | {spec.grain.zh} {spec.grain.en} |\n"
        for name, spec in book.delivered.items()
    )
    return f"{_ZH.format(**words)}\n{_EN.format(**words)}\n{head}{rows}"
