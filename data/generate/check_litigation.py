"""Self-checks of the litigation dockets and the meetings around them."""

from check_flows import flows, span
from profiles import Profile
from rows import Row, Tables, day
from verdicts import Checks, in_order, tally, together

_STEPS = ("docketed_date", "copy_received_date", "defence_filed_date", "heard_date", "closed_date")


def check(profile: Profile, tables: Tables, checks: Checks) -> None:
    """Check dockets, hearings and meetings."""
    rows = tables["litigation_cases"]
    _dockets(profile, rows, checks)
    _hearings(rows, checks)
    _meetings(profile, tables, checks)


def _dockets(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.litigation
    flows(profile.year, rows, plan.docket, ("litigation", "docketed_date", "closed_date"), checks)
    own = [row for row in rows if day(row, "docketed_date").year == profile.year]
    first = plan.docket.received - plan.second - plan.retrial
    instances = {"first": first, "second": plan.second, "retrial": plan.retrial}
    checks.same("litigation: instances", tally(own, "instance"), instances)
    checks.each("litigation: order", rows, lambda row: in_order(row, *_STEPS))
    checks.each("litigation: copy", rows, lambda row: 2 <= span(row, *_STEPS[:2]) <= 12)
    checks.each("litigation: defence", rows, lambda row: span(row, *_STEPS[1:3]) <= 15)
    checks.true("litigation: all but two outcomes in use", len(tally(rows, "outcome")) >= 10)


def _hearings(rows: list[Row], checks: Checks) -> None:
    checks.each("litigation: attended when heard", rows, lambda row: together(row, "heard_date", "attendance"))
    attendance = tally(rows, "attendance")
    heads = attendance.get("head", 0) / sum(attendance.values())
    checks.same("litigation: attendance codes", set(attendance), {"head", "staff"})
    checks.true("litigation: heads at roughly half the hearings", 0.4 <= heads <= 0.6)
    judged = [row for row in rows if row["instance"] == "first" and row["closed_date"]]
    heard = sum(row["heard_date"] is not None for row in judged)
    checks.true("litigation: most first instances heard", heard * 2 > len(judged))


def _meetings(profile: Profile, tables: Tables, checks: Checks) -> None:
    plan = profile.litigation
    rows = tables["prelitigation_meetings"]
    heard = {row["docket_no"]: row for row in tables["litigation_cases"] if row["heard_date"]}
    pretrial = [row for row in rows if row["kind"] == "pretrial"]
    settlements = [row for row in rows if row["kind"] == "settlement"]
    checks.same("meetings: settlements", len(settlements), plan.settlements)
    checks.same("meetings: pre-trial", len(pretrial), plan.pretrials)
    checks.each("meetings: in the year", rows, lambda row: day(row, "held_date").year == profile.year)
    checks.each("meetings: no docket yet", settlements, lambda row: row["docket_no"] is None)
    checks.each("meetings: a docket that was heard", pretrial, lambda row: row["docket_no"] in heard)
    checks.each("meetings: before the hearing", pretrial, lambda row: _before(row, heard[row["docket_no"]]))


def _before(meeting: Row, case: Row) -> bool:
    return day(case, "copy_received_date") <= day(meeting, "held_date") < day(case, "heard_date")
