"""The spark engine: the same verdicts as pandas, the same measures as DuckDB, and clear words where it is missing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import by_spark
import pytest
from made_tables import PARAMETERS, faulty, table
from runs import ROOT

from audit.errors import AuditError
from audit.home import Home
from audit.intake import Table
from audit.model import NOTHING
from audit.programme import open_audit
from audit.query import Machine, check_spark
from audit.rulebook import Expectation, Suite
from audit.rulebook.suites import VOCABULARY
from audit.validate import run_suite
from audit.validate.regex import common_regex

# A virtual machine that compiles little starts in a third of the time.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything asked of Spark, in one process of its own: here Great Expectations was loaded without it."""
    out = tmp_path_factory.mktemp("spark") / "found.json"
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path, "JAVA_TOOL_OPTIONS": _JAVA}
    done = subprocess.run(
        [sys.executable, "-m", "by_spark", str(out)],
        env=environment,
        cwd=out.parent,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def by_pandas(held: Table, asked: dict[str, Expectation]) -> list[dict[str, Any]]:
    outcomes = run_suite(Suite("cases", tuple(asked.values())), held, len(held.frame), NOTHING, "normative", PARAMETERS)
    return [outcome.model_dump(mode="json") for outcome in outcomes]


def test_spark_and_pandas_come_to_the_same(spark: dict[str, Any]) -> None:
    assert {line.type for line in by_spark.ASKED.values()} == set(VOCABULARY)
    for found, expected in zip(spark["faulty"], by_pandas(faulty(), by_spark.ASKED), strict=True):
        line = by_spark.ASKED[expected["id"].split("/")[1]]
        if "regex" in line.kwargs and common_regex(line.kwargs["regex"]) is None:
            assert found["status"] == "error"
            assert "otherwise than Python" in found["reason"]["en"]
        else:
            assert found == expected, (line.type, line.kwargs)


def test_columns_without_a_value_are_not_tested_by_spark_either(spark: dict[str, Any]) -> None:
    assert spark["bare"] == by_pandas(table(no=["1", "2"], count=[1, 2]), by_spark.BARE)


@pytest.mark.parametrize("how", ["measures", "stored"])
def test_every_measure_is_the_same_in_both_dialects(spark: dict[str, Any], how: str) -> None:
    with open_audit(Home(), "sample", 2022, machine=Machine("duckdb")) as audit:
        taken = {name: audit.measured(name) for name in audit.book.measures}
    expected = {name: [str(found.value), found.judged, found.digest] for name, found in taken.items()}
    assert spark[how] == {name: expected[name] for name in spark[how]}
    assert len(spark[how]) == (len(expected) if how == "measures" else len(range(0, len(expected), 7)))


def test_without_pyspark_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(AuditError) as missing:
        check_spark()
    assert str(missing.value).splitlines() == [
        "the spark engine needs the package pyspark, which is not installed",
        "where: --engine spark",
        "to do: install the extra: pip install 'fazhi-audit[spark]'; or take --engine duckdb, which gives the same",
    ]
    assert sys.modules["pyspark"] is None  # still hidden


def test_without_java_the_command_says_what_to_do(tmp_path: Path) -> None:
    """The command itself, on a path without Java: before anything is read or written."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": str(tmp_path), "JAVA_HOME": ""}
    command = [
        sys.executable,
        "-m",
        "audit",
        "run",
        "huiji",
        "2021",
        "--engine",
        "spark",
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 3
    problem, where, remedy = done.stderr.strip().splitlines()[-3:]
    assert "needs a Java runtime" in problem
    assert (where, remedy[:6]) == ("where: --engine spark", "to do:")
    assert not (tmp_path / "out").exists()


def test_spark_comes_back_only_before_great_expectations(tmp_path: Path) -> None:
    code = "import audit, great_expectations\nfrom audit.query.session import reveal\nreveal()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "begin a process of its own" in done.stderr


@pytest.mark.parametrize(
    ("pattern", "alike"),
    [
        ("^[0-9]{4}-x$", "^[0-9]{4}-x(?:\\n?\\z)"),
        (r"\d+\$", r"\p{Nd}+\$"),
        (r"a\\$", r"a\\(?:\n?\z)"),
        ("(a|b)c", "(a|b)c"),
        *(
            (pattern, None)
            for pattern in ("(?i)x", r"\w", r"\s", r"\bx", "(?=x)", "[[]", "x{,3}", "(?P<n>x)", "a$|b", "x&&y")
        ),
    ],
)
def test_expressions_that_all_read_alike(pattern: str, alike: str | None) -> None:
    assert common_regex(pattern) == alike
