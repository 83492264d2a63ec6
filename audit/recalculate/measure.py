"""Taking a measure: from SQL to an exact number with the keys of the records behind it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from audit import words
from audit.errors import RulebookError
from audit.model import NOTHING, Text
from audit.query import Tally, Warehouse
from audit.rulebook import Measure

_COLUMN = {"count": None, "sum": "value", "rate": "hit", "minimum": "value", "universal": "holds"}


@dataclass(frozen=True)
class Measured:
    """A measure taken.  `reason` is filled, and `value` None, when it could not be.

    `marks` pairs each record's key with what it contributes; a rate has `numerator` and `denominator`, and
    so has a universal claim (records that hold, records judged).  With a `tally`, of a table that is not in memory,
    marks and exceptions are the first of many.
    """

    measure: Measure
    value: Fraction | None
    marks: tuple[tuple[str, str], ...] = ()
    numerator: int | None = None
    denominator: int | None = None
    exceptions: tuple[str, ...] = ()
    reason: Text = NOTHING
    tally: Tally | None = None

    @property
    def digest(self) -> str | None:
        """SHA-256 over the records' keys and contributions, one a line in key order."""
        if self.value is None:
            return None
        if self.tally:
            return self.tally.digest
        lines = "".join(f"{key}\t{mark}\n" for key, mark in self.marks)
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def judged(self) -> int:
        """How many records were looked at."""
        return self.tally.rows if self.tally else len(self.marks)


def take_measure(measure: Measure, warehouse: Warehouse) -> Measured:
    """Run the measure on the tables of `warehouse`.

    A table that was not supplied or has no rows, and a column without a single value, leave the measure
    untaken with its reason.  Raises RulebookError when the SQL is unusable.
    """
    for table in measure.needs:
        if not warehouse.has(table):
            return Measured(measure, None, reason=words.not_supplied(warehouse.absent.get(table, words.same(table))))
        if warehouse.rows(table) == 0:
            return Measured(measure, None, reason=words.NO_ROWS)
    spec = warehouse.spec(measure.table)
    where = f"expectations/measures.yml, {measure.id}"
    if any(table in warehouse.stored for table in measure.needs):
        return _counted(measure, warehouse.tally(measure.sql, spec, _COLUMN[measure.kind], where), where)
    found = warehouse.select(measure.sql, spec, _COLUMN[measure.kind], where)
    if measure.kind == "count":
        return Measured(measure, Fraction(len(found.keys)), tuple((key, "1") for key in found.keys))
    if not found.keys:
        return Measured(measure, None, reason=words.NO_MATCH)
    if all(value is None for value in found.values):
        return Measured(measure, None, reason=words.ALL_NULL)
    marks = tuple((key, _mark(value)) for key, value in zip(found.keys, found.values, strict=True))
    if measure.kind in ("rate", "universal"):
        hits = sum(1 for value in found.values if value is True)
        missed = tuple(key for key, value in zip(found.keys, found.values, strict=True) if value is False)
        value = Fraction(100 * hits, len(found.keys))
        return Measured(measure, value, marks, hits, len(found.keys), missed)
    numbers = [_exact(value, where) for value in found.values if value is not None]
    value = sum(numbers, Fraction(0)) if measure.kind == "sum" else min(numbers)
    return Measured(measure, value, marks)


def _counted(measure: Measure, found: Tally, where: str) -> Measured:
    """The same from a tally."""
    if measure.kind == "count":
        return Measured(measure, Fraction(found.rows), found.marks, tally=found)
    if not found.rows:
        return Measured(measure, None, reason=words.NO_MATCH)
    if not found.known:
        return Measured(measure, None, reason=words.ALL_NULL)
    if measure.kind in ("rate", "universal"):
        value = Fraction(100 * found.hits, found.rows)
        return Measured(measure, value, found.marks, found.hits, found.rows, found.missed, tally=found)
    number = found.total if measure.kind == "sum" else found.least
    return Measured(measure, _exact(number, where), found.marks, tally=found)


def _exact(value: Any, where: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RulebookError(
            f"the measure gives {type(value).__name__}, not an exact number",
            where=where,
            remedy="CAST to DECIMAL",
        )
    return Fraction(value)


def _mark(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
