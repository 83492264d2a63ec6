"""From facts to outcomes: what every engine has to count, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from audit import words
from audit.model import Family, Outcome, RecordRef, Status, Text
from audit.rulebook import Expectation, Suite

_RECORDS = TypeAdapter(tuple[RecordRef, ...])  # all at once: there may be tens of thousands
_EXACT_BOUNDS = ("value", "published")
_AGGREGATE_BOUNDS = ("value", "min_value", "max_value", "published")
_MOST_EXACT = 2**53


@dataclass(frozen=True)
class Facts:
    """What an engine counted for one expectation of rows.

    `elements` are the rows that meet the row condition, `judged` those of them that say something, `failed` those
    that break it; `keys` name the latter, all of them unless `cut` says that only the first are kept.
    """

    elements: int
    judged: int
    failed: int
    keys: tuple[str, ...]
    cut: bool = False


def sort_out(
    suite: Suite, absent: Text | None, rows: int, domain: str, parameters: Mapping[str, Any]
) -> tuple[dict[str, Outcome], list[Expectation]]:
    """The outcomes of what cannot be tested or carried out, by check, and the expectations that can.

    `absent` says why the table was not supplied, None that it was.  Bounds that engines would understand each in its
    own way are an error here, so that all engines say the same of them.
    """
    outcomes: dict[str, Outcome] = {}
    ready: list[Expectation] = []
    for line in suite.expectations:
        unprinted = [name for name in line.parameters if name not in parameters]
        if absent is not None:
            outcomes[line.check] = untested(line, domain, words.not_supplied(absent))
        elif rows == 0:
            outcomes[line.check] = untested(line, domain, words.NO_ROWS)
        elif unprinted:
            outcomes[line.check] = untested(line, domain, words.not_printed(unprinted))
        elif doubt := _doubtful_bounds(line, parameters):
            outcomes[line.check] = error(line, domain, doubt)
        else:
            ready.append(line)
    return outcomes, ready


def of_rows(line: Expectation, facts: Facts, table: str, domain: str) -> Outcome:
    """The outcome of an expectation of rows."""
    if facts.judged == 0:
        timed = line.type == "expect_column_values_to_keep_statutory_period"
        nothing_matched = timed or (line.kwargs.get("row_condition") and facts.elements == 0)
        return untested(line, domain, words.NO_MATCH if nothing_matched else words.ALL_NULL)
    if not facts.cut and len(facts.keys) != facts.failed:
        return error(line, domain, f"{facts.failed} failures are counted, {len(facts.keys)} are named")
    said = words.broken(line.title, facts.judged, facts.failed) if facts.failed else words.kept(facts.judged)
    return Outcome(
        **face(line, domain),
        status=Status.FAIL if facts.failed else Status.PASS,
        judged=facts.judged,
        failed=facts.failed,
        condition=words.joined(said, words.first_keys(len(facts.keys)) if facts.cut else None),
        records=_RECORDS.validate_python([{"table": table, "key": key} for key in sorted(facts.keys)]),
    )


def _doubtful_bounds(line: Expectation, parameters: Mapping[str, Any]) -> str:
    """Why nothing can be held against the bounds of an expectation, or "".

    Great Expectations takes the bounds of values, not those of totals, for binary numbers: exact below 2**53.
    """
    low, high, value = (resolved(line.kwargs.get(key), parameters) for key in ("min_value", "max_value", "value"))
    bounds = [bound for bound in (low, high, value) if bound is not None]
    numbers = [bound for bound in bounds if isinstance(bound, int | float)]
    if not bounds:
        return ""
    if line.shape == "aggregate" and len(numbers) < len(bounds):
        return "a total can be held against numbers only"
    if line.shape == "map" and any(abs(number) >= _MOST_EXACT for number in numbers):
        return "a bound of 2 to the power of 53 or more is not exact"
    comparable = len(numbers) == 2 or type(low) is type(high)
    if low is not None and high is not None and comparable and low > high:
        return "min_value cannot be greater than max_value"
    return ""


def of_total(line: Expectation, judged: int, found: Any, domain: str, parameters: Mapping[str, Any]) -> Outcome:
    """The outcome of an expectation of totals, of which `found` was observed.

    Whether it is kept is decided here for every engine, in whole numbers: Great Expectations would cut a printed
    612.5 to 612 rows, and round what is larger than 2**53.
    """
    if judged == 0:
        return untested(line, domain, words.ALL_NULL)
    found = resolved(line.kwargs["recalculated"], parameters) if "recalculated" in line.kwargs else int(found)
    stated = {key: resolved(line.kwargs.get(key), parameters) for key in _AGGREGATE_BOUNDS}
    success = (
        all(stated[key] is None or found == stated[key] for key in _EXACT_BOUNDS)
        and (stated["min_value"] is None or found >= stated["min_value"])
        and (stated["max_value"] is None or found <= stated["max_value"])
    )
    observed, bounds = str(found), [str(bound) for bound in stated.values() if bound is not None]
    published = "-".join(dict.fromkeys(bounds))
    exact = len(set(bounds)) == 1 and bounds[0].lstrip("-").isdigit() and observed.lstrip("-").isdigit()
    return Outcome(
        **face(line, domain),
        status=Status.PASS if success else Status.FAIL,
        judged=judged,
        failed=0 if success else 1,  # the total, not the records that it is made of
        condition=words.observed(line.title, observed, published),
        claims=line.parameters,
        published=published,
        recalculated=observed,
        difference=str(int(observed) - int(bounds[0])) if exact else "",
    )


def untested(line: Expectation, domain: str, reason: Text) -> Outcome:
    """Nothing could be judged, for a reason."""
    return Outcome(**face(line, domain), status=Status.NOT_TESTED, reason=reason)


def error(line: Expectation, domain: str, message: str) -> Outcome:
    """The expectation could not be carried out."""
    return Outcome(**face(line, domain), status=Status.ERROR, reason=words.raised(message))


def face(line: Expectation, domain: str) -> dict[str, Any]:
    """What every outcome of an expectation says of it."""
    return {
        "id": line.id,
        "family": Family.EXPECTATION,
        "rule": line.rule,
        "domain": domain,
        "severity": line.severity,
        "title": line.title,
    }


def resolved(value: Any, parameters: Mapping[str, Any]) -> Any:
    """The value itself, or the parameter that it names."""
    return parameters[value["$PARAMETER"]] if isinstance(value, dict) else value
