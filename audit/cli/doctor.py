"""`audit doctor`: what this machine has of what the package needs."""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata

from rich.console import Console
from rich.table import Table

from audit.clocks import official_calendar
from audit.home import ROOT, Home

_NEEDED = ("jupyterlab", "papermill", "pandas", "great-expectations", "matplotlib", "duckdb")
_OPTIONAL = {"chromium": "browser tests", "libreoffice": "spreadsheet tests", "ssh-keygen": "signing a sealed run"}


def examine() -> int:
    """Print what is there and what is missing; 0 when an audit can be run, 3 when not."""
    table = Table("", "", "")
    fit = True

    def line(good: bool, name: str, found: str, needed: bool = True) -> None:
        nonlocal fit
        fit = fit and (good or not needed)
        table.add_row("ok" if good else "missing" if needed else "optional", name, found)

    line(sys.version_info[:2] == (3, 11), "Python 3.11", platform.python_version())
    for name in _NEEDED:
        try:
            line(True, name, metadata.version(name))
        except metadata.PackageNotFoundError:
            line(False, name, "run ./run audit doctor once more: it makes .venv from requirements.lock")
    for folder in (Home().data, Home().expectations, Home().notebooks):
        line(folder.is_dir(), folder.name + "/", "found" if folder.is_dir() else f"not below {ROOT.name}")
    line(True, "holiday calendar", f"known to {official_calendar().last_day}")
    for name, use in _OPTIONAL.items():
        line(shutil.which(name) is not None, name, use, needed=False)
    Console().print(table)
    return 0 if fit else 3
