"""Where a table begins: the sheet and the row whose cells are the declared headers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from audit.errors import DataFault
from audit.intake.sheets import Cell, Delivery, Note, Sheet, blank, written
from audit.intake.words import Place, fault
from audit.rulebook.tables import Column, TableSpec

_LOOKED_AT = 60
_QUOTES = str.maketrans("", "", "\"'“”‘’「」")
_MARKS = re.compile(r"[*＊※†‡#①-⑳⑴-⒇¹²³⁰-⁹]+|\[\d+\]|【注?\d+】|注\d+$")
_BRACKET = re.compile(r"(.+?)[(\[]([^()\[\]]{1,20})[)\]]$")
_HINTS = re.compile(
    r"必填|选填|可空|可为空|下拉选择|文本|数字|日期|年月日|年/月/日|格式.*|yyyy.?mm.?dd|required|optional",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"(?:(?:计量)?单位[::]?)?([百千万亿]?(?:件|起|宗|个|人|名|人次|次|份|册|条|项|本|学时|课时|小时|分钟|天|日|月|年|分|元|户|家|所|期|场|台|辆|%|‰)?)"
)


@dataclass(frozen=True)
class Located:
    """A table found on a sheet: where its header ends, which column is where, what is not read."""

    sheet: Sheet
    last_row: int
    headers: tuple[str, ...]
    positions: dict[str, int]
    ignored: tuple[str, ...]
    notes: tuple[Note, ...]


class Headers:
    """The headers that a table accepts."""

    def __init__(self, spec: TableSpec) -> None:
        """Chinese and English title, synonyms and the column's own name, in any width and spacing."""
        self._spec = spec
        self._exact = {
            header: name
            for name, column in spec.columns.items()
            for header in (name, column.title.zh, column.title.en, *column.also)
        }
        self._loose: dict[str, str] = {}
        for header, name in self._exact.items():
            self._loose.setdefault(loose(header), name)

    def name(self, cell: Cell) -> str | None:
        """The column that a header names."""
        return self._name_and_unit(cell)[0]

    def unit_doubt(self, cell: Cell) -> str:
        """A unit in the header's brackets that is not the column's, or ""."""
        return self._name_and_unit(cell)[1]

    def matched(self, row: Sequence[Cell]) -> int:
        """How many declared columns a row names."""
        return len({name for cell in row if (name := self.name(cell))})

    def exact(self, cell: Cell) -> bool:
        """True when the header is written as declared."""
        return written(cell).strip() in self._exact

    def _name_and_unit(self, cell: Cell) -> tuple[str | None, str]:
        if not isinstance(cell, str) or len(cell) > 200:
            return None, ""
        text = loose(cell)
        if text in self._loose:
            return self._loose[text], ""
        text = loose(_MARKS.sub("", cell))
        unit = ""
        while text and text not in self._loose:
            bracket = _BRACKET.fullmatch(text)
            if not bracket:
                return None, ""
            text, inside = bracket[1], bracket[2]
            if not _HINTS.fullmatch(inside):
                match = _UNIT.fullmatch(inside)
                if not match:
                    return None, ""  # the brackets are part of another column's name
                unit = match[1]
        name = self._loose.get(text)
        if not name or not unit:
            return name, ""
        return self._with_unit(name, self._spec.columns[name], unit)

    @staticmethod
    def _with_unit(name: str, column: Column, unit: str) -> tuple[str | None, str]:
        if column.type not in ("integer", "decimal"):
            return None, ""
        return name, "" if unit == loose(column.unit) else unit


def loose(header: str) -> str:
    """A header without what does not tell it from others: width, spaces, line breaks, quotation marks, case."""
    return "".join(unicodedata.normalize("NFKC", header).translate(_QUOTES).split()).casefold()


