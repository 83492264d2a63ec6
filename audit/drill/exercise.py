"""The drill: one copy a damage, verified as anyone would verify it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from audit.drill.copies import Copy, write_copy
from audit.drill.damages import BYTES, CONTENT, FILES, Damage
from audit.drill.ledgers import LEDGERS
from audit.drill.people import make_keys, sign_copy, signature_damages, unsigned
from audit.errors import AuditError
from audit.model import NOTHING, Text
from audit.seal.files import in_words
from audit.share import pack_whole
from audit.verify.check import verify_archive
from audit.verify.report import Report, UnusableError


@dataclass(frozen=True)
class Caught:
    """How one damage came out: `by` is the step that caught it, `said` what it said; `tried` says why it was not."""

    name: Text
    by: str = ""
    said: Text = NOTHING
    tried: str = ""

    @property
    def result(self) -> str:
        """caught, missed or not tried."""
        return "not_tried" if self.tried else "caught" if self.by else "missed"


@dataclass(frozen=True)
class Drill:
    """All damages, and the verification of an undamaged copy."""

    damages: tuple[Caught, ...]
    sound: Report

    @property
    def passed(self) -> bool:
        """Every damage that could be tried was caught, and the undamaged copy was not taken for damaged."""
        tried = [damage for damage in self.damages if damage.result != "not_tried"]
        return self.sound.verified and len(tried) >= 20 and all(damage.result == "caught" for damage in tried)


def carry_out_drill(
    archive: Path,
    told: Callable[[Caught], None] = lambda caught: None,
    wanted: Callable[[Damage], bool] = lambda damage: True,
) -> Drill:
    """Damage copies of a sealed archive, in the ways that are wanted.

    Raises AuditError when it does not verify, or has no ledger with it.
    """
    files, run = pack_whole(archive)
    if "ledger.jsonl" not in files:
        raise AuditError("a drill needs the ledger too", where=str(archive), remedy="name the folder among the results")
    original = Copy(run, files)
    unsigned(original)
    with tempfile.TemporaryDirectory(prefix="audit-drill-") as scratch, in_words("a copy cannot be written", scratch):
        keys, base = Path(scratch) / "keys", Path(scratch) / "base"
        keys.mkdir()
        write_copy(original, base, {}, base)
        signed = make_keys(keys)
        if signed:
            sign_copy(base, run, keys)
            original.files = {path.relative_to(base).as_posix(): path.read_bytes() for path in _files(base)}
        sound = verify_archive(base / run)
        found: list[Caught] = []
        damages: tuple[Damage, ...] = (*BYTES, *FILES, *CONTENT, *LEDGERS)
        if signed:
            damages += signature_damages(keys)
        for number, damage in enumerate(filter(wanted, damages)):
            found.append(_try(damage, original, base, Path(scratch) / f"copy-{number}"))
            told(found[-1])
        if not signed:
            found.append(Caught(Text(zh="签名", en="signatures"), tried="no ssh-keygen on this machine"))
    return Drill(tuple(found), sound)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "ledger.lock"]


def _try(damage: Damage, original: Copy, base: Path, to: Path) -> Caught:
    """Damage a copy and verify it; it is caught only by a step that was meant to."""
    copy = replace(original, files=dict(original.files), links={})
    try:
        damage.do(copy)
    except LookupError as error:
        return Caught(damage.name, tried=str(error))
    write_copy(copy, base, original.files, to)
    try:
        report = verify_archive(to / copy.run)
    except UnusableError as error:
        return Caught(damage.name, "V0", Text(zh=error.said[0], en=error.said[1]))
    for step in report.steps:
        if step.status == "fail" and step.id in damage.steps:
            return Caught(damage.name, step.id, Text(zh=step.zh, en=step.en))
    return Caught(damage.name)
