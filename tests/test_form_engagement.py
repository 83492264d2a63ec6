"""The form in an engagement: a table like any other, whose identities raise findings."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from made_forms import Made, as_text

from audit.findings import Results
from audit.form import read_form, within_form
from audit.form.keys import BLOCKS, ROWS
from audit.home import ROOT, Home
from audit.model import Outcome, Status
from audit.programme import carry_out
from audit.rulebook import load_rulebook

SHIPPED = ROOT / "data" / "pingtan" / "2021"
Cell = tuple[str, str]


def cells() -> dict[Cell, int]:
    """The shipped form by row and column key."""
    spec = load_rulebook(ROOT / "expectations").tables["disclosure_form"]
    rows, columns = (
        {label: code for code, label in spec.columns[name].codes.items()} for name in ("form_row", "form_column")
    )
    with (SHIPPED / "disclosure_form.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {(rows[row["行"]], columns[row["栏"]]): int(row["件数"]) for row in csv.DictReader(lines)}


def write(folder: Path, year: int, found: dict[Cell, int | None]) -> None:
    """A copy of the engagement for `year`, its form given by keys instead of labels."""
    target = folder / "pingtan" / str(year)
    shutil.copytree(SHIPPED, target)
    plan = (target / "engagement.toml").read_text(encoding="utf-8").replace("year = 2021", f"year = {year}")
    (target / "engagement.toml").write_text(plan.replace("as_of = 2021", f"as_of = {year}"), encoding="utf-8")
    with (target / "disclosure_form.csv").open("w", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines)
        out.writerow(["form_row", "form_column", "value"])
        out.writerows([row, column, "" if number is None else number] for (row, column), number in found.items())


def audited(folder: Path, changes: dict[Cell, int | None]) -> Results:
    write(folder, 2021, {**cells(), **changes})
    return carry_out(Home(data=folder), "pingtan", 2021)


def failing(results: Results) -> dict[str, Outcome]:
    return {o.id: o for o in results.outcomes if o.status is Status.FAIL and not o.id.startswith("rules/")}


@pytest.fixture(scope="module")
def shipped() -> Results:
    return carry_out(Home(), "pingtan", 2021)


def test_the_published_form_agrees_with_itself_and_with_the_report_s_text(shipped: Results) -> None:
    assert failing(shipped) == {}
    assert shipped.errors == ()
    assert {result.claim: result.verdict.value for result in shipped.claim_results} == dict.fromkeys(
        ("form.new_received", "form.outcome_total", "form.carried_out"), "agrees"
    )
    judged = {o.id: o.judged for o in shipped.outcomes if o.id.endswith("/rows") and o.status is Status.PASS}
    assert judged == {
        "identities/GID-I01-F/rows": 7,
        "identities/GID-I02-F/rows": 7,
        "identities/GID-I03-F/rows": 25,
        "identities/GID-I05-F/rows": 3,
    }


def test_everything_without_a_register_is_not_tested_and_says_so(shipped: Results) -> None:
    tested = {o.id.split("/")[0] for o in shipped.outcomes if o.family.value == "expectations" and o.judged}
    assert tested == {f"disclosure_form{end}" for end in ("", "_rows", "_columns", "_reviews")}
    assert not shipped.engagement.records.illustrative


def test_a_cell_changed_breaks_the_identities_it_is_part_of_and_is_named(tmp_path: Path) -> None:
    found = failing(audited(tmp_path, {("denied.case_file", "natural_person"): 7}))
    assert set(found) == {"identities/GID-I02-F/rows", "identities/GID-I03-F/rows"}
    assert [ref.key for ref in found["identities/GID-I02-F/rows"].records] == ["natural_person"]
    assert [ref.key for ref in found["identities/GID-I03-F/rows"].records] == ["denied.case_file"]
    assert {outcome.severity.value for outcome in found.values()} == {"critical"}


def test_a_total_that_the_text_does_not_share_differs(tmp_path: Path) -> None:
    changed: dict[Cell, int | None] = {
        (row, c): n for row in ("carried_out",) for c, n in (("natural_person", 2), ("total", 2))
    }
    found = failing(audited(tmp_path, changed))
    assert set(found) == {"identities/GID-I01-F/rows", "claims/form.carried_out"}


def test_a_blank_is_no_zero_and_no_pass(tmp_path: Path) -> None:
    results = audited(tmp_path, {("denied.query", "research"): None, ("litigation_direct", "pending"): None})
    assert set(failing(results)) == {"disclosure_form/value"}
    judged = {o.id: o.judged for o in results.outcomes if o.id.endswith("-F/rows")}
    assert judged["identities/GID-I02-F/rows"] == 6
    assert judged["identities/GID-I03-F/rows"] == 24
    assert judged["identities/GID-I05-F/rows"] == 2


def test_the_form_of_2019_needs_one_row_for_part_six(tmp_path: Path) -> None:
    kept = {key: number for key, number in cells().items() if key[0] not in ("other.no_correction", "other.no_fee")}
    write(tmp_path, 2021, dict(kept))
    results = carry_out(Home(data=tmp_path), "pingtan", 2021)
    assert failing(results) == {}
    assert {o.judged for o in results.outcomes if o.id == "identities/GID-I02-F/rows"} == {7}


def test_a_carry_over_that_changed_between_two_years_is_found(tmp_path: Path) -> None:
    later: dict[Cell, int | None] = {
        **cells(),
        **{
            ("normative_documents", name): number for name, number in (("issued", 3), ("repealed", 1), ("in_force", 12))
        },
    }
    before = later | {("carried_out", "total"): 5, ("normative_documents", "in_force"): 10}
    write(tmp_path, 2021, before)
    write(tmp_path, 2022, later)
    results = carry_out(Home(data=tmp_path), "pingtan", 2022)
    outcomes = {o.id: o.status for o in results.outcomes}
    assert outcomes["identities/GID-I04-F/years"] is Status.FAIL
    assert outcomes["identities/GID-I06-N/years"] is Status.PASS
    assert outcomes["identities/GID-I06-R/years"] is Status.NOT_TESTED


def test_the_shipped_form_is_what_the_page_that_runs_figures_together_says(tmp_path: Path) -> None:
    found = cells()
    table3 = {row: {column: number for (r, column), number in found.items() if r == row} for row in ROWS}
    table4 = {row: {column: number for (r, column), number in found.items() if r == row} for row in BLOCKS}
    made = Made({r: dict(c) for r, c in table3.items()}, {r: dict(c) for r, c in table4.items()}, 2021)
    (tmp_path / "page.txt").write_text(as_text(made, "glued"), encoding="utf-8")
    form = read_form(tmp_path / "page.txt")
    read = {
        (row, column): cell.value
        for table in (form.table3, form.table4)
        for row, c in table.items()
        for column, cell in c.items()
    }
    assert read == found
    assert form.glued
    assert {equation.holds for equation in within_form(form)} == {True}
