"""V2, third part: who signed, with which key, and that it was allowed at that time; time stamps."""

from __future__ import annotations

import base64
import binascii
import os
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.verify.books import CLOCK_SLACK, moment
from audit.verify.case import AbsentError, Case, mapping, parse_json
from audit.verify.chain import REVIEWED, SIGNED, Line, read_chain
from audit.verify.digests import digest_bytes
from audit.verify.report import Say, Step, judged, passed, unchecked
from audit.verify.stamps import read_stamp

SIGNING_NAMESPACE = "audit-seal@v1"
TOOL_PATIENCE = 60
SIGNATURE_FILES = {SIGNED: "seal.json.preparer.sig", REVIEWED: "review.json.reviewer.sig"}


@dataclass(frozen=True)
class Signer:
    """Who a signature is of: `key` as `ssh-keygen -l` prints it, `at` when the ledger took it in."""

    by: str
    key: str
    at: str
    decision: str = ""


def witness_steps(case: Case) -> Iterator[Step]:
    """V2-signature, V2-review, V2-people and V2-time."""
    if case.archive.seal is None:
        for step in ("V2-signature", "V2-review", "V2-people", "V2-time"):
            yield unchecked(step, "档案没有带来 .seal 文件夹", "the archive came without its .seal folder")
        return
    lines = _lines(case)
    signers: dict[str, Signer] = {}
    yield _signature(case, SIGNED, "V2-signature", lines, signers)
    yield _signature(case, REVIEWED, "V2-review", lines, signers)
    yield _people(case, signers)
    yield _stamp(case, lines)


def _lines(case: Case) -> dict[str, Line]:
    """The ledger's lines about who signed and reviewed this run."""
    try:
        run = str(case.predicate.get("run"))
    except AbsentError:
        return {}
    lines = read_chain(case.archive.beside.get("ledger.jsonl", b""))[0]
    return {line.event: line for line in lines if line.run == run and line.event in (SIGNED, REVIEWED)}


def _signature(case: Case, event: str, step: str, lines: dict[str, Line], signers: dict[str, Signer]) -> Step:
    """One signature: what it signs, its key, the ledger's line, and whether the key was allowed at that time."""
    line = lines.get(event)
    try:
        armoured = case.seal_file(SIGNATURE_FILES[event])
        signed = case.seal_file("seal.json" if event == SIGNED else "review.json")
    except AbsentError as error:
        return judged(step, [error.said], "", "")
    if armoured is None:
        if line is not None:
            return judged(
                step, [("台账有此签名，文件却不在", "the ledger has this signature, the file is gone")], "", ""
            )
        return unchecked(step, "没有签名", "there is no signature")
    try:
        key = signature_key(armoured)
    except ValueError as error:
        return judged(step, [(f"签名无法解读：{error}", f"it cannot be read: {error}")], "", "")
    if signed is None:
        return judged(step, [("所签的文件不在", "what it signs is gone")], "", "")
    faults: list[Say] = []
    facts: dict[str, Any] = line.facts if line is not None else {}
    review: dict[str, Any] = {}
    if event == REVIEWED:
        review = mapping(parse_json_or_none(signed))
        seal = case.seal_file("seal.json") or b""
        if review.get("seal") != digest_bytes(seal) or review.get("run") != case.predicate.get("run"):
            faults.append(("复核的不是这份封存", "the review is of another seal"))
        if facts and facts.get("review") != digest_bytes(signed):
            faults.append(("复核意见与台账所记不同", "the review is not the one in the ledger"))
    elif facts and facts.get("seal") != digest_bytes(signed):
        faults.append(("所签的不是这份封存", "it signs another seal"))
    if facts and facts.get("signature") != digest_bytes(armoured):
        faults.append(("签名与台账所记不同", "it is not the signature in the ledger"))
    if facts and facts.get("key") != key:
        faults.append(("签名的密钥与台账所记不同", "its key is not the one in the ledger"))
    by = str(facts.get("by") or review.get("reviewer") or "")
    at = line.at if line is not None else str(review.get("at") or case.predicate.get("finished"))
    signers[event] = Signer(by, key, at, str(review.get("decision", "")))
    return _checked(case, step, signers[event], armoured, signed, faults)


