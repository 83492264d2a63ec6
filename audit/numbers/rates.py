"""Rates under three rounding rules, in integers only.

Half-up is what spreadsheets do, half-even is GB/T 8170-2008, truncation is what some offices do.  The
idea of asking which counts can give a printed percentage is GRIM (Brown and Heathers, 2017).
"""

from __future__ import annotations

from fractions import Fraction

ROUNDINGS = ("half_up", "half_even", "truncation")


def rounded_percent(numerator: int, denominator: int, places: int, rule: str) -> str:
    """100 * numerator / denominator, printed with `places` decimals under `rule`.

    >>> rounded_percent(732, 745, 2, "half_up"), rounded_percent(732, 745, 2, "truncation")
    ('98.26', '98.25')

    Raises ZeroDivisionError for an empty base and ValueError for an unknown rule or a negative count.
    """
    if rule not in ROUNDINGS:
        raise ValueError(f"unknown rounding rule {rule!r}")
    if numerator < 0 or denominator < 0:
        raise ValueError("counts cannot be negative")
    units, rest = divmod(numerator * 100 * 10**places, denominator)
    up = rule == "half_up" and 2 * rest >= denominator
    up = up or (rule == "half_even" and (2 * rest > denominator or (2 * rest == denominator and units % 2 == 1)))
    units += up
    whole, decimals = divmod(units, 10**places)
    return f"{whole}.{decimals:0{places}d}" if places else str(whole)


def decimals(printed: str) -> int:
    """How many decimals are printed; trailing zeros count, because they claim precision."""
    return len(printed.partition(".")[2])


def tells_nothing_from(printed: str) -> int:
    """The base from which on some count gives every rate of so many decimals: 100 for "98", 10000 for "98.25"."""
    return 100 * int(10 ** decimals(printed))


def fitting_roundings(printed: str, numerator: int, denominator: int) -> tuple[str, ...]:
    """The rules under which numerator/denominator is printed as `printed` (digits only, no % sign).

    Trailing zeros count: "98.50" claims two decimals.
    """
    places = decimals(printed)
    return tuple(rule for rule in ROUNDINGS if rounded_percent(numerator, denominator, places, rule) == printed)


def counts_that_give(printed: str, denominator: int) -> dict[str, tuple[int, ...]]:
    """For each rounding rule the integer counts k, 0 <= k <= denominator, printed as `printed` percent."""
    places = decimals(printed)
    unit = Fraction(denominator, 100 * 10**places)
    centre = Fraction(printed) * denominator / 100
    first = max(0, int(centre - unit) - 1)
    last = min(denominator, int(centre + unit) + 1)
    return {
        rule: tuple(k for k in range(first, last + 1) if rounded_percent(k, denominator, places, rule) == printed)
        if denominator
        else ()
        for rule in ROUNDINGS
    }


def rules_that_fit(printed: str, low: int, high: int | None = None) -> tuple[str, ...] | None:
    """The rules under which some count gives `printed` percent on a base of `low` to `high`, both included.

    Every integer of the interval is tried.  None when `high` is None, where nothing can be ruled out; a base
    that tells nothing (see `tells_nothing_from`) fits by every rule.

    >>> rules_that_fit("98.25", 745, 745), rules_that_fit("98.25", 2380, 2389)
    (('truncation',), ())
    """
    if high is None:
        return None
    if high >= tells_nothing_from(printed) and Fraction(printed) <= 100:
        return ROUNDINGS
    found: set[str] = set()
    for base in range(max(low, 1), high + 1):
        found |= {rule for rule, counts in counts_that_give(printed, base).items() if counts}
        if len(found) == len(ROUNDINGS):
            break
    return tuple(rule for rule in ROUNDINGS if rule in found)
