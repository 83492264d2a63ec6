"""outputs/ledger.jsonl: what became of every run, written by one writer at a time, whole lines only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.errors import AuditError
from audit.seal.files import in_words, write_whole
from audit.seal.locks import FileLock
from audit.verify.chain import (
    ABANDONED,
    BREAKS,
    CLOSING,
    OPENED,
    SEALED,
    Break,
    Line,
    check_checkpoint,
    checkpoint_of,
    make_line,
    read_chain,
    split_ledger,
)
from audit.verify.digests import digest_bytes
from audit.verify.merkle import LEDGER_ORIGIN, read_checkpoint

LEDGER, CHECKPOINT, LOCK = "ledger.jsonl", "checkpoint.note", "ledger.lock"


def now() -> str:
    """This moment in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class LedgerWriter:
    """The ledger while its lock is held: its lines, and the right to add one."""

    def __init__(self, out: Path, lines: list[Line], torn: bytes) -> None:
        """`torn` is what a writer that was killed left after the last whole line."""
        self.out, self.lines, self._torn = out, lines, torn

    def append(self, event: str, run: str, facts: dict[str, Any]) -> Line:
        """Add one line; once this returns, it is on the disk.  Raises AuditError, and then nothing was added."""
        if self._torn:
            cut = {"bytes": len(self._torn), "sha256": digest_bytes(self._torn)}
            facts = {**facts, "cut": cut}
        line = make_line(self.lines[-1] if self.lines else None, now(), event, run, facts)
        with in_words("the ledger could not be written", LEDGER):
            _append(self.out / LEDGER, line.raw + b"\n", sum(len(old.raw) + 1 for old in self.lines))
        self.lines.append(line)
        self._torn = b""
        # The line is what counts.  A checkpoint that lags behind is made up for by the next writer.
        with suppress(OSError):
            write_whole(self.out / CHECKPOINT, checkpoint_of(self.lines, LEDGER_ORIGIN).text)
        return line

    def of(self, run: str) -> list[Line]:
        """The lines about one run."""
        return [line for line in self.lines if line.run == run]

    def next_run(self, engagement: str) -> str:
        """The run that comes next for `district/year`."""
        number = sum(line.event == OPENED and line.engagement == engagement for line in self.lines) + 1
        return f"{engagement}/{number:04d}"

    def state(self) -> dict[str, Line]:
        """For each run the line that says what has become of it: opened, sealed, failed or abandoned."""
        return {line.run: line for line in self.lines if line.event in (OPENED, ABANDONED, *CLOSING)}

    def complete_before(self, run: str) -> list[str]:
        """The complete runs of the same engagement that came before `run`."""
        own, _, number = run.rpartition("/")
        sealed = [line.run for line in self.lines if line.event == SEALED and line.engagement == own]
        return [other for other in sealed if int(other.rpartition("/")[2]) < int(number)]


@contextmanager
def ledger_of(out: Path) -> Iterator[LedgerWriter]:
    """The ledger of the results folder `out`, held for writing; others wait.

    Raises AuditError when it cannot be read, or is no longer what was written.
    """
    with in_words("the results folder cannot be used", str(out)):
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / LOCK)
        lock.acquire(wait=True)
    try:
        with in_words("the ledger cannot be read", str(out / LEDGER)):
            content = (out / LEDGER).read_bytes() if (out / LEDGER).exists() else b""
            note = (out / CHECKPOINT).read_bytes() if (out / CHECKPOINT).exists() else b""
        yield LedgerWriter(out, *_sound(out, content, note.decode(errors="replace")))
    finally:
        lock.release()


def _sound(out: Path, content: bytes, note: str) -> tuple[list[Line], bytes]:
    raws, torn = split_ledger(content)
    lines, breaks = read_chain(content)
    breaks = [found for found in breaks if found.kind != "torn"]
    try:
        breaks += check_checkpoint(raws, read_checkpoint(note)) if note else []
    except ValueError as error:
        breaks.append(Break(0, "root", str(error)))
    if breaks:
        first = breaks[0]
        raise AuditError(
            f"the ledger is not what was written: {BREAKS[first.kind][1]} ({first.detail})",
            where=f"{out / LEDGER}, line {first.line}",
            remedy=f"put {LEDGER} and {CHECKPOINT} back from a copy, or go on in another folder with --out",
        )
    return lines, torn


def _append(path: Path, raw: bytes, at: int) -> None:
    """Write `raw` at `at`, where the whole lines end; what does not fit leaves no trace."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        os.ftruncate(file, at)
        os.lseek(file, at, os.SEEK_SET)
        try:
            written = 0
            while written < len(raw):
                written += os.write(file, raw[written:])
            os.fsync(file)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(file, at)
            raise
    finally:
        os.close(file)
