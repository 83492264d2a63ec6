"""Two people put their names to a sealed run: who prepared it, and who reviewed it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from audit.errors import AuditError, UsageError
from audit.findings import canonical_json
from audit.home import ROOT
from audit.seal.bag import SEAL, check_whole, seal_folder
from audit.seal.files import in_words, write_whole
from audit.seal.ledger import LedgerWriter, ledger_of, now
from audit.seal.people import checked_name
from audit.seal.signatures import Signature, allowed_line, check_allowed, sign
from audit.seal.stamping import STAMP, check_stamp
from audit.verify.chain import CLOSING, REVIEWED, SIGNED, Line
from audit.verify.digests import digest_bytes

PREPARER, REVIEWER = "preparer", "reviewer"
REVIEW, ALLOWED = "review.json", "allowed_signers"


@dataclass(frozen=True)
class Review:
    """What a reviewer decided, `accept` or `return`, and how far the review went."""

    decision: str
    extent: str


@dataclass(frozen=True)
class Signed:
    """A signature that is on record; `allowed` is the line its verification needs in a file of allowed signers."""

    line: Line
    path: Path
    signature: Signature
    allowed: str
    known: bool


def sign_run(out: Path, run: str, key: Path, by: str, review: Review | None, stamp: bytes | None = None) -> Signed:
    """Sign the seal of `run` as its preparer or, with `review`, as its reviewer; on record in the ledger.

    Raises AuditError when the run is not sealed or no longer what was sealed, or was signed already; UsageError for
    a name or key that may not sign.
    """
    checked_name(by, "--by")
    _check_key(key, out)
    folder = seal_folder(out / run)
    with ledger_of(out) as ledger, in_words("the signature cannot be written", run):
        closing = _closing(ledger, run)
        check_whole(out / run, closing)
        seal = (folder / SEAL).read_bytes()
        signed, reviewed = (_signer(ledger, run, event) for event in (SIGNED, REVIEWED))
        _check_turn(run, signed, reviewed, review)
        if review and _same(by, signed, ledger.of(run)[0].facts.get("by", "")):
            raise UsageError(f"{by} prepared this run and cannot review it", where="--by", remedy="let another review")
        if stamp is not None:
            check_stamp(stamp, seal)
            if (folder / STAMP).exists():
                raise AuditError(f"{run} was stamped already", where=STAMP, remedy="sign without a time stamp")
        target, content = folder / SEAL, seal
        if review:
            target, content = folder / REVIEW, _review(run, seal, by, review, signed).encode()
        signature = sign(content, key)
        if review and signature.fingerprint == signed["key"]:
            raise UsageError("the preparer's key cannot sign the review", where="--key", remedy="use your own key")
        allowed = out / ALLOWED
        if allowed.is_file():
            check_allowed(content, signature, by, allowed)
        path = target.with_name(f"{target.name}.{REVIEWER if review else PREPARER}.sig")
        files = {path: signature.armoured} | ({target: content} if review else {})
        files |= {folder / STAMP: stamp} if stamp is not None else {}
        for file, raw in files.items():
            write_whole(file, raw)
        facts = {
            "as": REVIEWER if review else PREPARER,
            "by": by,
            "key": signature.fingerprint,
            "seal": closing.facts["seal"],
            "signature": digest_bytes(signature.armoured),
            **({"review": digest_bytes(content), "decision": review.decision} if review else {}),
            **({"stamp": digest_bytes(stamp)} if stamp is not None else {}),
        }
        line = ledger.append(REVIEWED if review else SIGNED, run, facts)
    # A day without a zone means another moment in each; the day before is past in all of them.
    day = date.fromisoformat(line.at[:10]) - timedelta(days=1)
    return Signed(line, path, signature, allowed_line(by, signature, f"{day:%Y%m%d}"), allowed.is_file())


def _closing(ledger: LedgerWriter, run: str) -> Line:
    found = [line for line in ledger.of(run) if line.event in CLOSING]
    if not found:
        raise AuditError(f"{run} is not sealed", remedy=f"see ./run audit seal {run}")
    return found[0]


def _signer(ledger: LedgerWriter, run: str, event: str) -> dict[str, Any]:
    found = [line for line in ledger.of(run) if line.event == event]
    return found[0].facts if found else {}


def _check_turn(run: str, signed: dict[str, Any], reviewed: dict[str, Any], review: Review | None) -> None:
    """The preparer signs first, the reviewer once after that; a correction is a run of its own."""
    done = reviewed if review else signed
    if done:
        role = "reviewed" if review else "signed"
        raise AuditError(f"{run} was {role} by {done['by']} already", remedy="correct it by a new run, and sign that")
    if review and not signed:
        raise AuditError(
            "the preparer has not signed yet", remedy=f"first: ./run audit sign {run} --as preparer --key FILE"
        )


def _same(by: str, signed: dict[str, Any], ran: str) -> bool:
    """Whether the name is that of the preparer, or of who ran the audit, however it is written."""
    own, *others = (unicodedata.normalize("NFKC", name).casefold() for name in (by, signed["by"], ran))
    return own in others


def _review(run: str, seal: bytes, by: str, review: Review, signed: dict[str, Any]) -> str:
    return canonical_json(
        {
            "schema": "review/1",
            "run": run,
            "seal": digest_bytes(seal),
            "preparer": {"by": signed["by"], "key": signed["key"]},
            "reviewer": by,
            "decision": review.decision,
            "extent": review.extent,
            "at": now(),
        }
    )


def _check_key(key: Path, out: Path) -> None:
    with in_words("the key cannot be looked at", "--key"):
        there = key.is_file()
        inside = any(key.resolve().is_relative_to(folder.resolve()) for folder in (ROOT, out))
    if not there:
        raise UsageError(f"there is no key {key}", where="--key", remedy="make one with: ssh-keygen -t ed25519")
    if inside:
        raise UsageError(
            "a private key must not lie in the project or among the results",
            where=str(key),
            remedy="move it, such as to ~/.ssh",
        )
