"""Wholes and their parts inside a sentence: 其中, 包括, 分为, 即, 由…组成, 合计, 结转.

A sum that fits is said to hold.  That one is broken is said only of a clean list: one measure word, short
labels side by side, and no word by which a clause begins to speak of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from audit.drafts.passage import Passage, Relation, Status

_MARK = re.compile(
    r"(?P<open>其中|包括|包含|(?<=[(,])含(?![量金税]))"
    r"|(?P<listed>分别[为是])"
    r"|(?P<closed>(?<![部区成])分(?:为|成(?!效|果|绩|功))|(?<=[,(:—])即(?![时将可使便办日刻])"
    r"|(?<=[,(])由(?=[^。;]{4,120}组成)|(?<=[^\W_]):)"
)
_ANOTHER = re.compile(
    r"办结|审结|结案|已|正在|另|共|合计|累计|涉及|涉企|同时|还|全年|新增|发现|整改|占|上年|去年|同比|较|比|建成|建立"
    r"|培训|每|平均|至|年"
)
_TOTAL = re.compile(r"[,;(:](?P<word>合计|共计|总计|总共|一共|共)(?:为|是)?$")
_ALTOGETHER = re.compile(r"共|合计|总计|总数|总量")
_VAGUE = frozenset(("个", "项", "条", "处", "类", "种", "方面", ""))
_MOST = 30


def find_sums(passage: Passage) -> Iterator[Relation]:
    """Every whole with its parts."""
    marks = list(_MARK.finditer(passage.plain))
    for n, mark in enumerate(marks):
        limit = marks[n + 1].start() if n + 1 < len(marks) else len(passage.plain)
        found = _listed(passage, mark, limit)
        if found:
            yield found
    yield from _totals(passage)
    yield from _carried(passage)


def _listed(passage: Passage, mark: re.Match[str], limit: int) -> Relation | None:
    start, end = passage.sentence(mark.start())
    end = _end(passage.plain, mark, min(end, limit))
    parts, others = _parts(passage, mark.end(), end)
    if not parts:
        return None
    unit = passage.units[parts[0]]
    wholes = [at for at in passage.counts(start, mark.start()) if passage.units[at] == unit][:-4:-1]
    if not wholes:
        return None
    colon = mark[0] == ":"
    named = bool(_ALTOGETHER.search(passage.before(wholes[0])))
    if colon and not (named and len(passage.plain[passage.figures[wholes[0]].end : mark.start()]) <= 6):
        return None
    for whole in wholes:
        if count := _reached(passage, whole, parts):
            return _relation(passage, whole, parts[:count], Status.HOLDS, "等于整体")
    if mark["listed"] and not named:
        return None
    clean = not others and _clean(passage, wholes[0], parts)
    return _compared(passage, wholes, parts, closed=not mark["open"], clean=clean)


def _end(plain: str, mark: re.Match[str], limit: int) -> int:
    """Where the list ends: a semicolon (unless a colon opened it), the bracket it stands in, 组成."""
    depth, colon = 0, plain.startswith(":", mark.end()) or mark[0] == ":"
    for at in range(mark.end(), limit):
        depth += (plain[at] == "(") - (plain[at] == ")")
        if depth < 0 or (plain[at] == ";" and not colon) or (mark[0] == "由" and plain.startswith("组成", at)):
            return at
    return limit


def _parts(passage: Passage, start: int, end: int) -> tuple[list[int], bool]:
    """The counts of the list with the first one's unit, brackets left out; whether others stand among them."""
    found = []
    for at in passage.counts(start, end)[:_MOST]:
        ahead = passage.plain[start : passage.figures[at].start]
        if ahead.count("(") <= ahead.count(")"):
            found.append(at)
    same = [at for at in found if passage.units[at] == passage.units[found[0]]]
    return same, len(same) < len(found)


def _reached(passage: Passage, whole: int, parts: list[int]) -> int:
    """How many of the first parts make up the whole exactly, 0 for none; one part is no sum."""
    total, target = Fraction(0), passage.figures[whole].figure
    if not target.exact:
        return 0
    for count, at in enumerate(parts, 1):
        figure = passage.figures[at].figure
        if not figure.exact or figure.value is None:
            return 0
        total += figure.value
        if count > 1 and total == target.value:
            return count
    return 0


