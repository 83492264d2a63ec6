"""Where a text writes a number, in digits or in characters, and which number it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from audit.numbers.han import DIGITS, read_han

_HAN = "〇零一二两三四五六七八九十百千万亿"
_ARABIC = r"(?<!\d)(?<!\d\.)(?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_SCALE = r"万亿|千万|百万|十万|亿|万(?!里)|千(?![克瓦米])|百(?![分姓])"
_OVER = "余|多(?![种样元方])|几"
NUMBER = re.compile(
    rf"百分之(?P<share>{_ARABIC}|[{_HAN}]+(?:点[{_HAN}]+)?)"
    rf"|(?P<parts>(?<![{_HAN}])[{_HAN}]{{1,4}})分之(?P<part>[{_HAN}]{{1,4}})"
    rf"|(?P<top>(?<![\d/.])\d{{1,6}})/(?P<bottom>\d{{1,6}})(?![\d/])"
    r"|翻了?(?P<doubled>[一两])?番"
    rf"|(?P<tenths>\d(?:\.\d)?|[一二两三四五六七八九])成(?![为立效果员长功熟就本都品份型因交])(?P<half>半)?"
    rf"|(?P<arabic>{_ARABIC})(?P<percent> *%)?"
    rf"(?: *(?P<over>{_OVER})?(?P<scale>{_SCALE})?(?P<beyond>余|多(?![种样元方]))?)?"
    rf"|(?P<han>[{_HAN}]+)(?P<han_over>{_OVER})?(?P<han_scale>[万亿])?"
)
_LONGEST = 15


@dataclass(frozen=True)
class Numeral:
    """One number as written.  `value` is set where it is no plain count (fractions), `low` and `high` for 七八."""

    start: int
    end: int
    digits: str = ""
    scale: str = ""
    hedge: str = ""
    after: str = ""
    percent: bool = False
    han: bool = False
    single: bool = False
    needs_hedge: bool = False
    complete: bool = False
    minus: bool = False
    unit: str = ""
    value: Fraction | None = None
    low: int | None = None
    high: int | None = None


def read_numeral(match: re.Match[str], plain: str) -> Numeral | None:
    """The number of a match of NUMBER, None where its characters write none."""
    for group, read in (
        ("share", _share),
        ("parts", _fraction),
        ("top", _ratio),
        ("tenths", _tenths),
        ("arabic", _arabic),
        ("han", _characters),
    ):
        if match[group]:
            return read(match, plain)
    times = Fraction(4 if match["doubled"] == "两" else 2)
    return Numeral(match.start(), match.end(), value=times, unit="倍", complete=True)


def _share(match: re.Match[str], plain: str) -> Numeral | None:
    whole, _, decimals = match["share"].partition("点")
    if whole[0].isdigit():
        digits = whole.replace(",", "")
    else:
        count = 100 if whole == "百" else read_han(whole)
        if count is None or any(c not in DIGITS for c in decimals):
            return None
        digits = str(count) + ("." + "".join(str(DIGITS[c]) for c in decimals) if decimals else "")
    return Numeral(match.start(), match.end(), digits=digits, percent=True, complete=True)


def _fraction(match: re.Match[str], plain: str) -> Numeral | None:
    whole, part = read_han(match["parts"]), read_han(match["part"])
    if not whole or part is None:
        return None
    if match["parts"] in ("千", "万"):
        return Numeral(match.start(), match.end(), digits=str(part), unit=f"{match['parts']}分之一", complete=True)
    return Numeral(match.start(), match.end(), value=Fraction(part, whole), complete=True)


def _ratio(match: re.Match[str], plain: str) -> Numeral | None:
    top, bottom = int(match["top"]), int(match["bottom"])
    odd = bottom == 0 or {(top, bottom)} & {(7, 24), (24, 7)} or (match["top"][0] == "0" and top > 0)
    return None if odd else Numeral(match.start(), match.end(), value=Fraction(top, bottom), complete=True)


def _tenths(match: re.Match[str], plain: str) -> Numeral | None:
    tenths = Fraction(str(DIGITS.get(match["tenths"], match["tenths"]))) + (Fraction(1, 2) if match["half"] else 0)
    if match.start() and plain[match.start() - 1] in _HAN + "第完几":
        return None
    return Numeral(match.start(), match.end(), value=tenths * 10, percent=True, complete=True)


def _arabic(match: re.Match[str], plain: str) -> Numeral | None:
    digits = match["arabic"].replace(",", "").replace(" ", "")
    before = plain[match.start() - 1 : match.start()]
    coded = len(digits) > 1 and digits[0] == "0" and digits[1] != "."
    if coded or len(digits) > _LONGEST or (before.isascii() and before.isalpha()) or before in ("_", "#", "/"):
        return None
    follows = plain[match.end() : match.end() + 1]
    if match["percent"] is None and follows.isascii() and (follows.isalpha() or follows in "/_"):
        return None
    minus = before in ("-", "−") and not re.search(r"[\w%]$", plain[max(0, match.start() - 2) : match.start() - 1])
    return Numeral(
        match.start(),
        match.end() if not match[0].endswith(" ") else match.start() + len(match[0].rstrip()),
        digits=digits,
        scale=match["scale"] or "",
        hedge="余" if match["over"] or match["beyond"] else "",
        percent=bool(match["percent"]),
        complete=bool(match["percent"]),
        minus=minus,
    )


def _characters(match: re.Match[str], plain: str) -> Numeral | None:
    text, scale = match["han"], match["han_scale"] or ""
    if plain[match.start() - 1 : match.start()] in ("数", "几", "好", "第", "若") and match.start():
        return None
    count = read_han(text)
    if count is None:
        return _approximate(text, match.start(), match.end())
    return Numeral(
        match.start(),
        match.end(),
        digits=str(count),
        scale=scale,
        hedge="余" if match["han_over"] else "",
        han=True,
        single=text == "一" and not match["han_over"],
        needs_hedge=text[0] in "百千万亿" or text in ("零", "〇", "二"),
    )


def _approximate(text: str, start: int, end: int) -> Numeral | None:
    """七八 is 7 to 8, 三四十 is 30 to 40."""
    pair = re.fullmatch(r"([二两三四五六七八])([三四五六七八九])([十百千万]?)", text)
    if not pair or DIGITS[pair[2]] != DIGITS[pair[1]] + 1:
        return None
    size = read_han(pair[3]) or 1 if pair[3] else 1
    return Numeral(start, end, han=True, low=DIGITS[pair[1]] * size, high=DIGITS[pair[2]] * size)
