"""The last day of a period of 20 working days, for every record of a Parquet file, two ways; run in a fresh process.

    .venv/bin/python benchmarks/working_days.py engine|loop FILE ROWS OUT

`engine` is audit.query.deadlines over the whole file; `loop` asks chinese_calendar day by day, row by row, over the
first ROWS rows.  Prints the seconds, imports left out, and the rows.  OUT gets the days, to hold one against the other.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

N = 20


def engine(path: Path, out: Path) -> tuple[float, int]:
    """The vectorised way."""
    from audit.clocks import official_calendar
    from audit.query import deadlines

    begun = time.perf_counter()
    rows = deadlines(path, "received", N, "working", official_calendar(), out=out)
    return time.perf_counter() - begun, rows


def loop(path: Path, out: Path, rows: int) -> tuple[float, int]:
    """The way one would write it without thinking of many rows."""
    from datetime import date, timedelta

    import chinese_calendar
    import duckdb

    received = duckdb.sql(f"SELECT received FROM '{path}' ORDER BY case_no LIMIT {rows}").fetchall()
    begun = time.perf_counter()
    due: list[date] = []
    for (day,) in received:
        left = N
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        due.append(day)
    seconds = time.perf_counter() - begun
    out.write_text(json.dumps([day.isoformat() for day in due]), encoding="utf-8")
    return seconds, len(due)


def generate(path: Path, rows: int) -> None:
    """Records with a number and a day of receipt in 2021 to 2024."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"""
            COPY (SELECT i AS case_no, DATE '2021-01-01' + CAST(hash(i) % 1400 AS INTEGER) AS received
                  FROM range({rows}) AS numbers(i)) TO '{path}' (FORMAT parquet)
        """)


def same(path: Path, out: Path, sample: Path) -> bool:
    """Whether both ways gave the same days, where both gave one."""
    import duckdb

    days = json.loads(sample.read_text(encoding="utf-8"))
    found = duckdb.sql(f"SELECT due FROM '{out}' ORDER BY case_no LIMIT {len(days)}").fetchall()
    return [day.isoformat() for (day,) in found] == days


if __name__ == "__main__":
    way, source, count, target = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    taken, made = engine(source, target) if way == "engine" else loop(source, target, count)
    print(json.dumps({"seconds": taken, "rows": made}))
