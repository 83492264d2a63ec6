"""`audit reperform`, the second way, and `audit drill`, on one run whose inputs are not archived."""

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from runs import ROOT, Run, audit, run

from audit.drill import carry_out_drill
from audit.home import Home
from audit.reperform import Certificate, record_certificate
from audit.reperform.compare import compare_notebooks, compare_rendering
from audit.reperform.recount import recount
from audit.reperform.second import SECOND
from audit.rulebook import load_rulebook
from audit.share import make_edition
from audit.share.packing import zip_bytes
from audit.verify.check import verify_archive


@pytest.fixture(scope="module")
def withheld(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A sealed run that keeps digests of its inputs only, and the folder the inputs are kept in."""
    data = tmp_path_factory.mktemp("withheld-data")
    shutil.copytree(ROOT / "data" / "pingtan", data / "pingtan")
    plan = data / "pingtan" / "2021" / "engagement.toml"
    text = plan.read_text(encoding="utf-8")
    assert "redistribute" not in text
    plan.write_text(re.sub(r"(?m)^\[records\]$", "[records]\nredistribute = false", text), encoding="utf-8")
    return run(tmp_path_factory.mktemp("withheld"), "pingtan", 2021, "--data", data), data


def test_inputs_that_are_not_archived_must_be_given(withheld: tuple[Run, Path], tmp_path: Path) -> None:
    made, data = withheld
    assert not (made.folder / "data/4-reference/inputs").exists()
    report = verify_archive(made.folder)
    assert report.failed() == (), [step for step in report.steps if step.status == "fail"]
    missing = audit("reperform", made.folder)
    assert missing.returncode == 3
    assert "--inputs" in missing.stderr
    assert "pingtan/2021/claims.csv" in missing.stderr
    shutil.copytree(data, tmp_path / "other")
    (tmp_path / "other" / "pingtan" / "2021" / "claims.csv").write_text("claim_id\n")
    wrong = audit("reperform", made.folder, "--inputs", tmp_path / "other")
    assert wrong.returncode == 3
    assert "1 of" in wrong.stderr
    assert not (made.folder.with_name("0001.seal") / "certificates").exists()


def test_performed_again_with_equal_results(withheld: tuple[Run, Path]) -> None:
    made, data = withheld
    done = audit("reperform", made.folder, "--inputs", data, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    certificate = json.loads(done.stdout)
    assert certificate["level"] == "L5"
    assert {level: result["status"] for level, result in certificate["levels"].items()} == {
        "L3": "pass",
        "L4": "pass",
        "L5": "pass",
    }
    assert certificate["not_covered_by_second_way"] == {}
    assert certificate["versions"]["same_source"] is True
    (path,) = (made.folder.with_name("0001.seal") / "certificates").iterdir()
    assert path.name.endswith("-L5.json")
    assert json.loads(path.read_text(encoding="utf-8")) == certificate
    last = json.loads((made.out / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["event"], last["facts"]["level"], last["facts"]["file"]) == ("reperformed", "L5", path.name)
    assert verify_archive(made.folder).verified


# The second way -----------------------------------------------------------------------------------------


def test_every_measure_has_a_second_way() -> None:
    measures = load_rulebook(ROOT / "expectations").measures
    assert set(SECOND) == set(measures)
    assert {name: second.kind for name, second in SECOND.items()} == {n: m.kind for n, m in measures.items()}


def test_both_ways_agree_on_records_full_of_errors(sample: Run) -> None:
    found = recount(Home(), "sample", 2022, sample.claims)
    assert found.differs == ()
    assert found.uncovered == {}
    assert found.taken == found.equal > 60
    assert found.claims > 10


@pytest.mark.parametrize(
    ("measure", "before", "after"),
    [
        ("normative.filing_rate", "filed_date <= $as_of, false", "filed_date <= $as_of, true"),
        ("reconsideration.carried_out", "closed_date > $as_of", "closed_date >= $period_start"),
        ("training.each_person", "hours >= 6", "hours > 6"),
        ("certificates.enforcement", "cancelled_date > $as_of", "cancelled_date > $period_start"),
        ("disclosure.denied", "'denied.%'", "'granted%'"),
    ],
)
def test_a_wrong_query_is_found_by_the_second_way(tmp_path: Path, measure: str, before: str, after: str) -> None:
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    path = tmp_path / "expectations" / "measures.yml"
    text = path.read_text(encoding="utf-8")
    start = text.index(f"\n{measure}:")
    assert before in text[start:]
    path.write_text(text[:start] + text[start:].replace(before, after, 1), encoding="utf-8")
    found = recount(Home(expectations=tmp_path / "expectations"), "sample", 2022, [])
    assert [words.split(":")[0] for words in found.differs] == [f"2022 {measure}"]
    assert "records: " in found.differs[0]


def test_a_measure_without_a_second_way_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    path = tmp_path / "expectations" / "measures.yml"
    text = path.read_text(encoding="utf-8")
    at = text.index("\nacts.units:")
    path.write_text(text + text[at : text.index("\n\n", at + 1)].replace("acts.units", "acts.other"), encoding="utf-8")
    found = recount(Home(expectations=tmp_path / "expectations"), "pingtan", 2021, [])
    assert list(found.uncovered) == ["acts.other"]


def test_a_bag_without_its_seal_gets_no_folder_of_one(tmp_path: Path) -> None:
    certificate = Certificate("huiji/2021/0001", "", "L0", {}, {})
    (tmp_path / "0001").mkdir()
    path, line = record_certificate(certificate, tmp_path / "0001", "张三")
    assert (path.parent, line) == (tmp_path, None)
    assert not (tmp_path / "0001.seal").exists()


# Differences --------------------------------------------------------------------------------------------


def notebook(path: Path, *outputs: str) -> Path:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": f"paper.step({number})", "execution_count": number + 1, "metadata": {"t": 1},
         "outputs": [{"output_type": "stream", "name": "stdout", "text": text}]}
        for number, text in enumerate(outputs)
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def test_differences_are_told_cell_by_cell(tmp_path: Path) -> None:
    old = notebook(tmp_path / "a" / "20.ipynb", "40", "41", "42")
    assert compare_notebooks(old, notebook(tmp_path / "b" / "20.ipynb", "40", "41", "42")) == []
    (found,) = compare_notebooks(old, notebook(tmp_path / "c" / "20.ipynb", "40", "4", "42"))
    assert (found["paper"], found["cell"], found["what"]) == ("20", "1", "outputs")
    assert "41" in found["archived"]
    assert found["source"] == "paper.step(1)"
    shorter = compare_notebooks(old, notebook(tmp_path / "d" / "20.ipynb", "40"))
    assert shorter[0]["what"] == "3 cells archived, 1 here"
    (tmp_path / "b" / "x.csv").write_text("a\nb\n")
    (tmp_path / "c" / "x.csv").write_text("a\nc\n")
    (line,) = compare_rendering(tmp_path / "b", tmp_path / "c", ["x.csv"])
    assert "line 2" in line["what"]


# Sharing ------------------------------------------------------------------------------------------------


def test_the_same_bytes_every_time(withheld: tuple[Run, Path], tmp_path: Path) -> None:
    made, _ = withheld
    for name in ("one.zip", "two.zip"):
        done = audit("share", "pingtan/2021/0001", "--out", made.out, "--to", tmp_path / name, "--whole")
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    packed = zipfile.ZipFile(tmp_path / "one.zip").infolist()
    assert [info.filename for info in packed] == sorted(info.filename for info in packed)
    assert {info.date_time for info in packed} == {(1980, 1, 1, 0, 0, 0)}
    assert verify_archive(tmp_path / "one.zip").level == "L2"
    editions = [zip_bytes(make_edition(made.folder, (), with_appendix=True)[0]) for _ in range(2)]
    assert editions[0] == editions[1]
    (tmp_path / "edition.zip").write_bytes(editions[0])
    told = {step.id: step.en for step in verify_archive(tmp_path / "edition.zip").steps}
    assert "names records" in told["S4"]
    assert (made.out / "ledger.jsonl").read_text(encoding="utf-8").count('"event":"shared"') == 2
    assert verify_archive(made.folder).verified
    taken = audit("share", "pingtan/2021/0001", "--out", made.out, "--to", tmp_path / "one.zip")
    assert taken.returncode == 2


# The drill ----------------------------------------------------------------------------------------------


def test_the_drill_catches_what_it_does(withheld: tuple[Run, Path]) -> None:
    before = {path: path.stat().st_mtime_ns for path in withheld[0].out.rglob("*")}
    kinds = ("only", "ledger", "review", "expired", "exchanged", "number", "verifier", "outside", "another", "ran")
    drill = carry_out_drill(withheld[0].folder, wanted=lambda damage: any(kind in damage.name.en for kind in kinds))
    results = {damage.name.en: damage.result for damage in drill.damages}
    assert {name for name, result in results.items() if result == "missed"} == set()
    assert drill.passed
    assert len(results) >= 20
    assert len({damage.by for damage in drill.damages}) >= 10
    assert before == {path: path.stat().st_mtime_ns for path in withheld[0].out.rglob("*")}


def test_a_drill_needs_a_sealed_run(tmp_path: Path) -> None:
    done = audit("drill", tmp_path)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
