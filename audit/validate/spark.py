"""Suites by Great Expectations' own Spark engine, made to agree with pandas where the two differ."""

from __future__ import annotations

import logging
from functools import cache, partial
from typing import Any

from audit.intake import Stored, Table
from audit.model import Outcome
from audit.query import SparkWarehouse
from audit.rulebook import Expectation, Suite, TableSpec
from audit.validate import guard
from audit.validate.outcomes import error, sort_out
from audit.validate.regex import common_regex
from audit.validate.sql import UnknownError, condition, fitting, observed, translate

_MET = "condition_met_"
_SUM = "expect_column_sum_to_be_between"
_INEXACT = object()
# For a list of which no value can stand in the column: what no reader lets in.
_IN_NO_TABLE: dict[str, Any] = {"text": "\0", "code": "\0", "integer": 10**18, "decimal": 1e300}


def judge(
    suite: Suite,
    warehouse: SparkWarehouse,
    table: Table | Stored,
    rows: int,
    domain: str,
    parameters: dict[str, Any],
) -> tuple[Outcome, ...]:
    """One outcome per expectation, in the order of the suite."""
    outcomes, ready = sort_out(suite, None, rows, domain, parameters)
    lines: dict[str, tuple[Expectation, dict[str, Any]]] = {}
    conditions: dict[str, str] = {}
    for line in ready:
        try:
            _check(line, table.spec, parameters)
            lines[line.check] = (line, _adapted(line, table.spec, conditions))
        except UnknownError as problem:
            outcomes[line.check] = error(line, domain, str(problem))
    if lines:
        frame = _prepared(warehouse.spark.frame(table), table.spec, conditions)
        results = guard.ask(_frames(), frame, suite.table, lines, table.spec, parameters)
        for line, _ in lines.values():
            filled, result = partial(_filled, frame, line), results.get(line.check)
            if result and line.type == _SUM and isinstance(result["observed"], float):
                result["observed"] = _whole(result["observed"])
            if result and result["observed"] is _INEXACT:
                outcomes[line.check] = error(line, domain, "the total is too large to be exact in Spark")
            else:
                outcomes[line.check] = guard.outcome(line, result, table.spec, filled, domain, parameters)
    return tuple(outcomes[line.check] for line in suite.expectations)


def _check(line: Expectation, spec: TableSpec, parameters: dict[str, Any]) -> None:
    """Raises UnknownError for what cannot be compared; Great Expectations would try it thrice, and all else with it."""
    if line.shape == "aggregate":
        observed(line, spec)
    else:
        translate(line, spec, parameters, lambda _: "")


def _adapted(line: Expectation, spec: TableSpec, conditions: dict[str, str]) -> dict[str, Any]:
    """The line as Spark has to be asked.  Raises UnknownError where Spark cannot be asked so.

    A row condition becomes a column of its own: Spark has a missing value meet no condition, where pandas lets it
    differ from every value, and Great Expectations takes no alternative within a conjunction.
    """
    kwargs = dict(line.kwargs)
    if "value_set" in kwargs:
        kind = spec.all_columns[kwargs.get("column") or kwargs["column_B"]]
        kwargs["value_set"] = fitting(kwargs["value_set"], kind) or [_IN_NO_TABLE[kind]]
    if "regex" in kwargs:
        common = common_regex(kwargs["regex"])
        if common is None:
            raise UnknownError(f"Spark reads the regular expression {kwargs['regex']!r} otherwise than Python")
        kwargs["regex"] = f"(?d){common}"  # a line ends with \n only, as in Python
    if kwargs.get("row_condition"):
        name = conditions.setdefault(condition(line, spec), f"{_MET}{len(conditions)}")
        kwargs["row_condition"] = {
            "type": "comparison",
            "column": {"name": name},
            "operator": "==",
            "parameter": "met",
        }
    return {**line.content, "kwargs": kwargs}


def _prepared(frame: Any, spec: TableSpec, conditions: dict[str, str]) -> Any:
    """The frame with a column for each condition, and decimals as the nearest binary numbers."""
    frame = frame.selectExpr("*", *(f"CASE WHEN {sql} THEN 'met' END AS `{name}`" for sql, name in conditions.items()))
    for name, kind in spec.all_columns.items():
        if kind == "decimal":
            frame = frame.withColumn(name, frame[name].cast("double"))
    return frame


def _whole(total: float) -> int | object:
    """Great Expectations has Spark add whole numbers up as binary numbers: exact up to 2 to the power of 53."""
    return int(total) if total.is_integer() and abs(total) < 2**53 else _INEXACT


def _filled(frame: Any, line: Expectation) -> int:
    """The rows in which every column that the line judges is filled."""
    return int(frame.dropna(subset=list(line.columns)).count() if line.columns else frame.count())


@cache
def _frames() -> Any:
    import great_expectations as gx

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_spark("spark").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("all")
