"""`audit share`: the edition or the whole archive, written, and on record in the ledger."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from audit.errors import UsageError
from audit.seal.bag import BAGIT, SEAL
from audit.seal.files import in_words
from audit.seal.ledger import LEDGER, ledger_of
from audit.seal.people import this_person
from audit.share import make_edition, pack_whole, write_packed
from audit.verify.chain import SHARED
from audit.verify.place import EDITION_MARK, whole_path


def share_archive(archive: Path, to: Path, findings: tuple[str, ...], whole: bool, with_appendix: bool) -> int:
    """Write it, put it on record where the ledger is at hand, and print where it lies and its digest.

    Whatever could keep it off the record is looked at before anything is written.
    """
    archive, by = whole_path(archive), this_person()
    _check_outside(to)
    if whole:
        files, run = pack_whole(archive)
        top = ""
    else:
        files, run = make_edition(archive, findings, with_appendix=with_appendix)
        top = f"{run.replace('/', '-')}-shared"
    out = archive.parents[2] if archive.is_dir() and len(archive.parents) > 2 else None
    number = None
    with ledger_of(out) if out is not None and (out / LEDGER).is_file() else nullcontext() as ledger:
        digest = write_packed(files, to, top)
        if ledger is not None and ledger.of(run):
            facts = {"by": by, "what": "whole" if whole else "edition", "sha256": digest}
            number = ledger.append(SHARED, run, facts).number
    print(f"{digest}  {to}")
    if number is not None:
        print(f"台账第 {number} 行 / line {number} of the ledger")
    return 0


def _check_outside(to: Path) -> None:
    """Raise UsageError for a place inside a sealed run or its seal: one file more, and it no longer verifies."""
    with in_words("it cannot be written", str(to)):
        for folder in to.resolve().parents:
            if any((folder / mark).exists() for mark in (BAGIT, SEAL, EDITION_MARK)):
                raise UsageError(
                    f"{to} lies in a sealed archive", where="--to", remedy="name a place outside of the runs"
                )
