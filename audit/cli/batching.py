"""`audit batch`: which engagements, what stands already, and the exit status of them all."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from audit.archive import Parameters
from audit.batch import Job, Pool, Result, run_pool, show_batch, standing
from audit.batch.table import BatchTable
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

    Raises UsageError for an engagement that is not there, KeyboardInterrupt as AuditError that says how to go on.
    """
    jobs = [_job(name, home, common) for name in dict.fromkeys(engagements)]
    with ledger_of(home.outputs) as ledger:
        lines = list(ledger.lines)
    stand = {} if again else {job.name: found for job in jobs if (found := standing(job, lines))}
    open_jobs = [job for job in jobs if job.name not in stand]
    with BatchTable(len(jobs), common["lang"]) as table:
        for job in jobs:
            if job.name in stand:
                table.result(job, stand[job.name])
        try:
            if scheduler:
                from audit.batch.cluster import run_cluster

                run_cluster(open_jobs, scheduler, table)
            else:
                run_pool(open_jobs, pool, table)
        except KeyboardInterrupt:
            done = sum(result.status != AuditError.exit_status for result in table.results)
            raise AuditError(
                f"interrupted; {done} of {len(jobs)} engagements are sealed, nothing is half done",
                remedy="give the same command again: what is sealed is not carried out again",
            ) from None
        finally:
            refresh_portal(home.outputs)
    return _tell(table.results, common["lang"], as_json)


def all_engagements(data: Path) -> list[str]:
    """Every DISTRICT/YEAR below the data folder that has a plan."""
    return [
        f"{path.parts[-3]}/{path.parts[-2]}" for path in sorted(data.glob("*/[0-9][0-9][0-9][0-9]/engagement.toml"))
    ]


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
    if as_json:
        ordered = sorted(results, key=lambda result: result.engagement)
        json.dump([result.model_dump() for result in ordered], sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        show_batch(results, lang)
    statuses = {result.status for result in results}
    return AuditError.exit_status if AuditError.exit_status in statuses else max(statuses, default=0)
