"""One working paper through papermill, and the proof that it ran to its last cell."""

from __future__ import annotations

import logging
import threading
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import papermill
from bs4 import BeautifulSoup
from nbclient.exceptions import DeadKernelError
from nbconvert.exporters import HTMLExporter
from papermill.exceptions import PapermillExecutionError

from audit.conduct.engine import ENGINE, Step
from audit.conduct.lint import check_parameters, read_paper
from audit.errors import WorkingPaperError
from audit.kernels import Kernels

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<style>
body {{ font: 16px/1.6 "Songti SC", SimSun, "Noto Serif CJK SC", serif; max-width: 70rem; margin: 2rem auto; }}
body {{ padding: 0 1rem; color: #1c1c1c; background: #fff; }}
pre {{ background: #f4f4f2; padding: .6rem; overflow-x: auto; font-size: .85rem; }}
.prompt, .anchor-link {{ display: none; }}
.jp-Cell, .cell {{ margin: 1rem 0; }}
</style></head><body><main>
{body}
</main></body></html>
"""


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


def page(notebook: nbformat.NotebookNode, title: str) -> str:
    """The executed notebook as one page without script or outside address."""
    with _ONE_AT_A_TIME:
        body, _ = _exporter().from_notebook_node(notebook)
    return _PAGE.format(title=title, body=_inert(body))


_ONE_AT_A_TIME = threading.Lock()


@cache
def _exporter() -> HTMLExporter:
    """Made once: it compiles its templates.  Papers run side by side, and it serves one at a time."""
    exporter = HTMLExporter(template_name="basic", language_code="zh-CN", sanitize_html=False)
    for name in ("mathjax_url", "require_js_url", "mermaid_js_url", "jquery_url", "widget_renderer_url"):
        if exporter.has_trait(name):
            setattr(exporter, name, "")
    return exporter


def _inert(body: str) -> str:
    """The page without script, style sheet, handler or outside address, whatever a cell put out."""
    soup = BeautifulSoup(body, "lxml")
    for element in soup.find_all(["script", "link", "iframe", "object", "embed", "form", "base", "meta", "style"]):
        element.decompose()
    for element in soup.find_all(True):
        for name in list(element.attrs):
            value = "".join(str(element[name]).split()).lower()
            address = name in ("src", "srcset", "href", "action", "formaction", "background", "data", "poster")
            if name.startswith("on") or (address and not value.startswith(("data:image/", "#"))):
                del element[name]
    return soup.body.decode_contents() if soup.body else ""


def _plain(path: Path) -> str:
    """papermill takes a path for a format string."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _first_lines(error: PapermillExecutionError) -> str:
    name = "" if error.ename.endswith("Error") and "to do:" in str(error.evalue) else f"{error.ename}: "
    return name + str(error.evalue).strip()
