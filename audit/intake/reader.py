"""The one typed reader: declared columns, declared types, keys as text, faults with their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from audit.errors import DataFault, IntakeError
from audit.intake.controls import take_control
from audit.intake.files import SUFFIXES, Grid, UnreadableError, read_grid
from audit.model import Control
from audit.rulebook.tables import Column, TableSpec

DECIMAL = pd.ArrowDtype(pa.decimal128(18, 4))
DTYPES: dict[str, Any] = {
    "text": "str",
    "code": "str",
    "date": "datetime64[us]",
    "integer": "Int64",
    "decimal": DECIMAL,
}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_REMEDIES = {
    "date": "write it as 2021-03-05",
    "integer": "write a whole number in digits",
    "decimal": "write a number in digits",
}


@dataclass(frozen=True)
class Table:
    """One table in memory, one column per declared column, with the control totals taken on reading."""

    spec: TableSpec
    frame: pd.DataFrame
    control: Control | None = None


@dataclass(frozen=True)
class Tables(Mapping[str, Table]):
    """The tables of an engagement by name; `absent` gives the reason for each that was not supplied."""

    items_: dict[str, Table]
    absent: dict[str, str]

    def __getitem__(self, name: str) -> Table:
        return self.items_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    @property
    def controls(self) -> tuple[Control, ...]:
        """The control totals of every delivered table, by name."""
        return tuple(table.control for _, table in sorted(self.items_.items()) if table.control)


def read_tables(folder: Path, specs: dict[str, TableSpec], not_supplied: dict[str, str]) -> Tables:
    """Read every table of `specs` from `folder` (`<table>.csv`, `.xlsx` or `.parquet`).

    Raises IntakeError with every fault of every file: a file missing that `not_supplied` does not excuse,
    a file that is not what its name says, a missing column, a cell that its type does not allow.
    """
    faults: list[DataFault] = []
    found: dict[str, Table] = {}
    for name, spec in specs.items():
        paths = [path for suffix in SUFFIXES if (path := folder / f"{name}{suffix}").is_file()]
        shown = f"{folder.parent.name}/{folder.name}/{paths[0].name if paths else name + '.csv'}"
        if name in not_supplied:
            if paths:
                remedy = "remove the table from not_supplied in engagement.toml, or take the file away"
                faults.append(DataFault(shown, "the table is declared as not supplied, but it is here", remedy))
        elif not paths:
            remedy = "ask the department for it, or name the table under not_supplied in engagement.toml"
            faults.append(DataFault(shown, f"the file is missing ({spec.title.zh})", remedy))
        elif len(paths) > 1:
            faults.append(DataFault(shown, f"there is also {paths[1].name}", "keep one of the two"))
        else:
            table = _read(paths[0], shown, spec, faults)
            if table:
                found[name] = table
    if faults:
        raise IntakeError(faults)
    return Tables(found, {name: reason for name, reason in not_supplied.items() if name in specs})


def _read(path: Path, shown: str, spec: TableSpec, faults: list[DataFault]) -> Table | None:
    content = path.read_bytes()
    try:
        grid = read_grid(path, content, shown)
    except UnreadableError as unreadable:
        faults.append(unreadable.fault)
        return None
    columns, ignored = _match_header(grid, shown, spec, faults)
    if columns is None:
        return None
    before = len(faults)
    data = {name: _convert(grid, position, name, spec, shown, faults) for name, position in columns.items()}
    _refuse_overlong(grid, shown, faults)
    if len(faults) > before:
        return None
    frame = pd.DataFrame({name: pd.Series(data[name], dtype=DTYPES[spec.columns[name].type]) for name in spec.columns})
    return Table(spec, frame, take_control(spec, shown, content, frame, ignored))


def _match_header(
    grid: Grid, shown: str, spec: TableSpec, faults: list[DataFault]
) -> tuple[dict[str, int] | None, tuple[str, ...]]:
    """(position of each declared column, headers that name none), or None after noting the faults."""
    accepted = {
        header: name
        for name, column in spec.columns.items()
        for header in (name, column.title.zh, column.title.en, *column.also)
    }
    positions: dict[str, int] = {}
    ignored: list[str] = []
    before = len(faults)
    for position, header in enumerate(grid.header):
        name = accepted.get(header)
        if name is None:
            ignored.append(header)
        elif name in positions:
            problem = f"two columns are read as {spec.columns[name].title.zh}"
            faults.append(DataFault(shown, problem, "keep one", grid.sheet, column=header))
        else:
            positions[name] = position
    for name, column in spec.columns.items():
        if name not in positions:
            remedy = f"add it, headed {'、'.join((column.title.zh, *column.also))} or {name}"
            problem = f"the column {column.title.zh} is missing"
            faults.append(DataFault(shown, problem, remedy, grid.sheet, column=column.title.zh))
    return (positions if len(faults) == before else None), tuple(h for h in ignored if h)


def _convert(
    grid: Grid, position: int, name: str, spec: TableSpec, shown: str, faults: list[DataFault]
) -> list[object]:
    column = spec.columns[name]
    parse = _parser(column)
    known: dict[str, object] = {"": None}
    out: list[object] = []
    for number, row in grid.rows:
        cell = row[position].strip() if position < len(row) else ""
        if not cell and name in spec.key:
            remedy = "every record needs its key; fill it in or remove the row"
            faults.append(DataFault(shown, "the key is empty", remedy, grid.sheet, number, column.title.zh))
        if cell not in known:
            try:
                known[cell] = parse(cell)
            except ValueError as error:
                remedy = _REMEDIES.get(column.type, str(error))
                problem = {"code": "unknown code"}.get(column.type, f"this is no {column.type}")
                faults.append(DataFault(shown, problem, remedy, grid.sheet, number, column.title.zh, cell))
                out.append(None)
                continue
        out.append(known[cell])
    return out


def _parser(column: Column) -> Callable[[str], object]:
    match column.type:
        case "date":
            return _date
        case "integer":
            return _integer
        case "decimal":
            return _decimal
        case "code":
            codes = column.codes
            by_label = {label: code for code, label in codes.items()}

            def code(cell: str) -> str:
                if cell in codes:
                    return cell
                if cell in by_label:
                    return by_label[cell]
                raise ValueError(f"write one of {'、'.join(codes.values())}")

            return code
    return str


def _date(cell: str) -> pd.Timestamp:
    match = _ISO.fullmatch(cell)
    if not match:
        raise ValueError(cell)
    return pd.Timestamp(date(*(int(part) for part in match.groups())))


def _integer(cell: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", cell):
        raise ValueError(cell)
    return int(cell)


def _decimal(cell: str) -> Decimal:
    if not re.fullmatch(r"-?\d{1,14}(\.\d{1,4})?", cell):
        raise ValueError(cell)
    return Decimal(cell)


def _refuse_overlong(grid: Grid, shown: str, faults: list[DataFault]) -> None:
    headed = {position for position, header in enumerate(grid.header) if header}
    for number, row in grid.rows:
        if any(cell.strip() for position, cell in enumerate(row) if position not in headed):
            remedy = "put text that holds a comma in quotation marks, or head the column"
            faults.append(DataFault(shown, "the row has more cells than the header", remedy, grid.sheet, number))
