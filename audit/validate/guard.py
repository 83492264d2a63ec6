"""A guard around Great Expectations: nothing is lost, nothing passes for want of records, errors are errors.

Great Expectations passes an expectation that judged nothing, reports an exception as a failure in two
different shapes, reorders its results and counts inside samples.  Here each result is matched by our own
id with the line that was declared, judged records are counted, and everything that is not a sound result
becomes an error.  Totals are Great Expectations' to observe and ours to judge (`outcomes.of_total`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import pandas as pd

from audit.intake import Table, total
from audit.model import Outcome, Text
from audit.rulebook import Expectation, Suite, TableSpec
from audit.validate.outcomes import Facts, error, of_rows, of_total, sort_out
from audit.validate.speed import remembered_configurations

_FORMAT = {"result_format": "COMPLETE", "exclude_unexpected_values": True}
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.\-]+){2,}")


def run_suite(
    suite: Suite, table: Table | None, rows: int, absent: Text, domain: str, parameters: dict[str, Any]
) -> tuple[Outcome, ...]:
    """One outcome per expectation, in the order of the suite.

    `table` is None when it was not supplied (`absent` says why); `rows` is the number of rows that can be
    judged; `parameters` are the published figures and the dates of the period, by name.
    """
    outcomes, ready = sort_out(suite, absent if table is None else None, rows, domain, parameters)
    if table is not None and ready:
        lines = {line.check: (line, line.content) for line in ready}
        results = ask(_frames(), _in_floats(table), suite.table, lines, table.spec, parameters)
        for line in ready:
            if line.type == "expect_column_sum_to_be_between" and line.check in results:
                results[line.check]["observed"] = total(table.frame[line.kwargs["column"]])
            outcomes[line.check] = _outcome(line, results.get(line.check), table, domain, parameters)
    return tuple(outcomes[line.check] for line in suite.expectations)


def ask(
    frames: Any,
    frame: Any,
    name: str,
    lines: dict[str, tuple[Expectation, dict[str, Any]]],
    spec: TableSpec,
    parameters: dict[str, Any],
) -> dict[str, dict[str, Any]]:
    """Great Expectations' results as plain JSON by check.  A check missing here is an error.

    `frames` is where it takes frames from, pandas' or Spark's; `lines` are the expectations by check, each with what
    is asked of it.  A line that Great Expectations cannot even take in would end the whole suite: then each line is
    asked for alone, so that an error is told from the rest.
    """
    import great_expectations as gx  # costs seconds, so only where a suite is run

    try:
        return _asked(frames, frame, name, lines, spec, parameters)
    except (ValueError, TypeError, gx.exceptions.GreatExpectationsError) as problem:
        if len(lines) > 1:
            alone = [ask(frames, frame, name, {check: line}, spec, parameters) for check, line in lines.items()]
            return {check: result for results in alone for check, result in results.items()}
        message = (str(problem).strip().splitlines() or [""])[-1].strip()
        raised = {"exception_info": {"raised_exception": True, "exception_message": message}, "observed": None}
        return dict.fromkeys(lines, raised)


def _asked(
    frames: Any,
    frame: Any,
    name: str,
    lines: dict[str, tuple[Expectation, dict[str, Any]]],
    spec: TableSpec,
    parameters: dict[str, Any],
) -> dict[str, dict[str, Any]]:
    import great_expectations as gx

    import_module("audit.validate.expectations")  # registers our own

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    suite = gx.ExpectationSuite(name=name, expectations=[content for _, content in lines.values()])
    used = {name: parameters[name] for line, _ in lines.values() for name in line.parameters}
    with remembered_configurations():
        result = frames.get_batch({"dataframe": frame}).validate(
            suite,
            expectation_parameters=used,
            result_format={**_FORMAT, "unexpected_index_column_names": list(spec.key)},
        )
    found: dict[str, dict[str, Any]] = {}
    for entry in result.results:
        document = entry.to_json_dict()
        document["observed"] = (entry.result or {}).get("observed_value")
        found[document["expectation_config"]["meta"]["check"]] = document
    return found


@cache
def _frames() -> Any:
    """Where Great Expectations takes frames from, made once; each frame replaces the one before (a test holds it)."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("tables").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("all")


def _in_floats(table: Table) -> pd.DataFrame:
    """Decimals as the nearest binary numbers, which are equal wherever the decimals are.

    Great Expectations takes every bound for a float, and a decimal 0.1 is not the float 0.1.
    """
    decimals = [name for name, kind in table.spec.all_columns.items() if kind == "decimal"]
    return table.frame.astype(dict.fromkeys(decimals, "float64")) if decimals else table.frame


def _outcome(
    line: Expectation, result: dict[str, Any] | None, table: Table, domain: str, parameters: dict[str, Any]
) -> Outcome:
    def filled() -> int:
        return int(table.frame[list(line.columns)].notna().all(axis=1).sum()) if line.columns else len(table.frame)

    return outcome(line, result, table.spec, filled, domain, parameters)


def outcome(
    line: Expectation,
    result: dict[str, Any] | None,
    spec: TableSpec,
    filled: Callable[[], int],
    domain: str,
    parameters: dict[str, Any],
) -> Outcome:
    """What follows from one result; `filled` counts the rows in which every column that the line judges is filled."""
    if result is None:
        return error(line, domain, "Great Expectations lost the expectation")
    raised = _exception(result["exception_info"])
    if raised is not None:
        return error(line, domain, raised)
    if line.shape == "aggregate":
        return of_total(line, filled(), result["observed"], domain, parameters)
    facts = result["result"]
    judged = facts["element_count"] - facts.get("missing_count", 0)
    keys = _keys(facts["unexpected_index_list"], spec) if judged else []
    failed = facts["unexpected_count"]
    if judged and (len(keys) != failed or result["success"] != (failed == 0)):
        return error(line, domain, f"{failed} failures are counted, {len(keys)} are named")
    return of_rows(line, Facts(facts["element_count"], judged, failed, tuple(keys)), spec.table, domain)


def _keys(index_list: list[dict[str, list[Any]]] | None, spec: TableSpec) -> list[str]:
    """Record keys from Great Expectations' shape for keys without values: one dict of parallel lists."""
    return [
        "|".join(str(part) for part in parts)
        for group in index_list or []
        for parts in zip(*(group[column] for column in spec.key), strict=True)
    ]


def _exception(info: dict[str, Any]) -> str | None:
    """The message of an exception in either of the two shapes, without traceback or path; None if none."""
    shapes = [info] if "raised_exception" in info else list(info.values())
    for shape in shapes:
        if shape.get("raised_exception"):
            lines = str(shape.get("exception_message") or "").strip().splitlines() or ["no message"]
            return _PATH.sub("…", lines[0])[:200]
    return None
