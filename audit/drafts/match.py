"""The figures of a draft beside the claims of an engagement: which claim each figure prints, and what was found of it.

A figure prints a claim when value, hedge and unit are the same; of several the nearest place wins, then the
words that stand around it, then the order of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.drafts.finder import Quantity, Reading
from audit.drafts.lists import find_lists
from audit.drafts.place import Places, nearness
from audit.engagement import Claim
from audit.model import Verdict
from audit.numbers import Qualifier

BAD = (Verdict.DIFFERS, Verdict.IDENTITY_BROKEN, Verdict.IMPOSSIBLE)
_SCALED = {"万元": 10**4, "亿元": 10**8, "万人": 10**4, "万人次": 10**4, "万条": 10**4, "万件": 10**4}
_COUNTED_NOTE = re.compile(r"列(?:举|出).{0,8}数出|没有印出")
_AROUND = 24
_ENOUGH = 3


@dataclass(frozen=True)
class Matched:
    """One figure of the draft with the claim it prints ("" for none), its verdict, its place, and a remark."""

    quantity: Quantity
    place: str
    claim: str = ""
    verdict: Verdict | None = None
    remark: str = ""


@dataclass(frozen=True)
class Comparison:
    """A draft held against an engagement: every figure in text order, and the claims it does not print."""

    figures: tuple[Matched, ...]
    missing: tuple[Claim, ...]

    @property
    def uncovered(self) -> tuple[Matched, ...]:
        """The figures that no claim stands behind."""
        return tuple(figure for figure in self.figures if not figure.claim)

    @property
    def bad(self) -> tuple[Matched, ...]:
        """The figures whose claim was contradicted."""
        return tuple(figure for figure in self.figures if figure.verdict in BAD)


def compare(reading: Reading, claims: tuple[Claim, ...], verdicts: Mapping[str, Verdict]) -> Comparison:
    """Match the figures of a draft to the claims of an engagement.  `verdicts` is by claim."""
    work = _Work(reading)
    for claim in claims:
        work.take_first(claim)
    for claim in claims:
        if claim.id not in work.claimed:
            work.take_elsewhere(claim)
    work.repeat(claims)
    figures = [
        Matched(quantity, work.places.at(quantity.start), claim.id, verdicts.get(claim.id, Verdict.NOT_TESTED))
        for quantity, claim in work.pairs
    ]
    taken = {quantity.start for quantity, _ in work.pairs}
    figures += [
        Matched(quantity, work.places.at(quantity.start), remark=work.remark(quantity, claims))
        for quantity in reading.quantities
        if quantity.start not in taken
    ]
    figures.sort(key=lambda figure: figure.quantity.start)
    return Comparison(tuple(figures), tuple(claim for claim in claims if claim.id not in work.claimed))


class _Work:
    """The matching in progress."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.places = Places(reading.text)
        self.pairs: list[tuple[Quantity, Claim]] = []
        self.claimed: set[str] = set()
        self._taken: set[int] = set()

    def take_first(self, claim: Claim) -> None:
        """Give the claim its best figure; one figure may print several claims (three rates `均达100%`)."""
        fitting = [q for q in self.reading.quantities if same_figure(q, claim) and same_unit(q, claim)]
        free = [q for q in fitting if q.start not in self._taken]
        near = [q for q in fitting if q.start in self._taken and self._shares(q, claim)]
        if not free and not near:
            return
        best = max(
            free + near,
            key=lambda q: (self._nearness(q, claim), q.start not in self._taken, self._words(q, claim), -q.start),
        )
        self._pair(best, claim)

    def take_elsewhere(self, claim: Claim) -> None:
        """A claim may be printed as a name (“三项制度”, 三大举措), in a table, or as a list that was counted."""
        if _COUNTED_NOTE.search(claim.note):
            lists = find_lists(self.reading.text)
            loose = [q for q in lists if same_figure(q, claim) and self._nearness(q, claim) >= 2]
        else:
            loose = [q for q in self.reading.set_aside if same_figure(q, claim) and self._loosely(q, claim)]
        if loose:
            self._pair(max(loose, key=lambda q: (self._nearness(q, claim), self._words(q, claim), -q.start)), claim)

    def repeat(self, claims: Iterable[Claim]) -> None:
        """Further mentions of a figure that is already supported."""
        first = {claim.id: quantity for quantity, claim in reversed(self.pairs)}
        for quantity in self.reading.quantities:
            if quantity.start in self._taken:
                continue
            same = [c for c in claims if c.id in first and self._again(quantity, first[c.id], c)]
            if same:
                self._pair(
                    quantity,
                    max(same, key=lambda c: (self._nearness(quantity, c), self._likeness(quantity, first[c.id]))),
                )

    def remark(self, quantity: Quantity, claims: Iterable[Claim]) -> str:
        """The other value under which the same words print a figure, if they do."""
        if quantity.figure.value is None:
            return ""
        for other, claim in self.pairs:
            differs = other.figure.value != quantity.figure.value and not other.aside
            if differs and other.unit == quantity.unit and self._likeness(quantity, other) >= 2 * _ENOUGH:
                return f"another value for {claim.id}: {claim.printed}{claim.unit} at {self.places.at(other.start)}"
        for claim in claims:
            if claim.id in self.claimed or claim.figure.value is None or claim.unit != quantity.unit:
                continue
            if self._nearness(quantity, claim) >= 2:
                return f"in the place of {claim.id}, which is printed {claim.printed}{claim.unit}"
        return ""

    def _pair(self, quantity: Quantity, claim: Claim) -> None:
        self.pairs.append((quantity, claim))
        self.claimed.add(claim.id)
        self._taken.add(quantity.start)

    def _nearness(self, quantity: Quantity, claim: Claim) -> int:
        return nearness(claim.locator, self.places.at(quantity.start))

    def _shares(self, quantity: Quantity, claim: Claim) -> bool:
        """Rates listed side by side share one number; nothing else does."""
        parallel = (
            "、" in self._before(quantity) or "均" in self._before(quantity)[-4:] or "都" in self._before(quantity)[-4:]
        )
        return quantity.figure.percent and parallel and self._nearness(quantity, claim) >= 2

    def _loosely(self, quantity: Quantity, claim: Claim) -> bool:
        if not (same_unit(quantity, claim) or quantity.unit in ("大", "")):
            return False
        return self._nearness(quantity, claim) >= 2 or self._words(quantity, claim) > 1

    def _again(self, quantity: Quantity, first: Quantity, claim: Claim) -> bool:
        if claim.figure.qualifier is Qualifier.UNIVERSAL:
            same_sentence = quantity.sentence == first.sentence
            alike = quantity.text == first.text and self._behind(quantity)[:2] == self._behind(first)[:2]
            return quantity.figure.qualifier is Qualifier.UNIVERSAL and (same_sentence or alike)
        return (
            same_figure(quantity, claim) and same_unit(quantity, claim) and self._likeness(quantity, first) >= _ENOUGH
        )

    def _before(self, quantity: Quantity) -> str:
        return re.split(r"[，,。；;\n]", self.reading.text[max(0, quantity.start - _AROUND) : quantity.start])[-1]

    def _behind(self, quantity: Quantity) -> str:
        return re.split(r"[，,。；;\n]", self.reading.text[quantity.end : quantity.end + _AROUND // 2])[0]

    def _words(self, quantity: Quantity, claim: Claim) -> int:
        """How many pairs of characters around the figure the claim's own words share."""
        around = self._before(quantity) + self._behind(quantity)
        return len(_pairs(around) & _pairs(claim.scope + claim.note)) + 2 * (self._behind(quantity)[:2] in claim.scope)

    def _likeness(self, one: Quantity, other: Quantity) -> int:
        return len(_pairs(self._before(one) + self._behind(one)) & _pairs(self._before(other) + self._behind(other)))


def _pairs(text: str) -> set[str]:
    kept = re.sub(r"[\W\d_]|[的了和与及共]", "", text)
    return {kept[n : n + 2] for n in range(len(kept) - 1)}


def same_figure(quantity: Quantity, claim: Claim) -> bool:
    """Whether the draft prints the claim's number, hedge and kind."""
    mine, theirs = quantity.figure, claim.figure
    if theirs.qualifier is Qualifier.UNIVERSAL:
        return mine.qualifier is Qualifier.UNIVERSAL and (theirs.text in mine.text or mine.text in theirs.text)
    if mine.value is None or theirs.value is None or mine.percent != theirs.percent:
        return False
    scale = _SCALED.get(claim.unit, 1)
    return mine.value == theirs.value * scale and mine.qualifier is theirs.qualifier


def same_unit(quantity: Quantity, claim: Claim) -> bool:
    """Whether the units agree; a claim without a unit takes any."""
    unit = re.sub(r"^[万亿]", "", claim.unit) if claim.unit in _SCALED else claim.unit
    return not unit or unit.removeprefix("个") == quantity.unit or unit == quantity.unit
