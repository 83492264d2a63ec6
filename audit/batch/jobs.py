"""One engagement of a batch: what is asked, what came of it, and whether it is sealed for the same files already."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from audit.archive import Parameters, RunFolder, read_findings
from audit.conduct import Conclusion, run_audit
from audit.conduct.folder import criteria_digests, input_digests, list_inputs
from audit.errors import AuditError
from audit.findings import canonical_json
from audit.home import Home
from audit.kernels import Kernels
from audit.model import Severity, Status, Strict
from audit.programme.plan import Paper
from audit.rulebook import load_rulebook
from audit.seal.bag import check_whole
from audit.verify.chain import SEALED, Line
from audit.verify.digests import digest_bytes, list_digest

Told = Callable[[str], None]


class Job(Strict):
    """One engagement to carry out; paths as text, because it travels between processes."""

    parameters: Parameters
    data: str
    outputs: str

    @property
    def name(self) -> str:
        """`district/year`."""
        return f"{self.parameters.district}/{self.parameters.year}"

    @property
    def home(self) -> Home:
        """The folders it reads and writes."""
        return Home(data=Path(self.data), outputs=Path(self.outputs))


class Result(Strict):
    """What came of one engagement; `status` is the exit status of `audit run`, `words` say why it is 3."""

    engagement: str
    status: int
    run: str = ""
    code: str = ""
    critical: int = 0
    warning: int = 0
    info: int = 0
    again: bool = True
    seconds: float = 0.0
    words: str = ""


def carry_out(job: Job, told: Told, *, opened: Kernels | None = None, at_once: int | None = None) -> Result:
    """Carry one engagement out.  Never raises for what is wrong with it: that is its result."""
    begun = time.monotonic()
    try:
        report = run_audit(job.home, job.parameters, _Telling(told), opened=opened, at_once=at_once)
    except AuditError as error:
        return Result(engagement=job.name, status=AuditError.exit_status, words=str(error), seconds=_since(begun))
    except Exception as error:  # a defect of ours must not stop the other engagements
        words = f"the program failed: {type(error).__name__}: {error}"
        return Result(engagement=job.name, status=AuditError.exit_status, words=words, seconds=_since(begun))
    return _result(job, report, report.seal.line.run, report.seal.code, seconds=_since(begun))


def standing(job: Job, ledger: Sequence[Line]) -> Result | None:
    """The result of the newest complete run, if it was sealed for the same inputs, criteria and parameters.

    A run that is no longer what was sealed does not stand.

    Raises AuditError when the criteria cannot be read.
    """
    home = job.home
    newest = next((line for line in reversed(ledger) if line.event == SEALED and line.engagement == job.name), None)
    if newest is None:
        return None
    names = list_inputs(home, job.parameters, load_rulebook(home.expectations))
    now = {
        "inputs": list_digest(input_digests(home.data, names)),
        "criteria": list_digest(criteria_digests(home)),
        "parameters": digest_bytes(canonical_json(job.parameters.model_dump()).encode()),
    }
    if any(newest.facts.get(what) != digest for what, digest in now.items()):
        return None
    folder = RunFolder(home.outputs / newest.run)
    try:
        check_whole(folder.path, newest)
    except (AuditError, OSError):
        return None
    code = str(newest.facts["code"])
    return _result(job, Conclusion(folder, read_findings(folder)), newest.run, code, again=False)


def _result(job: Job, found: Conclusion, run: str, code: str, *, again: bool = True, seconds: float = 0) -> Result:
    failed = Counter(finding["severity"] for finding in found.findings(Status.FAIL))
    return Result(
        engagement=job.name,
        status=found.exit_status(Severity(job.parameters.gate)),
        run=run,
        code=code,
        again=again,
        seconds=seconds,
        **{severity.value: failed[severity.value] for severity in Severity},
    )


class _Telling:
    """Progress of a run as words for the batch's table."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def started(self, paper: Paper) -> None:
        """Tell which working paper is under way."""
        self._told(f"{paper.name[:2]} {paper.title.zh}")

    def step(self, paper: Paper, words: str) -> None:
        """Too fine for a table of many."""

    def finished(self, paper: Paper) -> None:
        """The next paper tells."""


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 1)
