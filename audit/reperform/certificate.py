"""What a re-performance found, and its certificate beside the archive."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from audit.findings import canonical_json
from audit.seal.bag import SEAL, seal_folder
from audit.seal.files import in_words, write_whole
from audit.seal.ledger import LEDGER, ledger_of
from audit.verify.chain import CLOSING, REPERFORMED
from audit.verify.digests import digest_bytes

Outcome = Literal["pass", "fail", "not_checked"]


@dataclass(frozen=True)
class LevelResult:
    """One level: `detail` says what was compared, `differences` what was not the same."""

    status: Outcome
    detail: str
    differences: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Certificate:
    """A re-performance of `run`: `reached` is the highest level that holds with all below it."""

    run: str
    seal: str
    verified: str
    levels: dict[str, LevelResult]
    versions: dict[str, Any]
    uncovered: dict[str, str] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)

    @property
    def reached(self) -> str:
        """L3, L4, L5, or the level of the verification before them."""
        reached = self.verified
        for level, result in self.levels.items():
            if result.status != "pass" or self.verified != "L2":
                return reached
            reached = level
        return reached

    @property
    def equal(self) -> bool:
        """Whether nothing that was compared differs."""
        return all(result.status != "fail" for result in self.levels.values())

    def document(self, by: str, at: str) -> dict[str, Any]:
        """The certificate for machines and for the file."""
        return {
            "schema": "certificate/1",
            "run": self.run,
            "seal": self.seal,
            "by": by,
            "at": at,
            "verified": self.verified,
            "level": self.reached,
            "levels": {level: asdict(result) for level, result in self.levels.items()},
            "versions": self.versions,
            "not_covered_by_second_way": self.uncovered,
            "read_by_the_same_reader": self.shared,
            "not_proved": [
                "that the records are true (wrong data at source)",
                "that the criteria are right (a wrong rule)",
                "more than this environment: another machine may have other libraries",
            ],
        }


def record_certificate(certificate: Certificate, archive: Path, by: str) -> tuple[Path, int | None]:
    """Write the certificate beside the archive and, where the run's ledger is at hand, a line into it.

    It goes among the seal's files only where there is a seal: a folder of certificates alone is none, and the
    archive would no longer verify beside it.  Gives its path and the line's number.  Raises AuditError when it cannot
    be written.
    """
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = canonical_json(certificate.document(by, at))
    seal = seal_folder(archive)
    sealed = archive.is_dir() and (seal / SEAL).is_file()
    folder = seal / "certificates" if sealed else archive.parent
    stem = f"{at[:10]}-{certificate.reached}" if sealed else f"{archive.stem}-{at[:10]}-{certificate.reached}"
    with in_words("the certificate cannot be written", str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        path = _free(folder, stem)
        write_whole(path, text)
    out = archive.parents[2] if sealed and len(archive.parents) > 2 else None
    if out is None or not (out / LEDGER).is_file():
        return path, None
    with ledger_of(out) as ledger:
        known = [line for line in ledger.of(certificate.run) if line.event in CLOSING]
        if not known or known[0].facts.get("seal") != certificate.seal:
            return path, None
        facts = {
            "by": by,
            "level": certificate.reached,
            "certificate": digest_bytes(text.encode()),
            "file": path.name,
            "seal": certificate.seal,
        }
        return path, ledger.append(REPERFORMED, certificate.run, facts).number


def _free(folder: Path, stem: str) -> Path:
    path, number = folder / f"{stem}.json", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.json", number + 1
    return path
