"""A sealed run that may be shared: verified first, with the ledger as far as it speaks of the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.errors import AuditError
from audit.verify.case import Case
from audit.verify.chain import SHARED, Line, checkpoint_of, read_chain
from audit.verify.check import verify_archive
from audit.verify.merkle import LEDGER_ORIGIN
from audit.verify.place import open_archive
from audit.verify.report import UnusableError


@contextmanager
def sealed(path: Path) -> Iterator[Case]:
    """An archive that verifies and has its seal with it.  Raises AuditError."""
    try:
        report = verify_archive(path)
        archive = open_archive(path)
    except UnusableError as error:
        raise AuditError(error.said[1], where=str(path), remedy="name the folder or zip of a sealed run") from None
    try:
        if not report.verified or archive.seal is None or archive.edition:
            broken = [step for step in report.steps if step.status == "fail"]
            raise AuditError(
                f"only a sealed run that verifies can be shared ({', '.join(step.id for step in broken) or 'no seal'})",
                where=broken[0].en if broken else str(path),
                remedy="see audit verify",
            )
        yield Case(archive)
    finally:
        archive.close()


def ledger_lines(case: Case) -> list[Line]:
    """The ledger up to its last line about this run, that it was shared apart: the same however often it is."""
    lines = read_chain(case.archive.beside.get("ledger.jsonl", b""))[0]
    run = case.predicate.get("run")
    last = max((place for place, line in enumerate(lines) if line.run == run and line.event != SHARED), default=-1)
    return lines[: last + 1]


def checkpoint_text(lines: list[Line]) -> str:
    """The checkpoint over these lines."""
    return checkpoint_of(lines, LEDGER_ORIGIN).text
