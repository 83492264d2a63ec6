"""A text as sentences, clauses and counts, for the search for relations between its figures."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from audit.drafts.aside import plain_text
from audit.drafts.finder import Reading
from audit.drafts.words import DURATIONS
from audit.numbers import Qualifier

_STOP = re.compile(r"[。！？!?\n]")
_BOUND = re.compile(r"[,;:。！？!?\n、()\[\]“”\"《》—]")
_SHARED = re.compile(r" *[、和及与] *")
_SCALED = re.compile(r"[万亿千百]")
_NO_COUNT = frozenset(("%", "‰", "百分点", "倍", "千分之一", "万分之一", "岁", "周岁", "学时", "课时", *DURATIONS))
_MONEY = ("元", "美元", "港元", "欧元")
_MEASURED = {
    *_MONEY,
    "公里",
    "千米",
    "米",
    "吨",
    "亩",
    "公顷",
    "平方米",
    "立方米",
    "平方公里",
    "公斤",
    "千克",
    "千瓦时",
}
_WIDEST = 24
_LONGEST = 2000


class Status(StrEnum):
    """What the text alone says of a relation."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Relation:
    """A relation between figures of one text: `items` are their indices in the reading, `words` say it in Chinese."""

    kind: str
    items: tuple[int, ...]
    words: str
    status: Status


class Passage:
    """One reading, asked by position."""

    def __init__(self, reading: Reading) -> None:
        """Prepare `reading`."""
        self.plain = plain_text(reading.text)
        self.figures = reading.quantities
        self._starts = [quantity.start for quantity in self.figures]
        self._stops = [match.start() for match in _STOP.finditer(self.plain)]
        self.units = [quantity.unit for quantity in self.figures]
        for at in range(len(self.figures) - 2, -1, -1):  # 10、20、30件: all three are 件
            between = self.plain[self.figures[at].end : self.figures[at + 1].start][:8]
            if not self.units[at] and _SHARED.fullmatch(between):
                self.units[at] = self.units[at + 1]

    def sentence(self, offset: int) -> tuple[int, int]:
        """Start and end of the sentence around `offset`, cut where it is longer than any sentence."""
        at = bisect_left(self._stops, offset)
        start = self._stops[at - 1] + 1 if at else 0
        end = self._stops[at] if at < len(self._stops) else len(self.plain)
        return max(start, offset - _LONGEST), min(end, offset + _LONGEST)

    def paragraph(self, offset: int) -> int:
        """Start of the line around `offset`, at most a few sentences back."""
        return max(self.plain.rfind("\n", 0, offset) + 1, offset - 300)

    def counts(self, start: int, end: int) -> list[int]:
        """The counts that lie between two offsets, in text order; rates, durations and negative figures are none."""
        found = range(bisect_left(self._starts, start), bisect_right(self._starts, end))
        return [at for at in found if self.figures[at].end <= end and self._counts(at)]

    def _counts(self, at: int) -> bool:
        figure = self.figures[at].figure
        if figure.qualifier is Qualifier.UNIVERSAL or figure.percent or self.units[at] in _NO_COUNT:
            return False
        if figure.value is not None and (figure.value < 0 or not figure.digits):
            return False
        return figure.low is not None or figure.high is not None

    def before(self, at: int) -> str:
        """The words that lead to a figure inside its clause."""
        quantity = self.figures[at]
        start = max(0, quantity.start - _WIDEST, self.figures[at - 1].end if at else 0)
        return _BOUND.split(self.plain[min(start, quantity.start) : quantity.start])[-1].strip()

    def after(self, at: int) -> str:
        """The words that follow a figure inside its clause."""
        quantity = self.figures[at]
        end = quantity.end + _WIDEST
        if at + 1 < len(self.figures):
            end = min(end, self.figures[at + 1].start)
        return _BOUND.split(self.plain[quantity.end : max(end, quantity.end)])[0].strip()

    def label(self, at: int) -> str:
        """All words of a figure's clause."""
        return self.before(at) + self.after(at)

    def exact(self, at: int) -> bool:
        """Whether a figure is a whole number, printed in full and without a hedge."""
        figure = self.figures[at].figure
        whole = figure.exact and figure.value is not None and figure.value.denominator == 1
        return whole and not _SCALED.search(self.figures[at].text) and self.units[at] not in _MEASURED

    def value(self, at: int) -> int:
        """The whole number of an exact figure."""
        return int(self.figures[at].figure.value or 0)

    def span(self, at: int) -> tuple[Fraction, Fraction | None]:
        """Least and greatest value; what is printed in 万 or with decimals may be off by one in its last digit."""
        figure = self.figures[at].figure
        low, high = figure.low or Fraction(0), figure.high
        loose = _SCALED.search(self.figures[at].text) or self.units[at] in _MEASURED
        if figure.exact and figure.value and loose and Fraction(figure.digits):
            step = figure.value / Fraction(figure.digits) / 10 ** len(figure.digits.partition(".")[2])
            if step != 1:
                return low - step, figure.value + step
        return low, high

    def shown(self, at: int) -> str:
        """A figure as printed."""
        return self.figures[at].text.strip()
