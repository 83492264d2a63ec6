"""Which records are drawn: sequential random selection from a frame of keys, repeatable from seed and digest."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence

from audit.errors import UsageError
from audit.model import Strict


class Drawn(Strict):
    """One drawn record: its place in the frame, counted from one, and its key."""

    position: int
    key: str


class Terms(Strict):
    """On what terms a sample was planned; rates are exact text such as "1/20"."""

    tolerable: str
    expected: str
    confidence: str
    method: str
    allowed: int


class Drawing(Strict):
    """A sample as drawn (`<table>.json`): enough to draw it again and to see that the frame is still the same."""

    table: str
    population: int
    frame_digest: str
    seed: int
    n: int
    terms: Terms
    drawn: tuple[Drawn, ...]

    def repeats(self, keys: Iterable[str]) -> bool:
        """Whether the same frame and seed give the same records."""
        frame = sorted(keys)
        return frame_digest(frame) == self.frame_digest and draw(frame, self.n, self.seed) == self.drawn


def frame_digest(keys: Iterable[str]) -> str:
    """SHA-256 over the sorted keys of a frame, one a line: the same records give the same digest in any order."""
    return hashlib.sha256("".join(f"{key}\n" for key in sorted(keys)).encode()).hexdigest()


def draw(keys: Sequence[str], n: int, seed: int) -> tuple[Drawn, ...]:
    """`n` of `keys` by sequential random selection over the sorted frame, each with the same chance.

    Every record is met once and taken with the probability still needed / still left (Knuth's algorithm S).  The
    generator is Python's own, whose stream for a seed is promised to stay.  Raises UsageError when n does not fit.
    """
    if not 1 <= n <= len(keys):
        raise UsageError(
            f"{n} of {len(keys)} records cannot be drawn", where="--n", remedy="give a size within the table's records"
        )
    chance = random.Random(seed)
    taken: list[Drawn] = []
    for position, key in enumerate(sorted(keys)):
        left, needed = len(keys) - position, n - len(taken)
        if chance.random() * left < needed:
            taken.append(Drawn(position=position + 1, key=key))
    return tuple(taken)
