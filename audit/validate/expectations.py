"""Expectations of our own, registered with Great Expectations by being imported.

A suite that names one stays a Great Expectations suite; where this module is not imported, Great
Expectations drops the line, and the guard reports it as lost (an error, never a pass).
"""

# mypy: disable-error-code="untyped-decorator"
# ruff: noqa: N805, N803 - Great Expectations makes class methods of the conditions and names column_A

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd
from great_expectations.compatibility.pyspark import functions
from great_expectations.execution_engine import PandasExecutionEngine, SparkDFExecutionEngine
from great_expectations.expectations.expectation import (
    BatchExpectation,
    ColumnMapExpectation,
    ColumnPairMapExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.metrics import ColumnMapMetricProvider, column_condition_partial
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnPairMapMetricProvider,
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.column_pair_condition_partial import (
    column_pair_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.model_field_types import ValueSetField

from audit.clocks.period import KEPT

_CONDITION = ("row_condition", "condition_parser")


class _KeepPeriod(ColumnMapMetricProvider):  # type: ignore[misc]  # Great Expectations is followed as Any
    condition_metric_name = "column_values.keep_statutory_period"

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, **_: Any) -> pd.Series:
        return column.isin(KEPT)

    @column_condition_partial(engine=SparkDFExecutionEngine)
    def _spark(cls, column: Any, **_: Any) -> Any:
        return column.isin(*KEPT)


class ExpectColumnValuesToKeepStatutoryPeriod(ColumnMapExpectation):  # type: ignore[misc]
    """The judgement column of a time limit holds no record that is late or overdue."""

    map_metric = "column_values.keep_statutory_period"
    success_keys = ("mostly",)
    library_metadata: ClassVar[dict[str, Any]] = {"maturity": "production"}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        return _words(renderer_configuration, "$column：在法定期限内或未到期 / within the period or not yet due")


class _FilledIff(ColumnPairMapMetricProvider):  # type: ignore[misc]
    condition_metric_name = "column_pair_values.filled_if_and_only_if"
    condition_domain_keys = ("batch_id", "table", "column_A", "column_B", *_CONDITION, "ignore_row_if")
    condition_value_keys = ("value_set",)

    @column_pair_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_A: pd.Series, column_B: pd.Series, value_set: list[str], **_: Any) -> pd.Series:
        return column_A.notna() == column_B.isin(value_set)

    @column_pair_condition_partial(engine=SparkDFExecutionEngine)
    def _spark(cls, column_A: Any, column_B: Any, value_set: list[str], **_: Any) -> Any:
        return column_A.isNotNull() == functions.coalesce(column_B.isin(*value_set), functions.lit(False))


class ExpectColumnToBeFilledIfAndOnlyIf(ColumnPairMapExpectation):  # type: ignore[misc]
    """column_A is filled exactly where column_B holds one of value_set: one disposition, and its own date.

    A row in which both are missing says nothing and is not judged.
    """

    value_set: ValueSetField
    ignore_row_if: str = "both_values_are_missing"
    map_metric = "column_pair_values.filled_if_and_only_if"
    success_keys = ("value_set", "ignore_row_if", "mostly")
    library_metadata: ClassVar[dict[str, Any]] = {"maturity": "production"}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        return _words(renderer_configuration, "$column_A：当且仅当$column_B为所列时填写 / filled if and only if listed")


class _SumOfOthers(MulticolumnMapMetricProvider):  # type: ignore[misc]
    condition_metric_name = "multicolumn_values.first_equals_sum_of_others"
    condition_domain_keys = ("column_list", "ignore_row_if")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:
        first, *others = column_list.columns
        return column_list[first] == column_list[others].sum(axis=1)

    @multicolumn_condition_partial(engine=SparkDFExecutionEngine)
    def _spark(cls, column_list: Any, **_: Any) -> Any:
        first, *others = column_list.columns
        return functions.col(first) == sum((functions.col(name) for name in others), functions.lit(0))


class ExpectFirstColumnToEqualSumOfOthers(MulticolumnMapExpectation):  # type: ignore[misc]
    """An identity within a row: the first column of column_list is the sum of the others."""

    ignore_row_if: str = "any_value_is_missing"
    map_metric = "multicolumn_values.first_equals_sum_of_others"
    library_metadata: ClassVar[dict[str, Any]] = {"maturity": "production"}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        return _words(renderer_configuration, "首列等于其余各列之和 / the first column is the sum of the others")


class ExpectRecalculationToEqualPublished(BatchExpectation):  # type: ignore[misc]
    """A published figure equals its recalculation from the records of this table."""

    published: Any = None
    recalculated: Any = None
    metric_dependencies = ("table.row_count",)
    success_keys = ("published", "recalculated")
    library_metadata: ClassVar[dict[str, Any]] = {"maturity": "production"}

    def _validate(self, metrics: dict[str, Any], **_: Any) -> dict[str, Any]:
        given = self._get_success_kwargs()
        observed = given.get("recalculated")
        return {"success": observed == given.get("published"), "result": {"observed_value": observed}}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        return _words(renderer_configuration, "公布数与按记录重算相符 / published equals recalculated")


def _words(renderer_configuration: Any, template: str) -> Any:
    renderer_configuration.template_str = template
    return renderer_configuration
