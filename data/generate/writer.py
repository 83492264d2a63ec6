"""Departmental tables as their declarations describe them, written as CSV files and read back."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from rows import Row, Tables, Value

# A report's own form is published; it is no record that could stand in for one.
_NOT_MADE = frozenset({"disclosure_form"})
_TYPES: dict[str, type] = {"text": str, "code": str, "integer": int, "decimal": Decimal, "date": date}


@dataclass(frozen=True)
class Column:
    """One declared column; `codes` maps codes to Chinese labels and is empty unless the type is code."""

    name: str
    title: str
    type: str
    codes: dict[str, str]

    def print(self, value: Value) -> str:
        """Print a cell: the label of a code, an ISO date, nothing for null."""
        if value is None:
            return ""
        if not isinstance(value, _TYPES[self.type]):
            raise TypeError(f"{self.name} is declared {self.type} and holds {value!r}")
        if self.type == "code":
            return self.codes[str(value)]
        return str(value)

    def parse(self, cell: str) -> Value:
        """Read a cell back."""
        if not cell:
            return None
        if self.type == "code":
            return next(code for code, label in self.codes.items() if label == cell)
        if self.type == "date":
            return date.fromisoformat(cell)
        if self.type == "integer":
            return int(cell)
        return Decimal(cell) if self.type == "decimal" else cell


@dataclass(frozen=True)
class Declaration:
    """One departmental table as expectations/tables declares it."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


def declarations(folder: Path) -> Iterator[Declaration]:
    """Read the tables that departments fill in; those computed by a query or published are left out."""
    for path in sorted(folder.glob("*.yml")):
        declared: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "sql" not in declared and declared["table"] not in _NOT_MADE:
            columns = (
                Column(name, column["title"]["zh"], column["type"], column.get("codes", {}))
                for name, column in declared["columns"].items()
            )
            yield Declaration(declared["table"], tuple(declared["key"]), tuple(columns))


def write(tables: Tables, declared: list[Declaration], folder: Path) -> None:
    """Write each table as a CSV file that Excel and WPS open: UTF-8 with a mark, Chinese headers."""
    _alike("tables", set(tables), {declaration.name for declaration in declared})
    folder.mkdir(parents=True, exist_ok=True)
    for declaration in declared:
        with (folder / f"{declaration.name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow([column.title for column in declaration.columns])
            out.writerows(_cells(row, declaration) for row in tables[declaration.name])


def _cells(row: Row, declaration: Declaration) -> list[str]:
    _alike(declaration.name, set(row), {column.name for column in declaration.columns})
    return [column.print(row[column.name]) for column in declaration.columns]


def _alike(what: str, made: set[str], declared: set[str]) -> None:
    if made != declared:
        raise ValueError(f"{what}: made or declared, but not both: {', '.join(sorted(made ^ declared))}")


def read(declared: list[Declaration], folder: Path) -> Tables:
    """Read the written files back, cells typed and labels turned into codes."""
    return {declaration.name: _rows(declaration, folder) for declaration in declared}


def _rows(declaration: Declaration, folder: Path) -> list[Row]:
    with (folder / f"{declaration.name}.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    if header != [column.title for column in declaration.columns]:
        raise ValueError(f"{declaration.name}.csv: unexpected header {header}")
    return [
        {column.name: column.parse(cell) for column, cell in zip(declaration.columns, line, strict=True)}
        for line in lines
    ]
