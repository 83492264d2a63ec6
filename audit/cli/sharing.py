"""`audit share`: the edition or the whole archive, written, and on record in the ledger."""

from __future__ import annotations

from pathlib import Path

from audit.seal.files import in_words
from audit.seal.ledger import LEDGER, ledger_of
from audit.seal.people import this_person
from audit.share import make_edition, pack_whole, write_packed
from audit.verify.chain import SHARED


def share_archive(archive: Path, to: Path, findings: tuple[str, ...], whole: bool, with_appendix: bool) -> int:
    """Write it, put it on record where the ledger is at hand, and print where it lies and its digest."""
    archive = archive.absolute()
    if whole:
        files, run = pack_whole(archive)
        top = ""
    else:
        files, run = make_edition(archive, findings, with_appendix=with_appendix)
        top = f"{run.replace('/', '-')}-shared"
    digest = write_packed(files, to, top)
    print(f"{digest}  {to}")
    out = archive.parents[2] if archive.is_dir() and len(archive.parents) > 2 else None
    if out is not None and (out / LEDGER).is_file():
        with in_words("the ledger cannot be written", LEDGER), ledger_of(out) as ledger:
            if ledger.of(run):
                facts = {"by": this_person(), "what": "whole" if whole else "edition", "sha256": digest}
                number = ledger.append(SHARED, run, facts).number
                print(f"台账第 {number} 行 / line {number} of the ledger")
    return 0
