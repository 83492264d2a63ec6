"""`audit run` as an auditor uses it: exit statuses, files, repeatability, hostile and faulty input."""

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pikepdf
import pytest
from openpyxl import Workbook, load_workbook
from runs import HOSTILE, ROOT, Run, audit, copy_of_huiji, edit, run

from audit.errors import WorkingPaperError
from audit.findings import Results, canonical_json
from audit.home import Home
from audit.papers import appendix_edition
from audit.programme import carry_out
from audit.programme.plan import PROGRAMME

RESULTS = (
    "data/1-conclusion/findings.json",
    "data/1-conclusion/findings.csv",
    "data/1-conclusion/claims.json",
    "data/1-conclusion/appendix.html",
    "data/1-conclusion/appendix.pdf",
    "data/1-conclusion/appendix.xlsx",
    "data/1-conclusion/seal.json",
    "data/2-proof/outcomes.json",
    "data/2-proof/control_totals.json",
    "data/2-proof/exhibits.json",
    "data/2-proof/appendix.json",
    "data/2-proof/claim_records.csv",
    "data/2-proof/intake.csv",
)


@pytest.fixture(scope="session")
def again(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("again"), "huiji", 2021)


def blank(path: Path, column: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    for row in rows[1:]:
        row[rows[0].index(column)] = ""
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)


def test_huiji_is_carried_out_without_critical_findings(huiji: Run) -> None:
    assert huiji.done.returncode == 0, huiji.done.stderr
    assert "Traceback" not in huiji.done.stderr
    for name in RESULTS:
        assert huiji.read(name)
    for folder in ("1-conclusion", "2-proof", "3-plan", "4-reference"):
        assert (huiji.folder / "data" / folder).is_dir()
    assert str(huiji.folder / "data/1-conclusion/appendix.html") in huiji.done.stdout


def test_sample_fails_at_the_critical_gate(sample: Run) -> None:
    assert sample.done.returncode == 1, sample.done.stderr
    assert '<html lang="en"' in sample.read("data/1-conclusion/appendix.html").decode()


def test_findings_follow_their_schema_and_reconcile(huiji: Run) -> None:
    document = huiji.findings
    assert document["schema"] == "findings/1"
    assert document["engagement"] == {"district": "huiji", "year": 2021, "as_of": "2021-12-31"}
    assert set(document["reconciliation"]) == {"rules", "expectations", "claims", "identities"}
    for counts in document["reconciliation"].values():
        parts = ("passed", "failed", "not_tested", "errors")
        assert counts["declared"] == sum(counts[part] for part in parts) > 0
    for finding in document["findings"]:
        assert finding["status"] in ("fail", "not_tested", "error")
        assert finding["severity"] in ("critical", "warning", "info")
        assert finding["criteria"]["citation"]
        assert finding["title"]["zh"]
        assert finding["title"]["en"]
        assert finding["condition"]["zh"]
        assert finding["disposition"]["status"] == "open"
        if finding["status"] == "fail":
            assert finding["effect"]["zh"]
            assert finding["recommendation"]["en"]


def test_nothing_found_about_huiji_rests_on_illustrative_records(huiji: Run) -> None:
    for finding in huiji.findings["findings"]:
        if finding["status"] == "fail":
            assert finding["records"] == []
            assert finding["id"].startswith("rules/") or finding["id"] == "claims/quiz.participation_rate"
            assert "按记录" not in finding["condition"]["zh"]


def test_the_twelve_questions_of_a_reviewer_are_raised(huiji: Run) -> None:
    raised = {finding["id"] for finding in huiji.findings["findings"] if finding["status"] == "fail"}
    assert {f"rules/RPT-{number:02d}" for number in range(1, 13)} <= raised


