"""Every quantity of a text, with its hedge, its unit and the sentence it stands in.

Rules from the language, no model: a number with a measure word, a percent sign, a hedge or a scale is a
quantity unless it belongs to a date, a name, an ordinal or an address (`aside`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from audit.drafts import words
from audit.drafts.aside import Mask, find_asides, plain_text
from audit.drafts.numerals import NUMBER, Numeral, read_numeral
from audit.drafts.single import counts_one
from audit.numbers import Figure, FigureError, Qualifier

_SENTENCE = re.compile(r"[。！？!?\n]")
_LONGEST_SENTENCE = 400
_RANGE = re.compile(r" *(?:[-—–~]{1,2}|至|到) *$")
_CHANGE = re.compile(r"[从由自][^,。;]{0,12}$")
_SHARED_LIST = re.compile(r"(?: *(?:、|和|及|与) *\d[\d,.]*(?:[万亿])?[余多]?){1,9}")
_BARE_END = re.compile(r" *(?:[,;。)]|$)")
_BARE_START = re.compile(r"[^\W\d_]$")
_NOT_BARE = re.compile(r"(?:[第图表号线话编码章版层楼栋室款注页约到至月日于式]|附件|附录|序列|公元|[A-Za-z])$")
_MARKED = re.compile(r"(?:^|[\n。；;:： ])$")


@dataclass(frozen=True)
class Quantity:
    """One quantity: the figure as printed, where it stands, its unit ("" for none) and its sentence.

    `aside` says why it does not count as a figure of the report ("" for those that do): a name, a table cell.
    """

    figure: Figure
    start: int
    end: int
    unit: str
    sentence: str
    aside: str = ""

    @property
    def text(self) -> str:
        """The figure exactly as printed."""
        return self.figure.text


@dataclass(frozen=True)
class Reading:
    """What a text holds: its quantities in text order, and numbers that only a claim can make into one."""

    text: str
    quantities: tuple[Quantity, ...]
    set_aside: tuple[Quantity, ...]


def read_figures(text: str) -> Reading:
    """Find every quantity of `text`; offsets count its characters."""
    plain = plain_text(text)
    scan = _Scan(text, plain, Mask(find_asides(plain)))
    found = sorted([*scan.numbers(), *scan.universals()], key=lambda quantity: (quantity.start, -quantity.end))
    counted = tuple(quantity for quantity in found if not quantity.aside)
    return Reading(text, counted, tuple(quantity for quantity in found if quantity.aside))


class _Scan:
    """One pass over one text."""

    def __init__(self, text: str, plain: str, mask: Mask) -> None:
        self._text, self._plain, self._mask = text, plain, mask
        self._stops = [match.start() for match in _SENTENCE.finditer(plain)]

    def universals(self) -> Iterator[Quantity]:
        """Words that speak of every case; 均达100% is said by its number."""
        for match in words.UNIVERSAL.finditer(self._plain):
            start, end = match.span()
            kinds = self._mask.kinds(start, end)
            if kinds - {"name"} or (kinds and not match[0].startswith("应")):
                continue
            if match[0] in ("均", "都") and re.match(r"[为达超过到近是]{0,3}\d[\d.]*%", self._plain[end : end + 12]):
                continue
            figure = Figure(self._text[start:end], Qualifier.UNIVERSAL)
            yield Quantity(figure, start, end, "", self._sentence(start, end))

    def numbers(self) -> Iterator[Quantity]:
        """Numbers in digits and in characters."""
        waiting: Quantity | None = None
        at = 0
        while match := NUMBER.search(self._plain, at):
            at = match.end()
            numeral = read_numeral(match, self._plain)
            if numeral is None:
                continue
            numeral = self._without_marker(numeral)
            found = self._quantity(numeral)
            joined = self._range(waiting, found) if waiting and found else None
            if joined:
                waiting = joined
                continue
            if waiting and waiting.aside != "bare":
                yield waiting
            waiting = found if found else self._bare(numeral)
        if waiting and waiting.aside != "bare":
            yield waiting

    def _without_marker(self, numeral: Numeral) -> Numeral:
        """`1.35件` at the head of a line is item 1 and 35: things that are counted have no decimals."""
        if "." not in numeral.digits or numeral.scale or numeral.percent:
            return numeral
        unit = words.UNIT.match(self._plain, numeral.end)
        whole, _, rest = numeral.digits.partition(".")
        if unit and unit["unit"] in tuple("件次名个项条份起户家") and _MARKED.search(self._plain[: numeral.start][-1:]):
            return replace(numeral, digits=rest.lstrip("0") or "0", start=numeral.start + len(whole) + 1)
        return numeral

    def _quantity(self, numeral: Numeral) -> Quantity | None:
        start, end = numeral.start, numeral.end
        before = self._plain[max(0, start - 8) : start]
        if before.endswith("每"):
            return None
        hedge = words.BEFORE.search(before) or (words.ROUND.search(before) if numeral.needs_hedge else None)
        if numeral.needs_hedge and not (hedge or numeral.hedge):
            return None
        unit, end, after = self._unit(numeral)
        if numeral.single and not counts_one(self._plain, start, end, unit, bool(hedge)):
            return None
        if not (unit or numeral.complete or self._stands_bare(numeral, bool(hedge))):
            return None
        if unit == "大" and not hedge:
            return self._make(numeral, "", start, end, unit, "heading")
        prefix = words.hedge_word(hedge)
        if hedge:
            start -= len(before) - hedge.start()
        kinds = self._mask.kinds(numeral.start, numeral.end)
        aside = (
            "" if not kinds else "table" if kinds == {"table"} else "name" if kinds <= {"name", "idiom"} else "other"
        )
        if aside == "other":
            return None
        return self._make(replace(numeral, after=after), prefix, start, end, unit, aside)

    def _unit(self, numeral: Numeral) -> tuple[str, int, str]:
        """The unit's name, where the figure ends with it, and the hedge behind."""
        end, plain = numeral.end, self._plain
        if numeral.percent:
            unit = "%"
        else:
            match = (words.HAN_UNIT if numeral.han else words.UNIT).match(plain, end)
            over = words.OVER_TIME.match(plain, end)
            if over:
                return ("个月" if over["unit"] == "月" else over["unit"]), over.end(), "余"
            if broad := words.BROAD.match(plain, end):
                return broad["unit"], broad.end(), ""
            if numeral.han and not match and words.NAMED.match(plain, end):
                return "大", end + 1, ""
            if not match and not numeral.han and plain.startswith("日", end):
                unit, end = "日", end + 1
            elif not match:
                return numeral.unit, self._hedged_end(end), self._after(end)
            else:
                unit, end = words.unit_name(match), match.end()
        within = words.WITHIN.match(plain, end) if unit in words.DURATIONS else None
        if within:
            return unit, within.end(), "以内"
        return unit, self._hedged_end(end), self._after(end)

    def _after(self, end: int) -> str:
        match = words.AFTER.match(self._plain, end)
        return match[0].strip().replace("有余", "余") if match else ""

    def _hedged_end(self, end: int) -> int:
        match = words.AFTER.match(self._plain, end)
        return match.end() if match else end

    def _make(self, numeral: Numeral, prefix: str, start: int, end: int, unit: str, aside: str) -> Quantity | None:
        figure = _figure(numeral, prefix)
        if figure is None:
            return None
        fall = words.FALL.search(self._plain[max(0, start - 8) : start])
        if fall and (unit in ("%", "百分点") or words.COMPARED.search(self._plain[max(0, start - 24) : start])):
            start -= 8 - fall.start() if start >= 8 else start - fall.start()
            figure = _negative(figure)
        if numeral.minus:
            start, figure = start - 1, _negative(figure)
        figure = replace(figure, text=self._text[start:end])
        return Quantity(figure, start, end, unit, self._sentence(start, end), aside)

    def _stands_bare(self, numeral: Numeral, hedged: bool) -> bool:
        """A count without a unit: hedged, scaled, sharing the unit of a list, or ending a clause after its noun."""
        if numeral.han:
            return False
        if hedged or numeral.hedge or numeral.scale:
            return True
        if shared := _SHARED_LIST.match(self._plain, numeral.end):
            return (
                bool(words.UNIT.match(self._plain, shared.end()))
                and self._plain[numeral.start - 1 : numeral.start] != ","
            )
        before = self._plain[max(0, numeral.start - 2) : numeral.start]
        year = len(numeral.digits) == 4 and numeral.digits[:2] in ("19", "20")
        clause = _BARE_START.search(before) and _BARE_END.match(self._plain, numeral.end)
        return bool(clause) and not year and not _NOT_BARE.search(before) and "." not in numeral.digits

    def _bare(self, numeral: Numeral) -> Quantity | None:
        """A number that can only be the lower end of a range: `3` in 3至5件."""
        figure = _figure(numeral, "")
        if figure is None or self._mask.kinds(numeral.start, numeral.end):
            return None
        return Quantity(replace(figure, text=""), numeral.start, numeral.end, "", "", "bare")

    def _range(self, low: Quantity, high: Quantity) -> Quantity | None:
        """`3至5件` is one quantity; `从3件到5件` are two."""
        between = self._plain[low.end : high.start]
        if len(between) > 6 or not _RANGE.match(between) or low.unit not in ("", high.unit):
            return None
        least, most = low.figure.value, high.figure.value
        if low.unit and _CHANGE.search(self._plain[max(0, low.start - 14) : low.start]):
            return None
        if least is None or most is None or not (high.unit or high.figure.percent):
            return None
        scale = (
            most / Fraction(high.figure.digits)
            if high.figure.digits and not low.unit and Fraction(high.figure.digits)
            else 1
        )
        least = least * scale if least < most and least * scale < most and scale >= 100 else least
        if least >= most:
            return None
        text = self._text[low.start : high.end]
        figure = Figure(text, Qualifier.ABOUT, None, least, most, high.figure.percent)
        return Quantity(figure, low.start, high.end, high.unit, self._sentence(low.start, high.end), high.aside)

    def _sentence(self, start: int, end: int) -> str:
        at = bisect_right(self._stops, start - 1)
        first = self._stops[at - 1] + 1 if at else 0
        after = bisect_right(self._stops, end - 1)
        last = self._stops[after] + 1 if after < len(self._stops) else len(self._text)
        return self._text[max(first, start - _LONGEST_SENTENCE) : min(last, end + _LONGEST_SENTENCE)].strip()


