"""An engagement's tables as lists of dictionaries, read with nothing but csv: the second way into the data.

A cell that takes any interpretation at all (a date in another form, a label that is no code) is not read here: its
table is then taken from the package's own reader, and the certificate says so by name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from audit.intake import Tables
from audit.rulebook.tables import Column, TableSpec

Row = dict[str, Any]
_ODD = re.compile("[\u3000\ufeff\u200b-\u200d\u2060\r\n]|^\\s|\\s$")
_NUMBER = {"integer": re.compile(r"-?\d{1,15}"), "decimal": re.compile(r"-?\d{1,14}(?:\.\d{1,4})?")}


class NotPlainError(ValueError):
    """A file that this reader does not read: it says why."""


@dataclass(frozen=True)
class PlainTables:
    """Rows by table; `shared` gives, for each table that the package's own reader had to read, why."""

    rows: dict[str, list[Row]]
    shared: dict[str, str]


def read_plainly(folder: Path, specs: Mapping[str, TableSpec], tables: Tables) -> PlainTables:
    """Every table that was delivered.  `tables` are those of the package's own reader, for what is not plain."""
    rows: dict[str, list[Row]] = {}
    shared: dict[str, str] = {}
    for name, table in tables.items():
        try:
            rows[name] = _read(folder / f"{name}.csv", specs[name])
        except NotPlainError as error:
            shared[name] = str(error)
            rows[name] = _as_rows(table.frame, specs[name])
    return PlainTables(rows, shared)


def _read(path: Path, spec: TableSpec) -> list[Row]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        raise NotPlainError("no CSV file") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotPlainError(f"no plain CSV: {error}") from None
    heads = {
        head: name
        for name, column in spec.columns.items()
        for head in (name, column.title.zh, column.title.en, *column.also)
    }
    header = lines[0] if lines else []
    names = [heads.get(head, "") for head in header]
    if sorted(filter(None, names)) != sorted(spec.columns) or len(set(header)) != len(header):
        raise NotPlainError("the header is not that of the table, column by column")
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(line):
            continue
        if len(line) != len(names):
            raise NotPlainError(f"row {number} has {len(line)} cells")
        found.append(
            {name: _cell(cell, spec.columns[name], number) for name, cell in zip(names, line, strict=True) if name}
        )
    if any(row[name] is None for row in found for name in spec.key):
        raise NotPlainError("a key is empty")
    return found


def _cell(cell: str, column: Column, number: int) -> Any:
    if cell == "":
        return None
    if _ODD.search(cell):
        raise NotPlainError(f"row {number} has spaces or line breaks that need tidying")
    match column.type:
        case "text":
            return cell
        case "code":
            words = {label: code for code, label in column.codes.items()} | {code: code for code in column.codes}
            if cell in words:
                return words[cell]
        case "date":
            if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
                return date.fromisoformat(cell)
        case kind:
            if _NUMBER[kind].fullmatch(cell):
                return int(cell) if kind == "integer" else Decimal(cell)
    raise NotPlainError(f"row {number} has a cell that takes interpretation")


def _as_rows(frame: pd.DataFrame, spec: TableSpec) -> list[Row]:
    return [
        {name: _as_plain(value, spec.columns[name].type) for name, value in record.items() if name in spec.columns}
        for record in frame.to_dict("records")
    ]


def _as_plain(value: Any, kind: str) -> Any:
    if value is None or value is pd.NaT or pd.isna(value):
        return None
    if kind == "date":
        return pd.Timestamp(value).date()
    if kind == "integer":
        return int(value)
    return Decimal(str(value)) if kind == "decimal" else str(value)
