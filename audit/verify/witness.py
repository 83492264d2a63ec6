"""V2, third part: who signed, with which key, and that it was allowed at that time; time stamps."""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from audit.verify.books import CLOCK_SLACK, moment, run_lines
from audit.verify.case import AbsentError, Case, mapping, parse_json
from audit.verify.chain import REVIEWED, SIGNED, Line
from audit.verify.digests import digest_bytes
from audit.verify.keys import allowed_name, refusal, signature_key, unsound
from audit.verify.place import LIST_ENCLOSED, LIST_GIVEN, LIST_OF_RESULTS
from audit.verify.report import Say, Step, judged, passed, unchecked
from audit.verify.shelf import shown_name
from audit.verify.stamps import read_stamp

SIGNATURE_FILES = {SIGNED: "seal.json.preparer.sig", REVIEWED: "review.json.reviewer.sig"}
LIST_WORDS: dict[str, Say] = {
    LIST_GIVEN: ("名单由核验人给出", "by the list that was given"),
    LIST_OF_RESULTS: ("名单是结果文件夹的", "by the list in the results folder"),
    LIST_ENCLOSED: ("名单随档案而来", "by the list that came with the archive"),
}


@dataclass(frozen=True)
class Signer:
    """Who a signature is of: `key` as `ssh-keygen -l` prints it, `at` when the ledger took it in, or his own date."""

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
    lines = _first_lines(case)
    signers: dict[str, Signer] = {}
    yield _signature(case, SIGNED, "V2-signature", lines, signers)
    yield _signature(case, REVIEWED, "V2-review", lines, signers)
    yield _people(case, signers)
    yield _stamp(case, lines)


def _first_lines(case: Case) -> dict[str, Line]:
    """The ledger's first line about this run for each event: later ones of signing replace nothing."""
    found: dict[str, Line] = {}
    for line in run_lines(case):
        found.setdefault(line.event, line)
    return found


def _signature(case: Case, event: str, step: str, lines: dict[str, Line], signers: dict[str, Signer]) -> Step:
    """One signature: what it signs, its key, the ledger's line, and whether the key was allowed at that time."""
    line = lines.get(event)
    try:
        armoured = case.seal_file(SIGNATURE_FILES[event])
        signed = case.seal_file("seal.json" if event == SIGNED else "review.json")
        review = mapping(parse_json_or_none(case.seal_file("review.json") or b""))
        seal = case.seal_file("seal.json") or b""
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
    if event == REVIEWED and (
        review.get("seal") != digest_bytes(seal) or review.get("run") != case.predicate.get("run")
    ):
        faults.append(("复核的不是这份封存", "the review is of another seal"))
    if line is not None:
        faults += _unlike_its_line(event, line.facts, armoured, signed, key, review)
        names, at = [str(line.facts.get("by") or "")], line.at
    else:
        if lines:
            faults.append(("台账没有此签名", "the ledger has no such signature"))
        finished = case.predicate.get("finished")
        stated = [mapping(review.get("preparer")).get("by"), case.predicate.get("by")]
        names = [str(name) for name in (stated if event == SIGNED else [review.get("reviewer")]) if name]
        at = str(finished if event == SIGNED else review.get("at"))
        own, ended = moment(at), moment(finished)
        if own is None or (ended is not None and own < ended - CLOCK_SLACK):
            faults.append(("没有可信的日期", "its own date cannot be read, or is before the run ended"))
    decision = str(review.get("decision", "")) if event == REVIEWED else ""
    signer = Signer(names[0] if names else "", key, at, decision)
    signers[event] = signer
    if faults:
        return judged(step, faults, "", "")
    held, by = _checked(case, step, signer, names, armoured, signed, event if line is None else "")
    signers[event] = replace(signer, by=by or signer.by)
    return held


def _unlike_its_line(
    event: str, facts: dict[str, Any], armoured: bytes, signed: bytes, key: str, review: dict[str, Any]
) -> list[Say]:
    """How a signature differs from what the ledger took in."""
    faults: list[Say] = []
    if event == SIGNED and facts.get("seal") != digest_bytes(signed):
        faults.append(("所签的不是这份封存", "it signs another seal"))
    if event == REVIEWED and facts.get("review") != digest_bytes(signed):
        faults.append(("复核意见与台账所记不同", "the review is not the one in the ledger"))
    if event == REVIEWED and facts.get("decision") != review.get("decision"):
        faults.append(("复核结论与台账所记不同", "its decision is not the one in the ledger"))
    if facts.get("signature") != digest_bytes(armoured):
        faults.append(("签名与台账所记不同", "it is not the signature in the ledger"))
    if facts.get("key") != key:
        faults.append(("签名的密钥与台账所记不同", "its key is not the one in the ledger"))
    return faults


