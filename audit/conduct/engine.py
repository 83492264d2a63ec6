"""papermill's engine and translator, made safe: clean kernels, readable parameters, the current step told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.translators import PythonTranslator, papermill_translators

from audit.kernels import Kernels

ENGINE = "audit"
Step = Callable[[str], None]


class ReadableTranslator(PythonTranslator):  # type: ignore[misc]  # papermill ships no types
    """Writes text parameters as they read; papermill escapes every Chinese character."""

    @classmethod
    def translate_escaped_str(cls, str_val: str) -> str:
        """A Python string literal in plain characters (JSON's is one)."""
        return json.dumps(str(str_val), ensure_ascii=False)


class AuditEngine(NBClientEngine):  # type: ignore[misc]
    """nbclient with our kernels, every cell's failure final, and the current step told to `on_step`."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Run the cells.  `on_step`, `kernels` and `directory` come from `execute_paper`."""
        on_step: Step = kwargs["on_step"]
        kernels: Kernels = kwargs["kernels"]
        directory: Path = kwargs["directory"]
        client = PapermillNotebookClient(
            nb_man,
            kernel_manager_class=kernels.manager_class,
            kernel_name="python3",
            timeout=None,
            startup_timeout=120,
            force_raise_errors=True,
            skip_cells_with_tag="no-cell-carries-this",
            shutdown_kernel="immediate",
        )
        started = nb_man.cell_start

        def cell_start(cell: Any, cell_index: int | None = None, **more: Any) -> None:
            if cell.cell_type == "markdown" and cell.source.strip():
                on_step(cell.source.strip().splitlines()[0].lstrip("# "))
            started(cell, cell_index, **more)

        nb_man.cell_start = cell_start
        return client.execute(env=kernels.environment, cwd=str(directory))


papermill_engines.register(ENGINE, AuditEngine)
papermill_translators.register("python", ReadableTranslator)
