"""Exact statements of chance, from scipy's distributions; the only room that imports them.

Counts are integers, rates are rational; only a probability or a limit leaves this room as a float, rounded to
ten decimals so that the last bits of one machine do not show on another.
"""

from __future__ import annotations

import math
from fractions import Fraction

# A probability that equals the risk in exact arithmetic may come out of scipy a few units of the last place above it.
_SLACK = 1 + 1e-9


def within_risk(probability: float, risk: Fraction) -> bool:
    """Whether a computed probability is at most `risk`."""
    return probability <= float(risk) * _SLACK


def binomial_at_most(count: int, n: int, rate: Fraction) -> float:
    """The probability of at most `count` of `n` when each has the chance `rate`."""
    from scipy.stats import binom  # type: ignore[import-untyped]

    return float(binom.cdf(count, n, float(rate)))


def hypergeometric_at_most(count: int, n: int, marked: int, population: int) -> float:
    """The probability of at most `count` marked ones among `n` drawn without return from `population`."""
    from scipy.stats import hypergeom

    return float(hypergeom.cdf(count, population, marked, n))


def upper_limit(count: int, n: int, confidence: Fraction) -> float:
    """The one-sided exact upper limit of a rate (Clopper and Pearson, 1934) for `count` of `n`.

    >>> round(upper_limit(1, 50, Fraction(95, 100)), 4)
    0.0914

    Raises ValueError for a count outside 0 to n, an n below 1, or a confidence outside 0 to 1.
    """
    return _limit(count, n, confidence, "less")


def lower_limit(count: int, n: int, confidence: Fraction) -> float:
    """The one-sided exact lower limit of a rate for `count` of `n`; see `upper_limit`."""
    return _limit(count, n, confidence, "greater")


def _limit(count: int, n: int, confidence: Fraction, side: str) -> float:
    from scipy.stats import binomtest

    if n < 1 or not 0 <= count <= n or not 0 < confidence < 1:
        raise ValueError("a limit needs 0 <= count <= n, n >= 1 and a confidence between 0 and 1")
    found = binomtest(count, n, alternative=side).proportion_ci(float(confidence), method="exact")
    return round(float(found.high if side == "less" else found.low), 10)


def detectable_range(count: int, confidence: Fraction = Fraction(95, 100)) -> tuple[int, int]:
    """The counts of last year that this year's `count` cannot be told from, by the exact conditional Poisson test.

    Given the sum of the two counts, this year's is binomial with one half if nothing changed; the test is
    two-sided with half the risk at each end (Przyborowski and Wilenski, 1940).

    >>> detectable_range(5)
    (0, 14)
    """
    if count < 0:
        raise ValueError("counts cannot be negative")
    first, last = count, count
    while first > 0 and _alike(count, first - 1, confidence):
        first -= 1
    while _alike(count, last + 1, confidence):
        last += 1
    return first, last


def _alike(one: int, other: int, confidence: Fraction) -> bool:
    risk = (1 - confidence) / 2
    smaller = binomial_at_most(min(one, other), one + other, Fraction(1, 2))
    return not within_risk(smaller, risk)


def outside_funnel(count: int, n: int, rate: Fraction, risk: Fraction) -> bool:
    """Whether `count` of `n` lies beyond the exact binomial limits around `rate`, `risk` in all, half at each end."""
    below = binomial_at_most(count, n, rate)
    above = 1.0 if count == 0 else math.fsum((1.0, -binomial_at_most(count - 1, n, rate)))
    return within_risk(below, risk / 2) or within_risk(above, risk / 2)
