"""The kernels of one run: opened before it, and none left after it, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.kernels.environment import clean_environment
from audit.kernels.manager import LocalKernelManager, manager_class
from audit.kernels.warm import ForkServer


@dataclass(frozen=True)
class Kernels:
    """What a notebook client needs to start a kernel of the run; `server` is None for plain kernels."""

    environment: dict[str, str]
    manager_class: type[LocalKernelManager]
    server: ForkServer | None


@contextmanager
def kernels(*, cold: bool = False) -> Iterator[Kernels]:
    """Kernels forked from a preloaded process; plain ones with `cold`, or where forking is not possible."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="audit-", ignore_cleanup_errors=True)))
        environment = clean_environment(scratch)
        server = None
        if ForkServer.possible() and not cold:
            server = ForkServer(scratch, environment)
            stack.callback(server.close)
        managers = manager_class(scratch, server)
        stack.callback(managers.kill_all)
        yield Kernels(environment, managers, server)
