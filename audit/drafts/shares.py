"""Shares against a base and growth against the year before, from counts of the same sentence.

Any two counts that give the printed percentage settle it.  That it is broken is said only where the sentence
leaves no choice of counts; a rate whose name says more than the part (按期办结率) always leaves one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

from audit.drafts.passage import Passage, Relation, Status
from audit.numbers import Figure, fitting_roundings, rounded_percent

_SHARE = re.compile(r"占(?:比|(?P<base>[^,。;:、\d占]{0,16}?)的?)(?:比例|比重)?(?:了|达到|达|为|是)?$")
_RATE = re.compile(r"(?P<name>[^\W\d_]{2,12})率(?P<all>均|都|分别)?(?:已|约)?(?:达到|达|为|是|保持在)?(?:了)?$")
_NO_SHARE = re.compile(r"[增长升降提减高低]|同比|环比|上年|去年|利率|税率|费率|汇率|目标|力争|确保|要求|应当|不得")
_PLAIN_BASE = re.compile(r"(?:其|案件|受理|收到|申请|全部)?(?:总数|总量|全部)?")
_COMPARED = re.compile(
    r"(?:同比|环比|(?:比|较|与)(?:上年|去年|上一年|前一年|20\d\d年)(?:同期)?(?:相比)?)(?P<gap>[^。;]{0,14})$"
)
_CHANGE = re.compile(r"(?:增长|上升|增加|提高|增|升|多)(?:了|达到|达|为)?$")
_LAST = re.compile(r"上年|去年|上一年|前一年|同期")
_MOST = 8
_BIGGEST = 10**9


def find_shares(passage: Passage) -> Iterator[Relation]:
    """Every share and rate in percent."""
    for at, quantity in enumerate(passage.figures):
        figure = quantity.figure
        if not figure.percent or not figure.digits or (figure.value or 0) < 0:
            continue
        start, _ = passage.sentence(quantity.start)
        ahead = passage.plain[max(start, quantity.start - 30) : quantity.start]
        clause = re.split(r"[,;:(]", ahead)[-1]
        share, rate = _SHARE.search(clause), _RATE.search(clause)
        if (share or rate) and not _NO_SHARE.search(clause):
            yield _share(passage, at, share, rate)


def _share(passage: Passage, at: int, share: re.Match[str] | None, rate: re.Match[str] | None) -> Relation:
    begin = passage.figures[at].start
    start, _ = passage.sentence(begin)
    here = passage.counts(start, begin)[-_MOST:]
    if share:
        parts = here[-1:]
    else:
        stem = rate["name"][-2:] if rate else ""
        parts = [n for n in here if stem in passage.label(n)][-1:]
    if not parts:
        return _undecided("share", (at,), f"{passage.shown(at)}：没有印出可作分子的数")
    part = parts[0]
    unit, shown = passage.units[part], f"{passage.shown(part)}，{passage.shown(at)}"
    near = [n for n in here if n != part and passage.units[n] == unit]
    far = [n for n in passage.counts(passage.paragraph(begin), start) if passage.units[n] == unit][-_MOST:]
    if not near and not far:
        return _undecided("share", (part, at), f"{shown}：没有印出基数")
    for base in [*reversed(near), *reversed(far)]:
        rules = _fits(passage, at, part, base)
        if rules:
            said = "，仅截尾可得" if rules == ("truncation",) else ""
            words = f"{passage.shown(part)} / {passage.shown(base)} = {passage.shown(at)}：相符{said}"
            return Relation("share", (part, base, at), words, Status.HOLDS)
    choice = len(near) != 1 or not _plainly_named(share, rate) or not _adjacent(passage, near[0], part, at)
    if choice or not (passage.exact(part) and passage.exact(near[0])) or _fits_sum(passage, at, part, near + far):
        return _undecided("share", (part, at), f"{shown}：基数是哪一个没有写明")
    numerator, base = passage.value(part), passage.value(near[0])
    words = f"{passage.shown(part)} / {passage.shown(near[0])} 不是{passage.shown(at)}"
    if base:
        places = len(passage.figures[at].figure.digits.partition(".")[2])
        words += f"，应为{rounded_percent(numerator, base, places, 'half_up')}%"
    return Relation("share", (part, near[0], at), words, Status.BROKEN)


def _plainly_named(share: re.Match[str] | None, rate: re.Match[str] | None) -> bool:
    """占 without a base of its own, or a rate named after the part and nothing else."""
    if share:
        return _PLAIN_BASE.fullmatch(share["base"] or "") is not None
    return rate is not None and rate.start() == 0 and len(rate["name"]) == 2 and not rate["all"]


def _adjacent(passage: Passage, base: int, part: int, at: int) -> bool:
    """Base, part and percentage in clauses side by side, the base first."""
    begin, middle, end = (passage.figures[n] for n in (base, part, at))
    between = passage.plain[begin.end : middle.start], passage.plain[middle.end : end.start]
    return begin.start < middle.start and all(len(re.findall(r"[,;]", gap)) <= 1 and ";" not in gap for gap in between)


def _fits(passage: Passage, at: int, part: int, base: int) -> tuple[str, ...]:
    if not (passage.exact(part) and passage.exact(base)):
        return ()
    return _rules(passage.figures[at].figure, passage.value(part), passage.value(base))


def _rules(figure: Figure, part: int, base: int) -> tuple[str, ...]:
    """The roundings under which the printed words are true of part/base; a hedged percentage allows an interval."""
    if base == 0:
        return ()
    if figure.exact:
        return fitting_roundings(figure.digits, part, base)
    return ("half_up",) if figure.allows(Fraction(100 * part, base)) else ()


def _fits_sum(passage: Passage, at: int, part: int, counts: list[int]) -> bool:
    """Whether two counts together would do as the base: a case may have been carried over."""
    figure, top = passage.figures[at].figure, passage.value(part)
    exact = [passage.value(n) for n in [part, *counts] if passage.exact(n)]
    return any(_rules(figure, top, one + other) for one, other in combinations(exact, 2))


def find_growth(passage: Passage) -> Iterator[Relation]:
    """Every growth or fall in percent against the year before."""
    for at, quantity in enumerate(passage.figures):
        figure = quantity.figure
        if not figure.percent or not figure.digits or figure.value is None:
            continue
        start, end = passage.sentence(quantity.start)
        ahead = passage.plain[max(start, quantity.start - 30) : quantity.start]
        fall = figure.value < 0
        compared, change = _COMPARED.search(ahead), _change(passage, at)
        if not compared or not (fall or _CHANGE.search(ahead)) or "率" in ahead.rsplit(",", 1)[-1]:
            continue
        if change is None and re.search(r"\d", compared["gap"]):
            continue
        counts = passage.counts(start, quantity.start)[-_MOST:]
        now = [n for n in counts if n != change and not _LAST.search(passage.label(n))]
        if not now:
            yield _undecided("growth", (at,), f"{_said(passage, at)}：没有印出本年数")
            continue
        yield _growth(passage, at, now, (start, end))


def _change(passage: Passage, at: int) -> int | None:
    """The figure just before a percentage, where it counts the change itself: 比上年减少14件，下降4.67%."""
    if not at:
        return None
    figure = passage.figures[at - 1]
    ahead = passage.plain[max(passage.sentence(figure.start)[0], figure.start - 16) : figure.start]
    beside = re.fullmatch(
        r"[,、]?(?:同比|增长|上升|增幅|增加|达|为)*", passage.plain[figure.end : passage.figures[at].start]
    )
    counted = figure.unit and figure.figure.exact and not figure.figure.percent
    signed = (figure.figure.value or 0) < 0 or _CHANGE.search(ahead)
    return at - 1 if beside and counted and signed and _COMPARED.search(ahead) else None


def _by_change(passage: Passage, at: int, this: int, change: int) -> Relation | None:
    """Growth where the sentence prints this year's count and the change."""
    moved = passage.figures[change].figure.value or Fraction(0)
    if passage.units[this] != passage.units[change] or not passage.exact(this) or moved.denominator != 1:
        return None
    before = passage.value(this) - int(moved)
    if before <= 0 or (moved < 0) is not ((passage.figures[at].figure.value or 0) < 0):
        return None
    rules = _change_rules(passage, at, passage.value(this), before)
    said = "相符" if rules else "不符"
    said += "，仅截尾可得" if rules == ("truncation",) else ""
    words = f"{passage.shown(this)}，变动{passage.shown(change)}，上年即{before}，{_said(passage, at)}：{said}"
    return Relation("growth", (this, change, at), words, Status.HOLDS if rules else Status.BROKEN)


