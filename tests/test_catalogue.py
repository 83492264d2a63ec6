"""`audit rules` and `audit deadline`: the contract of their answers, and the rulebook held against itself."""

import json
from pathlib import Path

import pytest
from runs import ROOT, audit

from audit.rulebook import load_rulebook
from audit.rulebook.lint import lint

EXPECTATIONS = ROOT / "expectations"
# Columns that no criterion judges, each with its reason.
UNTOUCHED = {
    "cleanups.subject": "free text, confidential",
    "legislative_consultations.draft_title": "free text, confidential",
    "normative_documents.issuer_unit": "names the unit for the reader of a finding",
    "publicity_materials.subject": "free text",
}


def test_a_disclosure_request_of_10_september_2021_is_due_on_14_october(tmp_path: Path) -> None:
    done = audit("deadline", "GID-T01", "2021-09-10", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert set(answer) == {"rule", "citation", "event_date", "raw_due", "due", "day_type"}
    assert (answer["rule"], answer["event_date"]) == ("GID-T01", "2021-09-10")
    assert (answer["raw_due"], answer["due"], answer["day_type"]) == ("2021-10-14", "2021-10-14", "working")
    assert "政府信息公开条例" in answer["citation"]


@pytest.mark.parametrize(
    ("rule", "event", "more", "raw", "due"),
    [
        ("GID-T01", "2021-09-10", ["--extended"], "2021-11-11", "2021-11-11"),
        ("REC-A07", "2021-08-02", [], "2021-10-01", "2021-10-08"),
        ("REC-A07", "2023-10-31", [], "2023-12-30", "2024-01-02"),
        ("LIT-T01", "2021-09-16", [], "2021-10-01", "2021-10-08"),
        ("ENF-T01", "2021-07-15", [], "2021-10-13", "2021-10-13"),
    ],
)
def test_deadlines_roll_and_extend(rule: str, event: str, more: list[str], raw: str, due: str) -> None:
    answer = json.loads(audit("deadline", rule, event, *more, "--json").stdout)
    assert (answer["raw_due"], answer["due"]) == (raw, due)


def test_the_human_answer_names_the_day_and_the_law() -> None:
    done = audit("deadline", "GID-T01", "2021-09-10")
    assert done.stdout.startswith("2021-10-14")
    assert "政府信息公开条例" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["GID-T99", "2021-09-10"], "GID-T99 is no time limit"),
        (["GID-T01", "2021-09-31"], "no date"),
        (["GID-T01", "2018-09-10"], "GID-T01b"),
        (["ENF-T01", "2021-07-14"], "was not in force"),
        (["LIT-T01", "2021-09-16", "--extended"], "knows no extension"),
        (["GID-T01", "2026-12-20"], "data/holidays/2027.csv"),
    ],
)
def test_a_question_without_answer_says_why(arguments: list[str], words: str) -> None:
    done = audit("deadline", *arguments)
    assert done.returncode in (2, 3)
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_the_catalogue_in_force_depends_on_the_day() -> None:
    found = {}
    for day in ("2021-12-31", "2024-06-30"):
        done = audit("rules", "--on", day, "--domain", "reconsideration", "--json")
        found[day] = {rule["id"] for rule in json.loads(done.stdout)}
    assert "REC-A07" in found["2021-12-31"] - found["2024-06-30"]
    assert "REC-B08" in found["2024-06-30"] - found["2021-12-31"]


def test_every_rule_is_cited_and_graded() -> None:
    for rule in json.loads(audit("rules", "--on", "2021-12-31", "--json").stdout):
        assert rule["citation"]
        assert rule["certainty"] in ("A", "B", "C", "D", "K+", "K", "K-")
        assert rule["verified"] or rule["heaviest"] == "info"


def test_the_rulebook_has_no_contradiction_no_repetition_and_no_idle_rule() -> None:
    remarks = lint(load_rulebook(EXPECTATIONS))
    assert [remark for remark in remarks if remark.kind != "untouched_column"] == []
    assert {remark.about for remark in remarks} == set(UNTOUCHED)


def test_the_lint_bites(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(EXPECTATIONS, tmp_path / "expectations")
    path = tmp_path / "expectations/suites/units.json"
    suite = json.loads(path.read_text(encoding="utf-8"))
    line = suite["expectations"][0]

    def add(check: str, kind: str, **kwargs: object) -> None:
        meta = {**line["meta"], "check": check}
        suite["expectations"].append({**line, "type": kind, "kwargs": kwargs, "meta": meta})

    add("planted-null", "expect_column_values_to_be_null", column="name")
    add("planted-set", "expect_column_values_to_be_in_set", column="kind", value_set=["town", "department"])
    wider = ["town", "department", "subdistrict", "agency"]
    add("planted-wider", "expect_column_values_to_be_in_set", column="kind", value_set=wider)
    path.write_text(json.dumps(suite, ensure_ascii=False), encoding="utf-8")
    found = {(remark.kind, remark.about) for remark in lint(load_rulebook(tmp_path / "expectations"))}
    assert any(kind == "contradictory" and "planted-null" in about for kind, about in found)
    assert any(kind == "redundant" and "planted-set" in about for kind, about in found)
