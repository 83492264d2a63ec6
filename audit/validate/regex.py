"""Regular expressions that Python, RE2 (DuckDB) and Java (Spark) read alike."""

from __future__ import annotations

import re
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_END = re.compile(r"(?<!\\)((?:\\\\)*)\$$")
_DIGITS = {r"\d": r"\p{Nd}", r"\D": r"\P{Nd}"}
_READ_OTHERWISE = ("&&", "[[", "[^[", "{,", "(?P")  # by Java or by RE2
_ALIKE = {"LITERAL", "NOT_LITERAL", "ANY", "RANGE", "NEGATE", "IN", "BRANCH", "SUBPATTERN", "MAX_REPEAT", "MIN_REPEAT"}


def common_regex(pattern: str) -> str | None:
    """The expression in words that mean the same to all three, or None where there are none.

    Only characters, sets, digits, repeats, groups, alternatives and the two ends are taken; `$` is spelled out,
    because Python and Java also let it stand before a last line break, and a digit is one of any script.
    """
    parsed = _parser.parse(pattern)
    if parsed.state.flags & ~re.UNICODE or any(mark in pattern for mark in _READ_OTHERWISE):
        return None
    tokens = list(parsed)
    ends = bool(tokens) and str(tokens[-1][0]) == "AT" and str(tokens[-1][1]) == "AT_END"
    if ends:
        tokens = tokens[:-1]
    if tokens and str(tokens[0][0]) == "AT" and str(tokens[0][1]) == "AT_BEGINNING":
        tokens = tokens[1:]
    if not all(map(_alike, tokens)):
        return None
    if ends:
        spelled, count = _END.subn(r"\1(?:\\n?\\z)", pattern)
        if not count:
            return None
        pattern = spelled
    pieces = re.findall(r"\\.|[^\\]", pattern, re.DOTALL)
    if any(len(piece) == 2 and piece[1].isalnum() and piece not in (*_DIGITS, r"\n", r"\t", r"\z") for piece in pieces):
        return None
    return "".join(_DIGITS.get(piece, piece) for piece in pieces)


def _alike(token: tuple[Any, Any]) -> bool:
    name, content = str(token[0]), token[1]
    if name == "CATEGORY":
        return str(content) in ("CATEGORY_DIGIT", "CATEGORY_NOT_DIGIT")
    if name not in _ALIKE:
        return False
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        bounded = content[0] <= 1000 and (content[1] == _parser.MAXREPEAT or content[1] <= 1000)
        return bounded and all(map(_alike, content[2]))
    if name == "SUBPATTERN":
        return not content[1] and not content[2] and all(map(_alike, content[3]))
    if name == "BRANCH":
        return all(_alike(part) for branch in content[1] for part in branch)
    return name != "IN" or all(_alike(part) and part != (_parser.LITERAL, ord("[")) for part in content)
