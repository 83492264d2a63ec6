"""The form in running text: labels and figures after one another, as a page copied or stripped of its tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import product
from math import prod

from audit.form.cells import BLANK, Cell, State, read_cell, unglue
from audit.form.keys import COLUMNS, PARTS, RESULTS, STOCKS
from audit.form.labels import ONE_OTHER, TABLE_4, column_named, group_in, has_words, rows_named, words_of
from audit.form.tables import Cells, header_names, keep

# A digit with a full stop before a Chinese character numbers the label that follows; it is no figure.
_ORDINAL = re.compile(r"[(（](\d)[)）]|(\d)[.．、](?=\s*[\u3400-\u9fff“\"'‘])")
_CIRCLED = re.compile(r"[①-⑩]")
_PIECE = re.compile(r"⟨\d⟩|[+-]?\d[\d,]*(?:\.\d+)?[件宗条]?|[/\\—–―-]+|无(?![\u3400-\u9fff])|\s+|[^\d\s/\\—–―⟨-]+")
_START = re.compile(r"新\s*收\s*政\s*府\s*信\s*息|上\s*年\s*(?:度\s*)?结\s*转\s*政\s*府\s*信\s*息")
_BEFORE, _AFTER = 400, 8000
_TABLE_2 = re.compile(r"现\s*行\s*有\s*效(?:(?!新收)[\s\S]){0,600}")
_TABLE_4 = re.compile(r"尚\s*未\s*审\s*结")
_FEWEST_ROWS = 6
_MOST_COMBINATIONS = 4096


def read_stream(text: str) -> tuple[Cells, Cells, Cells]:
    """Tables 2, 3 and 4 as far as the running text holds them."""
    marked = _mark(text)
    start = next((match.start() for match in _START.finditer(marked) if _numbers_follow(marked, match.end())), -1)
    pairs = _pairs(marked[start : start + _AFTER]) if start >= 0 else []
    names = _header(marked[max(0, start - _BEFORE) : max(start, 0)])
    table3 = _table3(pairs, names)
    stocks = next((_pairs(match.group()) for match in _TABLE_2.finditer(marked)), [])
    return _table2(stocks), table3 if len(table3) >= _FEWEST_ROWS else {}, _table4(marked)


def _mark(text: str) -> str:
    circled = _CIRCLED.sub(lambda match: f"⟨{unicodedata.normalize('NFKC', match.group())}⟩", text)
    folded = unicodedata.normalize("NFKC", circled.replace("\r\n", "\n")).replace("|", " ")
    return _ORDINAL.sub(lambda match: f"⟨{match[1] or match[2]}⟩", folded)


def _numbers_follow(text: str, end: int) -> bool:
    """Whether figures stand behind the label, as in the form, and not words, as in a sentence."""
    return bool(re.match(r"[\u3400-\u9fff\s|()（）:：]{0,30}?[\s|:：]*[\d/—\-]", text[end : end + 60]))


def _pairs(text: str) -> list[tuple[str, str]]:
    """(words, the figures between them and the next words), in order."""
    pairs: list[tuple[str, str]] = []
    words, figures = "", ""
    for piece in _PIECE.findall(text):
        if piece.startswith("⟨") or (has_words(piece) and read_cell(piece).state is State.UNREADABLE):
            if figures.strip():
                pairs.append((words, figures))
                words, figures = "", ""
            words += (figures if not figures.strip() else "") + piece
            figures = ""
        elif piece.isspace() or piece[0].isdigit() or read_cell(piece).state is not State.UNREADABLE:
            figures += piece
    return [*pairs, (words, figures)]


def _header(text: str) -> list[str]:
    found = {name for piece in re.split(r"[\s|]+", text) if (name := column_named(piece))}
    glued = {"自然人": "natural_person", "商业企业": "business", "科研": "research", "公益": "public_interest"}
    glued |= {"法律服务": "legal_service", "总计": "total"}
    found |= {name for words, name in glued.items() if words in words_of(text)}
    found |= {"other_org"} if re.search(r"机构其[他它]|组织其[他它]$", words_of(text)) else set()
    names = header_names(found)
    return names if len(names) > 1 else header_names(("natural_person", *_ALL))


_ALL = ("business", "research", "public_interest", "legal_service", "other_org", "total")


def _table3(pairs: Iterable[tuple[str, str]], names: list[str]) -> Cells:
    table: Cells = {}
    doubtful: dict[str, list[dict[str, Cell]]] = {}
    sizes = (len(names),) if names[-1] == "total" else ()
    group = ""
    for words, figures in pairs:
        group = group_in(words, group)
        named = rows_named(words, group)
        for passed in named[:-1]:
            keep(table, passed, {})
        if named:
            readings = [dict(zip(names, cells, strict=True)) for cells in figures_in(figures, len(names), sizes)]
            if len(readings) > 1 and not table.get(named[-1]):
                doubtful.setdefault(named[-1], readings)
            keep(table, named[-1], readings[0] if len(readings) == 1 else {})
        elif "carried_out" in table:
            break
    return table | settle(table, doubtful)


def settle(table: Cells, doubtful: dict[str, list[dict[str, Cell]]]) -> Cells:
    """The one combination of readings with which every column adds up; nothing if there is none or another."""
    if prod(len(readings) for readings in doubtful.values()) > _MOST_COMBINATIONS:
        return {}
    found = []
    for readings in product(*doubtful.values()):
        chosen = dict(zip(doubtful, readings, strict=True))
        if _adds_up(table | chosen):
            found.append(chosen)
    return found[0] if len(found) == 1 else {}


def _adds_up(table: Cells) -> bool:
    parts = [row for row in (*PARTS, ONE_OTHER) if row in table]
    for column in COLUMNS:
        for left, right in (
            (["new_received", "carried_in"], ["outcome_total", "carried_out"]),
            (["outcome_total"], parts),
        ):
            sides = [[table.get(row, {}).get(column, BLANK).value for row in side] for side in (left, right)]
            known = [[value for value in side if value is not None] for side in sides]
            if known == sides and sum(known[0]) != sum(known[1]):
                return False
    return True


def figures_in(text: str, count: int, sizes: Sequence[int] = ()) -> list[list[Cell]]:
    """The readings of the text between two labels as `count` cells; none where it is not known which is which.

    The cells are separated by white space, or stand one a line with blank lines for blank cells, or are glued;
    then the sums of `sizes` must tell them apart, which may allow more than one reading.
    """
    pieces = text.split()
    if len(pieces) == count:
        return [[read_cell(piece) for piece in pieces]]
    lines = text.split("\n")[1:-1]
    if len(lines) == count and len(pieces) < count:
        return [[read_cell(line) for line in lines]]
    # With more pieces a cell is missing, and a number must not be split to make up for it.
    readings = unglue(pieces, sizes) if sizes and len(pieces) <= count // 2 else []
    return [[Cell(number, State.COUNT, glued=True) for number in reading] for reading in readings]


def _table4(text: str) -> Cells:
    found = _TABLE_4.search(text)
    start = max(0, found.start() - _BEFORE) if found else len(text)
    for words, figures in _pairs(text[start : start + _BEFORE + _AFTER]):
        text = words_of(words)
        if "尚未审结" in text and "复议后" in text:
            readings = figures_in(figures, len(TABLE_4), (len(RESULTS),) * 3)
            if len(readings) == 1:
                table: Cells = {}
                for (block, result), cell in zip(TABLE_4, readings[0], strict=True):
                    table.setdefault(block, {})[result] = cell
                return table
    return {}


def _table2(pairs: Iterable[tuple[str, str]]) -> Cells:
    table: Cells = {}
    for words, figures in pairs:
        text = words_of(words)
        name = "rules" if text.endswith("规章") else "normative_documents" if text.endswith("规范性文件") else ""
        digits = "".join(figures.split())
        readings = figures_in(figures, len(STOCKS))
        if not readings and digits == "0" * len(STOCKS):
            readings = [[Cell(0, State.COUNT)] * len(STOCKS)]
        if name and readings:
            keep(table, name, dict(zip(STOCKS, readings[0], strict=True)))
    return table
