"""Spark, brought back from where `audit/__init__.py` hides it, and its session."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache
from importlib import util
from pathlib import Path
from typing import Any

from audit.errors import AuditError

_HIDDEN = "pyspark.sql.connect"


def check_spark() -> None:
    """Raises AuditError when pyspark or a Java runtime is missing."""
    if not _installed():
        raise AuditError(
            "the spark engine needs the package pyspark, which is not installed",
            where="--engine spark",
            remedy="install the extra: pip install 'fazhi-audit[spark]'; or take --engine duckdb, which gives the same",
        )
    home = os.environ.get("JAVA_HOME")
    if not (home and (Path(home) / "bin" / "java").is_file()) and not shutil.which("java"):
        raise AuditError(
            "the spark engine needs a Java runtime, and there is none",
            where="--engine spark",
            remedy="install Java 17 or set JAVA_HOME; or take --engine duckdb, which gives the same",
        )


@cache
def spark_session() -> Any:
    """The session of this process: `local[2]`, or the master that SPARK_MASTER names.

    Raises AuditError when Spark is missing, or when Great Expectations was loaded before without it.
    """
    check_spark()
    reveal()
    from pyspark.sql import SparkSession

    builder = (
        SparkSession.builder.appName("audit")
        .master(os.environ.get("SPARK_MASTER", "local[2]"))
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.parquet.inferTimestampNTZ.enabled", "true")
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        .config("spark.log.level", "ERROR")
        .config("spark.ui.showConsoleProgress", "false")
    )
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def reveal() -> None:
    """Let pyspark be imported again, without its client, which ends the process where gRPC is missing (D-61)."""
    if sys.modules.get("pyspark", ...) is None:
        if "great_expectations" in sys.modules:
            raise AuditError(
                "Great Expectations was loaded without Spark in this process",
                where="--engine spark",
                remedy="begin a process of its own for the spark engine",
            )
        del sys.modules["pyspark"]
    sys.modules[_HIDDEN] = None  # type: ignore[assignment]


def _installed() -> bool:
    if sys.modules.get("pyspark"):
        return True
    hidden = sys.modules.pop("pyspark", None)
    try:
        return util.find_spec("pyspark") is not None
    finally:
        if hidden is None:
            sys.modules["pyspark"] = None  # type: ignore[assignment]
