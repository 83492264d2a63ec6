"""The size of an attribute sample: the smallest at which the allowed deviations still rule out the tolerable rate.

Binomial as in the AICPA's guide, hypergeometric where the population is small.  Allowed is what the expected rate
gives in the sample, rounded up; the tolerable rate of a finite population is the least whole number of deviations
that reaches it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from audit.chance import binomial_at_most, hypergeometric_at_most, within_risk
from audit.errors import UsageError

Method = Literal["binomial", "hypergeometric"]
SMALL_POPULATION = 5000  # from here on the finite population saves next to nothing


@dataclass(frozen=True)
class Plan:
    """A planned sample: examine `n` of `population`; up to `allowed` deviations still support the conclusion.

    `census` says that no sample is smaller than the whole, so that all are examined.
    """

    population: int
    tolerable: Fraction
    expected: Fraction
    confidence: Fraction
    method: Method
    n: int
    allowed: int
    census: bool = False


def plan_sample(
    population: int, tolerable: Fraction, expected: Fraction, confidence: Fraction, method: Method | None = None
) -> Plan:
    """The smallest sample that can show, with `confidence`, a deviation rate below `tolerable`.

    `expected` is the rate that the sample must bear without failing.  Without a `method` it is hypergeometric
    below 5000 records and binomial from there on.  Raises UsageError for what cannot be planned.
    """
    _check(population, tolerable, expected, confidence)
    chosen: Method = method or ("hypergeometric" if population < SMALL_POPULATION else "binomial")
    marked = math.ceil(tolerable * population)

    def at_most(count: int, n: int) -> float:
        if chosen == "binomial":
            return binomial_at_most(count, n, tolerable)
        return hypergeometric_at_most(count, n, marked, population)

    found = _smallest(population, expected, 1 - confidence, at_most)
    if found is None:
        return Plan(population, tolerable, expected, confidence, chosen, population, max(0, marked - 1), census=True)
    n, allowed = found
    return Plan(population, tolerable, expected, confidence, chosen, n, allowed)


def _smallest(
    population: int, expected: Fraction, risk: Fraction, at_most: Callable[[int, int], float]
) -> tuple[int, int] | None:
    """The smallest n below the population at which ceil(expected * n) deviations have at most the probability `risk`.

    For a fixed count the probability falls with n, so each count needs one search by halves only.
    """
    for allowed in range(population if expected else 1):
        first = math.floor((allowed - 1) / expected) + 1 if allowed else 1
        last = math.floor(allowed / expected) if expected else population - 1
        last = min(population - 1, last)
        if first >= population:
            return None
        if first > last or not within_risk(at_most(allowed, last), risk):
            continue
        while first < last:
            middle = (first + last) // 2
            if within_risk(at_most(allowed, middle), risk):
                last = middle
            else:
                first = middle + 1
        return first, allowed
    return None


def parse_rate(text: str, name: str) -> Fraction:
    """An exact rate between 0 and 1 from "0.05", "5%" or "1/20".  Raises UsageError that names the option."""
    plain = text.strip()
    try:
        rate = Fraction(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"{text!r} is no rate", where=name, remedy="write 0.05 or 5%") from None
    if not 0 <= rate <= 1:
        raise UsageError(f"{text} does not lie between 0 and 1", where=name, remedy="write 0.05 or 5%")
    return rate


def _check(population: int, tolerable: Fraction, expected: Fraction, confidence: Fraction) -> None:
    if population < 1:
        raise UsageError("the population is empty", where="--population", remedy="give the number of records")
    if not 0 < tolerable < 1:
        raise UsageError("the tolerable rate must lie between 0 and 1", where="--tolerable", remedy="write 0.05 or 5%")
    if not 0 < confidence < 1:
        raise UsageError("the confidence must lie between 0 and 1", where="--confidence", remedy="write 0.95 or 95%")
    if not 0 <= expected < tolerable:
        raise UsageError(
            "the expected rate is not below the tolerable rate; no sample can show what is not expected",
            where="--expected",
            remedy="expect less, tolerate more, or examine every record",
        )
