"""A worker of a batch: one process that carries out engagements one after another, with kernels of its own.

Run as `python -m audit.batch.worker AT_ONCE GIGABYTES`; jobs come as lines of JSON on standard input, words and
results leave on standard output.  When the input closes it ends, whatever it was doing.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from typing import Any

from audit.batch.jobs import Job, carry_out
from audit.kernels import kernels


def main() -> None:
    """Serve until the input closes."""
    at_once, gigabytes = int(sys.argv[1]), float(sys.argv[2])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    sys.stdout = sys.stderr  # whatever a library prints must not be taken for an answer
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a batch in the background hands down "ignore"
    _bound_memory(gigabytes)
    jobs: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(jobs,), daemon=True).start()

    def tell(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
        answers.flush()

    with suppress(KeyboardInterrupt), kernels() as opened:
        while line := jobs.get():
            job = Job.model_validate_json(line)
            result = carry_out(job, lambda words: tell({"words": words}), opened=opened, at_once=at_once)
            tell({"result": result.model_dump()})


def _read(jobs: queue.Queue[str | None]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    jobs.put(None)
    # The batch is gone, or wants an end: a run under way is sealed as interrupted.
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def _bound_memory(gigabytes: float) -> None:
    """No process of this worker may hold more; what asks for more fails, and its engagement with it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    limit = int(gigabytes * 2**30)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    main()
