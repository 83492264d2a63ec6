"""The other end of the preloaded process, and the provisioner through which Jupyter asks it for kernels."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Unicode

PROVISIONER = "fazhi-audit-warm"


class ForkServer:
    """One preloaded process.  Closing it, or the end of this process by whatever cause, ends every kernel."""

    running: ClassVar[dict[str, ForkServer]] = {}
    _numbers = itertools.count(1)

    def __init__(self, scratch: Path, environment: dict[str, str]) -> None:
        """Start preloading; nothing waits for it until the first kernel is asked for."""
        ours, theirs = socket.socketpair()
        self.name = f"{os.getpid()}-{next(self._numbers)}"
        self._log = scratch / "kernels.log"
        with theirs, self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "audit.kernels.zygote", str(theirs.fileno())],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._socket = ours
        self._lines = ours.makefile("r", encoding="utf-8")
        self._turn = threading.Lock()
        self._ready = False
        self.running[self.name] = self

    @staticmethod
    def possible() -> bool:
        """Whether this system can fork."""
        return hasattr(os, "fork") and hasattr(socket, "socketpair")

    @property
    def pid(self) -> int:
        """The preloaded process."""
        return self._process.pid

    def fork(self, argv: list[str], cwd: str, env: dict[str, str]) -> int:
        """A new kernel's process id.  Raises RuntimeError when the preloaded process refuses or is gone."""
        request = {"do": "fork", "argv": argv, "cwd": cwd, "env": env, "log": str(self._log)}
        return int(self._ask(request)["pid"])

    def poll(self, pid: int) -> int | None:
        """Exit status of a kernel, None while it lives; gone with the preloaded process counts as killed."""
        try:
            status: int | None = self._ask({"do": "poll", "pid": pid})["status"]
        except RuntimeError:
            return -9
        return status

    def close(self) -> None:
        """End the preloaded process and every kernel; returns when they are gone."""
        self.running.pop(self.name, None)
        if not self._ready:  # it has no kernels yet, and would go on importing before it looked
            self._process.kill()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._lines.close()
        self._socket.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._turn:
            try:
                if not self._ready:
                    self._read()
                    self._ready = True
                self._socket.sendall((json.dumps(request) + "\n").encode())
                answer = self._read()
            except (OSError, ValueError) as error:
                raise RuntimeError("the preloaded process is gone") from error
        if "refused" in answer:
            raise RuntimeError(answer["refused"])
        return answer

    def _read(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line:
            raise OSError("closed")
        answer: dict[str, Any] = json.loads(line)
        return answer


class ForkedKernel:
    """A forked kernel with the face of a `subprocess.Popen`, which is what a local provisioner holds."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, pid: int) -> None:
        """`pid` is the server's child, so only the server can wait for it."""
        self._server, self.pid = server, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit status, None while it lives."""
        if self.returncode is None:
            self.returncode = self._server.poll(self.pid)
        return self.returncode

    def wait(self) -> int | None:
        """Exit status of a kernel that `poll` has found ended."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Signal the kernel alone."""
        if self.poll() is None:
            os.kill(self.pid, number)


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]  # jupyter_client is followed as Any
    """Provides kernels by forking; everything but the launch is the local provisioner's."""

    server = Unicode(help="name of the fork server in this process").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Fork a kernel for the connection file in `cmd`.  Raises RuntimeError when the server refuses."""
        argv = cmd[cmd.index("-f") :]
        environment = {**kwargs["env"], "JPY_PARENT_PID": str(ForkServer.running[self.server].pid)}
        pid = ForkServer.running[self.server].fork(argv, str(kwargs.get("cwd") or Path.cwd()), environment)
        self.process = ForkedKernel(ForkServer.running[self.server], pid)
        self.pid = self.pgid = pid
        self.cwd = kwargs.get("cwd", Path.cwd())
        return dict(self.connection_info)
