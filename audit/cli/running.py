"""`audit run` as people see it: how it goes on, what it came to, where it lies."""

from __future__ import annotations

from pathlib import Path

from audit.archive import Parameters
from audit.cli.outcome import show_outcome
from audit.cli.progress import LiveProgress
from audit.conduct import RunReport, run_audit
from audit.errors import AuditError, IntakeError, UsageError
from audit.home import Home
from audit.intake import faults_path, write_faults
from audit.model import Severity
from audit.portal import refresh_portal


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
    finally:
        refresh_portal(home.outputs)
    _show(report, parameters.lang, gate)
    return report.exit_status(gate)


def _show(report: RunReport, lang: str, gate: Severity) -> None:
    show_outcome(report, lang, gate)
    folder = report.folder
    seal = report.seal
    number = seal.line.number
    print(
        f"校验码 {seal.code}，台账第 {number} 行" if lang == "zh" else f"code {seal.code}, line {number} of the ledger"
    )
    for path in (folder.conclusion / "appendix.html", folder.conclusion / "findings.json", folder.path, seal.path):
        print(path)
