"""How many figures of labelled reports `audit figures` finds, and how many of what it finds are figures.

    .venv/bin/python benchmarks/figures.py FOLDER [--misses] [--json]

FOLDER holds pairs NAME.txt and NAME.labels.json; a label file has `claims`: [{text, value, unit, start, end, …}]
with offsets in the text file as it is stored.  A label counts as found when a quantity overlaps it and has the
same value (万 and 亿 multiplied out, a fall negative); each quantity answers for one label at most.  For a range the
label's value must be its lower or upper end.  Universal words (均, 每) have no number and take no part.  Units are
compared among the found only.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from audit.drafts import Quantity, read_draft, read_figures  # noqa: E402
from audit.errors import AuditError  # noqa: E402


@dataclass
class Score:
    """What came out for one report."""

    labelled: int = 0
    listed: int = 0
    found: int = 0
    units: int = 0
    missed: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    def row(self, name: str) -> dict[str, object]:
        """The score as one JSON object; a ratio over nothing is null."""
        recall = self.found / self.labelled if self.labelled else None
        precision = self.found / self.listed if self.listed else None
        return {"report": name, "recall": recall, "precision": precision, "labelled": self.labelled,
                "listed": self.listed, "found": self.found, "same unit": self.units}  # fmt: skip


def judge(report: Path) -> Score:
    """Hold the figures of one report against its labels."""
    labels = json.loads(report.with_suffix("").with_suffix(".labels.json").read_text("utf-8"), parse_float=Decimal)
    text = read_draft(report)
    quantities = [q for q in read_figures(text).quantities if q.figure.low is not None or q.figure.high is not None]
    score, used = Score(len(labels["claims"]), len(quantities)), set()
    for label in labels["claims"]:
        fitting = [n for n, quantity in enumerate(quantities) if n not in used and _same(quantity, label)]
        if not fitting:
            score.missed.append(f"{label['text']} = {label['value']} {label['unit']}")
            continue
        used.add(fitting[0])
        score.found += 1
        score.units += quantities[fitting[0]].unit == label["unit"]
    score.surplus = [_context(text, quantity) for n, quantity in enumerate(quantities) if n not in used]
    return score


def _same(quantity: Quantity, label: dict[str, object]) -> bool:
    if label["value"] is None or not (
        quantity.start < int(str(label["end"])) and int(str(label["start"])) < quantity.end
    ):
        return False
    figure = quantity.figure
    values = (figure.low, figure.high) if figure.value is None else (figure.value,)
    return Fraction(str(label["value"])) in values


def _context(text: str, quantity: Quantity) -> str:
    around = text[max(0, quantity.start - 10) : quantity.start], text[quantity.end : quantity.end + 8]
    return f"{around[0]}[{quantity.text}]{around[1]}".replace("\n", "⏎")


def main() -> int:
    """Print one line per report and one for all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was listed too much")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    arguments = parser.parse_args()
    reports = sorted(
        p.with_name(p.name.replace(".labels.json", ".txt")) for p in arguments.folder.glob("*.labels.json")
    )
    if not reports:
        print(f"no *.labels.json in {arguments.folder}", file=sys.stderr)
        return 2
    total, rows = Score(), []
    for report in reports:
        try:
            score = judge(report)
        except (AuditError, OSError, ValueError, KeyError) as error:
            print(f"{report.name}: {error}", file=sys.stderr)
            return 3
        rows.append(score.row(report.stem))
        for name in ("labelled", "listed", "found", "units"):
            setattr(total, name, getattr(total, name) + getattr(score, name))
        if arguments.misses:
            print(*(f"{report.stem}: missed {line}" for line in score.missed), sep="\n", file=sys.stderr)
            print(*(f"{report.stem}: too much {line}" for line in score.surplus), sep="\n", file=sys.stderr)
    rows.append(total.row("all"))
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return 0
    for row in rows:
        shown = {key: "-" if row[key] is None else f"{row[key]:.3f}" for key in ("recall", "precision")}
        print(f"{shown['recall']:>6} {shown['precision']:>6} {row['labelled']:>5} {row['listed']:>5}  {row['report']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
