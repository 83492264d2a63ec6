"""Great Expectations suites, read as data and checked before Great Expectations sees them.

Great Expectations drops an expectation whose type it does not know, accepts two that contradict each
other, and passes what names a parameter it cannot fill; so every line is checked here against what this
package can judge, and counted.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from audit.errors import RulebookError
from audit.model import Severity, Text
from audit.rulebook.documents import read_json, record
from audit.rulebook.tables import TableSpec, Type

Shape = Literal["map", "pair", "set_of_columns", "aggregate"]

# The vocabulary: what each expectation type judges, and the column types it can be asked of.
# Type expectations are left out: the typed reader answers for types.  Sums of decimals are a measure's
# work: Great Expectations would take them in binary floating point.
_ANY: tuple[Type, ...] = ("text", "code", "date", "integer", "decimal")
_NUMBERS: tuple[Type, ...] = ("integer", "decimal")
VOCABULARY: dict[str, tuple[Shape, tuple[Type, ...]]] = {
    "expect_column_values_to_not_be_null": ("map", _ANY),
    "expect_column_values_to_be_null": ("map", _ANY),
    "expect_column_values_to_be_unique": ("map", _ANY),
    "expect_column_values_to_be_in_set": ("map", ("text", "code", "integer")),
    "expect_column_values_to_match_regex": ("map", ("text", "code")),
    "expect_column_values_to_be_between": ("map", ("date", *_NUMBERS)),
    "expect_column_pair_values_a_to_be_greater_than_b": ("pair", ("date", *_NUMBERS)),
    "expect_compound_columns_to_be_unique": ("set_of_columns", _ANY),
    "expect_column_values_to_keep_statutory_period": ("map", ("code",)),
    "expect_column_to_be_filled_if_and_only_if": ("pair", _ANY),
    "expect_first_column_to_equal_sum_of_others": ("set_of_columns", ("integer",)),
    "expect_recalculation_to_equal_published": ("aggregate", _ANY),
    "expect_table_row_count_to_equal": ("aggregate", _ANY),
    "expect_table_row_count_to_be_between": ("aggregate", _ANY),
    "expect_column_sum_to_be_between": ("aggregate", ("integer",)),
    "expect_column_unique_value_count_to_be_between": ("aggregate", _ANY),
}
# The arguments of each type beside its columns: (must be there, may be there).  Of two bounds one must be.
_BOUNDS = {"min_value", "max_value"}
_ARGUMENTS: dict[str, tuple[set[str], set[str]]] = {
    "expect_column_values_to_be_in_set": ({"value_set"}, set()),
    "expect_column_values_to_match_regex": ({"regex"}, set()),
    "expect_column_pair_values_a_to_be_greater_than_b": ({"or_equal", "ignore_row_if"}, set()),
    "expect_column_to_be_filled_if_and_only_if": ({"value_set"}, set()),
    "expect_recalculation_to_equal_published": ({"published", "recalculated"}, set()),
    "expect_table_row_count_to_equal": ({"value"}, set()),
    **{kind: (set(), _BOUNDS) for kind in VOCABULARY if kind.endswith("_to_be_between")},
}
_COLUMN_ARGUMENTS = {
    "map": {"column"},
    "pair": {"column_A", "column_B"},
    "set_of_columns": {"column_list"},
    "aggregate": set(),
}
_META = {"check", "rule", "title"}
_KEYS = {"type", "kwargs", "meta", "severity"}
PERIOD_PARAMETERS = ("period_start", "period_end", "as_of")
RECALCULATED = "recalculated_"


@dataclass(frozen=True)
class Expectation:
    """One line of a suite.  `content` is the line as written, for Great Expectations."""

    suite: str
    check: str
    rule: str
    title: Text
    severity: Severity
    type: str
    kwargs: dict[str, Any]

    @property
    def id(self) -> str:
        """Our identity of it; Great Expectations' random ids are never used."""
        return f"{self.suite}/{self.check}"

    @property
    def shape(self) -> Shape:
        """What it judges: each value, each pair, each row, or the table."""
        return VOCABULARY[self.type][0]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it judges."""
        named = [self.kwargs[key] for key in ("column", "column_A", "column_B") if key in self.kwargs]
        return (*named, *self.kwargs.get("column_list", ()))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The published figures and dates it asks for."""
        return tuple(sorted(_parameters(self.kwargs)))

    @property
    def content(self) -> dict[str, Any]:
        """The line in Great Expectations' own form."""
        meta = {"check": self.check, "rule": self.rule, "title": self.title.model_dump()}
        return {"type": self.type, "kwargs": self.kwargs, "meta": meta, "severity": self.severity.value}


@dataclass(frozen=True)
class Suite:
    """The expectations of one table, in the order of the file."""

    table: str
    expectations: tuple[Expectation, ...]


