"""`audit seal` and `audit sign`: what is on record of the runs, and two people's names to it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from audit.archive.layout import CONCLUSION
from audit.errors import UsageError
from audit.home import Home
from audit.portal import refresh_portal
from audit.seal.bag import seal_folder
from audit.seal.files import in_words
from audit.seal.people import this_person
from audit.seal.shelf import OnRecord, find_run, runs_on_record, settle_run
from audit.seal.signing import PREPARER, REVIEWER, Review, sign_run
from audit.seal.stamping import stamp_from_command
from audit.verify.chain import REVIEWED, SIGNED
from audit.verify.shelf import read_ordinary

_STATUS = {"sealed": "已封存", "failed": "未完成", "abandoned": "中断", "opened": "正在进行"}
_NONE = "—"


def show_seals(run: str | None, out: Path | None, *, as_json: bool) -> int:
    """Print what is on record of one run (sealed as failed first if it died) or of all."""
    outputs = (out or Home().outputs).resolve()
    if run is None:
        records = runs_on_record(outputs)
        if as_json:
            print(json.dumps([entry.document() for entry in records], ensure_ascii=False, indent=2))
        else:
            _list(records)
        return 0
    outputs, name = find_run(run, outputs)
    entry = settle_run(outputs, name)
    refresh_portal(outputs)
    if as_json:
        print(json.dumps(entry.document(), ensure_ascii=False, indent=2))
        return 0
    _list([entry])
    print(f"台账第 {entry.line.number} 行 / line {entry.line.number} of the ledger: {entry.line.digest}")
    print(entry.seal)
    return 0


def _list(records: list[OnRecord]) -> None:
    table = Table()
    for name in ("运行 run", "状态 status", "校验码 code", "编制 prepared", "复核 reviewed"):
        table.add_column(name, no_wrap=name.startswith(("运行", "校验码")), overflow="fold")
    for entry in records:
        names = {line.event: line.facts for line in entry.signatures}
        review = names.get(REVIEWED, {})
        prepared = names.get(SIGNED, {}).get("by", _NONE)
        reviewed = f"{review['by']} ({review['decision']})" if review else _NONE
        status = f"{_STATUS[entry.status]} {entry.status}"
        table.add_row(entry.run, status, entry.code or _NONE, prepared, reviewed)
    Console().print(table)


@dataclass(frozen=True)
class Stamping:
    """Where a time stamp comes from: a file, a command, or neither."""

    file: Path | None
    command: str


def sign_archive(run: str, out: Path | None, key: Path, by: str, review: Review | None, stamping: Stamping) -> int:
    """Sign a run's seal, and print where the signature lies."""
    outputs, name = find_run(run, (out or Home().outputs).resolve())
    token = _token(outputs / f"{name}.seal" / "seal.json", stamping)
    signed = sign_run(outputs, name, key, by or this_person(), review, token)
    refresh_portal(outputs)
    _set_edition(outputs / name)
    facts = signed.line.facts
    print(f"{facts['by']} {facts['key']}：台账第 {signed.line.number} 行 / line {signed.line.number} of the ledger")
    print(signed.path)
    if not signed.known:
        print(
            f"为便于他人验证，请由本单位把下行加入 {outputs / 'allowed_signers'} / for others to verify, "
            f"let the office add this line to that file:\n{signed.allowed}",
            file=sys.stderr,
        )
    return 0


def _set_edition(run: Path) -> None:
    """The appendix once more, with the seal and what was signed attached, beside the sealed folder."""
    if not (run / CONCLUSION / "appendix.pdf").is_file():  # a run that failed has none
        return
    from audit.papers import appendix_edition  # costs seconds, so only where it is set

    seal = seal_folder(run)
    beside = sorted(path for path in seal.iterdir() if path.suffix in (".json", ".sig"))
    edition = appendix_edition(run, {f"run-{path.name}": path.read_bytes() for path in beside})
    with in_words("the signed edition of the appendix cannot be written", str(seal)):
        (seal / "appendix.pdf").write_bytes(edition)


def review_of(role: str, decision: str, extent: str) -> Review | None:
    """The review that the options describe, None for a preparer.  Raises UsageError."""
    if role == PREPARER:
        if decision or extent:
            raise UsageError("a preparer decides nothing", where="--decision, --extent", remedy="leave them out")
        return None
    if not decision or not extent.strip():
        raise UsageError(
            "a review states its decision and how far it went",
            where=f"--as {REVIEWER}",
            remedy='add --decision accept (or return) and --extent, such as --extent "all findings, papers 20 and 30"',
        )
    return Review(decision, extent.strip())


def _token(seal: Path, stamping: Stamping) -> bytes | None:
    if stamping.file is not None and stamping.command:
        raise UsageError("a time stamp comes from a file or from a command", where="--stamp, --stamp-command")
    if stamping.file is not None:
        with in_words("the time stamp cannot be read", str(stamping.file)):
            return read_ordinary(stamping.file)
    if stamping.command and seal.is_file():
        return stamp_from_command(stamping.command, seal.read_bytes())
    return None
