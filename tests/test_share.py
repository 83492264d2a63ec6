"""`audit share`: an edition without records that provably comes from the sealed run, and zips that never differ."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs import Run, audit

from audit.errors import UsageError
from audit.share import make_edition, pack_whole, write_packed
from audit.verify.case import parse_json
from audit.verify.check import verify_archive
from audit.verify.edition import EDITION_RESULTS, PROOFS
from audit.verify.report import report_page


@pytest.fixture(scope="module")
def edition(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    files, run = make_edition(sample.folder, (), with_appendix=False)
    assert run == "sample/2022/0001"
    to = tmp_path_factory.mktemp("share") / "edition"
    write_packed(files, to, "")
    return to


def changed(edition: Path, tmp_path: Path) -> Path:
    shutil.copytree(edition, tmp_path / "edition")
    return tmp_path / "edition"


def test_an_edition_verifies_by_itself(edition: Path) -> None:
    report = verify_archive(edition)
    assert report.failed() == ()
    assert report.level == "L0"  # nobody has signed it, and anyone could have made one like it
    assert "No signature was verified" in report_page(report)
    assert {step.id for step in report.steps} >= {"S1", "S2", "S3", "S4", "S5"}
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(edition / "verify.py")], capture_output=True, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stdout


def test_an_edition_names_no_record(edition: Path, sample: Run) -> None:
    keys = {record["key"] for finding in sample.findings["findings"] for record in finding["records"]}
    keys |= {line.split(",")[2] for line in sample.read("data/2-proof/claim_records.csv").decode().splitlines()[1:]}
    long = {key for key in keys if len(key) > 7}
    assert len(long) > 100
    told = " ".join(finding["condition"]["zh"] for finding in sample.findings["findings"])
    for path in edition.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert [key for key in long if key in text and key not in told] == [], path.name
    results = json.loads((edition / EDITION_RESULTS).read_text(encoding="utf-8"))
    counts = [len(finding["records"]) for finding in sample.findings["findings"]]
    assert [finding["records"] for finding in results["findings"]] == counts
    assert not any((edition / part).exists() for part in ("data/4-reference", "data/2-proof/notebooks"))


def results(edition: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads((edition / EDITION_RESULTS).read_text(encoding="utf-8"))
    change(document)
    (edition / EDITION_RESULTS).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def proofs(edition: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads((edition / PROOFS).read_text(encoding="utf-8"))
    change(document)
    (edition / PROOFS).write_text(json.dumps(document), encoding="utf-8")


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a verdict": (lambda e: results(e, lambda d: d["claims"][0].update(verdict="agrees", printed="1")), "S3"),
    "a finding": (lambda e: results(e, lambda d: d["findings"][0].update(severity="info", judged=7)), "S3"),
    "a finding taken out": (lambda e: results(e, lambda d: d["findings"].pop()), "S3"),
    "the counts": (lambda e: results(e, lambda d: d["reconciliation"]["rules"].update(failed=0)), "S3"),
    "keys put in": (lambda e: results(e, lambda d: d["findings"][0].update(records=[{"key": "1"}])), "S4"),
    "a rule": (lambda e: (e / "data/3-plan/expectations/rules/cross.yml").write_text("[]"), "S1"),
    "a rule with its digest": (lambda e: proofs(e, lambda d: d["files"][0].update(sha256="0" * 64)), "S2"),
    "a proof": (lambda e: proofs(e, lambda d: d["results"][1].update(index=2)), "S3"),
    "a file added": (lambda e: (e / "data" / "more.csv").write_text("x"), "S1"),
    "the inputs added": (lambda e: inputs(e), "S4"),
    "the ledger": (lambda e: (e / "ledger-lines.jsonl").write_bytes(b"{}\n"), "S5"),
    "the seal": (lambda e: (e / "seal" / "seal.json").write_text('{"predicate": {}}'), "S2"),
    "no proofs": (lambda e: proofs(e, lambda d: d.clear()), "S1"),
}


def inputs(edition: Path) -> None:
    (edition / "data" / "4-reference").mkdir()
    (edition / "data" / "4-reference" / "x.csv").write_text("x")


@pytest.mark.parametrize("name", DAMAGES)
def test_an_edition_that_was_changed_fails(edition: Path, tmp_path: Path, name: str) -> None:
    copy = changed(edition, tmp_path)
    do, step = DAMAGES[name]
    do(copy)
    assert step in verify_archive(copy).failed()


def test_one_finding_can_be_shared_alone(sample: Run, tmp_path: Path) -> None:
    chosen = next(f for f in sample.findings["findings"] if f["status"] == "fail" and f["claims"])
    files, _ = make_edition(sample.folder, (chosen["id"],), with_appendix=False)
    write_packed(files, tmp_path / "one.zip", "one")
    report = verify_archive(tmp_path / "one.zip")
    assert report.failed() == ()
    document = parse_json(files[EDITION_RESULTS], "results")
    assert [finding["id"] for finding in document["findings"]] == [chosen["id"]]
    assert {claim["claim"] for claim in document["claims"]} == set(chosen["claims"])
    with pytest.raises(UsageError, match="no finding"):
        make_edition(sample.folder, ("none",), with_appendix=False)


def test_what_does_not_verify_is_not_shared(tmp_path: Path, sample: Run) -> None:
    files, run = pack_whole(sample.folder)
    files[f"{run}/data/1-conclusion/claims.json"] += b" "
    write_packed(files, tmp_path / "broken", "")
    done = audit("share", tmp_path / "broken" / run, "--to", tmp_path / "no.zip")
    assert done.returncode == 3
    assert "V1" in done.stderr
    assert not (tmp_path / "no.zip").exists()
