"""The conductor: one engagement from its files to its appendix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from audit.conduct.engine import kernels
from audit.conduct.execute import execute_paper
from audit.conduct.folder import create_run, take_snapshot, withhold_inputs
from audit.conduct.lint import read_paper
from audit.errors import AuditError
from audit.findings import canonical_json
from audit.home import Home
from audit.intake import recheck
from audit.model import Severity, Status
from audit.papers.appendix import read_findings
from audit.papers.folder import Parameters, RunFolder
from audit.programme import open_audit
from audit.programme.plan import PROGRAMME, Paper


class Progress(Protocol):
    """Who is told how the run goes on."""

    def started(self, paper: Paper) -> None:
        """A working paper has begun."""

    def step(self, paper: Paper, words: str) -> None:
        """A working paper has come to its next step."""

    def finished(self, paper: Paper) -> None:
        """A working paper is done."""


@dataclass(frozen=True)
class RunReport:
    """Where a run lies and what it found."""

    folder: RunFolder
    document: dict[str, Any]

    def findings(self, status: Status, at_least: Severity = Severity.INFO) -> list[dict[str, Any]]:
        """The findings of one status and at least one severity."""
        return [
            finding
            for finding in self.document["findings"]
            if finding["status"] == status and Severity(finding["severity"]).rank <= at_least.rank
        ]

    def exit_status(self, gate: Severity) -> int:
        """3 when part of the audit did not happen, 1 with findings at or above `gate`, else 0."""
        if self.findings(Status.ERROR):
            return AuditError.exit_status
        return 1 if self.findings(Status.FAIL, gate) else 0


def run_audit(home: Home, parameters: Parameters, progress: Progress) -> RunReport:
    """Check everything that can be checked beforehand, then execute the working papers in a new run folder.

    Raises AuditError; before the folder exists when inputs or criteria are at fault, afterwards with the
    folder kept, its failure on record.
    """
    sources = {paper: home.notebooks / f"{paper.name}.ipynb" for paper in PROGRAMME}
    for source in sources.values():
        read_paper(source)
    with open_audit(home, parameters.district, parameters.year) as audit:
        controls, book, records = audit.tables.controls, audit.book, audit.engagement.records
    folder = create_run(home.outputs, parameters)
    try:
        take_snapshot(folder, home, parameters, book)
        values = {
            "district": parameters.district,
            "year": parameters.year,
            "run": folder.path.relative_to(home.outputs).as_posix(),
        }
        with kernels() as scratch:
            for paper, source in sources.items():
                progress.started(paper)
                execute_paper(
                    source,
                    folder.proof / "notebooks" / source.name,
                    values,
                    directory=home.outputs,
                    scratch=scratch,
                    on_step=lambda words, paper=paper: progress.step(paper, words),  # type: ignore[misc]
                )
                progress.finished(paper)
        recheck(controls, home.data)
        if not records.redistribute:
            withhold_inputs(folder)
        return RunReport(folder, read_findings(folder))
    except AuditError as error:
        _record_failure(folder, error)
        raise


def _record_failure(folder: RunFolder, error: AuditError) -> None:
    """Keep a failed run as what it is: no conclusion, and the reason on record."""
    for path in folder.conclusion.iterdir():
        path.unlink()
    failure = {"status": "failed", "problem": error.problem, "where": error.where, "remedy": error.remedy}
    (folder.proof / "failure.json").write_text(canonical_json(failure), encoding="utf-8")
