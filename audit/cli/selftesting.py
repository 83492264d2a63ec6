"""`audit selftest`: the score of the criteria against planted errors."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from audit.home import Home
from audit.programme import open_audit
from audit.selftest import selftest


def run_selftest(district: str, year: int, data: Path | None) -> int:
    """Plant, look, print the score; 1 when an error was missed."""
    home = Home((data or Home().data).resolve())
    with open_audit(home, district, year) as audit, Console(stderr=True).status("自检…") as status:
        plants = selftest(audit, lambda words: status.update(f"自检：{words}"))
    by = Counter(plant.result for plant in plants)
    table = Table("结果", "检查", "说明")
    for plant in plants:
        if plant.result != "caught":
            table.add_row({"missed": "漏过", "exempt": "无从植入"}[plant.result], plant.id, plant.words)
    console = Console()
    if table.row_count:
        console.print(table)
    planted = len(plants) - by["exempt"]
    console.print(
        f"植入错误{planted}处，查出{by['caught']}处，漏过{by['missed']}处；{by['exempt']}项无从植入（理由见上）"
    )
    return 1 if by["missed"] else 0
