"""What a new year takes over from an earlier one: the plan, the claims without their figures, what is still open."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.engagement import Disposition, Engagement, read_claims, read_engagement, read_responses
from audit.engagement.claims import COLUMNS
from audit.errors import EngagementError
from audit.spreadsheet import inert

FOLLOW_UP = ("finding_id", "status", "by", "on", "text", "severity", "title", "condition")


@dataclass(frozen=True)
class Carried:
    """An earlier year's plan, claims as rows of claims.csv, and open dispositions as rows of follow_up.csv."""

    plan: Engagement | None = None
    claims: tuple[tuple[str, ...], ...] = ()
    open: tuple[tuple[str, ...], ...] = ()
    source: str = ""


def carry(data: Path, outputs: Path, district: str, year: int) -> Carried:
    """Read what engagement `year` leaves to its successor.

    Raises EngagementError or IntakeError when its own files cannot be used.
    """
    folder = data / district / str(year)
    plan = read_engagement(folder)
    claims = tuple(
        (claim.id, claim.measure, "", claim.unit, claim.scope, claim.flow_or_stock, claim.base, "", "")
        for claim in read_claims(folder)
    )
    responses = read_responses(folder)
    run, findings = _last_findings(outputs / district / str(year))
    still_open = {finding: answer for finding, answer in responses.items() if answer.status == "open"}
    raised = {
        entry["id"]: entry
        for entry in findings
        if entry["status"] == "fail" and responses.get(entry["id"], Disposition()).status == "open"
    }
    rows = tuple(_row(name, still_open.get(name), raised.get(name, {})) for name in sorted({*still_open, *raised}))
    source = f"{district}/{year}" + (f", run {run}" if run else "")
    return Carried(plan, claims, rows, source)


def _last_findings(folder: Path) -> tuple[str, list[dict[str, Any]]]:
    """The findings of the newest finished run, if there is one."""
    runs = sorted((path for path in folder.glob("[0-9]*") if path.name.isdigit()), key=lambda path: int(path.name))
    for run in reversed(runs):
        path = run / "data" / "1-conclusion" / "findings.json"
        if path.is_file():
            try:
                return run.name, json.loads(path.read_text(encoding="utf-8"))["findings"]
            except (ValueError, KeyError, TypeError):
                raise EngagementError(
                    "the findings of the earlier run cannot be read",
                    where=f"{folder.parent.name}/{folder.name}/{run.name}/data/1-conclusion/findings.json",
                    remedy="run the earlier year again, or move that run away",
                ) from None
    return "", []


def _row(name: str, answer: Disposition | None, finding: Mapping[str, Any]) -> tuple[str, ...]:
    answer = answer or Disposition()
    words = (finding.get("severity", ""), *(finding.get(part, {}).get("zh", "") for part in ("title", "condition")))
    return (name, answer.status, answer.by, answer.on, answer.text, *words)


def claims_csv(rows: Iterable[tuple[str, ...]]) -> str:
    """claims.csv with these rows."""
    return _csv(COLUMNS, rows, lambda cell: cell)


def follow_up_csv(rows: Iterable[tuple[str, ...]]) -> str:
    """follow_up.csv with these rows: for people, no run reads it."""
    return _csv(FOLLOW_UP, rows, inert)


def _csv(head: Iterable[str], rows: Iterable[tuple[str, ...]], keep: Callable[[str], str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(tuple(head))
    writer.writerows([keep(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