def test_every_claim_has_a_verdict_and_its_records(huiji: Run) -> None:
    with (ROOT / "data/huiji/2021/claims.csv").open(encoding="utf-8-sig") as lines:
        printed = {row["claim_id"]: row["printed"] for row in csv.DictReader(lines)}
    assert {claim["claim"]: claim["printed"] for claim in huiji.claims} == printed
    for claim in huiji.claims:
        assert set(claim) == {
            *("claim", "printed", "verdict", "recalculated", "numerator", "denominator"),
            *("base", "rounding", "locator", "measure", "records_digest"),
        }
        if claim["measure"]:
            assert claim["recalculated"] is not None
            assert len(claim["records_digest"]) == 64
        else:
            assert claim["verdict"] == "not_tested"


@pytest.mark.parametrize(
    ("claim", "verdict", "recalculated"),
    [
        ("disclosure.handled", "agrees", "46"),
        ("disclosure.closed", "agrees", "40"),
        ("reconsideration.received", "agrees", "39"),
        ("reconsideration.admitted", "agrees", "35"),
        ("normative.filing_rate", "agrees", "100"),
        ("quiz.participation_rate", "only_by_truncation", "98.2550…"),
        ("acts.filed", "agrees", "115226"),
        ("training.staff", "agrees", "2386"),
    ],
)
def test_published_figures_are_held_against_records(huiji: Run, claim: str, verdict: str, recalculated: str) -> None:
    found = next(entry for entry in huiji.claims if entry["claim"] == claim)
    assert (found["verdict"], found["recalculated"]) == (verdict, recalculated)


def test_every_recalculated_figure_names_its_records(huiji: Run) -> None:
    lines = huiji.read("data/2-proof/claim_records.csv").decode().splitlines()
    assert sum(line.startswith("disclosure.handled,") for line in lines) == 46
    assert sum(line.startswith("quiz.participation_rate,") and line.endswith(",1") for line in lines) == 732


def test_two_runs_give_the_same_bytes(huiji: Run, again: Run) -> None:
    for name in RESULTS:
        assert huiji.read(name) == again.read(name), name


@pytest.fixture(scope="module")
def direct() -> Results:
    return carry_out(Home(), "huiji", 2021)


def test_the_direct_way_gives_the_same_results(huiji: Run, direct: Results) -> None:
    assert canonical_json(direct.findings_document()).encode() == huiji.read("data/1-conclusion/findings.json")
    assert canonical_json(direct.claims_document()).encode() == huiji.read("data/1-conclusion/claims.json")
    assert canonical_json(direct.outcomes_document()).encode() == huiji.read("data/2-proof/outcomes.json")


def test_the_direct_way_shows_the_same_exhibits_and_records(huiji: Run, direct: Results) -> None:
    assert canonical_json(direct.exhibits.document()).encode() == huiji.read("data/2-proof/exhibits.json")
    assert canonical_json(direct.seal_document()).encode() == huiji.read("data/1-conclusion/seal.json")
    marks = [(one.claim, one.table, *pair) for one in direct.exhibits.records for pair in one.marks]
    lines = huiji.read("data/2-proof/claim_records.csv").decode().splitlines()
    assert sorted(",".join(mark) for mark in marks) == sorted(line.replace("'", "") for line in lines[1:])


def test_time_limits_add_up_to_what_was_judged(huiji: Run) -> None:
    exhibits = json.loads(huiji.read("data/2-proof/exhibits.json"))
    outcomes = {entry["id"]: entry for entry in json.loads(huiji.read("data/2-proof/outcomes.json"))}
    tallies = {tally["rule"]: tally for tally in exhibits["limits"]}
    suite = outcomes["disclosure_requests/replied_in_time"]
    mine = tallies["GID-T01"]
    assert mine["in_time"] + mine["late"] + mine["open"] + mine["overdue"] == suite["judged"] == 46
    assert mine["late"] + mine["overdue"] == suite["failed"]
    assert sum(count for _, count in mine["margins"]) == mine["in_time"] + mine["late"]
    flow = next(one for one in exhibits["flows"] if one["name"] == "disclosure-requests")
    counts = {step["id"]: step["count"] for step in flow["steps"]}
    assert counts["disclosure.closed"] == 40
    assert counts["disclosure.carried_in"] + counts["disclosure.new"] == counts["disclosure.handled"] == 46
    months = next(one for one in exhibits["months"] if one["name"] == "disclosure-months")
    assert months["carried_in"] + sum(months["came"]) - sum(months["went"]) == counts["disclosure.open"]


