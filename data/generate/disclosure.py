"""Disclosure requests, as whole lives cut at the day of reading, and the items put on line."""

from dataclasses import dataclass
from datetime import date
from random import Random

import draws
import workdays
from directory import coded
from profiles import Profile
from rows import Row, as_known, day

_CHANNELS = {"internet": 11, "registered_post": 5, "in_person": 3, "letter": 1}
_APPLICANTS = {"natural_person": 37, "business": 4, "legal_service": 2, "research": 1, "other_org": 1}
_OUTCOMES = {
    "granted": 14, "partial": 5, "unable.not_held": 6, "unable.must_create": 2, "denied.internal": 2,
    "denied.process": 2, "denied.case_file": 2, "denied.query": 1, "denied.law_forbids": 1,
    "not_processed.petition": 2, "not_processed.repeat": 1, "not_processed.confirm": 1, "other.other": 1,
}  # fmt: skip
_USUAL = {"granted": 4, "partial": 1, "unable.not_held": 2, "denied.process": 1}
_DELIVERIES = {
    "in_person": {"handed": 2, "post": 1},
    "registered_post": {"post": 1},
    "letter": {"post": 1},
    "internet": {"electronic": 4, "post": 1},
}
_OUTSTANDING = {
    "extension_notice_date": {},
    "reply_date": {"status": "open", "outcome": None, "delivery": None, "posted_date": None},
}


@dataclass(frozen=True)
class _Clock:
    """How a request's time ran: plain, extended, corrected (restarted) or consulted (stopped)."""

    kind: str = "plain"
    outcome: str = ""


def build(profile: Profile) -> dict[str, list[Row]]:
    """Make the tables of this domain."""
    requests = _late(profile, profile.year - 1) + _settled(profile) + _late(profile, profile.year)
    return {
        "disclosure_requests": [as_known(row, profile.as_of, _OUTSTANDING) for row in requests],
        "information_items": information_items(profile),
    }


def _late(profile: Profile, year: int) -> list[Row]:
    """The requests that a year hands to the next: received in December, answered in January, one extended."""
    docket = profile.disclosure.docket
    own = year == profile.year
    n, total = (docket.carried_out, docket.received) if own else (docket.carried_in, docket.received_last_year)
    rng = profile.rng("disclosure_requests/late", year)
    extended = int(n > 1)
    received = draws.days(rng, extended, date(year, 12, 1), date(year, 12, 3))
    received += draws.days(rng, n - extended, date(year, 12, 7), date(year, 12, 29))
    rows = []
    for i, when in enumerate(received):
        row = _request(rng, profile, when, year, total - n + i + 1)
        if i < extended:
            row["extension_notice_date"] = draws.day(rng, workdays.add(when, 15), workdays.add(when, 19))
        last = min(workdays.add(when, 40 if i < extended else 20), date(year + 1, 1, 29))
        row["reply_date"] = draws.late_day(rng, max(date(year + 1, 1, 4), workdays.add(when, 5)), last)
        row["outcome"] = draws.weighted(rng, _USUAL)
        _deliver(profile, row)
        rows.append(row)
    return rows


def _settled(profile: Profile) -> list[Row]:
    """The year's own requests that were answered within it."""
    plan = profile.disclosure
    rng = profile.rng("disclosure_requests/settled")
    n = plan.docket.received - plan.docket.carried_out
    received = draws.days(rng, n, date(profile.year, 1, 4), date(profile.year, 11, 30))
    early = [i for i in range(n) if received[i] <= date(profile.year, 9, 30)]
    special = [_Clock("extended")] * plan.extended
    special += [_Clock("corrected", "" if k else "unable.unclear") for k in range(plan.corrected)]
    special += [_Clock("consulted", "partial" if k else "denied.third_party") for k in range(plan.consulted)]
    clocks = dict(zip(rng.sample(early, len(special)), special, strict=True))
    outcomes = iter(draws.quota(rng, _OUTCOMES, n - sum(bool(clock.outcome) for clock in special)))
    rows = []
    for i, when in enumerate(received):
        clock = clocks.get(i, _Clock())
        row = _request(rng, profile, when, profile.year, i + 1)
        _answer(rng, row, when, clock.kind)
        row["outcome"] = clock.outcome or next(outcomes)
        _deliver(profile, row)
        rows.append(row)
    return rows


