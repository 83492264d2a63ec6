"""One published form: year, format, publisher and tables, from whatever file it comes in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import AuditError
from audit.form.cells import BLANK, Cell
from audit.form.keys import BLOCKS, COLUMNS, DOCUMENTS, ONLY_2021, RESULTS, STOCKS, rows_of
from audit.form.labels import ONE_OTHER
from audit.form.sources import open_source
from audit.form.stream import read_stream
from audit.form.tables import Cells, read_table2, read_table3, read_table4

_FEWEST_ROWS = 4
_YEAR = r"((?:19|20)\d\d|二[〇○零O][一二三四五六七八九〇○零O]{2})\s*年"
_TITLE = re.compile(_YEAR + r"\s*度?[^。；\n]{0,20}?政府信息公开[^。；\n]{0,12}?(?:报告|年报)")
_SPAN = re.compile(r"统\s*计\s*(?:期\s*限|时\s*间|周\s*期)[^。\d二]{0,12}" + _YEAR)
_OF_THE_YEAR = re.compile(_YEAR + r"\s*度")
_ANY_YEAR = re.compile(_YEAR)
_HAN = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")
_NAME = re.compile(r"([\u3400-\u9fff]{2,30}?)(?:关于)?(?:公布|发布|编制)?[《“]?\s*" + _YEAR + r"\s*度?\s*政府信息公开")
_OFFICE = re.compile(r"人民政府|办公[室厅]|管理?委员?会|管委会|^.*(?:年报|报告|首页)")


@dataclass(frozen=True)
class Form:
    """A form as read; every row and column of its format is there, blank where the file has none."""

    file: str
    year: int | None
    format: str
    publisher: str
    table2: Cells
    table3: Cells
    table4: Cells

    @property
    def glued(self) -> bool:
        """Whether figures had to be told apart by their sums: those sums then prove little."""
        return any(
            cell.glued for table in (self.table3, self.table4) for row in table.values() for cell in row.values()
        )

    @property
    def record(self) -> dict[str, Any]:
        """The contract's record (`design`, section 5.7), without the identities."""
        tables = {
            name: {row: {column: cell.value for column, cell in cells.items()} for row, cells in table.items()}
            for name, table in (("table3", self.table3), ("table4", self.table4))
        }
        return {"file": self.file, "year": self.year, "format": self.format, **tables}


def read_forms(paths: Sequence[Path]) -> list[Form]:
    """Every file's form.  Raises one AuditError that lists every file that could not be read."""
    forms: list[Form] = []
    faults: list[AuditError] = []
    for path in paths:
        try:
            forms.append(read_form(path))
        except AuditError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        listed = "\n".join(f"  {fault.where}: {fault.problem}. To do: {fault.remedy}" for fault in faults)
        raise AuditError(f"{len(faults)} of {len(paths)} files could not be read:\n{listed}")
    return forms


def read_form(path: Path) -> Form:
    """The form that one file holds.  Raises AuditError when the file cannot be read or holds no table of it."""
    source = open_source(path, str(path))
    table2, table3, table4 = read_table2(source.grids), read_table3(source.grids), read_table4(source.grids)
    if len(table3) < _FEWEST_ROWS or not table4 or not table2:
        stream2, stream3, stream4 = read_stream(source.text)
        table3 = max(table3, stream3, key=_filled)
        table2, table4 = table2 or stream2, table4 or stream4
    if not table3 and not table4:
        raise AuditError(
            "no table of the disclosure report form was found",
            where=str(path),
            remedy="looked for table 3 (rows such as 本年新收政府信息公开申请数量, 予以公开, 结转下年度继续办理) and "
            "table 4 (结果维持, 结果纠正, 其他结果, 尚未审结); give the file that holds them as text, not as a picture",
        )
    year = year_of(source.text)
    layout = format_of(table3, year)
    if ONE_OTHER in table3 and layout == "2019":
        table3.setdefault("other.other", table3[ONE_OTHER])
    return Form(
        str(path),
        year,
        layout,
        publisher_of(source.text),
        _whole(table2, DOCUMENTS, STOCKS),
        _whole(table3, rows_of(layout), COLUMNS),
        _whole(table4, BLOCKS, RESULTS),
    )


def format_of(table3: Cells, year: int | None) -> str:
    """ "2021" or "2019".

    The form of 2021 splits （六） into three rows: one of its two new rows decides for it, and a single row
    （六） against it.  Where the part is missing, the year decides; the form in force decides the rest.
    """
    if any(row in table3 for row in ONLY_2021):
        return "2021"
    if ONE_OTHER in table3:
        return "2019"
    return "2019" if year in (2019, 2020) else "2021"


def year_of(text: str) -> int | None:
    """The report year: the title's, else that of the statistics' span, else the year named most often."""
    folded = unicodedata.normalize("NFKC", text)
    for pattern in (_TITLE, _SPAN, _OF_THE_YEAR):
        match = pattern.search(folded)
        if match:
            return _number(match[1])
    named = Counter(match[1] for match in _ANY_YEAR.finditer(folded))
    return _number(named.most_common(1)[0][0]) if named else None


def _number(year: str) -> int:
    return int(year.translate(_HAN))


def publisher_of(text: str) -> str:
    """Whose report it is, as far as the title says; compared only, never shown."""
    match = _NAME.search(unicodedata.normalize("NFKC", text))
    return _OFFICE.sub("", match[1]) if match else ""


def _filled(table: Cells) -> int:
    return sum(cell.value is not None for cells in table.values() for cell in cells.values())


def _whole(table: Cells, rows: Sequence[str] | dict[str, str], columns: dict[str, str]) -> Cells:
    found: dict[str, dict[str, Cell]] = {}
    for row in rows:
        found[row] = {column: table.get(row, {}).get(column, BLANK) for column in columns}
    return found