def _compared(passage: Passage, wholes: list[int], parts: list[int], *, closed: bool, clean: bool) -> Relation:
    """The parts beside the whole where no exact sum was found."""
    spans = [passage.span(at) for at in parts]
    low = sum((span[0] for span in spans), Fraction(0))
    highs = [span[1] for span in spans]
    high = None if None in highs else sum((n for n in highs if n is not None), Fraction(0))
    tops = [passage.span(at)[1] for at in wholes]
    bottom = passage.span(wholes[0])[0]
    if all(top is not None and low > top for top in tops):
        if clean:
            return _relation(passage, wholes[0], parts, Status.BROKEN, "大于整体")
        return _relation(passage, wholes[0], parts, Status.UNDECIDED, "大于整体，但各部分可能重叠或另有所指")
    if high is not None and high < bottom:
        if closed and clean and len(parts) > 1:
            return _relation(passage, wholes[0], parts, Status.BROKEN, "小于整体，而文字说的是全部")
        return _relation(passage, wholes[0], parts, Status.UNDECIDED, "小于整体，是否列全没有说明")
    if closed and len(parts) > 1 and (tops[0] is None or low <= tops[0]):
        return _relation(passage, wholes[0], parts, Status.HOLDS, "与整体在区间内相符")
    return _relation(passage, wholes[0], parts, Status.UNDECIDED, "不大于整体，是否列全没有说明")


def _clean(passage: Passage, whole: int, parts: list[int]) -> bool:
    """Whether the parts stand side by side, one a clause, and count what the whole counts."""
    thing = _pairs(passage.label(whole))
    for n, at in enumerate(parts):
        label, behind = passage.before(at), passage.after(at).removesuffix("组成")
        if len(label) > 14 or _ANOTHER.search(label + behind):
            return False
        alike = bool(_pairs(label + behind) & thing)
        if behind and not alike:
            return False
        if passage.units[at] in _VAGUE and not alike:
            return False
        if len(parts) == 1 and not alike and len(label) > 4:
            return False
        if n:
            between = passage.plain[passage.figures[parts[n - 1]].end : passage.figures[at].start]
            if not re.search(r"[、,;和及与]", between) or re.search(r"[“”《》]", between):
                return False
    return True


def _pairs(words: str) -> set[str]:
    return {words[n : n + 2] for n in range(len(words) - 1)}


def _totals(passage: Passage) -> Iterator[Relation]:
    """Parts first, then 合计 or 共 and the whole."""
    for whole in passage.counts(0, len(passage.plain)):
        begin = passage.figures[whole].start
        word = _TOTAL.search(passage.plain[max(0, begin - 6) : begin])
        if not word:
            continue
        ahead = passage.counts(passage.sentence(begin)[0], begin)[-_MOST:]
        same: list[int] = []
        for at in reversed(ahead):
            if passage.units[at] != passage.units[whole]:
                break
            same.insert(0, at)
        sizes = [n for n in range(2, len(same) + 1) if _reached(passage, whole, same[-n:]) == n]
        if sizes:
            yield _relation(passage, whole, same[-sizes[0] :], Status.HOLDS, "等于合计")
        elif word["word"] in ("合计", "共计", "总计") and len(same) == len(ahead) > 1:
            exact = all(map(passage.exact, [whole, *same]))
            status = Status.BROKEN if exact and _clean(passage, whole, same) else Status.UNDECIDED
            yield _relation(passage, whole, same, status, "不等于合计" if exact else "有约数，合计没有核对")


def _carried(passage: Passage) -> Iterator[Relation]:
    """What came in and was carried over, beside what was settled and is carried forward; only where it fits."""
    seen = -1
    for match in re.finditer("结转", passage.plain):
        start, end = passage.sentence(match.start())
        counts = passage.counts(start, end)
        if start == seen or not 3 <= len(counts) <= 12 or "其中" in passage.plain[start:end]:
            continue
        seen = start
        if len({passage.units[at] for at in counts}) > 1 or not all(map(passage.exact, counts)):
            continue
        came = 2 if re.search(r"上(?:一)?年.{0,4}结转|去年.{0,4}结转", passage.label(counts[1])) else 1
        into, out = counts[:came], counts[came:]
        forward = any("结转" in passage.label(at) for at in out)
        if forward and sum(map(passage.value, into)) == sum(map(passage.value, out)):
            left, right = (" + ".join(map(passage.shown, side)) for side in (into, out))
            yield Relation("sum", (*into, *out), f"{left} = {right}：收转与办转相等", Status.HOLDS)


def _relation(passage: Passage, whole: int, parts: list[int], status: Status, words: str) -> Relation:
    total = " + ".join(map(passage.shown, parts))
    figure = passage.figures[whole].figure
    if not figure.exact:
        words += f"（约数按惯例读作{figure.bounds()}）"
    return Relation("sum", (whole, *parts), f"整体{passage.shown(whole)}，部分{total}：{words}", status)
