"""`audit batch`: which engagements, what stands already, and the exit status of them all."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from audit.archive import Parameters
from audit.batch import Job, Pool, Result, run_pool, show_batch, standing
from audit.batch.table import BatchTable
from audit.cli.terminal import all_written, console
from audit.errors import AuditError, UsageError
from audit.home import Home
from audit.portal import refresh_portal
from audit.seal.ledger import ledger_of

_NAME = re.compile(r"([^/\s]+)/(\d{4})")


def run_batch(
    engagements: list[str],
    home: Home,
    common: dict[str, str],
    pool: Pool,
    scheduler: str | None,
    *,
    again: bool,
    as_json: bool,
) -> int:
    """Carry out many engagements; 3 when one could not be, else 1 when one has findings at the gate, else 0.

    Raises UsageError for an engagement or an address that cannot be, KeyboardInterrupt as AuditError that says how
    to go on, AuditError when the results cannot be printed.
    """
    if scheduler is not None:
        from audit.batch.cluster import check_address

        check_address(scheduler)
    jobs = [_job(name, home, common) for name in dict.fromkeys(engagements)]
    with ledger_of(home.outputs) as ledger:
        lines = list(ledger.lines)
    stand = {} if again else {job.name: found for job in jobs if (found := standing(job, lines))}
    open_jobs = [job for job in jobs if job.name not in stand]
    with _one_interrupt(), BatchTable(len(jobs), common["lang"], console(stderr=True)) as table:
        for job in jobs:
            if job.name in stand:
                table.result(job, stand[job.name])
        try:
            if scheduler is not None:
                from audit.batch.cluster import run_cluster

                run_cluster(open_jobs, scheduler, table)
            else:
                run_pool(open_jobs, pool, table)
        except KeyboardInterrupt:
            raise _interrupted(table.results, len(jobs), in_cluster=scheduler is not None) from None
        finally:
            refresh_portal(home.outputs)
        _complete(table, open_jobs)
    return _tell(table.results, common["lang"], as_json)


def all_engagements(data: Path) -> list[str]:
    """Every DISTRICT/YEAR below the data folder that has a plan.  Raises UsageError when there is none."""
    plans = sorted(data.glob("*/[0-9][0-9][0-9][0-9]/engagement.toml"))
    if not plans:
        raise UsageError(
            "there is no engagement below the data folder",
            where=str(data),
            remedy="name the folder that holds DISTRICT/YEAR with --data",
        )
    return [f"{path.parts[-3]}/{path.parts[-2]}" for path in plans]


@contextmanager
def _one_interrupt() -> Iterator[None]:
    """The first Ctrl-C is a KeyboardInterrupt; further ones change nothing about the orderly end that follows it.

    So it stays until the process has ended.  Where interrupts are ignored, as in the background, they still are.
    """

    def first(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is first:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupted(results: list[Result], total: int, *, in_cluster: bool) -> AuditError:
    done = sum(result.status != AuditError.exit_status for result in results)
    told = f"interrupted; {done} of {total} engagements are sealed"
    again = "give the same command again: what is sealed is not carried out again"
    if in_cluster:
        return AuditError(
            f"{told}; what has begun in the cluster goes on there, what has not is withdrawn",
            remedy=f"wait until the cluster is idle, then {again}",
        )
    return AuditError(f"{told}, nothing is half done", remedy=again)


def _complete(table: BatchTable, jobs: list[Job]) -> None:
    """An engagement that nobody gave a result has one all the same: it was not carried out."""
    known = {result.engagement for result in table.results}
    words = "the batch lost this engagement; nothing is known of it\nto do: give the same command again"
    for job in jobs:
        if job.name not in known:
            table.result(job, Result(engagement=job.name, status=AuditError.exit_status, words=words))


def _job(name: str, home: Home, common: dict[str, str]) -> Job:
    match = _NAME.fullmatch(name)
    if match is None or not home.engagement(match[1], int(match[2])).is_dir():
        raise UsageError(
            f"there is no engagement {name}",
            where=str(home.data),
            remedy="write DISTRICT/YEAR as the folders are called, such as huiji/2021, or --all",
        )
    parameters = Parameters(district=match[1], year=int(match[2]), **common)
    return Job(parameters=parameters, data=str(home.data), outputs=str(home.outputs))


def _tell(results: list[Result], lang: str, as_json: bool) -> int:
    with all_written():
        if as_json:
            ordered = sorted(results, key=lambda result: result.engagement)
            json.dump([result.model_dump() for result in ordered], sys.stdout, ensure_ascii=False, indent=2)
            print()
        else:
            show_batch(results, lang, console())
    statuses = {result.status for result in results}
    return AuditError.exit_status if AuditError.exit_status in statuses else max(statuses, default=0)
