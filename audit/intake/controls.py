"""Control totals: taken before anything else, checked again after the run."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from audit.errors import AuditError
from audit.model import Control
from audit.rulebook.tables import TableSpec


def take_control(spec: TableSpec, shown: str, content: bytes, frame: pd.DataFrame, ignored: tuple[str, ...]) -> Control:
    """Digest and size of the bytes, number of rows, sum of every numeric column."""
    sums = {
        name: str(total(frame[name])) for name, column in spec.columns.items() if column.type in ("integer", "decimal")
    }
    digest = hashlib.sha256(content).hexdigest()
    return Control(spec.table, shown, digest, len(content), len(frame), sums, ignored)


def total(column: pd.Series) -> Any:
    """The exact sum of an integer or decimal column; pandas' own wraps round beyond 2**63."""
    return sum(column.dropna().tolist()) if column.dtype == "Int64" else column.sum()


def recheck(controls: tuple[Control, ...], data: Path) -> None:
    """Hold the files below `data` against their control totals again.

    Raises AuditError when a file changed or vanished while the audit ran.
    """
    for control in controls:
        path = data / control.file
        if not path.is_file() or _digest(path) != control.digest:
            raise AuditError(
                f"{control.file} changed while it was being audited",
                where=control.file,
                remedy="make sure that nobody edits the files, and run again",
            )


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
