"""One cell: a count, nothing, or something that is no count.  A blank is never taken for a zero."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?")
_UNITS = re.compile(r"(?<=\d)[件宗条项个起]$")
_MARKS = frozenset("/\\-—–―‐‑‒_|｜*.…·")
_WORDS = frozenset({"", "无", "空", "none", "nan", "null", "n/a", "nil"})
_MOST_GLUED = 36
_MOST_READINGS = 16


class State(StrEnum):
    """What a cell holds."""

    COUNT = "count"
    BLANK = "blank"
    NO_COUNT = "no count"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Cell:
    """One cell as read.  A negative number keeps its value and is still no count; a fraction has none.

    `glued` figures stood against their neighbours and were told apart by the sums that they must give.
    """

    value: int | None
    state: State
    glued: bool = False


BLANK = Cell(None, State.BLANK)
UNREADABLE = Cell(None, State.UNREADABLE)


def plain(text: str) -> str:
    """`text` with compatibility forms folded (full-width digits, circled numbers) and without white space."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def read_cell(text: str) -> Cell:
    """What one cell says."""
    found = plain(text).replace("−", "-").replace("﹣", "-")
    if found.lower() in _WORDS or (set(found) <= _MARKS):
        return BLANK
    found = _UNITS.sub("", found)
    if _GROUPED.fullmatch(found):
        found = found.replace(",", "")
    match = _NUMBER.fullmatch(found)
    if not match:
        return UNREADABLE
    whole, _, fraction = found.partition(".")
    if fraction.strip("0"):
        return Cell(None, State.NO_COUNT)
    value = int(whole)
    return Cell(value, State.NO_COUNT if value < 0 else State.COUNT)


def unglue(runs: Sequence[str], sizes: Sequence[int]) -> list[list[int]]:
    """Every way to take apart numbers that are printed without a space between them.

    `sizes` says how many numbers make one group; the last of a group is the sum of the others, and that alone
    tells where one ends.  White space (the border between two `runs`) is a border between numbers.
    """
    digits = "".join(runs)
    if not (digits.isascii() and digits.isdigit()) or not sum(sizes) <= len(digits) <= _MOST_GLUED:
        return []
    ends, place = set(), 0
    for run in runs:
        place += len(run)
        ends.add(place)
    found = list(islice(_groups(digits, 0, tuple(sizes), frozenset(ends)), _MOST_READINGS + 1))
    return found if len(found) <= _MOST_READINGS else []


def _groups(digits: str, start: int, sizes: tuple[int, ...], ends: frozenset[int]) -> Iterator[list[int]]:
    if not sizes:
        if start == len(digits):
            yield []
        return
    for group, end in _numbers(digits, start, sizes[0], ends):
        if sum(group[:-1]) == group[-1]:
            for rest in _groups(digits, end, sizes[1:], ends):
                yield group + rest


def _numbers(digits: str, start: int, count: int, ends: frozenset[int]) -> Iterator[tuple[list[int], int]]:
    if count == 0:
        yield [], start
        return
    longest = 1 if digits[start : start + 1] == "0" else 7
    for end in range(start + 1, min(start + longest, len(digits)) + 1):
        for rest, last in _numbers(digits, end, count - 1, ends):
            yield [int(digits[start:end]), *rest], last
        if end in ends:
            break
