"""Which of the seven verdicts is true of a claim: the gravest that is, with the rounding that is named."""

from __future__ import annotations

from fractions import Fraction

from audit.engagement import Claim
from audit.model import Verdict
from audit.numbers import ROUNDINGS, Qualifier, fitting_roundings
from audit.recalculate.growth import Growth
from audit.recalculate.measure import Measured
from audit.recalculate.profile import stated_fits

Broken = tuple[tuple[str, str], ...]  # identities that do not hold, each with its rule


def verdict_of(
    claim: Claim, measured: Measured | None, base: Claim | None, broken: Broken, growth: Growth | None
) -> tuple[Verdict, str]:
    """The verdict and the rounding; see `judge_claim` for what is given."""
    if broken:
        return Verdict.IDENTITY_BROKEN, ""
    if growth is not None:
        return growth.verdict()
    possible = stated_fits(claim, base)
    if possible == ():
        return Verdict.IMPOSSIBLE, ""
    if measured is None or measured.value is None:
        if possible == ("truncation",):
            return Verdict.ONLY_BY_TRUNCATION, "truncation"
        return (Verdict.BASE_NOT_STATED if claim.rate and base is None else Verdict.NOT_TESTED), ""
    if claim.rate:
        return _rate_verdict(claim, measured, base)
    if measured.measure.kind == "universal":
        return _universal_verdict(measured), ""
    if claim.figure.qualifier is Qualifier.UNIVERSAL:
        return Verdict.NOT_TESTED, ""  # a count, a sum or a mean cannot bear out a word about each case
    return (Verdict.AGREES if claim.figure.allows(measured.value) else Verdict.DIFFERS), ""


def _universal_verdict(measured: Measured) -> Verdict:
    """One counter-example refutes; without one, a record that cannot be judged leaves the claim untested."""
    if measured.exceptions:
        return Verdict.DIFFERS
    return Verdict.AGREES if measured.numerator == measured.denominator else Verdict.NOT_TESTED


def _rate_verdict(claim: Claim, measured: Measured, base: Claim | None) -> tuple[Verdict, str]:
    """A record that cannot be judged stays in the base and is no hit; a rate on another base than stated differs."""
    if measured.numerator is None or not measured.denominator:
        return Verdict.NOT_TESTED, ""
    if base is not None and base.figure.value is not None and not base.figure.allows(measured.denominator):
        return Verdict.DIFFERS, ""
    exact = Fraction(100 * measured.numerator, measured.denominator)
    if not claim.figure.exact:
        return (Verdict.AGREES if claim.figure.allows(exact) else Verdict.DIFFERS), ""
    if claim.figure.value == 100 and exact != 100:
        return Verdict.DIFFERS, ""  # 100 % says that there is no exception, and rounding makes none disappear
    fits = fitting_roundings(claim.figure.digits, measured.numerator, measured.denominator)
    if not fits:
        return Verdict.DIFFERS, ""
    if fits == ("truncation",):
        return Verdict.ONLY_BY_TRUNCATION, "truncation"
    return Verdict.AGREES, "exact" if fits == ROUNDINGS and exact == claim.figure.value else "/".join(fits)
