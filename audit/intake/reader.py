"""The one typed reader: declared columns, declared types, keys as text, faults with their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from audit.errors import DataFault, Excerpt, IntakeError
from audit.intake.body import sort_rows
from audit.intake.controls import take_control
from audit.intake.convert import convert
from audit.intake.files import MOST_BYTES, SUFFIXES, open_delivery
from audit.intake.header import Headers, Located, locate
from audit.intake.record import Repair
from audit.intake.sheets import written
from audit.intake.words import MASK, Place, RefusedError, fault, nameless
from audit.model import Control, Text
from audit.rulebook.tables import TableSpec

DECIMAL = pd.ArrowDtype(pa.decimal128(18, 4))
DTYPES: dict[str, Any] = {
    "text": "str",
    "code": "str",
    "date": "datetime64[us]",
    "integer": "Int64",
    "decimal": DECIMAL,
}


@dataclass(frozen=True)
class Table:
    """One table in memory, one column per declared column.

    `control` holds the totals taken on reading, `repairs` everything that was done to the file to read it.
    """

    spec: TableSpec
    frame: pd.DataFrame
    control: Control | None = None
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True)
class Stored:
    """One table that stays out of memory: `relation` is what stands after FROM to read it, with declared types.

    `lasting` says that reading it again is as cheap as reading a copy.
    """

    spec: TableSpec
    relation: str
    rows: int
    control: Control | None = None
    repairs: tuple[Repair, ...] = ()
    lasting: bool = True


class Scanner(Protocol):
    """What reads files that are too large to be loaded."""

    def takes(self, path: Path) -> bool:
        """Whether it reads this file."""

    def read(self, path: Path, shown: str, spec: TableSpec, faults: list[DataFault]) -> Stored | None:
        """The table, or None after noting why it cannot be used."""


@dataclass(frozen=True)
class Tables(Mapping[str, Table]):
    """The tables of an engagement by name; `absent` gives the reason for each that was not supplied.

    `stored` are the tables that were not loaded; looking up and counting leave them aside.
    """

    items_: dict[str, Table]
    absent: dict[str, Text]
    stored: dict[str, Stored] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Table:
        return self.items_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    @property
    def controls(self) -> tuple[Control, ...]:
        """The control totals of every delivered table, by name."""
        return tuple(table.control for table in self._delivered if table.control)

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The intake record of every delivered table, by name."""
        return tuple(repair for table in self._delivered for repair in table.repairs)

    @property
    def _delivered(self) -> list[Table | Stored]:
        both: dict[str, Table | Stored] = {**self.items_, **self.stored}
        return [both[name] for name in sorted(both)]


def read_tables(
    folder: Path, specs: dict[str, TableSpec], not_supplied: Mapping[str, Text], scanner: Scanner | None = None
) -> Tables:
    """Read every table of `specs` from `folder` (`<table>` with one of the endings in `files.SUFFIXES`).

    What `scanner` takes is left to it and not loaded.

    Raises IntakeError with every fault of every file: a file missing that `not_supplied` does not excuse,
    a file that is not what its name says, a missing column, a cell that can be read in no way or in two.
    """
    faults: list[DataFault] = []
    excerpts: list[Excerpt] = []
    found: dict[str, Table] = {}
    stored: dict[str, Stored] = {}
    for name, spec in specs.items():
        paths = [path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file()]
        shown = f"{folder.parent.name}/{folder.name}/{paths[0].name if paths else name + '.csv'}"
        if name in not_supplied:
            if paths:
                faults.append(fault("declared_absent", Place(shown)))
        elif not paths:
            faults.append(_missing(folder, spec, Place(shown)))
        elif len(paths) > 1:
            faults.append(fault("two_files", Place(shown), name=paths[1].name))
        elif scanner and scanner.takes(paths[0]):
            left = scanner.read(paths[0], shown, spec, faults)
            if left:
                stored[name] = left
        else:
            table = _read(paths[0], shown, spec, faults, excerpts)
            if table:
                found[name] = table
    if faults:
        raise IntakeError(faults, excerpts)
    return Tables(found, {name: reason for name, reason in not_supplied.items() if name in specs}, stored)


def _missing(folder: Path, spec: TableSpec, place: Place) -> DataFault:
    others = sorted(path.name for path in folder.glob(f"{spec.table}.*") if path.is_file())
    if others:
        return fault("other_kind", place, title=spec.title.zh, name=others[0])
    return fault("missing", place, title=spec.title.zh)


def _read(path: Path, shown: str, spec: TableSpec, faults: list[DataFault], excerpts: list[Excerpt]) -> Table | None:
    headers = Headers(spec)
    try:
        content = _content(path, shown)
        delivery = open_delivery(path, content, shown, headers.matched)
    except RefusedError as refused:
        faults.append(refused.fault)
        return None
    located = locate(delivery, spec, headers, shown, faults)
    if located is None:
        return None
    own: list[DataFault] = []
    body = sort_rows(located, spec, headers, shown, own)
    converted = convert(located, body, spec, shown)
    own += converted.faults
    if own:
        faults += sorted(own, key=lambda found: found.row or 0)
        excerpts.append(_excerpt(located, spec, shown, {found.row for found in own}))
        return None
    notes = (*delivery.notes, *located.notes, *body.notes)
    done = [Repair(shown, note.sheet, note.row, "", nameless(note.before), note.after, note.what) for note in notes]
    repairs = (*done, *sorted(converted.repairs, key=lambda repair: repair.row or 0))
    data = converted.columns
    frame = pd.DataFrame({name: pd.Series(data[name], dtype=DTYPES[spec.columns[name].type]) for name in spec.columns})
    return Table(spec, frame, take_control(spec, shown, content, frame, located.ignored), repairs)


def _content(path: Path, shown: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES and path.suffix != ".parquet":
            raise RefusedError(fault("too_big", Place(shown), size=size // 2**20))
        return path.read_bytes()
    except OSError as error:
        raise RefusedError(fault("unreachable", Place(shown), error=error.strerror or "")) from None


def _excerpt(located: Located, spec: TableSpec, shown: str, numbers: set[int | None]) -> Excerpt:
    """The faulty rows as delivered, for the workbook that goes back."""
    hidden = {located.positions[name] for name, column in spec.columns.items() if column.confidential}
    rows = tuple(
        (number, tuple(MASK if place in hidden and cell else written(cell) for place, cell in enumerate(cells)))
        for number, cells in located.sheet.rows
        if number in numbers
    )
    return Excerpt(shown, located.sheet.name, located.headers, rows)
