"""What a departmental table is: columns, types, codes, key, accepted headers; and tables computed from others."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import model_validator

from audit.errors import RulebookError
from audit.model import Strict, Text
from audit.rulebook.documents import read_yaml, record

JUDGEMENTS = ("in_time", "late", "open", "overdue")
Type = Literal["text", "code", "date", "integer", "decimal"]


class Column(Strict):
    """One column.  `also` lists further accepted headers; `confidential` keeps its cells out of every output."""

    type: Type
    title: Text
    also: tuple[str, ...] = ()
    codes: dict[str, str] = {}
    unit: str = ""
    confidential: bool = False

    @model_validator(mode="after")
    def _codes_where_due(self) -> Column:
        if (self.type == "code") != bool(self.codes):
            raise ValueError("a code column lists its codes, and no other column does")
        return self


class TableSpec(Strict):
    """One table.  With `sql` it is computed from `sources` instead of delivered.

    `judged` names the columns that time limits add to it: for each rule the judgement and the last day.
    """

    table: str
    domain: str
    title: Text
    grain: Text
    key: tuple[str, ...]
    columns: dict[str, Column]
    judged: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sql: str = ""

    @model_validator(mode="after")
    def _key_is_declared(self) -> TableSpec:
        if not self.key or set(self.key) - set(self.columns):
            raise ValueError("the key must name declared columns")
        if bool(self.sql) != bool(self.sources):
            raise ValueError("a computed table has both sql and sources")
        heads: dict[str, str] = {}
        for name, column in self.columns.items():
            for header in (name, column.title.zh, column.title.en, *column.also):
                if heads.setdefault(header, name) != name:
                    raise ValueError(f"the header {header} would be read as {heads[header]} and as {name}")
        return self

    def codes_of(self, column: str) -> tuple[str, ...]:
        """The codes that a column can hold; judgements have four of their own."""
        return tuple(self.columns[column].codes) if column in self.columns else JUDGEMENTS

    @property
    def all_columns(self) -> dict[str, Type]:
        """Every column that a suite may name, with its type."""
        types = {name: column.type for name, column in self.columns.items()}
        return types | {name: "date" if name.endswith("_due") else "code" for name in self.judged}


def read_tables(folder: Path) -> dict[str, TableSpec]:
    """Every `*.yml` of `folder`, by table name.  Raises RulebookError."""
    specs = {}
    for path in sorted(folder.glob("*.yml")):
        spec = record(TableSpec, read_yaml(path), path.name)
        if spec.table != path.stem:
            raise RulebookError(f"the table is called {spec.table}", where=path.name, remedy="call it like its file")
        specs[spec.table] = spec
    return specs
