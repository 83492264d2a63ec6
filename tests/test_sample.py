"""The sample engagement: every planted error is found, nothing else is, and all engagements are reproducible."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from audit.findings import Results
from audit.home import ROOT, Home
from audit.model import Outcome, Status
from audit.programme import carry_out, open_audit

SAMPLE = ROOT / "data" / "sample" / "2022"

# One plant of each sort of evidence: an expectation, an identity, a computed table, a universal claim, print alone,
# a time limit, a reference between registers.
LEFT_OUT = {
    "NRM-13": "normative",
    "REC-2": "reconsideration",
    "DIS-16": "disclosure",
    "ENF-10": "enforcement",
    "GOV-4": "governance",
    "LIT-11": "litigation",
    "GOV-6": "governance",
}


def read_key() -> list[dict[str, str]]:
    with (SAMPLE / "answer_key.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


KEY = read_key()


def generate(into: Path, *options: str) -> Path:
    command = [sys.executable, str(ROOT / "data" / "generate"), "--into", str(into), *options]
    subprocess.run(command, check=True, cwd=into, capture_output=True)
    return into


def failures_in(data: Path, domain: str) -> set[str]:
    """What fails when one domain alone is audited."""
    with open_audit(Home(data=data), "sample", 2022, (domain,)) as audit:
        outcomes: list[Outcome] = [*audit.identities(domain), *audit.report_rules()]
        for table in audit.book.suites:
            if audit.book.tables[table].domain == domain:
                outcomes += audit.suite(table)
        outcomes += [outcome for _, outcome in audit.recalculate(domain)]
    return {outcome.id for outcome in outcomes if outcome.status is Status.FAIL}


@pytest.fixture(scope="module")
def results() -> Results:
    return carry_out(Home(), "sample", 2022)


@pytest.fixture(scope="module")
def named(results: Results) -> dict[str, set[str]]:
    """The records that each failure names."""
    return {
        finding.id: {f"{record.table}:{record.key}" for record in finding.records} for finding in results.failures()
    }


def test_at_least_ninety_plants_of_fifty_kinds() -> None:
    assert len({answer["plant"] for answer in KEY}) == len(KEY) >= 90
    assert len({answer["kind"] for answer in KEY}) >= 50


@pytest.mark.parametrize("answer", KEY, ids=lambda answer: answer["plant"])
def test_each_plant_is_found_and_named(answer: dict[str, str], named: dict[str, set[str]]) -> None:
    expected = answer["findings"].split()
    assert set(expected) <= named.keys()
    assert set(answer["records"].split()) <= set().union(*(named[finding] for finding in expected))


def test_nothing_else_is_reported(named: dict[str, set[str]]) -> None:
    assert named.keys() == {finding for answer in KEY for finding in answer["findings"].split()}
    # Not every finding names records; those that do, name planted ones only.
    planted = {record for answer in KEY for record in answer["records"].split()}
    assert set().union(*named.values()) <= planted


def test_nothing_went_wrong(results: Results) -> None:
    assert results.errors == ()
    assert all(counts.balanced for counts in results.reconciliation.values())


def test_each_plant_shows_in_something_of_its_own(named: dict[str, set[str]]) -> None:
    shown: dict[tuple[str, str], set[str]] = {}
    for answer in KEY:
        for finding in answer["findings"].split():
            for record in (named[finding] & set(answer["records"].split())) or {""}:
                shown.setdefault((finding, record), set()).add(answer["plant"])
    own = {plant for plants in shown.values() if len(plants) == 1 for plant in plants}
    assert own == {answer["plant"] for answer in KEY}


@pytest.mark.parametrize(("plant", "domain"), LEFT_OUT.items())
def test_a_plant_left_out_is_no_longer_found(
    plant: str, domain: str, named: dict[str, set[str]], tmp_path: Path
) -> None:
    by_plant = {answer["plant"]: set(answer["findings"].split()) for answer in KEY}
    own = by_plant.pop(plant).difference(*by_plant.values())
    assert own
    failing = failures_in(generate(tmp_path, "--only", "sample", "--without", plant), domain)
    assert not own & failing
    assert failing <= named.keys() - own


def test_without_plants_nothing_fails(tmp_path: Path) -> None:
    clean = carry_out(Home(data=generate(tmp_path, "--only", "sample", "--without")), "sample", 2022)
    assert clean.failures() == ()
    assert clean.errors == ()


def test_all_engagements_are_reproduced_byte_for_byte(tmp_path: Path) -> None:
    generate(tmp_path)
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.parts[:2] for path in made} == {("huiji", "2020"), ("huiji", "2021"), ("sample", "2022")}
    assert [
        path for path in sorted(made) if (tmp_path / path).read_bytes() != (ROOT / "data" / path).read_bytes()
    ] == []
    kept = {path.relative_to(ROOT / "data") for path in SAMPLE.iterdir()}
    assert kept - made == {Path("sample/2022/README.md")}


def test_what_a_year_hands_over_is_what_the_next_takes_in() -> None:
    for table in ("disclosure_requests", "reconsideration_cases", "litigation_cases"):
        before, after = (register("huiji", year, table) for year in (2020, 2021))
        shared = before.keys() & after.keys()
        assert shared
        for key in shared:
            known = {column: cell for column, cell in before[key].items() if cell and cell != "办理中"}
            assert known.items() <= after[key].items()


def register(district: str, year: int, table: str) -> dict[str, dict[str, str]]:
    path = ROOT / "data" / district / str(year) / f"{table}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}
