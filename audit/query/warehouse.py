"""The tables in DuckDB, in memory or where they lie, together with the tables that are computed from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from audit import words
from audit.clocks import Calendar
from audit.clocks.period import judge
from audit.errors import AuditError, RulebookError
from audit.intake.reader import DTYPES, Stored, Table, Tables
from audit.model import Period
from audit.query.clock import judged_sql, lay_calendar, translated
from audit.query.machine import Engine
from audit.query.store import Asked, SqlError, Store, parquet, quoted
from audit.query.tally import Tally, tally
from audit.rulebook import Rule, Rulebook, TableSpec

SQL_TYPES = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "date": "TIMESTAMP",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18,4)",
}
_SPECIMEN = 5000


@dataclass(frozen=True)
class Selection:
    """The records a measure selects: their keys, in order, and the column it asks for, if any."""

    keys: tuple[str, ...]
    values: tuple[Any, ...]


class Warehouse:
    """An engagement's tables, ready to be queried.  Close it, or use it as a context.

    `tables` are those in memory, `stored` those that are not; `engine` is what holds them against their suites.
    """

    def __init__(
        self,
        tables: Tables,
        book: Rulebook,
        period: Period,
        calendar: Calendar,
        store: Store | None = None,
        engine: Engine = "pandas",
    ) -> None:
        """Judges the time limits, then computes every computed table whose sources are here.

        A `store` that is given is left open when the warehouse closes.
        """
        self.period, self.calendar, self._book, self.engine = period, calendar, book, engine
        self.absent = dict(tables.absent)
        self.tables: dict[str, Table] = {}
        self.stored: dict[str, Stored] = {}
        self._lent = store is not None
        self.store = Store(threads=2) if store is None else store
        for table in tables.values():
            self._add(self.judged(table))
        for left in tables.stored.values():
            self._lay(left)
        waiting = dict(book.computed)
        while ready := [name for name, spec in waiting.items() if all(map(self.has, spec.sources))]:
            for name in ready:
                spec = waiting.pop(name)
                if any(source in self.stored for source in spec.sources):
                    self._store(Stored(spec, self._computed(spec), 0))
                else:
                    self._add(Table(spec, self._compute(spec)))
        for name, spec in waiting.items():
            missing = next(source for source in spec.sources if not self.has(source))
            self.absent[name] = self.absent.get(missing, words.same(missing))

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._lent:
            self.store.close()

    def has(self, name: str) -> bool:
        """Whether the table is here, in memory or not."""
        return name in self.tables or name in self.stored

    def spec(self, name: str) -> TableSpec:
        """The declaration of a table that is here."""
        return (self.tables.get(name) or self.stored[name]).spec

    def judged(self, table: Table) -> Table:
        """The table with, for each time limit on it, the judgement of each row and its last day."""
        added = {}
        for rule in self._limits(table.spec):
            found = judge(rule, table.frame, self.calendar, self.period.as_of)
            added[rule.column], added[f"{rule.column}_due"] = found.verdict, found.due
        return Table(table.spec, table.frame.assign(**added), table.control)

    def rows(self, name: str) -> int:
        """Rows of a table; a computed table has none when one of its sources has none."""
        if any(self.rows(source) == 0 for source in self.spec(name).sources):
            return 0
        return len(self.tables[name].frame) if name in self.tables else self.stored[name].rows

    def select(self, sql: str, spec: TableSpec, value: str | None, where: str) -> Selection:
        """Run a measure's SQL and take the key of `spec` and the column `value` from it, ordered by key.

        Raises RulebookError when the SQL fails or lacks a column.
        """
        columns = [quoted(column) for column in (*spec.key, *([value] if value else []))]
        order = ", ".join(f"{column} NULLS LAST" for column in columns)
        query = f"SELECT {', '.join(columns)} FROM ({_plain(sql)}) AS found ORDER BY {order}"
        try:
            rows = self._measuring().rows(query, self._dates(sql))
        except SqlError as problem:
            raise _unusable(problem, where) from None
        width = len(spec.key)
        keys = tuple("|".join(str(part) for part in row[:width]) for row in rows)
        return Selection(keys, tuple(row[width] for row in rows) if value else ())

    def tally(self, sql: str, spec: TableSpec, value: str | None, where: str) -> Tally:
        """The same without keeping it, for tables that are not in memory.  Raises RulebookError."""
        try:
            return tally(self._measuring(), _plain(sql), self._dates(sql), spec.key, value)
        except SqlError as problem:
            raise _unusable(problem, where) from None

    def listed(self, sql: str, where: str) -> list[tuple[Any, ...]]:
        """The rows of any query on the tables, in the order it asks for.  Raises RulebookError when it fails."""
        try:
            return self.store.rows(_plain(sql), self._dates(sql))
        except SqlError as problem:
            raise _unusable(problem, where) from None

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of a table's records, sorted."""
        listed = ", ".join(map(quoted, self.spec(name).key))
        rows = self.listed(f"SELECT {listed} FROM {quoted(name)}", f"table {name}")
        return tuple(sorted("|".join(map(str, row)) for row in rows))

    def specimen(self, name: str) -> Table | None:
        """The table itself where it is in memory, else its first rows; None where it is not here."""
        if name not in self.stored:
            return self.tables.get(name)
        spec = self.stored[name].spec
        frame = self.store.run(f"SELECT * FROM {quoted(name)} LIMIT {_SPECIMEN}").df()
        return Table(spec, frame.astype({column: DTYPES[kind] for column, kind in spec.all_columns.items()}))

    @contextmanager
    def source(self, table: Table | Stored) -> Iterator[str]:
        """A table, of this warehouse or planted, as something that can stand after FROM."""
        if isinstance(table, Stored):
            yield quoted(table.spec.table)
        else:
            with self.store.shown(table.frame) as name:
                yield name

    def _measuring(self) -> Asked:
        """What takes the measures."""
        return self.store

    def _limits(self, spec: TableSpec) -> list[Rule]:
        return [rule for rule in self._book.rules.values() if rule.clock and rule.clock.table == spec.table]

    def _add(self, table: Table) -> None:
        self.tables[table.spec.table] = table
        self.store.connection.register(table.spec.table, table.frame)

    def _lay(self, table: Stored) -> None:
        """Bring in a delivered table with its judgements, as a copy where reading it again is dear."""
        spec, rules = table.spec, self._limits(table.spec)
        if not rules and table.lasting:
            self._store(table)
            return
        lay_calendar(self.store, self.calendar)
        query = judged_sql(rules, table.relation, spec.columns, self.period.as_of)
        digest = table.control.digest if table.control else ""
        try:
            path = self.store.lay_down(query, f"{spec.table}-{digest}-{self.period.as_of}", once=bool(digest))
        except SqlError as problem:
            raise translated(problem, self.calendar, spec.table) or AuditError(str(problem), where=spec.table) from None
        self._store(replace(table, relation=parquet(path)))

    def _store(self, table: Stored) -> None:
        name = quoted(table.spec.table)
        self.store.run(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {table.relation}")
        rows = table.rows if table.control else self.store.rows(f"SELECT count(*) FROM {name}")[0][0]
        self.stored[table.spec.table] = replace(table, rows=rows)

    def _compute(self, spec: TableSpec) -> pd.DataFrame:
        try:
            frame = self.store.run(spec.sql, self._dates(spec.sql)).df()
        except SqlError as problem:
            raise _unusable(problem, f"table {spec.table}") from None
        _check_columns(spec, list(frame.columns))
        return frame.astype({name: DTYPES[column.type] for name, column in spec.columns.items()})

    def _computed(self, spec: TableSpec) -> str:
        """A computed table of which a source is not in memory: as a file, typed as declared."""
        sql = re.sub(r"\$(\w+)", lambda name: f"DATE '{self._day(name[1])}'", _plain(spec.sql))
        try:
            _check_columns(spec, list(self.store.columns(f"({sql})")))
            listed = ", ".join(
                f"CAST({quoted(n)} AS {SQL_TYPES[c.type]}) AS {quoted(n)}" for n, c in spec.columns.items()
            )
            return parquet(self.store.lay_down(f"SELECT {listed} FROM ({sql})", spec.table))
        except SqlError as problem:
            raise _unusable(problem, f"table {spec.table}") from None

    def _day(self, name: str) -> date:
        return {"period_start": self.period.start, "period_end": self.period.end, "as_of": self.period.as_of}[name]

    def _dates(self, sql: str) -> dict[str, date]:
        """The dates of the period that a query asks for."""
        return {name: self._day(name) for name in ("period_start", "period_end", "as_of") if f"${name}" in sql}


def _check_columns(spec: TableSpec, found: list[str]) -> None:
    if found != list(spec.columns):
        raise RulebookError(
            f"the SQL of {spec.table} gives {found}",
            where=f"expectations/tables/{spec.table}.yml",
            remedy=f"select exactly {list(spec.columns)}",
        )


def _plain(sql: str) -> str:
    return sql.strip().rstrip(";")


def _unusable(problem: SqlError, where: str) -> RulebookError:
    return RulebookError(f"the SQL cannot be run: {problem}", where=where, remedy="correct the SQL")
