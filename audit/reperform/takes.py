"""How a measure is taken the second way: a year, its tables, and which records count for what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from audit.reperform.plain import Row

Test = Callable[["Year", Row], Any]


@dataclass(frozen=True)
class Year:
    """The year under audit, its cut-off date, the tables, and the last day of a limit of so many days."""

    start: date
    end: date
    as_of: date
    tables: dict[str, list[Row]]
    limits: dict[str, tuple[date, int]]
    rolled: Callable[[date], date]

    def holds(self, day: date | None) -> bool:
        """Whether the day lies in the year."""
        return day is not None and self.start <= day <= self.end

    def past(self, day: date | None) -> bool:
        """Whether the day had come by the cut-off date."""
        return day is not None and day <= self.as_of

    def until_end(self, day: date | None) -> bool:
        """Whether the day lies in the year or before it."""
        return day is not None and day <= self.end

    def still_open(self, day: date | None) -> bool:
        """Whether what ends on this day had not ended before the year began."""
        return day is None or day >= self.start

    def left_open(self, day: date | None) -> bool:
        """Whether what ends on this day had not ended by the cut-off date."""
        return day is None or day > self.as_of


@dataclass(frozen=True)
class Second:
    """How a measure is taken again: the table its records are of, which of them count, what each contributes."""

    kind: str
    table: str
    counts: Test
    value: Test | None = None
    rows: Callable[[Year], Iterator[Row]] | None = None

    def marks(self, year: Year) -> list[tuple[Row, Any]]:
        """The records that count, each with its contribution."""
        rows = self.rows(year) if self.rows else iter(year.tables[self.table])
        found = [row for row in rows if self.counts(year, row)]
        return [(row, self.value(year, row) if self.value else None) for row in found]
