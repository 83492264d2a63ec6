"""Reconsideration cases: whole lives are drawn, then cut at the day on which the register is read."""

from datetime import date, timedelta
from random import Random

import draws
import workdays
from directory import contested_unit
from profiles import Profile
from rows import Row, as_known, day

_SERIES = "复"
_MATTERS = {"penalty": 14, "inaction": 6, "disclosure": 6, "confirmation": 4, "licence": 3, "coercion": 3,
            "expropriation": 2, "other": 2}  # fmt: skip
_OUTCOMES = {"upheld": 10, "claim_rejected": 4, "terminated": 3, "annulled": 3, "application_rejected": 2,
             "perform": 2, "unlawful": 2, "mediated": 2, "changed": 1}  # fmt: skip
# The matters that an outcome fits; any matter where nothing is said.
_FITTING = {
    "perform": ("inaction", "disclosure"),
    "changed": ("penalty",),
    "mediated": ("penalty", "expropriation", "other"),
    "annulled": ("penalty", "licence", "coercion", "disclosure", "confirmation", "expropriation"),
}
_QUICK = ("terminated", "mediated", "application_rejected")
_OUTSTANDING = {
    "notified_date": {},
    "copy_sent_date": {},
    "answer_date": {},
    "suspended_from": {},
    "suspended_to": {},
    "extension_notice_date": {},
    "closed_date": {"outcome": None},
}


def build(profile: Profile) -> dict[str, list[Row]]:
    """Make the table of this domain."""
    cases = _late(profile, profile.year - 1) + _settled(profile) + _late(profile, profile.year)
    return {"reconsideration_cases": [as_known(row, profile.as_of, _OUTSTANDING) for row in cases]}


def _late(profile: Profile, year: int) -> list[Row]:
    """The cases that a year hands to the next: its last ones, admitted in the year, concluded after it."""
    docket = profile.reconsideration.docket
    own = year == profile.year
    n, total = (docket.carried_out, docket.received) if own else (docket.carried_in, docket.received_last_year)
    rng = profile.rng("reconsideration_cases/late", year)
    outcomes = draws.quota(rng, _OUTCOMES, n)
    rows = []
    for i, received in enumerate(draws.days(rng, n, date(year, 11, 16), date(year, 12, 23))):
        row = _admitted(rng, profile, received, profile.number(_SERIES, total - n + i + 1, year), outcomes[i])
        first = max(date(year + 1, 1, 1), received + timedelta(days=25))
        row["closed_date"] = draws.late_day(rng, first, received + timedelta(days=60))
        _steps(profile, row)
        rows.append(row)
    return rows


def _settled(profile: Profile) -> list[Row]:
    """The year's own cases that were turned away or concluded within it."""
    plan = profile.reconsideration
    rng = profile.rng("reconsideration_cases/settled")
    n = plan.docket.received - plan.docket.carried_out
    received = draws.days(rng, n, date(profile.year, 1, 4), date(profile.year, 11, 12))
    early = [i for i in range(n) if received[i] <= date(profile.year, 9, 20)]
    extended = rng.sample(early, plan.extended)
    turned = ["refused"] * plan.refused + ["told_elsewhere"] * plan.told_elsewhere
    others = [i for i in range(n) if i not in extended]
    turned_away = dict(zip(rng.sample(others, len(turned)), turned, strict=True))
    outcomes = iter(draws.quota(rng, _OUTCOMES, n - len(turned)))
    rows = []
    for i, when in enumerate(received):
        number = profile.number(_SERIES, i + 1)
        if i in turned_away:
            rows.append(_turned_away(rng, profile, when, number, turned_away[i]))
        else:
            row = _admitted(rng, profile, when, number, next(outcomes))
            _conclude(rng, row, profile.as_of, extended=i in extended)
            _steps(profile, row)
            rows.append(row)
    return rows


def _received(rng: Random, profile: Profile, received: date, number: str, outcome: str | None) -> Row:
    fitting = _FITTING.get(str(outcome), tuple(_MATTERS))
    matter = draws.weighted(rng, {matter: _MATTERS[matter] for matter in fitting})
    return {
        "case_no": number,
        "received_date": received,
        "track": None,
        "matter": matter,
        "respondent_unit": contested_unit(rng, profile.units, matter),
        "correction_notice_date": None,
        "corrected_date": None,
        "admitted_date": None,
        "copy_sent_date": None,
        "answer_date": None,
        "suspended_from": None,
        "suspended_to": None,
        "extension_notice_date": None,
        "closed_date": None,
        "outcome": outcome,
    }


def _admitted(rng: Random, profile: Profile, received: date, number: str, outcome: str) -> Row:
    admitted = workdays.add(received, rng.choice((0, 0, 0, 0, 0, 0, 1, 2, 3, 5)))
    notified = workdays.add(admitted, rng.randint(0, 2)) if rng.random() < 0.6 else None
    row = _received(rng, profile, received, number, outcome)
    row.update(disposition="admitted", disposition_date=admitted, admitted_date=admitted, notified_date=notified)
    return row


def _turned_away(rng: Random, profile: Profile, received: date, number: str, disposition: str) -> Row:
    row = _received(rng, profile, received, number, None)
    spent = rng.randint(1, 4)
    decided = workdays.add(received, spent)
    notified = workdays.add(decided, rng.randint(0, 5 - spent))
    row.update(disposition=disposition, disposition_date=decided, notified_date=notified)
    return row


def _conclude(rng: Random, row: Row, year_end: date, *, extended: bool) -> None:
    """Conclude within 60 days of receipt (so of admission too), or with a notice before that within 90."""
    received = day(row, "received_date")
    limit = received + timedelta(days=60)
    if extended:
        row["extension_notice_date"] = draws.day(rng, limit - timedelta(days=14), limit - timedelta(days=1))
        admitted = workdays.add(received, 5)
        first, last = admitted + timedelta(days=61), received + timedelta(days=90)
    else:
        quickest = 10 if row["outcome"] in _QUICK else 25
        first, last = received + timedelta(days=quickest), min(limit, year_end)
    row["closed_date"] = draws.late_day(rng, first, last)


def _steps(profile: Profile, row: Row) -> None:
    """Fill in what happened between receipt and decision.

    An admission three or five days after receipt followed a correction. Drawn for each case by itself, so that
    the two years that share one agree about it.
    """
    received, admitted, closed = (day(row, column) for column in ("received_date", "admitted_date", "closed_date"))
    rng = profile.rng(f"reconsideration_cases/{row['case_no']}", received.year)
    if workdays.count(received, admitted) >= 3:
        row["correction_notice_date"] = workdays.add(received, 1)
        row["corrected_date"] = draws.day(rng, workdays.add(received, 2), admitted)
    copied = draws.day(rng, admitted, min(workdays.add(admitted, 5), workdays.before(closed, 1)))
    row["track"] = "ordinary"
    row["copy_sent_date"] = copied
    row["answer_date"] = draws.late_day(rng, workdays.add(copied, 1), min(copied + timedelta(days=10), closed))
    stopped, resumed = (workdays.on_or_after(admitted + timedelta(days=n)) for n in (20, 30))
    if rng.random() < 0.06 and resumed < closed - timedelta(days=5):
        row["suspended_from"], row["suspended_to"] = stopped, resumed
