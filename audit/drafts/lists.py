"""Lists whose length a claim may state without the report printing it: titles in a row, offices side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from audit.drafts.finder import Quantity
from audit.numbers import Figure, Qualifier

_TITLES = re.compile(r"(?:《[^《》\n]{1,120}》[、和及，]?){2,40}")
_NAMES = re.compile(r"[^\W\d_]{2,16}(?:、[^\W\d_]{2,16}){1,20}(?:[和及][^\W\d_]{2,16})?")


def find_lists(text: str) -> list[Quantity]:
    """Every list of titles or names, with its length as an exact figure."""
    return [*_lists(text, _TITLES, "》"), *_lists(text, _NAMES, "、")]


def _lists(text: str, pattern: re.Pattern[str], mark: str) -> Iterator[Quantity]:
    for match in pattern.finditer(text):
        length = Fraction(match[0].count(mark) + (1 if mark == "、" else 0))
        figure = Figure(match[0], Qualifier.EXACT, length, length, length, digits=str(length))
        yield Quantity(figure, match.start(), match.end(), "", match[0], "list")
