"""How a hedged figure is read, said in words: the interval is a convention, and is shown as one."""

from __future__ import annotations

from fractions import Fraction

from audit.model import NOTHING, Text
from audit.numbers.figure import Figure, Qualifier, number


def reading(figure: Figure) -> Text:
    """The convention under which a hedged figure is read, in both languages; nothing for an exact one."""
    if figure.value is None or figure.exact:
        return NOTHING
    text = number(figure.value) + ("%" if figure.percent else "")
    sign = "%" if figure.percent else ""
    low, high = (_edge(bound, sign) for bound in (figure.low, figure.high))
    match figure.qualifier:
        case Qualifier.AT_LEAST:
            return Text(zh=f"读作不小于{low}（含本数）", en=f"read as {low} or more")
        case Qualifier.AT_MOST:
            return Text(zh=f"读作不大于{high}（含本数）", en=f"read as {high} or less")
        case Qualifier.OVER if figure.high is None:
            return Text(zh=f"读作大于{text}", en=f"read as more than {text}")
        case Qualifier.UNDER if figure.low is None:
            return Text(zh=f"读作小于{text}", en=f"read as less than {text}")
    return Text(zh=f"按本项目惯例读作{low}至{high}", en=f"read by our convention as {low} to {high}")


def whole_numbers(figure: Figure) -> tuple[int, int | None] | None:
    """The first and last integer that a figure allows, None for no last one; None when it names no number."""
    if figure.value is None:
        return None
    low = max(0, -((-figure.low) // 1)) if figure.low is not None else 0
    return int(low), (None if figure.high is None else int(figure.high // 1))


def _edge(bound: Fraction | None, sign: str) -> str:
    return "" if bound is None else number(bound) + sign