def test_the_appendix_can_be_set_again_from_the_run_alone(huiji: Run, tmp_path: Path) -> None:
    folder = tmp_path / "0001"
    shutil.copytree(huiji.folder / "data/1-conclusion", folder / "data/1-conclusion")
    for name in ("appendix.json", "charts"):
        source = huiji.folder / "data/2-proof" / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        (folder / "data/2-proof").mkdir(exist_ok=True)
        copy(source, folder / "data/2-proof" / name)
    assert appendix_edition(folder, {}) == huiji.read("data/1-conclusion/appendix.pdf")
    (folder / "data/2-proof/appendix.json").unlink()
    with pytest.raises(WorkingPaperError, match="set again"):
        appendix_edition(folder, {})


def test_results_name_no_path_and_no_time(huiji: Run) -> None:
    for name in (*RESULTS, "data/3-plan/parameters.json", "data/4-reference/environment.json"):
        text = huiji.read(name).decode(errors="replace")
        assert str(ROOT) not in text
        assert str(huiji.out) not in text
    for path in (huiji.folder / "data/2-proof/notebooks").glob("*.ipynb"):
        assert str(ROOT) not in path.read_text(encoding="utf-8")


def test_the_appendix_says_on_its_face_that_records_are_illustrative(huiji: Run) -> None:
    page = huiji.read("data/1-conclusion/appendix.html").decode()
    assert 0 < page.index("示例") < page.index("<h2")


