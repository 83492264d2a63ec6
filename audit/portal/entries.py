"""One run as the portal shows it, read from its folder and its ledger lines, whatever state they are in."""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audit.archive.layout import CONCLUSION, PLAN, PROOF, REFERENCE
from audit.model import NOTHING, Family, Severity, Status, Text
from audit.portal.files import LARGE, SMALL, folders, is_plain, read_plain
from audit.portal.ledger import NO_RECORD, Ledger, Record, digest_of

_RUN, _YEAR = re.compile(r"\d{4,9}", re.ASCII), re.compile(r"\d{4}", re.ASCII)
_ON_RECORD = re.compile(r"([^/\\]+)/(\d{4})/(\d{4,9})", re.ASCII)
_SHOWN = {"html": "appendix.html", "pdf": "appendix.pdf", "excel": "appendix.xlsx"}
_COVER = "READ_ME_FIRST.html"
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_Count = Annotated[int, Field(ge=0, lt=10**9)]


class State(StrEnum):
    """What became of a run."""

    COMPLETE = "complete"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    ABANDONED = "abandoned"
    UNREADABLE = "unreadable"
    MISSING = "missing"


class Seal(StrEnum):
    """What can be seen of a run's seal without verifying it."""

    NONE = "none"
    SEALED = "sealed"
    GONE = "gone"
    OTHER = "other"


