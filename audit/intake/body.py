"""What a row below the header is: a record, or a total, a note, the example, a repeated header, a bare number."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field

from audit.errors import DataFault
from audit.intake.cells import tidy
from audit.intake.header import Headers, Located
from audit.intake.sheets import Cell, Note, blank, written
from audit.intake.words import Place, fault
from audit.rulebook.examples import MARK, example
from audit.rulebook.tables import TableSpec

Row = tuple[int, tuple[Cell, ...]]
TOTAL = r"(?:本页|本表|全区|全年|累计|第?[一二三四1-4]季度|\d{1,2}月份?)?(合计|总计|小计|共计)(?:数|[::].*)?"
_PARTIAL = re.compile(r"小计|本页|季度|月")
NOTE = (
    r"(?:备?注|说明|填表说明|填报说明|制表(?:人|单位|日期)?|填表(?:人|日期)?|填报(?:人|单位|日期)|审核(?:人)?|负责人|(?:单位|科室|统计)负责人"
    r"|联系(?:人|电话)|数据来源|资料来源|截止日期|报送(?:人|单位|日期))\d*[::].*"
)
_TOTAL, _NOTE = re.compile(TOTAL), re.compile(NOTE, re.DOTALL)
_NUMBERING = frozenset(("序号", "序", "编次", "行次", "no", "no.", "#"))


@dataclass(frozen=True)
class Total:
    """A totals row: the records above it up to `after`, and its cells."""

    row: Row
    after: int
    partial: bool


@dataclass
class Body:
    """The records of a table, its totals rows, and what was left out."""

    records: list[Row] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def sort_rows(located: Located, spec: TableSpec, headers: Headers, shown: str, faults: list[DataFault]) -> Body:
    """Tell records from the rest; a row that could be either is noted as a fault."""
    body, sorter = Body(), _Sorter(located, spec, headers)
    place, name = Place(shown, located.sheet.name), located.sheet.name
    for row in located.sheet.rows:
        if row[0] <= located.last_row:
            continue
        kind, words = sorter.kind(row)
        if kind == "record":
            body.records.append(row)
        elif kind in ("example_changed", "banner"):
            faults.append(fault(kind, place.at(row[0]), words))
        elif kind:
            body.notes.append(Note(kind, words, sheet=name, row=row[0]))
            if kind == "total_row":
                body.totals.append(Total(row, len(body.records), bool(_PARTIAL.search(words))))
    return body


class _Sorter:
    def __init__(self, located: Located, spec: TableSpec, headers: Headers) -> None:
        self._located, self._headers = located, headers
        self._keys = [located.positions[name] for name in spec.key]
        codes = {name: spec.columns[name].codes for name in spec.key}
        self._codes = {located.positions[name]: {*known, *known.values()} for name, known in codes.items()}
        self._declared = set(located.positions.values())
        self._example = {located.positions[name]: written(cell) for name, cell in example(spec).items()}
        self._numbering = {
            place
            for place, head in enumerate(located.headers)
            if place not in self._declared and head.lower() in _NUMBERING
        }
        self._banners = {
            number: (a, b)
            for number, a, last, b in located.sheet.merges
            if number == last and sum(place in self._declared for place in range(a, min(b, 16384) + 1)) > 1
        }

    def kind(self, row: Row) -> tuple[str, str]:
        """What the row is, and the words by which it was known; "" for a row to pass over."""
        number, cells = row
        texts = {place: _text(cell) for place, cell in enumerate(cells) if not blank(cell)}
        voids = {place for at, place in self._located.sheet.voids if at == number} if self._located.sheet.voids else ()
        if not texts and not voids:
            return "", ""
        first = next(iter(texts.values()), "")
        if any(text.startswith(MARK) for text in texts.values()):
            same = all(written(tidy(_at(cells, place))[0]) == words for place, words in self._example.items())
            return ("example_row" if same else "example_changed"), next(t for t in texts.values() if t.startswith(MARK))
        if self._headers.name(_at(cells, self._keys[0])) and self._headers.matched(cells) > len(self._declared) // 2:
            return "repeated_header", first
        if label := self._total(texts):
            return "total_row", label
        if self._note(texts, first):
            return "note_row", " ".join(written(cell).strip() for cell in cells if not blank(cell))
        if number in self._banners and self._banners[number][0] in texts:
            return "banner", first
        if not voids and set(texts) <= self._numbering:
            return "numbering_row", first
        return "record", ""

    def _total(self, texts: dict[int, str]) -> str:
        """The label of a totals row: a record has its whole key, a total has not."""
        keys = {place: _squeezed(texts.get(place, "")) for place in self._keys}
        if all(key and (key in self._codes[place] or not _TOTAL.fullmatch(key)) for place, key in keys.items()):
            return ""
        return next((words for words in map(_squeezed, texts.values()) if _TOTAL.fullmatch(words)), "")

    def _note(self, texts: dict[int, str], first: str) -> bool:
        keyed = [texts[place] for place in self._keys if texts.get(place)]
        return bool(_NOTE.fullmatch(_squeezed(first))) and all(_NOTE.fullmatch(_squeezed(key)) for key in keyed)


def fill_merged(located: Located, records: list[Row]) -> dict[tuple[int, int], Cell]:
    """The cells of records that a cell merged downwards stands for, by row number and column."""
    numbers = [number for number, _ in records]
    by_number = dict(located.sheet.rows)
    found: dict[tuple[int, int], Cell] = {}
    for top, column, bottom, last in located.sheet.merges:
        if bottom == top or last != column or column not in located.positions.values():
            continue
        source = _at(by_number.get(top, ()), column)
        if blank(source):
            continue
        for number in numbers[bisect_left(numbers, top + 1) : bisect_left(numbers, bottom + 1)]:
            found[(number, column)] = source
    return found


def _at(cells: tuple[Cell, ...], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


def _text(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", written(cell)).strip()


def _squeezed(text: str) -> str:
    return "".join(text.split())
