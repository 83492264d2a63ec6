"""Self-checks of quiz, training, legality review and publicity."""

from decimal import Decimal

import workdays
from profiles import Profile
from rows import Row, Tables, day
from verdicts import Checks, in_order, tally, together, total


def check(profile: Profile, tables: Tables, checks: Checks) -> None:
    """Check what is registered person by person or item by item."""
    _quiz(profile, tables, checks)
    _hours(profile, tables, checks)
    _sessions(profile, tables["training_sessions"], checks)
    _reviews(profile, tables["legal_reviews"], checks)
    _materials(profile, tables["publicity_materials"], checks)


def _quiz(profile: Profile, tables: Tables, checks: Checks) -> None:
    plan = profile.enforcement
    rows = tables["quiz_roster"]
    taken = [row for row in rows if row["took_part"] == "yes"]
    officers = {
        (row["holder_no"], row["unit_code"], row["certificate_no"])
        for row in tables["enforcement_certificates"]
        if row["kind"] == "enforcement" and row["status"] == "valid"
    }
    roster = {(row["person_no"], row["unit_code"], row["certificate_no"]) for row in rows}
    checks.same("quiz: roster is the valid enforcement certificates", roster, officers)
    checks.same("quiz: took part", len(taken), plan.quiz_took_part)
    checks.each(
        "quiz: date and score when taken",
        rows,
        lambda row: together(row, "taken_date", "score") and (row["took_part"] == "yes") == bool(row["score"]),
    )
    checks.each("quiz: dates", taken, lambda row: plan.quiz_from <= day(row, "taken_date") <= plan.quiz_to)
    checks.each("quiz: scores", taken, lambda row: 60 <= total([row], "score") <= 100)


def _hours(profile: Profile, tables: Tables, checks: Checks) -> None:
    roster = {(str(row["person_no"]), row["unit_code"]) for row in tables["training_roster"]}
    rows = tables["training_hours"]
    checks.same("training: roster", len(roster), profile.governance.staff)
    courses = tally(rows, "person_no")
    hours = {person: Decimal(0) for person, _ in roster}
    for row in rows:
        hours[str(row["person_no"])] += Decimal(str(row["hours"]))
    checks.true("training: two to five courses", all(2 <= courses.get(person, 0) <= 5 for person in hours))
    checks.true("training: six hours each", min(hours.values()) >= 6)
    checks.each("training: steps of half an hour", rows, lambda row: Decimal(str(row["hours"])) % Decimal("0.5") == 0)
    checks.each("training: in the year", rows, lambda row: day(row, "credited_date").year == profile.year)
    officers = {(str(row["person_no"]), row["unit_code"]) for row in tables["quiz_roster"]}
    checks.true("training: officers are on the staff", officers <= roster)


def _sessions(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.governance
    studies = {str(row["law_title"]): row for row in rows if row["kind"] == "council_study"}
    checks.same(
        "sessions: kinds",
        tally(rows, "kind"),
        {"party_school_term": len(plan.terms), "council_study": len(plan.studies)},
    )
    checks.same("sessions: laws studied", set(studies), {study.law_title for study in plan.studies})
    for study in plan.studies:
        held = day(studies[study.law_title], "held_from")
        checks.true(f"sessions: {study.law_title} in its period", study.first <= held <= study.last)
    checks.same(
        "sessions: each study on its own day",
        len({row["held_from"] for row in studies.values()}),
        len(studies),
    )
    checks.each("sessions: order", rows, lambda row: in_order(row, "held_from", "held_to"))


def _reviews(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.governance
    checks.same("reviews", tally(rows, "kind"), {"contract": plan.contracts, "agenda_item": plan.agenda_items})
    checks.same("reviews: opinions", total(rows, "opinions"), plan.opinions)
    checks.each("reviews: an opinion each", rows, lambda row: total([row], "opinions") >= 1)
    checks.each(
        "reviews: 1 to 15 working days",
        rows,
        lambda row: 1 <= workdays.count(day(row, "submitted_date"), day(row, "reviewed_date")) <= 15,
    )
    checks.each(
        "reviews: in the year",
        rows,
        lambda row: day(row, "submitted_date").year == profile.year and day(row, "reviewed_date").year == profile.year,
    )


def _materials(profile: Profile, rows: list[Row], checks: Checks) -> None:
    plan = profile.governance
    checks.same("materials", len(rows), plan.materials)
    checks.same("materials: distributed", total(rows, "distributed"), plan.distributed)
    checks.each("materials: printed", rows, lambda row: total([row], "printed") >= total([row], "distributed"))
    later = sum(day(row, "distributed_date") > plan.materials_from for row in rows)
    checks.true("materials: mostly after the day named", later * 2 > len(rows))
