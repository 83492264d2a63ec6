"""Ten checks of one Parquet file by one library, in a process of its own.

    .venv/bin/python benchmarks/checkers.py WAY FILE ROWS [--memory 1GB]

Prints JSON: the seconds from the file to the answers, imports left out, and the ten answers: how many rows fail each
of eight checks, and whether the two totals hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import cases  # noqa: E402

Answers = list[int | bool]
Check = Callable[[], Answers]


def ours(path: Path, rows: int, memory: str) -> Check:
    """The duckdb engine of this package: counts, and the keys of the failing records, which no other way gives."""
    from audit.model import Status
    from audit.validate import duck

    scratch = Path(tempfile.mkdtemp(prefix="checkers-", dir=path.parent))
    suite, spec = cases.suite_of(rows, scratch)

    def check() -> Answers:
        outcomes = duck.run(suite, path, spec, {}, memory=memory, scratch=scratch)
        wrong = [outcome for outcome in outcomes if outcome.status in (Status.ERROR, Status.NOT_TESTED)]
        assert not wrong, wrong
        return [
            outcome.status is Status.PASS if n >= len(cases.CHECKS) else outcome.failed
            for n, outcome in enumerate(outcomes)
        ]

    return check


def by_hand(path: Path, rows: int, memory: str) -> Check:
    """One DuckDB query that counts the same."""
    import duckdb

    (_, _, fee), _ = cases.totals(rows)
    query = f"""
        SELECT
            (SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM t GROUP BY case_no HAVING count(*) > 1)),
            count(*) FILTER (WHERE channel NOT IN {cases.CHANNELS}),
            count(*) FILTER (WHERE outcome NOT IN {cases.OUTCOMES}),
            count(*) FILTER (WHERE received IS NULL),
            count(*) FILTER (WHERE unit IS NULL),
            count(*) FILTER (WHERE replied < received),
            count(*) FILTER (WHERE pages NOT BETWEEN {cases.PAGES[0]} AND {cases.PAGES[1]}),
            count(*) FILTER (WHERE NOT regexp_matches(unit, '{cases.UNIT}')),
            sum(fee) BETWEEN {fee["min_value"]} AND {fee["max_value"]},
            count(*) = {rows}
        FROM t
    """

    def check() -> Answers:
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = '{memory}'")
            connection.execute(f"SET temp_directory = '{path.parent}'")
            connection.execute(f"CREATE VIEW t AS FROM read_parquet('{path}')")
            answer = connection.execute(query).fetchone()
        assert answer
        return [bool(value) if n >= len(cases.CHECKS) else int(value) for n, value in enumerate(answer)]

    return check


def great_expectations(path: Path, rows: int, _: str) -> Check:
    """Great Expectations on pandas; result format SUMMARY, the cheapest that counts."""
    import great_expectations as gx
    import pandas as pd

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    definition = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
    suite = gx.ExpectationSuite(name="cases")
    for number, (_words, kind, kwargs) in enumerate((*cases.CHECKS, *cases.totals(rows))):
        made = getattr(gx.expectations, "".join(word.capitalize() for word in kind.split("_")))
        suite.add_expectation(made(**kwargs, meta={"number": number}))

    def check() -> Answers:
        frame = pd.read_parquet(path)
        for column in ("received", "replied"):
            frame[column] = pd.to_datetime(frame[column])
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        results = batch.validate(suite, result_format="SUMMARY").results
        results.sort(key=lambda result: result.expectation_config.meta["number"])  # they come in another order
        return [
            bool(result.success) if n >= len(cases.CHECKS) else int(result.result["unexpected_count"])
            for n, result in enumerate(results)
        ]

    return check


def pandera(path: Path, rows: int, _: str) -> Check:
    """pandera on polars, lazily, so that every failing row is counted."""
    import pandera.polars as pa
    import polars as pl

    (_, _, fee), _ = cases.totals(rows)
    ge, isin, between, matches = pa.Check, pa.Check.isin, pa.Check.in_range, pa.Check.str_matches

    def later(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select((pl.col("replied") >= pl.col("received")).fill_null(value=True))

    def fees(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("fee").sum().is_between(fee["min_value"], fee["max_value"]))

    def length(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.len() == rows)

    schema = pa.DataFrameSchema(
        {
            "case_no": pa.Column(pl.String, unique=True),
            "channel": pa.Column(pl.String, isin(cases.CHANNELS), nullable=True),
            "outcome": pa.Column(pl.String, isin(cases.OUTCOMES), nullable=True),
            "received": pa.Column(pl.Date),
            "replied": pa.Column(pl.Date, nullable=True),
            "pages": pa.Column(pl.Int32, between(*cases.PAGES)),
            "unit": pa.Column(pl.String, matches(cases.UNIT)),
            "fee": pa.Column(pl.Int32),
        },
        checks=[ge(later, name="later"), ge(fees, name="fees"), ge(length, name="length")],
    )
    order = (
        *(("case_no", "unique"), ("channel", "isin"), ("outcome", "isin"), ("received", "not_nullable")),
        *(("unit", "not_nullable"), ("", "later"), ("pages", "in_range"), ("unit", "str_matches")),
        *(("", "fees"), ("", "length")),
    )

    def check() -> Answers:
        frame = pl.read_parquet(path)
        try:
            schema.validate(frame, lazy=True)
            return [0] * len(cases.CHECKS) + [True, True]
        except pa.errors.SchemaErrors as errors:
            counts: dict[tuple[str, str], int] = {}
            groups = errors.failure_cases.group_by("column", "check").len().iter_rows()
            for column, name, count in groups:
                key = next(
                    (k for k in order if name.startswith(k[1]) or (k[1] == "unique" and "unique" in name)
                     if k[0] in ("", column)), (str(column), name)
                )  # fmt: skip
                counts[key] = counts.get(key, 0) + count
            unknown = set(counts) - set(order)
            assert not unknown, unknown
        found = [counts.get(key, 0) for key in order]
        return [*found[:-2], *(not count for count in found[-2:])]

    return check


def pointblank(path: Path, rows: int, _: str) -> Check:
    """pointblank on polars; a missing value passes the checks that are not about missing values."""
    import pointblank as pb
    import polars as pl

    (_, _, fee), _ = cases.totals(rows)

    def check() -> Answers:
        frame = pl.read_parquet(path)
        done = (
            pb.Validate(frame)
            .rows_distinct(columns_subset="case_no")
            .col_vals_in_set("channel", list(cases.CHANNELS))
            .col_vals_in_set("outcome", list(cases.OUTCOMES))
            .col_vals_not_null("received")
            .col_vals_not_null("unit")
            .col_vals_ge("replied", pb.col("received"), na_pass=True)
            .col_vals_between("pages", *cases.PAGES)
            .col_vals_regex("unit", cases.UNIT, na_pass=True)
            .col_vals_between("fees", fee["min_value"], fee["max_value"], pre=_fees)
            .row_count_match(rows)
            .interrogate(collect_extracts=False)
        )
        failed: Any = done.n_failed()
        found = [int(failed[n]) for n in range(1, len(cases.CHECKS) + 3)]
        return [*found[:-2], *(not count for count in found[-2:])]

    return check


def _fees(frame: Any) -> Any:
    import polars as pl

    return frame.select(pl.col("fee").sum().alias("fees"))


WAYS: dict[str, Callable[[Path, int, str], Check]] = {
    "duckdb engine": ours,
    "query by hand": by_hand,
    "Great Expectations, pandas": great_expectations,
    "pandera, polars": pandera,
    "pointblank, polars": pointblank,
}


def main() -> None:
    """Import what the way needs, then measure it once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("file", type=Path)
    parser.add_argument("rows", type=int)
    parser.add_argument("--memory", default="1GB")
    asked = parser.parse_args()
    check = WAYS[asked.way](asked.file, asked.rows, asked.memory)
    begun = time.perf_counter()
    answers = check()
    print(json.dumps({"seconds": time.perf_counter() - begun, "answers": answers}))


if __name__ == "__main__":
    main()
