"""The unit directory, certificates, the quiz among enforcement officers, administrative acts filed."""

from datetime import date, timedelta
from random import Random

import draws
import people
import workdays
from directory import coded
from profiles import Profile
from rows import Row, as_known, day

_NEW_PENALTY_LAW = date(2021, 7, 15)
_MOST_OF_A_UNIT = 12
_PROCEDURES = {"ordinary": 4, "summary": 1}
_OUTSTANDING = {
    "legal_review_date": {},
    "decided_date": {"party_present": None, "served_date": None, "published_date": None},
    "served_date": {},
    "published_date": {},
}
_PREFIX = {"enforcement": "示执", "supervision": "示监"}
# Acts of a quarter against those of a mean one: a festive first, a flooded third, a busy last.
_QUARTERS = (0.79, 1.09, 0.95, 1.17)


def build(profile: Profile) -> dict[str, list[Row]]:
    """Make the tables of this domain."""
    certificates = enforcement_certificates(profile)
    acts = administrative_acts(profile)
    return {
        "units": units(profile),
        "enforcement_certificates": certificates,
        "quiz_roster": quiz_roster(profile, certificates),
        "administrative_acts": acts,
        "penalty_cases": penalty_cases(profile, certificates, acts),
    }


def units(profile: Profile) -> list[Row]:
    """List the units."""
    return [
        {"unit_code": c, "name": u.name, "kind": u.kind, "files_acts": "yes" if u.files_acts else "no"}
        for c, u in coded(profile.units).items()
    ]


def enforcement_certificates(profile: Profile) -> list[Row]:
    """Certificates of five years: those valid at year end and those cancelled in the year."""
    rng = profile.rng("enforcement_certificates")
    batches = _batches(rng, profile)
    holders = [person for person in people.on_the_staff(profile) if person.certificate]
    rows = [_certificate(rng, person, batches) for person in holders]
    earlier = {issued: weight for issued, weight in batches.items() if issued.year < profile.year}
    for person in people.left(profile):
        row = _certificate(rng, person, earlier)
        row["status"] = "cancelled"
        row["cancelled_date"] = draws.day(rng, date(profile.year, 1, 4), profile.as_of)
        rows.append(row)
    rows.sort(key=lambda row: (day(row, "issued_date"), str(row["holder_no"])))
    number = 0
    for row in rows:
        number += rng.choice((1, 1, 1, 1, 2, 3))
        row["certificate_no"] = f"{_PREFIX[str(row['kind'])]}{number:06d}"
    return sorted(rows, key=lambda row: str(row["certificate_no"]))


def _batches(rng: Random, profile: Profile) -> dict[date, int]:
    """Fix the issuing days of five years, none of them expired at year end; late years issued more."""
    batches: dict[date, int] = {}
    for year in range(profile.year - 4, profile.year + 1):
        last = min(date(year, 11, 30), profile.enforcement.last_issue)
        for issued in draws.days(rng, 3, date(year, 3, 1), last):
            batches[issued] = 3 + year - (profile.year - 4) if year < profile.year else 2
    return batches


def _certificate(rng: Random, person: people.Person, batches: dict[date, int]) -> Row:
    issued = draws.weighted(rng, batches)
    return {
        "kind": person.certificate,
        "unit_code": person.unit_code,
        "holder_no": person.number,
        "issued_date": issued,
        "expires_date": issued.replace(year=issued.year + 5) - timedelta(days=1),
        "status": "valid",
        "cancelled_date": None,
    }


def quiz_roster(profile: Profile, certificates: list[Row]) -> list[Row]:
    """The holders of valid enforcement certificates, most of whom took part."""
    plan = profile.enforcement
    rng = profile.rng("quiz_roster")
    officers = [row for row in certificates if row["kind"] == "enforcement" and row["status"] == "valid"]
    officers.sort(key=lambda row: str(row["holder_no"]))
    taking_part = set(rng.sample(range(len(officers)), plan.quiz_took_part))
    rows: list[Row] = []
    for i, officer in enumerate(officers):
        took = i in taking_part
        rows.append(
            {
                "person_no": officer["holder_no"],
                "unit_code": officer["unit_code"],
                "certificate_no": officer["certificate_no"],
                "took_part": "yes" if took else "no",
                "taken_date": draws.day(rng, plan.quiz_from, plan.quiz_to) if took else None,
                "score": 60 + int(max(rng.random(), rng.random()) * 41) if took else None,
            }
        )
    return rows