def _request(rng: Random, profile: Profile, received: date, year: int, number: int) -> Row:
    return {
        "request_no": profile.number("公开", number, year),
        "received_date": received,
        "channel": draws.weighted(rng, _CHANNELS),
        "confirmed_date": None,
        "applicant_kind": draws.weighted(rng, _APPLICANTS),
        "correction_notice_date": None,
        "corrected_date": None,
        "consultation_from": None,
        "consultation_to": None,
        "extension_notice_date": None,
        "status": "closed",
    }


def _answer(rng: Random, row: Row, received: date, clock: str) -> None:
    """Reply in time: 20 working days, counted as the clock of this request asks for."""
    add = workdays.add
    if clock == "extended":
        row["extension_notice_date"] = add(received, rng.randint(15, 19))
        row["reply_date"] = add(received, rng.randint(24, 38))
    elif clock == "corrected":
        row["correction_notice_date"] = notice = add(received, rng.randint(2, 7))
        row["corrected_date"] = corrected = add(notice, rng.randint(3, 9))
        row["reply_date"] = add(corrected, draws.leaning(rng, 8, 19))
    elif clock == "consulted":
        row["consultation_from"] = sent = add(received, 4)
        row["consultation_to"] = back = add(sent, 12)
        row["reply_date"] = add(back, 9)
    else:
        row["reply_date"] = add(received, draws.leaning(rng, 2, 20))


def _deliver(profile: Profile, row: Row) -> None:
    """Say when receipt was confirmed, where the channel asks for it, and how and when the reply went out.

    Drawn for each request by itself, so that the two years that share one agree about it.
    """
    received, replied = day(row, "received_date"), day(row, "reply_date")
    rng = profile.rng(f"disclosure_requests/{row['request_no']}", received.year)
    later = rng.choice((0, 0, 0, 1))
    if row["channel"] in ("letter", "internet"):
        row["confirmed_date"] = workdays.add(received, later if row["channel"] == "internet" else 0)
    row["delivery"] = draws.weighted(rng, _DELIVERIES[str(row["channel"])])
    posted = workdays.before(replied, rng.choice((0, 0, 1)))
    row["posted_date"] = None
    if row["delivery"] == "post":
        row["posted_date"] = posted if posted.year == replied.year else replied


def information_items(profile: Profile) -> list[Row]:
    """New items on any working day, soon after they were made; moved ones in batches of a few dozen days."""
    rng = profile.rng("information_items")
    plan = profile.disclosure
    first, last = date(profile.year, 1, 4), profile.as_of
    moving_days = sorted({draws.day(rng, date(profile.year, 3, 1), date(profile.year, 10, 31)) for _ in range(26)})
    moved = rng.choices(moving_days, k=plan.items - plan.items_published)
    released = [(when, "published") for when in draws.days(rng, plan.items_published, first, last)]
    released += [(when, "migrated") for when in moved]
    units = coded(profile.units)
    publishers = rng.choices(list(units), weights=[unit.staff for unit in units.values()], k=plan.items)
    making = profile.rng("information_items/created")
    return [
        {
            "item_no": f"{number:06d}",
            "unit_code": publisher,
            "kind": kind,
            "catalogue": rng.choice(units[publisher].headings),
            "created_date": workdays.before(when, 20 - draws.leaning(making, 0, 20)) if kind == "published" else None,
            "released_date": when,
        }
        for number, ((when, kind), publisher) in enumerate(zip(sorted(released), publishers, strict=True), 1)
    ]
