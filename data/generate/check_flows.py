"""What every docket promises: new, carried in and carried out agree with the profile."""

from datetime import date

import workdays
from profiles import Docket
from rows import Row, day
from verdicts import Checks


def flows(year: int, rows: list[Row], docket: Docket, columns: tuple[str, str, str], checks: Checks) -> None:
    """Check a docket, named with its opening and its closing column; nothing carried in stays open."""
    table, opened, closed = columns
    own = [row for row in rows if day(row, opened).year == year]
    before = [row for row in rows if day(row, opened).year == year - 1]
    checks.same(f"{table}: received in the year", len(own), docket.received)
    checks.same(f"{table}: carried in", len(before), docket.carried_in)
    checks.same(f"{table}: rows", len(rows), docket.received + docket.carried_in)
    checks.same(f"{table}: open at year end", sum(row[closed] is None for row in rows), docket.carried_out)
    checks.each(f"{table}: carry-in closed in the year", before, lambda row: day(row, closed).year == year)
    checks.each(f"{table}: outcome when closed", rows, lambda row: bool(row[closed]) == bool(row["outcome"]))
    checks.each(f"{table}: known by year end", rows, lambda row: _latest(row) <= date(year, 12, 31))


def _latest(row: Row) -> date:
    return max(value for value in row.values() if isinstance(value, date))


def lag(row: Row, column: str) -> int:
    """Count the working days from receipt to an event."""
    return workdays.count(day(row, "received_date"), day(row, column))


def span(row: Row, start: str, end: str) -> int:
    """Count the calendar days from one event to another."""
    return (day(row, end) - day(row, start)).days
