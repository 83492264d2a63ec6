"""This year's printed figures beside last year's: what changed much, what slipped by a factor, what is not comparable.

No tests of significance: 84 cannot be told from anything between 60 and 112, and at 115226 every change "is
significant".  A plain rule in cases and percent asks for an explanation instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from audit.engagement import Claim
from audit.engagement.plan import YearOnYear
from audit.model import NOTHING, Family, Outcome, Severity, Status, Text
from audit.numbers import slip_factor
from audit.numbers.figure import number
from audit.recalculate.growth import LAST_YEAR, last_year_of
from audit.rulebook import Break, Measure, Rule

Source = Literal["report", "report_before", "records_before"]
_NO_PAIR = Text(zh="没有可与本年并列的上年数", en="no figure of last year stands beside this year's")
_ALL_BROKEN = Text(zh="上年数与本年数之间口径都有中断", en="every pair lies across a break in series")


@dataclass(frozen=True)
class Pair:
    """One figure in two years, each as the least and greatest value it allows; `broken` is a break between them."""

    claim: Claim
    title: Text
    now: tuple[Fraction, Fraction]
    before: tuple[Fraction, Fraction]
    source: Source
    broken: Break | None = None

    @property
    def exact(self) -> bool:
        """Whether both are single numbers."""
        return self.now[0] == self.now[1] and self.before[0] == self.before[1]

    @property
    def least_change(self) -> tuple[Fraction, Fraction | None]:
        """The least change that the two intervals allow: in cases, and in percent of last year (None from zero)."""
        if self.now[0] > self.before[1]:
            change, whole = self.now[0] - self.before[1], self.before[1]
        elif self.now[1] < self.before[0]:
            change, whole = self.now[1] - self.before[0], self.before[0]
        else:
            return Fraction(0), Fraction(0)
        return change, (100 * change / whole if whole else None)

    def beyond(self, limits: YearOnYear) -> bool:
        """Whether the change is more than so many cases and more than so many percent."""
        cases, percent = self.least_change
        much = percent is None or abs(percent) > Fraction(limits.more_than_percent)
        return abs(cases) > limits.more_than_cases and much

    @property
    def slip(self) -> int | None:
        """The factor by which exact figures seem to have slipped."""
        return slip_factor(self.now[0], self.before[0]) if self.exact else None

    def words(self) -> Text:
        """Both figures with their change."""
        cases, percent = self.least_change
        rate = "" if percent is None else f"，{signed(percent)}%"
        sides = f"{shown_range(self.before)}→{shown_range(self.now)}"
        zh = f"{self.title.zh}{sides}（{signed(cases)}{rate}）"
        return Text(zh=zh, en=f"{self.title.en} {sides} ({signed(cases)}{rate.replace('，', ', ').replace('%', ' %')})")


def pairs_of_years(
    claims: tuple[Claim, ...],
    before: tuple[Claim, ...],
    recorded_before: Callable[[str], Fraction | None],
    measures: Mapping[str, Measure],
    broken: Callable[[str], Break | None],
) -> tuple[Pair, ...]:
    """Every count that has a figure of last year, in the order of the report.

    Last year's is what this report prints beside it, else what last year's report printed, else what last year's
    records give.  A figure without an upper or a lower bound, and a rate, is not compared.
    """
    found: list[Pair] = []
    seen: set[str] = set()
    for claim in claims:
        now = _interval(claim)
        if now is None or claim.id.endswith(LAST_YEAR) or (claim.measure or claim.id) in seen:
            continue
        last = last_year_of(claim, claims, before)
        then, source = (
            _interval(last) if last else None,
            "report" if any(last is other for other in claims) else "report_before",
        )
        if last is None and claim.measure:
            recorded = recorded_before(claim.measure)
            then, source = (None if recorded is None else (recorded, recorded)), "records_before"
        if then is None:
            continue
        seen.add(claim.measure or claim.id)
        title = measures[claim.measure].title if claim.measure else Text(zh=claim.scope or claim.id, en=claim.id)
        found.append(Pair(claim, title, now, then, source, broken(claim.measure)))  # type: ignore[arg-type]
    return tuple(found)


def judge_years(rule: Rule, pairs: tuple[Pair, ...], limits: YearOnYear) -> Outcome:
    """Carry out a rule on two years; a pair across a break in series is marked elsewhere and not judged."""
    if rule.years is None:
        raise ValueError(f"rule {rule.id} compares no years")
    judged = [pair for pair in pairs if pair.broken is None]
    slips = rule.years.kind == "slip"
    broke = [pair for pair in judged if (pair.slip if slips else pair.beyond(limits))]
    status = Status.NOT_TESTED if not judged else Status.FAIL if broke else Status.PASS
    said = [_with_factor(pair) if slips else pair.words() for pair in broke]
    listed = Text(zh="；".join(text.zh for text in said), en="; ".join(text.en for text in said))
    return Outcome(
        id=f"rules/{rule.id}",
        family=Family.RULE,
        rule=rule.id,
        domain=rule.domain,
        status=status,
        severity=rule.severity if status is not Status.NOT_TESTED else Severity.INFO,
        judged=len(judged),
        failed=len(broke),
        title=rule.title,
        condition=fill_listed(rule, listed) if status is Status.FAIL else NOTHING,
        reason=(_ALL_BROKEN if pairs else _NO_PAIR) if status is Status.NOT_TESTED else NOTHING,
        claims=tuple(pair.claim.id for pair in broke),
    )


def _with_factor(pair: Pair) -> Text:
    said = pair.words()
    return Text(zh=f"{said.zh}，约差{pair.slip}倍", en=f"{said.en}, a factor of about {pair.slip}")


def fill_listed(rule: Rule, listed: Text) -> Text:
    """The condition of a rule with its list filled in."""
    return Text(
        zh=rule.condition.zh.replace("{listed}", listed.zh), en=rule.condition.en.replace("{listed}", listed.en)
    )


def _interval(claim: Claim | None) -> tuple[Fraction, Fraction] | None:
    if claim is None or claim.rate or claim.figure.low is None or claim.figure.high is None:
        return None
    return claim.figure.low, claim.figure.high


def shown_range(bounds: tuple[Fraction, Fraction]) -> str:
    """One number, or both ends of an interval."""
    low, high = bounds
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def signed(value: Fraction) -> str:
    """A change with its sign, to one decimal."""
    tenths = round(abs(value) * 10)
    digits = str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
    return digits if not tenths else f"{'+' if value > 0 else '−'}{digits}"
