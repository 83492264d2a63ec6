"""`audit verify` and an archive's own verify.py: what is sound passes, what is not fails by name, nothing breaks it."""

import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from authority import authority as make_authority
from made_runs import seal_one
from runs import Run, audit

from audit.drill.copies import Copy, chained, forge
from audit.findings import canonical_json
from audit.reperform.certificate import Certificate, record_certificate
from audit.seal.files import unprotect
from audit.seal.signing import Review, sign_run
from audit.seal.verifier import verifier
from audit.verify.case import Case, take_digests
from audit.verify.chain import Line, checkpoint_of, read_chain
from audit.verify.check import main, verify_archive
from audit.verify.digests import digest_bytes
from audit.verify.figures import figure_steps
from audit.verify.merkle import LEDGER_ORIGIN
from audit.verify.place import open_archive
from audit.verify.report import STEP_TITLES, Report, UnusableError, report_page
from audit.verify.shelf import read_ordinary

PAGE = "data/1-conclusion/appendix.html"


def statuses(report: Report) -> dict[str, str]:
    return {step.id: step.status for step in report.steps}


def own(archive: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", "-S", str(archive / "verify.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**os.environ, **environment}, check=False, cwd="/")


def test_a_sealed_run_verifies(huiji: Run) -> None:
    done = audit("verify", "huiji/2021/0001", "--out", huiji.out, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert list(document) == ["level", "steps", "verified"]
    assert (document["level"], document["verified"]) == ("L2", True)
    assert all(list(step) == ["id", "status", "detail"] and step["detail"] for step in document["steps"])
    assert {f"V{number}" for number in range(10)} <= {step["id"] for step in document["steps"]} <= set(STEP_TITLES)
    unchecked = {step["id"]: step["detail"] for step in document["steps"] if step["status"] == "not_checked"}
    assert "there is no signature" in unchecked["V2-signature"]
    assert "no finding names a record" in unchecked["V6-records"]
    page = audit("verify", huiji.folder).stdout
    assert "核验通过，L2" in page
    assert "No signature was verified" in page


def test_the_archives_own_verifier_says_the_same_anywhere(huiji: Run) -> None:
    here = audit("verify", huiji.folder, "--json").stdout.encode()
    assert own(huiji.folder, "--json").stdout == here
    cut = ["unshare", "-rn"] if subprocess.run(["unshare", "-rn", "true"], check=False).returncode == 0 else []
    command = [*cut, sys.executable, "-I", "-S", str(huiji.folder / "verify.py"), "--json"]
    elsewhere = {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, env=elsewhere, check=False)
    assert (done.returncode, done.stdout) == (0, here)
    german = own(huiji.folder, LC_ALL="de_DE.ISO-8859-1", LANG="de_DE.ISO-8859-1")
    assert german.returncode == 0
    assert b"verified, L2" in german.stdout
    assert not (huiji.folder / "__pycache__").exists()


def test_the_verifier_reaches_for_nothing_outside() -> None:
    text = verifier()
    imported = set(re.findall(r"(?m)^(?:import|from) ([\w.]+)", text))
    assert imported <= set(sys.stdlib_module_names) | {"collections.abc", "html.parser", "urllib.parse"} | {
        "xml.etree.ElementTree",
        "concurrent.futures",
    }
    assert not imported & {"socket", "http", "ssl", "urllib.request", "pickle", "marshal"}


def test_other_tools_agree(huiji: Run) -> None:
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(["sha256sum", "--quiet", "-c", manifest], cwd=huiji.folder, check=False)
        assert done.returncode == 0
    command = [sys.executable, "-m", "bagit", "--validate", str(huiji.folder)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_hostile_words_do_not_disturb_it(hostile: Run) -> None:
    report = verify_archive(hostile.folder)
    assert report.failed() == (), [step for step in report.steps if step.status == "fail"]


def test_another_language_and_year(sample: Run) -> None:
    assert verify_archive(sample.folder).level == "L2"


@pytest.fixture(scope="module")
def appendix(huiji: Run) -> Iterator[Callable[[str], str]]:
    """V6 on a page that says something else."""
    archive = open_archive(huiji.folder)
    case = Case(archive)
    case.digests = take_digests(case, archive.bag, archive.bag.entries, ("sha256",))

    def judge(html: str) -> str:
        case.kept[PAGE] = html.encode()
        return next(figure_steps(case)).status

    yield judge
    archive.close()


def test_a_changed_number_of_the_page_is_found(huiji: Run, appendix: Callable[[str], str]) -> None:
    html = huiji.read(PAGE).decode()
    assert appendix(html) == "pass"
    body = html.index("<main")
    shown = [m for m in re.finditer(r">[^<>]*?(\d+)[^<>]*<", html) if m.start() > body]
    missed = []
    for match in random.Random(7).sample(shown, 15):
        number = str(int(match[1]) + 1).zfill(len(match[1]))
        if appendix(html[: match.start(1)] + number + html[match.end(1) :]) == "pass":
            missed.append(html[match.start() - 60 : match.end() + 20])
    assert missed == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<main", "<main><p>115227 件</p><div"),
        ("✓</span> 相符", "×</span> 不符"),
        ('<tr id="claim-', '<tr id="claim-none-'),
        ("公布处理46件、办结40件", "公布处理46件、办结四十件"),
    ],
)
def test_words_and_marks_of_the_page_count_too(
    huiji: Run, appendix: Callable[[str], str], before: str, after: str
) -> None:
    html = huiji.read(PAGE).decode()
    assert before in html
    assert appendix(html.replace(before, after, 1)) == "fail"


