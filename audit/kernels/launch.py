"""A kernel as ipykernel starts it, but without the network port ipykernel opens for the output of its children, and
without its debugger and its history of commands, which a working paper never uses and which take half of its start.

Run as `python -m audit.kernels.launch -f CONNECTION_FILE`, or called in a forked process.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # before ipykernel looks for it

from ipykernel.iostream import IOPubThread  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402


def launch(argv: list[str]) -> None:
    """Be the kernel of the connection file in `argv` until it is told to end."""
    IOPubThread._setup_pipe_in = _no_pipe
    sys.argv = ["ipykernel", *argv]
    IPKernelApp.launch_instance([*argv, "--HistoryManager.enabled=False"])


def _no_pipe(thread: IOPubThread) -> None:
    """What ipykernel itself falls back to when it cannot bind: children's output goes to the log."""
    thread._pipe_flag = False


if __name__ == "__main__":
    launch(sys.argv[1:])
