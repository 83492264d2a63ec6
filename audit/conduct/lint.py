"""What a working paper may contain, read from the notebook file before a kernel starts.

papermill runs what it is given: it warns of an unknown parameter and uses the default, writes parameter
names as code, calls a skipped cell completed and a notebook that left early a success.
"""

from __future__ import annotations

import ast
import keyword
from pathlib import Path
from typing import Any

import nbformat

from audit.errors import WorkingPaperError

PARAMETERS: dict[str, type] = {"district": str, "year": int, "run": str}
YEARS = range(1990, 2101)
_MOST_LINES = 8
_ALLOWED = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Call, ast.keyword, ast.List, ast.Tuple, ast.Dict),
    *(ast.Load, ast.UnaryOp, ast.USub, ast.JoinedStr, ast.FormattedValue),
)
_FORBIDDEN_TAGS = {"skip-execution", "raises-exception", "injected-parameters"}


def read_paper(path: Path) -> nbformat.NotebookNode:
    """A working paper whose every cell is allowed.  Raises WorkingPaperError that names cell and reason."""
    try:
        notebook = nbformat.read(path, as_version=4)
        code = [(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    except (OSError, ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise WorkingPaperError(
            f"{path.name} is not a notebook: {error}", where=path.name, remedy="restore the file"
        ) from None
    known = {"print"}
    for number, cell in code:
        _check_cell(cell, known, f"{path.name}, cell {number}")
    tagged = [cell for _, cell in code if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1 or tagged[0] is not code[0][1]:
        raise WorkingPaperError(
            "the first code cell, and no other, must carry the tag parameters",
            where=path.name,
            remedy="set the cell's tags in JupyterLab (Property Inspector)",
        )
    declared = declared_parameters(tagged[0].source, path.name)
    if set(declared) != set(PARAMETERS):
        raise WorkingPaperError(
            f"the parameters cell declares {', '.join(declared)}",
            where=path.name,
            remedy=f"declare exactly {', '.join(PARAMETERS)}",
        )
    return notebook


def declared_parameters(source: str, where: str = "parameters") -> dict[str, Any]:
    """The plain assignments of a parameters cell, with their defaults.  Raises WorkingPaperError for others."""
    found = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
            except ValueError:
                problem = f"the default of {statement.targets[0].id} is not a plain value"
                raise WorkingPaperError(problem, where=where, remedy="write a text or a number") from None
    return found


def check_parameters(values: dict[str, Any]) -> None:
    """Refuse parameters that are unknown, missing, of the wrong type or out of range.

    Raises WorkingPaperError, before a kernel starts.
    """
    for name in values:
        if not name.isidentifier() or keyword.iskeyword(name) or name not in PARAMETERS:
            known = ", ".join(PARAMETERS)
            raise WorkingPaperError(f"unknown parameter {name!r}", where="parameters", remedy=f"known are {known}")
    for name, kind in PARAMETERS.items():
        if name not in values:
            raise WorkingPaperError(f"the parameter {name} is missing", where="parameters", remedy="give it")
        if type(values[name]) is not kind:
            raise WorkingPaperError(
                f"the parameter {name} is {values[name]!r}", where="parameters", remedy=f"give a {kind.__name__}"
            )
    if values["year"] not in YEARS:
        remedy = f"give a year between {YEARS.start} and {YEARS.stop - 1}"
        raise WorkingPaperError(f"the year {values['year']} is out of range", where="parameters", remedy=remedy)


def _check_cell(cell: nbformat.NotebookNode, known: set[str], where: str) -> None:
    forbidden = _FORBIDDEN_TAGS & set(cell.metadata.get("tags", []))
    if forbidden:
        problem = f"the tag {forbidden.pop()} would leave a gap in the evidence"
        raise WorkingPaperError(problem, where=where, remedy="remove the tag")
    if not cell.source.strip():
        raise WorkingPaperError("the cell is empty, and would never run", where=where, remedy="delete it")
    if len(cell.source.splitlines()) > _MOST_LINES:
        raise WorkingPaperError(f"the cell has over {_MOST_LINES} lines", where=where, remedy="move code into audit/")
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError as error:
        problem = f"this is not plain Python: {error.msg}"
        remedy = "leave magics and shell escapes out of working papers"
        raise WorkingPaperError(problem, where=where, remedy=remedy) from None
    for statement in statements:
        _check_statement(statement, known, where)


def _check_statement(statement: ast.stmt, known: set[str], where: str) -> None:
    """One import, assignments and calls of what was imported; IPython runs a bare unknown name as a command."""
    remedy = "keep to one import, assignments and calls; move anything else into audit/"
    if isinstance(statement, ast.ImportFrom) and statement.module == "audit.papers":
        known |= {alias.asname or alias.name for alias in statement.names}
        return
    if not isinstance(statement, ast.Assign | ast.Expr):
        kind = type(statement).__name__
        raise WorkingPaperError(f"a working paper holds no {kind}", where=where, remedy=remedy)
    for node in ast.walk(statement.value):
        if not isinstance(node, _ALLOWED):
            raise WorkingPaperError(f"a working paper holds no {type(node).__name__}", where=where, remedy=remedy)
    for node in ast.walk(statement.value):
        if isinstance(node, ast.Name) and node.id not in known:
            raise WorkingPaperError(f"the name {node.id} is not known here", where=where, remedy=remedy)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise WorkingPaperError(f"{node.attr} is not for working papers", where=where, remedy=remedy)
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if not isinstance(target, ast.Name):
                raise WorkingPaperError("only plain names are assigned", where=where, remedy=remedy)
            known.add(target.id)
