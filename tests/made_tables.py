"""A table on which every expectation has something to find, and the expectations: for holding engines to each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from audit.intake import Table
from audit.intake.reader import DTYPES
from audit.model import Severity, Text
from audit.rulebook import Expectation, TableSpec

TITLE = Text(zh="检查", en="check")
PARAMETERS: dict[str, Any] = {"from_day": datetime(2021, 1, 2), "half": 2.5, "printed": 3, "counted": 4}


def column(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "title": {"zh": f"列{name}", "en": f"Column {name}"}, **more}


SPEC = TableSpec.model_validate(
    {
        "table": "cases",
        "domain": "normative",
        "title": {"zh": "案件", "en": "Cases"},
        "grain": {"zh": "每行一件", "en": "One case a row"},
        "key": ["no", "count"],
        "columns": {
            "no": column("text", "no", also=["编号"]),
            "count": column("integer", "count", unit="件"),
            "label": column("text", "label"),
            "kind": column("code", "kind", codes={"a": "甲", "b": "乙"}),
            "opened": column("date", "opened"),
            "closed": column("date", "closed"),
            "amount": column("decimal", "amount"),
            "part": column("integer", "part"),
        },
        "judged": ["rule", "rule_due"],
    }
)


def table(**columns: list[Any]) -> Table:
    """A table of `columns`, its keys 000, 001, … unless given, everything else missing."""
    rows = max((len(cells) for cells in columns.values()), default=0)
    given = {"no": [f"{row:03}" for row in range(rows)], **columns}
    data = {
        name: pd.Series(given.get(name, [None] * rows), dtype=DTYPES[kind]) for name, kind in SPEC.all_columns.items()
    }
    return Table(SPEC, pd.DataFrame(data))


def day(text: str | None) -> pd.Timestamp | None:
    return None if text is None else pd.Timestamp(text)


def faulty() -> Table:
    """Duplicates, missing values, values on the bounds and beyond, text that regular expressions disagree about."""
    return table(
        count=[1, None, 3, 1, None, 5, 5],
        label=["x", "x", None, "y", "b\n", "", "３①x"],
        kind=["a", "b", None, "a", None, "b", "a"],
        opened=[*map(day, ["2021-01-01", None, "2021-01-03", "2021-01-03", None, "2021-01-03", "2021-01-02"])],
        closed=[*map(day, ["2021-01-01", "2021-01-02", None, "2021-01-02", None, "2021-01-05", "2021-01-02"])],
        amount=[Decimal(cell) if cell else None for cell in ("0.1", "", "0.1", "2", "", "0.3", "0.3001")],
        part=[1, 1, 2, None, None, 5, 4],
        rule=["in_time", None, "late", "open", None, "overdue", "in_time"],
    )


def clean() -> Table:
    """Nothing is missing and nothing broken that can be helped."""
    return table(
        count=[1, 2, 3],
        label=["x", "xx", "xxx"],
        kind=["a", "a", "a"],
        opened=[*map(day, ["2021-01-02", "2021-01-03", "2021-01-04"])],
        closed=[*map(day, ["2021-01-03", "2021-01-04", "2021-01-05"])],
        amount=[Decimal("0.1"), Decimal("0.2"), Decimal("1")],
        part=[1, 2, 3],
        rule=["in_time", "open", "in_time"],
    )


def where(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"type": "comparison", "column": {"name": name}, "operator": operator, "parameter": value}


def filled(name: str, *, missing: bool = False) -> dict[str, Any]:
    return {"type": "nullity", "column": {"name": name}, "is_null": missing}


def conditions() -> Iterator[dict[str, Any]]:
    """Every operator on every type, values missing and not, and both ways of joining."""
    for name, value in (("kind", "a"), ("label", "x"), ("count", 1), ("amount", 0.1)):
        yield from (where(name, operator, value) for operator in ("==", "!="))
        yield from (where(name, operator, [value]) for operator in ("IN", "NOT_IN"))
        if not isinstance(value, str):
            yield from (where(name, operator, value) for operator in ("<", "<=", ">", ">="))
    yield from (filled(name, missing=missing) for name in ("kind", "opened", "amount") for missing in (True, False))
    for kind in ("and", "or"):
        yield {"type": kind, "conditions": [where("kind", "!=", "a"), where("count", "!=", 1)]}
    nested = {"type": "and", "conditions": [filled("label"), where("count", ">=", 1)]}
    yield {"type": "or", "conditions": [where("amount", "<", 0.2), nested]}


_SIMPLE = ("^x$", "^b$", r"^\d", r"\D$", "[xy]", "^.$", "^$", r"b\n", "[^x]", "^.{1,2}$")
PATTERNS = (*_SIMPLE, "(?=x)x", "(?i)X", "x|b$", r"\w")  # the last are read by Python alone
_EITHER = {"ignore_row_if": "either_value_is_missing"}
_NOT_B = where("kind", "!=", "b")
_VALUES = "expect_column_values_to_"
_ASKED: dict[str, list[dict[str, Any]]] = {
    f"{_VALUES}not_be_null": [{"column": name} for name in ("label", "opened")],
    f"{_VALUES}be_null": [{"column": name} for name in ("kind", "amount")],
    f"{_VALUES}be_unique": [
        *({"column": name} for name in ("label", "amount", "opened", "count", "no")),
        {"column": "label", "row_condition": where("kind", "==", "a")},
    ],
    f"{_VALUES}be_in_set": [
        {"column": "label", "value_set": ["x", "it's"]},
        {"column": "count", "value_set": [1, 5.0]},
        {"column": "label", "value_set": [1]},
        {"column": "count", "value_set": ["1", True, 3.5]},
    ],
    f"{_VALUES}match_regex": [{"column": "label", "regex": pattern} for pattern in PATTERNS],
    f"{_VALUES}be_between": [
        {"column": "count", "min_value": 1, "max_value": 3},
        {"column": "count", "min_value": {"$PARAMETER": "half"}},
        {"column": "amount", "min_value": 0.1, "max_value": 0.3},
        {"column": "opened", "min_value": {"$PARAMETER": "from_day"}},
        {"column": "opened", "max_value": {"$PARAMETER": "from_day"}, "row_condition": filled("closed")},
    ],
    "expect_column_pair_values_a_to_be_greater_than_b": [
        *({"column_A": "closed", "column_B": "opened", "or_equal": equal, **_EITHER} for equal in (True, False)),
        {"column_A": "count", "column_B": "amount", "or_equal": False, **_EITHER},
        {
            "column_A": "part",
            "column_B": "count",
            "or_equal": True,
            "row_condition": where("kind", "!=", "b"),
            **_EITHER,
        },
    ],
    "expect_compound_columns_to_be_unique": [
        {"column_list": list(names)}
        for names in (("kind", "part"), ("count", "amount"), ("label", "kind"), ("no", "label"))
    ],
    f"{_VALUES}keep_statutory_period": [{"column": "rule"}],
    "expect_column_to_be_filled_if_and_only_if": [
        {"column_A": "opened", "column_B": "kind", "value_set": ["a"]},
        {"column_A": "opened", "column_B": "kind", "value_set": ["a"], "row_condition": where("count", "==", 1)},
    ],
    "expect_first_column_to_equal_sum_of_others": [{"column_list": ["count", "part"]}],
    "expect_table_row_count_to_equal": [{"value": 7}, {"value": {"$PARAMETER": "printed"}}],
    "expect_table_row_count_to_be_between": [{"min_value": 4}, {"max_value": 7}],
    "expect_column_sum_to_be_between": [
        {"column": "count", "min_value": 15, "max_value": 15},
        {"column": "part", "min_value": {"$PARAMETER": "half"}, "max_value": 12},
    ],
    "expect_column_unique_value_count_to_be_between": [
        {"column": name, "max_value": 3} for name in ("label", "amount", "opened")
    ],
    "expect_recalculation_to_equal_published": [
        {"published": {"$PARAMETER": "printed"}, "recalculated": {"$PARAMETER": "counted"}},
        {"published": 4, "recalculated": {"$PARAMETER": "counted"}},
    ],
}


def lines() -> tuple[Expectation, ...]:
    """Every expectation type, every operator of a condition."""
    asked = [(kind, kwargs) for kind, listed in _ASKED.items() for kwargs in listed]
    asked += [(f"{_VALUES}not_be_null", {"column": "label", "row_condition": met}) for met in conditions()]
    number = itertools.count()
    return tuple(
        Expectation("cases", f"{next(number):03}", "REG-01", TITLE, Severity.WARNING, kind, kwargs)
        for kind, kwargs in asked
    )