def administrative_acts(profile: Profile) -> list[Row]:
    """Acts by unit, quarter and kind; every filing unit files something in every quarter."""
    rng = profile.rng("administrative_acts")
    cells: list[tuple[str, int, str]] = []
    weights: list[float] = []
    filed: dict[tuple[str, int], date] = {}
    for quarter, season in enumerate(_QUARTERS, 1):
        for unit_code, unit in coded(profile.units).items():
            filed[unit_code, quarter] = workdays.add(_quarter_end(profile.year, quarter), draws.leaning(rng, 2, 10))
            for kind, yearly in unit.acts.items():
                cells.append((unit_code, quarter, kind))
                weights.append(yearly * season * rng.uniform(0.75, 1.25))
    acts = draws.apportion(profile.enforcement.acts, weights)
    most = {(u, q): max(n for cell, n in zip(cells, acts, strict=True) if cell[:2] == (u, q)) for u, q, _ in cells}
    if not all(most.values()):
        raise ValueError("too few acts for every unit to file some in every quarter")
    rows: list[Row] = [
        {"unit_code": u, "quarter": q, "kind": kind, "acts": n, "filed_date": filed[u, q]}
        for (u, q, kind), n in zip(cells, acts, strict=True)
        if n
    ]
    return sorted(rows, key=lambda row: (str(row["unit_code"]), str(row["quarter"])))


def _quarter_end(year: int, quarter: int) -> date:
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)


def penalty_cases(profile: Profile, certificates: list[Row], acts: list[Row]) -> list[Row]:
    """Penalty cases opened in the year, fewer in each unit than the penalties it files; the last are undecided.

    In the year of the new Penalty Law one case is opened on the day before it takes effect and one on the day.
    """
    rng = profile.rng("penalty_cases")
    filed = {code: sum(int(str(a["acts"])) for a in acts if (a["unit_code"], a["kind"]) == (code, "penalty"))
             for code in coded(profile.units)}  # fmt: skip
    holders = [row for row in certificates if row["kind"] == "enforcement"]
    weights = {code: n for code, n in filed.items() if n >= _MOST_OF_A_UNIT}
    opened = draws.days(rng, profile.enforcement.penalty_cases, date(profile.year, 1, 4), date(profile.year, 12, 17))
    if profile.year == _NEW_PENALTY_LAW.year:
        middle = next(i for i, when in enumerate(opened) if when >= _NEW_PENALTY_LAW)
        opened[middle - 1 : middle + 1] = _NEW_PENALTY_LAW - timedelta(days=1), _NEW_PENALTY_LAW
    rows: list[Row] = []
    for i, when in enumerate(opened, 1):
        row = _penalty(rng, when)
        last = day(row, "decided_date")
        while len(officers := _officers_of(holders, unit := draws.weighted(rng, weights), when, last)) < 2:
            continue
        weights[unit] = max(0, weights[unit] - weights[unit] // _MOST_OF_A_UNIT)
        first, second = rng.sample(officers, 2)
        row.update(case_no=profile.number("罚", i), unit_code=unit, officer_1=first, officer_2=second)
        rows.append(as_known(row, profile.as_of, _OUTSTANDING))
    return rows


def _penalty(rng: Random, filed: date) -> Row:
    """Draw the course of a case: on the spot, or reviewed and decided within ninety days; served, then published."""
    procedure = draws.weighted(rng, _PROCEDURES)
    decided, reviewed, present = filed, None, "yes"
    if procedure == "ordinary":
        decided = draws.late_day(rng, filed + timedelta(days=18), filed + timedelta(days=90))
        reviewed = workdays.before(decided, rng.randint(1, 4))
        present = draws.weighted(rng, {"yes": 2, "no": 3})
    spent = draws.leaning(rng, 1, 7) if present == "no" else 0
    return {
        "filed_date": filed,
        "procedure": procedure,
        "legal_review_date": reviewed,
        "decided_date": decided,
        "party_present": present,
        "served_date": workdays.add(decided, spent),
        "published_date": workdays.add(decided, rng.randint(max(spent, 1), 7)),
    }


def _officers_of(holders: list[Row], unit: str, first: date, last: date) -> list[str]:
    """List the unit's certificates that are valid from the first to the last day."""
    return [
        str(row["certificate_no"])
        for row in holders
        if row["unit_code"] == unit
        and day(row, "issued_date") <= first
        and day(row, "expires_date") >= last
        and (row["cancelled_date"] is None or day(row, "cancelled_date") > last)
    ]
