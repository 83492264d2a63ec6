"""Each way in which Great Expectations lets something pass, and that the loader and the guard do not."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
import pytest
from great_expectations.expectations import registry

from audit.archive import Parameters, RunFolder
from audit.conduct.folder import lay_out, take_snapshot
from audit.errors import RulebookError
from audit.home import Home
from audit.intake import Table, read_tables
from audit.intake.reader import DTYPES
from audit.model import NOTHING, Outcome, Severity, Status, Text
from audit.programme import open_audit
from audit.rulebook import Column, Expectation, Suite, TableSpec
from audit.rulebook.suites import VOCABULARY, read_suite
from audit.validate import guard, run_suite
from audit.words import same

ROOT = Path(__file__).parents[1]
NOT_NULL = "expect_column_values_to_not_be_null"
NULL = "expect_column_values_to_be_null"
UNIQUE = "expect_column_values_to_be_unique"
IN_SET = "expect_column_values_to_be_in_set"
REGEX = "expect_column_values_to_match_regex"
BETWEEN = "expect_column_values_to_be_between"
PAIR = "expect_column_pair_values_a_to_be_greater_than_b"
COMPOUND = "expect_compound_columns_to_be_unique"
ROWS = "expect_table_row_count_to_equal"
ROWS_BETWEEN = "expect_table_row_count_to_be_between"
SUM = "expect_column_sum_to_be_between"
DISTINCT = "expect_column_unique_value_count_to_be_between"
PERIOD = "expect_column_values_to_keep_statutory_period"
IFF = "expect_column_to_be_filled_if_and_only_if"
ADDS_UP = "expect_first_column_to_equal_sum_of_others"
RECALCULATION = "expect_recalculation_to_equal_published"
OURS = (PERIOD, IFF, ADDS_UP, RECALCULATION)

TITLE = Text(zh="检查", en="check")


def column(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "title": {"zh": f"列{name}", "en": f"Column {name}"}, **more}


SPEC = TableSpec.model_validate(
    {
        "table": "cases",
        "domain": "normative",
        "title": {"zh": "案件", "en": "Cases"},
        "grain": {"zh": "每行一件", "en": "One case a row"},
        "key": ["no"],
        "columns": {
            "no": column("text", "no", also=["编号"]),
            "label": column("text", "label"),
            "kind": column("code", "kind", codes={"a": "甲", "b": "乙"}),
            "opened": column("date", "opened"),
            "closed": column("date", "closed"),
            "count": column("integer", "count"),
            "amount": column("decimal", "amount"),
        },
    }
)
# The same with a further number, and with the columns that a time limit adds.
PART = Column.model_validate(column("integer", "part"))
WIDE = SPEC.model_copy(update={"columns": {**SPEC.columns, "part": PART}, "judged": ("rule", "rule_due")})
TWO_KEYS = SPEC.model_copy(update={"key": ("no", "kind")})


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def table(spec: TableSpec = SPEC, **columns: list[Any]) -> Table:
    """A table of `columns`, its keys 000, 001, … unless given, everything else missing."""
    rows = max((len(cells) for cells in columns.values()), default=0)
    given = {"no": [f"{row:03}" for row in range(rows)], **columns}
    data = {
        name: pd.Series(given.get(name, [None] * rows), dtype=DTYPES[kind]) for name, kind in spec.all_columns.items()
    }
    return Table(spec, pd.DataFrame(data))


def line(kind: str, check: str = "check", **kwargs: Any) -> Expectation:
    return Expectation("cases", check, "REG-01", TITLE, Severity.WARNING, kind, kwargs)


def judge(held: Table, *lines: Expectation, **parameters: Any) -> tuple[Outcome, ...]:
    return run_suite(Suite("cases", lines), held, len(held.frame), NOTHING, "normative", parameters)


def entry(kind: str, check: str = "check", **kwargs: Any) -> dict[str, Any]:
    """One entry of a suite file."""
    meta = {"rule": "REG-01", "check": check, "title": TITLE.model_dump()}
    return {"type": kind, "kwargs": kwargs, "meta": meta, "severity": "warning"}


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Suite]:
    """Write entries as a suite file and read it with the rulebook's loader."""

    def load_entries(*entries: dict[str, Any]) -> Suite:
        path = tmp_path / "cases.json"
        path.write_text(json.dumps({"name": "cases", "expectations": list(entries)}), encoding="utf-8")
        return read_suite(path, {"cases": WIDE})

    return load_entries


@cache
def context() -> Any:
    found = gx.get_context(mode="ephemeral")
    found.variables.progress_bars = {"globally": False}
    return found


def stock(frame: pd.DataFrame, *entries: dict[str, Any], **options: Any) -> Any:
    """What Great Expectations itself makes of it, without our guard."""
    asset = context().data_sources.add_or_update_pandas("tables").add_dataframe_asset("cases")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    return batch.validate(gx.ExpectationSuite(name="cases", expectations=list(entries)), **options)


def where(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"type": "comparison", "column": {"name": name}, "operator": operator, "parameter": value}


