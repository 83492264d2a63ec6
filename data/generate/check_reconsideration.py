"""Self-checks of the reconsideration cases."""

from datetime import date, timedelta

from check_flows import flows, lag
from profiles import Docket, Profile
from rows import Row, Tables, day
from verdicts import Checks, in_order, tally


def check(profile: Profile, tables: Tables, checks: Checks) -> None:
    """Check receipt, admission and conclusion."""
    rows = tables["reconsideration_cases"]
    admitted = [row for row in rows if row["disposition"] == "admitted"]
    _receipt(profile, rows, checks)
    _turned_away([row for row in rows if row not in admitted], checks)
    _admitted(profile, admitted, checks)
    checks.each("reconsideration: order", rows, _in_order)
    checks.same("reconsideration: outcomes in use", len(tally(rows, "outcome")), 9)


def _receipt(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.reconsideration
    own = [row for row in rows if day(row, "received_date").year == profile.year]
    admitted = plan.docket.received - plan.refused - plan.told_elsewhere
    expected = {"admitted": admitted, "refused": plan.refused, "told_elsewhere": plan.told_elsewhere}
    checks.same("reconsideration: received", len(own), plan.docket.received)
    checks.same("reconsideration: dispositions", tally(own, "disposition"), expected)


def _turned_away(rows: list[Row], checks: Checks) -> None:
    undecided = ("admitted_date", "closed_date", "outcome", "extension_notice_date")
    checks.each("reconsideration: notified in time", rows, lambda row: lag(row, "notified_date") <= 5)
    checks.each("reconsideration: not decided", rows, lambda row: not any(row[c] for c in undecided))


def _admitted(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.reconsideration
    received = plan.docket.received - plan.refused - plan.told_elsewhere
    docket = Docket(received, plan.docket.carried_in, plan.docket.carried_out)
    extended = sum(row["extension_notice_date"] is not None for row in rows)
    flows(profile.year, rows, docket, ("reconsideration", "received_date", "closed_date"), checks)
    checks.same("reconsideration: extended", extended, plan.extended)
    checks.each("reconsideration: admitted in time", rows, lambda row: lag(row, "admitted_date") <= 5)
    checks.each("reconsideration: admitted in the year of receipt", rows, _admitted_in_its_year)
    checks.each("reconsideration: concluded in time", rows, lambda row: _concluded(row, profile.as_of))


def _admitted_in_its_year(row: Row) -> bool:
    return day(row, "admitted_date").year == day(row, "received_date").year


def _in_order(row: Row) -> bool:
    admission = in_order(row, "received_date", "disposition_date", "notified_date")
    return admission and in_order(row, "received_date", "admitted_date", "extension_notice_date", "closed_date")


def _concluded(row: Row, as_of: date) -> bool:
    """Test sixty days of receipt, hence of admission; ninety with a notice before the sixtieth."""
    received = day(row, "received_date")
    sixty, ninety = received + timedelta(days=60), received + timedelta(days=90)
    if row["closed_date"] is None:
        return sixty >= as_of and received.month in (11, 12)
    if row["extension_notice_date"] is None:
        return day(row, "closed_date") <= sixty
    longer = day(row, "closed_date") > day(row, "admitted_date") + timedelta(days=60)
    return longer and day(row, "extension_notice_date") < sixty and day(row, "closed_date") <= ninety
