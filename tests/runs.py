"""Full runs through the command line, each made once for all tests that look at it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


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