def test_a_script_in_any_cell_shows_as_text(hostile: Run) -> None:
    assert hostile.done.returncode in (0, 1), hostile.done.stderr
    pages = [*hostile.folder.rglob("1-conclusion/*.html"), *hostile.folder.rglob("notebooks/*.html")]
    assert len(pages) == 1 + len(PROGRAMME)
    for path in pages:
        page = path.read_text(encoding="utf-8")
        assert "<script" not in page.lower(), path.name
        assert "<img src=x" not in page, path.name
    appendix = (hostile.folder / "data/1-conclusion/appendix.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in appendix


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on this machine")
def test_a_browser_runs_no_script_of_the_data(hostile: Run, tmp_path: Path) -> None:
    for name in ("data/1-conclusion/appendix.html", "data/2-proof/notebooks/30_disclosure.html"):
        dumped = subprocess.run(
            [
                *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
                *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
                *(f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", (hostile.folder / name).as_uri()),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        title = dumped[dumped.index("<title>") + 7 : dumped.index("</title>")]
        assert title != "hacked"
        assert "document.title=" in dumped


Fault = Callable[[Path], None]


def remove(data: Path) -> None:
    (data / "units.csv").unlink()


def drop_column(data: Path) -> None:
    text = (data / "units.csv").read_text(encoding="utf-8-sig")
    (data / "units.csv").write_text(text.replace("单位类别", "随便什么", 1), encoding="utf-8")


def wrong_date(data: Path) -> None:
    edit(data / "disclosure_requests.csv", 3, "收到日期", "2021年13月1日")


def unknown_code(data: Path) -> None:
    edit(data / "disclosure_requests.csv", 4, "办理状态", "快好了")


def empty_file(data: Path) -> None:
    (data / "cleanups.csv").write_bytes(b"")


def disguised(data: Path) -> None:
    book = Workbook()
    book.save(data / "cleanups.csv")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (remove, ["units.csv", "missing", "To do"]),
        (drop_column, ["units.csv", "单位类别", "missing", "To do"]),
        (wrong_date, ["disclosure_requests.csv", "row 4", "收到日期", "2021年13月1日", "2021-03-05"]),
        (unknown_code, ["disclosure_requests.csv", "row 5", "办理状态", "快好了", "办理中、办结"]),
        (empty_file, ["cleanups.csv", "empty", "To do"]),
        (disguised, ["cleanups.csv", "Excel", "To do"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_faulty_input_is_named_and_leaves_nothing(tmp_path: Path, fault: Fault, words: list[str]) -> None:
    data = copy_of_huiji(tmp_path / "data")
    fault(data)
    done = audit("run", "huiji", "2021", "--data", tmp_path / "data", "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 3
    for word in words:
        assert word in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    workbook = tmp_path / "out" / "intake-faults-huiji-2021.xlsx"
    assert str(workbook) in done.stderr
    assert list((tmp_path / "out").iterdir()) == [workbook]
    cells = [str(cell) for row in load_workbook(workbook).worksheets[0].values for cell in row]
    assert words[0] in " ".join(cells)


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (["run", "nowhere", "2021"], 3, "no engagement"),
        (["run", "huiji"], 2, "year"),
        (["run", "huiji", "21"], 2, "1990"),
        (["run", "huiji", "2021", "--gate", "grave"], 2, "grave"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_wrong_calls_are_told_apart(arguments: list[str], status: int, word: str, tmp_path: Path) -> None:
    done = audit(*arguments, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def outcomes_of(data: Path) -> list[dict[str, object]]:
    home = Home(data=data)
    return carry_out(home, "huiji", 2021).outcomes_document()


def test_an_emptied_table_passes_nothing(tmp_path: Path) -> None:
    folder = copy_of_huiji(tmp_path)
    for name in ("disclosure_requests", "units"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8-sig").splitlines()[0] + "\n", encoding="utf-8-sig")
    results = carry_out(Home(data=tmp_path), "huiji", 2021)
    for outcome in results.outcomes:
        about = outcome.id.split("/")[0]
        if about in ("disclosure_requests", "units", "unit_quarters"):
            assert outcome.status.value == "not_tested", outcome.id
    verdicts = {result.claim: result.verdict.value for result in results.claim_results}
    assert (
        verdicts["disclosure.handled"] == verdicts["disclosure.closed"] == verdicts["acts.every_unit"] == "not_tested"
    )


def test_an_emptied_column_passes_nothing_about_it(tmp_path: Path) -> None:
    folder = copy_of_huiji(tmp_path)
    blank(folder / "normative_documents.csv", "报备日期")
    blank(folder / "disclosure_requests.csv", "答复日期")
    results = carry_out(Home(data=tmp_path), "huiji", 2021)
    columns = {"normative_documents": {"filed_date", "nrm_t01"}, "disclosure_requests": {"reply_date"}}
    judged = [
        (line, next(o for o in results.outcomes if o.id == line.id))
        for suite in results.book.suites.values()
        for line in suite.expectations
        if columns.get(suite.table, set()) & set(line.columns) and line.type != "expect_column_values_to_be_null"
    ]
    assert len(judged) >= 5
    for line, outcome in judged:
        assert outcome.status.value in ("fail", "not_tested"), line.id
    verdicts = {result.claim: result.verdict.value for result in results.claim_results}
    for claim in ("normative.filing_rate", "normative.timeliness_rate", "disclosure.closed"):
        assert verdicts[claim] in ("differs", "not_tested"), claim


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project whose notebooks and expectations can be spoilt."""
    for name in ("audit", "notebooks", "expectations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    copy_of_huiji(tmp_path / "data")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def audit_in(project: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from audit.cli import main; main()"
    command = [__import__("sys").executable, "-c", code, str(project), "run", "huiji", "2021"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300, check=False)


def test_a_working_paper_without_its_import_stops_the_run(project: Path) -> None:
    path = project / "notebooks/00_sources.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("from audit.papers import open_paper\n", "")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = audit_in(project)
    assert done.returncode == 3, done.stdout
    assert "00_sources.ipynb, cell 2" in done.stderr
    assert "open_paper is not known" in done.stderr
    assert not (project / "outputs").exists()


def test_a_cell_that_fails_stops_the_run_and_leaves_it_as_failed(project: Path) -> None:
    path = project / "notebooks/00_sources.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("paper.sources()", "paper.sauces()"), encoding="utf-8")
    done = audit_in(project)
    assert done.returncode == 3, done.stdout
    assert "00_sources.ipynb, cell" in done.stderr
    assert "paper.sauces()" in done.stderr
    assert not list(project.rglob("outputs/**/findings.json"))
    assert json.loads(next(project.rglob("outputs/**/failure.json")).read_text())["status"] == "failed"
    assert "sealed as failed: huiji/2021/0001" in done.stderr
    run = project / "outputs/huiji/2021/0001"
    assert bagit.Bag(str(run)).is_valid()
    said = json.loads((run.with_name("0001.seal") / "seal.json").read_text())["predicate"]
    assert (said["status"], said["inputs"]["before"]) == ("failed", said["inputs"]["after"])
    assert "paper.sauces()" in said["failure"]["where"]
    assert "paper.sauces()" in (run / "READ_ME_FIRST.html").read_text(encoding="utf-8")


def test_a_kernel_that_kills_itself_is_told_in_words_and_the_run_sealed_as_failed(project: Path) -> None:
    path = project / "audit/papers/paper.py"
    text = path.read_text(encoding="utf-8")
    kill = "import os\n    os.kill(os.getpid(), 9)\n    stack = ExitStack()"
    path.write_text(text.replace("stack = ExitStack()", kill, 1), encoding="utf-8")
    done = audit_in(project)
    assert done.returncode == 3, done.stdout
    assert "the kernel of 00_sources died" in done.stderr
    assert "Traceback" not in done.stderr
    run = project / "outputs/huiji/2021/0001"
    said = json.loads((run.with_name("0001.seal") / "seal.json").read_text())["predicate"]
    assert (said["status"], "died" in said["failure"]["problem"]) == ("failed", True)
    assert bagit.Bag(str(run)).is_valid()


def test_a_renamed_expectation_stops_the_run(project: Path) -> None:
    path = project / "expectations/suites/units.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("values_to_be_unique", "values_to_be_uniqe", 1), encoding="utf-8")
    done = audit_in(project)
    assert done.returncode == 3
    assert "units.json, entry" in done.stderr
    assert "values_to_be_uniqe" in done.stderr
    assert not (project / "outputs").exists()


def test_a_misspelt_parameter_stops_the_run(project: Path) -> None:
    path = project / "notebooks/30_disclosure.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("year = 2021", "yaer = 2021").replace("district, year,", "district, yaer,"), "utf-8")
    done = audit_in(project)
    assert done.returncode == 3
    assert "30_disclosure" in done.stderr
    assert "yaer" in done.stderr


def test_a_dropped_call_does_not_reconcile(project: Path) -> None:
    path = project / "notebooks/30_disclosure.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [c for c in notebook["cells"] if "information_items" not in "".join(c["source"])]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = audit_in(project)
    assert done.returncode == 3
    assert "reconcile" in done.stderr
    assert "information_items/" in done.stderr


def test_dispositions_survive_a_run(hostile: Run) -> None:
    finding = next(f for f in hostile.findings["findings"] if f["id"] == "rules/RPT-01")
    assert finding["disposition"]["status"] == "explained"
    assert finding["disposition"]["by"] == HOSTILE


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen on this machine")
def test_a_signed_run_has_the_appendix_once_more_with_its_seal(huiji: Run, tmp_path: Path) -> None:
    out, key = tmp_path / "out", tmp_path / "key"
    shutil.copytree(huiji.out, out)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    done = audit("sign", "huiji/2021/0001", "--out", out, "--as", "preparer", "--by", "甲", "--key", key)
    assert done.returncode == 0, done.stderr
    seal = out / "huiji" / "2021" / "0001.seal"
    with (
        pikepdf.open(seal / "appendix.pdf") as edition,
        pikepdf.open(huiji.folder / "data/1-conclusion/appendix.pdf") as own,
    ):
        assert len(edition.pages) == len(own.pages)
        assert set(edition.attachments) == {*own.attachments, "run-seal.json", "run-seal.json.preparer.sig"}
        assert edition.attachments["run-seal.json"].get_file().read_bytes() == (seal / "seal.json").read_bytes()
