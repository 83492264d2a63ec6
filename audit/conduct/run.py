"""The conductor: one engagement from its files to its sealed archive."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
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
class RunReport:
    """Where a run lies, what it found, and its seal."""

    folder: RunFolder
    document: dict[str, Any]
    seal: Sealed

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


def stages(programme: tuple[Paper, ...]) -> list[list[Paper]]:
    """The working papers that may run side by side: the sources first, the appendix last, the others between."""
    order = {"00": 0, "90": 2}
    longest_first = sorted(programme, key=lambda paper: paper.name[:2] not in ("80", "85"))
    return [[paper for paper in longest_first if order.get(paper.name[:2], 1) == stage] for stage in range(3)]


def run_audit(home: Home, parameters: Parameters, progress: Progress, *, cold: bool = False) -> RunReport:
    """Check all that can be checked beforehand, execute the working papers in a new run folder, and seal it.

    Independent working papers run side by side; with `cold` each has a kernel started from nothing.

    Raises AuditError; before the folder exists when inputs or criteria are at fault, afterwards with the
    folder kept and sealed as failed.
    """
    spark = parameters.engine == "spark"  # needs kernels in which Great Expectations was not loaded without it
    machine = Machine("duckdb" if spark else parameters.engine, parameters.memory)
    if spark:
        check_spark()
    with kernels(cold=cold or spark) as warm:  # first, so that they preload while the files are read and checked
        for paper in PROGRAMME:
            read_paper(home.notebooks / f"{paper.name}.ipynb")
        with open_audit(home, parameters.district, parameters.year, machine=machine) as audit:
            pass
        with open_run(home.outputs, parameters.district, parameters.year) as run:
            return _to_its_end(home, run, parameters, audit, warm, progress)


def _to_its_end(
    home: Home, run: OpenRun, parameters: Parameters, audit: Audit, warm: Kernels, progress: Progress
) -> RunReport:
    """Carry the run out and seal it; whatever stops it, it is sealed as failed."""
    before: dict[str, str] = {}
    try:
        lay_out(run.folder)
        before |= take_snapshot(run.folder, home, parameters, audit.book)
        _carry_out(home, run, parameters, warm, progress)
        recheck(audit.tables.controls, home.data)
        after = input_digests(home.data, list(before))
        check_unchanged(before, after)
        if not audit.engagement.records.redistribute:
            withhold_inputs(run.folder)
        progress.started(SEALING)
        sealed = seal_complete(run, before, after, lambda words: progress.step(SEALING, words))
        progress.finished(SEALING)
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


def _carry_out(home: Home, run: OpenRun, parameters: Parameters, warm: Kernels, progress: Progress) -> None:
    values = {"district": parameters.district, "year": parameters.year, "run": run.name}
    # One more than there are cores: a kernel that starts or ends waits more than it computes.
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1) as pool:
        for stage in stages(PROGRAMME):
            work = partial(_execute, home, run.folder, values, warm, progress)
            list(pool.map(work, stage))


def _execute(
    home: Home, folder: RunFolder, values: dict[str, Any], warm: Kernels, progress: Progress, paper: Paper
) -> None:
    progress.started(paper)
    execute_paper(
        home.notebooks / f"{paper.name}.ipynb",
        folder.proof / "notebooks" / f"{paper.name}.ipynb",
        values,
        directory=home.outputs,
        kernels=warm,
        on_step=lambda words: progress.step(paper, words),
    )
    progress.finished(paper)
