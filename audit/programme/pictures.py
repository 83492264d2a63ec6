"""The charts of each domain, drawn from the open audit; counts and durations only, never a record's content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from audit.model import Text
from audit.programme.audit import Audit
from audit.recalculate.years import Pair
from audit.render import Chart, charts

_GREAT, _MOST = 1000, 12


def domain_charts(audit: Audit, domain: str, lang: str) -> tuple[Chart, ...]:
    """The charts of one domain whose tables are here and have rows."""
    draw = _CHARTS.get(domain)
    return draw(audit, lang) if draw else ()


def years_chart(pairs: tuple[Pair, ...], lang: str) -> tuple[Chart, ...]:
    """The exact counts under a thousand that changed most, beside last year's; greater ones would press them flat."""
    plain = [pair for pair in pairs if pair.exact and not pair.broken and max(pair.now[0], pair.before[0]) < _GREAT]
    changed = sorted((pair for pair in plain if pair.now != pair.before), key=lambda pair: -abs(pair.least_change[0]))
    shown = changed[:_MOST]
    if not shown:
        return ()
    title = Text(
        zh=f"与上年相比变动最大的数（不满1000的，至多{_MOST}个）",
        en=f"The greatest changes since last year (counts under 1000, {_MOST} at most)",
    )
    labels = [pair.title for pair in shown]
    now, before = [int(pair.now[0]) for pair in shown], [int(pair.before[0]) for pair in shown]
    return (charts.side_by_side(title, labels, now, before, lang).named("years-side-by-side"),)


def _count(audit: Audit, measure: str) -> int | None:
    value = audit.measured(measure).value
    return None if value is None else int(value)


def _flow(audit: Audit, name: str, title: Text, measures: tuple[str, ...], lang: str) -> tuple[Chart, ...]:
    steps = [(audit.book.measures[measure].title, _count(audit, measure)) for measure in measures]
    known = [(label, count) for label, count in steps if count is not None]
    return (charts.flow(title, known, lang, name),) if len(known) == len(steps) else ()


def _days(audit: Audit, table: str, start: str, end: str) -> list[int]:
    if table not in audit.warehouse.tables:
        return []
    frame = audit.warehouse.tables[table].frame
    return [int(days) for days in (frame[end] - frame[start]).dropna().dt.days]


def _normative(audit: Audit, lang: str) -> tuple[Chart, ...]:
    title = Text(zh="规范性文件自公布至报备的天数", en="Days from publication to filing")
    days = _days(audit, "normative_documents", "published_date", "filed_date")
    return (charts.durations(title, days, 15, lang, "normative-filing"),) if days else ()


def _reconsideration(audit: Audit, lang: str) -> tuple[Chart, ...]:
    flow = Text(zh="行政复议案件流转", en="Reconsideration cases: from receipt to the year's end")
    steps = (
        "reconsideration.received",
        "reconsideration.admitted",
        "reconsideration.concluded",
        "reconsideration.carried_out",
    )
    title = Text(zh="复议案件自受理至审结的天数", en="Days from admission to conclusion")
    days = _days(audit, "reconsideration_cases", "admitted_date", "closed_date")
    drawn = _flow(audit, "reconsideration-flow", flow, steps, lang)
    return drawn + ((charts.durations(title, days, 60, lang, "reconsideration-days"),) if days else ())


def _disclosure(audit: Audit, lang: str) -> tuple[Chart, ...]:
    title = Text(zh="政府信息公开申请流转", en="Disclosure requests: from receipt to the year's end")
    steps = ("disclosure.handled", "disclosure.closed", "disclosure.open")
    return _flow(audit, "disclosure-flow", title, steps, lang)


def _enforcement(audit: Audit, lang: str) -> tuple[Chart, ...]:
    if "unit_quarters" not in audit.warehouse.tables or audit.warehouse.rows("unit_quarters") == 0:
        return ()
    by_quarter = audit.warehouse.tables["unit_quarters"].frame.groupby("quarter")["acts"].sum()
    labels = [Text(zh=f"第{quarter}季度", en=f"Quarter {quarter}") for quarter in by_quarter.index]
    title = Text(zh="各季度备案的具体行政行为", en="Administrative acts filed, by quarter")
    return (charts.counts_by(title, labels, [int(n) for n in by_quarter], lang, "acts-by-quarter", ordered=True),)


def _litigation(audit: Audit, lang: str) -> tuple[Chart, ...]:
    title = Text(zh="行政诉讼案件收结", en="Litigation: carried in, new, closed, open")
    steps = ("litigation.carried_in", "litigation.new", "litigation.concluded", "litigation.carried_out")
    return _flow(audit, "litigation-flow", title, steps, lang)


def _governance(audit: Audit, lang: str) -> tuple[Chart, ...]:
    if "person_hours" not in audit.warehouse.tables or audit.warehouse.rows("person_hours") == 0:
        return ()
    hours = audit.warehouse.tables["person_hours"].frame["hours"].dropna()
    whole = Counter(min(int(value), 15) for value in hours)
    labels = [_hours(least) for least in sorted(whole)]
    title = Text(zh="机关干部全年法治教育学时", en="Hours of legal training per person")
    return (
        charts.counts_by(
            title, labels, [whole[least] for least in sorted(whole)], lang, "training-hours", ordered=True
        ),
    )


def _hours(least: int) -> Text:
    if least == 15:
        return Text(zh="15学时及以上", en="15 hours and more")
    return Text(zh=f"{least}—{least + 1}学时（不含{least + 1}）", en=f"{least} to under {least + 1} hours")


_CHARTS: dict[str, Callable[[Audit, str], tuple[Chart, ...]]] = {
    "normative": _normative,
    "reconsideration": _reconsideration,
    "disclosure": _disclosure,
    "enforcement": _enforcement,
    "litigation": _litigation,
    "governance": _governance,
}
