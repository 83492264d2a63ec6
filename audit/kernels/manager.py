"""The kernel managers of a run: forked or plain, always of this interpreter, never on a network port."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

from audit.kernels.warm import PROVISIONER, ForkServer

_NUMBERS = itertools.count(1)


class LocalKernelManager(AsyncKernelManager):  # type: ignore[misc]
    """Kernels of this very interpreter, spoken to through files, never through a network port."""

    scratch: Path = Path()
    server: ForkServer | None = None
    started: ClassVar[list[LocalKernelManager]] = []

    def __init__(self, **kwargs: Any) -> None:
        """Sockets live in `scratch`, whose path is short enough for them."""
        super().__init__(**kwargs)
        name = f"k{next(_NUMBERS)}"
        self.transport = "ipc"
        self.ip = str(self.scratch / name)
        self.connection_file = str(self.scratch / f"{name}.json")
        self.started.append(self)

    @classmethod
    def kill_all(cls) -> None:
        """Kill what is left of the kernels, and whatever they started; a run that went well leaves none."""
        for manager in cls.started:
            group = getattr(manager.provisioner, "pgid", None)
            if group and manager.provisioner.has_process:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this environment, whatever kernels the user has installed."""
        argv = [sys.executable, "-m", "audit.kernels.launch", "-f", "{connection_file}"]
        metadata = {}
        if self.server is not None:
            provisioner = {"provisioner_name": PROVISIONER, "config": {"server": self.server.name}}
            metadata = {"kernel_provisioner": provisioner}
        return KernelSpec(argv=argv, display_name="audit", language="python", metadata=metadata)


def manager_class(scratch: Path, server: ForkServer | None) -> type[LocalKernelManager]:
    """The class that nbclient makes its managers of; `server` None gives plain kernels."""
    return type("RunKernelManager", (LocalKernelManager,), {"scratch": scratch, "server": server, "started": []})
