"""One violating row for each expectation that judges rows, made of a row that satisfies it.

A planted row carries a key of its own, so that the finding it causes can be told from every other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd

from audit.clocks import Calendar
from audit.clocks.period import judge
from audit.model import Period
from audit.rulebook import Expectation, Rule, Rulebook, TableSpec
from audit.rulebook.rules import ByChannel, DateRef
from audit.validate.outcomes import resolved

Row = dict[str, Any]
NOWHERE = "§"


@dataclass(frozen=True)
class Field:
    """What rows are planted in: a table's declaration, its criteria, the parameters of its suite."""

    spec: TableSpec
    book: Rulebook
    period: Period
    calendar: Calendar
    parameters: dict[str, Any]


def violating(line: Expectation, base: Row, field: Field) -> Row | None:
    """`base` changed so that it breaks `line`; None where no single row can."""
    row = dict(base)
    satisfy(line.kwargs.get("row_condition"), row, field)
    column = str(line.kwargs.get("column", ""))
    match line.type.removeprefix("expect_column_"):
        case "values_to_not_be_null":
            row[column] = None
        case "values_to_be_null":
            row[column] = _some(column, field)
        case "values_to_be_in_set":
            row[column] = NOWHERE if field.spec.all_columns[column] != "integer" else 10**6
        case "values_to_match_regex":
            row[column] = NOWHERE
        case "values_to_be_between":
            row[column] = _outside(line, field)
        case "pair_values_a_to_be_greater_than_b":
            row[line.kwargs["column_B"]] = row[line.kwargs["column_B"]] or _some(line.kwargs["column_B"], field)
            row[line.kwargs["column_A"]] = _step(row[line.kwargs["column_B"]], -1)
        case "to_be_filled_if_and_only_if":
            row[line.kwargs["column_B"]] = line.kwargs["value_set"][0]
            row[line.kwargs["column_A"]] = None
        case "values_to_keep_statutory_period":
            return timed(_rule(column, field.book), base, field, late=True)
        case _ if line.type == "expect_first_column_to_equal_sum_of_others":
            row |= dict.fromkeys(line.kwargs["column_list"], 1)
            row[line.kwargs["column_list"][0]] = len(line.kwargs["column_list"])
        case _:
            return None
    return row


def boundary(line: Expectation, base: Row, field: Field) -> Row | None:
    """`base` changed so that it just satisfies a bound of `line`; None where there is no bound."""
    row = dict(base)
    satisfy(line.kwargs.get("row_condition"), row, field)
    if line.type == "expect_column_values_to_keep_statutory_period":
        return timed(_rule(str(line.kwargs["column"]), field.book), base, field, late=False)
    if line.type == "expect_column_values_to_be_between":
        bound = next(line.kwargs[key] for key in ("min_value", "max_value") if line.kwargs.get(key) is not None)
        row[str(line.kwargs["column"])] = _value(bound, field)
        return row
    if line.type == "expect_column_pair_values_a_to_be_greater_than_b" and line.kwargs["or_equal"]:
        first, second = line.kwargs["column_A"], line.kwargs["column_B"]
        row[second] = row[second] or _some(second, field)
        row[first] = row[second]
        return row
    return None


def timed(rule: Rule, base: Row, field: Field, *, late: bool) -> Row:
    """A row that falls under this version of a time limit and ends on the last day, or a day late."""
    clock = rule.clock
    if clock is None:
        raise ValueError(rule.id)
    row = dict(base) | dict.fromkeys(clock.dates) | {column: values[0] for column, values in clock.when.items()}
    begun = pd.Timestamp(rule.effective.from_ + timedelta(40))
    if rule.effective.covers(field.period.start):
        begun = pd.Timestamp(field.period.start + timedelta(40))
    elif rule.effective.to is not None:
        begun = pd.Timestamp(rule.effective.to - timedelta(40))
    row[rule.effective.selector] = begun
    for ref in (clock.start, clock.deemed.from_ if clock.deemed else clock.start):
        _set(ref, row, begun)
    frame = pd.DataFrame([row]).astype(dict.fromkeys(clock.dates, "datetime64[us]"))
    due = judge(rule, frame, field.calendar, field.period.as_of).due.iloc[0]
    _set(clock.end, row, due + timedelta(1) if late else due)
    return row


def satisfy(condition: dict[str, Any] | None, row: Row, field: Field) -> None:
    """Change `row` so that a structured row condition holds."""
    if condition is None:
        return
    if condition["type"] in ("and", "or"):
        for part in condition["conditions"]:
            satisfy(part, row, field)
        return
    column = condition["column"]["name"]
    if condition["type"] == "nullity":
        row[column] = None if condition["is_null"] else (row[column] or _some(column, field))
        return
    wanted = condition["parameter"]
    match condition["operator"]:
        case "==" | ">=" | "<=":
            row[column] = wanted
        case "IN":
            row[column] = wanted[0]
        case "!=":
            row[column] = next(code for code in field.spec.codes_of(column) if code != wanted)
        case "NOT_IN":
            row[column] = next(code for code in field.spec.codes_of(column) if code not in wanted)
        case ">" | "<":
            row[column] = wanted + (1 if condition["operator"] == ">" else -1)


def holds(condition: dict[str, Any] | None, row: Row) -> bool:
    """Whether a structured row condition holds for `row`."""
    if condition is None:
        return True
    if condition["type"] in ("and", "or"):
        parts = [holds(part, row) for part in condition["conditions"]]
        return all(parts) if condition["type"] == "and" else any(parts)
    value = row[condition["column"]["name"]]
    if condition["type"] == "nullity":
        return (value is None) is bool(condition["is_null"])
    if value is None:
        return False
    kept: bool = _OPERATORS[condition["operator"]](value, condition["parameter"])
    return kept


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "IN": lambda value, wanted: value in wanted,
    "NOT_IN": lambda value, wanted: value not in wanted,
}


def _set(ref: DateRef, row: Row, day: pd.Timestamp) -> None:
    if isinstance(ref, ByChannel):
        row[ref.by] = None
        row[ref.usual] = day
    else:
        row[ref] = day


def _rule(column: str, book: Rulebook) -> Rule:
    return next(rule for rule in book.rules.values() if rule.column == column)


def _some(column: str, field: Field) -> Any:
    kind = field.spec.all_columns[column]
    if kind == "code":
        return field.spec.codes_of(column)[0]
    return {"date": pd.Timestamp(field.period.start), "integer": 1, "decimal": 1, "text": "x"}[kind]


def _value(bound: Any, field: Field) -> Any:
    found = resolved(bound, field.parameters)
    return pd.Timestamp(found) if hasattr(found, "year") else found


def _outside(line: Expectation, field: Field) -> Any:
    if line.kwargs.get("max_value") is not None:
        return _step(_value(line.kwargs["max_value"], field), 1)
    return _step(_value(line.kwargs["min_value"], field), -1)


def _step(value: Any, by: int) -> Any:
    return value + timedelta(by) if isinstance(value, pd.Timestamp) else value + by
