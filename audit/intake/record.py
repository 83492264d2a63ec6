"""The intake record: everything that was done to what the departments sent, cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from audit.spreadsheet import inert

COLUMNS = ("file", "sheet", "row", "column", "before", "after", "what")


@dataclass(frozen=True)
class Repair:
    """One change between the delivered file and the table.

    `what` is one or more words of `words.REPAIRS`; `row` is None for what concerns a whole file or sheet.
    Cells of confidential columns are masked before they come here.
    """

    file: str
    sheet: str
    row: int | None
    column: str
    before: str
    after: str
    what: str


def intake_csv(repairs: Iterable[Repair]) -> str:
    """The record as a file: one repair a row, inert in every spreadsheet program."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for repair in repairs:
        writer.writerow([inert("" if cell is None else str(cell)) for cell in astuple(repair)])
    return out.getvalue()
