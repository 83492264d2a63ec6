"""The tables in DuckDB, in memory, together with the tables that are computed from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from audit.clocks import Calendar
from audit.clocks.period import judge
from audit.errors import RulebookError
from audit.intake.reader import DTYPES, Table, Tables
from audit.model import Period
from audit.rulebook import Rulebook, TableSpec


@dataclass(frozen=True)
class Selection:
    """The records a measure selects: their keys, in order, and the column it asks for, if any."""

    keys: tuple[str, ...]
    values: tuple[Any, ...]


class Warehouse:
    """An engagement's tables, ready to be queried.  Close it, or use it as a context."""

    def __init__(self, tables: Tables, book: Rulebook, period: Period, calendar: Calendar) -> None:
        """Judges the time limits, then computes every computed table whose sources are here."""
        self.period, self.calendar, self._book = period, calendar, book
        self.absent = dict(tables.absent)
        self.tables: dict[str, Table] = {}
        self._connection = duckdb.connect(":memory:", config={"threads": 2})
        for table in tables.values():
            self._add(self.judged(table))
        waiting = dict(book.computed)
        while ready := [name for name, spec in waiting.items() if set(spec.sources) <= set(self.tables)]:
            for name in ready:
                spec = waiting.pop(name)
                self._add(Table(spec, self._compute(spec)))
        for name, spec in waiting.items():
            missing = next(source for source in spec.sources if source not in self.tables)
            self.absent[name] = self.absent.get(missing, missing)

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def judged(self, table: Table) -> Table:
        """The table with, for each time limit on it, the judgement of each row and its last day."""
        added = {}
        for rule in self._book.rules.values():
            if rule.clock is not None and rule.clock.table == table.spec.table:
                found = judge(rule, table.frame, self.calendar, self.period.as_of)
                added[rule.column], added[f"{rule.column}_due"] = found.verdict, found.due
        return Table(table.spec, table.frame.assign(**added), table.control)

    def rows(self, name: str) -> int:
        """Rows of a table; a computed table has none when one of its sources has none."""
        table = self.tables[name]
        if any(self.rows(source) == 0 for source in table.spec.sources):
            return 0
        return len(table.frame)

    def select(self, sql: str, spec: TableSpec, value: str | None, where: str) -> Selection:
        """Run a measure's SQL and take the key of `spec` and the column `value` from it, ordered by key.

        Raises RulebookError when the SQL fails or lacks a column.
        """
        columns = [*spec.key, *([value] if value else [])]
        listed = ", ".join(f'"{column}"' for column in columns)
        rows = self._run(f"SELECT {listed} FROM ({sql.strip().rstrip(';')}) ORDER BY ALL", where).fetchall()
        width = len(spec.key)
        keys = tuple("|".join(str(part) for part in row[:width]) for row in rows)
        return Selection(keys, tuple(row[width] for row in rows) if value else ())

    def listed(self, sql: str, where: str) -> list[tuple[Any, ...]]:
        """The rows of any query on the tables, in the order it asks for.  Raises RulebookError when it fails."""
        return self._run(sql.strip().rstrip(";"), where).fetchall()

    def _add(self, table: Table) -> None:
        self.tables[table.spec.table] = table
        self._connection.register(table.spec.table, table.frame)

    def _compute(self, spec: TableSpec) -> pd.DataFrame:
        frame = self._run(spec.sql, f"table {spec.table}").df()
        if list(frame.columns) != list(spec.columns):
            raise RulebookError(
                f"the SQL of {spec.table} gives {list(frame.columns)}",
                where=f"expectations/tables/{spec.table}.yml",
                remedy=f"select exactly {list(spec.columns)}",
            )
        return frame.astype({name: DTYPES[column.type] for name, column in spec.columns.items()})

    def _run(self, sql: str, where: str) -> duckdb.DuckDBPyConnection:
        dates = {"period_start": self.period.start, "period_end": self.period.end, "as_of": self.period.as_of}
        used = {name: day for name, day in dates.items() if f"${name}" in sql}
        try:
            return self._connection.execute(sql, used)
        except duckdb.Error as error:
            message = str(error).splitlines()[0]
            raise RulebookError(f"the SQL cannot be run: {message}", where=where, remedy="correct the SQL") from None
