"""Which records a measure counts, in plain Python, from the definitions in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audit.reperform.plain import Row
from audit.reperform.takes import Second, Test, Year


def every(_: Year, __: Row) -> bool:
    """Every record."""
    return True


def in_year(column: str, **codes: Any) -> Test:
    """Records whose day lies in the year and whose other columns hold one of the values given."""
    sets = {name: values if isinstance(values, tuple) else (values,) for name, values in codes.items()}
    return lambda year, row: year.holds(row[column]) and all(row[name] in sets[name] for name in sets)


def counted(table: str, counts: Test) -> Second:
    """A number of records."""
    return Second("count", table, counts)


def received(disposition: str) -> Second:
    """Applications for reconsideration received in the year, with this disposition."""
    return counted("reconsideration_cases", in_year("received_date", disposition=disposition))


def concluded(*outcomes: str) -> Second:
    """Cases of reconsideration concluded in the year, with one of these outcomes."""
    return counted("reconsideration_cases", in_year("closed_date", outcome=outcomes))


def answered(beginning: str) -> Second:
    """Requests answered in the year and by the cut-off date, with an outcome, or one of a group of outcomes."""

    def counts(year: Year, row: Row) -> bool:
        answered = year.holds(row["reply_date"]) and year.past(row["reply_date"])
        outcome = row["outcome"] or ""
        return answered and (outcome.startswith(beginning) if beginning.endswith(".") else beginning in ("", outcome))

    return counted("disclosure_requests", counts)


def valid_card(kind: str) -> Second:
    """Certificates of a kind that are in force at the cut-off date and not cancelled by then."""

    def counts(year: Year, row: Row) -> bool:
        expires, cancelled = row["expires_date"], row["cancelled_date"]
        in_force = expires is not None and expires >= year.as_of and year.past(row["issued_date"])
        kept = row["status"] == "valid" if cancelled is None else cancelled > year.as_of
        return row["kind"] == kind and in_force and kept

    return counted("enforcement_certificates", counts)


def timely(year: Year, row: Row) -> bool | None:
    """Filed no later than the limit after publication; a limit that ends on a day off runs to the next working day."""
    published, filed = row["published_date"], row["filed_date"]
    if filed is None:
        return False
    since, days = year.limits["NRM-T01"]
    if published is None or published < since:
        return None
    last = published + timedelta(days=days)
    return True if filed <= last else bool(filed <= year.rolled(last))


def defended(year: Year, row: Row) -> bool:
    """Attended where it was heard, and defended where the time for that has passed."""
    heard, attended = row["heard_date"], row["attendance"]
    if year.past(heard) and attended in (None, "none"):
        return False
    return True if year.past(row["defence_filed_date"]) else defence_due(row) >= year.as_of


def defence_due(row: Row) -> date:
    """Fifteen days after the copy of the complaint, thirty after docketing where its day is not known."""
    copy: date | None = row["copy_received_date"]
    docketed: date = row["docketed_date"]
    return copy + timedelta(days=15) if copy is not None else docketed + timedelta(days=30)


def ripe(year: Year, row: Row) -> bool:
    """Opened in the year, and heard, defended or past the time for a defence by the cut-off date."""
    if not year.holds(row["docketed_date"]):
        return False
    return defence_due(row) < year.as_of or year.past(row["heard_date"]) or year.past(row["defence_filed_date"])


def hours_of_staff(year: Year) -> Iterator[Row]:
    """Everyone on the roster with the hours credited in the year; someone without any has none."""
    credited: dict[Any, list[Decimal]] = {}
    for row in year.tables["training_hours"]:
        if year.holds(row["credited_date"]) and row["hours"] is not None:
            credited.setdefault(row["person_no"], []).append(row["hours"])
    for row in year.tables["training_roster"]:
        hours = sum(credited.get(row["person_no"], []), Decimal(0))
        yield {"person_no": row["person_no"], "hours": hours}


def quarters_of_units(year: Year) -> Iterator[Row]:
    """Each unit due to file, four quarters each, with what it filed."""
    filed: dict[tuple[Any, Any], list[Row]] = {}
    for row in year.tables["administrative_acts"]:
        filed.setdefault((row["unit_code"], row["quarter"]), []).append(row)
    for unit in year.tables["units"]:
        for quarter in (1, 2, 3, 4) if unit["files_acts"] == "yes" else ():
            mine = filed.get((unit["unit_code"], quarter), [])
            known = any(row["filed_date"] for row in mine) and any(row["acts"] is not None for row in mine)
            yield {"unit_code": unit["unit_code"], "quarter": quarter, "known": known}


def laws_studied(year: Year) -> Iterator[Row]:
    """The first session, by number, at which each law was studied by the executive meeting."""
    first: dict[str, Row] = {}
    for row in sorted(year.tables["training_sessions"], key=lambda row: str(row["session_no"])):
        if year.holds(row["held_from"]) and row["kind"] == "council_study" and row["law_title"] is not None:
            first.setdefault(row["law_title"], row)
    yield from first.values()


def enrolled(year: Year) -> Iterator[Row]:
    """Everyone on the roster, and whether any hours are on record for them."""
    known = {row["person_no"] for row in year.tables["training_hours"]}
    for row in year.tables["training_roster"]:
        yield {"person_no": row["person_no"], "known": row["person_no"] in known}


def cell_of_form(row: str, column: str) -> Second:
    """What one cell of the disclosure form says."""
    return Second(
        "sum",
        "disclosure_form",
        lambda _, cell: (cell["form_row"], cell["form_column"]) == (row, column),
        lambda _, cell: cell["value"],
    )


def worked_back(row: str) -> Second:
    """What was in force a year before: in force, plus repealed, less issued; nothing when one of them is blank."""
    parts = ("issued", "repealed", "in_force")

    def cells(year: Year) -> Iterator[Row]:
        mine = [c for c in year.tables["disclosure_form"] if c["form_row"] == row and c["form_column"] in parts]
        if sum(cell["value"] is not None for cell in mine) == len(parts):
            yield from mine

    return Second(
        "sum",
        "disclosure_form",
        every,
        lambda _, cell: -cell["value"] if cell["form_column"] == "issued" else cell["value"],
        cells,
    )