@pytest.mark.parametrize("part", ["", "data/2-proof/", "data/9-more/"])
def test_what_no_manifest_lists_fails(tmp_path: Path, part: str) -> None:
    bag = made(tmp_path)
    (bag / part).mkdir(exist_ok=True)
    (bag / part / "extra.txt").write_text("more\n")
    report = verify_archive(bag)
    assert not report.verified
    assert "V1-unlisted" in report.failed()
    assert report.level == "none"


def test_a_bag_alone_verifies_as_far_as_it_goes(huiji: Run, tmp_path: Path) -> None:
    shutil.copytree(huiji.folder, tmp_path / "0001")
    report = verify_archive(tmp_path / "0001")
    assert report.verified
    assert report.level == "L0"
    assert {statuses(report)[step] for step in ("V2", "V2-ledger", "V2-signature")} == {"not_checked"}
    packed = tmp_path / "bag.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for path in sorted((tmp_path / "0001").rglob("*")):
            new.write(path, path.relative_to(tmp_path))
    assert verify_archive(packed).level == "L0"


# Signatures ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("zhang", "li"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return folder


def made(out: Path) -> Path:
    """A small sealed run that may be changed; the steps on its content fail, since it has next to none."""
    seal_one(out)
    unprotect(out)
    return out / "huiji" / "2021" / "0001"


@pytest.fixture
def signed(keys: Path, tmp_path: Path) -> Path:
    bag = made(tmp_path / "out")
    out = bag.parents[2]
    sign_run(out, "huiji/2021/0001", keys / "zhang", "zhang", None)
    sign_run(out, "huiji/2021/0001", keys / "li", "li", Review("accept", "all of it"))
    (out / "allowed_signers").write_text(allowed(keys))
    return bag


def allowed(keys: Path, dates: str = "", **names: str) -> str:
    lines = []
    for name in ("zhang", "li"):
        key = (keys / f"{name}.pub").read_text().split()
        lines.append(f'{names.get(name, name)} namespaces="audit-seal@v1"{dates} {key[0]} {key[1]}\n')
    return "".join(lines)


