"""Signatures of a drill: two people with keys of an hour, and what can be wrong with them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from audit.drill.copies import Copy
from audit.drill.damages import Damage
from audit.findings import canonical_json
from audit.model import Text
from audit.seal.signing import Review, sign_run
from audit.verify.chain import CLOSING, make_line
from audit.verify.digests import digest_bytes

PREPARER, REVIEWER = "drill.preparer", "drill.reviewer"
_SEAL_SIGNED, _REVIEW_SIGNED = "seal.json.preparer.sig", "review.json.reviewer.sig"
_NAMESPACE = "audit-seal@v1"
_REVIEW_FACTS = {"review": "review.json", "signature": _REVIEW_SIGNED}


def make_keys(folder: Path) -> bool:
    """Two keys that last as long as the drill; False where there is no ssh-keygen."""
    tool = shutil.which("ssh-keygen")
    if tool is None:
        return False
    for name in (PREPARER, REVIEWER):
        command = [tool, "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return False
    return True


def sign_copy(out: Path, run: str, keys: Path) -> None:
    """Sign the copy in a results folder with both keys; the office's list has them, from today on."""
    (out / "allowed_signers").unlink(missing_ok=True)
    sign_run(out, run, keys / PREPARER, PREPARER, None)
    sign_run(out, run, keys / REVIEWER, REVIEWER, Review("accept", "drill"))
    (out / "allowed_signers").write_text(allowed(keys, ""), encoding="utf-8")


def allowed(keys: Path, dates: str) -> str:
    """The list of signers, with validity dates as ssh-keygen writes them."""
    return "".join(
        f'{name} namespaces="{_NAMESPACE}"{dates} {" ".join((keys / f"{name}.pub").read_text().split()[:2])}\n'
        for name in (PREPARER, REVIEWER)
    )


def signature_damages(keys: Path) -> tuple[Damage, ...]:
    """What can be wrong with signatures.  Needs the keys of the drill."""
    expired = ',valid-before="20010101"'

    def listed(text: str) -> Callable[[Copy], object]:
        return lambda copy: copy.files.update({"allowed_signers": text.encode()})

    def swap(copy: Copy) -> None:
        one, two = copy.seal(_SEAL_SIGNED), copy.seal(_REVIEW_SIGNED)
        copy.files[one], copy.files[two] = copy.files[two], copy.files[one]

    def decision(copy: Copy) -> None:
        name = copy.seal("review.json")
        copy.files[name] = copy.files[name].replace(b'"accept"', b'"return"')

    signatures = {
        name: Text(zh=zh, en=en) for name, zh, en in (("s", "编制人", "preparer"), ("r", "复核人", "reviewer"))
    }
    return (
        Damage(
            Text(zh=f"删去{signatures['s'].zh}签名", en="the preparer's signature removed"),
            ("V2-signature",),
            lambda c: c.files.pop(c.seal(_SEAL_SIGNED)),
        ),
        Damage(Text(zh="两个签名互换", en="the two signatures exchanged"), ("V2-signature", "V2-review"), swap),
        Damage(
            Text(zh="密钥在签名时已过期", en="the key had expired when it signed"),
            ("V2-signature",),
            listed(allowed(keys, expired)),
        ),
        Damage(
            Text(zh="签名人不在名单上", en="the signer is not on the office's list"),
            ("V2-signature",),
            listed(allowed(keys, "").replace(PREPARER, "somebody.else")),
        ),
        Damage(Text(zh="改复核结论", en="the reviewer's decision changed"), ("V2-review",), decision),
        Damage(
            Text(zh="时间戳是假的", en="a false time stamp"),
            ("V2-time",),
            lambda c: c.files.update({c.seal("seal.tsr"): b"\x30\x03\x02\x01\x00"}),
        ),
        *_review_damages(keys),
    )


def _review_damages(keys: Path) -> tuple[Damage, ...]:
    """Reviews that the ledger, or who signed, gives the lie to."""
    return (
        Damage(
            Text(zh="编制人自己复核", en="the preparer reviews his own work"),
            ("V2-people",),
            lambda copy: _reviews_himself(copy, keys),
        ),
        Damage(
            Text(zh="复核人再签一次，替换前次", en="a second review in place of the first"),
            ("V2-runs",),
            lambda copy: _reviewed_again(copy, keys),
        ),
        Damage(
            Text(zh="台账没有的复核", en="a review that the ledger does not have"),
            ("V2-review",),
            lambda copy: copy.put_lines(copy.lines()[:-1]),
        ),
        Damage(
            Text(zh="复核写的是别的编制人", en="the review names another preparer"),
            ("V2-people",),
            lambda copy: _reviewed_again(copy, keys, preparer={"by": "somebody.else", "key": "SHA256:none"}),
        ),
    )


def _reviews_himself(copy: Copy, keys: Path) -> None:
    """A review signed by the preparer's key under his own name; the ledger's line about it is taken out."""
    name = copy.seal("review.json")
    review = json.loads(copy.files[name])
    review["reviewer"] = PREPARER
    copy.files[name] = canonical_json(review).encode()
    copy.files[copy.seal(_REVIEW_SIGNED)] = _signature(copy.files[name], keys / PREPARER)
    lines = copy.lines()
    copy.put_lines(lines[:-1])


def _reviewed_again(copy: Copy, keys: Path, **change: object) -> None:
    """The reviewer signs a changed review, after the first or, where another preparer is named, instead of it."""
    name, lines = copy.seal("review.json"), copy.lines()
    review = json.loads(copy.files[name]) | {"extent": "drill, again"} | change
    copy.files[name] = canonical_json(review).encode()
    copy.files[copy.seal(_REVIEW_SIGNED)] = _signature(copy.files[name], keys / REVIEWER)
    *before, last = lines
    signed = {name: digest_bytes(copy.files[copy.seal(file)]) for name, file in _REVIEW_FACTS.items()}
    before = before if change else lines
    copy.put_lines([*before, make_line(before[-1], last.at, last.event, last.run, {**last.facts, **signed})])


def _signature(content: bytes, key: Path) -> bytes:
    tool = shutil.which("ssh-keygen") or "ssh-keygen"
    command = [tool, "-Y", "sign", "-f", str(key), "-n", _NAMESPACE]
    return subprocess.run(command, input=content, capture_output=True, check=False).stdout


def unsigned(copy: Copy) -> None:
    """Take off the signatures of the original, with the ledger as it was when the run was sealed."""
    for name in (_SEAL_SIGNED, "review.json", _REVIEW_SIGNED, "seal.tsr"):
        copy.files.pop(copy.seal(name), None)
    for name in [name for name in copy.files if name.startswith(copy.seal("certificates/"))]:
        del copy.files[name]
    lines = copy.lines()
    last = next(n for n, line in enumerate(lines) if line.run == copy.run and line.event in CLOSING)
    copy.put_lines(lines[: last + 1])


def digest_of(copy: Copy) -> str:
    """One digest over a copy, to show that damaging others left it alone."""
    return digest_bytes("".join(f"{digest_bytes(raw)}  {name}\n" for name, raw in sorted(copy.files.items())).encode())
