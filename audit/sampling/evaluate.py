"""What the deviations found in a sample allow one to say of the records it was drawn from, and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from audit.chance import lower_limit, upper_limit
from audit.errors import UsageError
from audit.model import Text

DIRECTION = Text(
    zh="样本取自登记簿，只能说明已登记的记录是否真实、合规；没有登记的事项，这个样本查不出来，须另从其他来源（如业务系统、票据）反向抽查。",
    en="A sample drawn from a register tests whether what is in it is real and regular. It can never find what was "
    "not entered; that needs a second sample from another source, such as a case system or receipts.",
)


@dataclass(frozen=True)
class Evaluation:
    """An evaluated sample; `upper` and `lower` are one-sided limits of the deviation rate, each at `confidence`.

    When all of the population was examined (`census`) both are the rate itself: a full count has no sampling error.
    """

    n: int
    deviations: int
    confidence: Fraction
    upper: float
    lower: float
    census: bool
    tolerable: Fraction | None
    causes: tuple[tuple[str, int], ...] = ()

    @property
    def supported(self) -> bool | None:
        """Whether the upper limit stays at or below the tolerable rate; None where no tolerable rate was set."""
        return None if self.tolerable is None else self.upper <= float(self.tolerable) * (1 + 1e-9)

    @property
    def conclusion(self) -> Text:
        """The conclusion in words, with its confidence and without a probability of being right."""
        if self.census:
            said = Text(
                zh=f"全部{self.n}条记录都已核查，{self.deviations}条有偏差；全数核查没有抽样误差，不给区间。",
                en=f"All {self.n} records were examined; deviations: {self.deviations}. A full count has no sampling "
                "error and no interval.",
            )
        else:
            sure, most = percent(self.confidence), ceiling_percent(self.upper)
            said = Text(
                zh=f"抽查{self.n}条记录，{self.deviations}条有偏差；以{sure}的置信度，总体偏差率不高于{most}。",
                en=f"{self.n} records were examined; deviations: {self.deviations}. With {sure} confidence the rate of "
                f"deviations in the records drawn from is no more than {most}.",
            )
        if self.supported is None:
            return said
        limit = percent(self.tolerable or Fraction(0))
        if self.supported:
            zh, en = f"没有超过可容忍偏差率{limit}。", f"That is within the tolerable rate of {limit}."
        elif self.census:
            zh, en = f"超过可容忍偏差率{limit}。", f"That is above the tolerable rate of {limit}."
        else:
            zh, en = f"不能排除超过可容忍偏差率{limit}。", f"A rate above the tolerable {limit} cannot be ruled out."
        return Text(zh=said.zh + zh, en=f"{said.en} {en}")


def evaluate(
    n: int,
    deviations: int,
    confidence: Fraction,
    *,
    population: int | None = None,
    tolerable: Fraction | None = None,
    causes: Sequence[str] = (),
) -> Evaluation:
    """The exact one-sided limits for `deviations` of `n` (Clopper and Pearson), and the causes counted.

    Raises UsageError for counts that cannot be.
    """
    if n < 1 or not 0 <= deviations <= n or (population is not None and population < n):
        raise UsageError(
            f"{deviations} deviations in a sample of {n} cannot be",
            where="--n, --deviations, --population",
            remedy="give 0 <= deviations <= n <= population, and n of at least 1",
        )
    if not 0 < confidence < 1:
        raise UsageError("the confidence must lie between 0 and 1", where="--confidence", remedy="write 0.95 or 95%")
    census = population == n
    rate = deviations / n
    upper = rate if census else upper_limit(deviations, n, confidence)
    lower = rate if census else lower_limit(deviations, n, confidence)
    counted = sorted(Counter(causes).items(), key=lambda pair: (-pair[1], pair[0]))
    return Evaluation(n, deviations, confidence, upper, lower, census, tolerable, tuple(counted))


def percent(rate: Fraction) -> str:
    """A rate that a person set, in percent and in full: 95 %."""
    value = rate * 100
    return f"{value.numerator}%" if value.denominator == 1 else f"{float(value):g}%"


def ceiling_percent(limit: float) -> str:
    """An upper limit in percent with two decimals, rounded up, so that what is printed still bounds."""
    return f"{(Decimal(repr(limit)) * 100).quantize(Decimal('0.01'), ROUND_CEILING)}%"
