"""Can this rate exist?  Every printed rate with the counts that give it, or the figures that could be its base."""

from __future__ import annotations

from dataclasses import dataclass

from audit.engagement import Claim
from audit.model import Text
from audit.numbers import ROUNDINGS, counts_that_give, rules_that_fit, whole_numbers
from audit.numbers.rates import tells_nothing_from
from audit.recalculate.growth import LAST_YEAR, Growth, is_growth

_SHOWN = 6
_SAYS_NOTHING = Text(zh="基数太大，任何比率都成立", en="the base is too large to rule anything out")
_ANY = Text(zh="基数没有上限，不能排除", en="the base has no upper bound; nothing can be ruled out")


@dataclass(frozen=True)
class RateRow:
    """One printed rate: its base in words, and for each rounding rule what gives it."""

    claim: Claim
    base: Text
    by_rule: tuple[Text, Text, Text]


def rate_rows(claims: tuple[Claim, ...], growth: dict[str, Growth]) -> tuple[RateRow, ...]:
    """A row for every exact rate that the document prints, in its order; `growth` holds the growth rates by claim."""
    by_id = {claim.id: claim for claim in claims}
    rates = [claim for claim in claims if claim.rate and claim.figure.exact]
    return tuple(
        _growth_row(growth[rate.id])
        if is_growth(rate)
        else _stated_row(rate, by_id[rate.base])
        if rate.base in by_id
        else _open_row(rate, claims)
        for rate in rates
    )


def _growth_row(growth: Growth) -> RateRow:
    base = growth.last_year.printed if growth.last_year else "—"
    said = growth.words() if growth.this_year else Text(zh="没有写明是哪个数的增减", en="of which figure is not stated")
    return RateRow(growth.claim, Text(zh=f"上年{base}", en=f"last year {base}"), (said, said, said))


def _stated_row(rate: Claim, base: Claim) -> RateRow:
    interval = whole_numbers(base.figure)
    shown = Text(zh=base.printed, en=base.printed)
    low, high = interval or (0, None)
    if high is None:
        return RateRow(rate, shown, (_ANY, _ANY, _ANY))
    if high >= tells_nothing_from(rate.figure.digits):
        return RateRow(rate, shown, (_SAYS_NOTHING,) * 3)
    found: dict[str, list[str]] = {rule: [] for rule in ROUNDINGS}
    for whole in range(low, high + 1):
        for rule, counts in counts_that_give(rate.figure.digits, whole).items():
            found[rule] += [f"{count}/{whole}" for count in counts]
    half_up, half_even, cut = (_some(found[rule]) for rule in ROUNDINGS)
    return RateRow(rate, shown, (half_up, half_even, cut))


def _open_row(rate: Claim, claims: tuple[Claim, ...]) -> RateRow:
    """Without a stated base: which figures of the same document could be it under each rule, and how many could not."""
    fitting: dict[str, list[str]] = {rule: [] for rule in ROUNDINGS}
    tried = 0
    for claim in dict.fromkeys(claims):
        low, high = whole_numbers(claim.figure) or (0, None)
        if claim.rate or claim.id.endswith(LAST_YEAR) or high is None:
            continue
        if high < 1 or high >= tells_nothing_from(rate.figure.digits):
            continue
        tried += 1
        for rule in rules_that_fit(rate.figure.digits, low, high) or ():
            fitting[rule].append(claim.printed)
    half_up, half_even, cut = (_some(list(dict.fromkeys(fitting[rule]))) for rule in ROUNDINGS)
    base = Text(
        zh=f"没有写明；以同一文件的{tried}个数逐一试作基数，可作的列于右",
        en=f"not stated; of {tried} figures of the document tried as base those that could be are listed",
    )
    return RateRow(rate, base, (half_up, half_even, cut))


def _some(found: list[str]) -> Text:
    if not found:
        return Text(zh="没有", en="none")
    more = len(found) - _SHOWN
    zh, en = "、".join(found[:_SHOWN]), ", ".join(found[:_SHOWN])
    return Text(zh=zh + (f"等{len(found)}个" if more > 0 else ""), en=en + (f" and {more} more" if more > 0 else ""))
