"""Numbers as departments write them: full width, thousands, units, 万; a hedged number is a question."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from audit.intake.sheets import Cell
from audit.rulebook.tables import Column

_GROUPED = re.compile(r"(-?\d{1,3}(?:,\d{3})+)(\.\d+)?")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_PARTS = re.compile(r"(-?[\d,]+(?:\.\d+)?)\s*([万亿]?)\s*([^\d\s.,]*)")
_HEDGES = (
    "约",
    "近",
    "余",
    "多",
    "超",
    "逾",
    "左右",
    "以上",
    "以下",
    "不足",
    "不少于",
    "大概",
    "估",
    "至",
    "~",
    "～",
    ">",
    "<",
    "?",
)
_SCALES = {"": 1, "万": 10**4, "亿": 10**8}
_SAME_UNITS = {"件": ("件", "起", "宗"), "人": ("人", "名", "位")}
_MOST_DIGITS = {"integer": (18, 0), "decimal": (14, 4)}


class DoubtError(ValueError):
    """A cell that can be read in no way, or in more than one; `kind` is a word of `words.FAULTS`."""

    def __init__(self, kind: str, **fields: object) -> None:
        """`fields` fill the words in."""
        super().__init__(kind)
        self.kind, self.fields = kind, fields


def read_number(cell: Cell, column: Column) -> tuple[int | Decimal, list[str]]:
    """The number of an integer or decimal column, and what was done to read it.  Raises DoubtError."""
    repairs: list[str] = []
    if isinstance(cell, (float, int, Decimal)) and not isinstance(cell, bool):
        return _fit(_exact(cell, repairs), column), repairs
    if not isinstance(cell, str):
        raise DoubtError(column.type)
    text = unicodedata.normalize("NFKC", cell).replace("−", "-").strip()
    if text != cell:
        repairs.append("width")
    parts = _PARTS.fullmatch(text)
    if not parts:
        raise DoubtError(f"{column.type}_hedged" if any(word in text for word in _HEDGES) else column.type)
    digits, scale, unit = parts.groups()
    if unit:
        if any(word in unit for word in _HEDGES):
            raise DoubtError(f"{column.type}_hedged")
        if unit not in _SAME_UNITS.get(column.unit, (column.unit,)):
            raise DoubtError(f"{column.type}_unit", expected=column.unit or "—")
        repairs.append("unit")
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
        repairs.append("thousands")
    if not _PLAIN.fullmatch(digits):
        raise DoubtError(column.type)
    if scale:
        repairs.append("scale")
    value = Decimal(digits) * _SCALES[scale]
    if not scale and column.type == "integer" and "." in digits:
        repairs.append("zeros")
    return _fit(value, column), repairs


def _exact(cell: float | Decimal, repairs: list[str]) -> Decimal:
    """A spreadsheet keeps 15 digits; what comes after them is the noise of binary arithmetic."""
    if not isinstance(cell, float):
        return Decimal(cell)
    value = Decimal(format(cell, ".15g"))
    if float(value) != cell:
        repairs.append("float_noise")
    return value


def _fit(value: Decimal, column: Column) -> int | Decimal:
    if not value.is_finite():
        raise DoubtError(column.type)
    whole, places = _MOST_DIGITS[column.type]
    if abs(value) >= Decimal(10) ** whole or value != round(value, places):
        raise DoubtError(column.type)
    return int(value) if column.type == "integer" else round(value, places)
