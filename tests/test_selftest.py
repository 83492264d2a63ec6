"""The self-test: every criterion in force catches its own planted error, and a blunted one is found out."""

import json
import re
from pathlib import Path

import pytest
from runs import Run, audit

from audit.home import Home
from audit.model import Plant
from audit.programme import open_audit
from audit.selftest import selftest


@pytest.fixture(scope="module")
def plants() -> tuple[Plant, ...]:
    with open_audit(Home(), "huiji", 2021) as opened:
        return selftest(opened)


def test_every_criterion_in_force_caught_its_own_error(plants: tuple[Plant, ...]) -> None:
    assert [plant for plant in plants if plant.result == "missed"] == []
    assert sum(plant.result == "caught" for plant in plants) > 300


def test_nothing_is_exempt_without_a_reason(plants: tuple[Plant, ...]) -> None:
    exempt = [plant for plant in plants if plant.result == "exempt"]
    assert all(plant.words for plant in exempt)
    assert all(plant.words.strip() for plant in exempt)
    told = ("no departmental record", "not printed", "the report's form", "it compares years", "does not print")
    assert all(any(words in plant.words for words in told) for plant in exempt)


def test_everything_declared_was_tried(plants: tuple[Plant, ...]) -> None:
    with open_audit(Home(), "huiji", 2021) as opened:
        declared = {key for ids in opened.declared().values() for key in ids}
        summed_up = {f"rules/{rule.id}" for rule in opened.book.rules.values() if not rule.direct}
    assert {plant.id for plant in plants} == declared - summed_up


def test_every_time_limit_holds_on_its_last_day(plants: tuple[Plant, ...]) -> None:
    boundaries = [plant for plant in plants if plant.words.startswith("on the boundary")]
    assert len(boundaries) > 30
    assert {plant.result for plant in boundaries} == {"caught"}


def test_the_clean_copy_raises_nothing_about_records(huiji: Run) -> None:
    for finding in huiji.findings["findings"]:
        assert finding["status"] != "fail" or not finding["records"]


@pytest.mark.parametrize(("district", "year"), [("sample", 2022), ("pingtan", 2021)])
def test_errors_in_the_records_hide_no_planted_error(district: str, year: int) -> None:
    """A published total that is off by one already; keys made of codes, which no planted row can have for itself."""
    with open_audit(Home(), district, year) as opened:
        assert [plant for plant in selftest(opened) if plant.result == "missed"] == []


def test_a_blunted_criterion_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.clocks.period.LATE", "in_time")
    with open_audit(Home(), "huiji", 2021, ("disclosure",)) as opened:
        missed = [plant.id for plant in selftest(opened) if plant.result == "missed"]
    assert "disclosure_requests" in {name.split("/")[0] for name in missed}


def test_the_command_prints_the_score(tmp_path: Path) -> None:
    done = audit("selftest", "pingtan", "2021", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "漏过0处" in done.stdout


def test_the_score_stands_in_the_appendix_and_in_the_proof(huiji: Run) -> None:
    stored = json.loads(huiji.read("data/2-proof/selftest.json"))
    caught = sum(plant["result"] == "caught" for plant in stored)
    page = re.sub("<[^>]+>", "", huiji.read("data/1-conclusion/appendix.html").decode())
    assert f"按名查出{caught}处，漏过0处" in page
