"""One working paper through papermill, and the proof that it ran to its last cell."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from audit.conduct.engine import ENGINE, Step
from audit.conduct.lint import check_parameters, read_paper
from audit.conduct.page import page
from audit.errors import WorkingPaperError
from audit.kernels import Kernels


def execute_paper(
    source: Path, target: Path, parameters: dict[str, Any], *, directory: Path, kernels: Kernels, on_step: Step
) -> None:
    """Run `source` with `parameters` from `directory`, leave the executed notebook at `target` and a page beside it.

    Raises WorkingPaperError when a cell fails, was skipped or never ran.
    """
    read_paper(source)
    check_parameters(parameters)
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        papermill.execute_notebook(
            _plain(source),
            _plain(target),
            parameters=parameters,
            engine_name=ENGINE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            autosave_cell_every=0,
            on_step=on_step,
            kernels=kernels,
            directory=directory,
        )
    except PapermillExecutionError as error:
        raise WorkingPaperError(
            f"the working paper {source.stem} stopped: {_first_lines(error)}",
            where=f"{source.name}, cell {error.cell_index}: {error.source.strip().splitlines()[0]}",
            remedy="see the executed notebook for the whole story",
        ) from None
    except (DeadKernelError, RuntimeError) as error:
        raise WorkingPaperError(
            f"the kernel of {source.stem} died: {error}", where=source.name, remedy="see whether memory ran out"
        ) from None
    finally:
        _forget_paths(target)
    notebook = nbformat.read(target, as_version=4)
    check_executed(notebook, source.name)
    target.with_suffix(".html").write_text(page(notebook, source.stem), encoding="utf-8")


def _forget_paths(target: Path) -> None:
    """Where this machine keeps its files is no evidence, and names its user."""
    if target.is_file():
        notebook = nbformat.read(target, as_version=4)
        facts = notebook.metadata.get("papermill", {})
        facts.update(input_path=f"notebooks/{target.name}", output_path=target.name)
        nbformat.write(notebook, target)


def check_executed(notebook: nbformat.NotebookNode, name: str) -> None:
    """Every code cell ran, once, in order, without an error.  Raises WorkingPaperError for the first gap.

    papermill itself returns normally when a cell left the kernel with sys.exit(0) or was skipped.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for expected, cell in enumerate(code, start=1):
        facts = cell.metadata.get("papermill", {})
        ran = cell.execution_count == expected and facts.get("status") == "completed"
        failed = facts.get("exception") or any(output.output_type == "error" for output in cell.outputs)
        if failed or not ran:
            raise WorkingPaperError(
                "a cell failed without stopping the notebook" if failed else "a cell never ran",
                where=f"{name}, code cell {expected}: {cell.source.strip().splitlines()[0]}",
                remedy="a working paper must run to its last cell; see the executed notebook",
            )


def _plain(path: Path) -> str:
    """papermill takes a path for a format string."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _first_lines(error: PapermillExecutionError) -> str:
    name = "" if error.ename.endswith("Error") and "to do:" in str(error.evalue) else f"{error.ename}: "
    return name + str(error.evalue).strip()
