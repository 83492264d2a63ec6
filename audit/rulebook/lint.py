"""The rulebook held against itself: what contradicts, repeats, can never apply, or is touched by nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from audit.rulebook.book import Rulebook
from audit.rulebook.rules import Rule
from audit.rulebook.suites import Expectation, Suite

# Rules that every printed rate falls under; the claims of an engagement carry them out, not the rulebook.
_OF_RATES = {"RAT-02", "RAT-05", "RAT-06"}
Kind = Literal["contradictory", "redundant", "never_applicable", "without_carrier", "untouched_column"]


@dataclass(frozen=True)
class Remark:
    """One remark on the rulebook: its kind and the thing it is about."""

    kind: Kind
    about: str
    words: str


def lint(book: Rulebook) -> tuple[Remark, ...]:
    """Everything remarkable, in a fixed order."""
    found: list[Remark] = []
    for suite in book.suites.values():
        found += _within(suite)
    found += _rules(book)
    found += _untouched(book)
    return tuple(found)


def _within(suite: Suite) -> list[Remark]:
    found = []
    for place, first in enumerate(suite.expectations):
        for second in suite.expectations[place + 1 :]:
            pair = f"{first.id} and {second.check}"
            if _contradict(first, second):
                found.append(Remark("contradictory", pair, "both cannot hold for any record"))
            elif _implies(first, second) or _implies(second, first):
                found.append(Remark("redundant", pair, "one says nothing that the other does not"))
    return found


def _contradict(first: Expectation, second: Expectation) -> bool:
    """Two lines that no record under their common condition satisfies."""
    kinds = {_short(first), _short(second)}
    same = first.columns == second.columns and _condition(first) == _condition(second)
    if kinds == {"values_to_be_null", "values_to_not_be_null"}:
        return same
    if kinds == {"values_to_be_between"} and same:
        low = [line.kwargs.get("min_value") for line in (first, second)]
        high = [line.kwargs.get("max_value") for line in (first, second)]
        return any(isinstance(a, int | float) and isinstance(b, int | float) and a > b for a in low for b in high)
    if kinds == {"pair_values_a_to_be_greater_than_b"}:
        crossed = first.columns == second.columns[::-1] and _condition(first) == _condition(second)
        return crossed and not (first.kwargs["or_equal"] and second.kwargs["or_equal"])
    return False


def _implies(strong: Expectation, weak: Expectation) -> bool:
    """Whether `weak` can fail only where `strong` does: the same demand under a narrower condition, or a wider one."""
    if strong.type != weak.type or strong.columns != weak.columns:
        return False
    narrower = _condition(strong) is None or _condition(strong) == _condition(weak)
    match _short(strong):
        case "values_to_be_in_set":
            return narrower and set(strong.kwargs["value_set"]) <= set(weak.kwargs["value_set"])
        case "values_to_not_be_null" | "values_to_be_null" | "values_to_be_unique":
            return narrower
        case "values_to_be_between":
            return narrower and all(_tighter(strong, weak, key) for key in ("min_value", "max_value"))
    return False


def _tighter(strong: Expectation, weak: Expectation, key: str) -> bool:
    a, b = strong.kwargs.get(key), weak.kwargs.get(key)
    if b is None or a == b:
        return True
    if not (isinstance(a, int | float) and isinstance(b, int | float)):
        return False
    return a >= b if key == "min_value" else a <= b


def _rules(book: Rulebook) -> list[Remark]:
    carried = {line.rule for suite in book.suites.values() for line in suite.expectations}
    carried |= {measure.rule for measure in book.measures.values()}
    carried |= {identity.rule for identity in book.identities} | {within.rule for within in book.row_identities}
    found = []
    for rule in book.rules.values():
        if rule.effective.to is not None and rule.effective.to < rule.effective.from_:
            found.append(Remark("never_applicable", rule.id, "it ends before it begins"))
        judged = {name for table in book.tables.values() for name in table.judged}
        used = {column for suite in book.suites.values() for line in suite.expectations for column in line.columns}
        if rule.clock is not None and rule.column in judged and rule.column not in used:
            found.append(Remark("without_carrier", rule.id, "no suite asks for the judgement of its clock"))
        elif rule.id not in carried | _OF_RATES and not rule.direct and not _sets_no_limit(rule):
            found.append(Remark("without_carrier", rule.id, "no expectation, measure or identity carries it out"))
    return found


def _sets_no_limit(rule: Rule) -> bool:
    """A version of a time limit under which there was none: it fills the series and has nothing to carry out."""
    return bool(rule.series) and rule.clock is None


def _untouched(book: Rulebook) -> list[Remark]:
    """Delivered columns that no suite, clock, measure, identity or computed table looks at."""
    sql = " ".join(measure.sql for measure in book.measures.values())
    sql += " ".join(table.sql for table in book.computed.values())
    found = []
    for name, spec in book.delivered.items():
        touched = set(spec.key)
        if name in book.suites:
            for line in book.suites[name].expectations:
                touched |= set(line.columns) | _named(line.kwargs.get("row_condition"))
        for rule in book.rules.values():
            if rule.clock is not None and rule.clock.table == name:
                touched |= {*rule.clock.dates, *rule.clock.when, rule.effective.selector}
        for within in book.row_identities:
            touched |= {*within.left, *within.right} if within.table == name else set()
        for column in spec.columns:
            if column not in touched and column not in sql:
                found.append(Remark("untouched_column", f"{name}.{column}", "no criterion looks at it"))
    return found


def _named(condition: Any) -> set[str]:
    if not isinstance(condition, dict):
        return set()
    if "conditions" in condition:
        return set().union(*(_named(part) for part in condition["conditions"]))
    return {condition["column"]["name"]}


def _condition(line: Expectation) -> str | None:
    condition = line.kwargs.get("row_condition")
    return None if condition is None else json.dumps(condition, sort_keys=True)


def _short(line: Expectation) -> str:
    return line.type.removeprefix("expect_column_")
