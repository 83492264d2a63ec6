"""Where the project's own folders are, found from the package and never from the working directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Home:
    """The folders a run reads and writes."""

    data: Path = ROOT / "data"
    outputs: Path = ROOT / "outputs"
    expectations: Path = ROOT / "expectations"
    notebooks: Path = ROOT / "notebooks"

    def engagement(self, district: str, year: int) -> Path:
        """The folder of one engagement's files."""
        return self.data / district / str(year)
