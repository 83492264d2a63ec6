"""Hold clean records against their profile and against what each record promises."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import workdays
from figures import figures, having
from profiles import Profile
from promises import PROMISES
from rows import Row, Tables, Value, day
from writer import Declaration

_ANY_DAY = {"expires_date"}
_LATER = {"filed_date"}  # acts of the last quarter are filed after it
_UNITS = {"unit_code", "respondent_unit", "defendant_unit", "issuer_unit"}


def faults(profile: Profile, tables: Tables, declared: Iterable[Declaration]) -> list[str]:
    """List every broken promise; an empty list means that the records are clean."""
    found: list[str] = []
    units = {row["unit_code"] for row in tables["units"]}
    for declaration in declared:
        rows = tables[declaration.name]
        found += _structure(declaration, rows, units, profile.as_of)
        for words, test in PROMISES.get(declaration.name, {}).items():
            failing = [str(next(iter(row.values()))) for row in rows if not test(row, profile.as_of)]
            if failing:
                found.append(f"{declaration.name}: {words}: not {', '.join(failing[:5])}")
    counted = figures(tables, profile.year)
    found += [f"{name}: {counted[name]}, not {n}" for name, n in _planned(profile).items() if counted[name] != n]
    found += [f"does not hold: {words}" for words, holds in _across(tables).items() if not holds]
    return found


def _structure(declaration: Declaration, rows: list[Row], units: set[Value], as_of: date) -> Iterator[str]:
    """Check what holds of every table: filled and distinct keys, known units, days on which offices work."""
    keys = [tuple(row[column] for column in declaration.key) for row in rows]
    if len(set(keys)) < len(keys) or not all(map(all, keys)):
        yield f"{declaration.name}: a key is empty or occurs twice"
    if any({row[column] for column in _UNITS & row.keys()} - units for row in rows):
        yield f"{declaration.name}: an unknown unit"
    days = {(c, v) for row in rows for c, v in row.items() if isinstance(v, date) and c not in _ANY_DAY}
    if not all(workdays.is_working(value) for _, value in days):
        yield f"{declaration.name}: a day off"
    if any(value > as_of for column, value in days if column not in _LATER):
        yield f"{declaration.name}: not known by {as_of}"


def _planned(profile: Profile) -> dict[str, int]:
    """Say what the profile asks for, by the names of figures.py."""
    reconsideration, disclosure, litigation = profile.reconsideration, profile.disclosure, profile.litigation
    enforcement, governance = profile.enforcement, profile.governance
    return {
        "normative.reviewed": profile.normative.documents,
        "normative.filed": profile.normative.documents,
        "normative.cleanups_special": profile.normative.special_cleanups,
        "normative.cleanups_general": profile.normative.general_cleanups,
        "legislation.consultations": profile.normative.consultations,
        "reconsideration.received": reconsideration.docket.received,
        "reconsideration.refused": reconsideration.refused,
        "reconsideration.told_elsewhere": reconsideration.told_elsewhere,
        "reconsideration.carried_in": reconsideration.docket.carried_in,
        "reconsideration.carried_out": reconsideration.docket.carried_out,
        "disclosure.new": disclosure.docket.received,
        "disclosure.carried_in": disclosure.docket.carried_in,
        "disclosure.open": disclosure.docket.carried_out,
        "information.published_and_migrated": disclosure.items,
        "information.published": disclosure.items_published,
        "certificates.enforcement": enforcement.certificates,
        "certificates.supervision": enforcement.supervision,
        "certificates.cancelled": enforcement.cancelled,
        "quiz.participants": enforcement.quiz_took_part,
        "acts.filed": enforcement.acts,
        "litigation.new": litigation.docket.received,
        "litigation.carried_in": litigation.docket.carried_in,
        "litigation.carried_out": litigation.docket.carried_out,
        "litigation.settlement_meetings": litigation.settlements,
        "litigation.pretrial_meetings": litigation.pretrials,
        "contracts.reviewed": governance.contracts,
        "agenda.reviewed": governance.agenda_items,
        "opinions.issued": governance.opinions,
        "publicity.leaflets": governance.distributed,
        "training.sessions": len(governance.terms),
        "training.laws_studied": len(governance.studies),
        "training.staff": governance.staff,
    }


def _across(tables: Tables) -> dict[str, bool]:
    """Check what tables promise together."""
    valid = having(tables["enforcement_certificates"], status="valid")
    officers = [row for row in valid if row["kind"] == "enforcement"]
    roster = tables["quiz_roster"]
    due = {
        (unit["unit_code"], quarter) for unit in having(tables["units"], files_acts="yes") for quarter in range(1, 5)
    }
    hours: dict[Value, Decimal] = {row["person_no"]: Decimal(0) for row in tables["training_roster"]}
    for row in tables["training_hours"]:
        hours[row["person_no"]] += Decimal(str(row["hours"]))
    heard = {row["docket_no"]: day(row, "heard_date") for row in tables["litigation_cases"] if row["heard_date"]}
    pretrial = having(tables["prelitigation_meetings"], kind="pretrial")
    return {
        "one valid certificate for each holder": len({row["holder_no"] for row in valid}) == len(valid),
        "the quiz roster is the register of valid enforcement certificates": (
            {(row["person_no"], row["certificate_no"]) for row in roster}
            == {(row["holder_no"], row["certificate_no"]) for row in officers}
        ),
        "officers are on the staff": {row["person_no"] for row in roster} <= hours.keys(),
        "every filing unit files in every quarter": (
            {(row["unit_code"], row["quarter"]) for row in tables["administrative_acts"]} == due
        ),
        "six hours or more for everyone": min(hours.values()) >= 6,
        "pre-trial meetings before the hearing": (
            all(day(row, "held_date") < heard[row["docket_no"]] for row in pretrial)
        ),
    }
