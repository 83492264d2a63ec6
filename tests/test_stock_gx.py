"""The suite files are Great Expectations' own: they load, keep everything, and run without this package's guard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import great_expectations as gx
import pytest

import audit.validate.expectations  # noqa: F401 - registers our own expectation types
from audit.home import Home
from audit.programme import Audit, open_audit

SUITES = sorted((Home().expectations / "suites").glob("*.json"))
NAMES = [path.stem for path in SUITES]


@pytest.fixture(scope="module")
def huiji() -> Iterator[Audit]:
    with open_audit(Home(), "huiji", 2021) as audit:
        yield audit


@pytest.fixture(scope="module")
def pingtan() -> Iterator[Audit]:
    with open_audit(Home(), "pingtan", 2021) as audit:
        yield audit


@pytest.fixture(scope="module")
def source() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context.data_sources.add_pandas("tables")


def written(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def stock_suite(path: Path) -> Any:
    """The file as Great Expectations documents it: its content is the constructor's arguments."""
    return gx.ExpectationSuite(**written(path))


def test_every_table_that_is_delivered_has_a_suite(huiji: Audit) -> None:
    assert set(huiji.book.delivered) <= set(NAMES) == set(huiji.book.suites)


@pytest.mark.parametrize("path", SUITES, ids=NAMES)
def test_stock_gx_loads_a_suite_file_and_loses_nothing(path: Path) -> None:
    document, suite = written(path), stock_suite(path)
    assert suite.name == path.stem
    kept = [(line.expectation_type, line.severity.value, line.meta) for line in suite.expectations]
    assert kept == [(line["type"], line["severity"], line["meta"]) for line in document["expectations"]]
    assert all(line.meta["rule"] for line in suite.expectations)
    for line, entry in zip(suite.expectations, document["expectations"], strict=True):
        understood = line.configuration.to_json_dict()["kwargs"]
        assert {name: understood[name] for name in entry["kwargs"]} == entry["kwargs"], entry["meta"]["check"]


@pytest.mark.parametrize("path", SUITES, ids=NAMES)
def test_stock_gx_validates_the_shipped_table_with_the_published_figures(
    huiji: Audit, pingtan: Audit, source: Any, path: Path
) -> None:
    audit = huiji if path.stem in huiji.warehouse.tables else pingtan
    frame = audit.warehouse.tables[path.stem].frame
    definition = source.add_dataframe_asset(path.stem).add_batch_definition_whole_dataframe("all")
    batch = definition.get_batch({"dataframe": frame})
    result = batch.validate(stock_suite(path), expectation_parameters=audit.parameters_of(path.stem))
    assert len(result.results) == len(written(path)["expectations"])
    assert [line.expectation_config.meta["check"] for line in result.results if not line.success] == []
    assert result.success


@pytest.mark.parametrize("path", SUITES, ids=NAMES)
def test_a_suite_file_can_be_read_by_people_and_names_no_version(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert "\\u" not in text
    assert not text.startswith("\ufeff")
    assert text.endswith("}\n")
    assert max(map(len, text.splitlines())) <= 120
    assert "great_expectations_version" not in text
    for line in written(path)["expectations"]:
        title = line["meta"]["title"]
        assert any("\u4e00" <= sign <= "\u9fff" for sign in title["zh"])
        assert title["en"].isascii()
