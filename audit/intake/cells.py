"""From a raw cell to a typed value: text stays text, codes and numbers and dates are recognised, nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pandas as pd

from audit.intake.amounts import DoubtError, read_number
from audit.intake.days import read_day
from audit.intake.sheets import Cell, written
from audit.model import Text
from audit.rulebook.tables import Column

Parsed = tuple[object, list[str]]
"""A value, and what was done to read it: words of `words.REPAIRS`."""
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_BREAK = re.compile(r"[ \t\u3000\xa0]*(?:\r\n|[\r\n\x0b\x0c\u2028\u2029])+[ \t\u3000\xa0]*")
_EXCEL_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
_DASHES = frozenset(("/", "-", "—", "–", "——", "--"))
_MOST_EXACT = 10**15


def reader(column: Column, is_key: bool, from_1904: bool) -> Callable[[Cell], Parsed]:
    """What turns a column's raw cells into typed values.  The function raises DoubtError."""
    codes = _codes(column)

    def read(cell: Cell) -> Parsed:
        tidied, repairs = tidy(cell)
        if tidied in (None, ""):
            return None, []
        if isinstance(tidied, str) and tidied in _EXCEL_ERRORS:
            raise DoubtError("cell_error")
        match column.type:
            case "date":
                day, more = read_day(tidied, from_1904)
                return (None if day is None else pd.Timestamp(day)), repairs + more
            case "integer" | "decimal":
                number, more = read_number(tidied, column)
                return number, repairs + more
            case "code":
                value, more = codes(tidied)
                return value, repairs + more
        value, more = _text(tidied, is_key)
        return value, repairs + more

    return read


def tidy(cell: Cell) -> tuple[Cell, list[str]]:
    """The cell without spaces around it and line breaks in it; other cells than text are left as they are."""
    if not isinstance(cell, str):
        return cell, []
    repairs = []
    text = cell.strip().strip(_INVISIBLE).strip()
    if text != cell:
        repairs.append("spaces")
    joined = _BREAK.sub(lambda found: _joint(text, found), text)
    if joined != text:
        repairs.append("line_break")
    return joined, repairs


def _joint(text: str, found: re.Match[str]) -> str:
    """A line broken between Latin words needs a space in its place; one broken in Chinese needs nothing."""
    return " " if text[found.start() - 1].isascii() and text[found.end()].isascii() else ""


def shown(value: object) -> str:
    """A typed value as it stands in the intake record."""
    return written(value.date() if isinstance(value, pd.Timestamp) else value)


def _text(cell: Cell, is_key: bool) -> Parsed:
    if isinstance(cell, str):
        return cell, []
    if isinstance(cell, bytes):
        raise DoubtError("date_for_text")
    if isinstance(cell, bool):
        return written(cell), []
    if isinstance(cell, (int, float, Decimal)):
        if isinstance(cell, float) and abs(cell) >= _MOST_EXACT:
            raise DoubtError("long_number")
        text = format(cell, ".15g") if isinstance(cell, float) and not cell.is_integer() else written(cell)
        return text, ["number_as_text"]
    if isinstance(cell, (date, datetime, time, timedelta)):
        if is_key:
            raise DoubtError("date_for_text")
        return written(cell), ["date_as_text"]
    return str(cell), []


def _codes(column: Column) -> Callable[[Cell], Parsed]:
    exact = {label: code for code, label in column.codes.items()} | {code: code for code in column.codes}
    loose = {_loose(word): code for word, code in exact.items()}
    labels = "、".join(column.codes.values())

    def read(cell: Cell) -> Parsed:
        word = written(cell)
        if word in exact:
            return exact[word], []
        if word in _DASHES:
            return None, ["dash"]
        if _loose(word) in loose:
            return loose[_loose(word)], ["code_form"]
        raise DoubtError("code", labels=Text(zh=labels, en=labels))

    return read


def _loose(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).translate(_QUOTES).split()).casefold()


_QUOTES = str.maketrans("", "", "\"'“”‘’「」")