def test_signatures_as_valid_when_they_were_made(signed: Path, keys: Path) -> None:
    people = ("V2-signature", "V2-review", "V2-people")
    assert {statuses(verify_archive(signed))[step] for step in people} == {"pass"}
    lists = {
        allowed(keys, ',valid-after="20200101",valid-before="20990101"'): "pass",
        allowed(keys, ',valid-before="20200101"'): "fail",
        allowed(keys, ',valid-after="20990101"'): "fail",
        allowed(keys, zhang="wang"): "fail",
        allowed(keys).replace("audit-seal@v1", "git"): "fail",
    }
    for text, expected in lists.items():
        (signed.parents[2] / "allowed_signers").write_text(text)
        assert statuses(verify_archive(signed))["V2-signature"] == expected, text
    (signed.parents[2] / "allowed_signers").unlink()
    assert statuses(verify_archive(signed))["V2-signature"] == "not_checked"
    given = signed.parent / "office"
    given.write_text(allowed(keys))
    assert statuses(verify_archive(signed, given={"allowed_signers": given}))["V2-signature"] == "pass"


def test_without_ssh_keygen_a_signature_is_not_checked(signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert statuses(verify_archive(signed))["V2-signature"] == "not_checked"


def test_a_time_stamp_is_that_of_its_authority(tmp_path: Path) -> None:
    bag = made(tmp_path / "out")
    seal, authority = bag.with_name("0001.seal"), make_authority(tmp_path / "ours")
    (seal / "seal.tsr").write_bytes(authority.stamp(seal / "seal.json").read_bytes())
    assert statuses(verify_archive(bag))["V2-time"] == "not_checked"
    other = make_authority(tmp_path / "theirs")
    for one, expected in ((authority, "pass"), (other, "fail")):
        assert statuses(verify_archive(bag, given={"tsa.pem": one.certificate}))["V2-time"] == expected
    (seal / "seal.tsr").write_bytes(authority.stamp(bag / "bag-info.txt").read_bytes())
    assert statuses(verify_archive(bag))["V2-time"] == "fail"


def test_a_failed_run_is_intact_and_says_that_it_failed(tmp_path: Path) -> None:
    seal_one(tmp_path, problem="the kernel died")
    report = verify_archive(tmp_path / "huiji" / "2021" / "0001")
    assert statuses(report)["V3"] == "not_checked"
    assert "the kernel died" in next(step.en for step in report.steps if step.id == "V3")


# What lies beside the seal, and the ledger's word ---------------------------------------------------------


def said(report: Report, step: str) -> str:
    return next(f"{found.status}: {found.en}" for found in report.steps if found.id == step)


def signature(content: bytes, key: Path) -> bytes:
    command = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", "audit-seal@v1"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def relined(out: Path, change: Callable[[list[Line]], list[tuple[str, str, dict[str, Any]]]]) -> None:
    """Make the ledger anew of times, events and facts of the one run."""
    lines = read_chain((out / "ledger.jsonl").read_bytes())[0]
    anew = chained([(at, event, "huiji/2021/0001", facts) for at, event, facts in change(lines)])
    (out / "ledger.jsonl").write_bytes(b"".join(line.raw + b"\n" for line in anew))
    (out / "checkpoint.note").write_text(checkpoint_of(anew, LEDGER_ORIGIN).text)


def as_they_are(lines: list[Line]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(line.at, line.event, line.facts) for line in lines]


def reviewed_anew(bag: Path, keys: Path, change: dict[str, Any]) -> dict[str, Any]:
    """Change the review and sign it again with the reviewer's key; gives what a line of the ledger says of it."""
    path = bag.with_name("0001.seal") / "review.json"
    review = json.loads(path.read_bytes()) | change
    content = canonical_json(review).encode()
    armoured = signature(content, keys / "li")
    path.write_bytes(content)
    path.with_name("review.json.reviewer.sig").write_bytes(armoured)
    return {"review": digest_bytes(content), "signature": digest_bytes(armoured), "decision": review["decision"]}


@pytest.mark.parametrize("name", ["seal.json.minister.sig", "review.json.preparer.sig", "certificates/x.json.li.sig"])
def test_only_the_two_signatures_lie_beside_the_seal(tmp_path: Path, name: str) -> None:
    bag = made(tmp_path)
    path = bag.with_name("0001.seal") / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert name in said(verify_archive(bag), "V2")


def test_no_folder_but_that_of_certificates_lies_beside_the_seal(tmp_path: Path) -> None:
    bag = made(tmp_path)
    seal = bag.with_name("0001.seal")
    (seal / "certificates").mkdir()
    assert said(verify_archive(bag), "V2").startswith("pass")
    (seal / "APPROVED").mkdir()
    assert "APPROVED/ does not belong" in said(verify_archive(bag), "V2")
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as packed:
        for path in [*bag.rglob("*"), *seal.rglob("*")]:
            packed.write(path, path.relative_to(tmp_path))
    assert "APPROVED/ does not belong" in said(verify_archive(tmp_path / "whole.zip"), "V2")


def test_a_certificate_is_the_one_in_the_ledger(tmp_path: Path) -> None:
    bag = made(tmp_path)
    assert "V2-certificates" not in statuses(verify_archive(bag))
    seal = digest_bytes((bag.with_name("0001.seal") / "seal.json").read_bytes())
    path, number = record_certificate(Certificate("huiji/2021/0001", seal, "L2", {}, {}), bag, "tester")
    assert number == 3
    assert said(verify_archive(bag), "V2-certificates").startswith("pass")
    genuine = path.read_bytes()
    for forged in (genuine.replace(b'"L2"', b'"L5"'), genuine.replace(seal.encode(), b"0" * 64), b"{}", b"no JSON"):
        path.write_bytes(forged)
        assert said(verify_archive(bag), "V2-certificates").startswith("fail"), forged
    path.unlink()
    assert said(verify_archive(bag), "V2-certificates").startswith(f"not_checked: certificates/{path.name} is in the")
    path.with_name("other.json").write_bytes(genuine)
    assert "has no certificates/other.json" in said(verify_archive(bag), "V2-certificates")
    path.with_name("other.json").unlink()
    path.write_bytes(genuine)
    (tmp_path / "ledger.jsonl").unlink()
    assert said(verify_archive(bag), "V2-certificates").startswith("not_checked")


def test_the_appendix_set_for_signing_is_named_as_not_checked(tmp_path: Path) -> None:
    bag = made(tmp_path)
    (bag.with_name("0001.seal") / "appendix.pdf").write_bytes(b"%PDF-1.4 another")
    assert said(verify_archive(bag), "V2-appendix").startswith("not_checked: appendix.pdf")


def test_the_first_signature_in_the_ledger_is_the_one_that_counts(signed: Path, keys: Path) -> None:
    facts = reviewed_anew(signed, keys, {"decision": "return"})
    relined(signed.parents[2], lambda ls: [*as_they_are(ls), (ls[3].at, "reviewed", {**ls[3].facts, **facts})])
    report = verify_archive(signed)
    assert {"V2-review", "V2-runs"} <= set(report.failed())


def test_a_signature_that_the_ledger_does_not_have_is_refused(signed: Path) -> None:
    for steps in ({"V2-review"}, {"V2-review", "V2-signature"}):
        relined(signed.parents[2], lambda lines: as_they_are(lines[:-1]))
        report = verify_archive(signed)
        assert steps <= set(report.failed())
        assert all("the ledger has no such signature" in said(report, step) for step in steps)


def test_without_a_ledger_the_date_is_the_signers_own(signed: Path, keys: Path) -> None:
    (signed.parents[2] / "ledger.jsonl").unlink()
    report = verify_archive(signed)
    for step, name in (("V2-signature", "zhang"), ("V2-review", "li")):
        assert said(report, step).startswith(f"not_checked: sound, {name} ")
        assert "its date is the signer's own" in said(report, step)
    assert said(report, "V2-people").startswith("pass: zhang → li")
    for at in ("yesterday", "2019-06-01T00:00:00Z"):
        reviewed_anew(signed, keys, {"at": at})
        assert "cannot be read, or is before the run ended" in said(verify_archive(signed), "V2-review")


def test_without_ledger_and_review_the_list_says_whose_key_it_is(signed: Path, keys: Path) -> None:
    out, seal = signed.parents[2], signed.with_name("0001.seal")
    for path in (out / "ledger.jsonl", seal / "review.json", seal / "review.json.reviewer.sig"):
        path.unlink()
    assert said(verify_archive(signed), "V2-signature").startswith("not_checked: sound, zhang ")
    (out / "allowed_signers").write_text(allowed(keys).splitlines()[1] + "\n")
    assert said(verify_archive(signed), "V2-signature").startswith("fail")


def test_the_people_are_those_who_signed(signed: Path, keys: Path) -> None:
    facts = reviewed_anew(signed, keys, {"preparer": {"by": "zhao", "key": "SHA256:none"}})
    relined(signed.parents[2], lambda ls: [*as_they_are(ls[:3]), (ls[3].at, "reviewed", {**ls[3].facts, **facts})])
    report = verify_archive(signed)
    assert report.failed()[:1] == ("V2-people",)
    assert "the review names zhao, zhang signed" in said(report, "V2-people")
    (signed.with_name("0001.seal") / "seal.json.preparer.sig").unlink()
    assert "has not signed" in said(verify_archive(signed), "V2-people")


def test_the_reviewers_decision_is_that_of_the_ledger(signed: Path) -> None:
    relined(
        signed.parents[2], lambda ls: [*as_they_are(ls[:3]), (ls[3].at, "reviewed", {**ls[3].facts, "decision": "no"})]
    )
    assert "its decision is not the one in the ledger" in said(verify_archive(signed), "V2-review")


def test_the_results_folders_own_list_and_ledger_count(signed: Path, keys: Path, tmp_path: Path) -> None:
    out = signed.parents[2]
    assert "by the list in the results folder" in said(verify_archive(signed), "V2-signature")
    for folder in (signed.parent, signed.parents[1]):
        (folder / "allowed_signers").write_text(allowed(keys, zhang="wang"))
        (folder / "ledger.jsonl").write_bytes(b"noise\n")
    report = verify_archive(signed)
    assert {said(report, step)[:4] for step in ("V2-signature", "V2-review", "V2-ledger")} == {"pass"}
    given = verify_archive(signed, given={"allowed_signers": out / "allowed_signers"})
    assert "by the list that was given" in said(given, "V2-signature")
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as packed:
        for path in (path for path in sorted(out.rglob("*")) if path.is_file()):
            packed.write(path, path.relative_to(out))
    report = verify_archive(tmp_path / "whole.zip")
    assert "by the list that came with the archive" in said(report, "V2-signature")
    assert "huiji/2021/allowed_signers" in said(report, "V1-unlisted")
    assert "anyone can make one" in report_page(report)
    assert "anyone can make one" not in report_page(given)


@pytest.mark.parametrize("other", ["huiji/2020/0001", "sample/2021/0001", "huiji/2021/0002"])
def test_a_run_moved_to_another_place_is_no_longer_that_run(tmp_path: Path, other: str) -> None:
    bag = made(tmp_path / "out")
    place = tmp_path / "out" / other
    place.parent.mkdir(parents=True, exist_ok=True)
    bag.with_name("0001.seal").rename(f"{place}.seal")
    bag.rename(place)
    assert f"the folder is {other}" in said(verify_archive(place), "V2")


def test_no_name_silences_the_words_about_signatures(tmp_path: Path) -> None:
    bag = made(tmp_path).rename(tmp_path / "archive#shared")
    assert "No signature was verified" in report_page(verify_archive(bag))


def test_a_failed_run_holds_no_conclusion_and_the_ledger_says_that_it_failed(tmp_path: Path) -> None:
    bag = made(tmp_path)
    files = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    copy = Copy("huiji/2021/0001", files)
    forge(copy, "ledger", lambda said: said.update(status="failed", failure={"problem": "the disk is full"}))
    for name, raw in copy.files.items():
        (tmp_path / name).write_bytes(raw)
    report = verify_archive(bag)
    assert "must not hold a conclusion" in said(report, "V2")
    assert "the ledger says sealed, the seal failed" in said(report, "V2-ledger")


def test_a_checkpoint_that_does_not_reach_the_run_checks_nothing(tmp_path: Path, huiji: Run) -> None:
    bag = made(tmp_path)
    lines = read_chain((tmp_path / "ledger.jsonl").read_bytes())[0]
    for count, expected in ((0, "not_checked"), (1, "not_checked"), (2, "pass")):
        note = checkpoint_of(lines[:count], LEDGER_ORIGIN).text
        (tmp_path / "checkpoint.note").write_text(note)
        assert said(verify_archive(bag), "V2-checkpoint").startswith(expected), count
    (tmp_path / "kept").write_bytes((huiji.out / "checkpoint.note").read_bytes())
    done = audit("verify", bag, "--checkpoint", tmp_path / "kept", "--json")
    assert '"V2-checkpoint",\n      "status": "fail"' in done.stdout
    assert main([str(bag), "--checkpoint", str(tmp_path / "kept")]) == 1


def test_what_cannot_be_read_is_not_taken_for_absent(signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = signed.parents[2]
    told = {"ledger.jsonl": "V2-ledger", "allowed_signers": "V2-signature", "checkpoint.note": "V2-checkpoint"}
    read = read_ordinary

    def refuse(path: Path) -> bytes:
        if path.name in told:
            raise PermissionError(13, "Permission denied")
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr("audit.verify.place.read_ordinary", refuse)
        report = verify_archive(signed)
        assert said(report, "V2-ledger") == "not_checked: ledger.jsonl cannot be read: Permission denied"
        assert "allowed_signers cannot be read (Permission denied)" in said(report, "V2-signature")
    (out / "checkpoint.note").unlink()
    (out / "checkpoint.note").mkdir()
    assert "checkpoint.note cannot be read: Is a directory" in said(verify_archive(signed), "V2-checkpoint")


# Exit status and wrong usage ----------------------------------------------------------------------------


def test_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit("verify", tmp_path / "nothing").returncode == 2
    assert audit("verify").returncode == 2
    (tmp_path / "folder" / "data").mkdir(parents=True)
    (tmp_path / "text.zip").write_text("no zip")
    for path in (tmp_path / "folder", tmp_path / "text.zip", tmp_path / "folder" / "data"):
        done = audit("verify", path, "--json")
        assert done.returncode == 3
        assert json.loads(done.stdout)["verified"] is False
        assert "Traceback" not in done.stderr
    bag = made(tmp_path / "out")
    (bag / "bagit.txt").unlink()
    assert main([str(bag)]) == 1
    assert "bagit.txt is missing" in capsys.readouterr().out


# Whatever an archive holds ------------------------------------------------------------------------------


def link(zipped: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("0001/data/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    zipped.writestr(info, "/etc/passwd")


ODD: dict[str, tuple[Callable[[zipfile.ZipFile], Any], str]] = {
    "link": (link, "V0"),
    "up": (lambda z: z.writestr("0001/data/../../up", "x"), "V0"),
    "absolute": (lambda z: z.writestr("0001/data//etc/x", "x"), "V0"),
    "backslash": (lambda z: z.writestr("0001/data/a\\b", "x"), "V0"),
    "drive": (lambda z: z.writestr("0001/C:/x", "x"), "V0"),
    "case": (lambda z: z.writestr("0001/DATA/1-conclusion/claims.json", "x"), "V0"),
    "twice": (lambda z: z.writestr("0001/bag-info.txt", "x"), "V0"),
    "stray": (lambda z: z.writestr("other/readme.txt", "x"), "V1-unlisted"),
    "inside": (lambda z: z.writestr("0001/data/2-proof/x.json", "{}"), "V1-unlisted"),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_odd_zips_fail_by_name(name: str, tmp_path: Path) -> None:
    seal_one(tmp_path / "out")
    packed = tmp_path / "odd.zip"
    do, step = ODD[name]
    with zipfile.ZipFile(packed, "w") as zipped:
        for path in sorted((tmp_path / "out" / "huiji" / "2021" / "0001").rglob("*")):
            zipped.write(path, path.relative_to(tmp_path / "out" / "huiji" / "2021"))
        do(zipped)
    assert step in verify_archive(packed).failed()


def test_a_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("0001/bagit.txt", "")
        zipped.writestr("0001/data/zeros", bytes(32 << 20))
    monkeypatch.setattr("audit.verify.shelf.FREE_BYTES", 16 << 20)
    with pytest.raises(UnusableError, match="bomb"):
        verify_archive(packed)


def folder_for_file(bag: Path) -> None:
    (bag / "manifest-sha256.txt").unlink()
    (bag / "manifest-sha256.txt").mkdir()


def fifo(bag: Path) -> None:
    (bag / "data" / "1-conclusion" / "claims.json").unlink()
    os.mkfifo(bag / "data" / "1-conclusion" / "claims.json")


def bad_name(bag: Path) -> None:
    os.close(os.open(os.fsencode(bag) + b"/data/\xff\xfe", os.O_CREAT | os.O_WRONLY))


WRONG: dict[str, tuple[Callable[[Path], Any], str]] = {
    "folder for a file": (folder_for_file, "V0"),
    "pipe": (fifo, "V0"),
    "not UTF-8": (bad_name, "V0"),
    "link": (lambda bag: (bag / "data" / "link").symlink_to("/"), "V0"),
    "deep JSON": (lambda bag: (bag / "data/1-conclusion/findings.json").write_text("[" * 200_000), "V6"),
    "broken JSON": (lambda bag: (bag / "data/2-proof/outcomes.json").write_text('{"a":'), "V6"),
    "other JSON": (lambda bag: (bag / "data/1-conclusion/claims.json").write_text('{"a": [1, null]}'), "V1"),
    "binary": (lambda bag: (bag / "manifest-sha256.txt").write_bytes(bytes(range(256))), "V1"),
    "empty": (lambda bag: (bag / "tagmanifest-sha256.txt").write_bytes(b""), "V1-unlisted"),
    "huge number": (lambda bag: (bag / "bag-info.txt").write_text(f"Payload-Oxum: {'9' * 9000}.1\n"), "V0-size"),
    "bare notebook": (lambda bag: (bag / "data/2-proof/notebooks/00_sources.ipynb").write_text("[]"), "V3"),
    "seal is a list": (lambda bag: (bag.with_name("0001.seal") / "seal.json").write_text("[1]"), "V2"),
    "stray in seal": (lambda bag: (bag.with_name("0001.seal") / "more.txt").write_text("x"), "V2"),
    "ledger is noise": (lambda bag: (bag.parents[2] / "ledger.jsonl").write_bytes(b"\xff\n{}\n"), "V2-ledger"),
    "note is noise": (lambda bag: (bag.parents[2] / "checkpoint.note").write_bytes(b"\xff"), "V2-checkpoint"),
}


@pytest.mark.parametrize("name", WRONG)
def test_odd_folders_fail_by_name(name: str, tmp_path: Path) -> None:
    bag = made(tmp_path)
    do, step = WRONG[name]
    do(bag)
    assert step in verify_archive(bag).failed()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_fails(tmp_path: Path) -> None:
    seal_one(tmp_path)
    bag = tmp_path / "huiji" / "2021" / "0001"
    (bag / "bag-info.txt").chmod(0)
    assert "V1" in verify_archive(bag).failed()
