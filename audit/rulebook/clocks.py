"""The time limits held against the tables and against each other, before anything is judged by them."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from audit.errors import RulebookError
from audit.rulebook.rules import ByChannel, Clock, Rule
from audit.rulebook.tables import TableSpec


def with_judgements(tables: dict[str, TableSpec], rules: dict[str, Rule]) -> dict[str, TableSpec]:
    """The tables with the columns that the rules' clocks add to them.

    Raises RulebookError for a clock on an unknown table or column, and for versions that overlap or leave a gap.
    """
    added: dict[str, list[str]] = {}
    for rule in rules.values():
        if rule.clock is not None:
            _check_clock(rule, rule.clock, tables)
            added.setdefault(rule.clock.table, []).extend((rule.column, f"{rule.column}_due"))
        elif rule.kind == "deadline" and not (rule.series and rule.note):
            # A version without a clock says that the law of its day set no limit, and closes the series' gap.
            raise RulebookError(
                "a deadline without a clock judges nothing",
                where=f"rules, {rule.id}",
                remedy="give it a clock; or, where the law of that time set no limit, a series and a note that says so",
            )
    _check_series(rules)
    return {name: spec.model_copy(update={"judged": tuple(added.get(name, ()))}) for name, spec in tables.items()}


def _check_clock(rule: Rule, clock: Clock, tables: dict[str, TableSpec]) -> None:
    where = f"rules, {rule.id}"
    if clock.table not in tables or tables[clock.table].sql:
        raise RulebookError(f"there is no delivered table {clock.table!r}", where=where, remedy="correct the clock")
    columns = tables[clock.table].columns
    for name in (*clock.dates, rule.effective.selector):
        if name not in columns or columns[name].type != "date":
            problem = f"{clock.table} has no date column {name!r}"
            raise RulebookError(problem, where=where, remedy="correct the clock or the selector")
    coded = dict(clock.when)
    for ref in (clock.start, clock.end, clock.deemed.from_ if clock.deemed else ""):
        if isinstance(ref, ByChannel):
            coded[ref.by] = tuple(ref.of)
    for name, codes in coded.items():
        unknown = set(codes) - set(columns[name].codes if name in columns else ())
        if unknown:
            problem = f"{clock.table}.{name} has no code {sorted(unknown)[0]!r}"
            raise RulebookError(problem, where=where, remedy="correct the clock")


def _check_series(rules: dict[str, Rule]) -> None:
    series: dict[str, list[Rule]] = {}
    for rule in rules.values():
        if rule.series:
            series.setdefault(rule.series, []).append(rule)
    for name, versions in series.items():
        if len({rule.clock.table for rule in versions if rule.clock}) != 1:
            raise RulebookError(
                f"the versions of {name} have no clock, or clocks on several tables",
                where=f"rules, {versions[-1].id}",
                remedy="let one series be the versions of one limit on one table",
            )
        ordered = sorted(versions, key=lambda rule: rule.effective.from_)
        for earlier, later in pairwise(ordered):
            end = earlier.effective.to
            what = "overlap" if end is None or end >= later.effective.from_ else "leave a gap"
            if end is None or end + timedelta(1) != later.effective.from_:
                raise RulebookError(
                    f"{earlier.id} and {later.id} are versions of {name} and {what}",
                    where=f"rules, {later.id}",
                    remedy="end the earlier version on the day before the later begins",
                )
            if earlier.effective.selector != later.effective.selector:
                raise RulebookError(
                    f"{earlier.id} and {later.id} choose their version by different dates",
                    where=f"rules, {later.id}",
                    remedy="give both the same selector",
                )
