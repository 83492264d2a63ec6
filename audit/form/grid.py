"""A table as a rectangle of places, in which a merged cell fills every place that it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_WIDEST = 200


@dataclass(frozen=True)
class Spot:
    """One place of a grid.  Places that one merged cell covers share its number."""

    text: str
    cell: int


Row = tuple[Spot, ...]


@dataclass(frozen=True)
class Grid:
    """The places of one table, row by row; rows of text tables may differ in length."""

    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Box:
    """One cell as a document writes it: its text, and how many rows and columns it covers."""

    text: str
    down: int = 1
    across: int = 1


def lay_out(rows: Sequence[Sequence[Box]]) -> Grid:
    """Put each cell into the first free place of its row, as a browser does."""
    places: list[dict[int, Spot]] = [{} for _ in rows]
    number = 0
    for top, boxes in enumerate(rows):
        left = 0
        for box in boxes:
            while left in places[top]:
                left += 1
            if left >= _WIDEST:
                break
            number += 1
            bottom = len(rows) if box.down == 0 else min(top + max(box.down, 1), len(rows))
            right = min(left + max(box.across, 1), _WIDEST)
            for row in range(top, bottom):
                for column in range(left, right):
                    places[row].setdefault(column, Spot(box.text, number))
            left = right
    return Grid(tuple(_filled(row, number) for row in places))


def _filled(row: dict[int, Spot], number: int) -> Row:
    width = max(row, default=-1) + 1
    return tuple(row.get(column, Spot("", -1 - number - column)) for column in range(width))


def cells_of(row: Row) -> list[Spot]:
    """The cells of a row from left to right, each once however many places it covers."""
    return [spot for place, spot in enumerate(row) if place == 0 or row[place - 1].cell != spot.cell]
