"""DuckDB within bounds: a limit on its memory, a folder to spill into, and no way to the network."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import duckdb
import pandas as pd
import pyarrow as pa

from audit.errors import UsageError
from audit.query.machine import MEMORY


class SqlError(Exception):
    """A query that DuckDB refused, in its first line and without paths."""


class Asked(Protocol):
    """Whatever answers queries: DuckDB, or Spark."""

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query.  Raises SqlError."""

    def batches(self, sql: str, values: Mapping[str, Any] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a query as Arrow batches, one after another.  Raises SqlError."""

    def columns(self, source: str, values: Mapping[str, Any] | None = None) -> dict[str, str]:
        """The columns of anything that can stand after FROM, with DuckDB's types.  Raises SqlError."""


class Store:
    """One DuckDB.  What does not fit into `memory` goes to files, and the files go at the end."""

    def __init__(self, memory: str = MEMORY, *, threads: int | None = None, scratch: Path | None = None) -> None:
        """A folder of its own below `scratch` (None: below the system's) is made when needed, and removed at the end.

        Raises UsageError when `memory` is no amount of memory.
        """
        if scratch:
            scratch.mkdir(parents=True, exist_ok=True)  # DuckDB makes the last folder of a path only
        self._shared = scratch
        self._own = (scratch or Path(tempfile.gettempdir())) / f"audit-{os.getpid()}-{uuid4().hex[:12]}"
        config: dict[str, Any] = {
            "memory_limit": memory,
            "temp_directory": str(self._own),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        try:
            self.connection = duckdb.connect(":memory:", config=config | ({"threads": threads} if threads else {}))
        except duckdb.Error:
            raise UsageError(
                f"{memory!r} is no amount of memory", where="--memory", remedy="write it as 2GB or 800MB"
            ) from None
        self._searchers: dict[str, str] = {}

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give everything back."""
        self.connection.close()
        shutil.rmtree(self._own, ignore_errors=True)

    def lay_down(self, sql: str, name: str, *, once: bool = False) -> Path:
        """Write the rows of a query to a Parquet file and give its path.  Raises SqlError.

        With `once` the file lies in the scratch folder itself, and whoever comes first writes it for all; its name
        must then say everything that its content depends on.
        """
        self._own.mkdir(parents=True, exist_ok=True)
        target = (self._shared if once and self._shared else self._own) / f"{name}.parquet"
        if not target.exists():
            written = self._own / f"{uuid4().hex}.parquet"
            self.run(f"COPY ({sql}) TO {literal(str(written))} (FORMAT parquet)")
            written.replace(target)
        return target

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query.  Raises SqlError."""
        return self.run(sql, values).fetchall()

    def batches(self, sql: str, values: Mapping[str, Any] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a query as Arrow batches, one after another.  Raises SqlError."""
        try:
            reader: pa.RecordBatchReader = self.connection.sql(sql, params=dict(values or {})).to_arrow_reader(100_000)
            yield from reader
        except (duckdb.Error, pa.ArrowException) as error:
            raise self._refused(error) from None

    def run(self, sql: str, values: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run a query.  Raises SqlError."""
        try:
            return self.connection.execute(sql, dict(values or {}))
        except duckdb.Error as error:
            raise self._refused(error) from None

    def _refused(self, error: Exception) -> SqlError:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return SqlError(lines[0].replace(str(self._own), "…"))

    def columns(self, source: str, values: Mapping[str, Any] | None = None) -> dict[str, str]:
        """The columns of anything that can stand after FROM, with DuckDB's types.  Raises SqlError."""
        return {row[0]: row[1] for row in self.rows(f"DESCRIBE SELECT * FROM {source}", values)}

    def searcher(self, pattern: str) -> str:
        """The name of a function that searches text for a regular expression as Python does; slow, so a last resort."""
        if pattern not in self._searchers:
            name, search = f"python_search_{len(self._searchers)}", re.compile(pattern).search

            def found(texts: pa.ChunkedArray) -> pa.Array:
                return pa.array(
                    [None if text is None else bool(search(text)) for text in texts.to_pylist()], pa.bool_()
                )

            by_column: Any = "arrow"
            self.connection.create_function(name, found, ["VARCHAR"], "BOOLEAN", type=by_column)
            self._searchers[pattern] = name
        return self._searchers[pattern]

    @contextmanager
    def shown(self, frame: pd.DataFrame) -> Iterator[str]:
        """A frame under a name of its own, for as long as the context lasts."""
        name = f"frame_{id(frame)}"
        self.connection.register(name, frame)
        try:
            yield name
        finally:
            self.connection.unregister(name)


def parquet(source: Path | str | list[Path]) -> str:
    """Parquet files as something that can stand after FROM."""
    paths = source if isinstance(source, list) else [source]
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"


def literal(text: str) -> str:
    """Text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
