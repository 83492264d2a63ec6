"""Every measure a second time, in plain Python, from its definition in words and not from its SQL.

Nothing here is shared with the first way: no DuckDB, no SQL, no pandas.  A measure that has no entry is named in the
certificate as not covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from audit.reperform.plain import Row

Test = Callable[["Year", Row], Any]


@dataclass(frozen=True)
class Year:
    """The year under audit, its cut-off date, the tables, and the last day of a limit of so many days."""

    start: date
    end: date
    as_of: date
    tables: dict[str, list[Row]]
    limits: dict[str, tuple[date, int]]
    rolled: Callable[[date], date]

    def holds(self, day: date | None) -> bool:
        """Whether the day lies in the year."""
        return day is not None and self.start <= day <= self.end

    def past(self, day: date | None) -> bool:
        """Whether the day had come by the cut-off date."""
        return day is not None and day <= self.as_of

    def until_end(self, day: date | None) -> bool:
        """Whether the day lies in the year or before it."""
        return day is not None and day <= self.end

    def still_open(self, day: date | None) -> bool:
        """Whether what ends on this day had not ended before the year began."""
        return day is None or day >= self.start

    def left_open(self, day: date | None) -> bool:
        """Whether what ends on this day had not ended by the cut-off date."""
        return day is None or day > self.as_of


@dataclass(frozen=True)
class Second:
    """How a measure is taken again: the table its records are of, which of them count, what each contributes."""

    kind: str
    table: str
    counts: Test
    value: Test | None = None
    rows: Callable[[Year], Iterator[Row]] | None = None

    def marks(self, year: Year) -> list[tuple[Row, Any]]:
        """The records that count, each with its contribution."""
        rows = self.rows(year) if self.rows else iter(year.tables[self.table])
        found = [row for row in rows if self.counts(year, row)]
        return [(row, self.value(year, row) if self.value else None) for row in found]


def _all(_: Year, __: Row) -> bool:
    return True


def _in_year(column: str, **codes: Any) -> Test:
    """Records whose day lies in the year and whose other columns hold one of the values given."""
    sets = {name: values if isinstance(values, tuple) else (values,) for name, values in codes.items()}
    return lambda year, row: year.holds(row[column]) and all(row[name] in sets[name] for name in sets)


def _count(table: str, counts: Test) -> Second:
    return Second("count", table, counts)


def _received(disposition: str) -> Second:
    return _count("reconsideration_cases", _in_year("received_date", disposition=disposition))


def _concluded(*outcomes: str) -> Second:
    return _count("reconsideration_cases", _in_year("closed_date", outcome=outcomes))


def _answered(beginning: str) -> Second:
    """Requests answered in the year and by the cut-off date, with an outcome, or one of a group of outcomes."""

    def counts(year: Year, row: Row) -> bool:
        answered = year.holds(row["reply_date"]) and year.past(row["reply_date"])
        outcome = row["outcome"] or ""
        return answered and (outcome.startswith(beginning) if beginning.endswith(".") else beginning in ("", outcome))

    return _count("disclosure_requests", counts)


def _valid_card(kind: str) -> Second:
    def counts(year: Year, row: Row) -> bool:
        expires, cancelled = row["expires_date"], row["cancelled_date"]
        in_force = expires is not None and expires >= year.as_of and year.past(row["issued_date"])
        kept = row["status"] == "valid" if cancelled is None else cancelled > year.as_of
        return row["kind"] == kind and in_force and kept

    return _count("enforcement_certificates", counts)


def _timely(year: Year, row: Row) -> bool | None:
    """Filed no later than the limit after publication; a limit that ends on a day off runs to the next working day."""
    published, filed = row["published_date"], row["filed_date"]
    if filed is None:
        return False
    since, days = year.limits["NRM-T01"]
    if published is None or published < since:
        return None
    last = published + timedelta(days=days)
    return True if filed <= last else bool(filed <= year.rolled(last))


def _defended(year: Year, row: Row) -> bool:
    heard, attended = row["heard_date"], row["attendance"]
    if year.past(heard) and attended in (None, "none"):
        return False
    return True if year.past(row["defence_filed_date"]) else _defence_due(row) >= year.as_of


def _defence_due(row: Row) -> date:
    copy: date | None = row["copy_received_date"]
    docketed: date = row["docketed_date"]
    return copy + timedelta(days=15) if copy is not None else docketed + timedelta(days=30)


def _ripe(year: Year, row: Row) -> bool:
    """Opened in the year, and heard, defended or past the time for a defence by the cut-off date."""
    if not year.holds(row["docketed_date"]):
        return False
    return _defence_due(row) < year.as_of or year.past(row["heard_date"]) or year.past(row["defence_filed_date"])


def _hours(year: Year) -> Iterator[Row]:
    """Everyone on the roster with the hours credited in the year; someone without any has none."""
    credited: dict[Any, list[Decimal]] = {}
    for row in year.tables["training_hours"]:
        if year.holds(row["credited_date"]) and row["hours"] is not None:
            credited.setdefault(row["person_no"], []).append(row["hours"])
    for row in year.tables["training_roster"]:
        hours = sum(credited.get(row["person_no"], []), Decimal(0))
        yield {"person_no": row["person_no"], "hours": hours}


def _quarters(year: Year) -> Iterator[Row]:
    """Each unit due to file, four quarters each, with what it filed."""
    filed: dict[tuple[Any, Any], list[Row]] = {}
    for row in year.tables["administrative_acts"]:
        filed.setdefault((row["unit_code"], row["quarter"]), []).append(row)
    for unit in year.tables["units"]:
        for quarter in (1, 2, 3, 4) if unit["files_acts"] == "yes" else ():
            mine = filed.get((unit["unit_code"], quarter), [])
            known = any(row["filed_date"] for row in mine) and any(row["acts"] is not None for row in mine)
            yield {"unit_code": unit["unit_code"], "quarter": quarter, "known": known}


def _laws(year: Year) -> Iterator[Row]:
    """The first session, by number, at which each law was studied by the executive meeting."""
    first: dict[str, Row] = {}
    for row in sorted(year.tables["training_sessions"], key=lambda row: str(row["session_no"])):
        if year.holds(row["held_from"]) and row["kind"] == "council_study" and row["law_title"] is not None:
            first.setdefault(row["law_title"], row)
    yield from first.values()


def _enrolled(year: Year) -> Iterator[Row]:
    """Everyone on the roster, and whether any hours are on record for them."""
    known = {row["person_no"] for row in year.tables["training_hours"]}
    for row in year.tables["training_roster"]:
        yield {"person_no": row["person_no"], "known": row["person_no"] in known}


def _cell_of_form(row: str, column: str) -> Second:
    return Second(
        "sum",
        "disclosure_form",
        lambda _, cell: (cell["form_row"], cell["form_column"]) == (row, column),
        lambda _, cell: cell["value"],
    )


def _worked_back(row: str) -> Second:
    """What was in force a year before: in force, plus repealed, less issued; nothing when one of them is blank."""
    parts = ("issued", "repealed", "in_force")

    def cells(year: Year) -> Iterator[Row]:
        mine = [c for c in year.tables["disclosure_form"] if c["form_row"] == row and c["form_column"] in parts]
        if sum(cell["value"] is not None for cell in mine) == len(parts):
            yield from mine

    return Second(
        "sum",
        "disclosure_form",
        _all,
        lambda _, cell: -cell["value"] if cell["form_column"] == "issued" else cell["value"],
        cells,
    )


_DOCUMENTS, _CASES, _REQUESTS = "normative_documents", "reconsideration_cases", "disclosure_requests"
_DOCKETS, _MEETINGS, _REVIEWS = "litigation_cases", "prelitigation_meetings", "legal_reviews"
_ITEMS, _SESSIONS = "information_items", "training_sessions"

SECOND: dict[str, Second] = {
    "normative.submitted": _count(
        _DOCUMENTS, lambda y, r: y.until_end(r["submitted_date"]) and y.still_open(r["review_closed_date"])
    ),
    "normative.reviewed": _count(_DOCUMENTS, _in_year("review_closed_date")),
    "normative.issued": _count(_DOCUMENTS, _in_year("issued_date")),
    "normative.filed": _count(_DOCUMENTS, lambda y, r: y.holds(r["issued_date"]) and y.past(r["filed_date"])),
    "normative.cleanups": _count("cleanups", _in_year("finished_date")),
    "normative.cleanups_special": _count("cleanups", _in_year("finished_date", kind="special")),
    "normative.cleanups_general": _count("cleanups", _in_year("finished_date", kind="general")),
    "normative.review_closure_rate": Second(
        "rate", _DOCUMENTS, _in_year("submitted_date"), lambda y, r: y.past(r["review_closed_date"])
    ),
    "normative.filing_rate": Second("rate", _DOCUMENTS, _in_year("issued_date"), lambda y, r: y.past(r["filed_date"])),
    "normative.timeliness_rate": Second("rate", _DOCUMENTS, _in_year("issued_date"), _timely),
    "legislation.consultations": _count("legislative_consultations", _in_year("received_date")),
    "legislation.answered_on_time": Second(
        "universal",
        "legislative_consultations",
        _in_year("received_date"),
        lambda _, r: (
            False
            if r["replied_date"] is None
            else None
            if r["due_date"] is None
            else r["replied_date"] <= r["due_date"]
        ),
    ),
    "reconsideration.received": _count(_CASES, _in_year("received_date")),
    **{
        f"reconsideration.{name}": _received(name)
        for name in ("admitted", "refused", "told_elsewhere", "transferred", "abandoned", "withdrawn", "pending")
    },
    "reconsideration.carried_in": _count(
        _CASES,
        lambda y, r: (
            r["disposition"] == "admitted"
            and r["admitted_date"] is not None
            and r["admitted_date"] < y.start
            and y.still_open(r["closed_date"])
        ),
    ),
    "reconsideration.admitted_all": _count(_CASES, _in_year("admitted_date")),
    "reconsideration.concluded": _count(_CASES, _in_year("closed_date")),
    "reconsideration.carried_out": _count(
        _CASES,
        lambda y, r: r["disposition"] == "admitted" and y.past(r["admitted_date"]) and y.left_open(r["closed_date"]),
    ),
    "reconsideration.upheld": _concluded("upheld"),
    "reconsideration.corrected": _concluded("perform", "annulled", "changed", "unlawful"),
    "reconsideration.rejected": _concluded("claim_rejected", "application_rejected"),
    "reconsideration.mediated": _concluded("mediated"),
    "reconsideration.terminated": _concluded("terminated"),
    "disclosure.handled": _count(
        _REQUESTS,
        lambda y, r: y.until_end(r["received_date"]) and (y.holds(r["received_date"]) or y.still_open(r["reply_date"])),
    ),
    "disclosure.new": _count(_REQUESTS, _in_year("received_date")),
    "disclosure.carried_in": _count(
        _REQUESTS,
        lambda y, r: r["received_date"] is not None and r["received_date"] < y.start and y.still_open(r["reply_date"]),
    ),
    "disclosure.closed": _answered(""),
    "disclosure.open": _count(_REQUESTS, lambda y, r: y.past(r["received_date"]) and y.left_open(r["reply_date"])),
    "disclosure.granted": _answered("granted"),
    "disclosure.partial": _answered("partial"),
    **{f"disclosure.{name}": _answered(f"{name}.") for name in ("denied", "unable", "not_processed", "other")},
    "information.published_and_migrated": _count(_ITEMS, _in_year("released_date")),
    "information.published": _count(_ITEMS, _in_year("released_date", kind="published")),
    "information.migrated": _count(_ITEMS, _in_year("released_date", kind="migrated")),
    "certificates.enforcement": _valid_card("enforcement"),
    "certificates.supervision": _valid_card("supervision"),
    "certificates.cancelled": _count("enforcement_certificates", _in_year("cancelled_date")),
    "quiz.participation_rate": Second(
        "rate", "quiz_roster", _all, lambda _, r: None if r["took_part"] is None else r["took_part"] == "yes"
    ),
    "quiz.participants": _count("quiz_roster", lambda _, r: r["took_part"] == "yes"),
    "acts.filed": Second("sum", "administrative_acts", _all, lambda _, r: r["acts"]),
    "acts.units": _count("units", lambda _, r: r["files_acts"] == "yes"),
    "acts.every_unit": Second("universal", "unit_quarters", _all, lambda _, r: r["known"], _quarters),
    "litigation.new": _count(_DOCKETS, _in_year("docketed_date")),
    "litigation.carried_in": _count(
        _DOCKETS,
        lambda y, r: r["docketed_date"] is not None and r["docketed_date"] < y.start and y.still_open(r["closed_date"]),
    ),
    "litigation.concluded": _count(_DOCKETS, _in_year("closed_date")),
    "litigation.carried_out": _count(
        _DOCKETS, lambda y, r: y.past(r["docketed_date"]) and y.left_open(r["closed_date"])
    ),
    "litigation.heard": _count(_DOCKETS, _in_year("heard_date")),
    "litigation.heads_attended": _count(_DOCKETS, _in_year("heard_date", attendance="head")),
    "litigation.each_case": Second("universal", _DOCKETS, _ripe, _defended),
    "litigation.meetings": _count(_MEETINGS, _in_year("held_date")),
    "litigation.settlement_meetings": _count(_MEETINGS, _in_year("held_date", kind="settlement")),
    "litigation.pretrial_meetings": _count(_MEETINGS, _in_year("held_date", kind="pretrial")),
    "contracts.reviewed": _count(_REVIEWS, _in_year("reviewed_date", kind="contract")),
    "agenda.reviewed": _count(_REVIEWS, _in_year("reviewed_date", kind="agenda_item")),
    "opinions.issued": Second("sum", _REVIEWS, _in_year("reviewed_date"), lambda _, r: r["opinions"]),
    "publicity.leaflets": Second(
        "sum", "publicity_materials", _in_year("distributed_date"), lambda _, r: r["distributed"]
    ),
    "training.sessions": _count(_SESSIONS, _in_year("held_from", kind="party_school_term")),
    "training.laws_studied": Second("count", _SESSIONS, _all, rows=_laws),
    "training.staff": _count("training_roster", _all),
    "training.min_hours": Second("minimum", "person_hours", _all, lambda _, r: r["hours"], _hours),
    "training.each_person": Second("universal", "person_hours", _all, lambda _, r: r["hours"] >= 6, _hours),
    "training.short_of_hours": Second("count", "person_hours", lambda _, r: r["hours"] < 6, rows=_hours),
    "training.everyone_enrolled": Second("universal", "training_roster", _all, lambda _, r: r["known"], _enrolled),
    "form.new_received": _cell_of_form("new_received", "total"),
    "form.carried_in": _cell_of_form("carried_in", "total"),
    "form.outcome_total": _cell_of_form("outcome_total", "total"),
    "form.carried_out": _cell_of_form("carried_out", "total"),
    "form.rules_in_force": _cell_of_form("rules", "in_force"),
    "form.rules_before": _worked_back("rules"),
    "form.documents_in_force": _cell_of_form("normative_documents", "in_force"),
    "form.documents_before": _worked_back("normative_documents"),
}
