"""The workers of a batch: each engagement in one of them, and none stopped by what happens to another."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from audit.batch.jobs import Job, Result
from audit.errors import AuditError
from audit.home import ROOT

_ENGAGEMENTS_A_WORKER = 25  # then a fresh one: no process grows for ever
_GRACE = 60  # seconds for a worker to seal what it was doing when it is told to end
_NEEDED = 1.5  # gigabytes that a worker with its kernels was seen to stay below


class Watcher(Protocol):
    """Who is told how a batch goes on; called from several threads."""

    def words(self, job: Job, words: str) -> None:
        """What an engagement is doing."""

    def result(self, job: Job, result: Result) -> None:
        """An engagement has its result."""


@dataclass(frozen=True)
class Pool:
    """How much of the machine a batch may use; `memory` in gigabytes bounds each single process."""

    workers: int
    memory: float = 4.0

    @classmethod
    def of_machine(cls, workers: int | None, memory: float) -> Pool:
        """As many workers as were asked for, else as cores and free memory allow."""
        return cls(workers or max(1, min(cores(), int(_free_gigabytes() / _NEEDED))), memory)


def run_pool(jobs: Sequence[Job], pool: Pool, watcher: Watcher) -> None:
    """Carry every job out; each has its result told to `watcher`.

    Raises KeyboardInterrupt after every worker has sealed what it was doing, or was ended.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    crews = [_Crew(waiting, pool, watcher) for _ in range(min(pool.workers, len(jobs)))]
    for crew in crews:
        threading.Thread(target=crew.work, daemon=True).start()
    try:
        for crew in crews:
            crew.ended.wait()
    except BaseException:
        for crew in crews:
            crew.stop()
        for crew in crews:
            crew.ended.wait(_GRACE)
        for crew in crews:
            crew.kill()
        raise


class _Crew:
    """One worker process after another, and the thread that speaks to it."""

    def __init__(self, waiting: queue.SimpleQueue[Job], pool: Pool, watcher: Watcher) -> None:
        """Nothing is started yet."""
        self._waiting, self._pool, self._watcher = waiting, pool, watcher
        self._worker: subprocess.Popen[str] | None = None
        self._stopped = False
        self.ended = threading.Event()  # a thread whose join was interrupted counts as ended in Python 3.11

    def work(self) -> None:
        """Take jobs until there are none."""
        try:
            self._work()
        finally:
            self.ended.set()

    def _work(self) -> None:
        done = 0
        while not self._stopped:
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                break
            result = self._carry_out(job)
            done += 1
            # After a run that came to no end, what it left behind must not meet the next engagement.
            if done % _ENGAGEMENTS_A_WORKER == 0 or not result.run:
                self._end()
            self._watcher.result(job, result)
        self._end()

    def stop(self) -> None:
        """Take no further job; a worker seals what it is doing as interrupted."""
        self._stopped = True
        if self._worker and self._worker.stdin:
            with suppress(OSError):
                self._worker.stdin.close()

    def kill(self) -> None:
        """End what would not end."""
        if self._worker and self._worker.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._worker.pid, signal.SIGKILL)

    def _carry_out(self, job: Job) -> Result:
        try:
            for answer in self._answers(job):
                if "result" in answer:
                    return Result.model_validate(answer["result"])
                self._watcher.words(job, answer["words"])
        except (OSError, ValueError):
            pass  # it died while it was spoken to; below it is told how
        worker, self._worker = self._worker, None
        status = worker.wait() if worker else None
        how = f"signal {signal.Signals(-status).name}" if status and status < 0 else f"status {status}"
        words = "interrupted" if self._stopped else f"the process of this engagement ended with {how}"
        return Result(engagement=job.name, status=AuditError.exit_status, words=words)

    def _answers(self, job: Job) -> Iterator[dict[str, Any]]:
        """What the worker says about a job, until it has ended.  Raises OSError or ValueError when it died."""
        worker = self._worker = self._worker or self._start()
        if worker.stdin is None or worker.stdout is None:
            raise OSError("no pipe")
        worker.stdin.write(job.model_dump_json() + "\n")
        worker.stdin.flush()
        for line in worker.stdout:
            yield json.loads(line)

    def _start(self) -> subprocess.Popen[str]:
        # Two papers at once in each: a kernel that starts or ends waits more than it computes.
        return subprocess.Popen(
            [sys.executable, "-m", "audit.batch.worker", "2", str(self._pool.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,  # an interrupt at the terminal reaches the batch alone, which tells the workers
        )

    def _end(self) -> None:
        """End an idle worker."""
        if self._worker:
            if self._worker.stdin:
                with suppress(OSError):
                    self._worker.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self._worker.wait(_GRACE)
            self.kill()
            self._worker = None


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _free_gigabytes() -> float:
    try:
        facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        return int(facts["MemAvailable"].split()[0]) / 2**20
    except (OSError, KeyError, ValueError):
        return _NEEDED * cores()
