"""Taking the exhibits from an open audit: counts by SQL, so that every engine gives the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from audit.clocks.calendar import FIRST
from audit.clocks.period import IN_TIME, LATE, OPEN, OVERDUE
from audit.findings.exhibits import (
    Bars,
    ClaimRecords,
    Exhibits,
    Flow,
    FlowStep,
    LimitTally,
    Months,
    SampleReview,
    UnitRow,
    UnitTable,
    YearPair,
)
from audit.model import NOTHING, ClaimResult, Text
from audit.programme.audit import Audit
from audit.programme.comparing import units_listed
from audit.programme.flows import CASES, FLOWS, LABELS, TOTAL, CasePlan, FlowPlan
from audit.programme.samples import review_samples
from audit.recalculate.years import Pair, shown_range, signed
from audit.rulebook.rules import Clock, DateRef, Rule

_MOST_HOURS = 15


def domain_exhibits(audit: Audit, domain: str) -> Exhibits:
    """Time limits, flows, months and counts of one domain, as far as its tables are here and have rows."""
    tables = audit.book.tables
    clocked = [rule for rule in audit.book.rules.values() if rule.clock and tables[rule.clock.table].domain == domain]
    return Exhibits(
        limits=tuple(
            _tally(audit, rule, rule.clock) for rule in clocked if rule.clock and _here(audit, rule.clock.table)
        ),
        flows=tuple(flow for plan in FLOWS if plan.domain == domain for flow in _flow(audit, plan)),
        months=tuple(_months(audit, plan) for plan in CASES if plan.domain == domain and _here(audit, plan.table)),
        bars=_BARS[domain](audit) if domain in _BARS else (),
    )


def compared_exhibits(audit: Audit) -> Exhibits:
    """Two years, units and samples."""
    return Exhibits(years=_years(audit), units=_units(audit), samples=_samples(audit))


def claim_records(audit: Audit, results: Iterable[ClaimResult]) -> Exhibits:
    """The records behind each recalculated figure of `results`."""
    taken = ((result.claim, audit.measured(result.measure)) for result in results if result.measure)
    return Exhibits(
        records=tuple(ClaimRecords(claim=name, table=one.measure.table, marks=one.marks) for name, one in taken)
    )


def _here(audit: Audit, table: str) -> bool:
    return table in audit.warehouse.tables and audit.warehouse.rows(table) > 0


def _tally(audit: Audit, rule: Rule, clock: Clock) -> LimitTally:
    where, column = f"rules, {rule.id}", rule.column
    asked = f"SELECT {column}, count(*) FROM {clock.table} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
    by = {str(verdict): int(count) for verdict, count in audit.warehouse.listed(asked, where)}
    closed = (
        f"SELECT CAST({_sql(clock.end)} AS DATE), CAST({column}_due AS DATE), count(*) FROM {clock.table} "
        f"WHERE {column} IN ('{IN_TIME}', '{LATE}') GROUP BY 1, 2 ORDER BY 1, 2"
    )
    margins = _margins(audit, clock, audit.warehouse.listed(closed, where))
    return LimitTally(
        rule=rule.id,
        table=clock.table,
        in_time=by.get(IN_TIME, 0),
        late=by.get(LATE, 0),
        open=by.get(OPEN, 0),
        overdue=by.get(OVERDUE, 0),
        margins=margins,
    )


def _margins(audit: Audit, clock: Clock, rows: list[tuple[Any, ...]]) -> tuple[tuple[int, int], ...]:
    """Days left at the end, with how many records had so many; days late are negative."""
    if not rows:
        return ()
    calendar, kind = audit.warehouse.calendar, clock.limit.day_type
    ended, due = (np.array([row[place] for row in rows], dtype="datetime64[D]") for place in (0, 1))
    # A case may end outside the years whose holidays are known; so far from its last day the exact number is idle.
    ended = np.clip(ended, np.datetime64(FIRST, "D"), np.datetime64(calendar.last_day, "D"))
    left = calendar.between(ended, due, kind) - np.where(ended > due, _over(calendar.between(due, ended, kind)), 0)
    found: Counter[int] = Counter()
    for days, row in zip(left.tolist(), rows, strict=True):
        found[days] += int(row[2])
    return tuple(sorted(found.items()))


def _over(days: Any) -> Any:
    """At least one day late, although a limit of working days can be overrun within one weekend."""
    return np.maximum(days, 1)


def _sql(ref: DateRef) -> str:
    if isinstance(ref, str):
        return f'"{ref}"'
    cases = "".join(f" WHEN {ref.by} = '{code}' AND {name} IS NOT NULL THEN {name}" for code, name in ref.of.items())
    return f"CASE{cases} ELSE {ref.usual} END"


def _flow(audit: Audit, plan: FlowPlan) -> tuple[Flow, ...]:
    """The flow, or nothing where one of its measures cannot be taken."""
    steps: list[FlowStep] = []
    for stage, names in enumerate(plan.stages):
        for name in names:
            if name == TOTAL:
                before = sum(step.count for step in steps if step.stage == stage - 1)
                steps.append(FlowStep(id=TOTAL, label=LABELS[TOTAL], count=before, stage=stage))
                continue
            value = audit.measured(name).value
            if value is None:
                return ()
            steps.append(FlowStep(id=name, label=LABELS[name], count=int(value), stage=stage))
    place = {step.id: position for position, step in enumerate(steps)}
    links = []
    for stage, parent in enumerate(plan.parents, start=1):
        sources = [step.id for step in steps if step.stage == stage - 1] if parent is None else [parent]
        links += [(place[one], place[two.id]) for one in sources for two in steps if two.stage == stage]
    return (Flow(name=plan.name, domain=plan.domain, title=plan.title, steps=tuple(steps), links=tuple(links)),)


def _months(audit: Audit, plan: CasePlan) -> Months:
    begins, ends, where = plan.begins, plan.ends, f"cases by month, {plan.table}"
    period = "BETWEEN $period_start AND $period_end AND {day} <= $as_of"

    def by_month(day: str) -> tuple[int, ...]:
        sql = (
            f"SELECT month({day}), count(*) FROM {plan.table} WHERE {begins} IS NOT NULL "
            f"AND {day} {period.format(day=day)} GROUP BY 1 ORDER BY 1"
        )
        found = {int(month): int(count) for month, count in audit.warehouse.listed(sql, where)}
        return tuple(found.get(month, 0) for month in range(1, 13))

    open_then = f"({ends} IS NULL OR {ends} >= $period_start)"
    before = f"SELECT count(*) FROM {plan.table} WHERE {begins} < $period_start AND {open_then}"
    carried = int(audit.warehouse.listed(before, where)[0][0])
    return Months(
        name=plan.name,
        domain=plan.domain,
        title=plan.title,
        carried_in=carried,
        came=by_month(begins),
        went=by_month(ends),
    )


def _quarters(audit: Audit) -> tuple[Bars, ...]:
    if not _here(audit, "unit_quarters"):
        return ()
    sql = "SELECT quarter, CAST(sum(acts) AS BIGINT) FROM unit_quarters GROUP BY 1 ORDER BY 1"
    rows = audit.warehouse.listed(sql, "acts by quarter")
    title = Text(zh="各季度备案的具体行政行为", en="Administrative acts filed, by quarter")
    labels = tuple(Text(zh=f"第{quarter}季度", en=f"Quarter {quarter}") for quarter, _ in rows)
    values = tuple(int(acts or 0) for _, acts in rows)
    return (Bars(name="acts-by-quarter", domain="enforcement", title=title, labels=labels, values=values),)


def _hours(audit: Audit) -> tuple[Bars, ...]:
    if not _here(audit, "person_hours"):
        return ()
    sql = (
        f"SELECT least(CAST(floor(hours) AS INTEGER), {_MOST_HOURS}), count(*) FROM person_hours "
        "WHERE hours IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    rows = audit.warehouse.listed(sql, "hours of training")
    title = Text(zh="机关干部全年法治教育学时", en="Hours of legal training per person")
    labels = tuple(_hours_label(int(least)) for least, _ in rows)
    values = tuple(int(count) for _, count in rows)
    return (Bars(name="training-hours", domain="governance", title=title, labels=labels, values=values),)


def _hours_label(least: int) -> Text:
    if least == _MOST_HOURS:
        return Text(zh=f"{least}学时及以上", en=f"{least} hours and more")
    return Text(zh=f"{least}—{least + 1}学时（不含{least + 1}）", en=f"{least} to under {least + 1} hours")


_BARS = {"enforcement": _quarters, "governance": _hours}


def _years(audit: Audit) -> tuple[YearPair, ...]:
    limits = audit.engagement.year_on_year

    def shown(pair: Pair) -> YearPair:
        cases, percent = pair.least_change
        return YearPair(
            claim=pair.claim.id,
            title=pair.title,
            before=shown_range(pair.before),
            now=shown_range(pair.now),
            change=signed(cases),
            percent="" if percent is None else f"{signed(percent)}%",
            source=pair.source,
            broken=pair.broken.title if pair.broken else NOTHING,
            asked=pair.broken is None and bool(pair.beyond(limits) or pair.slip),
            counts=(int(pair.before[0]), int(pair.now[0])) if pair.exact and _whole(pair) else None,
        )

    return tuple(shown(pair) for pair in audit.pairs)


def _whole(pair: Pair) -> bool:
    bounds: tuple[Fraction, ...] = (*pair.now, *pair.before)
    return all(bound.denominator == 1 for bound in bounds)


def _units(audit: Audit) -> tuple[UnitTable, ...]:
    found = []
    sql = "SELECT unit_code, name FROM units ORDER BY 1"
    names = dict(audit.warehouse.listed(sql, "names of units")) if _here(audit, "units") else {}
    for rule in audit.book.rules.values():
        listed = units_listed(audit, rule) if rule.units else None
        if listed and rule.units:
            rows = tuple(
                UnitRow(
                    code=code, name=names.get(code) or code, value=v, beside=b, stands_out=code in listed.outstanding
                )
                for code, v, b in listed.rows
            )
            found.append(UnitTable(rule=rule.id, kind=rule.units.kind, title=rule.units.what, rows=rows))
    return tuple(found)


def _title(audit: Audit, table: str) -> Text:
    spec = audit.book.tables.get(table)
    return spec.title if spec else Text(zh=table, en=table)


def _samples(audit: Audit) -> tuple[SampleReview, ...]:
    return tuple(
        SampleReview(
            table=sheet.drawing.table,
            title=_title(audit, sheet.drawing.table),
            population=sheet.drawing.population,
            n=sheet.drawing.n,
            seed=sheet.drawing.seed,
            answered=sheet.drawing.n - sheet.open,
            deviations=len(sheet.deviating),
            confidence=sheet.drawing.terms.confidence,
            tolerable=sheet.drawing.terms.tolerable,
            said=said,
        )
        for sheet, said in review_samples(audit)
    )
