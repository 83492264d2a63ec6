"""The engines held to each other: the same verdicts, counts and keys, whatever carries the suites out."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_tables import PARAMETERS, SPEC, clean, faulty, lines, table
from runs import Run, run

from audit.clocks import official_calendar
from audit.clocks.period import judge
from audit.errors import AuditError, IntakeError, UsageError
from audit.findings import Results, canonical_json
from audit.home import ROOT, Home
from audit.intake import Stored, Table, read_tables
from audit.intake.reader import DTYPES
from audit.model import NOTHING, Outcome, Status
from audit.programme import carry_out, open_audit
from audit.query import KEPT, Machine, SqlError, Store, deadlines, parquet, scanner
from audit.query.clock import judged_sql, lay_calendar, translated
from audit.rulebook import Rulebook, Suite, TableSpec, load_rulebook
from audit.rulebook.suites import VOCABULARY
from audit.selftest import tables as planting
from audit.validate import duck, hold, run_suite
from audit.validate.sql import AGGREGATES, MAPS

CALENDAR = official_calendar()
YEAR_END = date(2021, 12, 31)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook(ROOT / "expectations")


def by_duckdb(suite: Suite, held: Table, **more: Any) -> tuple[Outcome, ...]:
    with Store() as store, store.shown(held.frame) as source:
        return duck.judge(suite, store, source, held.spec, len(held.frame), "normative", PARAMETERS, **more)


def as_parquet(held: Table, path: Path) -> Path:
    kinds = {"date": pa.timestamp("us"), "integer": pa.int64(), "decimal": pa.decimal128(18, 4)}
    types = {name: kinds.get(kind, pa.string()) for name, kind in held.spec.all_columns.items()}
    schema = pa.schema([(name, types[name]) for name in held.frame.columns])
    pq.write_table(pa.Table.from_pandas(held.frame, schema=schema, preserve_index=False), path)
    return path


# Suites


def test_every_expectation_has_its_sql() -> None:
    assert set(MAPS) | set(AGGREGATES) == set(VOCABULARY)
    assert {line.type for line in lines()} == set(VOCABULARY)


@pytest.mark.parametrize(
    "held",
    [faulty(), clean(), table(no=["1", "2"], count=[1, 2]), table()],
    ids=["faulty", "clean", "nothing filled", "empty"],
)
def test_duckdb_and_pandas_come_to_the_same_on_every_expectation(held: Table, tmp_path: Path) -> None:
    suite = Suite("cases", lines())
    by_pandas = run_suite(suite, held, len(held.frame), NOTHING, "normative", PARAMETERS)
    assert by_duckdb(suite, held) == by_pandas
    assert duck.run(suite, as_parquet(held, tmp_path / "t.parquet"), SPEC, PARAMETERS, domain="normative") == by_pandas
    if len(held.frame) > 3:
        assert {Status.PASS, Status.FAIL, Status.NOT_TESTED} <= {outcome.status for outcome in by_pandas}


@pytest.mark.parametrize("most", [1, 2, 3])
def test_of_many_failing_keys_the_first_are_named(most: int) -> None:
    suite, cut = Suite("cases", lines()), set()
    for all_of_them, first in zip(by_duckdb(suite, faulty()), by_duckdb(suite, faulty(), most=most), strict=True):
        assert (first.status, first.judged, first.failed) == (
            all_of_them.status,
            all_of_them.judged,
            all_of_them.failed,
        )
        assert first.records == all_of_them.records[:most]
        if first.failed > most and first.records:
            assert f"{most}条" in first.condition.zh
            cut.add(first.id.split("/")[1])
    assert len(cut) >= 3


WRONG = [
    ("expect_column_values_to_be_lovely", {"column": "label"}),
    ("expect_column_values_to_be_in_set", {"column": "label", "value_set": ["x"], "mostly": 0.1}),
    ("expect_column_values_to_not_be_null", {"column": "lable"}),
    ("expect_column_values_to_not_be_null", {"column": "label", "row_condition": "kind == 'a'"}),
    ("expect_column_values_to_not_be_null", {"column": "label", "row_condition": {"type": "not", "condition": {}}}),
    ("expect_column_values_to_be_between", {"column": "opened", "min_value": 3}),
    ("expect_column_values_to_be_between", {"column": "count", "min_value": 3, "max_value": 2}),
    ("expect_column_pair_values_a_to_be_greater_than_b", {"column_A": "count", "column_B": "opened", "or_equal": True}),
    (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "closed", "column_B": "opened", "or_equal": True, "ignore_row_if": "never"},
    ),
    ("expect_column_sum_to_be_between", {"column": "label", "min_value": 1}),
]


@pytest.mark.parametrize(("kind", "kwargs"), WRONG, ids=[f"{n} {kind[7:40]}" for n, (kind, _) in enumerate(WRONG)])
def test_what_duckdb_does_not_know_is_an_error_and_spoils_nothing_else(kind: str, kwargs: dict[str, Any]) -> None:
    first, *_ = lines()
    outcomes = by_duckdb(Suite("cases", (first, replace(first, check="wrong", type=kind, kwargs=kwargs))), faulty())
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.ERROR]
    assert outcomes[1].judged == outcomes[1].failed == 0
    assert "\n" not in outcomes[1].reason.en


# Bounds and totals that binary or cut numbers get wrong: what is asked, the figures printed, what both must say.
_ROWS, _MOST = "expect_table_row_count_to_be_between", 10**18 - 1
_FIGURE, _BEYOND = {"$PARAMETER": "figure"}, {"min_value": 12 * _MOST, "max_value": 12 * _MOST}
HARD: list[tuple[str, dict[str, Any], Any, str]] = [
    ("expect_table_row_count_to_equal", {"value": _FIGURE}, 12.5, "fail"),
    ("expect_table_row_count_to_equal", {"value": _FIGURE}, 12.0, "pass"),
    ("expect_table_row_count_to_equal", {"value": _FIGURE}, 2**53 + 1, "fail"),
    (_ROWS, {"min_value": _FIGURE}, 12.5, "fail"),
    (_ROWS, {"max_value": _FIGURE}, 11.5, "fail"),
    (_ROWS, {"min_value": _FIGURE, "max_value": 3}, 4, "error"),
    (_ROWS, {"min_value": _FIGURE}, date(2021, 1, 1), "error"),
    ("expect_column_unique_value_count_to_be_between", {"column": "count", "min_value": _FIGURE}, 1.5, "fail"),
    ("expect_column_sum_to_be_between", {"column": "count", "min_value": _FIGURE, "max_value": 3}, 4, "error"),
    ("expect_column_sum_to_be_between", {"column": "count", **_BEYOND}, 0, "pass"),
    ("expect_column_sum_to_be_between", {"column": "count", "min_value": _FIGURE}, 12 * _MOST + 1, "fail"),
    ("expect_column_sum_to_be_between", {"column": "part", "max_value": 2**53}, 0, "fail"),
    ("expect_column_values_to_be_between", {"column": "part", "max_value": 2**53}, 0, "error"),
    ("expect_column_values_to_be_between", {"column": "part", "max_value": 2**53 - 1}, 0, "fail"),
    ("expect_column_values_to_be_between", {"column": "count", "min_value": _FIGURE, "max_value": 3}, 4, "error"),
]


@pytest.mark.parametrize(
    ("kind", "kwargs", "figure", "status"), HARD, ids=[f"{n} {kind[7:40]}" for n, (kind, *_) in enumerate(HARD)]
)
def test_bounds_are_neither_cut_nor_rounded(kind: str, kwargs: dict[str, Any], figure: Any, status: str) -> None:
    held = table(count=[_MOST] * 12, part=[*[None] * 11, 2**53 + 1])
    suite = Suite("cases", (replace(lines()[0], type=kind, kwargs=kwargs),))
    (by_pandas,) = run_suite(suite, held, 12, NOTHING, "normative", {"figure": figure})
    with Store() as store, store.shown(held.frame) as source:
        by_sql = duck.judge(suite, store, source, SPEC, 12, "normative", {"figure": figure})
    assert (by_sql, by_pandas.status) == ((by_pandas,), Status(status))


def test_of_very_many_failing_records_the_first_are_named_and_that_is_said() -> None:
    many = [f"{number:03}" for number in range(30)][::-1]
    held = table(no=many, count=[1] * 30, label=[None] * 29 + ["x"])
    (line,) = (line for line in lines() if line.check == "000")
    (outcome,) = by_duckdb(Suite("cases", (line,)), held, most=10)
    assert (outcome.judged, outcome.failed) == (30, 29)
    assert [record.key for record in outcome.records] == [f"{number:03}|1" for number in range(1, 11)]
    assert outcome.condition.en.endswith("so many that only the first 10 keys are listed")


def test_a_column_of_another_type_is_refused(tmp_path: Path) -> None:
    frame = faulty().frame.assign(count="1")
    frame.to_parquet(tmp_path / "t.parquet")
    with pytest.raises(
        AuditError, match=r"column count is VARCHAR, and is declared as integer[\s\S]*write it as BIGINT"
    ):
        duck.run(Suite("cases", lines()), tmp_path / "t.parquet", SPEC)


def test_what_exceeds_the_memory_goes_to_the_scratch_folder_and_leaves_nothing(tmp_path: Path) -> None:
    source, scratch, rows = tmp_path / "t.parquet", tmp_path / "scratch", 1_000_000
    made = f"SELECT 'C' || (i * 7919) % {rows} AS no, i AS count, repeat('x', 40) AS label FROM range({rows}) r(i)"
    unique = next(line for line in lines() if line.kwargs.get("column") == "no")
    with Store("60MB", threads=1, scratch=scratch) as store:
        store.rows(f"COPY ({made}) TO '{source}' (FORMAT parquet)")
        (outcome,) = duck.judge(Suite("cases", (unique,)), store, parquet(source), SPEC, None, "", {})
        assert (outcome.status, outcome.judged) == (Status.PASS, rows)
        next(store.batches(f"SELECT * FROM {parquet(source)} ORDER BY no DESC"))
        assert any(scratch.rglob("duckdb*"))
        with pytest.raises(SqlError, match="Out of Memory"):  # the limit is one
            store.rows(f"SELECT list(label || label || no) FROM {parquet(source)}")
    assert not any(scratch.rglob("*"))


def test_an_amount_of_memory_that_is_none_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="write it as 2GB"):
        Store("plenty")


# Planted rows: a violation of each expectation and a row on each bound, in all tables of an engagement


def test_engines_agree_on_every_planted_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compared: list[Outcome] = []

    def hold_by_both(suite: Suite, held: Table, *more: Any, rows: int) -> tuple[Outcome, ...]:
        by_pandas = hold(suite, held, *more, rows=rows)
        house, domain, parameters = more
        with house.source(held) as source:
            by_sql = duck.judge(suite, house.store, source, held.spec, rows, domain, parameters)
        assert by_sql == by_pandas
        compared.extend(by_pandas)
        return by_pandas

    monkeypatch.setattr(planting, "hold", hold_by_both)
    for district, year in (("sample", 2022), ("pingtan", 2021)):  # the keys of the second are tried on clean tables too
        with open_audit(Home(), district, year) as audit:
            assert {plant.result for plant in planting.try_suites(audit, lambda _: None)} >= {"caught", "exempt"}
            lines_of_suites = sum(len(suite.expectations) for suite in audit.book.suites.values())
    assert len(compared) > lines_of_suites // 2
    assert {Status.PASS, Status.FAIL} <= {outcome.status for outcome in compared}


# Time limits


def some_records(spec: TableSpec, rows: int, seed: int) -> pd.DataFrame:
    """Rows at random, many of them around one another, some long ago, a third of the dates missing."""
    chance = random.Random(seed)

    def cell(kind: str, codes: list[str], number: int) -> Any:
        if kind == "date":
            back = chance.randrange(2300) if chance.random() < 0.3 else 1600 + chance.randrange(120)
            return None if chance.random() < 0.35 else pd.Timestamp("2017-06-01") + pd.Timedelta(days=back)
        if kind == "code":
            return None if chance.random() < 0.1 else chance.choice(codes)
        return {"integer": number, "decimal": None}.get(kind, f"{number:05}")

    return pd.DataFrame(
        {
            name: pd.Series([cell(c.type, list(c.codes), n) for n in range(rows)], dtype=DTYPES[c.type])
            for name, c in spec.columns.items()
        }
    )


def test_time_limits_in_sql_are_those_of_the_vectorised_clock(book: Rulebook) -> None:
    seen = 0
    with Store() as store:
        lay_calendar(store, CALENDAR)
        for number, spec in enumerate(book.delivered.values()):
            rules = [rule for rule in book.rules.values() if rule.clock and rule.clock.table == spec.table]
            frame = some_records(spec, 1500, number)
            with store.shown(frame) as source:
                found = store.run(judged_sql(rules, source, spec.key, YEAR_END)).df()
            for rule in rules:
                expected = judge(rule, frame, CALENDAR, YEAR_END)
                assert list(found[rule.column].fillna("")) == list(expected.verdict.fillna("")), rule.id
                due = found[f"{rule.column}_due"].astype("datetime64[us]")
                pd.testing.assert_series_equal(due, expected.due, check_names=False)
                seen += int(expected.verdict.notna().any())
    assert seen > 12


def test_a_limit_outside_the_calendar_is_the_same_error(book: Rulebook) -> None:
    rule = book.rules["NRM-T01"]
    assert rule.clock is not None
    spec = book.tables[rule.clock.table]
    frame = some_records(spec, 5, 0)
    frame["published_date"] = pd.Series([pd.Timestamp("2099-01-01")] * 5, dtype="datetime64[us]")
    with pytest.raises(AuditError) as by_pandas:
        judge(rule, frame, CALENDAR, YEAR_END)
    with Store() as store, store.shown(frame) as source:
        lay_calendar(store, CALENDAR)
        with pytest.raises(SqlError) as raised:
            store.rows(judged_sql([rule], source, spec.key, YEAR_END))
    assert str(translated(raised.value, CALENDAR, spec.table)) == str(by_pandas.value)


def test_working_days_over_a_file(tmp_path: Path) -> None:
    days = pd.Series(pd.date_range("2020-01-01", "2021-12-31"))
    pq.write_table(pa.table({"day": pa.array(days.dt.date, pa.date32())}), tmp_path / "in.parquet")
    for n, kind in ((20, "working"), (15, "calendar")):
        assert deadlines(tmp_path / "in.parquet", "day", n, kind, CALENDAR, out=tmp_path / "out.parquet") == 731  # type: ignore[arg-type]
        due = pq.read_table(tmp_path / "out.parquet")["due"].to_numpy().astype("datetime64[D]")
        assert np.array_equal(due, CALENDAR.add(days.to_numpy().astype("datetime64[D]"), n, kind))
    with pytest.raises(AuditError, match="outside the years whose holiday notice is known"):
        deadlines(tmp_path / "in.parquet", "day", 5000, "working", CALENDAR, out=tmp_path / "out.parquet")


# Large files


def scanned(folder: Path, spec: TableSpec = SPEC) -> tuple[Stored, list[tuple[Any, ...]]]:
    """The one table of a folder as the scanner takes it, with its rows."""
    with Store() as store:
        tables = read_tables(folder, {"cases": spec}, {}, scanner(store, Machine("duckdb", loaded=0)))
        found = tables.stored["cases"]
        assert not tables.items_
        return found, store.rows(f"SELECT * FROM {found.relation}")


HEADER = "编号,列count（件）,列label,列kind,列opened,列closed,列amount,列part,remark\n"


def test_a_clean_csv_is_read_in_place_as_the_usual_reader_reads_it(folder: Path) -> None:
    rows = '001,1,"a,b",甲,2021-05-01,,1.50,-7,x\n002,2,,b,,2021-05-02,0.1234,007,\n'
    (folder / "cases.csv").write_text("\ufeff" + HEADER.replace("（件）", "") + rows, encoding="utf-8")
    found, content = scanned(folder)
    usual = read_tables(folder, {"cases": SPEC}, {})["cases"]
    assert (found.control, found.repairs, found.rows) == (usual.control, usual.repairs, 2)
    plain = [tuple(None if pd.isna(cell) else cell for cell in row) for row in usual.frame.itertuples(index=False)]
    assert content == plain


@pytest.mark.parametrize("native", [True, False], ids=["typed", "all text"])
def test_parquet_is_read_in_place_as_the_usual_reader_reads_it(folder: Path, native: bool) -> None:
    given = {
        "no": pa.array(["001", "002"]),
        "count": pa.array([1, 2], pa.int32()),
        "label": pa.array(["x", ""]),
        "kind": pa.array(["甲", None]).dictionary_encode(),
        "opened": pa.array([date(2021, 5, 1), None]),
        "closed": pa.array([None, pd.Timestamp("2021-05-02")], pa.timestamp("ns")),
        "amount": pa.array([0.1, 2.25]),
        "part": pa.array([Decimal("5.0"), Decimal("-6.0")]),
    }
    if not native:
        given = {
            name: pa.array([None if v is None else str(v)[:10] for v in c.to_pylist()]) for name, c in given.items()
        }
        given["part"] = pa.array(["5", "-6"])
    pq.write_table(pa.table(given), folder / "cases.parquet")
    found, content = scanned(folder)
    usual = read_tables(folder, {"cases": SPEC}, {})["cases"]
    assert (found.control, found.repairs) == (usual.control, usual.repairs)
    plain = [tuple(None if pd.isna(cell) else cell for cell in row) for row in usual.frame.itertuples(index=False)]
    assert content == plain


GOOD = ["001", "1", "x", "甲", "2021-05-01", "", "1.5", "2"]
# A cell, and what is said of it: in the usual reader's words where it would refuse the cell too.
DOUBTS = {
    "no day": (4, "2021-02-30", "this is no date"),
    "a day of two readings": (4, "01/02/2021", "one way only"),
    "a day written otherwise": (4, "2021/5/1", "date rewritten"),
    "a day of another time": (4, "1066-10-14", "no date of our time"),
    "a serial number": (4, "44260", "date from a spreadsheet's serial number"),
    "a code unknown": (3, "丙", "unknown code"),
    "a dash": (3, "/", "dash or slash read as empty"),
    "a hedge": (1, "约35", "the number is hedged"),
    "a unit": (1, "35件", "unit taken off"),
    "full width": (1, "３５", "full-width characters made narrow"),
    "no whole number": (1, "1.5", "this is no integer"),
    "zeros after the point": (1, "5.0", "zeros after the point taken off"),
    "thousands": (6, "1 234", "this is no decimal"),
    "too many places": (6, "0.12345", "this is no decimal"),
    "spaces": (2, " x", "spaces taken off"),
    "an ideographic space": (2, "x\u3000", "spaces taken off"),
    "a spreadsheet's error": (2, "#REF!", "a spreadsheet's error"),
    "a line break": (2, '"a\nb"', "line break taken out"),
    "no key": (0, "", "the key is empty"),
    "a total": (0, "合计", "a row that is no record"),
    "a note": (0, "注：本表", "a row that is no record"),
    "the example": (2, "【示例】001", "a row that is no record"),
    "the header again": (0, "编号", "a row that is no record"),
}


@pytest.mark.parametrize(("place", "cell", "said"), DOUBTS.values(), ids=DOUBTS.keys())
def test_what_needs_a_repair_is_refused_with_its_place(folder: Path, place: int, cell: str, said: str) -> None:
    doubtful = [*GOOD[:place], cell, *GOOD[place + 1 :]]
    rows = [GOOD, doubtful, ["003", *GOOD[1:]]]
    text = "no,count,label,kind,opened,closed,amount,part\n" + "".join(f"{','.join(row)}\n" for row in rows)
    (folder / "cases.csv").write_text(text, encoding="utf-8")
    with pytest.raises(IntakeError) as refused:
        scanned(folder)
    (fault, *others) = refused.value.faults
    assert said in f"{fault.problem}"
    assert (fault.file, fault.row, others) == ("huiji/2021/cases.csv", 3, [])
    assert fault.value in (cell.strip('"'), "001")
    assert fault.zh[0]
    if "record" not in said:
        assert fault.column == list(SPEC.columns.values())[place].title.zh


def test_many_doubts_are_counted_and_the_first_are_shown(folder: Path) -> None:
    rows = "".join(f"{number:04},x,,,,,,\n" for number in range(1200))
    (folder / "cases.csv").write_text("no,count,label,kind,opened,closed,amount,part\n" + rows, encoding="utf-8")
    with pytest.raises(IntakeError) as refused:
        scanned(folder)
    assert len(refused.value.faults) == 501
    assert "700 more cells of this column are like these" in refused.value.faults[-1].problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no,count\n001,1\n", "is missing"),
        (f"{HEADER}001,1,x\n", "this is not CSV"),
        (f'{HEADER}001,1,"x,甲,,,,,\n', "this is not CSV"),
    ],
    ids=["columns missing", "cells missing", "a quotation mark"],
)
def test_a_csv_that_is_not_clean_is_refused_whole(folder: Path, text: str, said: str) -> None:
    (folder / "cases.csv").write_text(text, encoding="utf-8")
    with pytest.raises(IntakeError, match=said) as refused:
        scanned(folder)
    assert str(folder) not in str(refused.value)


def test_a_parquet_column_of_no_use_is_refused(folder: Path) -> None:
    frame = clean().frame.drop(columns=["rule", "rule_due"]).assign(label=[1, 2, 3])
    frame["amount"] = frame["amount"].astype("float64") + 1e-9
    frame.to_parquet(folder / "cases.parquet")
    with pytest.raises(IntakeError, match="the column is of the type BIGINT, and is declared as text"):
        scanned(folder)
    frame.assign(label="x").to_parquet(folder / "cases.parquet")
    with pytest.raises(IntakeError, match="column 列amount: this is no decimal"):
        scanned(folder)


def test_a_small_file_is_left_to_the_usual_reader(folder: Path) -> None:
    (folder / "cases.csv").write_text(HEADER.replace("（件）", "") + "001,1,x,甲,2021/5/1,,1.5,2,\n", encoding="utf-8")
    with Store() as store:
        tables = read_tables(folder, {"cases": SPEC}, {}, scanner(store, Machine("duckdb")))
    assert not tables.stored
    assert len(tables.repairs) == 1


# Whole engagements


def documents(results: Results) -> dict[str, str]:
    return {
        "findings": canonical_json(results.findings_document()),
        "claims": canonical_json(results.claims_document()),
        "outcomes": canonical_json(results.outcomes_document()),
        "code": results.code,
    }


@pytest.mark.parametrize(("district", "year"), [("huiji", 2021), ("sample", 2022)])
def test_an_engagement_whose_files_are_not_loaded_comes_to_the_same(district: str, year: int) -> None:
    loaded = carry_out(Home(), district, year, machine=Machine("duckdb"))
    assert documents(carry_out(Home(), district, year, machine=Machine("duckdb", loaded=0))) == documents(loaded)


def test_a_run_by_duckdb_leaves_the_same_results_as_one_by_pandas(huiji: Run, tmp_path: Path) -> None:
    done = run(tmp_path, "huiji", 2021, "--engine", "duckdb", "--memory", "500MB")
    assert done.done.returncode == huiji.done.returncode, done.done.stderr
    for name in ("1-conclusion/findings.json", "1-conclusion/claims.json", "2-proof/outcomes.json"):
        assert done.read(f"data/{name}") == huiji.read(f"data/{name}")
    asked = json.loads(done.read("data/3-plan/parameters.json"))
    assert (asked["engine"], asked["memory"]) == ("duckdb", "500MB")
    assert not list(done.folder.parent.glob(".*scratch"))


def test_the_self_test_catches_what_is_planted_in_tables_that_are_not_loaded() -> None:
    with open_audit(Home(), "huiji", 2021, machine=Machine("duckdb", loaded=0)) as audit:
        assert audit.warehouse.stored
        plants = list(planting.try_suites(audit, lambda _: None))
    assert sum(plant.result == "caught" for plant in plants) > 200
    assert not [plant for plant in plants if plant.result == "missed"]


def test_more_records_than_are_kept_change_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A measure over more records than are named: value, base and digest are those of all."""
    monkeypatch.setattr("audit.query.tally.KEPT", 5)
    monkeypatch.setattr("audit.recalculate.identities.KEPT", 5)
    with (
        open_audit(Home(), "sample", 2022) as usual,
        open_audit(Home(), "sample", 2022, machine=Machine("duckdb", loaded=0)) as left,
    ):
        cut = 0
        for name in usual.book.measures:
            one, other = usual.measured(name), left.measured(name)
            assert (one.value, one.numerator, one.denominator, one.judged, one.digest, one.reason) == (
                other.value,
                other.numerator,
                other.denominator,
                other.judged,
                other.digest,
                other.reason,
            )
            assert other.marks == one.marks[:5]
            cut += len(one.marks) > 5
    assert cut > 20
    assert KEPT > 5


@pytest.fixture
def altered(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the sample's data with one table's text changed."""

    def copy(name: str, text: str) -> Path:
        shutil.copytree(ROOT / "data" / "sample", tmp_path / "sample")
        (tmp_path / "sample" / "2022" / name).write_text(text, encoding="utf-8")
        return tmp_path

    return copy


def test_a_table_without_rows_is_not_tested_by_any_engine(altered: Callable[[str, str], Path]) -> None:
    head = (ROOT / "data" / "sample" / "2022" / "penalty_cases.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    home = Home(data=altered("penalty_cases.csv", head + "\n"))
    found = []
    for machine in (Machine("duckdb"), Machine("duckdb", loaded=0)):
        with open_audit(home, "sample", 2022, ("enforcement",), machine) as audit:
            found.append(audit.suite("penalty_cases") + audit.suite("case_officers"))
    assert found[0] == found[1]
    assert {outcome.status for outcome in found[0]} == {Status.NOT_TESTED}
