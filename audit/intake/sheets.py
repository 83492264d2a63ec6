"""What a delivered file holds before anything is understood: sheets of raw cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

Cell = object
"""Text, a number, a truth value, a date or a time, as the file holds it; None for nothing."""


@dataclass(frozen=True)
class Note:
    """Something done to a whole file or sheet on reading it; `what` is a word of `words.REPAIRS`."""

    what: str
    before: str = ""
    after: str = ""
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Sheet:
    """The filled rows of one sheet.

    A row is (its number as the spreadsheet shows it, its cells from the first column on).  `merges` are
    (first row, first column, last row, last column), rows counted from 1 and columns from 0.  `voids` are
    cells that have content but no value: a formula never calculated, or a spreadsheet's own error.  With
    `from_1904` bare day numbers count from that year.
    """

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    hidden: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    voids: dict[tuple[int, int], str] = field(default_factory=dict)
    from_1904: bool = False


@dataclass(frozen=True)
class Delivery:
    """One delivered file, opened."""

    sheets: tuple[Sheet, ...]
    notes: tuple[Note, ...] = ()


def filled(rows: Iterable[tuple[int, tuple[Cell, ...]]]) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    """The rows that hold anything."""
    return tuple((number, cells) for number, cells in rows if not all(map(blank, cells)))


def blank(cell: Cell) -> bool:
    """True for nothing and for spaces alone."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def written(cell: Cell) -> str:
    """The cell as text, much as a spreadsheet shows it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    return str(cell)
