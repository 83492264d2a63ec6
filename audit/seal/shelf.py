"""What is on record of the runs in a results folder, and sealing after all a run that died."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import AuditError, UsageError
from audit.seal.bag import SEAL, seal_folder
from audit.seal.ledger import LEDGER, LedgerWriter, ledger_of, now
from audit.seal.opening import catch_up, reopen_run
from audit.seal.sealing import seal_run
from audit.seal.statement import Account
from audit.verify.chain import ABANDONED, OPENED, REVIEWED, SIGNED, Line


@dataclass(frozen=True)
class OnRecord:
    """What the ledger says of one run; `status` is sealed, failed, abandoned or opened (still going on)."""

    run: str
    status: str
    code: str
    by: str
    line: Line
    signatures: tuple[Line, ...]
    seal: Path

    def document(self) -> dict[str, Any]:
        """The same, for programs."""
        return {
            "run": self.run,
            "status": self.status,
            "code": self.code,
            "by": self.by,
            "at": self.line.at,
            "ledger": {"number": self.line.number, "digest": self.line.digest},
            "signatures": [
                {key: line.facts.get(key, "") for key in ("as", "by", "key", "decision")} | {"at": line.at}
                for line in self.signatures
            ],
        }


def find_run(given: str, out: Path) -> tuple[Path, str]:
    """Results folder and name of a run given as DISTRICT/YEAR/RUN or as the path of its folder.

    Raises UsageError when the results folder has no ledger.
    """
    path = Path(given)
    if len(path.parts) == 3 and (out / LEDGER).is_file() and not path.is_dir():
        return out, path.as_posix()
    path = path.resolve()
    if len(path.parents) < 3 or not (path.parents[2] / LEDGER).is_file():
        raise UsageError(
            f"{given} is no run of a results folder with a ledger",
            where=str(path),
            remedy="write DISTRICT/YEAR/RUN, such as huiji/2021/0001, with --out if need be, or the folder's path",
        )
    return path.parents[2], "/".join(path.parts[-3:])


def runs_on_record(out: Path) -> list[OnRecord]:
    """Every run, after it has been put on record which died.  Raises AuditError."""
    if not (out / LEDGER).is_file():
        raise AuditError(
            "there is no ledger here, so nothing was ever run", where=str(out), remedy="name it with --out"
        )
    with ledger_of(out) as ledger:
        catch_up(ledger)
        return [_on_record(ledger, run, line) for run, line in ledger.state().items()]


def settle_run(out: Path, run: str) -> OnRecord:
    """What is on record of one run; one that died is sealed as failed first.  Raises AuditError."""
    found = {entry.run: entry for entry in runs_on_record(out)}.get(run)
    if found is None:
        raise UsageError(f"the ledger knows no run {run}", where=str(out / LEDGER))
    if found.status == OPENED:
        raise AuditError(f"{run} is still going on", remedy="wait for its end, or end it")
    if found.status == ABANDONED:
        with ledger_of(out) as ledger:
            opening = ledger.of(run)[0]
        failure = {
            "problem": "the run ended without a word: it was killed, or the machine stopped",
            "where": "",
            "remedy": "run again",
        }
        with reopen_run(out, opening) as again:
            seal_run(again, Account(opening.facts["by"], opening.at, now(), failure=failure))
        found = {entry.run: entry for entry in runs_on_record(out)}[run]
    return found


def _on_record(ledger: LedgerWriter, run: str, line: Line) -> OnRecord:
    lines = ledger.of(run)
    signatures = tuple(line for line in lines if line.event in (SIGNED, REVIEWED))
    seal = seal_folder(ledger.out / run) / SEAL
    return OnRecord(run, line.event, line.facts.get("code", ""), lines[0].facts.get("by", ""), line, signatures, seal)
