"""What outputs/ledger.jsonl says of each run, for showing; whether it may be believed is `audit verify`'s business."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audit.portal.files import LARGE, read_plain

LEDGER = "ledger.jsonl"
_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
_DIGEST = r"^[0-9a-f]{64}$"
_CODE = r"^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$"


class _Facts(BaseModel):
    """The facts of a line that the portal shows."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    seal: Annotated[str, Field(pattern=_DIGEST)] | None = None
    decision: str = ""
    code: Annotated[str, Field(pattern=_CODE)] | Literal[""] | None = None


class Line(BaseModel):
    """One event on record."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: str = Field(pattern=_TIME)
    event: str
    facts: _Facts = _Facts()
    number: int = Field(ge=1, lt=10**9)
    run: str


@dataclass(frozen=True)
class Record:
    """The lines about one run, in the order of the ledger."""

    lines: tuple[Line, ...] = ()

    def last(self, *events: str) -> Line | None:
        """The newest line with one of these events."""
        return next((line for line in reversed(self.lines) if line.event in events), None)


NO_RECORD = Record()


@dataclass(frozen=True)
class Ledger:
    """The ledger by run; `unread` counts lines that are no ledger lines."""

    records: dict[str, Record]
    size: int = 0
    unread: int = 0
    newest: Line | None = None

    def of(self, run: str) -> Record:
        """What is on record of one run (`huiji/2021/0001`)."""
        return self.records.get(run, NO_RECORD)


def read_ledger(outputs: Path) -> Ledger:
    """Every line that can be read; a missing ledger is an empty one."""
    content = read_plain(outputs / LEDGER, LARGE) or b""
    by_run: dict[str, list[Line]] = {}
    size = unread = 0
    newest = None
    for raw in content.splitlines():
        size += 1
        try:
            line = Line.model_validate_json(raw)
        except ValidationError:
            unread += 1
            continue
        newest = line
        by_run.setdefault(line.run, []).append(line)
    return Ledger({run: Record(tuple(lines)) for run, lines in by_run.items()}, size, unread, newest)


def digest_of(path: Path) -> str | None:
    """The SHA-256 of a small plain file; None when there is none."""
    content = read_plain(path)
    return None if content is None else hashlib.sha256(content).hexdigest()
