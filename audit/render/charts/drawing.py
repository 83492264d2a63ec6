"""The exhibits as charts: which are drawn, under which names."""

from __future__ import annotations

from collections.abc import Mapping

from audit.findings import Exhibits
from audit.findings.exhibits import LimitTally, YearPair
from audit.model import Text
from audit.render.charts.bars import counts_by, side_by_side, units
from audit.render.charts.canvas import Chart
from audit.render.charts.flow import flow
from audit.render.charts.limits import margin_title, margins
from audit.render.charts.months import by_month
from audit.render.words import both, known
from audit.rulebook import Rule

_GREAT, _MOST_YEARS, _MOST_LIMITS = 1000, 12, 8


def draw_exhibits(exhibits: Exhibits, rules: Mapping[str, Rule], lang: str) -> tuple[Chart, ...]:
    """Every exhibit that is better seen than read."""
    return (
        *_limits(exhibits.limits, rules, lang),
        *(flow(one, lang) for one in exhibits.flows),
        *(by_month(one, lang) for one in exhibits.months),
        *(counts_by(one.title, one.labels, one.values, lang, one.name, ordered=True) for one in exhibits.bars),
        *_years(exhibits.years, lang),
        *(units(one, lang) for one in exhibits.units),
    )


def _limits(tallies: tuple[LimitTally, ...], rules: Mapping[str, Rule], lang: str) -> tuple[Chart, ...]:
    """One chart for each domain; the limits with the most closed records, up to a page's height."""
    by: dict[str, list[LimitTally]] = {}
    for tally in tallies:
        if tally.margins:
            by.setdefault(rules[tally.rule].domain, []).append(tally)
    drawn = []
    for domain, mine in by.items():
        fullest = sorted(mine, key=lambda tally: -(tally.in_time + tally.late))[:_MOST_LIMITS]
        rows = [(one, rules[one.rule].title, _day_type(rules[one.rule])) for one in mine if one in fullest]
        drawn.append(margins(f"limits-{domain}", margin_title(_domain(domain)), rows, lang))
    return tuple(drawn)


def _domain(domain: str) -> Text:
    return both(f"domain.{domain}") if known(f"domain.{domain}") else Text(zh=domain, en=domain)


def _day_type(rule: Rule) -> str:
    return rule.clock.limit.day_type if rule.clock else "calendar"


def _years(pairs: tuple[YearPair, ...], lang: str) -> tuple[Chart, ...]:
    """The exact counts under a thousand that changed most, beside last year's; greater ones would press them flat."""
    plain = [(pair, *pair.counts) for pair in pairs if pair.counts and not pair.broken.en and max(pair.counts) < _GREAT]
    changed = sorted((row for row in plain if row[1] != row[2]), key=lambda row: -abs(row[2] - row[1]))
    shown = changed[:_MOST_YEARS]
    if not shown:
        return ()
    title = Text(
        zh=f"与上年相比变动最大的数（不满{_GREAT}的，至多{_MOST_YEARS}个）",
        en=f"The greatest changes since last year (counts under {_GREAT}, {_MOST_YEARS} at most)",
    )
    labels = [pair.title for pair, _, _ in shown]
    now, before = [now for _, _, now in shown], [before for _, before, _ in shown]
    return (side_by_side(title, labels, now, before, lang, "years-side-by-side"),)
