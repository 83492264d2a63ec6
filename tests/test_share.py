"""`audit share`: an edition without records that provably comes from the sealed run, and zips that never differ."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs import Run, audit

from audit.cli.performing import show_reperformance
from audit.cli.sharing import share_archive
from audit.errors import AuditError, UsageError
from audit.findings import canonical_json
from audit.seal.signing import sign_run
from audit.share import make_edition, pack_whole, write_packed
from audit.share.packing import zip_bytes
from audit.verify.case import parse_json
from audit.verify.chain import Line, make_line, read_chain
from audit.verify.check import verify_archive
from audit.verify.digests import digest_bytes
from audit.verify.edition import EDITION_LEDGER, EDITION_PAGE, EDITION_RESULTS, EDITION_SCHEMA, PROOFS
from audit.verify.page import EDITION_VERDICTS, edition_page
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
    (edition / EDITION_RESULTS).write_text(canonical_json(document), encoding="utf-8")


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
    "a word of the page": (lambda e: replaced(e / EDITION_PAGE, "</h1>", "：全部相符</h1>"), "S1"),
    "no page": (lambda e: (e / EDITION_PAGE).unlink(), "S1"),
    "a file beside the seal": (lambda e: (e / "seal" / "EXTRA.html").write_text("x"), "S1"),
    "a signature beside the seal": (lambda e: (e / "seal" / "seal.json.minister.sig").write_text("x"), "S1"),
    "a folder": (lambda e: (e / "APPROVED").mkdir(), "S1"),
    "more in the results": (lambda e: results(e, lambda d: d.update(summary={"all_agree": True})), "S3"),
    "results given twice": (lambda e: replaced(e / EDITION_RESULTS, "{", '{"findings": [],'), "S3"),
    "results written otherwise": (lambda e: replaced(e / EDITION_RESULTS, "{", "{ "), "S3"),
    "a certificate of another seal": (lambda e: certificate(e), "V2-certificates"),
}


def replaced(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def certificate(edition: Path) -> None:
    (edition / "seal" / "certificates").mkdir()
    (edition / "seal" / "certificates" / "2026-11-28-L5.json").write_text('{"level": "L5", "by": "ministry"}')


def inputs(edition: Path) -> None:
    (edition / "data" / "4-reference").mkdir()
    (edition / "data" / "4-reference" / "x.csv").write_text("x")


@pytest.mark.parametrize("name", DAMAGES)
def test_an_edition_that_was_changed_fails(edition: Path, tmp_path: Path, name: str) -> None:
    copy = changed(edition, tmp_path)
    do, step = DAMAGES[name]
    do(copy)
    assert step in verify_archive(copy).failed()


def test_strange_files_beside_an_edition_in_a_zip_are_found(sample: Run, tmp_path: Path) -> None:
    files, _ = make_edition(sample.folder, (), with_appendix=False)
    for name, more in {"sound": {}, "beside": {"OFFICIAL.html": b"x"}, "next": {"shared-too/a.html": b"x"}}.items():
        packed = {f"shared/{file}": raw for file, raw in files.items()} | more
        (tmp_path / name).write_bytes(zip_bytes(packed))
        assert verify_archive(tmp_path / name).failed() == (("S1",) if more else ()), name


def test_only_a_signature_by_a_list_from_outside_makes_an_edition_authentic(
    sample: Run, tmp_path: Path, edition: Path
) -> None:
    files, run = pack_whole(sample.folder)
    write_packed(files, tmp_path / "out", "")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    line = sign_run(tmp_path / "out", run, tmp_path / "key", "zhang", None).allowed
    (tmp_path / "office").write_text(f"{line}\n")
    (tmp_path / "out" / "allowed_signers").write_text(f"{line}\n")
    files, _ = make_edition(tmp_path / "out" / run, (), with_appendix=False)
    write_packed(files, tmp_path / "edition", "")
    own = verify_archive(tmp_path / "edition")
    assert (own.failed(), own.level) == ((), "L0")
    assert "anyone can make one" in report_page(own)
    given = {"allowed_signers": tmp_path / "office"}
    report = verify_archive(tmp_path / "edition", given=given)
    assert (report.failed(), report.level) == ((), "L1")
    assert verify_archive(edition, given=given).level == "L0"
    more = b"".join(line.raw + b"\n" for line in twice(files[EDITION_LEDGER]))
    (tmp_path / "edition" / EDITION_LEDGER).write_bytes(more)
    told = {step.id: step.en for step in verify_archive(tmp_path / "edition", given=given).steps}
    assert "signed of sample/2022/0001 after signed" in told["S5"]


def twice(content: bytes) -> list[Line]:
    """The ledger with its last line about signing once more."""
    lines = read_chain(content)[0]
    return [*lines, make_line(lines[-1], lines[-1].at, lines[-1].event, lines[-1].run, lines[-1].facts)]


def test_the_page_is_part_of_the_form_of_an_edition() -> None:
    words = {"zh": "某事", "en": "something"}
    results = {
        "engagement": {"district": "huiji", "year": 2021},
        "reconciliation": {"rules": {"declared": 2, "passed": 1, "failed": 1, "not_tested": 0, "errors": 0}},
        "findings": [
            {"status": "fail", "title": words, "severity": grade, "condition": words, "judged": 2, "records": 1}
            for grade in ("critical", "warning", "info")
        ],
        "claims": [
            {"claim": verdict, "printed": "<5", "verdict": verdict, "recalculated": None}
            for verdict in (*EDITION_VERDICTS, "<b>")
        ],
    }
    page = edition_page({"run": "huiji/2021/0001", "code": "0123-4567-89AB"}, results, 9)
    assert "<b>" not in page
    # Editions are held against this page to the byte.  For another page, give EDITION_SCHEMA another number.
    pinned = "9585e0db9bd06893290cc6950a0c5e44acd53160e1d1fca059bc8dac1ba80a69"
    assert (EDITION_SCHEMA, digest_bytes(page.encode())) == ("shared/1", pinned)


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


@pytest.mark.parametrize("place", ["new", "data/new.zip", "../0001.seal/new", "../0001.seal/certificates/new.zip"])
def test_nothing_is_written_into_a_sealed_run(sample: Run, place: str) -> None:
    with pytest.raises(UsageError, match="lies in a sealed archive"):
        share_archive(sample.folder, sample.folder / place, (), whole=False, with_appendix=False)
    assert not (sample.folder / place).exists()


def test_a_name_that_cannot_go_on_record_is_told_first(
    sample: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_BY", "a b")
    with pytest.raises(UsageError, match="cannot be used as a name"):
        share_archive(sample.folder, tmp_path / "edition.zip", (), whole=False, with_appendix=False)
    assert not (tmp_path / "edition.zip").exists()
    monkeypatch.setattr("audit.cli.performing.reperform", lambda *_: pytest.fail("it was performed"))
    with pytest.raises(UsageError, match="cannot be used as a name"):
        show_reperformance(sample.folder, None, as_json=False)


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> int:
        if content == b"b":
            raise OSError(errno.ENOSPC, "no space left")
        return write(path, content)

    write = Path.write_bytes
    files = {"one": b"a", "two/three": b"b"}
    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(AuditError, match="the disk is full"):
        write_packed(files, tmp_path / "edition", "")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    (tmp_path / "edition").mkdir()
    write_packed(files, tmp_path / "edition", "")
    assert (tmp_path / "edition" / "two" / "three").read_bytes() == b"b"
    assert [path.name for path in tmp_path.iterdir()] == ["edition"]


def test_where_nothing_can_be_written_is_told_in_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    for taken in ("pipe", "link"):
        with pytest.raises(UsageError, match="there already"):
            write_packed({}, tmp_path / taken, "")
    for name in ("a" * 300, f"{'a' * 300}.zip"):
        with pytest.raises(AuditError, match="the name is too long"):
            write_packed({"x": b""}, tmp_path / name, "")


def test_what_does_not_verify_is_not_shared(tmp_path: Path, sample: Run) -> None:
    files, run = pack_whole(sample.folder)
    files[f"{run}/data/1-conclusion/claims.json"] += b" "
    write_packed(files, tmp_path / "broken", "")
    done = audit("share", tmp_path / "broken" / run, "--to", tmp_path / "no.zip")
    assert done.returncode == 3
    assert "V1" in done.stderr
    assert not (tmp_path / "no.zip").exists()
