"""Full runs through the command line, each made once for all tests that look at it."""

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HOSTILE = "<script>document.title='hacked'</script>\"><img src=x onerror=\"document.title='hacked'\">"

FORMULA = '=HYPERLINK("javascript:alert(1)","hacked")'
ADDRESS = "javascript:document.title='hacked'"


@dataclass(frozen=True)
class Run:
    """A finished call of `audit run`."""

    done: subprocess.CompletedProcess[str]
    out: Path
    district: str
    year: int

    @property
    def folder(self) -> Path:
        return self.out / self.district / str(self.year) / "0001"

    @cached_property
    def findings(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.read("data/1-conclusion/findings.json"))
        return document

    @cached_property
    def claims(self) -> list[dict[str, Any]]:
        document: list[dict[str, Any]] = json.loads(self.read("data/1-conclusion/claims.json"))
        return document

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


def audit(*arguments: str | Path, cwd: Path = ROOT, timeout: int = 400) -> subprocess.CompletedProcess[str]:
    """The command line as a user calls it, from any directory."""
    command = [sys.executable, "-m", "audit", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def run(out: Path, district: str, year: int, *more: str | Path) -> Run:
    """One full run into `out`."""
    return Run(audit("run", district, str(year), "--out", out, *more, cwd=out), out, district, year)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def copy_of_huiji(folder: Path) -> Path:
    target = folder / "huiji" / "2021"
    shutil.copytree(ROOT / "data" / "huiji" / "2021", target)
    return target


def edit(path: Path, row: int, column: str, value: str) -> None:
    """Set one cell; row 1 is the first record."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    rows[row][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)
