"""Where in a report a character stands, in the words of a claim's locator: 一（三）第1段."""

from __future__ import annotations

import re
from bisect import bisect_right

_CHAPTER = re.compile(r"\s*([一二三四五六七八九十]{1,3})、")
_SECTION = re.compile(r"\s*[（(]([一二三四五六七八九十]{1,3})[）)]")
_GLUED = re.compile(
    r"(?<![第条])(?:(?<=[。\s])([一二三四五六七八九十]{1,3})、|[（(]([一二三四五六七八九十]{1,3})[）)])"
)
_LONG = 2000


class Places:
    """The headings of one text; pages that lost their line ends are read by the headings inside the line."""

    def __init__(self, text: str) -> None:
        """Read the headings of `text`."""
        self._starts: list[int] = [0]
        self._names: list[str] = [""]
        chapter, section, paragraph, start = "", "", 0, 0
        for line in text.split("\n"):
            if match := _CHAPTER.match(line):
                chapter, section, paragraph = match[1], "", 0
                self._add(start, f"{chapter}标题")
            elif match := _SECTION.match(line):
                section, paragraph = f"（{match[1]}）", 0
                self._add(start, f"{chapter}{section}标题")
            elif line.strip():
                paragraph += 1
                self._add(start, f"{chapter}{section}第{paragraph}段")
            if len(line) > _LONG:
                chapter, section = self._inside(line, start, chapter, section)
            start += len(line) + 1

    def _add(self, start: int, name: str) -> None:
        self._starts.append(start)
        self._names.append(name)

    def _inside(self, line: str, start: int, chapter: str, section: str) -> tuple[str, str]:
        for match in _GLUED.finditer(line):
            chapter, section = (match[1], "") if match[1] else (chapter, f"（{match[2]}）")
            self._add(start + match.start(), f"{chapter}{section}")
        return chapter, section

    def at(self, offset: int) -> str:
        """The place of the character at `offset`, "" before the first line."""
        return self._names[bisect_right(self._starts, offset) - 1]


def nearness(locator: str, place: str) -> int:
    """3 for the same paragraph, 2 for the same section, 1 for the same chapter, 0 for another place."""
    if locator and locator == place:
        return 3
    mine, theirs = (
        re.match(r"([一二三四五六七八九十]*)(（[一二三四五六七八九十]+）)?", name) for name in (locator, place)
    )
    if mine is None or theirs is None or not mine[1] or mine[1] != theirs[1]:
        return 0
    return 2 if mine[2] == theirs[2] else 1