def parse_json_or_none(content: bytes) -> Any:
    """A JSON document, or None when it is none."""
    try:
        return parse_json(content, "-")
    except AbsentError:
        return None


def _checked(case: Case, step: str, signer: Signer, armoured: bytes, signed: bytes, faults: list[Say]) -> Step:
    """What ssh-keygen says of it, with the office's list of signers as of the time of signing."""
    decision = f"（{signer.decision}）" if signer.decision else ""
    who = f"{signer.by or '?'} {signer.key} {signer.at}{decision}"
    tool = shutil.which("ssh-keygen")
    if faults:
        return judged(step, faults, "", "")
    if tool is None:
        return unchecked(step, f"{who}：本机没有 ssh-keygen", f"{who}: no ssh-keygen on this machine")
    allowed = case.archive.beside.get("allowed_signers")
    at = moment(signer.at)
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        beside = Path(folder)
        (beside / "signature").write_bytes(armoured)
        common = ["-n", SIGNING_NAMESPACE, "-s", str(beside / "signature")]
        if allowed is None:
            if _tool([tool, "-Y", "check-novalidate", *common], signed) is not None:
                return judged(step, [(f"签名不成立：{who}", f"the signature is not sound: {who}")], "", "")
            reason = "没有 allowed_signers，不知密钥属于谁", "no allowed_signers says whose key it is"
            return unchecked(step, f"签名成立，{who}；{reason[0]}", f"sound, {who}; {reason[1]}")
        (beside / "signers").write_bytes(allowed)
        when = [f"-Overify-time={at.strftime('%Y%m%d%H%M%S')}"] if at is not None else []
        name = ["-f", str(beside / "signers"), "-I", signer.by]
        reason_given = _tool([tool, "-Y", "verify", *name, *common, *when], signed)
    if reason_given is not None:
        fault = f"不能确认：{who}（{reason_given}）", f"not accepted: {who} ({reason_given})"
        return judged(step, [fault], "", "")
    return passed(step, f"{who}，签名时有效", f"{who}, valid when it was made")


def _tool(command: list[str], content: bytes) -> str | None:
    """Run a checker on `content`; None when it agrees, else its reason in a line."""
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, check=False, timeout=TOOL_PATIENCE, env=environment
        )
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return type(error).__name__
    if done.returncode == 0:
        return None
    said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return said[-1].strip()[:200] if said else f"status {done.returncode}"


