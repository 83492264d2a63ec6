"""The worksheet of a file review: an Excel file with record keys to look up, filled in by people and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from audit.engagement.plan import first_fault
from audit.errors import DataFault, IntakeError, UsageError
from audit.findings.results import canonical_json
from audit.sampling.draw import Drawing
from audit.sampling.evaluate import DIRECTION
from audit.spreadsheet import inert

_HEADINGS = ("序号", "框内位置", "记录编号", "有无偏差（是/否）", "偏差原因", "核查人", "核查日期", "说明")
_WIDTHS = (6, 10, 34, 18, 28, 12, 12, 30)
_YES, _NO = {"是", "有", "yes", "y"}, {"否", "无", "no", "n"}
_FIRST_ROW = 5


@dataclass(frozen=True)
class Worksheet:
    """A filled worksheet: each drawn key with whether it deviates (None: not answered yet) and the cause."""

    drawing: Drawing
    answers: tuple[tuple[str, bool | None, str], ...]

    @property
    def open(self) -> int:
        """How many drawn records nobody has answered for yet."""
        return sum(deviates is None for _, deviates, _ in self.answers)

    @property
    def deviating(self) -> tuple[tuple[str, str], ...]:
        """Key and cause of every deviation."""
        return tuple((key, cause or "—") for key, deviates, cause in self.answers if deviates)


def write_worksheet(drawing: Drawing, folder: Path, title: str) -> tuple[Path, Path]:
    """Write `<table>.json` (the draw) and `<table>.xlsx` (the worksheet) into `folder`, which is made.

    Raises UsageError when the table was drawn from before: drawing until it suits is no sample.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept, sheet = folder / f"{drawing.table}.json", folder / f"{drawing.table}.xlsx"
    if kept.exists() or sheet.exists():
        raise UsageError(
            f"{drawing.table} was drawn from before",
            where=f"{folder.name}/{kept.name}",
            remedy="fill in that worksheet; to draw anew, file the old draw elsewhere and say why",
        )
    kept.write_text(canonical_json(drawing.model_dump(mode="json")), encoding="utf-8")
    _excel(drawing, sheet, title)
    return kept, sheet


def _excel(drawing: Drawing, path: Path, title: str) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font, Protection
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.create_sheet("sample", 0)
    del book["Sheet"]
    facts = f"总体{drawing.population}条，抽取{drawing.n}条；种子{drawing.seed}；抽样框摘要值{drawing.frame_digest}"
    for row, text in enumerate((title, facts, f"找不到原件的，按偏差填“是”并写明原因。{DIRECTION.zh}"), start=1):
        _put(sheet.cell(row, 1), text)
    for place, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True), start=1):
        _put(sheet.cell(_FIRST_ROW - 1, place), heading)
        sheet.cell(_FIRST_ROW - 1, place).font = Font(bold=True)
        sheet.column_dimensions["ABCDEFGH"[place - 1]].width = width
    for number, drawn in enumerate(drawing.drawn, start=1):
        row = _FIRST_ROW + number - 1
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = number, drawn.position
        _put(sheet.cell(row, 3), drawn.key)
        for place in range(4, 9):
            sheet.cell(row, place).protection = Protection(locked=False)
    answers = DataValidation(type="list", formula1='"是,否"', allow_blank=True)
    sheet.add_data_validation(answers)
    answers.add(f"D{_FIRST_ROW}:D{_FIRST_ROW + drawing.n - 1}")
    sheet.freeze_panes = f"A{_FIRST_ROW}"
    book.save(path)


def _put(cell: Any, text: str) -> None:
    """Text that stays text: a key is what some department typed."""
    cell.value = inert(text)
    cell.data_type = "s"


def read_worksheet(kept: Path) -> Worksheet:
    """The draw at `kept` (`<table>.json`) with the answers of the worksheet beside it.

    Raises IntakeError with the place of each fault.
    """
    shown = f"{kept.parent.name}/{kept.name}"
    try:
        drawing = Drawing.model_validate(json.loads(kept.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        words = first_fault(error) if isinstance(error, ValidationError) else "it is not JSON"
        remedy = "restore the file as audit sample draw wrote it"
        raise IntakeError([DataFault(shown, f"the draw cannot be read: {words}", remedy)]) from None
    path = kept.with_suffix(".xlsx")
    rows = _rows(path)
    faults: list[DataFault] = []
    answers: list[tuple[str, bool | None, str]] = []
    for number, drawn in enumerate(drawing.drawn):
        row = rows[number] if number < len(rows) else (None,) * len(_HEADINGS)
        line = _FIRST_ROW + number
        if str(row[2] or "") != inert(drawn.key):
            remedy = "keep the drawn records in the order in which they were written"
            faults.append(DataFault(path.name, "not the record that was drawn", remedy, row=line, value=drawn.key))
            continue
        said = str(row[3] or "").strip().lower()
        if said and said not in _YES | _NO:
            faults.append(DataFault(path.name, "neither yes nor no", "write 是 or 否", row=line, value=said))
        answers.append((drawn.key, said in _YES if said else None, str(row[4] or "").strip()))
    if faults:
        raise IntakeError(faults)
    return Worksheet(drawing, tuple(answers))


def _rows(path: Path) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook

    try:
        sheet = load_workbook(path, data_only=True)["sample"]
    except Exception:  # openpyxl raises whatever the damaged part of the file happens to break
        fault = DataFault(path.name, "the worksheet cannot be read", "restore it, with its sheet named sample")
        raise IntakeError([fault]) from None
    return list(sheet.iter_rows(min_row=_FIRST_ROW, max_col=len(_HEADINGS), values_only=True))
