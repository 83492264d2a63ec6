"""Self-checks of the disclosure requests and of the items put on line."""

from datetime import date

import workdays
from check_flows import flows, lag
from profiles import Profile
from rows import Row, Tables, day
from verdicts import Checks, in_order, tally, together

_STEPS = ("received_date", "correction_notice_date", "corrected_date", "consultation_from", "consultation_to")


def check(profile: Profile, tables: Tables, checks: Checks) -> None:
    """Check requests and items."""
    _requests(profile, tables["disclosure_requests"], checks)
    _special_clocks(profile, tables["disclosure_requests"], checks)
    _items(profile, tables["information_items"], checks)


def _requests(profile: Profile, rows: list[Row], checks: Checks) -> None:
    docket = profile.disclosure.docket
    flows(profile.year, rows, docket, ("disclosure", "received_date", "reply_date"), checks)
    closed = docket.received + docket.carried_in - docket.carried_out
    checks.same("disclosure: status", tally(rows, "status"), {"closed": closed, "open": docket.carried_out})
    checks.each("disclosure: closed when replied", rows, _closed_when_replied)
    checks.each("disclosure: order", rows, lambda row: in_order(row, *_STEPS, "extension_notice_date"))
    checks.each("disclosure: reply last", rows, lambda row: in_order(row, *_STEPS, "reply_date"))
    checks.each("disclosure: in time", rows, lambda row: _replied_in_time(row, profile.as_of))
    checks.each("disclosure: carried over from December", rows, lambda row: _late(row) or _within_year(row))
    checks.true("disclosure: at least 12 outcomes in use", len(tally(rows, "outcome")) >= 12)
    persons = tally(rows, "applicant_kind").get("natural_person", 0)
    checks.true("disclosure: mostly natural persons", persons * 2 > len(rows))


def _special_clocks(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.disclosure
    own = [row for row in rows if day(row, "received_date").year == profile.year and _within_year(row)]
    expected = {
        "extension_notice_date": plan.extended,
        "corrected_date": plan.corrected,
        "consultation_to": plan.consulted,
    }
    for column, n in expected.items():
        checks.same(f"disclosure: {column}", sum(row[column] is not None for row in own), n)
    corrected = [row for row in rows if row["correction_notice_date"]]
    both = ("correction_notice_date", "corrected_date")
    checks.each("disclosure: corrected after notice", rows, lambda row: together(row, *both))
    checks.each("disclosure: notice in time", corrected, lambda row: lag(row, "correction_notice_date") <= 7)
    unclear = [row for row in rows if row["outcome"] == "unable.unclear"]
    checks.each("disclosure: unclear after correction", unclear, lambda row: bool(row["corrected_date"]))


def _closed_when_replied(row: Row) -> bool:
    return (row["status"] == "closed") == bool(row["reply_date"])


def _late(row: Row) -> bool:
    return day(row, "received_date").month == 12


def _within_year(row: Row) -> bool:
    return bool(row["reply_date"]) and day(row, "reply_date").year == day(row, "received_date").year


def _replied_in_time(row: Row, as_of: date) -> bool:
    """Test twenty working days, forty with a notice within them; consultation days do not count."""
    start = day(row, "corrected_date" if row["corrected_date"] else "received_date")
    end = as_of if row["reply_date"] is None else day(row, "reply_date")
    spent = workdays.count(start, end)
    if row["consultation_to"]:
        spent -= workdays.count(day(row, "consultation_from"), day(row, "consultation_to")) - 1
    if row["extension_notice_date"] is None:
        return spent <= 20
    return spent <= 40 and workdays.count(start, day(row, "extension_notice_date")) < 20


def _items(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.disclosure
    kinds = {"published": plan.items_published, "migrated": plan.items - plan.items_published}
    checks.same("items", tally(rows, "kind"), kinds)
    checks.each("items: in the year", rows, lambda row: day(row, "released_date").year == profile.year)
