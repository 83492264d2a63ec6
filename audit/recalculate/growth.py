"""A printed rise or fall against last year: turned round to the counts that give it, and held against last year's.

A growth rate is a percentage whose scope or note speaks of last year (同比, 比上年, 较上年).  Its figure is the claim
named as base, or the claim whose id it bears before ".growth"; last year's is that claim's ".last_year" in the same
report, or the figure printed the year before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from audit.engagement import Claim
from audit.model import Text, Verdict
from audit.numbers import growth_fits, last_years_counts
from audit.numbers.figure import number

_AGAINST = re.compile(r"同比|(?:比|较)(?:上年|去年|上一年)")
_FALLING = re.compile(r"下降|减少|降低|下滑")
LAST_YEAR, GROWTH = ".last_year", ".growth"


@dataclass(frozen=True)
class Growth:
    """A growth rate with the figures it connects; either may be unknown."""

    claim: Claim
    this_year: Claim | None
    last_year: Claim | None

    @property
    def falling(self) -> bool:
        """Whether a fall is printed."""
        return bool(_FALLING.search(self.claim.scope + self.claim.note))

    @property
    def counts(self) -> tuple[int | None, int | None]:
        """This year's and last year's count, where printed exactly."""
        return _count(self.this_year), _count(self.last_year)

    def verdict(self) -> tuple[Verdict, str]:
        """The verdict and the rounding named; see `recalculate.claims`."""
        now, before = self.counts
        if self.this_year is None:
            return Verdict.BASE_NOT_STATED, ""
        if now is None or not self.claim.figure.exact:
            return Verdict.NOT_TESTED, ""
        fitting = {rule: run for rule, run in self._runs(now).items() if run is None or run}
        if not fitting:
            return Verdict.IMPOSSIBLE, ""
        if before is not None:
            fits = growth_fits(now, before, self.claim.figure.digits, falling=self.falling)
            if not fits:
                return Verdict.DIFFERS, ""
            return (Verdict.ONLY_BY_TRUNCATION if fits == ("truncation",) else Verdict.AGREES), "/".join(fits)
        if set(fitting) == {"truncation"}:
            return Verdict.ONLY_BY_TRUNCATION, "truncation"
        return Verdict.NOT_TESTED, ""

    def recalculated(self) -> str | None:
        """The rate from the two printed counts, cut after two decimals more than printed; None when one is unknown."""
        now, before = self.counts
        if now is None or not before:
            return None
        places = len(self.claim.figure.digits.partition(".")[2]) + 2
        change = Fraction(100 * (before - now if self.falling else now - before), before)
        units = int(change * 10**places)
        exact = Fraction(units, 10**places) == change
        return number(Fraction(units, 10**places)) + ("" if exact else "…")

    def words(self) -> Text:
        """Which counts of last year give the printed rate."""
        now, _ = self.counts
        if now is None:
            return Text(zh="本年数没有写成准确数", en="this year's figure is not printed as an exact number")
        runs = [run for run in self._runs(now).values() if run is None or run]
        if not runs:
            return Text(
                zh=f"本年{now}，没有一个上年数能得出{self._signed('zh')}",
                en=f"with {now} this year no count of last year gives {self._signed('en')}",
            )
        if None in runs:
            return Text(
                zh=f"本年{now}，上年数从某个数起都可能", en=f"with {now} this year, all counts from some one on fit"
            )
        low, high = min(run[0] for run in runs if run), max(run[-1] for run in runs if run)
        span = (str(low),) * 2 if low == high else (f"{low}至{high}", f"{low} to {high}")
        return Text(
            zh=f"本年{now}、{self._signed('zh')}，上年数只能是{span[0]}",
            en=f"{now} this year and {self._signed('en')} fix last year's figure at {span[1]}",
        )

    def _signed(self, lang: str) -> str:
        if lang == "zh":
            return f"{'下降' if self.falling else '增长'}{self.claim.printed}"
        return f"{'down' if self.falling else 'up'} {self.claim.printed}"

    def _runs(self, now: int) -> dict[str, range | None]:
        return last_years_counts(now, self.claim.figure.digits, falling=self.falling)


def is_growth(claim: Claim) -> bool:
    """Whether a claim prints a change against last year."""
    return claim.rate and bool(_AGAINST.search(claim.scope + claim.note))


def growth_of(claim: Claim, claims: tuple[Claim, ...], before: tuple[Claim, ...]) -> Growth | None:
    """The growth that `claim` prints, connected to its figures; None when it prints none."""
    if not is_growth(claim):
        return None
    by_id = {other.id: other for other in claims}
    this_year = by_id.get((claim.base or claim.id.removesuffix(GROWTH)).removesuffix(LAST_YEAR))
    if this_year is None or this_year.rate:
        return Growth(claim, None, None)
    return Growth(claim, this_year, last_year_of(this_year, claims, before))


def last_year_of(claim: Claim, claims: tuple[Claim, ...], before: tuple[Claim, ...]) -> Claim | None:
    """Last year's figure: as this report prints it, else as the report of the year before did (first place)."""
    beside = next((other for other in claims if other.id == claim.id + LAST_YEAR), None)
    if beside is not None:
        return beside
    same = (other for other in before if claim.measure and other.measure == claim.measure and not other.rate)
    return next(same, None)


def _count(claim: Claim | None) -> int | None:
    if claim is None or claim.figure.value is None or not claim.figure.exact or claim.figure.value.denominator != 1:
        return None
    return int(claim.figure.value)
