"""Dates as departments write them; one that can be read in two ways is a question."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from audit.intake.amounts import DoubtError
from audit.intake.sheets import Cell

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WRITTEN = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})[日号]")
_RUN_ON = re.compile(r"\d{8}")
_TIME = re.compile(r"[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")
_ORDER = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_SHORT = re.compile(r"'?\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_SERIAL = re.compile(r"\d{5}")
_DASHES = frozenset("-—–/\\") | {"--", "——", "－", "／"}
_EPOCH = date(1899, 12, 30)
# 1980 to 2100: a smaller or larger bare number is more likely something else.
_SERIALS = range(29221, 73416)


def read_day(cell: Cell, from_1904: bool = False) -> tuple[date | None, list[str]]:
    """The day, and what was done to read it.  Raises DoubtError."""
    if isinstance(cell, datetime):
        if cell.time() != datetime.min.time():
            raise DoubtError("date_time")
        return _of_our_time(cell.date()), []
    if isinstance(cell, date):
        return _of_our_time(cell), []
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _number(cell, from_1904)
    if not isinstance(cell, str):
        raise DoubtError("date")
    return _text(cell, from_1904)


def _number(cell: float, from_1904: bool) -> tuple[date, list[str]]:
    if not float(cell).is_integer():
        raise DoubtError("date_time" if int(cell) in _SERIALS else "date")
    whole = int(cell)
    if whole in _SERIALS and not from_1904:
        return _EPOCH + timedelta(days=whole), ["excel_serial"]
    if _RUN_ON.fullmatch(str(whole)):
        return _run_on(str(whole)), ["date_form"]
    raise DoubtError("date")


def _text(cell: str, from_1904: bool) -> tuple[date | None, list[str]]:
    if match := _ISO.fullmatch(cell):
        return _day(*match.groups()), []
    text = unicodedata.normalize("NFKC", cell).strip()
    if text in _DASHES:
        return None, ["dash"]
    repairs = [] if text == cell else ["width"]
    if time := _TIME.search(text):
        if any(int(part) for part in time.groups() if part):
            raise DoubtError("date_time")
        text = text[: time.start()].strip()
        repairs.append("midnight")
    text = re.sub(r"\s", "", text)
    if _ISO.fullmatch(text):
        return _day(*text.split("-")), repairs
    if match := _WRITTEN.fullmatch(text):
        return _day(*(match.group(1, 3, 4) if match[1] else match.group(5, 6, 7))), [*repairs, "date_form"]
    if _RUN_ON.fullmatch(text):
        return _run_on(text), [*repairs, "date_form"]
    if _SERIAL.fullmatch(text) and int(text) in _SERIALS and not from_1904:
        return _EPOCH + timedelta(days=int(text)), [*repairs, "excel_serial"]
    raise DoubtError("date_order" if _ORDER.fullmatch(text) else "date_year" if _SHORT.fullmatch(text) else "date")


def _run_on(digits: str) -> date:
    return _day(digits[:4], digits[4:6], digits[6:])


def _day(year: str, month: str, day: str) -> date:
    try:
        return _of_our_time(date(int(year), int(month), int(day)))
    except ValueError as error:
        raise error if isinstance(error, DoubtError) else DoubtError("date") from None


def _of_our_time(day: date) -> date:
    if not 1900 <= day.year <= 2100:
        raise DoubtError("date_range")
    return day