def statuses(outcomes: tuple[Outcome, ...]) -> list[Status]:
    return [outcome.status for outcome in outcomes]


def keys(outcome: Outcome) -> list[str]:
    return [record.key for record in outcome.records]


# The traps, by their number in the survey of Great Expectations 1.24.


def test_trap_01_a_misspelt_type_is_refused_by_the_loader_though_gx_passes_without_it(
    load: Callable[..., Suite],
) -> None:
    misspelt, good = entry(NOT_NULL + "s", "lost", column="label"), entry(NOT_NULL, "kept", column="no")
    alone = stock(table(label=[None]).frame, misspelt, good)
    assert alone.success
    assert len(alone.results) == 1
    with pytest.raises(RulebookError, match=r"does not know the expectation[\s\S]*cases\.json, entry 1"):
        load(misspelt, good)


def test_trap_01_an_expectation_that_gx_loses_comes_out_as_an_error(
    load: Callable[..., Suite], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(VOCABULARY, "expect_column_values_to_be_lovely", ("map", ("text",)))
    suite = load(entry("expect_column_values_to_be_lovely", "lost", column="label"), entry(NOT_NULL, column="no"))
    lost, kept = judge(table(label=["x"]), *suite.expectations)
    assert (lost.id, lost.status, kept.status) == ("cases/lost", Status.ERROR, Status.PASS)
    assert "lost the expectation" in lost.reason.en


def test_trap_02_an_empty_suite_is_refused_though_gx_passes_it(load: Callable[..., Suite]) -> None:
    assert stock(table(label=["x"]).frame).success
    with pytest.raises(RulebookError, match="the suite is empty"):
        load()


def test_trap_03_no_rows_is_never_a_pass() -> None:
    empty = table()
    assert stock(empty.frame, entry(UNIQUE, column="label")).success
    (outcome,) = judge(empty, line(UNIQUE, column="label"))
    assert (outcome.status, outcome.reason.en) == (Status.NOT_TESTED, "the table has no rows")


def test_trap_03_a_column_without_values_is_never_a_pass() -> None:
    blank = table(label=[None, None])
    assert stock(blank.frame, entry(UNIQUE, column="label")).success
    (outcome,) = judge(blank, line(UNIQUE, column="label"))
    assert (outcome.status, outcome.reason.en) == (Status.NOT_TESTED, "every value of the column is missing")


def test_trap_03_a_condition_that_matches_nothing_is_never_a_pass() -> None:
    held, nothing = table(kind=["a", "a"], label=["x", "y"]), where("kind", "==", "b")
    assert stock(held.frame, entry(NOT_NULL, column="label", row_condition=nothing)).success
    (outcome,) = judge(held, line(NOT_NULL, column="label", row_condition=nothing))
    assert (outcome.status, outcome.judged) == (Status.NOT_TESTED, 0)
    assert outcome.reason.en == "no record meets the condition under which it applies"


def test_trap_03_a_table_never_supplied_is_not_tested_and_says_why() -> None:
    (outcome,) = run_suite(
        Suite("cases", (line(NOT_NULL, column="label"),)), None, 0, same("部门未报送"), "normative", {}
    )
    assert outcome.status is Status.NOT_TESTED
    assert "部门未报送" in outcome.reason.zh


def test_trap_03_an_aggregate_takes_no_condition_that_could_match_nothing(load: Callable[..., Suite]) -> None:
    nothing = where("kind", "==", "b")
    held = table(kind=["a", "a"], count=[1, 2])
    assert stock(held.frame, entry(SUM, column="count", min_value=0, max_value=0, row_condition=nothing)).success
    with pytest.raises(RulebookError, match="row_condition is not understood"):
        load(entry(SUM, column="count", min_value=0, max_value=0, row_condition=nothing))


def test_trap_04_mostly_is_refused_and_missing_values_are_not_counted_as_judged(load: Callable[..., Suite]) -> None:
    held = table(label=["x", "x", "y", None, None, None, None])
    share = entry(IN_SET, column="label", value_set=["x"], mostly=0.6)
    assert stock(held.frame, share).success  # 2 of 7 records carry x
    with pytest.raises(RulebookError, match="mostly leaves nulls out"):
        load(share)
    (outcome,) = judge(held, line(IN_SET, column="label", value_set=["x"]))
    assert (outcome.judged, outcome.failed, keys(outcome)) == (3, 1, ["002"])


def test_trap_04_a_pass_with_failing_records_is_an_error_even_if_the_loader_missed_it() -> None:
    outcomes = judge(table(label=["x", "x", "y"]), line(IN_SET, column="label", value_set=["x"], mostly=0.6))
    assert statuses(outcomes) == [Status.ERROR]


def test_trap_06_the_same_expectation_twice_is_refused_though_gx_drops_one(load: Callable[..., Suite]) -> None:
    suite = gx.ExpectationSuite(name="cases")
    for rule in ("REG-01", "REG-02"):
        suite.add_expectation(gx.expectations.ExpectColumnValuesToNotBeNull(column="label", meta={"rule": rule}))
    assert [kept.meta for kept in suite.expectations] == [{"rule": "REG-01"}]
    with pytest.raises(RulebookError, match="first and second ask the same"):
        load(entry(NOT_NULL, "first", column="label"), entry(NOT_NULL, "second", column="label"))
    with pytest.raises(RulebookError, match="two entries are called first"):
        load(entry(NOT_NULL, "first", column="label"), entry(NOT_NULL, "first", column="kind"))


def test_trap_07_rules_that_contradict_each_other_are_refused(load: Callable[..., Suite]) -> None:
    only_a, only_b = (
        entry(IN_SET, "a", column="label", value_set=["a"]),
        entry(IN_SET, "b", column="label", value_set=["b"]),
    )
    assert len(stock(table(label=["a"]).frame, only_a, only_b).results) == 2  # taken without a word
    with pytest.raises(RulebookError, match=r"cannot (both|all) hold"):
        load(only_a, only_b)
    with pytest.raises(RulebookError, match="at least 3 and at most 2"):
        load(entry(BETWEEN, column="count", min_value=3, max_value=2))


BROKEN = {
    "no such column": line(NOT_NULL, column="lable"),
    "no such column in the condition": line(NOT_NULL, column="label", row_condition=where("knid", "==", "a")),
    "no valid expression": line(REGEX, column="label", regex="("),
    "bounds of another type": line(BETWEEN, column="label", min_value=1),
    "a date as text": line(BETWEEN, column="opened", min_value="2021-01-01"),
    "two columns of two types": line(PAIR, column_A="label", column_B="count", ignore_row_if="either_value_is_missing"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_trap_08_an_exception_inside_gx_is_an_error_and_not_a_finding(broken: Expectation) -> None:
    held = table(label=["x"], count=[1], opened=[day("2021-05-01")], kind=["a"])
    alone = stock(held.frame, broken.content)
    assert not alone.success
    assert alone.statistics["unsuccessful_expectations"] == 1  # a failure like any other
    outcome, after = judge(held, broken, line(NOT_NULL, "after", column="label"))
    assert (outcome.status, outcome.judged, outcome.failed) == (Status.ERROR, 0, 0)
    assert after.status is Status.PASS
    message = outcome.reason.en
    assert len(message.removeprefix("could not be carried out: ")) > 10
    assert "\n" not in message
    assert "Traceback" not in message
    assert not re.search(r"site-packages|\.py\b|/\w+/", message)


@pytest.mark.parametrize(
    "shape",
    [
        {"raised_exception": True, "exception_message": "one\ntwo", "exception_traceback": "Traceback"},
        {"MetricConfigurationID(…)": {"raised_exception": True, "exception_message": "one\ntwo"}},
        {
            "MetricConfigurationID(1)": {"raised_exception": False, "exception_message": None},
            "MetricConfigurationID(2)": {"raised_exception": True, "exception_message": "one\ntwo"},
        },
    ],
    ids=["flat", "by metric", "by metrics, one of which raised"],
)
def test_trap_08_both_shapes_of_an_exception_are_understood(shape: dict[str, Any]) -> None:
    assert guard._exception(shape) == "one"
    assert guard._exception({"raised_exception": False, "exception_message": None}) is None


def test_trap_08_what_gx_cannot_take_in_is_an_error_of_its_line_alone() -> None:
    either = {"type": "or", "conditions": [ONLY_A, where("label", "==", "x")]}
    nested = line(NOT_NULL, column="label", row_condition={"type": "and", "conditions": [ONLY_A, either]})
    held = table(label=["x"], kind=["a"])
    with pytest.raises(ValueError, match="AND groups cannot contain OR conditions"):
        stock(held.frame, nested.content)
    outcomes = judge(held, line(NOT_NULL, "before", column="label"), nested, line(NOT_NULL, "after", column="closed"))
    assert statuses(outcomes) == [Status.PASS, Status.ERROR, Status.FAIL]
    assert "AND groups cannot contain OR conditions" in outcomes[1].reason.en


def test_trap_08_an_exception_without_a_message_is_still_an_error() -> None:
    outcome = guard._outcome(
        line(NOT_NULL, column="label"),
        {"exception_info": {"raised_exception": True, "exception_message": ""}},
        table(label=["x"]),
        "normative",
        {},
    )
    assert outcome.status is Status.ERROR


# Great Expectations passes the first of these (its own default accepts any text) and raises at the others.
UNUSABLE = {
    "a pattern left out": line(REGEX, column="label"),
    "a misspelt argument": line(NOT_NULL, column="label", row_conditon=where("kind", "==", "a")),
    "a bound left out": line(BETWEEN, column="count"),
    "a number that is none": line(ROWS, value="drei"),
}


@pytest.mark.parametrize("unusable", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_trap_08_arguments_that_cannot_be_meant_are_refused_or_an_error_never_a_pass_nor_a_crash(
    load: Callable[..., Suite], unusable: Expectation
) -> None:
    try:
        suite = load(entry(unusable.type, **unusable.kwargs))
    except RulebookError:
        return
    outcomes = judge(table(label=["x"], count=[1], kind=["a"]), *suite.expectations)
    assert statuses(outcomes) == [Status.ERROR]


def test_trap_09_a_date_in_a_condition_is_not_compared_with_text(load: Callable[..., Suite]) -> None:
    held, on_that_day = table(opened=[day("2021-05-01")], label=[None]), where("opened", "==", "2021-05-01")
    assert stock(held.frame, entry(NOT_NULL, column="label", row_condition=on_that_day)).success  # matches nothing
    with pytest.raises(RulebookError):
        load(entry(NOT_NULL, column="label", row_condition=on_that_day))


def test_trap_10_types_are_the_readers_business_and_no_suite_asks_for_them(load: Callable[..., Suite]) -> None:
    asked = entry("expect_column_values_to_be_of_type", column="label", type_="object")
    assert not stock(table(label=["x"]).frame, asked).success  # right until pandas 3
    with pytest.raises(RulebookError, match="does not know the expectation"):
        load(asked)
    assert not [kind for kind in VOCABULARY if "type" in kind]


@pytest.mark.parametrize(
    "row", ["", "001,,,,,,\n", "001,x,a,2021-01-02,2021-01-03,1,1.5\n"], ids=["none", "bare", "full"]
)
def test_trap_10_the_reader_gives_the_same_types_whatever_the_file_holds(tmp_path: Path, row: str) -> None:
    (tmp_path / "cases.csv").write_text("no,label,kind,opened,closed,count,amount\n" + row, encoding="utf-8")
    frame = read_tables(tmp_path, {"cases": SPEC}, {})["cases"].frame
    assert [str(kind) for kind in frame.dtypes] == [
        *["str"] * 3,
        *["datetime64[us]"] * 2,
        "Int64",
        "decimal128(18, 4)[pyarrow]",
    ]


def test_trap_11_outcomes_come_in_the_order_of_the_suite() -> None:
    held = table(label=["x"], kind=["a"])
    lines = (
        line(NOT_NULL, "1", column="label"),
        line(UNIQUE, "2", column="kind"),
        line(UNIQUE, "3", column="label"),
        line(NOT_NULL, "4", column="lable"),
        line(ROWS, "5", value={"$PARAMETER": "not_printed"}),
        line(NOT_NULL, "6", column="kind"),
    )
    alone = stock(held.frame, *(asked.content for asked in lines[:4]))
    assert [result.expectation_config.meta["check"] for result in alone.results] != ["1", "2", "3", "4"]
    outcomes = judge(held, *lines)
    assert [outcome.id for outcome in outcomes] == [f"cases/{number}" for number in range(1, 7)]
    assert statuses(outcomes) == [*[Status.PASS] * 3, Status.ERROR, Status.NOT_TESTED, Status.PASS]


def test_trap_12_every_failing_record_is_counted_and_named() -> None:
    held = table(label=["x"] * 250 + ["y"])
    alone = stock(held.frame, entry(IN_SET, column="label", value_set=["y"])).results[0].result
    assert alone["partial_unexpected_counts"] == [{"value": "x", "count": 20}]
    (outcome,) = judge(held, line(IN_SET, column="label", value_set=["y"]))
    assert (outcome.judged, outcome.failed) == (251, 250)
    assert keys(outcome) == [f"{row:03}" for row in range(250)]


def test_trap_12_failures_that_are_not_all_named_are_an_error() -> None:
    facts = {"element_count": 3, "unexpected_count": 2, "unexpected_index_list": [{"no": ["000"]}]}
    result = {"success": False, "exception_info": {"raised_exception": False}, "result": facts}
    held = table(label=["x", "x", "y"])
    outcome = guard._outcome(line(IN_SET, column="label", value_set=["y"]), result, held, "normative", {})
    assert outcome.status is Status.ERROR


def secrets() -> dict[str, list[Any]]:
    return {
        "label": ["kappa-label", "kappa-label"],
        "kind": ["b", "b"],
        "opened": [day("1987-06-05")] * 2,
        "closed": [day("1986-05-04")] * 2,
        "count": [731_731, 731_731],
        "amount": [Decimal("864.8642")] * 2,
    }


NAMING = (
    line(NULL, "1", column="label"),
    line(UNIQUE, "2", column="label"),
    line(IN_SET, "3", column="count", value_set=[1]),
    line(REGEX, "4", column="label", regex="^z"),
    line(BETWEEN, "5", column="amount", max_value=0),
    line(BETWEEN, "6", column="opened", min_value={"$PARAMETER": "as_of"}),
    line(PAIR, "7", column_A="closed", column_B="opened", ignore_row_if="either_value_is_missing"),
    line(COMPOUND, "8", column_list=["label", "opened"]),
    line(BETWEEN, "9", column="label", min_value=1),
)


@pytest.mark.parametrize(
    ("spec", "named"), [(SPEC, ["000", "001"]), (TWO_KEYS, ["000|b", "001|b"])], ids=["one column", "two columns"]
)
def test_trap_13_records_are_named_by_key_and_no_other_cell_comes_out(spec: TableSpec, named: list[str]) -> None:
    held = table(spec, **secrets())
    told = {"result_format": "COMPLETE", "unexpected_index_column_names": ["no"]}
    assert "kappa-label" in json.dumps(stock(held.frame, NAMING[0].content, result_format=told).to_json_dict())
    outcomes = judge(held, *NAMING, as_of=datetime(2021, 12, 31))
    assert statuses(outcomes) == [Status.FAIL] * 8 + [Status.ERROR]
    assert all(keys(outcome) == named for outcome in outcomes[:8])
    written = json.dumps([outcome.model_dump(mode="json") for outcome in outcomes])
    assert not [word for word in ("kappa", "1987", "1986", "731", "864", "8642") if word in written]


def test_trap_15_identity_is_ours_and_the_same_in_every_run(load: Callable[..., Suite]) -> None:
    with_id = {**entry(NOT_NULL, column="label"), "id": "00000000-0000-0000-0000-000000000001"}
    kept = context().suites.add_or_update(gx.ExpectationSuite(name="ids", expectations=[with_id]))
    assert kept.expectations[0].id != with_id["id"]
    with pytest.raises(RulebookError, match="exactly type, kwargs, meta and severity"):
        load(with_id)
    suite = load(entry(NOT_NULL, "here", column="label"), entry(UNIQUE, "once", column="label"))
    first, second = (judge(table(label=["x", "x"]), *suite.expectations) for _ in range(2))
    assert first == second
    assert [outcome.id for outcome in first] == ["cases/here", "cases/once"]


def test_trap_16_the_parameters_used_are_in_the_outcome_though_gx_keeps_none() -> None:
    held, asked = table(label=["x", "y"]), line(ROWS, value={"$PARAMETER": "cases_received"})
    alone = stock(held.frame, asked.content, expectation_parameters={"cases_received": 5})
    assert alone.suite_parameters == {}
    (outcome,) = judge(held, asked, cases_received=5)
    found = (outcome.status, outcome.published, outcome.recalculated, outcome.difference)
    assert found == (Status.FAIL, "5", "2", "-3")


def test_trap_16_a_run_keeps_what_its_parameters_came_from(tmp_path: Path) -> None:
    asked = Parameters(district="huiji", year=2021)
    with open_audit(Home(), "huiji", 2021, ()) as audit:
        folder = lay_out(RunFolder(tmp_path / "huiji/2021/0001"))
        take_snapshot(folder, Home(), asked, audit.book)
    with open_audit(folder.home, "huiji", 2021, ()) as again:
        assert again.parameters == audit.parameters
    assert len(again.parameters) > 50
    kept = folder.home.engagement("huiji", 2021)
    for name in ("claims.csv", "engagement.toml"):
        assert (kept / name).read_bytes() == (Home().engagement("huiji", 2021) / name).read_bytes()
    assert folder.parameters() == asked


def test_trap_17_a_parameter_as_a_column_or_in_a_condition_is_refused(load: Callable[..., Suite]) -> None:
    held, hidden = table(label=["x", None]), where("no", "==", {"$PARAMETER": "n"})
    alone = stock(
        held.frame, entry(NOT_NULL, column="label", row_condition=hidden), expectation_parameters={"n": "000"}
    )
    assert not alone.success  # record 000 has its label
    with pytest.raises(RulebookError, match=r"with a \$PARAMETER, is not safe"):
        load(entry(NOT_NULL, column="label", row_condition=hidden))
    with pytest.raises(RulebookError, match=r"with a \$PARAMETER, is not safe"):
        load(entry(NOT_NULL, column="label", row_condition={"type": "and", "conditions": [hidden]}))
    with pytest.raises(RulebookError, match="has no column"):
        load(entry(NOT_NULL, column={"$PARAMETER": "n"}))
    with pytest.raises(RulebookError, match="has no column"):
        load(entry(COMPOUND, column_list=["no", {"$PARAMETER": "n"}]))


def test_trap_17_a_figure_that_was_not_printed_leaves_its_expectation_untested_and_the_others_judged() -> None:
    held, asked = table(label=["x"]), line(ROWS, value={"$PARAMETER": "cases_received"})
    with pytest.raises(gx.exceptions.SuiteParameterError):
        stock(held.frame, asked.content, expectation_parameters={})
    outcome, other = judge(held, asked, line(NOT_NULL, "other", column="label"))
    assert (outcome.status, other.status) == (Status.NOT_TESTED, Status.PASS)
    assert "cases_received" in outcome.reason.en


def test_trap_18_the_digest_is_of_the_bytes_so_a_renamed_column_changes_it(tmp_path: Path) -> None:
    digests, prints = [], []
    for header in ("no", "编号"):
        path = tmp_path / "cases.csv"
        path.write_text(f"{header},label,kind,opened,closed,count,amount\n1,x,,,,,\n", encoding="utf-8")
        control = read_tables(tmp_path, {"cases": SPEC}, {})["cases"].control
        assert control is not None
        digests.append(control.digest)
        alone = stock(pd.DataFrame({header: ["1"], "label": ["x"]}), entry(NOT_NULL, column="label"))
        prints.append(alone.meta["batch_markers"]["pandas_data_fingerprint"])
    assert prints[0] == prints[1]
    assert digests[0] != digests[1]


def test_trap_20_the_working_directory_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records, elsewhere = tmp_path / "a" / "records", tmp_path / "b" / "records"
    for folder, label in ((records, "x"), (elsewhere, "")):
        folder.mkdir(parents=True)
        (folder / "cases.csv").write_text(
            f"no,label,kind,opened,closed,count,amount\n1,{label},,,,,\n", encoding="utf-8"
        )
    found, seen = [], []
    for directory in (records.parent, elsewhere.parent):
        monkeypatch.chdir(directory)
        held = read_tables(records, {"cases": SPEC}, {})["cases"]
        found.append(judge(held, line(NOT_NULL, column="label")))
        source = gx.get_context(mode="ephemeral").data_sources.add_pandas_filesystem("here", base_directory="records")
        definition = source.add_csv_asset("cases").add_batch_definition_path("all", "cases.csv")
        seen.append(definition.get_batch().head(1, fetch_all=True).data["label"].isna().all())
    assert seen[0] != seen[1]  # Great Expectations read whichever file lay below the working directory
    assert found[0] == found[1]
    assert statuses(found[0]) == [Status.PASS]


def test_trap_21_a_key_keeps_its_zeros(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("no,label,kind,opened,closed,count,amount\n007,,,,,,\n", encoding="utf-8")
    definition = context().data_sources.add_pandas("files").add_csv_asset("cases", path).add_batch_definition("all")
    assert definition.get_batch().head(1, fetch_all=True).data["no"].tolist() == [7]
    held = read_tables(tmp_path, {"cases": SPEC}, {})["cases"]
    assert held.frame["no"].tolist() == ["007"]
    (outcome,) = judge(held, line(NOT_NULL, column="label"))
    assert keys(outcome) == ["007"]


def test_trap_27_importing_the_package_turns_telemetry_off_whatever_the_user_had_set() -> None:
    asked = "import os, audit; print(os.environ['GX_ANALYTICS_ENABLED'])"
    user = {**os.environ, "GX_ANALYTICS_ENABLED": "true", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", asked], env=user, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "false"


def test_trap_27_making_a_context_and_running_a_suite_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    def refuse(*address: Any, **_: Any) -> None:
        asked.append(address)
        raise OSError("a test is watching")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(OSError, match="watching"):
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    asked.clear()
    assert statuses(judge(table(label=["x"]), line(NOT_NULL, column="label"))) == [Status.PASS]
    assert asked == []


def test_trap_34_a_suite_is_run_without_a_word_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    held = table(label=["x", None], count=[1, 2])
    talking = gx.get_context(mode="ephemeral")
    asset = talking.data_sources.add_pandas("tables").add_dataframe_asset("cases")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": held.frame})
    batch.validate(gx.ExpectationSuite(name="cases", expectations=[entry(NOT_NULL, column="label")]))
    assert "Calculating Metrics" in capfd.readouterr().err
    judge(held, line(NOT_NULL, "1", column="label"), line(BETWEEN, "2", column="count", max_value=1))
    assert capfd.readouterr() == ("", "")


# Every expectation of the vocabulary on a table that keeps it, one that breaks it, one that cannot tell.


@dataclass(frozen=True)
class Triple:
    """`keys` are the records that break it; None for a judgement on the whole table."""

    kwargs: dict[str, Any]
    kept: dict[str, list[Any]]
    broken: dict[str, list[Any]]
    keys: list[str] | None
    untestable: dict[str, list[Any]]
    reason: str = "every value of the column is missing"
    parameters: dict[str, Any] = field(default_factory=dict)
    parameters_broken: dict[str, Any] = field(default_factory=dict)


ONLY_A = where("kind", "==", "a")
NO_MATCH = "no record meets the condition under which it applies"
NO_ROWS = "the table has no rows"
TRIPLES: dict[str, Triple] = {
    NOT_NULL: Triple(
        {"column": "label", "row_condition": ONLY_A},
        {"kind": ["a", "b"], "label": ["x", None]},
        {"kind": ["a", "b", "a"], "label": ["x", None, None]},
        ["002"],
        {"kind": ["b", None], "label": [None, "x"]},
        NO_MATCH,
    ),
    NULL: Triple(
        {"column": "label", "row_condition": {"type": "nullity", "column": {"name": "closed"}, "is_null": True}},
        {"closed": [None, day("2021-01-01")], "label": [None, "x"]},
        {"closed": [None, None], "label": [None, "x"]},
        ["001"],
        {"closed": [day("2021-01-01")], "label": ["x"]},
        NO_MATCH,
    ),
    UNIQUE: Triple(
        {"column": "label"},
        {"label": ["x", "y", None, None]},
        {"label": ["x", "y", "x", None]},
        ["000", "002"],
        {"label": [None, None]},
    ),
    IN_SET: Triple(
        {"column": "kind", "value_set": ["a"]},
        {"kind": ["a", None]},
        {"kind": ["a", "b", None]},
        ["001"],
        {"kind": [None]},
    ),
    REGEX: Triple(
        {"column": "label", "regex": "^惠政〔[0-9]{4}〕[0-9]+号$"},
        {"label": ["惠政〔2021〕1号", None]},
        {"label": ["惠政〔2021〕1号", "惠政[2021]1号", None]},
        ["001"],
        {"label": [None]},
    ),
    BETWEEN: Triple(
        {"column": "opened", "min_value": {"$PARAMETER": "period_start"}, "max_value": {"$PARAMETER": "as_of"}},
        {"opened": [day("2021-01-01"), day("2021-12-31"), None]},
        {"opened": [day("2020-12-31"), day("2021-06-01"), day("2022-01-01"), None]},
        ["000", "002"],
        {"opened": [None]},
        parameters={"period_start": datetime(2021, 1, 1), "as_of": datetime(2021, 12, 31)},
    ),
    PAIR: Triple(
        {"column_A": "closed", "column_B": "opened", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
        {"opened": [day("2021-05-01"), day("2021-05-01")], "closed": [day("2021-05-01"), None]},
        {"opened": [day("2021-05-01"), day("2021-05-02")], "closed": [day("2021-05-01"), day("2021-05-01")]},
        ["001"],
        {"opened": [day("2021-05-01"), None], "closed": [None, day("2021-05-01")]},
    ),
    COMPOUND: Triple(
        {"column_list": ["label", "kind"]},
        {"label": ["x", "x", "y"], "kind": ["a", "b", "a"]},
        {"label": ["x", "y", "x"], "kind": ["a", "a", "a"]},
        ["000", "002"],
        {"label": [None, None], "kind": [None, None]},
    ),
    ROWS: Triple(
        {"value": {"$PARAMETER": "cases_received"}},
        {"label": ["x", None]},
        {"label": ["x"]},
        None,
        {},
        NO_ROWS,
        {"cases_received": 2},
    ),
    ROWS_BETWEEN: Triple({"min_value": 2, "max_value": 3}, {"label": ["x", None]}, {"label": ["x"]}, None, {}, NO_ROWS),
    SUM: Triple(
        {"column": "count", "min_value": {"$PARAMETER": "acts"}, "max_value": {"$PARAMETER": "acts"}},
        {"count": [3, 4, None]},
        {"count": [3, 5, None]},
        None,
        {"count": [None]},
        parameters={"acts": 7},
    ),
    DISTINCT: Triple(
        {"column": "label", "min_value": 2, "max_value": 2},
        {"label": ["x", "y", "y", None]},
        {"label": ["y", "y", None]},
        None,
        {"label": [None]},
    ),
    PERIOD: Triple(
        {"column": "rule"},
        {"rule": ["in_time", "open", None]},
        {"rule": ["in_time", "late", "open", "overdue", None]},
        ["001", "003"],
        {"rule": [None, None]},
        NO_MATCH,
    ),
    IFF: Triple(
        {"column_A": "closed", "column_B": "kind", "value_set": ["b"]},
        {"closed": [day("2021-05-01"), None, None], "kind": ["b", "a", None]},
        {"closed": [None, day("2021-05-01"), day("2021-05-01"), None], "kind": ["b", "a", None, "a"]},
        ["000", "001", "002"],
        {"closed": [None], "kind": [None]},
    ),
    ADDS_UP: Triple(
        {"column_list": ["count", "part"]},
        {"count": [4, 0, None, 3], "part": [4, 0, 1, None]},
        {"count": [4, 5, None], "part": [4, 2, 1]},
        ["001"],
        {"count": [1, None], "part": [None, 1]},
    ),
    RECALCULATION: Triple(
        {"published": {"$PARAMETER": "figure"}, "recalculated": {"$PARAMETER": "recalculated_figure"}},
        {"label": ["x"]},
        {"label": ["x"]},
        None,
        {},
        NO_ROWS,
        {"figure": 3, "recalculated_figure": 3},
        {"figure": 3, "recalculated_figure": 2},
    ),
}


def test_every_expectation_of_the_vocabulary_has_its_three_tables() -> None:
    assert set(TRIPLES) == set(VOCABULARY)


@pytest.mark.parametrize("kind", VOCABULARY)
def test_an_expectation_passes_fails_and_says_when_it_cannot_tell(load: Callable[..., Suite], kind: str) -> None:
    triple = TRIPLES[kind]
    (asked,) = load(entry(kind, **triple.kwargs)).expectations
    spoilt = triple.parameters | triple.parameters_broken
    (kept,), (broken,), (untested,) = (
        judge(table(WIDE, **columns), asked, **parameters)
        for columns, parameters in (
            (triple.kept, triple.parameters),
            (triple.broken, spoilt),
            (triple.untestable, triple.parameters),
        )
    )
    assert (kept.status, kept.failed, keys(kept)) == (Status.PASS, 0, [])
    assert kept.judged > 0
    assert (broken.status, keys(broken)) == (Status.FAIL, triple.keys or [])
    assert broken.failed == (1 if triple.keys is None else len(triple.keys))
    assert (untested.status, untested.judged, untested.reason.en) == (Status.NOT_TESTED, 0, triple.reason)
    for outcome in (kept, broken):
        assert (outcome.rule, outcome.severity, outcome.reason) == ("REG-01", Severity.WARNING, NOTHING)
        assert str(outcome.judged) in outcome.condition.zh or outcome.recalculated in outcome.condition.zh


@pytest.mark.parametrize("kind", OURS)
def test_an_expectation_of_ours_without_its_module_is_an_error_though_gx_passes_without_it(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    triple = TRIPLES[kind]
    held, asked = table(WIDE, **triple.kept), line(kind, **triple.kwargs)
    assert statuses(judge(held, asked, **triple.parameters)) == [Status.PASS]
    monkeypatch.setattr(guard, "import_module", lambda _: None)
    monkeypatch.delitem(registry._registered_expectations, kind)
    alone = stock(held.frame, asked.content, expectation_parameters=triple.parameters)
    assert alone.success
    assert alone.results == []
    lost, kept = judge(held, asked, line(UNIQUE, "kept", column="no"), **triple.parameters)
    assert (lost.status, lost.judged, kept.status) == (Status.ERROR, 0, Status.PASS)
    assert "lost the expectation" in lost.reason.en


def test_a_recalculation_that_could_not_be_taken_is_not_tested_and_one_that_differs_shows_both() -> None:
    asked = line(RECALCULATION, published={"$PARAMETER": "figure"}, recalculated={"$PARAMETER": "recalculated_figure"})
    held = table(WIDE, label=["x", "y"])
    (untaken,) = judge(held, asked, figure=3)
    assert untaken.status is Status.NOT_TESTED
    assert "recalculated_figure" in untaken.reason.en
    (differs,) = judge(held, asked, figure=3, recalculated_figure=2)
    found = (differs.status, differs.published, differs.recalculated, differs.difference)
    assert found == (Status.FAIL, "3", "2", "-1")


@pytest.mark.parametrize(
    "unusable",
    [
        entry(PERIOD, column="opened"),
        entry(PERIOD, column="rule_due"),
        entry(IFF, column_A="closed", column_B="kind"),
        entry(IFF, column_A="closed", column_B="kind", value_set="b"),
        entry(IFF, column_A="closed", column_B="kind", value_set=["b"], ignore_row_if="never"),
        entry(ADDS_UP, column_list=["count", "amount"]),
        entry(ADDS_UP, column_list=["count", "part"], row_condition=where("kind", "==", "a")),
        entry(RECALCULATION, published={"$PARAMETER": "figure"}),
    ],
)
def test_an_expectation_of_ours_that_cannot_be_meant_is_refused(
    load: Callable[..., Suite], unusable: dict[str, Any]
) -> None:
    with pytest.raises(RulebookError, match=r"cases\.json, entry 1"):
        load(unusable)


def test_a_decimal_on_its_bound_keeps_it(load: Callable[..., Suite]) -> None:
    held = table(amount=[Decimal("0.1"), Decimal("0.3")])
    (asked,) = load(entry(BETWEEN, column="amount", min_value=0.1, max_value=0.3)).expectations
    (outcome,) = judge(held, asked)
    assert outcome.status is Status.PASS


def test_a_sum_of_decimals_is_left_to_a_measure(load: Callable[..., Suite]) -> None:
    with pytest.raises(RulebookError, match="cannot be judged so"):
        load(entry(SUM, column="amount", min_value=0, max_value=1))


@pytest.mark.parametrize("district", ["huiji/2021", "sample/2022"])
def test_outcomes_are_the_same_with_nothing_remembered(district: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, year = district.split("/")
    tables = ("reconsideration_cases", "disclosure_requests")
    with open_audit(Home(), name, int(year), ("reconsideration", "disclosure")) as audit:
        kept = [audit.suite(table) for table in tables]
        monkeypatch.setattr(guard, "remembered_configurations", nullcontext)
        monkeypatch.setattr(guard, "_frames", guard._frames.__wrapped__)
        assert [audit.suite(table) for table in tables] == kept


def test_no_validation_sees_the_frame_of_another() -> None:
    seen = []
    for labels in (["a", "b", "c"], ["a", None, "b", "c"], ["a"]):
        (outcome,) = judge(table(label=labels), line(NOT_NULL, column="label"))
        seen.append((outcome.judged, outcome.failed, keys(outcome)))
    assert seen == [(3, 0, []), (4, 1, ["001"]), (1, 0, [])]
