"""What each expectation becomes in SQL: which rows it judges, and which of these break it.

Great Expectations on pandas is the measure of what is written here, missing values included; a parity test holds
both to the same verdicts, counts and keys.  What is not in the tables raises UnknownError and becomes an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audit.clocks.period import KEPT
from audit.query import literal, quoted
from audit.rulebook import Expectation, TableSpec
from audit.validate.outcomes import resolved
from audit.validate.regex import common_regex

# One line for each type: (the rows it judges, the rows that break it).  A row for which the second is NULL does not
# break it.  {duplicated} stands for rows whose value, or values together, occur more than once.
MAPS: dict[str, tuple[str, str]] = {
    "expect_column_values_to_not_be_null": ("true", "{column} IS NULL"),
    "expect_column_values_to_be_null": ("true", "{column} IS NOT NULL"),
    "expect_column_values_to_be_unique": ("{column} IS NOT NULL", "{duplicated}"),
    "expect_column_values_to_be_in_set": ("{column} IS NOT NULL", "NOT {in_set}"),
    "expect_column_values_to_match_regex": ("{column} IS NOT NULL", "NOT {matches}"),
    "expect_column_values_to_be_between": ("{column} IS NOT NULL", "NOT ({within})"),
    "expect_column_pair_values_a_to_be_greater_than_b": ("{a} IS NOT NULL AND {b} IS NOT NULL", "NOT {a} {above} {b}"),
    "expect_compound_columns_to_be_unique": ("NOT ({all_missing})", "{duplicated}"),
    "expect_column_values_to_keep_statutory_period": ("{column} IS NOT NULL", "{column} NOT IN ({kept})"),
    "expect_column_to_be_filled_if_and_only_if": (
        "{a} IS NOT NULL OR {b} IS NOT NULL",
        "({a} IS NOT NULL) <> coalesce({b_in_set}, false)",
    ),
    "expect_first_column_to_equal_sum_of_others": ("NOT ({any_missing})", "{first} <> {others}"),
}
# The same for totals: what is observed.  They judge the rows in which their column is filled, or all rows.
AGGREGATES: dict[str, str] = {
    "expect_table_row_count_to_equal": "count(*)",
    "expect_table_row_count_to_be_between": "count(*)",
    "expect_column_sum_to_be_between": "sum({column})",
    "expect_column_unique_value_count_to_be_between": "count(DISTINCT {column})",
    "expect_recalculation_to_equal_published": "NULL",
}
# The comparisons of a row condition.  As pandas has it, a missing text or decimal differs from every value, a missing
# whole number is unknown, and nothing that is missing is in a list.
_COMPARISONS: dict[str, str] = {
    "==": "{column} = {value}",
    "!=": "{column} {differs} {value}",
    "<": "{column} < {value}",
    "<=": "{column} <= {value}",
    ">": "{column} > {value}",
    ">=": "{column} >= {value}",
    "IN": "coalesce({in_set}, false)",
    "NOT_IN": "NOT coalesce({in_set}, false)",
}
_COLUMNS = {"column", "column_A", "column_B", "column_list"}
_UNDERSTOOD = _COLUMNS | {
    *("row_condition", "value_set", "regex", "min_value", "max_value", "or_equal", "ignore_row_if"),
    *("value", "published", "recalculated"),
}
_IGNORED = {
    "expect_column_pair_values_a_to_be_greater_than_b": "either_value_is_missing",
    "expect_column_to_be_filled_if_and_only_if": "both_values_are_missing",
    "expect_first_column_to_equal_sum_of_others": "any_value_is_missing",
    "expect_compound_columns_to_be_unique": "all_values_are_missing",
}


class UnknownError(Exception):
    """An expectation, argument or value that has no SQL here."""


@dataclass(frozen=True)
class Translated:
    """One expectation of rows.  `where` is its row condition; `values` what must not occur twice, if that is asked."""

    where: str
    judged: str
    broken: str
    values: tuple[str, ...] = ()


def translate(
    line: Expectation,
    spec: TableSpec,
    parameters: Mapping[str, Any],
    matcher: Callable[[str], str] | None = None,
) -> Translated:
    """An expectation of rows as SQL.  `matcher` names a function for expressions that DuckDB reads otherwise.

    Raises UnknownError.
    """
    if line.type not in MAPS or set(line.kwargs) - _UNDERSTOOD:
        raise UnknownError(f"the duckdb engine does not know {line.type} with {sorted(line.kwargs)}")
    if line.kwargs.get("ignore_row_if", _IGNORED.get(line.type)) != _IGNORED.get(line.type):
        raise UnknownError(f"the duckdb engine does not know ignore_row_if {line.kwargs['ignore_row_if']!r}")
    words = _Words(line, spec, parameters, matcher)
    judged, broken = (template.format_map(words) for template in MAPS[line.type])
    values: tuple[str, ...] = ()
    if "{duplicated}" in MAPS[line.type][1]:
        values = tuple(words.expression(name) for name in line.columns)
    return Translated(_condition(line.kwargs.get("row_condition"), words), judged, broken, values)


def observed(line: Expectation, spec: TableSpec) -> str:
    """What an expectation of totals observes.  Raises UnknownError."""
    if line.type not in AGGREGATES or set(line.kwargs) - _UNDERSTOOD or "row_condition" in line.kwargs:
        raise UnknownError(f"the duckdb engine does not know {line.type} with {sorted(line.kwargs)}")
    return AGGREGATES[line.type].format_map(_Words(line, spec, {}, None))


def condition(line: Expectation, spec: TableSpec) -> str:
    """The row condition of an expectation; "" for none.  Raises UnknownError."""
    return _condition(line.kwargs.get("row_condition"), _Words(line, spec, {}, None))


def fitting(values: list[Any], kind: str) -> list[Any]:
    """The values of a list that a column of this type can hold, as it would hold them."""
    if kind in ("integer", "decimal"):
        return [int(value) if kind == "integer" else float(value) for value in values if _number(value, kind)]
    return [value for value in values if isinstance(value, str)]


class _Words(dict[str, str]):
    """The words of one expectation's templates, made when a template asks for them."""

    def __init__(
        self,
        line: Expectation,
        spec: TableSpec,
        parameters: Mapping[str, Any],
        matcher: Callable[[str], str] | None,
    ) -> None:
        super().__init__(duplicated="NULL", kept=", ".join(map(literal, KEPT)))
        self._line, self._spec, self._parameters, self._matcher = line, spec, parameters, matcher

    def __missing__(self, word: str) -> str:
        made: str = getattr(self, f"_{word}")()
        return made

    def kind(self, name: str) -> str:
        """The declared type of a column."""
        if name not in self._spec.all_columns:
            raise UnknownError(f"table {self._spec.table} has no column {name!r}")
        return self._spec.all_columns[name]

    def expression(self, name: str) -> str:
        """A column as it is compared.  Decimals as the nearest binary numbers, as Great Expectations takes them."""
        return f"CAST({quoted(name)} AS DOUBLE)" if self.kind(name) == "decimal" else quoted(name)

    def listed(self, name: str, values: list[Any]) -> str:
        """Whether a column is in a list; a value of another type is equal to nothing."""
        kind = self.kind(name)
        if kind == "date":
            raise UnknownError(f"{name} is a date, and no list of values can hold dates")
        number = kind in ("integer", "decimal")
        fitting = [_number(value, kind) if number else _text(value) for value in values]
        known = [value for value in fitting if value is not None]
        column = self.expression(name)
        return f"({column} IN ({', '.join(known)}))" if known else f"({column} IS NULL AND NULL)"

    def _column(self) -> str:
        return self.expression(self._line.kwargs["column"])

    def _a(self) -> str:
        return self.expression(self._line.kwargs["column_A"])

    def _b(self) -> str:
        return self.expression(self._line.kwargs["column_B"])

    def _above(self) -> str:
        kinds = {self.kind(name) == "date" for name in self._line.columns}
        if len(kinds) > 1 or {self.kind(name) for name in self._line.columns} & {"text", "code"}:
            raise UnknownError(f"{' and '.join(self._line.columns)} cannot be compared")
        return ">=" if self._line.kwargs.get("or_equal") else ">"

    def _in_set(self) -> str:
        return self.listed(self._line.kwargs["column"], self._values())

    def _b_in_set(self) -> str:
        return self.listed(self._line.kwargs["column_B"], self._values())

    def _values(self) -> list[Any]:
        return [resolved(value, self._parameters) for value in self._line.kwargs["value_set"]]

    def _matches(self) -> str:
        if self.kind(self._line.kwargs["column"]) not in ("text", "code"):
            raise UnknownError(f"{self._line.kwargs['column']} is no text")
        pattern = self._line.kwargs["regex"]
        common = common_regex(pattern)
        if common is not None:
            return f"regexp_matches({self['column']}, {literal(common)})"
        if self._matcher is None:
            raise UnknownError(f"the engine reads the regular expression {pattern!r} otherwise than Python")
        return f"{self._matcher(pattern)}({self['column']})"

    def _within(self) -> str:
        name = self._line.kwargs["column"]
        low, high = (
            None if self._line.kwargs.get(key) is None else resolved(self._line.kwargs[key], self._parameters)
            for key in ("min_value", "max_value")
        )
        if low is None and high is None:
            raise UnknownError("neither bound is given")
        parts = [f"{self['column']} >= {self._bound(name, low, up=True)}"] if low is not None else []
        parts += [f"{self['column']} <= {self._bound(name, high, up=False)}"] if high is not None else []
        return " AND ".join(parts)

    def _bound(self, name: str, value: Any, *, up: bool) -> str:
        kind = self.kind(name)
        if kind == "date" and isinstance(value, date):
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
            return f"TIMESTAMP '{moment.isoformat(' ')}'"
        if kind == "integer" and isinstance(value, float) and math.isfinite(value):
            value = math.ceil(value) if up else math.floor(value)  # exact, where a cast to double is not
        found = _number(value, kind) if kind in ("integer", "decimal") else None
        if found is None:
            raise UnknownError(f"{name} is {kind} and cannot be held against {value!r}")
        return found

    def _all_missing(self) -> str:
        return " AND ".join(f"{quoted(name)} IS NULL" for name in self._line.columns if self.kind(name))

    def _any_missing(self) -> str:
        return " OR ".join(f"{quoted(name)} IS NULL" for name in self._line.columns if self.kind(name))

    def _first(self) -> str:
        return self.expression(self._line.columns[0])

    def _others(self) -> str:
        return " + ".join(map(self.expression, self._line.columns[1:])) or "0"


