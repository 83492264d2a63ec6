"""A guard around Great Expectations: nothing is lost, nothing passes for want of records, errors are errors.

Great Expectations passes an expectation that judged nothing, reports an exception as a failure in two
different shapes, reorders its results and counts inside samples.  Here each result is matched by our own
id with the line that was declared, judged records are counted, and everything that is not a sound result
becomes an error.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from importlib import import_module
from typing import Any

import pandas as pd

from audit import words
from audit.intake import Table
from audit.model import Family, Outcome, RecordRef, Status, Text
from audit.rulebook import Expectation, Suite
from audit.validate.speed import remembered_configurations

_FORMAT = {"result_format": "COMPLETE", "exclude_unexpected_values": True}
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][\w.\-]+){2,}")
_AGGREGATE_BOUNDS = ("value", "min_value", "max_value", "published")


def run_suite(
    suite: Suite, table: Table | None, rows: int, absent: str, domain: str, parameters: dict[str, Any]
) -> tuple[Outcome, ...]:
    """One outcome per expectation, in the order of the suite.

    `table` is None when it was not supplied (`absent` says why); `rows` is the number of rows that can be
    judged; `parameters` are the published figures and the dates of the period, by name.
    """
    outcomes: dict[str, Outcome] = {}
    ready: list[Expectation] = []
    for line in suite.expectations:
        unprinted = [name for name in line.parameters if name not in parameters]
        if table is None:
            outcomes[line.check] = _untested(line, domain, words.not_supplied(absent))
        elif rows == 0:
            outcomes[line.check] = _untested(line, domain, words.NO_ROWS)
        elif unprinted:
            outcomes[line.check] = _untested(line, domain, words.not_printed(unprinted))
        else:
            ready.append(line)
    if table is not None and ready:
        results = _ask_great_expectations(suite.table, ready, table, parameters)
        for line in ready:
            outcomes[line.check] = _outcome(line, results.get(line.check), table, domain, parameters)
    return tuple(outcomes[line.check] for line in suite.expectations)


def _ask_great_expectations(
    name: str, lines: list[Expectation], table: Table, parameters: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Results as plain JSON by check.  A check missing here is turned into an error by the caller."""
    import great_expectations as gx  # costs seconds, so only where a suite is run

    import_module("audit.validate.expectations")  # registers our own

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    suite = gx.ExpectationSuite(name=name, expectations=[line.content for line in lines])
    used = {name: parameters[name] for line in lines for name in line.parameters}
    with remembered_configurations():
        result = (
            _frames()
            .get_batch({"dataframe": _in_floats(table)})
            .validate(
                suite,
                expectation_parameters=used,
                result_format={**_FORMAT, "unexpected_index_column_names": list(table.spec.key)},
            )
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
    if result is None:
        return _error(line, domain, "Great Expectations lost the expectation")
    raised = _exception(result["exception_info"])
    if raised is not None:
        return _error(line, domain, raised)
    if line.shape == "aggregate":
        return _aggregate(line, result, table, domain, parameters)
    facts = result["result"]
    judged = facts["element_count"] - facts.get("missing_count", 0)
    if judged == 0:
        timed = line.type == "expect_column_values_to_keep_statutory_period"
        nothing_matched = timed or (line.kwargs.get("row_condition") and facts["element_count"] == 0)
        return _untested(line, domain, words.NO_MATCH if nothing_matched else words.ALL_NULL)
    keys = _keys(facts["unexpected_index_list"], table)
    failed = facts["unexpected_count"]
    if len(keys) != failed or result["success"] != (failed == 0):
        return _error(line, domain, f"{failed} failures are counted, {len(keys)} are named")
    return Outcome(
        **_face(line, domain),
        status=Status.FAIL if failed else Status.PASS,
        judged=judged,
        failed=failed,
        condition=words.broken(line.title, judged, failed) if failed else words.kept(judged),
        records=tuple(RecordRef(table=table.spec.table, key=key) for key in sorted(keys)),
    )


def _aggregate(
    line: Expectation, result: dict[str, Any], table: Table, domain: str, parameters: dict[str, Any]
) -> Outcome:
    judged = int(table.frame[list(line.columns)].notna().all(axis=1).sum()) if line.columns else len(table.frame)
    if judged == 0:
        return _untested(line, domain, words.ALL_NULL)
    observed = str(result["observed"])
    bounds = [_resolved(line.kwargs[key], parameters) for key in _AGGREGATE_BOUNDS if line.kwargs.get(key) is not None]
    published = "-".join(dict.fromkeys(bounds))
    exact = len(set(bounds)) == 1 and bounds[0].lstrip("-").isdigit() and observed.lstrip("-").isdigit()
    return Outcome(
        **_face(line, domain),
        status=Status.PASS if result["success"] else Status.FAIL,
        judged=judged,
        failed=0 if result["success"] else judged,
        condition=words.observed(line.title, observed, published),
        claims=line.parameters,
        published=published,
        recalculated=observed,
        difference=str(int(observed) - int(bounds[0])) if exact else "",
    )


def _resolved(value: Any, parameters: dict[str, Any]) -> str:
    return str(parameters[value["$PARAMETER"]]) if isinstance(value, dict) else str(value)


def _keys(index_list: list[dict[str, list[Any]]] | None, table: Table) -> list[str]:
    """Record keys from Great Expectations' shape for keys without values: one dict of parallel lists."""
    key = table.spec.key
    return [
        "|".join(str(part) for part in parts)
        for group in index_list or []
        for parts in zip(*(group[column] for column in key), strict=True)
    ]


def _exception(info: dict[str, Any]) -> str | None:
    """The message of an exception in either of the two shapes, without traceback or path; None if none."""
    shapes = [info] if "raised_exception" in info else list(info.values())
    for shape in shapes:
        if shape.get("raised_exception"):
            lines = str(shape.get("exception_message") or "").strip().splitlines() or ["no message"]
            return _PATH.sub("…", lines[0])[:200]
    return None


def _untested(line: Expectation, domain: str, reason: Text) -> Outcome:
    return Outcome(**_face(line, domain), status=Status.NOT_TESTED, reason=reason)


def _error(line: Expectation, domain: str, message: str) -> Outcome:
    return Outcome(**_face(line, domain), status=Status.ERROR, reason=words.raised(message))


def _face(line: Expectation, domain: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "family": Family.EXPECTATION,
        "rule": line.rule,
        "domain": domain,
        "severity": line.severity,
        "title": line.title,
    }