def _figure(numeral: Numeral, prefix: str) -> Figure | None:
    """The figure of the words; of two hedges (`约200余`) the one at the number itself counts."""
    if numeral.low is not None:
        return Figure("", Qualifier.ABOUT, None, Fraction(numeral.low), Fraction(numeral.high or 0))
    if numeral.value is not None:
        figure = Figure("", Qualifier.EXACT, numeral.value, numeral.value, numeral.value, numeral.percent)
        if (prefix or numeral.after) and numeral.value.denominator == 1:
            hedged = Figure.parse(f"{prefix}{numeral.value}{'' if prefix else numeral.after}")
            return replace(hedged, percent=numeral.percent)
        if prefix or numeral.after:
            return replace(figure, qualifier=Figure.parse(f"{prefix}1{'' if prefix else numeral.after}").qualifier)
        return figure
    number = f"{numeral.digits}{'%' if numeral.percent else ''}{numeral.scale}"
    for before, after in ((prefix, numeral.hedge or numeral.after), ("", numeral.hedge or numeral.after), (prefix, "")):
        try:
            if after == "余" and numeral.percent:
                return replace(Figure.parse(f"{numeral.digits}{after}"), percent=True)
            return Figure.parse(f"{before}{number}{after}")
        except FigureError:
            continue
    return None


def _negative(figure: Figure) -> Figure:
    """A fall: what lies between low and high lies between their opposites."""
    value, low, high = ((None if n is None else -n) for n in (figure.value, figure.high, figure.low))
    return replace(figure, value=value, low=low, high=high)
