"""Report tests that calculate: one rounding rule, numerators beside small bases, ratios that deserve a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from audit import words
from audit.engagement import Claim
from audit.model import Text
from audit.numbers import counts_that_give
from audit.recalculate.growth import is_growth
from audit.recalculate.profile import document_profile
from audit.rulebook.rules import Question

Interval = tuple[Fraction | None, Fraction | None]


def mixed_roundings(claims: tuple[Claim, ...]) -> tuple[tuple[Claim, ...], tuple[Claim, ...], Text]:
    """The rates that tell the rules apart; those of the lesser habit when both occur; all of them in words."""
    profile, by_id = document_profile(claims), {claim.id: claim for claim in claims}
    rounded, cut = ([by_id[name] for name in names] for names in (profile.rounded, profile.cut))
    broke = (cut if len(cut) <= len(rounded) else rounded) if rounded and cut else []
    listed = Text(
        zh=f"只能舍入得出的{_printed(rounded, '、')}，只能截尾得出的{_printed(cut, '、')}",
        en=f"only by rounding {_printed(rounded, ', ')}; only by cutting {_printed(cut, ', ')}",
    )
    return tuple(rounded + cut), tuple(broke), listed


def bare_small_rates(claims: tuple[Claim, ...]) -> tuple[tuple[Claim, ...], tuple[Claim, ...], Text]:
    """The exact rates on a stated base below thirty; those without a numerator in their paragraph; these in words."""
    by_id = {claim.id: claim for claim in claims}
    small = [claim for claim in claims if claim.rate and claim.figure.exact and _small(by_id.get(claim.base))]
    small = [claim for claim in small if not is_growth(claim)]
    bare = [claim for claim in small if not _numerator_beside(claim, by_id[claim.base], claims)]
    said = [words.share_of(claim.printed, by_id[claim.base].printed) for claim in bare]
    listed = Text(zh="、".join(text.zh for text in said), en=", ".join(text.en for text in said))
    return tuple(small), tuple(bare), listed


def _small(base: Claim | None) -> bool:
    return base is not None and base.figure.exact and not base.rate and (base.figure.value or 0) < words.FEW


def _numerator_beside(rate: Claim, base: Claim, claims: tuple[Claim, ...]) -> bool:
    fitting = {k for ks in counts_that_give(rate.figure.digits, int(base.figure.value or 0)).values() for k in ks}
    return any(
        other.locator == rate.locator and not other.rate and other.figure.exact and other.figure.value in fitting
        for other in claims
        if other.id != base.id
    )


def asked(question: Question, by_measure: Mapping[str, Claim]) -> tuple[bool, bool, str]:
    """Whether the ratio can be taken, whether it is asked, and the ratio with one decimal, as a range when hedged."""
    named = [*question.over, *question.less, *question.under]
    if any(name not in by_measure or by_measure[name].figure.value is None for name in named):
        return False, False, ""
    over, less, under = (_total(by_measure[name] for name in part) for part in _parts(question))
    if not under[0] or under[0] <= 0:
        return False, False, ""
    low = _divided(over[0], less[1], under[1], question.times)
    high = _divided(over[1], less[0], under[0], question.times)
    answered = any(name in by_measure for name in question.answered_by)
    reached = low is not None and low >= question.ask_from
    shown = _tenths(low) if low == high else f"{_tenths(low)}–{_tenths(high)}"
    return True, reached and not answered, shown


def _parts(question: Question) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return question.over, question.less, question.under


def _total(claims: Iterable[Claim]) -> Interval:
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    for claim in claims:
        figure = claim.figure
        low = None if low is None or figure.low is None else low + figure.low
        high = None if high is None or figure.high is None else high + figure.high
    return low, high


def _divided(over: Fraction | None, less: Fraction | None, under: Fraction | None, times: int) -> Fraction | None:
    return None if over is None or less is None or under is None else times * (over - less) / under


def _tenths(value: Fraction | None) -> str:
    if value is None:
        return "…"
    tenths = round(value * 10)
    return str(tenths // 10) if value.denominator == 1 else f"{tenths // 10}.{tenths % 10}"


def _printed(claims: Iterable[Claim], mark: str) -> str:
    return mark.join(claim.printed for claim in claims) or "—"
