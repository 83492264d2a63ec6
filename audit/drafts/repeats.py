"""The same thing printed twice: clauses of the same words with the same measure word, in two sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audit.drafts.passage import Passage, Relation, Status

_PERIOD = re.compile(
    r"(?:19|20)\d\d年(?:度|上半年|下半年)?|上半年|下半年|[一二三四1-4]季度|\d{1,2}月份?|今年|本年度?|全年|年内|去年|上年度?|近年来?|截至目前|目前"
)
_SCOPE = re.compile(r"[^\W\d_]{0,6}(?:局|委|办|镇|乡|街道|科|中心|法院|支队|大队|村|社区|公司|县|区|市|省|部门|单位)")
_FILLER = re.compile(r"^(?:.*是|同时|此外|并|还|先后|累计|共计|共|已|新|我们|我)+|[了的等]|\d")
_NO_REPEAT = re.compile(r"其中|其它|其他|每|上年|去年|同比|环比|[增减升降]|较|目标|力争|计划|不[低少]于|分别|不含|第")
_SHORTEST, _SURE = 4, 6
_MOST = 20


def find_repeats(passage: Passage, taken: set[int]) -> Iterator[Relation]:
    """Figures of the same words; those in `taken` are parts of something and may differ."""
    by_words: dict[tuple[str, str], list[int]] = {}
    for at in passage.counts(0, len(passage.plain)):
        words = _key(passage, at)
        if at not in taken and words and passage.figures[at].unit:
            by_words.setdefault((words, passage.units[at]), []).append(at)
    for (words, _), places in by_words.items():
        first = places[0]
        for other in places[1:_MOST]:
            if passage.sentence(passage.figures[first].start) == passage.sentence(passage.figures[other].start):
                continue
            yield _compared(passage, words, first, other)


def _key(passage: Passage, at: int) -> str:
    """The clause without its period and fillers; "" where it is too short or speaks of a change or a part."""
    label = passage.label(at)
    if _NO_REPEAT.search(label):
        return ""
    kept = _FILLER.sub("", _PERIOD.sub("", label)).strip()
    return kept if len(kept) >= _SHORTEST and re.fullmatch(r"[^\W\d_]+", kept) else ""


def _compared(passage: Passage, words: str, first: int, other: int) -> Relation:
    one, two = passage.span(first), passage.span(other)
    shown = f"“{words}”印出{passage.shown(first)}和{passage.shown(other)}"
    apart = (one[1] is not None and one[1] < two[0]) or (two[1] is not None and two[1] < one[0])
    if not apart:
        return Relation("repeat", (first, other), f"{shown}：一致", Status.HOLDS)
    same = _around(passage, first) == _around(passage, other)
    periods = _around(passage, first)[0]
    if same and periods and len(words) >= _SURE:
        return Relation("repeat", (first, other), f"{shown}：不一致", Status.BROKEN)
    return Relation("repeat", (first, other), f"{shown}：不同，是否同一事物、同一时期没有写明", Status.UNDECIDED)


def _around(passage: Passage, at: int) -> tuple[frozenset[str], frozenset[str]]:
    """The period words and the bodies named in the sentence up to the figure."""
    begin = passage.figures[at].start
    ahead = passage.plain[passage.sentence(begin)[0] : begin]
    return frozenset(_PERIOD.findall(ahead)), frozenset(_SCOPE.findall(_PERIOD.sub("", ahead)))
