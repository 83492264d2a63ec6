"""Suites as SQL: every count of a table and every failing key in one scan; uniqueness in its own.

Great Expectations has no engine for DuckDB that works (D-82).  The outcomes are the same as with Great Expectations
on pandas; of a table that is not in memory at most KEPT failing keys per expectation are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import AuditError
from audit.model import Outcome
from audit.query import KEPT, MEMORY, SqlError, Store, parquet, quoted
from audit.rulebook import Expectation, Suite, TableSpec
from audit.validate.outcomes import Facts, error, of_rows, of_total, sort_out
from audit.validate.sql import AGGREGATES, Translated, UnknownError, observed, translate

_TYPES: dict[str, tuple[str, ...]] = {
    "text": ("VARCHAR",),
    "code": ("VARCHAR", "ENUM"),
    "date": ("DATE", "TIMESTAMP"),
    "integer": ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"),
    "decimal": ("DECIMAL",),
}


def run(
    suite: Suite,
    source: Path | str | list[Path],
    spec: TableSpec,
    parameters: Mapping[str, Any] | None = None,
    *,
    domain: str = "",
    memory: str = MEMORY,
    threads: int | None = None,
    scratch: Path | None = None,
) -> tuple[Outcome, ...]:
    """Hold Parquet files, named and typed as `spec` declares, against a suite without loading them.

    One outcome per expectation, in the order of the suite.  `memory` is DuckDB's limit; it spills below `scratch`.
    """
    with Store(memory, threads=threads, scratch=scratch) as store:
        files = parquet(source)
        _check_types(store, files, spec)
        return judge(suite, store, files, spec, None, domain, parameters or {}, most=KEPT)


def _check_types(store: Store, files: str, spec: TableSpec) -> None:
    """Raises AuditError for files that cannot be read, and for a column of another type than declared."""
    where = f"the Parquet files of {spec.table}"
    try:
        columns = store.columns(files)
    except SqlError as refused:
        raise AuditError(f"the files cannot be read: {refused}", where=where, remedy="check the files") from None
    for name, kind in spec.all_columns.items():
        if name in columns and not columns[name].startswith(_TYPES[kind]):
            problem = f"column {name} is {columns[name]}, and is declared as {kind}"
            raise AuditError(problem, where=where, remedy=f"write it as {_TYPES[kind][0]}")


def judge(
    suite: Suite,
    store: Store,
    source: str,
    spec: TableSpec,
    rows: int | None,
    domain: str,
    parameters: Mapping[str, Any],
    *,
    most: int | None = None,
) -> tuple[Outcome, ...]:
    """Hold `source`, anything that can stand after FROM, against a suite.

    `rows` is the number of rows that can be judged, None for all of them; of more than `most` failing keys the
    first are kept, None keeps all.
    """
    outcomes, ready = sort_out(suite, None, 1 if rows is None else rows, domain, parameters)
    asked = _Asked(store, source, spec, parameters, most)
    for line in ready:
        asked.add(line)
    for line, facts in asked.answers():
        if isinstance(facts, str):
            outcomes[line.check] = error(line, domain, facts)
        elif isinstance(facts, Facts):
            outcomes[line.check] = of_rows(line, facts, spec.table, domain)
        else:
            outcomes[line.check] = of_total(line, facts.judged, facts.found, domain, parameters)
    if rows is None and asked.rows == 0:
        outcomes, _ = sort_out(suite, None, 0, domain, parameters)
    return tuple(outcomes[line.check] for line in suite.expectations)


@dataclass(frozen=True)
class _Total:
    judged: int
    found: Any


class _Asked:
    """The expectations of one table, gathered into one query."""

    def __init__(
        self, store: Store, source: str, spec: TableSpec, parameters: Mapping[str, Any], most: int | None
    ) -> None:
        self._store, self._source, self._spec, self._parameters = store, source, spec, parameters
        self._most = most
        self._lines: dict[str, tuple[Expectation, Translated | None, tuple[str, ...]]] = {}
        self._wrong: list[tuple[Expectation, str]] = []
        self.rows = 0

    def add(self, line: Expectation) -> None:
        """Translate an expectation into what it asks of the scan."""
        try:
            if line.type in AGGREGATES:
                filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in line.columns)
                counts = (_count(filled), observed(line, self._spec))
                self._lines[line.check] = (line, None, counts)
            else:
                found = translate(line, self._spec, self._parameters, self._store.searcher)
                self._lines[line.check] = (line, found, self._counts(found))
        except (UnknownError, KeyError, TypeError, ValueError) as problem:
            self._wrong.append((line, str(problem) or type(problem).__name__))

    def answers(self) -> list[tuple[Expectation, Facts | _Total | str]]:
        """The facts of each expectation, or why there are none."""
        answers: list[tuple[Expectation, Facts | _Total | str]] = [*self._wrong]
        for check, counts in self._scan(dict(self._lines)).items():
            line, found, _ = self._lines[check]
            try:
                if isinstance(counts, str):
                    answers.append((line, counts))
                elif found is None:
                    answers.append((line, _Total(*counts)))
                elif found.values:
                    answers.append((line, self._repeated(found, *counts)))
                else:
                    answers.append((line, self._facts(*counts)))
            except (SqlError, TypeError, ValueError) as problem:
                answers.append((line, str(problem)))
        return answers

    def _scan(self, lines: dict[str, Any]) -> dict[str, tuple[Any, ...] | str]:
        """One query for all; where it is refused, one for each, so that an error is told from the rest."""
        if not lines:
            return {}
        listed = list(dict.fromkeys(["count(*)", *(count for _, _, counts in lines.values() for count in counts)]))
        try:
            row = self._store.rows(f"SELECT {', '.join(listed)} FROM {self._source}")[0]
        except SqlError as problem:
            if len(lines) == 1:
                return dict.fromkeys(lines, str(problem))
            return {k: v for check, line in lines.items() for k, v in self._scan({check: line}).items()}
        answer = dict(zip(listed, row, strict=True))
        self.rows = answer["count(*)"]
        return {check: tuple(answer[count] for count in counts) for check, (_, _, counts) in lines.items()}

    def _counts(self, found: Translated) -> tuple[str, ...]:
        """What the scan finds: rows that meet the condition, rows judged, rows that break it and the keys of these.

        Which values occur again is not found in a scan (see _repeated).
        """
        counts = _count(found.where), _count(_both(found.where, found.judged))
        if found.values:
            return counts
        broken = _both(found.where, found.broken)
        return (*counts, _count(broken), f"{self._keys(self._key())} FILTER (WHERE {broken})")

    def _keys(self, key: str) -> str:
        """The aggregate that lists keys: all of them, or the first of those as many as are kept."""
        return f"list({key})" if self._most is None else f"min({key}, {self._most})"

    def _facts(self, elements: int, judged: int, failed: int, keys: list[str] | None) -> Facts:
        return Facts(elements, judged, failed, tuple(keys or ()), self._most is not None and failed > self._most)

    def _repeated(self, found: Translated, elements: int, judged: int) -> Facts:
        """The rows whose values occur more than once.  Raises SqlError.

        Different hashes are different values, and whole numbers are soon grouped; equal hashes may be of different
        values, so that only the rows whose hash occurs again are looked at by their values.
        """
        where = _both(found.where, found.judged)
        if self._most is not None and set(found.values) == {quoted(name) for name in self._spec.key}:
            return self._facts(elements, judged, *self._repeated_keys(where, self._most))
        hashed = f"hash({', '.join(found.values)})"
        names = [f'"§{position}"' for position, _ in enumerate(found.values)]
        values = ", ".join(f"{value} AS {name}" for value, name in zip(found.values, names, strict=True))
        same = " AND ".join(f"held.{name} IS NOT DISTINCT FROM again.{name}" for name in names)
        failed, keys = self._store.rows(f"""
            WITH hashes AS MATERIALIZED (
                SELECT {hashed} FROM {self._source} WHERE {where} GROUP BY 1 HAVING count(*) > 1
            ), held AS MATERIALIZED (
                SELECT {self._key()} AS key, {values} FROM {self._source}
                WHERE ({where}) AND {hashed} IN (FROM hashes)
            ), again AS (
                SELECT {", ".join(names)} FROM held GROUP BY ALL HAVING count(*) > 1
            )
            SELECT count(*), {self._keys("key")} FROM held SEMI JOIN again ON {same}
        """)[0]
        return self._facts(elements, judged, failed, keys)

    def _repeated_keys(self, where: str, most: int) -> tuple[int, list[str]]:
        """How many rows share their key with another, and their keys: what is grouped names the rows by itself.

        Raises SqlError.
        """
        groups = (
            f"SELECT {self._key()} AS key, count(*) AS n FROM {self._source} WHERE {where} "
            f"GROUP BY {', '.join(map(quoted, self._spec.key))} HAVING count(*) > 1"
        )
        # A table of its own: the same as one query, with a window or a common table, took longer.
        self._store.run(f"CREATE OR REPLACE TEMP TABLE repeated AS {groups}")
        failed = self._store.rows("SELECT coalesce(sum(n), 0) FROM repeated")[0][0]
        first = self._store.rows(f"SELECT key, n FROM repeated ORDER BY key LIMIT {most}")
        self._store.run("DROP TABLE repeated")
        return int(failed), [key for key, n in first for _ in range(min(n, most))][:most]

    def _key(self) -> str:
        return " || '|' || ".join(_written(name, self._spec.all_columns[name]) for name in self._spec.key)


def _count(where: str) -> str:
    filled = re.fullmatch(r'("[^"]+") IS NOT NULL', where)
    if filled:
        return f"count({filled[1]})"
    return f"count(*) FILTER (WHERE {where})" if where not in ("", "true") else "count(*)"


def _both(*parts: str) -> str:
    kept = [part for part in parts if part not in ("", "true")]
    return " AND ".join(f"({part})" for part in kept) if len(kept) > 1 else "".join(kept) or "true"


def _written(name: str, kind: str) -> str:
    """A part of a key as Python writes it."""
    column = quoted(name)
    text = {
        "date": f"strftime({column}, '%Y-%m-%dT%H:%M:%S')",
        "integer": f"CAST({column} AS VARCHAR)",
        "decimal": f"CAST(CAST({column} AS DOUBLE) AS VARCHAR)",
    }.get(kind, column)
    return f"coalesce({text}, 'None')"