def _condition(condition: Any, words: _Words) -> str:
    """A structured row condition as SQL; "" for none.  Raises UnknownError."""
    if condition is None:
        return ""
    match condition.get("type") if isinstance(condition, dict) else None:
        case "nullity":
            name = condition["column"]["name"]
            words.kind(name)
            return f"{quoted(name)} IS {'' if condition['is_null'] else 'NOT '}NULL"
        case "and" | "or":
            joined = f" {condition['type'].upper()} ".join(_condition(part, words) for part in condition["conditions"])
            return f"({joined})"
        case "comparison" if condition.get("operator") in _COMPARISONS:
            return _comparison(condition, words)
    raise UnknownError("the duckdb engine does not know this row condition")


def _comparison(condition: dict[str, Any], words: _Words) -> str:
    name, value = condition["column"]["name"], condition["parameter"]
    kind, template = words.kind(name), _COMPARISONS[condition["operator"]]
    if kind == "date":
        raise UnknownError(f"{name} is a date and is not compared in a condition")
    parts = {"column": words.expression(name), "differs": "<>" if kind == "integer" else "IS DISTINCT FROM"}
    if "{in_set}" in template:
        parts["in_set"] = words.listed(name, value)
    else:
        found = _number(value, kind) if kind in ("integer", "decimal") else _text(value)
        if found is None:
            raise UnknownError(f"{name} is {kind} and cannot be compared with {value!r}")
        parts["value"] = found
    return f"({template.format_map(parts)})"


def _text(value: Any) -> str | None:
    return literal(value) if isinstance(value, str) else None


def _number(value: Any, kind: str) -> str | None:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if kind == "decimal":
        return f"CAST('{float(value)!r}' AS DOUBLE)"
    return str(int(value)) if value == int(value) else None
