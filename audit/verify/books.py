"""V2, second part: the ledger has the run, is unbroken, skips no number, and is what its checkpoint saw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.verify.case import CRITERIA, AbsentError, Case, mapping
from audit.verify.chain import (
    BREAKS,
    CLOSING,
    FAILED,
    OPENED,
    SEALED,
    Break,
    Line,
    check_checkpoint,
    read_chain,
    split_ledger,
)
from audit.verify.digests import digest_bytes, list_digest
from audit.verify.merkle import LEDGER_ORIGIN, read_checkpoint
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.shelf import shown_name

CLOCK_SLACK = timedelta(minutes=10)
CLOSING_STATUS = {SEALED: "complete", FAILED: "failed"}
RUN_BREAKS = ("run_number", "run_order")


def book_steps(case: Case) -> Iterator[Step]:
    """V2-ledger, V2-runs and V2-checkpoint."""
    content = case.archive.beside.get("ledger.jsonl")
    if content is None:
        for step in ("V2-ledger", "V2-runs", "V2-checkpoint"):
            yield _not_at_hand(case, step, "ledger.jsonl", ("档案没有带来台账", "the archive came without its ledger"))
        return
    lines, breaks = case.once("lines of the ledger", _ledger)
    faults = [break_words(found) for found in breaks if found.kind not in (*RUN_BREAKS, "torn")]
    faults += _of_this_run(case, lines)
    torn = any(found.kind == "torn" for found in breaks)
    note = ("；最后一行写了一半", "; the last line was cut off in writing") if torn else ("", "")
    count = len(lines)
    yield judged("V2-ledger", faults, f"{count}行，未断链{note[0]}", f"{count} lines, unbroken{note[1]}")
    runs = len({line.run for line in lines})
    gaps = [break_words(found) for found in breaks if found.kind in RUN_BREAKS]
    yield judged("V2-runs", gaps, f"{runs}次运行，编号连续", f"{runs} runs, none missing")
    yield _checkpoint(case, content, lines)


def _not_at_hand(case: Case, step: str, name: str, absent: Say) -> Step:
    """A step that lacks a file: it is not there, or why it cannot be read."""
    zh, en = case.archive.unread.get(name, ("", ""))
    return unchecked(step, *((f"{name} 无法读取：{zh}", f"{name} cannot be read: {en}") if zh else absent))


def run_lines(case: Case) -> list[Line]:
    """What the ledger at hand says of the sealed run; nothing where there is no ledger or no seal."""
    try:
        run = str(case.predicate.get("run"))
    except AbsentError:
        return []  # said at V2
    lines, _ = case.once("lines of the ledger", _ledger)
    return [line for line in lines if line.run == run]


def _ledger(case: Case) -> tuple[list[Line], list[Break]]:
    return read_chain(case.archive.beside.get("ledger.jsonl", b""))


def break_words(found: Break) -> Say:
    """A break of the ledger, in the words of a report."""
    zh, en = BREAKS[found.kind]
    return f"第{found.line}行：{zh}（{found.detail}）", f"line {found.line}: {en} ({found.detail})"


def status_faults(predicate: dict[str, Any], closing: Line) -> list[Say]:
    """Whether the ledger's line says, as the seal does, that the run came to its end or failed."""
    if predicate.get("status") == CLOSING_STATUS[closing.event]:
        return []
    said = shown_name(str(predicate.get("status")))
    return [(f"台账写的是{closing.event}，封存声明是{said}", f"the ledger says {closing.event}, the seal {said}")]


