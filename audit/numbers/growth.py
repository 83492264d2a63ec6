"""A printed rise or fall turned round: which whole numbers of last year give it.

"69, up 76.9 %" fixes last year at 39 and nothing else; the test costs nothing and catches real slips
(rule RAT-05: base and sign).
"""

from __future__ import annotations

from fractions import Fraction

from audit.numbers.rates import ROUNDINGS, decimals, rounded_percent


def last_years_counts(this_year: int, printed: str, *, falling: bool) -> dict[str, range | None]:
    """For each rounding rule the counts of last year, a run of integers, from which `printed` percent leads here.

    `falling` tells a fall from a rise.  An empty range says that no count fits; None that all from one count on
    do (a fall by 100 % to nothing).  Raises ValueError for a negative count.

    >>> last_years_counts(69, "76.9", falling=False)["half_up"]
    range(39, 40)
    """
    if this_year < 0:
        raise ValueError("counts cannot be negative")
    if this_year == 0:
        whole = falling and Fraction(printed) == 100
        return dict.fromkeys(ROUNDINGS, None if whole else range(0))
    value, step = Fraction(printed), Fraction(1, 10 ** decimals(printed))
    if falling and value >= 100:  # something is left, so the fall is short of 100 and only rounding prints it so
        return {rule: range(0) if rule == "truncation" or value > 100 else None for rule in ROUNDINGS}
    endless = falling and value + step >= 100  # cut to 99.9, a fall may have begun anywhere above
    least, most = value - step, value + (step / 2 if endless else step)
    ends = [Fraction(100 * this_year) / (100 + (-change if falling else change)) for change in (least, most)]
    first, last = max(1, int(min(ends)) - 1), int(max(ends)) + 2
    if last - first > _TRIED:
        return dict.fromkeys(ROUNDINGS, None)
    tried = {before: _fits(this_year, before, printed, falling) for before in range(first, last + 1)}
    runs = {rule: _run([before for before, rules in tried.items() if rule in rules]) for rule in ROUNDINGS}
    return {rule: None if endless and rule == "truncation" else run for rule, run in runs.items()}


def growth_fits(this_year: int, last_year: int, printed: str, *, falling: bool) -> tuple[str, ...]:
    """The rules under which the change from `last_year` to `this_year` is printed as `printed` percent."""
    return tuple(rule for rule in ROUNDINGS if rule in _fits(this_year, last_year, printed, falling))


_TRIED = 100_000


def _fits(this_year: int, before: int, printed: str, falling: bool) -> set[str]:
    change = before - this_year if falling else this_year - before
    if change < 0 or before <= 0:
        return set()
    places = decimals(printed)
    return {rule for rule in ROUNDINGS if rounded_percent(change, before, places, rule) == printed}


def _run(found: list[int]) -> range:
    return range(found[0], found[-1] + 1) if found else range(0)


def slip_factor(one: Fraction, other: Fraction) -> int | None:
    """10, 100, 1000 or 10000 when one number is about that many times the other, within a fifth; else None.

    Asked only where the greater is 100 or more: small counts rise tenfold by themselves.

    >>> slip_factor(Fraction(460), Fraction(46)), slip_factor(Fraction(60), Fraction(6))
    (10, None)
    """
    small, great = sorted((one, other))
    if small <= 0 or great < 100:
        return None
    ratio = great / small
    return next((f for f in (10, 100, 1000, 10_000) if Fraction(4, 5) * f <= ratio <= Fraction(6, 5) * f), None)
