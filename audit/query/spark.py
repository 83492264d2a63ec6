"""The warehouse for Spark: DuckDB reads, judges the time limits and computes; Spark takes the measures.

What is read and computed is laid down as Parquet for Spark, table by table, when a query first names it.  Measures
are written in the SQL that both understand; a test takes every one of them by both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from audit.intake.reader import Stored, Table
from audit.query.session import spark_session
from audit.query.store import Asked, SqlError, quoted
from audit.query.warehouse import Warehouse

_BATCH = 10_000
_SMALL = 200_000
_SETTINGS = {"ansi.enabled": "true", "ansi.doubleQuotedIdentifiers": "true"}
# For few rows Spark takes longer to compile a query than to carry it out.
_UNCOMPILED = {
    "codegen.wholeStage": "false",
    "codegen.factoryMode": "NO_CODEGEN",
    "adaptive.enabled": "false",
    "shuffle.partitions": "1",
}


class SparkWarehouse(Warehouse):
    """A warehouse whose measures are taken by Spark."""

    _spark: SparkTables | None = None

    def _measuring(self) -> Asked:
        return self.spark

    @property
    def spark(self) -> SparkTables:
        """The tables in Spark; the session begins when it is first asked for."""
        if self._spark is None:
            self._spark = SparkTables(self)
        return self._spark


class SparkTables:
    """Queries in Spark over the tables of one warehouse."""

    def __init__(self, house: Warehouse) -> None:
        """Each warehouse has a session of its own, so that two years do not mix."""
        self._house, self._session = house, spark_session().newSession()
        small = max((house.rows(name) for name in (*house.tables, *house.stored)), default=0) < _SMALL
        for name, value in (_SETTINGS | _UNCOMPILED if small else _SETTINGS).items():
            self._session.conf.set(f"spark.sql.{name}", value)
        self._known: set[str] = set()

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query.  Raises SqlError."""
        with _told():
            return [tuple(row) for row in self._query(sql, values).collect()]

    def batches(self, sql: str, values: Mapping[str, Any] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a query, which selects text, as Arrow batches.  Raises SqlError."""
        with _told():
            kept: list[str] = []
            for row in self._query(sql, values).toLocalIterator():
                kept.append(row[0])
                if len(kept) == _BATCH:
                    yield pa.record_batch([pa.array(kept, pa.string())], names=["line"])
                    kept = []
            if kept:
                yield pa.record_batch([pa.array(kept, pa.string())], names=["line"])

    def columns(self, source: str, values: Mapping[str, Any] | None = None) -> dict[str, str]:
        """The columns of anything that can stand after FROM, with the types' names in SQL.  Raises SqlError."""
        with _told():
            found = self._query(f"SELECT * FROM {source}", values).schema
        return {column.name: column.dataType.simpleString().upper() for column in found}

    def frame(self, table: Table | Stored) -> Any:
        """One table, of the warehouse or planted, as Spark's own frame."""
        store = self._house.store
        with self._house.source(table) as source:
            path = store.lay_down(f"SELECT * FROM {source}", f"spark-{table.spec.table}-{id(table)}")
        return self._session.read.parquet(str(path))

    def _query(self, sql: str, values: Mapping[str, Any] | None) -> Any:
        for name in set(re.findall(r"\w+", sql)) - self._known:
            if self._house.has(name):
                path = self._house.store.lay_down(f"SELECT * FROM {quoted(name)}", f"spark-{name}")
                self._session.read.parquet(str(path)).createOrReplaceTempView(name)
                self._known.add(name)
        return self._session.sql(re.sub(r"\$(\w+)", r":\1", sql), args=dict(values or {}))


@contextmanager
def _told() -> Iterator[None]:
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as problem:
        lines = str(problem).strip().splitlines() or ["no message"]
        raise SqlError(lines[0][:300]) from None