def _growth(passage: Passage, at: int, now: list[int], sentence: tuple[int, int]) -> Relation:
    this, change = now[-1], _change(passage, at)
    found = _by_change(passage, at, this, change) if change is not None else None
    if found:
        return found
    last = [n for n in passage.counts(*sentence) if _LAST.search(passage.before(n)) and _states(passage, n)][:_MOST]
    alike = [n for n in now if passage.units[n] in {passage.units[before] for before in last}]
    this = alike[-1] if alike else this
    unit, shown = passage.units[this], f"{passage.shown(this)}，{_said(passage, at)}"
    last = [n for n in last if passage.units[n] == unit]
    if not passage.exact(this):
        return _undecided("growth", (this, at), f"{shown}：本年数不是精确的整数")
    if not last:
        return _undecided("growth", (this, at), f"{shown}：没有印出上年数，{_possible(passage, at, this)}")
    exact = [n for n in reversed(now) if passage.units[n] == unit and passage.exact(n)]
    for count, before in product(exact, last):
        rules = _grown(passage, at, passage.value(count), before)
        if rules:
            said = "，仅截尾可得" if rules == ("truncation",) else ""
            words = f"{passage.shown(before)} → {passage.shown(count)}，{_said(passage, at)}：相符{said}"
            return Relation("growth", (count, before, at), words, Status.HOLDS)
    sole = len(last) == 1 and len([n for n in now if passage.units[n] == unit]) == 1 and passage.exact(last[0])
    gap = passage.plain[passage.figures[this].end : passage.figures[at].start]
    if not sole or len(re.findall("[,;]", gap)) > 2:
        return _undecided("growth", (this, at), f"{shown}：与印出的上年数对应关系不明")
    words = f"{passage.shown(last[0])} → {passage.shown(this)} 不是{_said(passage, at)}"
    return Relation("growth", (this, last[0], at), words, Status.BROKEN)