class _Loose(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Parameters(_Loose):
    district: str
    year: int
    gate: Severity = Severity.CRITICAL
    lang: Literal["zh", "en"] = "zh"


class _Where(_Loose):
    district: str
    year: int


class _Counts(_Loose):
    declared: _Count
    passed: _Count
    failed: _Count
    not_tested: _Count
    errors: _Count


class _Finding(_Loose):
    status: Status
    severity: Severity


class _Findings(_Loose):
    form: Literal["findings/1"] = Field(alias="schema")
    engagement: _Where
    reconciliation: dict[Family, _Counts]
    findings: list[_Finding]


class _Failure(_Loose):
    status: Literal["failed"]
    problem: str = ""


@dataclass(frozen=True)
class Entry:
    """One run: where it lies, what it found, what is on record of it.

    `exit_status` is that of `audit run` (0, 1, 3), None where nothing was concluded.  `counts` are the findings by
    severity, `claims` the published figures as (agreeing, declared); `lang` is the language of its appendix.
    """

    district: str
    year: int
    run: str
    state: State
    exit_status: int | None = None
    gate: Severity = Severity.CRITICAL
    lang: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    claims: tuple[int, int] | None = None
    why: str = ""
    files: dict[str, str] = field(default_factory=dict)
    record: Record = NO_RECORD
    seal: Seal = Seal.NONE
    signed: tuple[bool, bool] = (False, False)

    @property
    def place(self) -> str:
        """The run below the outputs folder, as the ledger names it."""
        return f"{self.district}/{self.year}/{self.run}"


@dataclass(frozen=True)
class Engagement:
    """What an engagement's own file says of it."""

    name: Text = NOTHING
    illustrative: bool = False
    fictional: bool = False


def clean(text: str, most: int = 200) -> str:
    """Text from a file in one line, without characters that hide or turn others, cut where it is too long."""
    flat = " ".join(_UNSEEN.sub("\ufffd", text.replace("\n", " ").replace("\t", " ")).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def read_entries(outputs: Path, ledger: Ledger) -> tuple[list[Entry], list[str]]:
    """Every run below `outputs` (a resolved folder) or on the ledger, and the names of folders that are no runs."""
    found: dict[str, Entry] = {}
    strange: list[str] = []
    for place, plain in _places(outputs):
        if not plain:
            strange.append(place)
            continue
        district, year, run = place.split("/")
        found[place] = _read(outputs, district, int(year), run, ledger.of(place))
    for place, record in ledger.records.items():
        matched = _ON_RECORD.fullmatch(place)
        if place not in found and matched and not matched[1].startswith("."):
            gone = Seal.GONE if record.last("sealed", "failed") else Seal.NONE
            found[place] = Entry(matched[1], int(matched[2]), matched[3], State.MISSING, record=record, seal=gone)
    return list(found.values()), strange


def _places(outputs: Path) -> Iterator[tuple[str, bool]]:
    """Each folder three levels down with whether it can be a run, and what stands there instead of one."""
    for district in folders(outputs)[0]:
        if district.startswith("."):
            continue
        years, others = folders(outputs / district)
        yield from ((f"{district}/{name}", False) for name in others if _YEAR.fullmatch(name))
        for year in years:
            if not _YEAR.fullmatch(year):
                yield f"{district}/{year}", False
                continue
            runs, others = folders(outputs / district / year)
            yield from ((f"{district}/{year}/{name}", False) for name in others if _RUN.fullmatch(name))
            for run in runs:
                if not run.endswith(".seal"):
                    yield f"{district}/{year}/{run}", _RUN.fullmatch(run) is not None


def _read(outputs: Path, district: str, year: int, run: str, record: Record) -> Entry:
    folder = outputs / district / str(year) / run
    seal, signed = _seal(folder.with_name(f"{run}.seal"), record)
    entry = Entry(district, year, run, State.UNFINISHED, record=record, seal=seal, signed=signed)
    failure = read_plain(folder / PROOF / "failure.json")
    if failure is not None or record.last("failed"):
        return _with(entry, state=State.FAILED, exit_status=3, why=_why(failure or b""))
    content = read_plain(folder / CONCLUSION / "findings.json", LARGE)
    if content is None:
        lost = os.path.lexists(folder / CONCLUSION / "findings.json") or record.last("sealed")
        state = State.UNREADABLE if lost else State.ABANDONED if record.last("abandoned") else State.UNFINISHED
        return _with(entry, state=state)
    try:
        document = _Findings.model_validate_json(content)
        parameters = _Parameters.model_validate_json(read_plain(folder / PLAN / "parameters.json") or b"")
    except ValidationError:
        return _with(entry, state=State.UNREADABLE)
    for named in (document.engagement, parameters):
        if (named.district, named.year) != (district, year):
            return _with(entry, state=State.UNREADABLE, why=f"{named.district}/{named.year}")
    failed = Counter(finding.severity for finding in document.findings if finding.status is Status.FAIL)
    broken = any(finding.status is Status.ERROR for finding in document.findings)
    reached = any(failed[severity] for severity in Severity if severity.rank <= parameters.gate.rank)
    claims = document.reconciliation.get(Family.CLAIM)
    return _with(
        entry,
        state=State.COMPLETE,
        exit_status=3 if broken else 1 if reached else 0,
        gate=parameters.gate,
        lang=parameters.lang,
        counts={severity.value: failed[severity] for severity in Severity},
        claims=(claims.passed, claims.declared) if claims else None,
        files=_files(folder),
    )


def _with(entry: Entry, **facts: object) -> Entry:
    return Entry(**{**entry.__dict__, **facts})


def _why(failure: bytes) -> str:
    try:
        return _Failure.model_validate_json(failure).problem
    except ValidationError:
        return ""


def _files(folder: Path) -> dict[str, str]:
    """The editions of the appendix that are there, by name, below the run folder."""
    here = {name: f"{CONCLUSION}/{file}" for name, file in _SHOWN.items() if is_plain(folder / CONCLUSION / file)}
    return {**({"cover": _COVER} if is_plain(folder / _COVER) else {}), **here}


def _seal(place: Path, record: Record) -> tuple[Seal, tuple[bool, bool]]:
    """Whether the seal lies where the ledger says and is the one on record; whether signature files lie beside it."""
    line = record.last("sealed", "failed")
    if line is None or line.facts.seal is None:
        return Seal.NONE, (False, False)
    digest = digest_of(place / "seal.json")
    if digest is None:
        return Seal.GONE, (False, False)
    signed = (is_plain(place / "seal.json.preparer.sig"), is_plain(place / "review.json.reviewer.sig"))
    return (Seal.SEALED if digest == line.facts.seal else Seal.OTHER), signed


def read_engagement_facts(outputs: Path, entry: Entry) -> Engagement:
    """Name and nature of the engagement as its run kept them; nothing where inputs were withheld or are odd."""
    folder = outputs / entry.district / str(entry.year) / entry.run
    kept = f"{REFERENCE}/inputs/{entry.district}/{entry.year}/engagement.toml"
    content = read_plain(folder / PLAN / "engagement.toml", SMALL) or read_plain(folder / kept, SMALL)
    try:
        document = tomllib.loads((content or b"").decode("utf-8-sig"))
        name, records = document.get("district_name", {}), document.get("records", {})
        text = Text(zh=clean(str(name["zh"]), 80), en=clean(str(name["en"]), 80)) if name else NOTHING
        return Engagement(text, records.get("illustrative") is True, document.get("fictional") is True)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Engagement()


def shown_name(name: str) -> str:
    """A folder's name for people, whatever bytes it has."""
    return clean(os.fsencode(name).decode("utf-8", "replace"), 120)
