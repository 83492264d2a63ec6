"""What has a number and is no quantity: dates, document numbers, ordinals, names, addresses, list markers.

Every pattern works on normalised text (`plain_text`), where forms of full width are plain ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_HAN = "〇零一二两三四五六七八九十百千万"
_D = r"(?<!\d)\d{1,9}"  # bounded, and never begun inside a number: a line of a million digits stays quick
_H = rf"(?<![{_HAN}])[{_HAN}]{{1,12}}"
_N = rf"(?:{_D}|{_H})"
_WIDE: dict[int, str | int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_VARIANTS: dict[int, str | int] = dict(
    zip(
        map(ord, "○﹪萬億餘約個項條場戶張號處輛類過於達業幾兩〔〕【】"),
        "〇%万亿余约个项条场户张号处辆类过于达业几两[][]",
        strict=True,
    )
)


def plain_text(text: str) -> str:
    """The text with full-width forms and traditional measure words made plain, character for character."""
    return text.translate(_VARIANTS | _WIDE).replace("\u3000", " ").replace("\xa0", " ").replace("\u2009", " ")


@dataclass(frozen=True)
class Aside:
    """A span that is no quantity, and why."""

    start: int
    end: int
    kind: str


_PATTERNS = {
    "address": r"https?://[!-~]+|www\.[!-~]+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}",
    "title": r"《[^《》\n]{1,200}(?:《[^《》\n]{1,100}》[^《》\n]{0,100})*》",
    "document": rf"\[\s*(?:19|20)\d\d\s*\]|\((?:19|20)\d\d\)\s*\d{{0,6}}号?|(?:第\s*)?{_N}\s*号(?!召)"
    r"|[A-Za-z]{1,9}/T\s*[\d.\-—]+",
    "ordinal": rf"第\s*{_N}(?:\s*[、和至]\s*(?:第?){_N}(?![件起人]))*",
    "rank": rf"(?<![目此日当提之年月会事诉庭跟])前{_N}\s*(?=[名位强列]|个?季度|个月)",
    "date": "|".join(
        (
            r"\d{4}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?|\d{1,2}:\d\d",
            rf"{_D}[余多]?\s*(?:[-—–~至到]\s*\d{{1,4}}\s*)?(?:年(?!轻|级)|年度|届)",
            r"(?<!\d)(?:19|20)\d\d\s*[-—–~至到]+\s*(?:19|20)\d\d",
            r"\d{1,2}\s*月\s*\d{1,2}(?:\s*[-—–~至到、]\s*\d{1,2})*\s*[日号]",
            r"\d{1,2}\s*(?:[-—–~至到、]\s*\d{1,2}\s*)?月",
            r"(?<![\d过于满足])\d{1,2}\s*(?:[-—–~至到、]\s*\d{1,2}\s*)?日(?!\s*(?:以?内|之内|以上|以下|期限))(?!均)",
            r"(?<![\d个])\d{1,2}时(?:\d{1,2}分)?",
            rf"{_H}(?:几|余|多)?(?:年|届|月份)|(?<!个)[{_HAN}]{{1,3}}月(?:[{_HAN}]{{1,3}}日)?|[{_HAN}\d]个?季度",
            rf"{_N}个(?:五年|季度|年度|月(?=度))",
        )
    ),
    "telephone": r"(?<!\d)0\d{2,3}\s*[-—–]\s*\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d|[个件人次条户元份])"
    r"|(?:电话|传真|邮编|邮政编码|热线|拨打|编号|代码|号码|账号)[^\d\n一-龥]{0,4}"
    r"\d[\d\-—–()/、 ]{2,40}(?!\d|\s*[件个条次人起户家])"
    r"|(?<!\d)\d{3,6}\s*(?=[“”\"'A-Za-z]{0,8}(?:热线|平台|专线|报警|电话|便民|政务服务便|市民服务|监督举报))",
    "address_place": rf"{_D}\s*(?:[栋幢座号](?:楼|院|室|单元|门)|[楼室层弄])",
    "marker": r"(?m)^[^\S\n]*(?:\(\d+\)|\d{1,2}\s*[.、．](?!\d))"
    r"|(?<=[。；;:：])\s*(?:\d{1,2}\s*[.、．](?!\d)|\(\d{1,2}\))",
    "formula": r"(?<![\dN])[\dN]{1,4}(?:\s*[+×*xX]\s*[\dNnXx]{1,4})+"
    r"|(?<!\d)24\s*小时(?!\s*(?:以?内|之内|左右|以上|受理完|办结|回应|响应))"
    rf"|{_D}\s*分钟[^\W\d_]{{0,6}}圈",
    "meeting": r"(?:二十|十[一二三四五六七八九])(?:大(?!类|项|方面)|届)"
    r"|[一二三四五六七](?:[、和][一二三四五六七])*中(?:、[一二三四五六七]中)*全会",
    "structure": rf"{_N}\s*个?(?:部分|章节|篇章)(?!单位|部门|人|企业|乡镇|地区)",
    "form": r"属于[三四]类(?:内部事务|过程性)信息|三安全一稳定",
    "idiom": "|".join(
        (
            r"[三四五六七八九多]位一体|两个(?:维护|确立|毫不动摇|务必|大局|文明|轮子|健康|责任|一百年|翻番)",
            r"四个(?:意识|自信|全面|伟大|最严|服从|不摘)|三个(?:代表|务必|面向|区分开来|有利于)|[四五六十]个坚持",
            rf"八项规定|三项制度|三次(?:产业|分配)|四种形态|[{_HAN}]个一(?:批|律|百)?",
            r"一(?:件事|次性|次办|件套|条龙|条街|张网|号通|窗|网|门式)|跑[一0]次|[一二三四]期(?=工程|项目|建设|改造|规划|平台)",
            rf"一[户家企人事案项件村区地业品园镇局行校院单类岗证码月周季年][^\W\d_]?一(?:[^\W\d_])|[{_HAN}]件套",
            r"[三五六]公(?=经费)|一(?:对|比)一",
        )
    ),
}
_KINDS = {kind: re.compile(pattern, re.MULTILINE) for kind, pattern in _PATTERNS.items()}
_QUOTED = re.compile(r"[“\"「『‘]([^“”\"「」『』‘’\n]{1,18})[”\"」』’]")
_CELL = re.compile(r"\t| \| ?|^\| |\|$")
_LONE = re.compile(r"[\s\d.,%()/+\-—–]*(?:[^\W\d_]{0,3})\s*")
_PROSE = re.compile(r"[,，。；;]")


def find_asides(plain: str) -> list[Aside]:
    """Every span of `plain` that is set aside, in no order; spans may overlap."""
    found = [Aside(m.start(), m.end(), kind) for kind, pattern in _KINDS.items() for m in pattern.finditer(plain)]
    found += [Aside(m.start(), m.end(), "name") for m in _QUOTED.finditer(plain)]
    return found + list(_table_cells(plain))


def _table_cells(plain: str) -> list[Aside]:
    """Cells of tables and lines that hold nothing but a number: `audit form` reads them."""
    found = []
    start = 0
    for line in plain.split("\n"):
        cells = _CELL.split(line) if len(line) < 100_000 else [line]
        at = start
        if len(cells) > 1:
            for cell in cells:
                at = plain.find(cell, at) if cell else at
                if len(cell) < 30 or not _PROSE.search(cell):
                    found.append(Aside(at, at + len(cell), "table"))
                at += len(cell)
        elif len(line) < 20 and _LONE.fullmatch(line):
            found.append(Aside(start, start + len(line), "table"))
        start += len(line) + 1
    return found


class Mask:
    """Which characters are set aside, and why; asked by position."""

    def __init__(self, asides: list[Aside]) -> None:
        """Overlapping spans are kept; the first in text order answers."""
        self._spans = sorted(asides, key=lambda aside: (aside.start, -aside.end))
        self._starts = [aside.start for aside in self._spans]
        self._reach: list[int] = []
        furthest = 0
        for aside in self._spans:
            furthest = max(furthest, aside.end)
            self._reach.append(furthest)

    def kinds(self, start: int, end: int) -> set[str]:
        """The kinds of the spans that overlap start to end."""
        found: set[str] = set()
        at = bisect_right(self._starts, end - 1) - 1
        asked = 0
        while at >= 0 and self._reach[at] > start and asked < 64:
            if self._spans[at].end > start:
                found.add(self._spans[at].kind)
            at, asked = at - 1, asked + 1
        return found