def _states(passage: Passage, at: int) -> bool:
    """上年39件 states last year's count; 较上年增加30件 states a change."""
    return re.search(r"[增减升降多少]|超过|达", passage.before(at)) is None


def _grown(passage: Passage, at: int, now: int, before: int) -> tuple[str, ...]:
    return _change_rules(passage, at, now, passage.value(before)) if passage.exact(before) else ()


def _change_rules(passage: Passage, at: int, now: int, before: int) -> tuple[str, ...]:
    figure = passage.figures[at].figure
    fall = (figure.value or 0) < 0
    if before == 0 or ((now < before) is not fall and now != before):
        return ()
    if figure.exact:
        return fitting_roundings(figure.digits, abs(now - before), before)
    return ("half_up",) if figure.allows(Fraction(100 * (now - before), before)) else ()


def _possible(passage: Passage, at: int, this: int) -> str:
    """The whole numbers that the year before may have had."""
    figure, now = passage.figures[at].figure, passage.value(this)
    value = figure.value or Fraction(0)
    step = Fraction(1, 10 ** len(figure.digits.partition(".")[2]))
    if not figure.exact or not 0 < now < _BIGGEST or value - step <= -100:
        return "无从核对"
    first, last = (int(now / (1 + (value + slack) / 100)) for slack in (step, -step))
    if last - first > 200:
        return f"约在{first}至{last}之间"
    fitting = [n for n in range(max(1, first), last + 2) if _change_rules(passage, at, now, n)]
    if not fitting:
        return "任何整数都得不出这个比例"
    if len(fitting) > 5:
        return f"{fitting[0]}至{fitting[-1]}之间的整数可得"
    return f"{'、'.join(map(str, fitting))}可得"


def _said(passage: Passage, at: int) -> str:
    """The percentage with its direction."""
    text = passage.shown(at)
    return text if (passage.figures[at].figure.value or 0) < 0 else f"增长{text}"


def _undecided(kind: str, items: tuple[int, ...], words: str) -> Relation:
    return Relation(kind, items, words, Status.UNDECIDED)
