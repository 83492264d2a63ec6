"""One generated table and ten checks of it: as a suite of this package, and as anyone else would write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from audit.rulebook import Suite, TableSpec

CHANNELS = ("in_person", "registered_post", "letter", "internet")
OUTCOMES = ("granted", "partial", "denied", "unable", "not_processed", "other")
UNIT = "^[0-9]{3}$"
PAGES = (1, 500)
# What row checks count as failing, then whether the two totals hold; the order of every way's answer.
CHECKS = (
    ("case_no is unique", "expect_column_values_to_be_unique", {"column": "case_no"}),
    ("channel is known", "expect_column_values_to_be_in_set", {"column": "channel", "value_set": list(CHANNELS)}),
    ("outcome is known", "expect_column_values_to_be_in_set", {"column": "outcome", "value_set": list(OUTCOMES)}),
    ("received is there", "expect_column_values_to_not_be_null", {"column": "received"}),
    ("unit is there", "expect_column_values_to_not_be_null", {"column": "unit"}),
    (
        "replied is not before received",
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "replied", "column_B": "received", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
    ),
    ("pages are 1 to 500", "expect_column_values_to_be_between", {"column": "pages", "min_value": 1, "max_value": 500}),
    ("unit has three digits", "expect_column_values_to_match_regex", {"column": "unit", "regex": UNIT}),
)


def totals(rows: int) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """The two checks that know how many rows there are; fees are 0 to 99."""
    low, high = 45 * rows, 54 * rows
    return (
        ("fees add up", "expect_column_sum_to_be_between", {"column": "fee", "min_value": low, "max_value": high}),
        ("rows", "expect_table_row_count_to_equal", {"value": rows}),
    )


def generate(path: Path, rows: int, memory: str = "2GB") -> None:
    """Write the table as Parquet: a function of the row's number alone, faults in one row of some hundreds.

    Row i is made from the digits of a hash of i; every 1000th number is used twice.
    """
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute(f"SET temp_directory = '{path.parent}'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"""
            COPY (
                SELECT
                    'C' || lpad(CAST(CASE WHEN i % 1000 = 999 THEN i - 1 ELSE i END AS VARCHAR), 10, '0') AS case_no,
                    CASE WHEN h % 997 = 0 THEN 'fax' ELSE {list(CHANNELS)}[1 + h % 4] END AS channel,
                    CASE WHEN h % 499 = 0 THEN 'lost' ELSE {list(OUTCOMES)}[1 + (h // 4) % 6] END AS outcome,
                    CASE WHEN h % 769 <> 0 THEN DATE '2021-01-01' + CAST(h % 330 AS INTEGER) END AS received,
                    CASE WHEN h % 7 <> 0 THEN
                        DATE '2021-01-01' + CAST(h % 330 + (h // 330) % 40 - CAST(h % 991 = 1 AS INTEGER) * 60
                        AS INTEGER) END AS replied,
                    CAST(1 + (h // 16) % 501 AS INTEGER) AS pages,
                    CASE WHEN h % 613 = 0 THEN NULL WHEN h % 211 = 0 THEN '1a7'
                        ELSE lpad(CAST((h // 64) % 1000 AS VARCHAR), 3, '0') END AS unit,
                    CAST((h // 128) % 100 AS INTEGER) AS fee
                FROM (SELECT i, CAST(hash(i) % 1000000007 AS BIGINT) AS h FROM range({rows}) AS numbers(i))
            ) TO '{path}' (FORMAT parquet)
        """)


def suite_of(rows: int, folder: Path) -> tuple[Suite, TableSpec]:
    """The same checks as a suite file of this package, read as any other, and the table's declaration."""
    from audit.rulebook import TableSpec
    from audit.rulebook.suites import read_suite

    def text(words: str) -> dict[str, str]:
        return {"zh": words, "en": words}

    types = {"case_no": "text", "channel": "code", "outcome": "code", "received": "date", "replied": "date"}
    types |= {"pages": "integer", "unit": "text", "fee": "integer"}
    codes: dict[str, tuple[str, ...]] = {"channel": (*CHANNELS, "fax"), "outcome": (*OUTCOMES, "lost")}
    columns = {
        name: {"type": kind, "title": text(name), "codes": dict.fromkeys(codes.get(name, ()), name)}
        for name, kind in types.items()
    }
    spec = TableSpec.model_validate(
        {"table": "cases", "domain": "disclosure", "title": text("cases"), "grain": text("a case"),
         "key": ("case_no",), "columns": columns}
    )  # fmt: skip
    entries = [
        {
            "type": kind,
            "kwargs": kwargs,
            "meta": {"rule": "BENCH", "check": f"check_{number:02d}", "title": text(words)},
            "severity": "critical",
        }
        for number, (words, kind, kwargs) in enumerate((*CHECKS, *totals(rows)), start=1)
    ]
    path = folder / "cases.json"
    path.write_text(json.dumps({"name": "cases", "expectations": entries}), encoding="utf-8")
    return read_suite(path, {"cases": spec}), spec
