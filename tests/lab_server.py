"""A real JupyterLab on a copy of the project: for the test of it, and for its picture."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from runs import ROOT, copy_of_huiji

# The copy's package, whatever else is installed.
LAB = "import sys; sys.path.insert(0, sys.argv.pop(1)); from audit.cli import main; main()"

# JupyterLab drops, without a word, a cell that is run before its notebook has a kernel; and it shows "idle" for a
# moment before it looks for one.
READY = (
    ".jp-Toolbar:has(.jp-Toolbar-kernelName:has-text('Python 3')) .jp-Notebook-ExecutionIndicator[data-status='idle']"
)


def copy_of_project(folder: Path) -> Path:
    """The project without its results: what a browser saves goes there."""
    for name in ("audit", "notebooks", "expectations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    copy_of_huiji(folder / "data")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(ROOT / name, folder / name)
    return folder


@contextlib.contextmanager
def lab(project: Path, home: Path) -> Iterator[tuple[str, str]]:
    """`audit lab` on a free port with settings of its own; gives address and token, and ends it whatever happens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    own = ("JUPYTERLAB_SETTINGS_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    environment = {**os.environ, "HOME": str(home), "JUPYTER_TOKEN": token, "PYTHONPATH": str(project)}
    environment |= {name: str(home / name.lower()) for name in own}
    command = [sys.executable, "-c", LAB, str(project), "lab", "--no-browser", "--port", str(port)]
    with (home / "lab.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 90
        while True:
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except OSError:
                assert process.poll() is None, (home / "lab.log").read_text()
                assert time.monotonic() < deadline, (home / "lab.log").read_text()
                time.sleep(0.2)
        yield address, token
    finally:
        for kind in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, kind)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
