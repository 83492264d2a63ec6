"""`audit run` and `audit lab` as people see them: a live line per working paper, then the verdict and the paths."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from audit.archive import Parameters
from audit.conduct import SEALING, RunReport, run_audit
from audit.errors import AuditError, IntakeError, UsageError
from audit.home import ROOT, Home
from audit.intake import faults_path, write_faults
from audit.model import Severity, Status
from audit.programme.plan import PROGRAMME, Paper


class LiveProgress:
    """One line per working paper, on standard error."""

    def __init__(self, lang: str) -> None:
        """`lang` chooses the titles."""
        self._lang = lang
        self._bars = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            TextColumn("[dim]{task.fields[words]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._lines: dict[str, TaskID] = {}

    def __enter__(self) -> LiveProgress:
        self._bars.start()
        for paper in (*PROGRAMME, SEALING):
            label = f"{paper.name[:2]} {paper.title.get(self._lang)}"
            self._lines[paper.name] = self._bars.add_task(label, total=1, start=False, words="")
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def started(self, paper: Paper) -> None:
        """Start the clock of one line."""
        self._bars.start_task(self._lines[paper.name])

    def step(self, paper: Paper, words: str) -> None:
        """Show the current step."""
        self._bars.update(self._lines[paper.name], words=words)

    def finished(self, paper: Paper) -> None:
        """Tick the line off."""
        self._bars.update(self._lines[paper.name], completed=1, words="")


def run_and_show(parameters: Parameters, data: Path | None, out: Path | None, cold: bool) -> int:
    """Carry out the run and print its verdict; gives the exit status."""
    if data is not None and not data.is_dir():
        raise UsageError(f"{data} is not a folder", where="--data", remedy="name the folder that holds DISTRICT/YEAR")
    usual = Home()
    home = Home((data or usual.data).resolve(), (out or usual.outputs).resolve())
    gate = Severity(parameters.gate)
    try:
        with LiveProgress(parameters.lang) as progress:
            report = run_audit(home, parameters, progress, cold=cold)
    except IntakeError as error:
        path = faults_path(home.outputs, parameters.district, parameters.year)
        try:
            shown = write_faults(path, error)
        except OSError:
            shown = error  # the list above is whole; a folder that cannot be written must not hide it
        raise shown from None
    except KeyboardInterrupt:
        raise AuditError("interrupted; nothing was concluded", remedy="run again when you like") from None
    _show(report, parameters.lang, gate)
    return report.exit_status(gate)


def _show(report: RunReport, lang: str, gate: Severity) -> None:
    zh = lang == "zh"
    console = Console()
    table = Table("", *(["声明", "符合", "不符合", "未测试", "未能执行"] if zh else _COUNTS))
    names = _FAMILIES_ZH if zh else {}
    for family, counts in report.document["reconciliation"].items():
        table.add_row(names.get(family, family), *(str(count) for count in counts.values()))
    console.print(table)
    failed = Counter(finding["severity"] for finding in report.findings(Status.FAIL))
    console.print(
        "；".join(f"{_SEVERITIES_ZH[s.value]}{failed[s.value]}项" for s in Severity)
        if zh
        else "; ".join(f"{s.value}: {failed[s.value]}" for s in Severity)
    )
    folder = report.folder
    reached = report.exit_status(gate)
    verdict = ("审计已完成", f"有{gate.value}及以上级别的问题") if zh else ("carried out", f"findings at {gate.value}")
    console.print(verdict[0] if reached == 0 else verdict[1] if reached == 1 else "part of the audit did not happen")
    seal = report.seal
    number = seal.line.number
    print(f"校验码 {seal.code}，台账第 {number} 行" if zh else f"code {seal.code}, line {number} of the ledger")
    for path in (folder.conclusion / "appendix.html", folder.conclusion / "findings.json", folder.path, seal.path):
        print(path)


_COUNTS = ("declared", "passed", "failed", "not tested", "errors")
_FAMILIES_ZH = {"rules": "规则", "expectations": "检查项", "claims": "公布数字", "identities": "勾稽关系"}
_SEVERITIES_ZH = {"critical": "严重", "warning": "警示", "info": "提示"}


def open_lab() -> int:
    """JupyterLab in the notebooks' folder, with this environment's kernel."""
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(ROOT / "notebooks")]
    return subprocess.call(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
