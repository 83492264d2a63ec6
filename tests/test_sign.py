"""Two people's signatures under a seal, as `ssh-keygen` and `openssl` check them."""

import json
import os
import subprocess
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from authority import Authority, authority
from made_runs import seal_one
from runs import ROOT, audit

from audit.errors import AuditError, UsageError
from audit.seal import open_run
from audit.seal.signatures import read_signature
from audit.seal.signing import Review, sign_run
from audit.seal.stamping import stamp_request
from audit.verify.chain import read_chain
from audit.verify.digests import digest_bytes
from audit.verify.stamps import read_stamp

RUN = "huiji/2021/0001"
REVIEW = Review("accept", "全部问题；底稿 20、30")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the keys `one` and `two`."""
    folder = tmp_path_factory.mktemp("keys")
    for name, kind in (("one", ("ed25519",)), ("two", ("ecdsa", "-b", "256"))):
        command = ["ssh-keygen", "-q", "-t", *kind, "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="session")
def own_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@dataclass(frozen=True)
class Desk:
    """A results folder with one sealed run, and two keys."""

    out: Path
    keys: Path

    @property
    def folder(self) -> Path:
        return self.out / f"{RUN}.seal"

    def sign(self, by: str, key: str, review: Review | None = None, stamp: bytes | None = None) -> str:
        return sign_run(self.out, RUN, self.keys / key, by, review, stamp).allowed

    def verify(self, name: str, allowed: Path, moment: str = "") -> subprocess.CompletedProcess[str]:
        """Plain ssh-keygen, as anybody would call it."""
        signed = "review.json" if name == "李四" else "seal.json"
        role = "reviewer" if name == "李四" else "preparer"
        command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", name, "-n", "audit-seal@v1"]
        command += [*(["-O", f"verify-time={moment}"] if moment else []), "-s", f"{signed}.{role}.sig"]
        with (self.folder / signed).open("rb") as content:
            return subprocess.run(command, cwd=self.folder, stdin=content, capture_output=True, text=True, check=False)


@pytest.fixture
def desk(tmp_path: Path, keys: Path) -> Desk:
    seal_one(tmp_path / "out")
    return Desk(tmp_path / "out", keys)


def test_both_signatures_verify_with_plain_ssh_keygen(desk: Desk, tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    lines = [desk.sign("张三", "one"), desk.sign("李四", "two", REVIEW)]
    allowed.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert desk.verify("张三", allowed).returncode == 0
    assert desk.verify("李四", allowed).returncode == 0
    review = json.loads((desk.folder / "review.json").read_bytes())
    seal = digest_bytes((desk.folder / "seal.json").read_bytes())
    assert (review["run"], review["seal"], review["reviewer"]) == (RUN, seal, "李四")
    assert (review["decision"], review["extent"]) == (REVIEW.decision, REVIEW.extent)
    (desk.folder / "seal.json").write_bytes((desk.folder / "seal.json").read_bytes() + b" ")
    assert desk.verify("张三", allowed).returncode != 0


def test_validity_dates_are_those_of_the_file(desk: Desk, tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    line = desk.sign("张三", "one")
    kind, key = line.split()[-2:]
    allowed.write_text(
        f'张三 namespaces="audit-seal@v1",valid-after="20200101",valid-before="20210101" {kind} {key}\n', "utf-8"
    )
    assert desk.verify("张三", allowed, "20200601").returncode == 0
    assert desk.verify("张三", allowed, "20210601").returncode != 0
    assert desk.verify("张三", allowed).returncode != 0


def test_each_signing_is_a_line_of_the_ledger(desk: Desk) -> None:
    desk.sign("张三", "one")
    desk.sign("李四", "two", REVIEW)
    lines, breaks = read_chain((desk.out / "ledger.jsonl").read_bytes())
    assert breaks == []
    assert [line.event for line in lines] == ["opened", "sealed", "signed", "reviewed"]
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(desk.keys / "one.pub")], capture_output=True, text=True, check=True
    )
    assert lines[2].facts == {
        "as": "preparer",
        "by": "张三",
        "key": listed.stdout.split()[1],
        "seal": lines[1].facts["seal"],
        "signature": digest_bytes((desk.folder / "seal.json.preparer.sig").read_bytes()),
    }
    assert lines[3].facts["review"] == digest_bytes((desk.folder / "review.json").read_bytes())
    assert lines[3].facts["decision"] == "accept"


@pytest.mark.parametrize(
    ("by", "key", "told"),
    [
        ("张三", "two", "prepared this run"),
        ("Zhang.San", "two", "prepared this run"),
        ("zhang.san", "two", "prepared this run"),
        ("李四", "one", "the preparer's key"),
        ("李 四", "two", "cannot be used as a name"),
        ("runner", "two", "prepared this run"),
    ],
)
def test_the_reviewer_is_another_person_with_another_key(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch, by: str, key: str, told: str
) -> None:
    monkeypatch.setenv("AUDIT_BY", "runner")
    seal_one(tmp_path)
    desk = Desk(tmp_path, keys)
    desk.sign("张三" if by != "zhang.san" and by != "Zhang.San" else "zhang.san", "one")
    before = (tmp_path / "ledger.jsonl").read_bytes()
    with pytest.raises(UsageError, match=told):
        desk.sign(by, key, REVIEW)
    assert (tmp_path / "ledger.jsonl").read_bytes() == before
    assert not (desk.folder / "review.json").exists()


def test_signatures_come_in_order_and_once(desk: Desk) -> None:
    with pytest.raises(AuditError, match="has not signed yet"):
        desk.sign("李四", "two", REVIEW)
    desk.sign("张三", "one")
    with pytest.raises(AuditError, match="signed by 张三 already"):
        desk.sign("王五", "two")
    desk.sign("李四", "two", Review("return", "问题3的口径"))
    with pytest.raises(AuditError, match="reviewed by 李四 already"):
        desk.sign("王五", "two", REVIEW)


def test_the_offices_file_decides_who_may_sign(desk: Desk) -> None:
    pub = (desk.keys / "one.pub").read_text(encoding="utf-8").split()
    allowed = desk.out / "allowed_signers"
    for line in (
        f'李四 namespaces="audit-seal@v1" {pub[0]} {pub[1]}',
        f'张三 namespaces="file" {pub[0]} {pub[1]}',
        f'张三 namespaces="audit-seal@v1",valid-before="20200101" {pub[0]} {pub[1]}',
    ):
        allowed.write_text(line + "\n", encoding="utf-8")
        with pytest.raises(AuditError, match="the allowed signers have no 张三"):
            desk.sign("张三", "one")
    assert {path.name for path in desk.folder.iterdir()} == {"seal.json"}
    allowed.write_text(f'张三 namespaces="audit-seal@v1",valid-after="20200101" {pub[0]} {pub[1]}\n', encoding="utf-8")
    desk.sign("张三", "one")
    assert desk.verify("张三", allowed).returncode == 0


def test_its_days_are_those_of_utc_as_for_verification(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XXX-14")  # fourteen hours ahead
    pub, soon = (desk.keys / "one.pub").read_text(encoding="utf-8").split(), datetime.now(UTC) + timedelta(hours=7)
    for moment, told in ((soon, "have no 张三"), (soon - timedelta(hours=8), "")):
        line = f'张三 namespaces="audit-seal@v1",valid-after="{moment:%Y%m%d%H%M}" {pub[0]} {pub[1]}\n'
        (desk.out / "allowed_signers").write_text(line, encoding="utf-8")
        with pytest.raises(AuditError, match=told) if told else nullcontext():
            desk.sign("张三", "one")


@pytest.mark.parametrize("name", ["data/2-proof/outcomes.json", "READ_ME_FIRST.html", "data/added.txt", "added.txt"])
def test_nobody_signs_what_is_not_what_was_sealed(desk: Desk, name: str) -> None:
    path = desk.out / RUN / name
    for folder in (path.parent, desk.out / RUN):
        folder.chmod(0o755)
    if path.exists():
        path.chmod(0o644)
    path.write_text("changed", encoding="utf-8")
    with pytest.raises(AuditError, match=f"not what was sealed: {name}"):
        desk.sign("张三", "one")


def test_a_run_that_goes_on_cannot_be_signed(tmp_path: Path, keys: Path) -> None:
    with open_run(tmp_path, "huiji", 2021), pytest.raises(AuditError, match="is not sealed"):
        Desk(tmp_path, keys).sign("张三", "one")


def test_keys_among_the_results_or_in_the_project_are_refused(desk: Desk) -> None:
    inside = desk.out / "key"
    inside.write_bytes((desk.keys / "one").read_bytes())
    for path in (inside, ROOT / "README.md"):
        with pytest.raises(UsageError, match="must not lie in the project"):
            sign_run(desk.out, RUN, path, "张三", None)
    with pytest.raises(AuditError, match="the name is too long"):
        desk.sign("张三", "a" * 300)
    with pytest.raises(UsageError, match="there is no key"):
        sign_run(desk.out, RUN, desk.keys / "none", "张三", None)
    (desk.keys / "nonsense").write_text("no key", encoding="utf-8")
    with pytest.raises(AuditError, match="ssh-keygen did not sign"):
        desk.sign("张三", "nonsense")


# Time stamps.


def test_a_time_stamp_from_a_file_is_checked_and_kept(desk: Desk, own_authority: Authority) -> None:
    seal = desk.folder / "seal.json"
    other = own_authority.stamp(desk.out / "checkpoint.note").read_bytes()
    for token, told in ((other, "over something else"), (b"no token", "no time stamp")):
        with pytest.raises(AuditError, match=told):
            desk.sign("张三", "one", stamp=token)
    desk.sign("张三", "one", stamp=own_authority.stamp(seal).read_bytes())
    kept = desk.folder / "seal.tsr"
    said = own_authority.openssl("ts", "-verify", "-data", seal, "-in", kept, "-CAfile", own_authority.certificate)
    assert "Verification: OK" in said
    lines, _ = read_chain((desk.out / "ledger.jsonl").read_bytes())
    assert lines[-1].facts["stamp"] == digest_bytes(kept.read_bytes())
    assert lines[1].at <= read_stamp(kept.read_bytes()).at <= lines[-1].at
    with pytest.raises(AuditError, match="stamped already"):
        desk.sign("李四", "two", REVIEW, kept.read_bytes())


def test_the_request_is_that_of_openssl(own_authority: Authority, tmp_path: Path) -> None:
    content, request = tmp_path / "content", tmp_path / "request.tsq"
    content.write_bytes(b"content")
    own_authority.openssl("ts", "-query", "-data", content, "-sha256", "-cert", "-no_nonce", "-out", request)
    assert stamp_request(b"content") == request.read_bytes()


def test_a_command_gives_the_time_stamp(desk: Desk, own_authority: Authority) -> None:
    seal = desk.folder / "seal.json"
    base = ("sign", RUN, "--out", desk.out, "--as", "preparer", "--key", desk.keys / "one", "--by", "张三")
    for command, status, told in (
        ("no-such-command", 2, "cannot be run"),
        ("false", 3, "ended with status 1"),
        ("true", 3, "no time stamp"),
    ):
        done = audit(*base, "--stamp-command", command)
        assert (done.returncode, told in done.stderr) == (status, True), done.stderr
        assert "Traceback" not in done.stderr
    assert {path.name for path in desk.folder.iterdir()} == {"seal.json"}
    done = audit(*base, "--stamp-command", own_authority.command)
    assert done.returncode == 0, done.stderr
    assert str(desk.folder / "seal.json.preparer.sig") in done.stdout
    assert 'namespaces="audit-seal@v1"' in done.stderr
    own_authority.openssl(
        *("ts", "-verify", "-data", seal, "-in", desk.folder / "seal.tsr", "-CAfile", own_authority.certificate)
    )
    os.mkfifo(desk.out / "pipe")  # read, it would be waited for for ever
    done = audit(*base, "--stamp", desk.out / "pipe", timeout=60)
    assert (done.returncode, "no ordinary file" in done.stderr) == (3, True), done.stderr
    done = audit(*base[:4], "--as", "reviewer", "--key", desk.keys / "two", "--by", "李四")
    assert (done.returncode, "how far it went" in done.stderr) == (2, True)


def test_what_is_no_signature_is_not_read_as_one(desk: Desk) -> None:
    desk.sign("张三", "one")
    armoured = (desk.folder / "seal.json.preparer.sig").read_bytes()
    assert read_signature(armoured).kind == "ssh-ed25519"
    lines = armoured.split(b"\n")
    for spoilt in (
        b"",
        armoured[:60],
        b"\n".join([lines[0], lines[1][:8], *lines[-2:]]),
        armoured.replace(b"U1NI", b"V1NI"),
    ):
        with pytest.raises(ValueError, match=r"."):
            read_signature(spoilt)
