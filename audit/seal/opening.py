"""A run while it lasts: its number is taken, its folder is made, its lock is held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from audit.archive import RunFolder
from audit.errors import AuditError
from audit.seal.bag import finish
from audit.seal.files import in_words
from audit.seal.ledger import LedgerWriter, ledger_of
from audit.seal.locks import FileLock
from audit.seal.people import this_person
from audit.verify.chain import ABANDONED, CLOSING, OPENED, Line

# What a run that fills the disk leaves for sealing it as failed.
_RESERVE = 2 << 20


@dataclass(frozen=True)
class OpenRun:
    """A run that is going on, or one that died and is sealed after all."""

    out: Path
    folder: RunFolder
    opening: Line
    lock: FileLock

    @property
    def name(self) -> str:
        """`district/year/number`."""
        return self.opening.run

    def give_back(self) -> None:
        """Free what was held in reserve for the end of the run."""
        with suppress(OSError):
            self.lock.reserve(0)

    def forget(self) -> None:
        """Remove the lock file of a run that has ended; the lock itself lasts until the run is left."""
        with suppress(OSError):
            self.lock.path.unlink(missing_ok=True)


@contextmanager
def open_run(out: Path, district: str, year: int) -> Iterator[OpenRun]:
    """Take the next number, on record before anything else, and make the folder; the lock is given up at the end.

    Raises AuditError when nothing can be written, or a folder of that number lies there that no ledger knows.
    """
    by = this_person()
    with ledger_of(out) as ledger:
        catch_up(ledger)
        name = ledger.next_run(f"{district}/{year}")
        path, lock = out / name, FileLock(lock_path(out, name))
        if path.exists():
            raise AuditError(
                f"there is a folder {name} of which the ledger knows nothing",
                where=str(path),
                remedy="move it away, with the ledger that belongs to it if there is one, or choose another --out",
            )
        with in_words("the results folder cannot be written", str(out)):
            path.parent.mkdir(parents=True, exist_ok=True)
        opening = ledger.append(OPENED, name, {"by": by})
        try:
            with in_words("the run's folder cannot be made", str(path)):
                lock.acquire(wait=True)
                lock.reserve(_RESERVE)
                path.mkdir()
        except BaseException:
            lock.release()
            raise
    try:
        yield OpenRun(out, RunFolder(path), opening, lock)
    finally:
        lock.release()


@contextmanager
def reopen_run(out: Path, opening: Line) -> Iterator[OpenRun]:
    """A run that died, held so that it can be sealed.  Raises AuditError while it still goes on."""
    lock = FileLock(lock_path(out, opening.run))
    with in_words("the run's folder cannot be used", opening.run):
        lock.path.parent.mkdir(parents=True, exist_ok=True)
        if not lock.acquire(wait=False):
            raise AuditError(f"{opening.run} is still going on", remedy="wait for its end, or end it")
    try:
        yield OpenRun(out, RunFolder(out / opening.run), opening, lock)
    finally:
        lock.release()


def lock_path(out: Path, run: str) -> Path:
    """The file that a run holds while it lasts, beside its folder."""
    return out / f"{run}.running"


def catch_up(ledger: LedgerWriter) -> None:
    """Put on record which runs died, and finish what a writer that died had put on record already."""
    for run, line in ledger.state().items():
        path = lock_path(ledger.out, run)
        if line.event not in (OPENED, *CLOSING):
            continue
        if not path.exists():
            if line.event == OPENED:
                ledger.append(ABANDONED, run, {})
            continue
        lock = FileLock(path)
        with in_words("a run's lock cannot be looked at", str(path)):
            if not lock.acquire(wait=False):
                continue
        try:
            if line.event == OPENED:
                ledger.append(ABANDONED, run, {})
            else:
                finish(ledger.out / run, line)
            with suppress(OSError):
                path.unlink()
        finally:
            lock.release()
