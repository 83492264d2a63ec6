"""Records to typed columns: every repair on record, every doubt a fault with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from audit.errors import DataFault
from audit.intake.amounts import DoubtError
from audit.intake.body import Body, Total, fill_merged
from audit.intake.cells import Parsed, reader, shown
from audit.intake.header import Located
from audit.intake.record import Repair
from audit.intake.sheets import Cell, blank, written
from audit.intake.words import MASK, Place, fault
from audit.rulebook.tables import Column, TableSpec


@dataclass
class Converted:
    """The typed columns, the repairs and the faults of one table."""

    columns: dict[str, list[object]] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    faults: list[DataFault] = field(default_factory=list)


def convert(located: Located, body: Body, spec: TableSpec, file: str) -> Converted:
    """Read every record's declared cells, and hold the totals rows against them."""
    out = Converted()
    merged = fill_merged(located, body.records)
    for name, position in located.positions.items():
        work = _ColumnWork(name, position, spec, located, Place(file, located.sheet.name), out)
        out.columns[name] = [work.read(number, cells, merged) for number, cells in body.records]
        if spec.columns[name].type in ("integer", "decimal") and not work.failed:
            for total in body.totals:
                work.check(total, body.totals, out.columns[name])
    headed = {position for position, header in enumerate(located.headers) if header} | set(located.positions.values())
    for number, cells in body.records:
        if any(not blank(cell) for position, cell in enumerate(cells) if position not in headed):
            out.faults.append(fault("overlong", Place(file, located.sheet.name, number)))
    return out


class _ColumnWork:
    """One column of one table, read cell by cell; equal cells are read once."""

    def __init__(
        self, name: str, position: int, spec: TableSpec, located: Located, place: Place, out: Converted
    ) -> None:
        self._column: Column = spec.columns[name]
        self._is_key, self._position = name in spec.key, position
        self._read: Callable[[Cell], Parsed] = reader(self._column, self._is_key, located.sheet.from_1904)
        self._voids, self._place, self._out = located.sheet.voids, place, out
        self._known: dict[tuple[type, Cell], Parsed] = {}
        self.failed = False

    def read(self, number: int, cells: tuple[Cell, ...], merged: dict[tuple[int, int], Cell]) -> object:
        """The typed value of one record's cell."""
        cell = cells[self._position] if self._position < len(cells) else None
        at = (number, self._position)
        if at in self._voids:
            void = self._voids[at]
            return self._doubt(number, DoubtError("formula" if void.startswith("=") else "cell_error"), void)
        if blank(cell) and at in merged:
            cell = merged[at]
            if self._column.type in ("integer", "decimal"):
                return self._doubt(number, DoubtError("merged_number"), written(cell))
            self._repair(number, "", written(cell), "merged")
        try:
            if (type(cell), cell) not in self._known:
                self._known[(type(cell), cell)] = self._read(cell)
        except DoubtError as doubt:
            return self._doubt(number, doubt, written(cell))
        value, repairs = self._known[(type(cell), cell)]
        if repairs:
            self._repair(number, written(cell), shown(value), " ".join(repairs))
        if value is None and self._is_key:
            return self._doubt(number, DoubtError("empty_key"), "")
        return value

    def check(self, total: Total, totals: list[Total], values: list[object]) -> None:
        """Hold one totals row against the sum of the records it stands for."""
        number, cells = total.row
        cell = cells[self._position] if self._position < len(cells) else None
        try:
            said = self._read(cell)[0]
        except DoubtError:
            return  # the label of the row, or a word: no sum
        if not isinstance(said, (int, Decimal)):
            return
        start = max((other.after for other in totals if other.after < total.after), default=0)
        part, whole = _sum(values[start : total.after]), _sum(values)
        grand = sum(not other.partial for other in totals)
        expected = [part] if total.partial else [whole] if grand == 1 else [whole, part]
        if said in expected:
            self._repair(number, written(cell), "", "total_agrees")
        else:
            doubt = DoubtError("total_differs", said=said, sum=expected[0])
            self._doubt(number, doubt, written(cell))

    def _repair(self, number: int, before: str, after: str, what: str) -> None:
        if self._column.confidential:
            before, after = MASK, MASK
        place, title = self._place, self._column.title.zh
        self._out.repairs.append(Repair(place.file, place.sheet, number, title, before, after, what))

    def _doubt(self, number: int, doubt: DoubtError, value: str) -> object:
        self.failed = True
        place = self._place.at(number, self._column.title.zh, self._position)
        value = MASK if self._column.confidential and value else value
        self._out.faults.append(fault(doubt.kind, place, value, **doubt.fields))
        return None


def _sum(values: list[object]) -> Decimal:
    return sum((Decimal(value) for value in values if isinstance(value, (int, Decimal))), Decimal())
