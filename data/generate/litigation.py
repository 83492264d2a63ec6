"""Litigation dockets, as whole lives cut at the day of reading, and the meetings around them."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import draws
from directory import contested_unit
from profiles import Profile
from rows import Row, as_known, day

_COURT = {"first": "行初", "second": "行终", "retrial": "行申"}
_LONGEST = {"first": 172, "second": 86, "retrial": 165}
_HEARD = {"first": 1.0, "second": 0.3, "retrial": 0.5}
_SELDOM_HEARD = {"withdrawn": 0.2, "transferred": 0.0, "suit_rejected": 0.6}
_FIRST = {
    "claim_dismissed": 14,
    "withdrawn": 11,
    "suit_rejected": 9,
    "annulled": 3,
    "unlawful": 3,
    "perform": 2,
    "changed": 1,
    "agreement": 1,
    "transferred": 1,
    "other": 1,
}
_LATER = {"other": 8, "claim_dismissed": 2, "withdrawn": 2, "annulled": 1}
_OUTSTANDING = {"heard_date": {"attendance": None}, "closed_date": {"outcome": None}}


@dataclass(frozen=True)
class _Season:
    """When dockets of one stream are opened, the year in which they close, and the last digit's parity."""

    opened_from: date
    opened_to: date
    closed_in: int
    late: bool


def build(profile: Profile) -> dict[str, list[Row]]:
    """Make the tables of this domain."""
    cases = _late(profile, profile.year - 1) + _settled(profile) + _late(profile, profile.year)
    cases.sort(key=lambda row: (day(row, "docketed_date"), str(row["docket_no"])))
    return {
        "litigation_cases": [as_known(row, profile.as_of, _OUTSTANDING) for row in cases],
        "prelitigation_meetings": _meetings(profile, cases),
    }


def _carried(n: int) -> dict[str, int]:
    """Divide n carried dockets over the instances, alike in every year; a retrial is never carried."""
    second = n // 5
    return {"first": n - second, "second": second}


def _late(profile: Profile, year: int) -> list[Row]:
    """The dockets that a year hands to the next: opened from July to early December, closed after it."""
    docket = profile.litigation.docket
    n = docket.carried_out if year == profile.year else docket.carried_in
    rng = profile.rng("litigation_cases/late", year)
    season = _Season(date(year, 7, 15), date(year, 12, 3), year + 1, late=True)
    return _dockets(rng, profile, _carried(n), season)


def _settled(profile: Profile) -> list[Row]:
    """The year's own dockets that were closed within it."""
    plan = profile.litigation
    rng = profile.rng("litigation_cases/settled")
    n = plan.docket.received - plan.docket.carried_out
    second = plan.second - _carried(plan.docket.carried_out)["second"]
    season = _Season(date(profile.year, 1, 4), date(profile.year, 10, 29), profile.year, late=False)
    instances = {"first": n - second - plan.retrial, "second": second, "retrial": plan.retrial}
    return _dockets(rng, profile, instances, season)


def _dockets(rng: Random, profile: Profile, instances: dict[str, int], season: _Season) -> list[Row]:
    rows = []
    for instance, n in instances.items():
        for outcome in draws.quota(rng, _FIRST if instance == "first" else _LATER, n):
            rows.append(_life(rng, profile, instance, outcome, season))
    heard = [row for row in rows if row["heard_date"]]
    for row, who in zip(heard, draws.quota(rng, {"head": 1, "staff": 1}, len(heard)), strict=True):
        row["attendance"] = who
    _number(rows, season)
    return rows


def _life(rng: Random, profile: Profile, instance: str, outcome: str, season: _Season) -> Row:
    """Draw one docket's life, again and again until it closes in the year in which it should."""
    while True:
        docketed = draws.days(rng, 1, season.opened_from, season.opened_to)[0]
        copy = draws.day(rng, docketed + timedelta(days=2), docketed + timedelta(days=12))
        defence = draws.late_day(rng, copy + timedelta(days=5), copy + timedelta(days=15))
        first = docketed + timedelta(days=30 if outcome in ("withdrawn", "transferred") else 48)
        closed = draws.day(rng, first, docketed + timedelta(days=_LONGEST[instance]))
        if closed.year == season.closed_in:
            break
    heard = _hearing(rng, instance, outcome, defence, closed)
    return {
        "docketed_date": docketed,
        "instance": instance,
        "defendant_unit": contested_unit(rng, profile.units),
        "copy_received_date": copy,
        "defence_filed_date": defence,
        "heard_date": heard,
        "attendance": None,
        "closed_date": closed,
        "outcome": outcome,
    }


def _hearing(rng: Random, instance: str, outcome: str, defence: date, closed: date) -> date | None:
    """Fix a hearing between defence and judgment; suits that end early seldom reach one."""
    likely = _SELDOM_HEARD.get(outcome, _HEARD[instance])
    first, last = defence + timedelta(days=3), closed - timedelta(days=8)
    if rng.random() >= likely or (last - first).days < 8:
        return None
    return draws.day(rng, first, last)


def _number(rows: list[Row], season: _Season) -> None:
    """Number dockets as a court would, rising through the year; late ones get odd numbers, others even ones.

    The number is a function of the day and of the stream alone, so that the two years that share a docket
    agree about it.
    """
    rows.sort(key=lambda row: day(row, "docketed_date"))
    before: dict[date, int] = {}
    for row in rows:
        opened = day(row, "docketed_date")
        nth = before[opened] = before.get(opened, -1) + 1
        number = opened.timetuple().tm_yday * 12 + 2 * nth + season.late
        row["docket_no"] = f"（{opened.year}）示01{_COURT[str(row['instance'])]}{number:04d}号"


def _meetings(profile: Profile, cases: list[Row]) -> list[Row]:
    """Settlement talks, which concern no docket yet, and pre-trial meetings between copy and hearing."""
    plan = profile.litigation
    rng = profile.rng("prelitigation_meetings")
    january, december = date(profile.year, 1, 4), profile.as_of
    heard = [
        row
        for row in cases
        if row["instance"] == "first"
        and row["heard_date"]
        and day(row, "copy_received_date") >= january
        and day(row, "heard_date") <= december
    ]
    rows: list[Row] = [
        {"held_date": when, "kind": "settlement", "docket_no": None, "result": result}
        for when, result in zip(
            draws.days(rng, plan.settlements, january, december),
            draws.quota(rng, {"settled": 5, "continued": 4}, plan.settlements),
            strict=True,
        )
    ]
    for case in rng.sample(heard, plan.pretrials):
        when = draws.day(rng, day(case, "copy_received_date"), day(case, "heard_date") - timedelta(days=1))
        rows.append({"held_date": when, "kind": "pretrial", "docket_no": case["docket_no"], "result": "prepared"})
    rows.sort(key=lambda row: day(row, "held_date"))
    for i, row in enumerate(rows, 1):
        row["meeting_no"] = profile.number("会", i)
    return rows
