"""Numbers written in Chinese characters: 三, 十二, 二十, 一千二百, 三万五千, 一百零五, 两."""

from __future__ import annotations

import re

DIGITS = {character: n for n, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"亿": 10**8, "万": 10**4}
_ABOVE = 10**4  # what 亿 and 万 multiply is below ten thousand


def read_han(numeral: str) -> int | None:
    """The number that Chinese characters write, or None where they write none.

    >>> read_han("一千二百"), read_han("十二"), read_han("三亿零五万"), read_han("三三")
    (1200, 12, 300050000, None)

    A bare 百, 千, 万 or 亿 is read as one of it, as in 百余 and 近万.
    """
    if not numeral or any(c not in DIGITS and c not in _PLACES and c not in _MYRIADS for c in numeral):
        return None
    if numeral in ("零", "〇"):
        return 0
    total, rest, last = 0, numeral, 10**13
    for character, size in _MYRIADS.items():
        head, found, tail = rest.partition(character)
        if not found:
            continue
        amount = _section(head) if head else 1 if not tail and not total else None
        if amount is None or size >= last:
            return None
        total, rest, last = total + amount * size, tail, size
    if not rest:
        return total
    amount = _short(rest, last) if total else _section(rest)
    return None if amount is None else total + amount


def _short(rest: str, last: int) -> int | None:
    """What follows 万 or 亿: a section, or the spoken short form 三万五 for 35000."""
    if len(rest) == 1 and rest in DIGITS and DIGITS[rest]:
        return DIGITS[rest] * last // 10
    return _section(rest)


def _section(text: str) -> int | None:
    """A numeral below ten thousand."""
    if re.fullmatch(r"[百千]", text):
        return _PLACES[text]
    total, digit, last, gap = 0, None, _ABOVE, False
    for character in text:
        if character in ("零", "〇"):
            if digit is not None:
                return None
            gap = True
        elif character in DIGITS:
            if digit is not None:
                return None
            digit = DIGITS[character]
        elif character not in _PLACES:
            return None
        else:
            size = _PLACES[character]
            if size >= last or (digit is None and not (size == 10 and (not total or gap))):
                return None
            total, digit, last, gap = total + (1 if digit is None else digit) * size, None, size, False
    if digit is None:
        return total if total and not gap else None
    spoken = last in (100, 1000) and not gap  # 二百五 is 250
    return total + (digit * last // 10 if spoken else digit)


def write_han(number: int) -> str:
    """The number in Chinese characters, below 10**12: 1205 is 一千二百零五.

    Raises ValueError for a number it has no words for.
    """
    if not 0 <= number < 10**12:
        raise ValueError(number)
    if number == 0:
        return "零"
    words, gap = "", False
    for name, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        part = number // size % _ABOVE
        if not part:
            gap = bool(words)
            continue
        if words and (gap or part < 1000):
            words += "零"
        words, gap = words + _write_section(part) + name, False
    return words.removeprefix("一") if words.startswith("一十") else words


def _write_section(number: int) -> str:
    words, gap = "", False
    for name, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if not digit:
            gap = bool(words)
            continue
        words, gap = words + ("零" if gap else "") + "零一二三四五六七八九"[digit] + name, False
    return words
