"""How a run ends: sealed as complete, or kept and sealed as failed with the reason in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from audit.conduct.folder import input_digests
from audit.errors import AuditError
from audit.home import ROOT, Home
from audit.seal import Account, OpenRun, Sealed, explain, now, refusal_behind, seal_run


def seal_complete(run: OpenRun, before: dict[str, str], after: dict[str, str], tell: Callable[[str], None]) -> Sealed:
    """Seal a run that came to its end; `tell` hears of each step.  Raises AuditError."""
    return seal_run(run, Account(run.opening.facts["by"], run.opening.at, now(), before, after), tell)


def seal_failed(run: OpenRun, home: Home, before: dict[str, str], error: BaseException) -> AuditError:
    """Seal a run that stopped as failed, as far as that is possible; gives what its user is to be told."""
    told = _in_words(error)
    failure = {"problem": told.problem, "where": told.where, "remedy": told.remedy}
    failure = {key: _without_paths(text, home) for key, text in failure.items()}
    after = input_digests(home.data, list(before))
    account = Account(run.opening.facts["by"], run.opening.at, now(), before, after, failure)
    try:
        seal_run(run, account)
        kept = f"the run is kept and sealed as failed: {run.name}"
    except AuditError as more:
        kept = f"the run is kept as {run.name} but not sealed ({more.problem}); later: ./run audit seal {run.name}"
    return AuditError(told.problem, where=told.where, remedy=f"{told.remedy}\n{kept}" if told.remedy else kept)


def _in_words(error: BaseException) -> AuditError:
    refusal = refusal_behind(error)
    if refusal is not None:
        where = error.where if isinstance(error, AuditError) else Path(str(refusal.filename or "")).name
        return explain(refusal, "the audit could not be carried on", where)
    if isinstance(error, AuditError):
        return error
    if isinstance(error, KeyboardInterrupt):
        return AuditError("interrupted", remedy="run again")
    return AuditError(f"the program failed: {type(error).__name__}: {error}", remedy="report this with the archive")


def _without_paths(text: str, home: Home) -> str:
    """Where this machine keeps its files is no evidence, and names its user."""
    for folder in (home.outputs, home.data, home.expectations, home.notebooks, ROOT, Path(sys.prefix)):
        if len(folder.parts) > 1:
            text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), folder.name)
    return text
