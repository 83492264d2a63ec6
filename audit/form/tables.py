"""The three tables of the form, found in grids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from audit.form.cells import UNREADABLE, Cell, State, read_cell
from audit.form.grid import Grid, Row, Spot, cells_of
from audit.form.keys import COLUMNS, STOCKS
from audit.form.labels import (
    TABLE_4,
    block_named,
    column_named,
    group_in,
    has_words,
    result_named,
    rows_named,
    words_of,
)

Cells = dict[str, dict[str, Cell]]
_FEWEST_NAMES = 2
_STOCK_ROWS = {"规章": "rules", "行政规范性文件": "normative_documents", "规范性文件": "normative_documents"}


@dataclass
class Header:
    """The columns of table 3 as far as its header names them, in order, and the places they stand at."""

    names: list[str] = field(default_factory=lambda: list(COLUMNS))
    places: dict[str, int] = field(default_factory=dict)

    def in_order(self) -> bool:
        """Whether the places can be trusted: text tables and wrong spans give places that cross."""
        ordered = [self.places[name] for name in COLUMNS if name in self.places]
        return len(ordered) > _FEWEST_NAMES and all(a < b for a, b in pairwise(ordered))


def header_names(found: Iterable[str]) -> list[str]:
    """The columns in the order of the form; five that share one column come as "legal_person"."""
    named = set(found)
    five = set(COLUMNS) - {"natural_person", "total"}
    whole = ["legal_person"] if "legal_person" in named and not named & five else []
    names = [name for name in COLUMNS if name in named]
    return names[:1] + whole + names[1:] if whole else names


def keep(table: Cells, row: str, cells: Mapping[str, Cell]) -> None:
    """Note a row; of a row met twice the first that holds anything counts."""
    if not any(cell.state is State.COUNT for cell in table.get(row, {}).values()):
        table[row] = dict(cells)


def read_table3(grids: Sequence[Grid]) -> Cells:
    """Every row of table 3 that some grid holds, by its name."""
    table: Cells = {}
    header, group = Header(), ""
    above: list[Row] = []
    for grid in grids:
        closed = True
        for row in grid.rows:
            names = {name for spot in cells_of(row) if (name := column_named(spot.text))}
            if len(names - {"legal_person"}) >= _FEWEST_NAMES or names >= {"natural_person", "legal_person"}:
                above = [row] if closed else [*above, row]
                header, closed = _header(above, header), False
                continue
            found = _read_row(row, header, group)
            group = group_in(_label(row), group)
            if found:
                closed = True
                for passed in found[0][:-1]:
                    keep(table, passed, {})
                keep(table, found[0][-1], found[1])
    return table


def _header(rows: list[Row], before: Header) -> Header:
    """The header that `rows` make; part of one repeated on the next page does not replace the whole."""
    places: dict[str, int] = {}
    for row in rows:
        for place, spot in enumerate(row):
            if name := column_named(spot.text):
                places.setdefault(name, place)
    names = header_names(places)
    if before.places and len(names) < len(before.names):
        return before
    return Header(names, {name: place for name, place in places.items() if name != "legal_person"})


def _label(row: Row) -> str:
    cells = cells_of(row)
    worded = [place for place, spot in enumerate(cells) if _is_label(spot)]
    return "".join(spot.text for spot in cells[: max(worded, default=-1) + 1])


def _read_row(row: Row, header: Header, group: str) -> tuple[list[str], dict[str, Cell]] | None:
    by_place = _by_place(row, header, group) if header.in_order() else None
    return by_place or _from_the_end(row, header.names, group)


def _by_place(row: Row, header: Header, group: str) -> tuple[list[str], dict[str, Cell]] | None:
    first, last = min(header.places.values()), max(header.places.values())
    if len(row) <= first:
        return None
    labels = _distinct(row[:first])
    label = "".join(spot.text for spot in labels)
    named = rows_named(label, group_in(label, group))
    figures = {name: row[place] for name, place in header.places.items() if place < len(row)}
    astray = any(rows_named(spot.text, "") or spot.cell in {s.cell for s in labels} for spot in figures.values())
    outside = [spot for spot in row[last + 1 :] if read_cell(spot.text).state is not State.BLANK]
    if not named or astray or outside:
        return None
    shared = [spot.cell for spot in figures.values()]
    read = {name: read_cell(spot.text) for name, spot in figures.items()}
    merged = [name for name, spot in figures.items() if shared.count(spot.cell) > 1 and read[name].value is not None]
    return named, read | dict.fromkeys(merged, UNREADABLE)


def _from_the_end(row: Row, names: list[str], group: str) -> tuple[list[str], dict[str, Cell]] | None:
    cells = cells_of(row)
    worded = [place for place, spot in enumerate(cells) if _is_label(spot)]
    if not worded:
        return None
    label = "".join(spot.text for spot in cells[: worded[-1] + 1])
    named = rows_named(label, group_in(label, group))
    if not named:
        return None
    read = [read_cell(spot.text) for spot in cells[worded[-1] + 1 :]]
    for columns in (names, list(COLUMNS)):  # a header that was cut apart names fewer than there are
        if fitting := window(read, len(columns)):
            return named, dict(zip(columns, fitting, strict=True))
    return named, {}


def window(cells: Sequence[Cell], count: int) -> list[Cell] | None:
    """The `count` cells outside which there is nothing, or None where that is not one stretch alone."""
    blank = [cell.state is State.BLANK for cell in cells]
    starts = [start for start in range(len(cells) - count + 1) if all(blank[:start]) and all(blank[start + count :])]
    if len(starts) > 1 and all(blank):
        starts = starts[:1]
    return list(cells[starts[0] : starts[0] + count]) if len(starts) == 1 else None


def _is_label(spot: Spot) -> bool:
    return has_words(spot.text) and read_cell(spot.text).state is State.UNREADABLE


def _distinct(spots: Iterable[Spot]) -> list[Spot]:
    return list({spot.cell: spot for spot in spots}.values())


def read_table4(grids: Sequence[Grid]) -> Cells:
    """The three blocks of table 4 from the first grid that holds them."""
    for grid in grids:
        named = [[result_named(spot.text) for spot in row] for row in grid.rows]
        heads = [n for n, names in enumerate(named) if {"maintained", "corrected"} <= set(names)]
        for head in reversed(heads):
            table = _blocks_across(grid, heads[0], head) or _blocks_down(grid, head)
            if table:
                return table
    return {}


def _blocks_across(grid: Grid, first: int, head: int) -> Cells:
    """Fifteen figures in one row."""
    for row in grid.rows[head + 1 : head + 5]:
        read = [read_cell(spot.text) for spot in row]
        if not any(cell.state is State.COUNT for cell in read):
            continue
        places = _places(grid, max(first - 2, 0), head)
        if len(places) == len(TABLE_4) and max(places.values()) < len(row):
            return _blocks({key: read[place] for key, place in places.items()})
        fitting = window(read, len(TABLE_4))
        return _blocks(dict(zip(TABLE_4, fitting, strict=True))) if fitting else {}
    return {}


def _places(grid: Grid, top: int, head: int) -> dict[tuple[str, str], int]:
    places: dict[tuple[str, str], int] = {}
    for place in range(max(len(row) for row in grid.rows[top : head + 1])):
        texts = [row[place].text for row in grid.rows[top : head + 1] if place < len(row)]
        block = next((name for text in reversed(texts) if (name := block_named(text))), "")
        result = next((name for text in reversed(texts) if (name := result_named(text))), "")
        if block and result:
            places.setdefault((block, result), place)
    return places


def _blocks_down(grid: Grid, head: int) -> Cells:
    """One row a block, under one row of results."""
    results = [name for spot in cells_of(grid.rows[head]) if (name := result_named(spot.text))]
    table: Cells = {}
    for row in grid.rows[head + 1 :]:
        cells = cells_of(row)
        worded = [place for place, spot in enumerate(cells) if _is_label(spot)]
        block = block_named("".join(cells[place].text for place in worded[-1:]))
        fitting = window([read_cell(spot.text) for spot in cells[max(worded, default=-1) + 1 :]], len(results))
        if block and fitting:
            keep(table, block, dict(zip(results, fitting, strict=True)))
    return table


def _blocks(cells: Mapping[tuple[str, str], Cell]) -> Cells:
    table: Cells = {}
    for (block, result), cell in cells.items():
        table.setdefault(block, {})[result] = cell
    return table


def read_table2(grids: Sequence[Grid]) -> Cells:
    """The stock of rules and normative documents, in the form of 2021 only: that of 2019 counts something else."""
    table: Cells = {}
    for grid in grids:
        listed = False
        for row in grid.rows:
            cells = cells_of(row)
            text = words_of("".join(spot.text for spot in cells))
            listed = listed or ("制发" in text and "现行有效" in text)
            label = words_of(cells[0].text) if cells else ""
            name = _STOCK_ROWS.get(label)
            fitting = window([read_cell(spot.text) for spot in cells[1:]], len(STOCKS)) if listed and name else None
            if name and fitting:
                keep(table, name, dict(zip(STOCKS, fitting, strict=True)))
    return table