def read_suites(folder: Path, tables: dict[str, TableSpec]) -> dict[str, Suite]:
    """Every `*.json` of `folder`, by table.  Raises RulebookError at the first line that cannot be used."""
    suites = {}
    for path in sorted(folder.glob("*.json")):
        suite = read_suite(path, tables)
        suites[suite.table] = suite
    return suites


def read_suite(path: Path, tables: dict[str, TableSpec]) -> Suite:
    """One suite file, each line checked.  Raises RulebookError."""
    document = read_json(path)
    if not isinstance(document, dict) or not isinstance(document.get("expectations"), list):
        raise _fault(path.name, "this is not a suite", "give it a name and a list of expectations")
    if set(document) - {"name", "expectations", "meta", "notes"}:
        raise _fault(path.name, f"unknown keys {sorted(document)}", "keep name, expectations, meta, notes")
    name = document.get("name")
    if name != path.stem or name not in tables:
        raise _fault(path.name, f"the suite is called {name!r}", "call file and suite like a declared table")
    if not document["expectations"]:
        raise _fault(path.name, "the suite is empty, and an empty suite would pass", "add expectations or remove it")
    lines = []
    for position, line in enumerate(document["expectations"], start=1):
        lines.append(_expectation(line, tables[name], f"{path.name}, entry {position}"))
    _check_together(lines, path.name)
    return Suite(name, tuple(lines))


def _expectation(line: Any, table: TableSpec, where: str) -> Expectation:
    if not isinstance(line, dict) or set(line) - _KEYS or not {"type", "kwargs", "meta", "severity"} <= set(line):
        raise _fault(where, "an expectation has exactly type, kwargs, meta and severity", "correct the entry")
    kind, kwargs, meta = line["type"], line["kwargs"], line["meta"]
    where = f"{where}: {kind}"
    if not isinstance(kwargs, dict) or not isinstance(meta, dict):
        raise _fault(where, "kwargs and meta are no mappings", "correct the entry")
    if not isinstance(kind, str) or kind not in VOCABULARY:
        raise _fault(where, "this package does not know the expectation", "correct its name, or remove the entry")
    if set(meta) != _META or not meta["rule"] or not meta["check"]:
        raise _fault(where, "meta must name rule, check and title", "complete the entry's meta")
    if line["severity"] not in set(Severity):
        raise _fault(where, f"unknown severity {line['severity']!r}", "write critical, warning or info")
    _check_kwargs(kind, kwargs, table, where)
    return Expectation(
        table.table,
        meta["check"],
        meta["rule"],
        record(Text, meta["title"], f"expectations/suites/{where}, title"),
        Severity(line["severity"]),
        kind,
        kwargs,
    )


def _check_kwargs(kind: str, kwargs: dict[str, Any], table: TableSpec, where: str) -> None:
    if "mostly" in kwargs:
        raise _fault(where, "mostly leaves nulls out of its base", "compute the rate as a measure instead")
    _, allowed = VOCABULARY[kind]
    columns = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    columns += kwargs.get("column_list", [])
    if not columns and not kind.startswith(("expect_table_", "expect_recalculation_")):
        raise _fault(where, "the expectation names no column", "name one")
    for column in (*columns, *_condition_columns(kwargs.get("row_condition"), table, where)):
        if not isinstance(column, str) or column not in table.all_columns:
            raise _fault(where, f"table {table.table} has no column {column!r}", "correct the name")
    for column in columns:
        if table.all_columns[column] not in allowed:
            found = table.all_columns[column]
            raise _fault(where, f"column {column} is {found}, which cannot be judged so", "use another expectation")
        if table.all_columns[column] == "date" and any(isinstance(kwargs.get(key), str) for key in _BOUNDS):
            raise _fault(where, "a date written as text cannot bound a date", "name a $PARAMETER of the period")
    if kind.endswith("_in_set") and not (isinstance(kwargs.get("value_set"), list) and kwargs["value_set"]):
        raise _fault(where, "the expectation names no set", "list the values in value_set")
    if "or_equal" in kwargs and kwargs.get("ignore_row_if") != "either_value_is_missing":
        raise _fault(where, "a pair must say what a missing date means", "set ignore_row_if: either_value_is_missing")
    _check_arguments(kind, kwargs, table, where)


