"""Training of the staff, legality review of contracts and agenda items, publicity."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import draws
import people
import workdays
from directory import coded
from profiles import Profile, Session
from rows import Row, day
from titles import illustrative

_COURSES = 24
_NEEDED = Decimal(6)


def build(profile: Profile) -> dict[str, list[Row]]:
    """Make the tables of this domain."""
    staff = sorted(people.on_the_staff(profile), key=lambda person: person.number)
    return {
        "training_roster": [{"person_no": person.number, "unit_code": person.unit_code} for person in staff],
        "training_hours": training_hours(profile, [person.number for person in staff]),
        "training_sessions": training_sessions(profile),
        "legal_reviews": legal_reviews(profile),
        "publicity_materials": publicity_materials(profile),
    }


def training_hours(profile: Profile, persons: list[str]) -> list[Row]:
    """Two to five courses for each person, at least six hours together."""
    rng = profile.rng("training_hours")
    opened = draws.days(rng, _COURSES, date(profile.year, 1, 11), date(profile.year, 10, 29))
    courses = {f"{number:03d}": (Decimal(rng.randint(3, 8)) / 2, opening) for number, opening in enumerate(opened, 1)}
    return [
        {
            "person_no": person,
            "course_no": course,
            "hours": courses[course][0],
            "credited_date": draws.day(rng, courses[course][1], profile.as_of),
        }
        for person in persons
        for course in _taken(rng, {course: hours for course, (hours, _) in courses.items()})
    ]


def _taken(rng: Random, hours: dict[str, Decimal]) -> list[str]:
    """Choose courses again and again until they make up the hours needed."""
    while True:
        taken = sorted(rng.sample(list(hours), rng.choice((2, 2, 3, 3, 3, 4, 5))))
        if sum(hours[course] for course in taken) >= _NEEDED:
            return taken


def training_sessions(profile: Profile) -> list[Row]:
    """Party-school terms and the study sessions of the council, in the order of their dates."""
    rng = profile.rng("training_sessions")
    plan = profile.governance
    rows = [_session(rng, "party_school_term", term, term.first, term.last) for term in plan.terms]
    for study in plan.studies:
        held = draws.day(rng, study.first, study.last)
        rows.append(_session(rng, "council_study", study, held, held))
    rows.sort(key=lambda row: day(row, "held_from"))
    for i, row in enumerate(rows, 1):
        row["session_no"] = profile.number("学", i)
    return rows


def _session(rng: Random, kind: str, session: Session, first: date, last: date) -> Row:
    attendees = rng.randint(42, 58) if kind == "party_school_term" else rng.randint(24, 33)
    return {
        "kind": kind,
        "law_title": session.law_title,
        "held_from": first,
        "held_to": last,
        "attendees": attendees,
    }


def legal_reviews(profile: Profile) -> list[Row]:
    """Contracts and agenda items, each with at least one opinion; a few drew very many."""
    rng = profile.rng("legal_reviews")
    plan = profile.governance
    kinds = ["contract"] * plan.contracts + ["agenda_item"] * plan.agenda_items
    rng.shuffle(kinds)
    submitted = draws.days(rng, len(kinds), date(profile.year, 1, 4), date(profile.year, 12, 8))
    weights = [rng.uniform(0.2, 1) * rng.uniform(0.2, 1) for _ in kinds]
    opinions = draws.apportion(plan.opinions, weights, least=1)
    units = coded(profile.units)
    senders = rng.choices(list(units), weights=[unit.staff for unit in units.values()], k=len(kinds))
    return [
        {
            "item_no": profile.number("审", i + 1),
            "kind": kind,
            "unit_code": senders[i],
            "submitted_date": submitted[i],
            "reviewed_date": workdays.add(submitted[i], rng.randint(1, 9 if kind == "contract" else 15)),
            "opinions": opinions[i],
        }
        for i, kind in enumerate(kinds)
    ]


def publicity_materials(profile: Profile) -> list[Row]:
    """Leaflets handed out, most of them after the day the profile names; some copies are left over."""
    rng = profile.rng("publicity_materials")
    plan = profile.governance
    n = plan.materials
    tens = draws.apportion(plan.distributed // 10, [rng.uniform(0.3, 1.5) for _ in range(n)], least=1)
    before = n // 4
    when = draws.days(rng, before, date(profile.year, 3, 1), plan.materials_from - timedelta(days=1))
    when += draws.days(rng, n - before, plan.materials_from + timedelta(days=1), date(profile.year, 12, 10))
    towns = [c for c, unit in coded(profile.units).items() if unit.kind != "agency"]
    rows: list[Row] = []
    for i in range(n):
        distributed = tens[i] * 10 + (plan.distributed % 10 if i == n - 1 else 0)
        rows.append(
            {
                "material_no": f"{i + 1:03d}",
                "subject": f"{illustrative('资料', i + 1)}：{plan.subjects[i >= before]}",
                "unit_code": rng.choice(towns),
                "printed": -(-(distributed + rng.randint(0, 60)) // 100) * 100,
                "distributed": distributed,
                "distributed_date": when[i],
            }
        )
    return rows