def signature_key(armoured: bytes) -> str:
    """The fingerprint of the key in an armoured SSH signature of our namespace.  Raises ValueError."""
    lines = [line.strip() for line in armoured.decode("ascii", "replace").splitlines()]
    try:
        first, last = lines.index("-----BEGIN SSH SIGNATURE-----"), lines.index("-----END SSH SIGNATURE-----")
        blob = base64.b64decode("".join(lines[first + 1 : last]), validate=True)
    except (ValueError, binascii.Error):
        raise ValueError("not an armoured SSH signature") from None
    if blob[:10] != b"SSHSIG\x00\x00\x00\x01":
        raise ValueError("not an SSH signature")
    key, rest = _ssh_field(blob[10:])
    namespace, _ = _ssh_field(rest)
    if namespace != SIGNING_NAMESPACE.encode():
        raise ValueError("made for another use")
    digest = bytes.fromhex(digest_bytes(key))
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _ssh_field(blob: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 + size:
        raise ValueError("cut off")
    return blob[4 : 4 + size], blob[4 + size :]


def _people(case: Case, signers: dict[str, Signer]) -> Step:
    """The reviewer has another name and another key than the preparer, and than who ran the audit."""
    reviewer, preparer = signers.get(REVIEWED), signers.get(SIGNED)
    if reviewer is None:
        return unchecked("V2-people", "没有复核", "there was no review")
    try:
        review, ran = mapping(parse_json_or_none(case.seal_file("review.json") or b"")), case.predicate.get("by")
    except AbsentError as error:
        return judged("V2-people", [error.said], "", "")
    stated = mapping(review.get("preparer"))
    names = {_folded(name) for name in (stated.get("by"), ran, preparer and preparer.by) if name}
    keys = {key for key in (stated.get("key"), preparer and preparer.key) if key}
    faults: list[Say] = []
    if {_folded(reviewer.by), _folded(review.get("reviewer"))} & names:
        faults.append((f"复核人就是编制人：{reviewer.by}", f"the reviewer is the preparer: {reviewer.by}"))
    if reviewer.key in keys:
        faults.append(("复核与编制用了同一把密钥", "the review was signed with the preparer's key"))
    who = f"{stated.get('by')} → {reviewer.by}"
    return judged("V2-people", faults, who, who)


def _folded(name: object) -> str:
    return unicodedata.normalize("NFKC", str(name)).casefold()


def _stamp(case: Case, lines: dict[str, Line]) -> Step:
    """The time stamp is over this seal and, with the authority's certificate at hand, is theirs."""
    try:
        token, seal = case.seal_file("seal.tsr"), case.seal_file("seal.json")
    except AbsentError as error:
        return judged("V2-time", [error.said], "", "")
    stated = [line.facts["stamp"] for line in lines.values() if line.facts.get("stamp")]
    if token is None or seal is None:
        if stated:
            return judged(
                "V2-time", [("台账有时间戳，文件却不在", "the ledger has a time stamp, the file is gone")], "", ""
            )
        return unchecked("V2-time", "没有时间戳", "there is no time stamp")
    try:
        stamp = read_stamp(token)
    except ValueError as error:
        return judged("V2-time", [(f"时间戳无法解读：{error}", f"it cannot be read: {error}")], "", "")
    if (stamp.algorithm, stamp.digest) != ("sha256", digest_bytes(seal)):
        return judged("V2-time", [("时间戳不是这份封存的", "the time stamp is over something else")], "", "")
    if stated and digest_bytes(token) not in stated:
        return judged("V2-time", [("时间戳与台账所记不同", "it is not the time stamp in the ledger")], "", "")
    at, finished = moment(stamp.at), moment(case.predicate.get("finished"))
    if at is None or (finished is not None and at < finished - CLOCK_SLACK):
        return judged("V2-time", [("时间戳早于运行结束", "it is from before the run ended")], "", "")
    tool, certificate = shutil.which("openssl"), case.archive.beside.get("tsa.pem")
    if tool is None or certificate is None:
        reason = ("本机没有 openssl", "no openssl here") if tool is None else ("没有 tsa.pem", "no tsa.pem at hand")
        return unchecked(
            "V2-time", f"{stamp.at}；{reason[0]}，不知是谁的", f"{stamp.at}; {reason[1]}: whose it is, unknown"
        )
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        files = {"token": token, "seal": seal, "ca": certificate}
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        paths = {name: str(Path(folder) / name) for name in files}
        moment_given = ["-attime", str(int(at.timestamp()))]
        command = [tool, "ts", "-verify", "-in", paths["token"], "-data", paths["seal"], "-CAfile", paths["ca"]]
        refused = _tool([*command, *moment_given], b"") and _tool([*command, *moment_given, "-token_in"], b"")
    if refused:
        return judged("V2-time", [(f"时间戳不能确认：{refused}", f"not accepted: {refused}")], "", "")
    return passed("V2-time", f"{stamp.at}，由所给机构签发", f"{stamp.at}, by the authority at hand")
