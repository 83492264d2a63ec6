"""The ledger's chain: one line an event, each with the digest of the line before it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.verify.merkle import Checkpoint, leaf_hash, root_of

FIRST = "0" * 64
OPENED, SEALED, FAILED, ABANDONED, SIGNED, REVIEWED, REPERFORMED, SHARED = EVENTS = (
    *("opened", "sealed", "failed", "abandoned"),
    *("signed", "reviewed", "reperformed", "shared"),
)
# Events that state the digests of a run's bag and seal.
CLOSING = (SEALED, FAILED)

# What can be wrong with a ledger, in the words of a report.
BREAKS = {
    "unreadable": ("该行无法读取", "the line cannot be read"),
    "number": ("行号不连续", "the number does not follow the one before"),
    "previous": ("与上一行的摘要值不符", "the line does not carry the digest of the line before it"),
    "time": ("时间早于上一行", "the time is before that of the line above"),
    "run_number": ("运行编号不连续或重复", "a run's number is missing or used twice"),
    "run_order": ("运行的事件顺序不对", "an event of a run that cannot follow what the ledger says of it before"),
    "torn": ("最后一行不完整", "the last line is cut off"),
    "dropped": ("台账比检查点少行", "the ledger is shorter than its checkpoint"),
    "root": ("与检查点的根不符", "the lines do not give the root of the checkpoint"),
}


@dataclass(frozen=True)
class Line:
    """One event of the ledger; `raw` are its bytes without the newline."""

    number: int
    at: str
    event: str
    run: str
    previous: str
    facts: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def digest(self) -> str:
        """What the next line carries as `previous`."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def engagement(self) -> str:
        """`district/year` of the run."""
        return self.run.rpartition("/")[0]


@dataclass(frozen=True)
class Break:
    """One place where a ledger is not what it should be; `kind` is a key of BREAKS, `line` counts from 1."""

    line: int
    kind: str
    detail: str


def make_line(previous: Line | None, at: str, event: str, run: str, facts: dict[str, Any]) -> Line:
    """The line after `previous`; its time is never before the time of that."""
    number, before = (previous.number + 1, previous.digest) if previous else (1, FIRST)
    at = max(at, previous.at) if previous else at
    entry = {"at": at, "event": event, "facts": facts, "number": number, "previous": before, "run": run}
    return Line(number, at, event, run, before, facts, _one_form(entry))


def _one_form(entry: dict[str, Any]) -> bytes:
    """The bytes of a line.  Raises ValueError for what no line can hold."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def split_ledger(content: bytes) -> tuple[list[bytes], bytes]:
    """The whole lines, and what follows the last newline: what a writer that was killed left of its line."""
    *lines, torn = content.split(b"\n")
    return lines, torn


def parse_line(raw: bytes) -> Line:
    """One line.  Raises ValueError when it is not a line in the one form that there is."""
    try:
        entry = json.loads(raw.decode())
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    kinds = {"at": str, "event": str, "facts": dict, "number": int, "previous": str, "run": str}
    if not isinstance(entry, dict) or entry.keys() != kinds.keys():
        raise ValueError(f"the keys are not {', '.join(sorted(kinds))}")
    for key, kind in kinds.items():
        if not isinstance(entry[key], kind) or isinstance(entry[key], bool):
            raise ValueError(f"{key} is not what it should be")
    if entry["event"] not in EVENTS:
        raise ValueError(f"{entry['event']!r} is no event")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry["at"], re.ASCII):
        raise ValueError(f"{entry['at']!r} is no time")
    if not re.fullmatch(r"[^/\s]+/\d{4}/\d{4,9}", entry["run"], re.ASCII):
        raise ValueError(f"{entry['run']!r} is no run")
    try:
        same = _one_form(entry) == raw
    except (ValueError, RecursionError):
        same = False
    if not same:  # a key given twice, a blank: readers could take one line for another
        raise ValueError("not in the one form of a line")
    return Line(**entry, raw=raw)


def read_chain(content: bytes) -> tuple[list[Line], list[Break]]:
    """The lines of a ledger that can be read, and every break in it; never raises."""
    raws, torn = split_ledger(content)
    lines: list[Line] = []
    breaks: list[Break] = []
    number, previous, at = 0, FIRST, ""
    for place, raw in enumerate(raws, start=1):
        try:
            line = parse_line(raw)
        except ValueError as error:
            breaks.append(Break(place, "unreadable", str(error)))
            number += 1
        else:
            if line.number != number + 1:
                breaks.append(Break(place, "number", f"{line.number} after {number}"))
            if line.at < at:
                breaks.append(Break(place, "time", f"{line.at} after {at}"))
            if line.previous != previous:
                breaks.append(Break(place, "previous", f"{line.event} of {line.run}"))
            number, at = line.number, line.at
            lines.append(line)
        previous = hashlib.sha256(raw).hexdigest()
    if torn:
        breaks.append(Break(len(raws) + 1, "torn", f"{len(torn)} bytes without an end"))
    return lines, breaks + check_runs(lines)


def check_runs(lines: Sequence[Line]) -> list[Break]:
    """Each engagement's runs are 0001, 0002 … without gap; nothing is said of a run that cannot be true of it."""
    breaks: list[Break] = []
    opened: dict[str, int] = {}
    state: dict[str, str] = {}
    for line in lines:
        before = state.get(line.run)
        if line.event == OPENED:
            due = opened.get(line.engagement, 0) + 1
            number = int(line.run.rpartition("/")[2])
            if number != due:
                breaks.append(Break(line.number, "run_number", f"{line.run}, expected {due:04d}"))
            opened[line.engagement] = max(number, due)
            state[line.run] = OPENED
        elif before is None or not _may_follow(line.event, before):
            breaks.append(Break(line.number, "run_order", f"{line.event} of {line.run} after {before}"))
        elif line.event in (*CLOSING, ABANDONED, SIGNED, REVIEWED):
            state[line.run] = line.event
    return breaks


def _may_follow(event: str, before: str) -> bool:
    """A run is opened, closed once (an abandoned one as failed), signed once, then reviewed once.

    All else is about a closed run.
    """
    if event in (SEALED, ABANDONED):
        return before == OPENED
    if event == FAILED:
        return before in (OPENED, ABANDONED)
    if event == REVIEWED:
        return before == SIGNED
    return before in CLOSING or (event != SIGNED and before in (SIGNED, REVIEWED))


def checkpoint_of(lines: Sequence[Line], origin: str) -> Checkpoint:
    """The checkpoint of a whole ledger; it names the newest run that came to a result, and its code."""
    coded = [line for line in lines if line.event == SEALED and line.facts.get("code")]
    extensions = (f"{coded[-1].run} {coded[-1].facts['code']}",) if coded else ()
    return Checkpoint(origin, len(lines), root_of([leaf_hash(line.raw) for line in lines]), extensions)


def check_checkpoint(raws: Sequence[bytes], checkpoint: Checkpoint) -> list[Break]:
    """Whether a ledger's whole lines still begin with what the checkpoint was made of; later lines may follow."""
    if len(raws) < checkpoint.size:
        return [Break(len(raws), "dropped", f"{len(raws)} of {checkpoint.size} lines")]
    if root_of([leaf_hash(raw) for raw in raws[: checkpoint.size]]) != checkpoint.root:
        return [Break(checkpoint.size, "root", f"over {checkpoint.size} lines")]
    return []
