"""Checks on the published figures alone: what a report prints without what makes it checkable.

They ask; they never accuse.  Nothing here looks at a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from audit.engagement import Claim
from audit.model import NOTHING, Family, Outcome, Status, Text
from audit.numbers import counts_that_give
from audit.numbers.figure import Qualifier
from audit.recalculate.growth import is_growth
from audit.recalculate.questions import asked, bare_small_rates, mixed_roundings
from audit.rulebook import Measure, Rule
from audit.rulebook.rules import ReportTest

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}年\d{1,2}月\d{1,2}日")
_HEDGES = (Qualifier.OVER, Qualifier.UNDER, Qualifier.ABOUT)
_NOT_PRINTED = Text(zh="报告没有公布这类数字", en="the report prints no such figure")


@dataclass(frozen=True)
class Seen:
    """What a test saw: the claims it looked at and those that broke it, each with its words."""

    looked_at: tuple[Claim, ...]
    broke: tuple[Claim, ...]
    listed: Text = NOTHING
    missing: tuple[str, ...] = ()
    ratio: str = ""


def judge_report(rule: Rule, claims: tuple[Claim, ...], measures: Mapping[str, Measure]) -> Outcome:
    """Carry out the report test of `rule`; not tested when the report prints nothing that it is about."""
    if rule.test is None:
        raise ValueError(f"rule {rule.id} has no report test")
    named = claims if rule.test.kind == "companions" or not rule.test.printed else _named(rule.test, claims)
    seen = _TESTS[rule.test.kind](rule.test, named, measures)
    status = Status.NOT_TESTED if not seen.looked_at else Status.FAIL if seen.broke else Status.PASS
    return Outcome(
        id=f"rules/{rule.id}",
        family=Family.RULE,
        rule=rule.id,
        domain=rule.domain,
        status=status,
        severity=rule.severity,
        judged=len(seen.looked_at),
        failed=len(seen.broke),
        title=rule.title,
        condition=_condition(rule, rule.test, seen, claims, measures) if status is Status.FAIL else NOTHING,
        reason=_NOT_PRINTED if status is Status.NOT_TESTED else NOTHING,
        claims=tuple(claim.id for claim in seen.broke),
    )


def _named(test: ReportTest, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.measure in test.printed)


def _companions(test: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    by_measure = _first_by_measure(claims)
    if not all(name in by_measure for name in test.printed):
        return Seen((), ())
    printed = tuple(by_measure[name] for name in test.printed)
    missing = tuple(name for name in test.missing if name not in by_measure)
    return Seen(printed, printed if missing else (), missing=missing)


def _base_stated(_: ReportTest, claims: tuple[Claim, ...], measures: Mapping[str, Measure]) -> Seen:
    rates = tuple(claim for claim in claims if claim.rate and not is_growth(claim))
    bare = tuple(rate for rate in rates if not rate.base)
    parts = [candidate_bases(rate, claims, measures) for rate in bare]
    listed = Text(zh="；".join(part.zh for part in parts), en="; ".join(part.en for part in parts))
    return Seen(rates, bare, listed)


def candidate_bases(rate: Claim, claims: tuple[Claim, ...], measures: Mapping[str, Measure]) -> Text:
    """Which counts the report prints in the same domain could be the base of a rate, and by which rounding.

    Of a rate without a measure the counts of its paragraph are tried.
    A base of as many as the rate has distinguishable values gives any rate, and says nothing.
    """
    fits: list[tuple[str, str]] = []
    values = 100 * 10 ** len(rate.figure.digits.partition(".")[2])
    for claim in claims:
        if claim.figure.value is None or claim.rate or not claim.figure.exact or claim.figure.value >= values:
            continue
        if not _near(claim, rate, measures):
            continue
        counts = counts_that_give(rate.figure.digits, int(claim.figure.value))
        rounded = [k for rule in ("half_up", "half_even") for k in counts[rule]]
        cut = counts["truncation"]
        if rounded:
            fits.append((f"{claim.printed}（四舍五入，分子{rounded[0]}）", f"{claim.printed} (rounded, {rounded[0]})"))
        elif cut:
            fits.append((f"{claim.printed}（仅截尾，分子{cut[0]}）", f"{claim.printed} (only by cutting, {cut[0]})"))
    where, where_en = ("同一领域", "domain") if rate.measure else ("同一段", "paragraph")
    zh = "、".join(part for part, _ in fits) or "没有一个"
    en = ", ".join(part for _, part in fits) or "none"
    return Text(
        zh=f"{rate.printed}（同一报告{where}公布的数字中，可作基数的：{zh}）",
        en=f"{rate.printed} (of the counts printed in the same report and {where_en} these can be its base: {en})",
    )


def _near(claim: Claim, rate: Claim, measures: Mapping[str, Measure]) -> bool:
    if not rate.measure:
        return claim.locator == rate.locator
    return bool(claim.measure) and measures[claim.measure].domain == measures[rate.measure].domain


def _dated_stock(_: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    stocks = tuple(claim for claim in claims if claim.flow_or_stock == "stock")
    return _plain(stocks, tuple(claim for claim in stocks if not _DATE.search(claim.scope)))


def _exact(_: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    counts = tuple(claim for claim in claims if claim.figure.value is not None)
    return _plain(counts, tuple(claim for claim in counts if claim.figure.qualifier in _HEDGES))


def _comparatives(_: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    counts = tuple(claim for claim in claims if claim.figure.value is not None)
    previous = any(claim.id.endswith(".last_year") for claim in claims)
    return Seen(counts, () if previous else counts)


def _one_period(_: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    kinds: dict[str, set[str]] = {}
    for claim in claims:
        if claim.flow_or_stock:
            kinds.setdefault(claim.locator, set()).add(claim.flow_or_stock)
    dated = tuple(claim for claim in claims if claim.flow_or_stock)
    return _plain(dated, tuple(claim for claim in dated if len(kinds[claim.locator]) > 1))


def _one_unit(test: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    if len(claims) < len(test.printed):
        return Seen((), ())
    return _plain(claims, claims if len({claim.unit for claim in claims}) > 1 else ())


def _plain(looked_at: tuple[Claim, ...], broke: tuple[Claim, ...]) -> Seen:
    words = [claim.printed + ("" if claim.rate else claim.unit) for claim in broke if claim.figure.value is not None]
    return Seen(looked_at, broke, Text(zh="、".join(words), en=", ".join(words)))


def _one_rounding(_: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    return Seen(*mixed_roundings(claims))


def _small_counts(_: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    return Seen(*bare_small_rates(claims))


def _question(test: ReportTest, claims: tuple[Claim, ...], __: Mapping[str, Measure]) -> Seen:
    by_measure, question = _first_by_measure(claims), test.question
    if question is None:
        raise ValueError("a test of kind question has a question")
    taken, raised, ratio = asked(question, by_measure)
    named = tuple(dict.fromkeys((*question.over, *question.less, *question.under)))
    looked_at = tuple(by_measure[name] for name in named) if taken else ()
    return Seen(looked_at, looked_at if raised else (), ratio=ratio)


_TESTS: dict[str, Callable[[ReportTest, tuple[Claim, ...], Mapping[str, Measure]], Seen]] = {
    "companions": _companions,
    "base_stated": _base_stated,
    "dated_stock": _dated_stock,
    "exact": _exact,
    "comparatives": _comparatives,
    "one_period": _one_period,
    "one_unit": _one_unit,
    "one_rounding": _one_rounding,
    "small_counts": _small_counts,
    "question": _question,
}


def _condition(
    rule: Rule, test: ReportTest, seen: Seen, claims: tuple[Claim, ...], measures: Mapping[str, Measure]
) -> Text:
    by_measure = _first_by_measure(claims)
    facts = {
        "{ratio}": seen.ratio or _ratio(test.ratio, by_measure),
        "{difference}": _first_difference(test, by_measure),
    }
    facts |= {f"{{claim:{name}}}": claim.printed for name, claim in by_measure.items()}
    titles = [measures[name].title for name in seen.missing]
    zh = {"{listed}": seen.listed.zh, "{missing}": "、".join(title.zh for title in titles)}
    en = {"{listed}": seen.listed.en, "{missing}": ", ".join(title.en for title in titles)}
    return Text(zh=_fill(rule.condition.zh, facts | zh), en=_fill(rule.condition.en, facts | en))


def _first_by_measure(claims: tuple[Claim, ...]) -> dict[str, Claim]:
    """A figure printed twice: the first place counts."""
    return {claim.measure or claim.id: claim for claim in reversed(claims)}


def _fill(template: str, facts: dict[str, str]) -> str:
    """The template with its places filled; a figure that the report does not print becomes a dash."""
    return re.sub(r"\{[^{}]+\}", lambda place: facts.get(place[0], "—"), template)


def _ratio(names: tuple[str, ...], by_measure: Mapping[str, Claim]) -> str:
    values = [by_measure[name].figure.value for name in names if name in by_measure]
    if len(values) != 2 or values[0] is None or not values[1]:
        return "—"
    tenths = round(Fraction(values[0] * 10, 1) / values[1])
    return f"{tenths // 10}.{tenths % 10}"


def _first_difference(test: ReportTest, by_measure: Mapping[str, Claim]) -> str:
    values = [by_measure[name].figure.value for name in test.printed[:2] if name in by_measure]
    if len(values) != 2 or values[0] is None or values[1] is None:
        return "—"
    return str(values[0] - values[1])
