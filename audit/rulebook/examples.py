"""The example record of a table: shown in its template, and known again by the reader."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from audit.rulebook.tables import TableSpec

MARK = "【示例】"
_DAY = date(2021, 3, 5)


def example(spec: TableSpec) -> dict[str, object]:
    """One filled cell per column; the first text column carries the mark."""
    cells: dict[str, object] = {}
    marked = False
    for name, column in spec.columns.items():
        match column.type:
            case "date":
                cells[name] = _DAY
            case "integer":
                cells[name] = 1
            case "decimal":
                cells[name] = Decimal("1.5")
            case "code":
                cells[name] = next(iter(column.codes.values()))
            case _:
                cells[name] = "示例" if marked else f"{MARK}001"
                marked = True
    return cells
