"""A batch on an existing Dask cluster, through its `concurrent.futures` interface (optional extra `cluster`)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future, as_completed

from audit import __version__
from audit.batch.jobs import Job, Result, carry_out
from audit.batch.pool import Watcher
from audit.conduct.folder import criteria_digests
from audit.errors import AuditError, UsageError
from audit.home import Home
from audit.verify.digests import list_digest


def check_address(address: str) -> None:
    """Raise UsageError when the extra is not installed, or nothing could answer at an address written so."""
    try:
        from distributed import Security
        from distributed.comm import parse_address, parse_host_port
    except ImportError:
        remedy = "install the extra: pip install 'fazhi-audit[cluster]'"
        raise UsageError("a cluster needs the package distributed", where="--scheduler", remedy=remedy) from None
    try:
        scheme, place = parse_address(address)
        host, port = parse_host_port(place)
    except ValueError:
        scheme, host, port = "", "", 0
    if scheme not in ("tcp", "tls") or not host.strip() or not 0 < port < 2**16:
        remedy = "write the address that the scheduler prints, such as tcp://host:8786"
        raise UsageError(f"{address!r} is no address of a cluster", where="--scheduler", remedy=remedy)
    if scheme == "tls" and not Security().get_connection_args("client").get("ssl_context"):
        remedy = "set ca-file, client.cert and client.key of distributed.comm.tls in Dask's configuration"
        raise UsageError("tls needs certificates, and none are set", where="--scheduler", remedy=remedy)


def run_cluster(jobs: Sequence[Job], address: str, watcher: Watcher) -> None:
    """Send every job to the cluster at `address`, which was checked; each has its result told to `watcher`.

    The workers need this package, and the data and results folders under the same paths.  Raises UsageError when no
    cluster answers; KeyboardInterrupt after what has not begun was withdrawn.
    """
    from distributed import Client

    for name in ("distributed", "distributed.client"):  # the results say what was lost; Dask's own log is tracebacks
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        remedy = "start one, or give the address it prints, such as tcp://host:8786"
        raise UsageError(f"no cluster answers at {address}: {error}", where="--scheduler", remedy=remedy) from None
    with client:
        executor = client.get_executor(pure=False, retries=0)
        try:
            asked = measure()
            sent = {executor.submit(carry_out_there, job.model_dump_json(), asked): job for job in jobs}
            for job in jobs:
                watcher.words(job, "…")
            for future in as_completed(sent):
                watcher.result(sent[future], outcome(sent[future], future))
        except BaseException:
            executor.shutdown(wait=False)  # in Dask's sense: cancels what has not begun
            raise


def outcome(job: Job, future: Future[str]) -> Result:
    """The result of a job that was sent; one that the cluster lost was not carried out."""
    if future.cancelled():
        return _refused(job, "the cluster is gone; whether this engagement came to its end there is not known")
    if lost := future.exception():
        return _refused(job, f"the cluster could not carry it out: {lost}")
    return Result.model_validate_json(future.result())


def measure() -> dict[str, str]:
    """What a worker must share with whoever sends it a job: by other criteria it would come to other results."""
    return {"package": __version__, "criteria": list_digest(criteria_digests(Home()))}


def carry_out_there(job: str, asked: dict[str, str]) -> str:
    """One engagement in a worker of the cluster, if it measures as was `asked`; text in, text out."""
    wanted, own = Job.model_validate_json(job), measure()
    other = [f"{what} {own[what][:12]} there, {asked[what][:12]} here" for what in own if own[what] != asked[what]]
    if other:
        words = f"a worker of the cluster is not like this machine: {'; '.join(other)}"
        return _refused(
            wanted, f"{words}\nto do: install the same version there, with the same expectations folder"
        ).model_dump_json()
    return carry_out(wanted, lambda words: None, at_once=2).model_dump_json()


def _refused(job: Job, words: str) -> Result:
    return Result(engagement=job.name, status=AuditError.exit_status, words=words)
