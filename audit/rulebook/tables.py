"""What a departmental table is: columns, types, codes, key, accepted headers; and tables computed from others."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import model_validator

from audit.errors import RulebookError
from audit.model import Strict, Text
from audit.rulebook.documents import read_yaml, record

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


class Derived(Strict):
    """A date computed from another by a dated rule, added after reading."""

    rule: str
    from_: str
    title: Text

    @model_validator(mode="before")
    @classmethod
    def _from_is_a_keyword(cls, content: dict[str, object]) -> dict[str, object]:
        return {("from_" if key == "from" else key): value for key, value in content.items()}


class TableSpec(Strict):
    """One table.  With `sql` it is computed from `sources` instead of delivered."""

    table: str
    domain: str
    title: Text
    grain: Text
    key: tuple[str, ...]
    columns: dict[str, Column]
    derived: dict[str, Derived] = {}
    sources: tuple[str, ...] = ()
    sql: str = ""

    @model_validator(mode="after")
    def _key_is_declared(self) -> TableSpec:
        if not self.key or set(self.key) - set(self.columns):
            raise ValueError("the key must name declared columns")
        if bool(self.sql) != bool(self.sources):
            raise ValueError("a computed table has both sql and sources")
        if any(derived.from_ not in self.columns for derived in self.derived.values()):
            raise ValueError("a derived column starts from a declared column")
        heads: dict[str, str] = {}
        for name, column in self.columns.items():
            for header in (name, column.title.zh, column.title.en, *column.also):
                if heads.setdefault(header, name) != name:
                    raise ValueError(f"the header {header} would be read as {heads[header]} and as {name}")
        return self

    @property
    def all_columns(self) -> dict[str, Type]:
        """Every column that a suite may name, with its type."""
        return {name: column.type for name, column in self.columns.items()} | dict.fromkeys(self.derived, "date")


def read_tables(folder: Path) -> dict[str, TableSpec]:
    """Every `*.yml` of `folder`, by table name.  Raises RulebookError."""
    specs = {}
    for path in sorted(folder.glob("*.yml")):
        spec = record(TableSpec, read_yaml(path), path.name)
        if spec.table != path.stem:
            raise RulebookError(f"the table is called {spec.table}", where=path.name, remedy="call it like its file")
        specs[spec.table] = spec
    return specs
