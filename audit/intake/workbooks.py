"""XLSX, XLSM and XLS through calamine, once the package has been looked through."""

from __future__ import annotations

import io
import re

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from audit.intake.package import Package, Survey, survey_package
from audit.intake.sheets import Cell, Delivery, Note, Sheet
from audit.intake.words import Place, RefusedError, fault

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# In an old workbook the record FILEPASS comes directly after the first one.
_LOCKED = re.compile(rb"\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00[\x04-\xff]\x00", re.DOTALL)


def read_workbook(content: bytes, shown: str) -> Delivery:
    """Every worksheet of an Excel workbook.  Raises RefusedError."""
    if not content.startswith(b"PK") and (_ENCRYPTED in content or _LOCKED.search(content)):
        raise RefusedError(fault("password", Place(shown)))
    package = survey_package(content, shown) if content.startswith(b"PK") else None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheets = tuple(
                _sheet(
                    book.get_sheet_by_name(sheet.name),
                    sheet.visible is not SheetVisibleEnum.Visible,
                    sheet.name,
                    package,
                )
                for sheet in book.sheets_metadata
                if sheet.typ is SheetTypeEnum.WorkSheet
            )
    except PasswordError:
        raise RefusedError(fault("password", Place(shown))) from None
    except (CalamineError, ValueError, OSError):
        raise RefusedError(fault("no_workbook", Place(shown))) from None
    except BaseException as error:
        # calamine is compiled; where it stumbles over its own assumptions its binding raises outside of Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise RefusedError(fault("no_workbook", Place(shown))) from None
    return Delivery(sheets, (Note("macros", "vbaProject.bin"),) if package and package.macros else ())


def _sheet(source: CalamineSheet, hidden: bool, name: str, package: Package | None) -> Sheet:
    survey = (package.surveys.get(name) if package else None) or Survey()
    offset = (None,) * (source.start[1] if source.start else 0)
    rows = []
    for number, row in enumerate(source.iter_rows(), start=1):
        cells: tuple[Cell, ...] = (*offset, *(None if cell == "" else cell for cell in row))
        if any(cell is not None for cell in cells) or any(number == void for void, _ in survey.voids):
            rows.append((number, cells))
    merges = survey.merges if package else [(a + 1, b, c + 1, d) for (a, b), (c, d) in source.merged_cell_ranges or ()]
    from_1904 = package.date1904 if package else False
    return Sheet(name, tuple(rows), hidden, tuple(merges), survey.voids, from_1904)
