"""The conductor: one engagement from its files to its sealed archive."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from audit.archive import Parameters, RunFolder, read_findings
from audit.conduct.ending import seal_complete, seal_failed
from audit.conduct.execute import execute_paper
from audit.conduct.folder import check_unchanged, input_digests, lay_out, take_snapshot, withhold_inputs
from audit.conduct.lint import read_paper
from audit.errors import AuditError
from audit.home import Home
from audit.intake import recheck
from audit.kernels import Kernels, kernels
from audit.model import Severity, Status, Text
from audit.programme import Audit, open_audit
from audit.programme.plan import PROGRAMME, Paper
from audit.query import Machine, check_spark
from audit.seal import OpenRun, Sealed, UnfinishedError, open_run

# What comes after the last working paper, for those who are told how the run goes on.
SEALING = Paper("99_seal", Text(zh="封存", en="Seal"), ())


class Progress(Protocol):
    """Who is told how the run goes on."""

    def started(self, paper: Paper) -> None:
        """A working paper has begun."""

    def step(self, paper: Paper, words: str) -> None:
        """A working paper has come to its next step."""

    def finished(self, paper: Paper) -> None:
        """A working paper is done."""


@dataclass(frozen=True)
class Conclusion:
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


@dataclass(frozen=True)
class RunReport(Conclusion):
    """A run that was carried out, and its seal."""

    seal: Sealed


def stages(programme: tuple[Paper, ...]) -> list[list[Paper]]:
    """The working papers that may run side by side: the sources first, the appendix last, the others between."""
    order = {"00": 0, "90": 2}
    longest_first = sorted(programme, key=lambda paper: paper.name[:2] not in ("80", "85"))
    return [[paper for paper in longest_first if order.get(paper.name[:2], 1) == stage] for stage in range(3)]


def run_audit(
    home: Home,
    parameters: Parameters,
    progress: Progress,
    *,
    cold: bool = False,
    opened: Kernels | None = None,
    at_once: int | None = None,
) -> RunReport:
    """Check all that can be checked beforehand, execute the working papers in a new run folder, and seal it.

    Independent working papers run side by side, `at_once` of them; with `cold` each has a kernel started from
    nothing, with `opened` they use kernels that serve other runs too.

    Raises AuditError; before the folder exists when inputs or criteria are at fault, afterwards with the
    folder kept and sealed as failed.
    """
    spark = parameters.engine == "spark"  # needs kernels in which Great Expectations was not loaded without it
    machine = Machine("duckdb" if spark else parameters.engine, parameters.memory)
    if spark:
        check_spark()
    # Kernels first, so that they preload while the files are read and checked.
    with nullcontext(opened) if opened and not spark else kernels(cold=cold or spark) as warm:
        for paper in PROGRAMME:
            read_paper(home.notebooks / f"{paper.name}.ipynb")
        with open_audit(home, parameters.district, parameters.year, machine=machine) as audit:
            pass
        with open_run(home.outputs, parameters.district, parameters.year) as run:
            # One more than there are cores: a kernel that starts or ends waits more than it computes.
            execute = _Execution(home, run, parameters, warm, progress, at_once or (os.cpu_count() or 1) + 1)
            return _to_its_end(execute, audit)


@dataclass(frozen=True)
class _Execution:
    """The working papers of one run, `at_once` of them side by side."""

    home: Home
    run: OpenRun
    parameters: Parameters
    kernels: Kernels
    progress: Progress
    at_once: int

    def papers(self) -> None:
        """Execute every working paper.  Raises AuditError."""
        with ThreadPoolExecutor(self.at_once) as pool:
            try:
                for stage in stages(PROGRAMME):
                    list(pool.map(self._paper, stage))
            except KeyboardInterrupt:
                self.kernels.manager_class.kill_all()  # the pool waits for its papers, and people do not
                raise

    def _paper(self, paper: Paper) -> None:
        values = {"district": self.parameters.district, "year": self.parameters.year, "run": self.run.name}
        self.progress.started(paper)
        execute_paper(
            self.home.notebooks / f"{paper.name}.ipynb",
            self.run.folder.proof / "notebooks" / f"{paper.name}.ipynb",
            values,
            directory=self.home.outputs,
            kernels=self.kernels,
            on_step=lambda words: self.progress.step(paper, words),
        )
        self.progress.finished(paper)


def _to_its_end(execution: _Execution, audit: Audit) -> RunReport:
    """Carry the run out and seal it; whatever stops it, it is sealed as failed."""
    home, run, before = execution.home, execution.run, dict[str, str]()
    try:
        lay_out(run.folder)
        before |= take_snapshot(run.folder, home, execution.parameters, audit.book)
        execution.papers()
        recheck(audit.tables.controls, home.data)
        after = input_digests(home.data, list(before))
        check_unchanged(before, after)
        if not audit.engagement.records.redistribute:
            withhold_inputs(run.folder)
        execution.progress.started(SEALING)
        sealed = seal_complete(run, before, after, lambda words: execution.progress.step(SEALING, words))
        execution.progress.finished(SEALING)
    except UnfinishedError:
        raise
    except BaseException as error:
        told = seal_failed(run, home, before, error)
        if isinstance(error, Exception):
            raise told from error
        raise
    finally:
        shutil.rmtree(run.folder.scratch, ignore_errors=True)
    return RunReport(run.folder, read_findings(run.folder), sealed)
