"""Self-checks of the normative tables, units, certificates and acts."""

from datetime import date, timedelta

import workdays
from profiles import Profile
from rows import Tables, day
from verdicts import Checks, in_order, tally, total


def check(profile: Profile, tables: Tables, checks: Checks) -> None:
    """Check what is registered document by document, certificate by certificate, quarter by quarter."""
    _documents(profile, tables, checks)
    _cleanups(profile, tables, checks)
    _certificates(profile, tables, checks)
    _acts(profile, tables, checks)


def _documents(profile: Profile, tables: Tables, checks: Checks) -> None:
    rows = tables["normative_documents"]
    steps = ("submitted_date", "review_closed_date", "issued_date", "published_date", "filed_date")
    checks.same("documents", len(rows), profile.normative.documents)
    checks.each("documents: order", rows, lambda row: in_order(row, *steps))
    checks.each("documents: in the year", rows, lambda row: {day(row, c).year for c in steps} == {profile.year})
    checks.each(
        "documents: review of 5 to 15 working days",
        rows,
        lambda row: 5 <= workdays.count(day(row, "submitted_date"), day(row, "review_closed_date")) <= 15,
    )
    checks.each(
        "documents: filed in 15 days",
        rows,
        lambda row: bool(row["filing_no"]) and (day(row, "filed_date") - day(row, "published_date")).days <= 15,
    )
    early = sum(day(row, "issued_date") < date(profile.year, 4, 1) for row in rows)
    checks.true("documents: a few issued before April", 1 <= early <= len(rows) * 2 // 5)
    consultations = tables["legislative_consultations"]
    checks.same("consultations", len(consultations), profile.normative.consultations)
    checks.each(
        "consultations: replied in time",
        consultations,
        lambda row: in_order(row, "received_date", "replied_date", "due_date"),
    )


def _cleanups(profile: Profile, tables: Tables, checks: Checks) -> None:
    rows = tables["cleanups"]
    kinds = {"special": profile.normative.special_cleanups, "general": profile.normative.general_cleanups}
    checks.same("clean-ups", tally(rows, "kind"), kinds)
    checks.each(
        "clean-ups: everything examined has an end",
        rows,
        lambda row: (
            row["examined"] == sum(total([row], column) for column in ("kept", "changed", "repealed", "lapsed"))
        ),
    )
    checks.each(
        "clean-ups: finished in the year, then published",
        rows,
        lambda row: (
            day(row, "finished_date").year == profile.year and in_order(row, "finished_date", "result_published_date")
        ),
    )


def _certificates(profile: Profile, tables: Tables, checks: Checks) -> None:
    plan = profile.enforcement
    rows = tables["enforcement_certificates"]
    valid = [row for row in rows if row["status"] == "valid"]
    cancelled = [row for row in rows if row["status"] == "cancelled"]
    holders = tally(valid, "holder_no")
    checks.same(
        "certificates: valid",
        tally(valid, "kind"),
        {"enforcement": plan.certificates, "supervision": plan.supervision},
    )
    checks.same("certificates: cancelled", len(cancelled), plan.cancelled)
    checks.same("certificates: one valid for each holder", len(holders), len(valid))
    checks.each(
        "certificates: cancelled in the year",
        cancelled,
        lambda row: day(row, "cancelled_date").year == profile.year and in_order(row, "issued_date", "cancelled_date"),
    )
    checks.each("certificates: valid not cancelled", valid, lambda row: row["cancelled_date"] is None)
    checks.each("certificates: valid unexpired", valid, lambda row: day(row, "expires_date") > profile.as_of)
    checks.each("certificates: issued in time", rows, lambda row: day(row, "issued_date") <= plan.last_issue)
    checks.each(
        "certificates: five years",
        rows,
        lambda row: (
            day(row, "expires_date") + timedelta(days=1)
            == day(row, "issued_date").replace(year=day(row, "issued_date").year + 5)
        ),
    )


def _acts(profile: Profile, tables: Tables, checks: Checks) -> None:
    rows = tables["administrative_acts"]
    filing = [row["unit_code"] for row in tables["units"] if row["files_acts"] == "yes"]
    checks.same("units", len(tables["units"]), len(profile.units))
    checks.same("acts", total(rows, "acts"), profile.enforcement.acts)
    due = {(unit, quarter) for unit in filing for quarter in (1, 2, 3, 4)}
    checks.same("acts: every filing unit in every quarter", {(row["unit_code"], row["quarter"]) for row in rows}, due)
    checks.each("acts: at least one", rows, lambda row: total([row], "acts") > 0)
    quarters = {n: [row for row in rows if row["quarter"] == n] for n in (1, 2, 3, 4)}
    checks.same("acts: quarters differ", len({total(part, "acts") for part in quarters.values()}), 4)
    ends = {str(n): date(profile.year + n // 4, n % 4 * 3 + 1, 1) - timedelta(days=1) for n in quarters}
    checks.each(
        "acts: filed in 10 working days",
        rows,
        lambda row: 1 <= workdays.count(ends[str(row["quarter"])], day(row, "filed_date")) <= 10,
    )
