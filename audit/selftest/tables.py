"""The suites put to the test: one run of each over its table with every violating row planted in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from audit import words
from audit.intake import Table
from audit.model import Outcome, Plant, Status
from audit.programme import Audit
from audit.rulebook import Expectation, Suite
from audit.selftest.rows import Field, Row, boundary, holds, violating
from audit.validate import hold
from audit.validate.outcomes import resolved

_LIKE = "expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"


def try_suites(audit: Audit, on_step: Callable[[str], None]) -> Iterator[Plant]:
    """A plant for every expectation, and one on the boundary where it has a bound."""
    for name, suite in audit.book.suites.items():
        on_step(name)
        table = audit.warehouse.specimen(name)
        if table is None or table.frame.empty:
            reason = audit.warehouse.absent.get(name, words.NO_ROWS).en
            for line in suite.expectations:
                yield Plant(id=line.id, rule=line.rule, result="exempt", words=reason)
            continue
        yield from _try_suite(audit, suite, table)


def _try_suite(audit: Audit, suite: Suite, table: Table) -> Iterator[Plant]:
    parameters = audit.parameters_of(suite.table)
    field = Field(table.spec, audit.book, audit.engagement.period, audit.warehouse.calendar, parameters)
    rows: dict[str, Row] = {}
    bounds: dict[str, Row] = {}
    for line in suite.expectations:
        if any(name not in parameters for name in line.parameters):
            continue
        base = _row(table.frame, line)
        made, just = violating(line, base, field), boundary(line, base, field)
        if line.type in _LIKE:
            made = dict(base)
        if made is not None:
            rows[line.check] = _labelled(line, made, table, f"PLANT-{line.check}")
        if just is not None:
            bounds[line.check] = _labelled(line, just, table, f"BOUND-{line.check}")
    made_rows = [*rows.values(), *bounds.values()]
    shared = {key for key, count in Counter(_key(row, table) for row in made_rows).items() if count > 1}
    failing = _failing(_run(audit, suite, _with_rows(audit, table, made_rows), parameters))
    before = _failing(_run(audit, suite, table, parameters)) if shared else {}

    def found(line: Expectation, row: Row) -> bool:
        """Whether the suite names this row; rows that share a key are tried one by one, by count."""
        key = _key(row, table)
        if key not in shared:
            return key in failing[line.id]
        alone, planted = Suite(suite.table, (line,)), _with_rows(audit, table, [row])
        return _failing(_run(audit, alone, planted, parameters))[line.id][key] > before[line.id][key]

    for line in suite.expectations:
        missing = [name for name in line.parameters if name not in parameters]
        if missing:
            yield Plant(
                id=line.id, rule=line.rule, result="exempt", words=f"the report does not print {', '.join(missing)}"
            )
        elif line.check in rows:
            row = rows[line.check]
            yield Plant.of(line.id, line.rule, found(line, row), f"a row that breaks it: {_key(row, table)}")
        else:
            yield _aggregate(audit, line, suite, table, parameters)
        if line.check in bounds:
            row = bounds[line.check]
            yield Plant.of(line.id, line.rule, not found(line, row), f"on the boundary: {_key(row, table)}")


def _aggregate(audit: Audit, line: Expectation, suite: Suite, table: Table, parameters: dict[str, Any]) -> Plant:
    """A total that is off, whatever was wrong with it before: a table that is one row short must not be mended."""
    alone = Suite(suite.table, (line,))
    off = dict(parameters)
    frame = table.frame
    if "column" in line.kwargs:
        first = frame.index[frame[line.kwargs["column"]].notna()][0]
        frame = frame.copy()
        frame.loc[first, line.kwargs["column"]] += 10**9
    elif line.type == "expect_recalculation_to_equal_published":
        recalculated, published = (line.kwargs[name]["$PARAMETER"] for name in ("recalculated", "published"))
        off[recalculated] = off[published] + 1
    elif "between" in line.type:
        most = int(resolved(line.kwargs.get("max_value"), parameters) or 0)
        frame = pd.concat([frame] * max(20, most // len(frame) + 1), ignore_index=True)
    else:
        more = 2 if len(frame) + 1 == resolved(line.kwargs["value"], parameters) else 1
        frame = pd.concat([frame, *[frame.head(1)] * more], ignore_index=True)
    (outcome,) = _run(audit, alone, replace(table, frame=frame), off)
    return Plant.of(line.id, line.rule, outcome.status is Status.FAIL, "a total that is off")


def _run(audit: Audit, suite: Suite, table: Table, parameters: dict[str, Any]) -> tuple[Outcome, ...]:
    return hold(suite, table, audit.warehouse, table.spec.domain, parameters, rows=len(table.frame))


def _row(frame: pd.DataFrame, line: Expectation) -> Row:
    """The fullest row that the line judges, else the fullest, as plain values with None for what is missing."""
    order = frame.notna().sum(axis=1).to_numpy().argsort(kind="stable")[::-1]
    rows = (_plain(frame, int(position)) for position in order)
    condition = line.kwargs.get("row_condition")
    return next((row for row in rows if holds(condition, row)), _plain(frame, int(order[0])))


def _plain(frame: pd.DataFrame, position: int) -> Row:
    return {str(name): None if pd.isna(value) else value for name, value in frame.iloc[position].items()}


def _labelled(line: Expectation, row: Row, table: Table, label: str) -> Row:
    """The row with a key of its own, unless the expectation is about the key."""
    judged = set(line.columns)
    for name in table.spec.key:
        if table.spec.all_columns[name] == "text" and name not in judged:
            return row | {name: label}
    return row


def _exact(value: Any, kind: str) -> Any:
    return Decimal(str(value)) if kind == "decimal" and value is not None else value


def _key(row: Row, table: Table) -> str:
    return "|".join(str(row[name]) for name in table.spec.key)


def _failing(outcomes: tuple[Outcome, ...]) -> dict[str, Counter[str]]:
    """How often each key is named, by expectation."""
    return {outcome.id: Counter(record.key for record in outcome.records) for outcome in outcomes}


def _with_rows(audit: Audit, table: Table, rows: list[Row]) -> Table:
    """The table with rows added, and its time limits judged again."""
    delivered = [name for name in table.frame.columns if name not in table.spec.judged]
    columns = {
        name: pd.Series(
            [_exact(row[name], table.spec.all_columns[name]) for row in rows], dtype=table.frame[name].dtype
        )
        for name in delivered
    }
    whole = pd.concat([table.frame[delivered], pd.DataFrame(columns)], ignore_index=True)
    return audit.warehouse.judged(Table(table.spec, whole))
