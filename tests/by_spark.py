"""What Spark makes of the tables that DuckDB and pandas are held to, as JSON: run in a process of its own."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any, cast

from made_tables import PARAMETERS, faulty, lines, table

from audit.clocks import official_calendar
from audit.home import Home
from audit.intake import Table, Tables
from audit.model import Period
from audit.programme import open_audit
from audit.query import Machine, SparkWarehouse
from audit.rulebook import Rulebook, Suite
from audit.validate import hold

# Of the many lines, enough to have every type, every operator and every kind of condition; Spark takes its time.
ASKED = {line.check: line for line in lines() if int(line.check) % 3 == 0 or line.shape != "map"}
BARE = dict(list(ASKED.items())[:4])


class _Empty:
    """A rulebook without rules and computed tables."""

    rules: dict[str, Any] = {}
    computed: dict[str, Any] = {}


def judged(held: Table, suite: Suite) -> list[dict[str, Any]]:
    """The outcomes of a suite by Spark."""
    period = Period(2021, date(2021, 12, 31))
    book = cast(Rulebook, _Empty())
    with SparkWarehouse(Tables({"cases": held}, {}), book, period, official_calendar(), None, "spark") as house:
        outcomes = hold(suite, held, house, "normative", PARAMETERS)
    return [outcome.model_dump(mode="json") for outcome in outcomes]


def measured(loaded: int) -> dict[str, Any]:
    """Every measure of the sample by Spark."""
    with open_audit(Home(), "sample", 2022, machine=Machine("spark", loaded=loaded)) as audit:
        taken = {name: audit.measured(name) for name in audit.book.measures}
    return {name: [str(found.value), found.judged, found.digest] for name, found in taken.items()}


def main(out: Path) -> None:
    """Write everything to `out`."""
    found = {
        "faulty": judged(faulty(), Suite("cases", tuple(ASKED.values()))),
        "bare": judged(table(no=["1", "2"], count=[1, 2]), Suite("cases", tuple(BARE.values()))),
        "measures": measured(10**9),
        "stored": measured(0),
    }
    out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
