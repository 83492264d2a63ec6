"""Units held against each other: changes that stand out, rates beyond chance.  Few units are not compared at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from audit.chance import outside_funnel
from audit.model import NOTHING, Family, Outcome, Severity, Status, Text
from audit.recalculate.years import fill_listed
from audit.rulebook import Rule
from audit.rulebook.rules import UnitTest

ILLUSTRATIVE = Text(
    zh="记录为示例，不得据以比较真实的单位",
    en="the records are illustrative; no unit may be judged by them",
)


@dataclass(frozen=True)
class Standing:
    """The units compared: who stands out, who was left aside because a value is zero or missing."""

    compared: int
    outstanding: tuple[str, ...]
    aside: tuple[str, ...] = ()


def outstanding_changes(now: Mapping[str, int], before: Mapping[str, int], test: UnitTest) -> Standing | None:
    """The units whose change stands out by the method of Hidiroglou and Berthelot; None below `test.least` units.

    Ratios are made symmetric around their median and scaled by size to the power `u`; a unit stands out beyond C
    times the distance to the quartile, which is taken at position (n + 1) p as Statistics Canada's Banff does, and is
    at least `a` times the median.  A unit with zero in either year has no ratio and is listed apart.
    """
    units = sorted(set(now) | set(before))
    used = [unit for unit in units if now.get(unit, 0) > 0 and before.get(unit, 0) > 0]
    if len(used) < test.least:
        return None
    ratio = np.array([now[unit] / before[unit] for unit in used])
    size = np.array([float(max(now[unit], before[unit])) for unit in used])
    middle = np.quantile(ratio, 0.5, method="weibull")
    shifted = np.where(ratio < middle, 1 - middle / ratio, ratio / middle - 1)
    effect = shifted * size ** float(test.u)
    low, median, high = np.quantile(effect, [0.25, 0.5, 0.75], method="weibull")
    least = abs(float(test.a) * median)
    below, above = max(median - low, least) * float(test.c), max(high - median, least) * float(test.c)
    out = [unit for unit, value in zip(used, effect, strict=True) if value < median - below or value > median + above]
    return Standing(len(used), tuple(out), tuple(unit for unit in units if unit not in used))


def beyond_chance(counts: Sequence[tuple[str, int, int]], test: UnitTest) -> Standing | None:
    """The units whose rate lies beyond exact binomial limits around the rate of all; `counts` are unit, hits, base.

    None below `test.least` units, and where the rate of all is 0 or 1: a funnel around 100 % has no width.
    """
    used = [(unit, hits, base) for unit, hits, base in counts if base > 0]
    whole = sum(base for _, _, base in used)
    rate = Fraction(sum(hits for _, hits, _ in used), whole) if whole else Fraction(0)
    if len(used) < test.least or rate in (0, 1):
        return None
    out = [unit for unit, hits, base in used if outside_funnel(hits, base, rate, test.risk)]
    return Standing(len(used), tuple(out), tuple(unit for unit, _, base in counts if base <= 0))


def judge_units(rule: Rule, standing: Standing | None, reason: Text) -> Outcome:
    """A comparison of units as an outcome; `reason` says why there is none."""
    if rule.units is None:
        raise ValueError(f"rule {rule.id} compares no units")
    out = standing.outstanding if standing else ()
    status = Status.NOT_TESTED if standing is None else Status.FAIL if out else Status.PASS
    return Outcome(
        id=f"rules/{rule.id}",
        family=Family.RULE,
        rule=rule.id,
        domain=rule.domain,
        status=status,
        severity=rule.severity if standing else Severity.INFO,
        judged=standing.compared if standing else 0,
        failed=len(out),
        title=rule.title,
        condition=fill_listed(rule, _listed(standing)) if standing and out else NOTHING,
        reason=reason if standing is None else NOTHING,
    )


def too_few(test: UnitTest) -> Text:
    """Why nothing was compared."""
    if test.kind == "change":
        return Text(
            zh=f"两年都有非零数的单位不满{test.least}个，四分位数没有意义",
            en=f"fewer than {test.least} units have non-zero values in both years; quartiles would mean nothing",
        )
    return Text(
        zh=f"单位不满{test.least}个，或者总体比率为0或100%，分不清差异与偶然波动",
        en=f"fewer than {test.least} units, or the rate of all is 0 or 100 %: nothing tells difference from chance",
    )


def _listed(standing: Standing) -> Text:
    zh, en = "、".join(standing.outstanding), ", ".join(standing.outstanding)
    if standing.aside:
        zh += f"（为零或缺一年、另列的：{'、'.join(standing.aside)}）"
        en += f" (zero or missing in one year, listed apart: {', '.join(standing.aside)})"
    return Text(zh=zh, en=en)
