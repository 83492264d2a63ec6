"""`audit drill` as people see it: a table of damages and the step that caught each."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from audit.drill import Caught, Drill, carry_out_drill
from audit.verify.report import STEP_TITLES

_RESULTS = {"caught": "✓ 查出 caught", "missed": "× 漏过 MISSED", "not_tried": "○ 未试 not tried"}


def show_drill(archive: Path, *, as_json: bool) -> int:
    """Carry out the drill and print it; 0 when every damage was caught."""
    drill = carry_out_drill(archive.absolute(), lambda caught: _tell(caught))
    if as_json:
        print(json.dumps(_document(drill), ensure_ascii=False, indent=2))
    else:
        _show(drill)
    return 0 if drill.passed else 1


def _tell(caught: Caught) -> None:
    if sys.stderr.isatty():
        print(f"{_RESULTS[caught.result]}  {caught.name.zh}", file=sys.stderr)


def _document(drill: Drill) -> dict[str, object]:
    return {
        "passed": drill.passed,
        "undamaged": {"verified": drill.sound.verified, "level": drill.sound.level},
        "damages": [
            {
                "damage": {"zh": damage.name.zh, "en": damage.name.en},
                "result": damage.result,
                "step": damage.by,
                "said": damage.said.en or damage.tried,
            }
            for damage in drill.damages
        ],
    }


def _show(drill: Drill) -> None:
    table = Table("", "损坏 damage", "结果 result", "查出的步骤 caught by")
    for number, damage in enumerate(drill.damages, start=1):
        step = STEP_TITLES.get(damage.by, ("", ""))
        by = f"{damage.by}  {step[0]}" if damage.by else damage.tried
        table.add_row(str(number), f"{damage.name.zh}\n{damage.name.en}", _RESULTS[damage.result], by)
    Console().print(table)
    counts = {result: sum(damage.result == result for damage in drill.damages) for result in _RESULTS}
    print("；".join(f"{_RESULTS[result]} {count}" for result, count in counts.items()))
    sound = (
        ("未损坏的副本核验通过", "the undamaged copy verifies")
        if drill.sound.verified
        else ("未损坏的副本未通过", "FAILED")
    )
    print(f"{sound[0]} / {sound[1]}: {drill.sound.level}")
