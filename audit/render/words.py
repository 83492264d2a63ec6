"""Every word that the appendix and the charts print of themselves, in Chinese and in English."""

from __future__ import annotations

from audit.model import Text
from audit.render.legends import LEGENDS
from audit.render.lexicon import LEXICON
from audit.render.titles import TITLES

_DIGITS = "零一二三四五六七八九"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WORDS = LEXICON | TITLES | LEGENDS | {f"month.{n}": (f"{n}月", name) for n, name in enumerate(_MONTHS, start=1)}


def word(key: str, lang: str, **values: object) -> str:
    """The words called `key` in `lang`, with `values` filled in.  Plain text: escape it before it meets HTML."""
    zh, en = WORDS[key]
    text = zh if lang == "zh" else en
    return text.format(**values) if values else text


def both(key: str, **values: object) -> Text:
    """The words called `key` in both languages."""
    return Text(zh=word(key, "zh", **values), en=word(key, "en", **values))


def known(key: str) -> bool:
    """Whether there are words called `key`."""
    return key in WORDS


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals.

    >>> numeral(3), numeral(10), numeral(12), numeral(20), numeral(45)
    ('三', '十', '十二', '二十', '四十五')
    """
    tens, units = divmod(number, 10)
    if not tens:
        return _DIGITS[units]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[units] if units else "")


def heading(lang: str, *place: int) -> str:
    """The number before a heading: 一、 （一） 1. in Chinese, 1 and 1.1 in English."""
    if lang != "zh":
        return ".".join(str(part) for part in place) + " "
    last = place[-1]
    if len(place) > 2:
        return f"{last}．"
    return f"{numeral(last)}、" if len(place) == 1 else f"（{numeral(last)}）"
