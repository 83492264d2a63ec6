"""A batch on an existing Dask cluster, through its `concurrent.futures` interface (optional extra `cluster`)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import as_completed

from audit.batch.jobs import Job, Result, carry_out
from audit.batch.pool import Watcher
from audit.errors import AuditError, UsageError


def run_cluster(jobs: Sequence[Job], address: str, watcher: Watcher) -> None:
    """Send every job to the cluster at `address`; each has its result told to `watcher`.

    The workers need this package, and the data and results folders under the same paths.  Raises UsageError when
    the extra is not installed or no cluster answers.
    """
    try:
        from distributed import Client
    except ImportError:
        remedy = "install the extra: pip install 'fazhi-audit[cluster]'"
        raise UsageError("a cluster needs the package distributed", where="--scheduler", remedy=remedy) from None
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        remedy = "start one, or give the address it prints, such as tcp://host:8786"
        raise UsageError(f"no cluster answers at {address}: {error}", where="--scheduler", remedy=remedy) from None
    with client:
        executor = client.get_executor(pure=False, retries=0)
        sent = {executor.submit(carry_out_there, job.model_dump_json()): job for job in jobs}
        for job in jobs:
            watcher.words(job, "…")
        for future in as_completed(sent):
            job = sent[future]
            lost = future.exception()
            words = f"the cluster could not carry it out: {lost}"
            failed = Result(engagement=job.name, status=AuditError.exit_status, words=words)
            watcher.result(job, failed if lost else Result.model_validate_json(future.result()))


def carry_out_there(job: str) -> str:
    """One engagement in a worker of the cluster: text in, text out, so that nothing else must be alike there."""
    return carry_out(Job.model_validate_json(job), lambda words: None, at_once=2).model_dump_json()
