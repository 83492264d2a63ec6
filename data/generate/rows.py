"""A departmental record before it is written, and what a register knew of it on a given day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

Value = str | int | Decimal | date | None
Row = dict[str, Value]
Tables = dict[str, list[Row]]


def day(row: Row, column: str) -> date:
    """Read a cell that must hold a date."""
    value = row[column]
    if not isinstance(value, date):
        raise TypeError(f"{column} holds {value!r}, not a date")
    return value


def as_known(row: Row, on: date, events: Mapping[str, Mapping[str, Value]]) -> Row:
    """Hide what happened after the day: a later event is blanked, and its dependent cells are reset.

    `events` maps each date column to the values that other cells have while the event is outstanding.
    """
    known = dict(row)
    for column, meanwhile in events.items():
        happened = known[column]
        if isinstance(happened, date) and happened > on:
            known[column] = None
            known.update(meanwhile)
    return known
