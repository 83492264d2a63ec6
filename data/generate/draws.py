"""Seeded draws. Only +, -, * and / on floats, so that every platform draws the same records."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import TypeVar

import workdays

T = TypeVar("T")

# Intake by month: February is short and festive, late summer is slow, autumn is busy.
SEASON = (0.9, 0.6, 1.1, 1.1, 1.05, 1.1, 0.9, 0.8, 1.1, 0.95, 1.2, 1.2)


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Divide a whole number in proportion to weights, by largest remainder, each part at least `least`."""
    rest = total - least * len(weights)
    if rest < 0:
        raise ValueError(f"{total} cannot give {least} to each of {len(weights)}")
    scale = rest / sum(weights)
    shares = [weight * scale for weight in weights]
    parts = [int(share) for share in shares]
    neediest = sorted(range(len(shares)), key=lambda i: (parts[i] - shares[i], i))
    for i in neediest[: rest - sum(parts)]:
        parts[i] += 1
    return [least + part for part in parts]


def quota(rng: Random, shares: Mapping[str, float], n: int) -> list[str]:
    """Make n labels in the given proportions, each label at least once where n allows, in random order."""
    parts = apportion(n, list(shares.values()), least=1 if n >= len(shares) else 0)
    labels = [label for label, part in zip(shares, parts, strict=True) for _ in range(part)]
    rng.shuffle(labels)
    return labels


def weighted(rng: Random, shares: Mapping[T, float]) -> T:
    """Draw one key by its weight."""
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def days(rng: Random, n: int, first: date, last: date) -> list[date]:
    """Draw n working days of a period, sorted, with the season's weights."""
    pool = workdays.between(first, last)
    return sorted(rng.choices(pool, weights=[SEASON[day.month - 1] for day in pool], k=n))


def day(rng: Random, first: date, last: date) -> date:
    """Draw one working day of a period; all are equally likely."""
    return rng.choice(workdays.between(first, last))


def late_day(rng: Random, first: date, last: date) -> date:
    """Draw one working day of a period, leaning towards its end, as work under a deadline does."""
    pool = workdays.between(first, last)
    return pool[int(max(rng.random(), rng.random()) * len(pool))]


def leaning(rng: Random, low: int, high: int) -> int:
    """Draw a whole number from low to high, leaning towards high."""
    return low + int(max(rng.random(), rng.random()) * (high - low + 1))