def _check_arguments(kind: str, kwargs: dict[str, Any], table: TableSpec, where: str) -> None:
    """Great Expectations takes a missing regular expression for one that everything matches."""
    shape = VOCABULARY[kind][0]
    must, may = _ARGUMENTS.get(kind, (set(), set()))
    columns = {"column"} if shape == "aggregate" and "_column_" in kind else _COLUMN_ARGUMENTS[shape]
    conditions = {"row_condition"} if shape in ("map", "pair") else set()
    missing = (must | columns) - set(kwargs)
    if missing or (may and not may & set(kwargs)):
        raise _fault(where, f"the argument {sorted(missing or may)[0]} is missing", "give it")
    stray = set(kwargs) - must - may - columns - conditions
    if stray:
        raise _fault(where, f"the argument {sorted(stray)[0]} is not understood here", "correct or remove it")
    for name in ({"value"} | _BOUNDS) & set(kwargs):
        if not _is_parameter(kwargs[name]) and (isinstance(kwargs[name], bool) or not isinstance(kwargs[name], int)):
            decimal = any(table.all_columns[kwargs[c]] == "decimal" for c in columns & {"column"})
            if not (decimal and isinstance(kwargs[name], float)):
                raise _fault(where, f"{name} is {kwargs[name]!r}", "give a whole number or a $PARAMETER")
    if not isinstance(kwargs.get("regex", ""), str) or not isinstance(kwargs.get("value_set", []), list):
        raise _fault(where, "regex is a text and value_set a list", "correct the argument")
    if "regex" in kwargs:
        try:
            re.compile(kwargs["regex"])
        except re.error as error:
            raise _fault(where, f"the regular expression is wrong: {error}", "correct it") from None


def _is_parameter(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"$PARAMETER"} and isinstance(value["$PARAMETER"], str)


def _condition_columns(condition: Any, table: TableSpec, where: str) -> list[str]:
    """The columns of a structured row condition.  Refuses text conditions and parameters, which GX ignores."""
    if condition is None:
        return []
    if not isinstance(condition, dict) or _parameters(condition):
        remedy = "write the condition in its structured form, with literal values"
        raise _fault(where, "a condition as text, or with a $PARAMETER, is not safe", remedy)
    match condition.get("type"):
        case "comparison" | "nullity":
            column = condition.get("column")
            name = column.get("name", "") if isinstance(column, dict) else ""
            if condition["type"] == "comparison":
                _check_comparison(name, condition, table, where)
            return [name]
        case "and" | "or":
            parts = condition.get("conditions", ())
            return [name for part in parts for name in _condition_columns(part, table, where)]
    raise _fault(where, f"unknown kind of condition {condition.get('type')!r}", "use comparison, nullity, and, or")


def _check_comparison(name: str, condition: dict[str, Any], table: TableSpec, where: str) -> None:
    """A value of another type than the column's matches nothing, and the expectation would not be tested."""
    kind = table.all_columns.get(name)
    values = condition.get("parameter")
    for value in values if isinstance(values, list) else [values]:
        fits = {
            "text": isinstance(value, str),
            "code": kind == "code" and value in table.codes_of(name),
            "integer": isinstance(value, int) and not isinstance(value, bool),
            "decimal": isinstance(value, int | float) and not isinstance(value, bool),
            "date": False,
        }
        if kind is not None and not fits[kind]:
            remedy = "compare dates in SQL, in a computed table" if kind == "date" else "use a value of its type"
            raise _fault(where, f"{name} is {kind} and cannot be compared with {value!r}", remedy)


def _check_together(lines: list[Expectation], where: str) -> None:
    checks: set[str] = set()
    written: dict[str, Expectation] = {}
    sets: dict[str, tuple[str, set[Any]]] = {}
    for line in lines:
        if line.check in checks:
            raise _fault(where, f"two entries are called {line.check}", "rename one")
        checks.add(line.check)
        same = json.dumps([line.type, line.kwargs], sort_keys=True)
        if same in written:
            pair = f"{written[same].check} and {line.check}"
            raise _fault(where, f"{pair} ask the same, and one would be dropped", "keep one")
        written[same] = line
        if line.type == "expect_column_values_to_be_in_set":
            place = json.dumps([line.kwargs["column"], line.kwargs.get("row_condition")], sort_keys=True)
            names, left = sets.get(place, ("", set(line.kwargs["value_set"])))
            left = left & set(line.kwargs["value_set"])
            if not left:
                raise _fault(where, f"{names} and {line.check} cannot all hold", "correct one of the sets")
            sets[place] = (f"{names}, {line.check}".lstrip(", "), left)
        low, high = line.kwargs.get("min_value"), line.kwargs.get("max_value")
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            raise _fault(where, f"{line.check} asks for at least {low} and at most {high}", "correct the bounds")


def _parameters(value: Any) -> set[str]:
    if isinstance(value, dict):
        if "$PARAMETER" in value:
            return {value["$PARAMETER"]}
        return set().union(*(_parameters(part) for part in value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*(_parameters(part) for part in value)) if value else set()
    return set()


def _fault(where: str, problem: str, remedy: str) -> RulebookError:
    return RulebookError(problem, where=f"expectations/suites/{where}", remedy=remedy)