def parse_json_or_none(content: bytes) -> Any:
    """A JSON document, or None when it is none."""
    try:
        return parse_json(content, "-")
    except AbsentError:
        return None


def _checked(
    case: Case, step: str, signer: Signer, names: list[str], armoured: bytes, signed: bytes, undated: str
) -> tuple[Step, str]:
    """What ssh-keygen says of it, with the list of signers as of the time of signing; and the name it is allowed to.

    `undated` is the event where no ledger says when it was signed: then the date is only what the signer says, and
    a preparer says none, so that a key allowed at the run's end or now is taken for allowed.
    """
    decision = f"（{signer.decision}）" if signer.decision else ""
    who = f"{signer.by or '?'} {signer.key} {signer.at}{decision}"
    tool, signers = shutil.which("ssh-keygen"), case.archive.beside.get("allowed_signers")
    if tool is None:
        return unchecked(step, f"{who}：本机没有 ssh-keygen", f"{who}: no ssh-keygen on this machine"), ""
    reason = unsound(tool, armoured, signed)
    if reason is not None:
        fault = f"签名不成立：{who}（{reason}）", f"the signature is not sound: {who} ({reason})"
        return judged(step, [fault], "", ""), ""
    if signers is None:
        zh, en = case.archive.unread.get("allowed_signers", ("", ""))
        no_list = (f"allowed_signers 无法读取（{zh}）", f"allowed_signers cannot be read ({en})")
        zh, en = no_list if zh else ("没有 allowed_signers", "there is no allowed_signers")
        return unchecked(step, f"签名成立，{who}；{zh}，不知密钥属于谁", f"sound, {who}; {en}: whose key, unknown"), ""
    times = [moment(signer.at), *([None] if undated == SIGNED else [])]
    by, refused = allowed_name(tool, armoured, signed, signers, names, times, search=undated == SIGNED)
    if refused and not by:
        return judged(step, [(f"不能确认：{who}（{refused}）", f"not accepted: {who} ({refused})")], "", ""), ""
    who = f"{by or '?'} {signer.key} {signer.at}{decision}"
    zh, en = LIST_WORDS[case.archive.signers_from]
    if not by or undated:
        why = "日期是签名人自己写的，没有台账可核", "its date is the signer's own, no ledger says when"
        return unchecked(step, f"签名成立，{who}；{zh}；{why[0]}", f"sound, {who}; {en}; {why[1]}"), by
    return passed(step, f"{who}，签名时有效；{zh}", f"{who}, valid when it was made; {en}"), by


def _people(case: Case, signers: dict[str, Signer]) -> Step:
    """The reviewer has another name and another key than the preparer, who signed, and than who ran the audit."""
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
    if preparer is None:
        faults.append(("复核所称的编制人没有签名", "the preparer whom the review names has not signed"))
    elif (stated.get("by"), stated.get("key")) != (preparer.by, preparer.key):
        other = shown_name(str(stated.get("by")))
        faults.append(
            (f"复核写的编制人是{other}，签名的是{preparer.by}", f"the review names {other}, {preparer.by} signed")
        )
    if {_folded(reviewer.by), _folded(review.get("reviewer"))} & names:
        faults.append((f"复核人就是编制人：{reviewer.by}", f"the reviewer is the preparer: {reviewer.by}"))
    if reviewer.key in keys:
        faults.append(("复核与编制用了同一把密钥", "the review was signed with the preparer's key"))
    who = f"{preparer.by if preparer else '?'} → {reviewer.by}"
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
        refused = refusal([*command, *moment_given], b"") and refusal([*command, *moment_given, "-token_in"], b"")
    if refused:
        return judged("V2-time", [(f"时间戳不能确认：{refused}", f"not accepted: {refused}")], "", "")
    return passed("V2-time", f"{stamp.at}，由所给机构签发", f"{stamp.at}, by the authority at hand")