def locate(
    delivery: Delivery, spec: TableSpec, headers: Headers, shown: str, faults: list[DataFault]
) -> Located | None:
    """The sheet and row that hold the table, or None after noting why not."""
    if not any(sheet.rows for sheet in delivery.sheets):
        faults.append(fault("no_header", Place(shown)))
        return None
    best = {place: _best_row(sheet, headers) for place, sheet in enumerate(delivery.sheets)}
    whole = [place for place, (count, _) in best.items() if count == len(spec.columns)]
    seen = [place for place in whole if not delivery.sheets[place].hidden]
    if len(seen) > 1:
        names = "、".join(delivery.sheets[place].name for place in seen)
        faults.append(fault("many_sheets", Place(shown), names=names))
        return None
    if whole and not seen:
        faults.append(fault("hidden_only", Place(shown, delivery.sheets[whole[0]].name)))
        return None
    visible = [place for place, sheet in enumerate(delivery.sheets) if not sheet.hidden]
    chosen = seen[0] if seen else max(visible, key=lambda place: best[place][0], default=None)
    if chosen is None or best[chosen][0] == 0:
        accepted = "、".join(column.title.zh for column in spec.columns.values())
        faults.append(fault("no_match", Place(shown), title=spec.title.zh, headers=accepted))
        return None
    others = [_other(sheet) for place, sheet in enumerate(delivery.sheets) if place != chosen]
    return _located(delivery.sheets[chosen], best[chosen][1], spec, headers, (shown, others, faults))


def _other(sheet: Sheet) -> Note:
    return Note("hidden_sheet" if sheet.hidden else "other_sheet", sheet.name, sheet=sheet.name)


def _best_row(sheet: Sheet, headers: Headers) -> tuple[int, int]:
    """(columns named, place in `sheet.rows`) of the row that names most; the first of equals."""
    counts = [headers.matched(_through_merges(sheet, place)) for place in range(min(len(sheet.rows), _LOOKED_AT))]
    best = max(counts, default=0)
    return best, counts.index(best) if counts else 0


def _through_merges(sheet: Sheet, place: int) -> tuple[Cell, ...]:
    """A row in which a cell merged downwards shows the text that it shows on the screen."""
    number, cells = sheet.rows[place]
    over = [m for m in sheet.merges if m[0] < number <= m[2] and m[1] == m[3]]
    if not over:
        return cells
    above = dict(sheet.rows[max(0, place - 10) : place])
    shown = list(cells) + [None] * (1 + max(m[1] for m in over) - len(cells))
    for top, column, _, _ in over:
        source = above.get(top, ())
        if blank(shown[column]) and column < len(source):
            shown[column] = source[column]
    return tuple(shown)


def _located(
    sheet: Sheet, place: int, spec: TableSpec, headers: Headers, report: tuple[str, list[Note], list[DataFault]]
) -> Located | None:
    shown, notes, faults = report
    number, row = sheet.rows[place][0], _through_merges(sheet, place)
    where, before = Place(shown, sheet.name, number), len(faults)
    positions: dict[str, int] = {}
    ignored: list[str] = []
    for position, cell in enumerate(row):
        text, name = written(cell).strip(), headers.name(cell)
        if name is None:
            ignored.append(text)
            continue
        column = spec.columns[name]
        title, at = column.title.zh, where.at(None, text, position)
        if name in positions:
            faults.append(fault("double_column", at, title=title))
        elif unit := headers.unit_doubt(cell):
            faults.append(fault("header_unit", at, text, unit=unit, expected=column.unit or "—", title=title))
        positions.setdefault(name, position)
        if not headers.exact(cell):
            notes.append(Note("header", written(cell), title, sheet.name, number))
    for name, column in spec.columns.items():
        if name not in positions:
            title, accepted = column.title.zh, "、".join((column.title.zh, *column.also))
            faults.append(fault("missing_column", where.at(None, title), title=title, headers=accepted, name=name))
    if len(faults) > before:
        return None
    titles = ("　".join(written(cell) for cell in cells if not blank(cell)) for _, cells in sheet.rows[:place])
    above = zip((number for number, _ in sheet.rows[:place]), titles, strict=True)
    notes += [Note("title_row", title, sheet=sheet.name, row=at) for at, title in above]
    last = max([number, *(m[2] for m in sheet.merges if m[0] == number and m[1] in positions.values())])
    texts = tuple(written(cell).strip() for cell in row)
    return Located(sheet, last, texts, positions, tuple(text for text in ignored if text), tuple(notes))
