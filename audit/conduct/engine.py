"""papermill's engine and translator, made safe: clean kernels, readable parameters, nothing on a network port."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.translators import PythonTranslator, papermill_translators

ENGINE = "audit"
Step = Callable[[str], None]


class ReadableTranslator(PythonTranslator):  # type: ignore[misc]  # papermill ships no types
    """Writes text parameters as they read; papermill escapes every Chinese character."""

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """A Python string literal in plain characters (JSON's is one)."""
        return json.dumps(str(str_val), ensure_ascii=False)


class LocalKernelManager(AsyncKernelManager):  # type: ignore[misc]
    """Kernels of this very interpreter, spoken to through files, never through a network port."""

    scratch: Path = Path()

    def __init__(self, **kwargs: Any) -> None:
        """Sockets live in `scratch`, whose path is short enough for them."""
        super().__init__(**kwargs)
        self.transport = "ipc"
        self.ip = str(self.scratch / f"k{id(self):x}")
        self.connection_file = str(self.scratch / f"k{id(self):x}.json")

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of this environment, whatever kernels the user has installed."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="audit", language="python")


class AuditEngine(NBClientEngine):  # type: ignore[misc]
    """nbclient with our kernels, every cell's failure final, and the current step told to `on_step`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Run the cells.  `on_step`, `scratch` and `directory` come from `run_audit`."""
        on_step: Step = kwargs["on_step"]
        scratch: Path = kwargs["scratch"]
        manager = type("ScratchKernelManager", (LocalKernelManager,), {"scratch": scratch})
        client = PapermillNotebookClient(
            nb_man,
            kernel_manager_class=manager,
            kernel_name="python3",
            timeout=None,
            startup_timeout=120,
            force_raise_errors=True,
            skip_cells_with_tag="no-cell-carries-this",
            shutdown_kernel="immediate",
        )
        started = nb_man.cell_start

        def cell_start(cell: Any, cell_index: int | None = None, **more: Any) -> None:
            if cell.cell_type == "markdown":
                on_step(cell.source.strip().splitlines()[0].lstrip("# "))
            started(cell, cell_index, **more)

        nb_man.cell_start = cell_start
        return client.execute(env=clean_environment(scratch), cwd=str(kwargs["directory"]))


def clean_environment(scratch: Path) -> dict[str, str]:
    """What a kernel inherits: nothing of the user's profile, a fixed locale, hash seed and time zone."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(scratch),
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLCONFIGDIR": str(Path(sys.prefix) / "cache" / "matplotlib"),
        "PYTHONNOUSERSITE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "GX_ANALYTICS_ENABLED": "false",
    }


@contextmanager
def kernels() -> Iterator[Path]:
    """A scratch folder for kernels, with our engine and translator registered; gone afterwards."""
    papermill_engines.register(ENGINE, AuditEngine)
    papermill_translators.register("python", ReadableTranslator)
    with TemporaryDirectory(prefix="audit-", ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)
