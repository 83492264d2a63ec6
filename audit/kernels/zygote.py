"""The preloaded process: imports once what every working paper needs, then forks a kernel on request.

Run as `python -m audit.kernels.zygote FD`; FD is one end of a socket pair, and requests and answers are
lines of JSON.  When the other end closes, for whatever reason, every kernel is killed and the process
ends.  A fork is refused when the process holds a thread, because a lock held by it would stay locked in
the kernel for ever.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

PRELOADED = (
    "audit.kernels.launch",
    "ipykernel.ipkernel",
    "pandas",
    "pyarrow.parquet",
    "openpyxl",
    "duckdb",
    "chinese_calendar",
    "great_expectations",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "audit.papers",
    "audit.validate.expectations",
)


def main() -> None:
    """Preload, say so, and serve until the other end closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    for name in PRELOADED:
        import_module(name)
    import_module("audit.clocks").official_calendar()  # kept from its first call on
    gc.collect()
    gc.freeze()
    control.sendall(_line({"ready": True, "threads": threads()}))
    kernels: set[int] = set()
    try:
        for request in control.makefile("r", encoding="utf-8"):
            control.sendall(_line(_answer(json.loads(request), kernels, control)))
    finally:
        for pid in kernels:
            _signal(pid, signal.SIGKILL)


def threads() -> int:
    """How many threads this process has, native ones included where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()


def _answer(request: dict[str, Any], kernels: set[int], control: socket.socket) -> dict[str, Any]:
    match request["do"]:
        case "fork":
            if threads() != 1:
                return {"refused": f"the preloaded process has {threads()} threads"}
            pid = os.fork()
            if pid == 0:
                _become_kernel(request, control)
            kernels.add(pid)
            return {"pid": pid}
        case "poll":
            return {"status": _poll(int(request["pid"]), kernels)}
    return {"refused": f"unknown request {request['do']!r}"}


def _poll(pid: int, kernels: set[int]) -> int | None:
    """Exit status of a kernel, None while it lives."""
    if pid not in kernels:
        return 0
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return None
    kernels.discard(pid)
    _signal(pid, signal.SIGKILL)  # whatever it started itself
    return os.waitstatus_to_exitcode(status)


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _become_kernel(request: dict[str, Any], control: socket.socket) -> None:
    """Own session and process group, no tie to the preloaded process, then the kernel until it ends."""
    status = 1
    try:
        os.setsid()
        control.close()
        nowhere = os.open(os.devnull, os.O_RDWR)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream, source in ((0, nowhere), (1, log), (2, log)):
            os.dup2(source, stream)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        gc.unfreeze()
        from audit.kernels.launch import launch

        launch(request["argv"])
        status = 0
    finally:
        os._exit(status)


def _line(message: dict[str, Any]) -> bytes:
    return (json.dumps(message) + "\n").encode()


if __name__ == "__main__":
    main()