def _of_this_run(case: Case, lines: list[Line]) -> list[Say]:
    try:
        predicate = case.predicate
        sealed = case.seal_file("seal.json")
    except AbsentError:
        return []  # said at V2
    run = str(predicate.get("run") or case.archive.run)
    mine = [line for line in lines if line.run == run]
    opening = next((line for line in mine if line.event == OPENED), None)
    closing = next((line for line in mine if line.event in CLOSING), None)
    if opening is None or closing is None:
        return [(f"台账没有 {run} 的封存记录", f"the ledger has no sealing of {run}")]
    expected = {
        "seal": digest_bytes(sealed) if sealed is not None else None,
        "manifest": case.digests.get("manifest-sha256.txt", {}).get("sha256"),
        "tagmanifest": case.digests.get("tagmanifest-sha256.txt", {}).get("sha256"),
        "parameters": case.digests.get("data/3-plan/parameters.json", {}).get("sha256"),
        "criteria": criteria_digest(case),
        "code": predicate.get("code"),
    }
    if predicate:
        before = mapping(mapping(predicate.get("inputs")).get("before"))
        expected["inputs"] = list_digest({str(name): str(digest) for name, digest in before.items()})
    faults = [
        (f"台账第{closing.number}行的{name}与档案不符", f"ledger line {closing.number}: {name} is not this archive's")
        for name, value in expected.items()
        if value is not None and name in closing.facts and closing.facts[name] != value
    ]
    if "manifest" not in closing.facts:
        faults.append((f"台账第{closing.number}行没有清单摘要", f"ledger line {closing.number} states no manifest"))
    if predicate:
        faults += status_faults(predicate, closing)
        faults += _times(predicate, opening, closing)
        opened = mapping(predicate.get("ledger"))
        if opened and (opened.get("number"), opened.get("digest")) != (opening.number, opening.digest):
            faults.append(("封存声明所引的台账行不符", "the seal refers to another ledger line"))
    return faults


def criteria_digest(case: Case) -> str | None:
    """The digest over all criteria as archived, or None when there are none."""
    found = {
        name[len(CRITERIA) :]: case.digests[name]["sha256"] for name in case.below(CRITERIA) if name in case.digests
    }
    return list_digest(found) if found else None


def _times(predicate: dict[str, object], opening: Line, closing: Line) -> list[Say]:
    """The run cannot have begun before it was opened, nor ended after it was sealed."""
    faults: list[Say] = []
    started, finished = moment(predicate.get("started")), moment(predicate.get("finished"))
    opened, closed = moment(opening.at), moment(closing.at)
    if started is None or finished is None or finished < started:
        return [("封存声明的起止时间不成立", "the seal's times of start and end make no sense")]
    if opened and started < opened - CLOCK_SLACK:
        faults.append(("开始时间早于台账的开立时间", "it says it started before the ledger opened it"))
    if closed and finished > closed + CLOCK_SLACK:
        faults.append(("结束时间晚于台账的封存时间", "it says it ended after the ledger closed it"))
    return faults


def moment(value: object) -> datetime | None:
    """A time in ISO form with its zone, in UTC; None for anything else."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _checkpoint(case: Case, content: bytes, lines: list[Line]) -> Step:
    note = case.archive.beside.get("checkpoint.note")
    if note is None:
        return _not_at_hand(case, "V2-checkpoint", "checkpoint.note", ("没有检查点", "there is no checkpoint"))
    try:
        checkpoint = read_checkpoint(note.decode("utf-8"))
    except ValueError as error:
        return judged("V2-checkpoint", [(f"检查点无法解读：{error}", f"it cannot be read: {error}")], "", "")
    faults = [break_words(found) for found in check_checkpoint(split_ledger(content)[0], checkpoint)]
    if checkpoint.origin != LEDGER_ORIGIN:
        faults.append(("检查点不是这份台账的", "it is not of this kind of ledger"))
    codes = {line.run: line.facts.get("code") for line in lines if line.event in CLOSING}
    for extension in checkpoint.extensions:
        run, _, code = extension.partition(" ")
        if codes.get(run) != code:
            faults.append((f"检查点写的 {run} 的校验码与台账不符", f"its code of {run} is not the ledger's"))
    size = checkpoint.size
    reached = [line for line in run_lines(case) if line.event in CLOSING and line.number <= size]
    if not faults and not reached:
        return unchecked(
            "V2-checkpoint", f"只到第{size}行，没有覆盖此次运行", f"it ends at line {size} and does not reach this run"
        )
    return judged("V2-checkpoint", faults, f"前{size}行的根相符", f"the root over {size} lines agrees")
