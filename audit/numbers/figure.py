"""A published figure as printed, and the interval of values that it allows.

x余 is above x and below the next unit of its last non-zero digit, capped at ten per cent but not below ten
(10余 is 11 to 19, 10000余 is 10001 to 10999): a convention, shown as one.  以上 and 以下 include the number, 超过
and 不满 do not (Civil Code, article 1259, by analogy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from audit.numbers.han import read_han


class FigureError(ValueError):
    """The text is not a figure this package can read."""


class Qualifier(StrEnum):
    """How a figure is hedged."""

    EXACT = "exact"
    OVER = "over"
    UNDER = "under"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    UNIVERSAL = "universal"


UNIVERSAL_WORDS = ("均", "全部", "都", "每", "各", "所有", "全员", "一律", "全体")
# Longest first: what a count in digits may be multiplied by.
SCALES = {"万亿": 10**12, "千万": 10**7, "百万": 10**6, "十万": 10**5, "亿": 10**8, "万": 10**4, "千": 1000, "百": 100}
_CAP = Fraction(1, 10)
_ABOUT = Fraction(1, 20)
# Words before the number, then words after it; the first that matches wins.
PREFIXES = {
    "不低于": Qualifier.AT_LEAST,
    "不少于": Qualifier.AT_LEAST,
    "不小于": Qualifier.AT_LEAST,
    "至少": Qualifier.AT_LEAST,
    "最少": Qualifier.AT_LEAST,
    "最低": Qualifier.AT_LEAST,
    "不超过": Qualifier.AT_MOST,
    "不超": Qualifier.AT_MOST,
    "不高于": Qualifier.AT_MOST,
    "不多于": Qualifier.AT_MOST,
    "不大于": Qualifier.AT_MOST,
    "至多": Qualifier.AT_MOST,
    "最多": Qualifier.AT_MOST,
    "最高": Qualifier.AT_MOST,
    "超过": Qualifier.OVER,
    "突破": Qualifier.OVER,
    "高于": Qualifier.OVER,
    "多于": Qualifier.OVER,
    "大于": Qualifier.OVER,
    "超": Qualifier.OVER,
    "逾": Qualifier.OVER,
    "低于": Qualifier.UNDER,
    "少于": Qualifier.UNDER,
    "小于": Qualifier.UNDER,
    "未满": Qualifier.UNDER,
    "不满": Qualifier.UNDER,
    "不足": Qualifier.UNDER,
    "将近": Qualifier.UNDER,
    "接近": Qualifier.UNDER,
    "近": Qualifier.UNDER,
    "大约": Qualifier.ABOUT,
    "约": Qualifier.ABOUT,
}
SUFFIXES = {
    "以上": Qualifier.AT_LEAST,
    "以下": Qualifier.AT_MOST,
    "以内": Qualifier.AT_MOST,
    "之内": Qualifier.AT_MOST,
    "左右": Qualifier.ABOUT,
    "上下": Qualifier.ABOUT,
    "余": Qualifier.OVER,
    "多": Qualifier.OVER,
}
_NUMBER = re.compile(r"(?P<digits>[0-9]+(?:\.[0-9]+)?)(?P<percent>%)?")
# Full-width forms only: a wider normalization would read the footnote mark of 35① as a third digit.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SEPARATOR = re.compile(r"(?<=[0-9])[,\s](?=[0-9]{3}(?![0-9]))")  # between groups of three digits
_GAP = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")  # between words, never between digits


@dataclass(frozen=True)
class Figure:
    """One figure: `low` and `high` are the least and greatest count it allows (None: unbounded).

    `digits` keeps the printed digits, trailing zeros included.
    """

    text: str
    qualifier: Qualifier
    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    percent: bool = False
    digits: str = ""

    @classmethod
    def parse(cls, text: str) -> Figure:
        """Read a figure as printed ("35", "98.25%", "1200余", "不低于6", "1.2万", "二十余", "百分之九十八", "均").

        Raises FigureError when the text is none.
        """
        plain = _GAP.sub("", _SEPARATOR.sub("", text.translate(_FULL_WIDTH)))
        if plain in UNIVERSAL_WORDS or re.fullmatch(r"应.{1,4}尽.{1,4}", plain):
            return cls(text, Qualifier.UNIVERSAL)
        rest, qualifier, word = _strip_hedge(plain)
        rest, scale = _han_to_digits(rest), 1
        named = next((name for name in SCALES if rest.endswith(name)), "")
        if named:
            rest, scale = rest.removesuffix(named), SCALES[named]
        match = _NUMBER.fullmatch(rest)
        if not match or (match["percent"] and named):
            raise FigureError(text)
        value = Fraction(match["digits"]) * scale
        low, high = _interval(value, match["digits"], scale, qualifier, word)
        return cls(text, qualifier, value, low, high, bool(match["percent"]), match["digits"])

    @property
    def exact(self) -> bool:
        """True for a number printed without a hedge."""
        return self.qualifier is Qualifier.EXACT

    def allows(self, value: Fraction | int) -> bool:
        """Whether the printed words are true of `value`, which may lie between two steps (6.5 hours)."""
        above = self.low is None or value >= self.low
        below = self.high is None or value <= self.high
        if self.value is not None and self.qualifier is Qualifier.OVER:
            above = value > self.value
        if self.value is not None and self.qualifier is Qualifier.UNDER:
            below = value < self.value
        return above and below

    def bounds(self) -> str:
        """The interval in digits, for people: "1201-1299", ">= 6"."""
        if self.low is not None and self.low == self.high:
            return number(self.low)
        if self.high is None:
            return f">= {number(self.low)}" if self.low is not None else ""
        return f"{number(self.low)}-{number(self.high)}" if self.low is not None else f"<= {number(self.high)}"


def number(value: Fraction | None) -> str:
    """An exact number in digits: integers plain, terminating decimals in full, others as a fraction."""
    if value is None:
        return ""
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 13):
        scaled = value * 10**places
        if scaled.denominator == 1:
            sign, scaled_abs = ("-" if scaled < 0 else ""), abs(scaled.numerator)
            whole, rest = divmod(scaled_abs, 10**places)
            return f"{sign}{whole}.{rest:0{places}d}"
    return f"{value.numerator}/{value.denominator}"


def _strip_hedge(plain: str) -> tuple[str, Qualifier, str]:
    for word, qualifier in PREFIXES.items():
        if plain.startswith(word):
            return plain.removeprefix(word), qualifier, word
    for word, qualifier in SUFFIXES.items():
        if plain.endswith(word):
            return plain.removesuffix(word), qualifier, word
        for scale in SCALES:  # 2万余 and 2余万 are both in use
            if plain.endswith(word + scale):
                return plain.removesuffix(word + scale) + scale, qualifier, word
    return plain, Qualifier.EXACT, ""


def _han_to_digits(plain: str) -> str:
    """Chinese characters as digits; what they do not write is given back as it is."""
    share = plain.removeprefix("百分之")
    count = read_han(share)
    digits = share if count is None else str(count)
    return f"{100 if share == '百' else digits}%" if share != plain else digits


def _interval(
    value: Fraction, digits: str, scale: int, qualifier: Qualifier, word: str
) -> tuple[Fraction | None, Fraction | None]:
    places = len(digits.partition(".")[2])
    step = Fraction(1, 10**places) if scale == 1 else Fraction(1)
    stripped = digits.replace(".", "").rstrip("0")
    zeros = len(digits.replace(".", "")) - len(stripped)
    unit = Fraction(scale, 10**places) * 10**zeros if stripped else step
    match qualifier:
        case Qualifier.AT_LEAST:
            return value, None
        case Qualifier.AT_MOST:
            return None, value
        case Qualifier.OVER if word in ("余", "多"):
            top = min(value + unit, max(value * (1 + _CAP), value + 10 * step))
            return value + step, max(top - step, value + step)
        case Qualifier.OVER:
            return value + step, None
        case Qualifier.UNDER if word not in ("近", "将近", "接近"):
            return None, value - step
        case Qualifier.UNDER:
            return min(max(value - unit, value * (1 - _ABOUT)), value - step), value - step
        case Qualifier.ABOUT:
            slack = max(value * _ABOUT, min(unit / 2, value * _CAP))
            return value - slack, value + slack
        case _:
            return value, value
