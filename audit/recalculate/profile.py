"""How a document gets its percentages: the rule that explains how many of them, from the print alone.

One county's report was seen to cut ten rates of ten; a checker that knows only rounding would have called six of
them impossible.  So a rate that comes out only by cutting is graded by the company it keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.engagement import Claim
from audit.model import Severity, Text
from audit.numbers import ROUNDINGS, rules_that_fit, whole_numbers
from audit.recalculate.growth import is_growth


@dataclass(frozen=True)
class Profile:
    """The rates of a document with a stated base, by what explains them.

    `either` fit by every rule and tell nothing; `rounded` need one of the two roundings, `cut` need truncation,
    `neither` fit no count at all.
    """

    rounded: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    neither: tuple[str, ...] = ()

    @property
    def habit(self) -> str:
        """What the document does: "rounds", "cuts", "mixes", or "open" when no rate tells."""
        if self.rounded and self.cut:
            return "mixes"
        return "rounds" if self.rounded else "cuts" if len(self.cut) > 1 else "open"

    @property
    def of_a_cut_rate(self) -> Severity:
        """How gravely a rate that only cutting gives is taken: a habit informs; where rates are rounded it warns."""
        return Severity.WARNING if self.rounded else Severity.INFO

    def words(self) -> Text:
        """The profile in words; nothing when no rate tells the rules apart."""
        rounded, cut = len(self.rounded), len(self.cut)
        if not rounded and not cut:
            return Text(zh="", en="")
        return Text(
            zh=f"全文写明基数且能分辨取位方法的比率中，{rounded}个只能由舍入得出，{cut}个只能由截尾得出",
            en=f"of the document's rates with a stated base that tell the rules apart, {rounded} come out only by "
            f"rounding and {cut} only by cutting",
        )


def stated_fits(claim: Claim, base: Claim | None) -> tuple[str, ...] | None:
    """The rules under which some count gives an exact rate on its stated base, every integer of a hedged base tried.

    None where that cannot be asked: no stated base, a hedged rate, a growth rate, a base without an upper bound.
    """
    if base is None or not claim.rate or not claim.figure.exact or base.rate or is_growth(claim):
        return None
    interval = whole_numbers(base.figure)
    return None if interval is None else rules_that_fit(claim.figure.digits, *interval)


def document_profile(claims: tuple[Claim, ...]) -> Profile:
    """The profile over all rates of a document."""
    by_id = {claim.id: claim for claim in claims}
    found: dict[str, list[str]] = {"rounded": [], "cut": [], "either": [], "neither": []}
    for claim in claims:
        fits = stated_fits(claim, by_id.get(claim.base))
        if fits is None:
            continue
        rounded, cut = bool(set(fits) & set(ROUNDINGS[:2])), "truncation" in fits
        kind = "either" if rounded and cut else "rounded" if rounded else "cut" if cut else "neither"
        found[kind].append(claim.id)
    return Profile(**{kind: tuple(ids) for kind, ids in found.items()})
