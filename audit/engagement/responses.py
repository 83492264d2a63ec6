"""responses.csv: what was decided about each finding (comply or explain); survives re-runs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from audit.engagement.plan import first_fault
from audit.engagement.register import read_rows
from audit.errors import DataFault, IntakeError
from audit.model import Strict

COLUMNS = ("finding_id", "status", "by", "on", "text")


class Disposition(Strict):
    """What was decided about one finding, by whom, when, and why."""

    status: Literal["open", "explained", "accepted", "corrected"] = "open"
    by: str = ""
    on: str = ""
    text: str = ""


def read_responses(folder: Path) -> dict[str, Disposition]:
    """Read `folder/responses.csv` by finding id; no file means that nothing has been answered yet.

    Raises EngagementError for wrong columns and IntakeError with every faulty row.
    """
    path = folder / "responses.csv"
    shown = f"{folder.parent.name}/{folder.name}/responses.csv"
    if not path.exists():
        return {}
    rows = read_rows(path, COLUMNS, shown)
    faults: list[DataFault] = []
    found: dict[str, Disposition] = {}
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(COLUMNS, row, strict=False))
        finding = cells.pop("finding_id", "").strip()
        if any(cell.strip() for cell in row[len(COLUMNS) :]):
            problem = f"the row has {len(row)} cells, not {len(COLUMNS)}"
            remedy = "put text that holds a comma in quotation marks"
            faults.append(DataFault(shown, problem, remedy, row=number, value=finding))
            continue
        if not finding:
            faults.append(DataFault(shown, "an answer to no finding", "fill in finding_id", row=number))
            continue
        try:
            disposition = Disposition.model_validate(cells)
        except ValidationError as error:
            faults.append(DataFault(shown, first_fault(error), "see the README", row=number, value=finding))
            continue
        if finding in found:
            faults.append(DataFault(shown, "a second answer to one finding", "keep one", row=number, value=finding))
        if disposition.status != "open" and not (disposition.by and disposition.on and disposition.text):
            remedy = "fill by, on and text: an answer needs a name, a date and a reason"
            faults.append(DataFault(shown, "an answer without its reason", remedy, row=number, value=finding))
        found[finding] = disposition
    if faults:
        raise IntakeError(faults)
    return found
