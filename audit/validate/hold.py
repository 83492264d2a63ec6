"""A table held against its suite by the engine that the warehouse was opened for."""

from __future__ import annotations

from typing import Any

from audit.intake import Stored, Table
from audit.model import NOTHING, Outcome
from audit.query import KEPT, SparkWarehouse, Warehouse
from audit.rulebook import Suite
from audit.validate import duck
from audit.validate.guard import run_suite


def hold(
    suite: Suite,
    table: Table | Stored | None,
    warehouse: Warehouse,
    domain: str,
    parameters: dict[str, Any],
    *,
    rows: int | None = None,
) -> tuple[Outcome, ...]:
    """One outcome per expectation, in the order of the suite, the same by every engine.

    `table` is one of the warehouse's, or a copy of one with rows planted (then `rows` says how many it has).
    """
    name = suite.table
    count = (warehouse.rows(name) if rows is None else rows) if table is not None else 0
    if table is None or (isinstance(table, Table) and warehouse.engine == "pandas"):
        return run_suite(suite, table, count, warehouse.absent.get(name, NOTHING), domain, parameters)
    if isinstance(warehouse, SparkWarehouse):
        from audit.validate import spark  # it needs Great Expectations and Spark

        return spark.judge(suite, warehouse, table, count, domain, parameters)
    most = KEPT if isinstance(table, Stored) else None
    with warehouse.source(table) as source:
        return duck.judge(suite, warehouse.store, source, table.spec, count, domain, parameters, most=most)
