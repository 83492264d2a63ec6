"""The form's identities.  A blank is not a zero: it leaves an identity open unless the figures at hand break it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.form.cells import Cell, State
from audit.form.keys import COLUMNS, DOCUMENTS, PARTS
from audit.form.read import Form

FIRST_YEAR_OF_STOCKS = 2022


@dataclass(frozen=True)
class Equation:
    """One identity in one place; `holds` is None while a blank leaves it open.

    `left` and `right` are None where a term is missing.  `blanks_as_zero` says how it would come out if every
    blank were a zero, None where that is no reading (a cell that could not be read, or no figure at all).
    """

    id: str
    place: str
    key: str
    left: int | None
    right: int | None
    holds: bool | None
    blanks_as_zero: bool | None = None

    @property
    def record(self) -> dict[str, Any]:
        """The contract's record (`design`, section 5.7)."""
        return {"id": self.id, self.place: self.key, "left": self.left, "right": self.right, "holds": self.holds}


def within_form(form: Form) -> list[Equation]:
    """GID-I01, I02, I03, I05 and I07 of one form."""
    three, four = form.table3, form.table4
    parts = [row for row in PARTS if row in three]
    found = []
    for column in COLUMNS:
        left = [three[row][column] for row in ("new_received", "carried_in")]
        right = [three[row][column] for row in ("outcome_total", "carried_out")]
        found.append(_equation("GID-I01", "column", column, left, right))
    for column in COLUMNS:
        right = [three[row][column] for row in parts]
        found.append(_equation("GID-I02", "column", column, [three["outcome_total"][column]], right))
    for rule, table in (("GID-I03", three), ("GID-I05", four)):
        found += [_equation(rule, "row", row, [cells["total"]], _others(cells)) for row, cells in table.items()]
    return found + [_counts(row, cells) for table in (three, four) for row, cells in table.items()]


def across_years(forms: Sequence[Form]) -> dict[int, list[Equation]]:
    """GID-I04 and GID-I06 by the position of the later form, for each pair of successive years of one government."""
    found: dict[int, list[Equation]] = {}
    for position, later in enumerate(forms):
        before = [form for form in forms if later.year and form.year == later.year - 1 and _same(form, later)]
        if len(before) == 1:
            found[position] = _between(before[0], later)
    return found


def _between(before: Form, later: Form) -> list[Equation]:
    found = []
    for column in COLUMNS:
        left, right = later.table3["carried_in"][column], before.table3["carried_out"][column]
        found.append(_equation("GID-I04", "column", column, [left], [right]))
    if (later.year or 0) >= FIRST_YEAR_OF_STOCKS:
        for row in DOCUMENTS:
            new, old = later.table2[row], before.table2[row]
            cells = [old["in_force"], new["issued"], new["repealed"], new["in_force"]]
            if any(cell.state is State.COUNT for cell in cells):
                found.append(_stock(row, new, old))
    return found


def _stock(row: str, new: Mapping[str, Cell], old: Mapping[str, Cell]) -> Equation:
    """In force now = in force before + issued - repealed; a blank decides nothing, since terms are taken away."""
    in_force, terms = new["in_force"].value, (old["in_force"].value, new["issued"].value, new["repealed"].value)
    right = None if None in terms else (terms[0] or 0) + (terms[1] or 0) - (terms[2] or 0)
    holds = None if in_force is None or right is None else in_force == right
    return Equation("GID-I06", "row", row, in_force, right, holds)


def _same(one: Form, other: Form) -> bool:
    """One government, unless both titles name one and they differ."""
    names = (one.publisher, other.publisher)
    # 郑州市惠济区 is 惠济区; 惠济区财政局 is not.
    return not all(names) or names[0].endswith(names[1]) or names[1].endswith(names[0])


def _others(cells: Mapping[str, Cell]) -> list[Cell]:
    return [cell for column, cell in cells.items() if column != "total"]


def _equation(rule: str, place: str, key: str, left: Sequence[Cell], right: Sequence[Cell]) -> Equation:
    sides = [_known(left), _known(right)]
    whole = [all(cell.value is not None for cell in side) for side in (left, right)]
    cells = [*left, *right]
    holds: bool | None = None
    if all(whole):
        holds = sides[0] == sides[1]
    elif any(known > other and complete for known, other, complete in _crossed(sides, whole)):
        holds = False  # what is there already exceeds the other side, and no count is less than zero
    shown = [side if complete else None for side, complete in zip(sides, whole, strict=True)]
    readable = all(cell.value is not None or cell.state is State.BLANK for cell in cells)
    filled = any(cell.value is not None for cell in cells)
    reading = sides[0] == sides[1] if holds is None and readable and filled else None
    return Equation(rule, place, key, shown[0], shown[1], holds, reading)


def _crossed(sides: Sequence[int], whole: Sequence[bool]) -> list[tuple[int, int, bool]]:
    """Each side beside the other, with whether the other is complete."""
    return [(sides[0], sides[1], whole[1]), (sides[1], sides[0], whole[0])]


def _known(cells: Sequence[Cell]) -> int:
    return sum(cell.value or 0 for cell in cells)


def _counts(row: str, cells: Mapping[str, Cell]) -> Equation:
    """GID-I07: the cells that are counts, of all cells of the row."""
    counts = sum(cell.state is State.COUNT for cell in cells.values())
    wrong = any(cell.state is State.NO_COUNT for cell in cells.values())
    holds = False if wrong else True if counts == len(cells) else None
    blank = all(cell.state in (State.COUNT, State.BLANK) for cell in cells.values())
    return Equation("GID-I07", "row", row, counts, len(cells), holds, True if holds is None and blank else None)
