"""The run folder as a working paper sees it: where the snapshot lies, where its record goes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from audit.engagement.plan import first_fault
from audit.errors import WorkingPaperError
from audit.home import Home
from audit.model import Strict

CONCLUSION, PROOF, PLAN, REFERENCE = "data/1-conclusion", "data/2-proof", "data/3-plan", "data/4-reference"


class Parameters(Strict):
    """What a run was asked to do (parameters.json); no path of a machine, no secret.

    `memory` bounds DuckDB, whatever holds the tables against their suites.
    """

    district: str
    year: int
    lang: str = "zh"
    engine: Literal["pandas", "duckdb", "spark"] = "pandas"
    memory: str = "1GB"
    gate: str = "critical"


@dataclass(frozen=True)
class RunFolder:
    """One run's folder.  Inputs and criteria are read from the snapshot inside it and from nowhere else."""

    path: Path

    @property
    def home(self) -> Home:
        """The snapshot as a home: inputs and expectations as used."""
        return Home(
            data=self.path / REFERENCE / "inputs",
            outputs=self.path,
            expectations=self.path / PLAN / "expectations",
            notebooks=self.path / REFERENCE / "source" / "notebooks",
        )

    @property
    def scratch(self) -> Path:
        """Where papers put what does not fit into memory; beside the run, because it is no part of it."""
        return self.path.parent / f".{self.path.name}.scratch"

    @property
    def conclusion(self) -> Path:
        """结论类: what the audit says."""
        return self.path / CONCLUSION

    @property
    def proof(self) -> Path:
        """证明类: what it rests on."""
        return self.path / PROOF

    @property
    def plan(self) -> Path:
        """立项类: what was asked, by which criteria."""
        return self.path / PLAN

    @property
    def reference(self) -> Path:
        """备查类: inputs, source and environment."""
        return self.path / REFERENCE

    def record(self, paper: str) -> Path:
        """Where a working paper leaves its record."""
        return self.proof / "records" / f"{paper}.json"

    def parameters(self) -> Parameters:
        """The parameters of the run.  Raises WorkingPaperError when this is no run folder."""
        path = self.plan / "parameters.json"
        try:
            return Parameters.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise WorkingPaperError(
                "this is not a run folder, or the notebook was started in the wrong directory",
                where=f"{self.path} (seen from {Path.cwd().name})",
                remedy="start it with ./run audit, or leave the parameter run empty for a run by hand",
            ) from None
        except (json.JSONDecodeError, ValidationError) as error:
            fault = first_fault(error) if isinstance(error, ValidationError) else str(error)
            raise WorkingPaperError("parameters.json cannot be read", where=fault) from None


def read_record(path: Path) -> dict[str, Any]:
    """The record that a working paper left.  Raises WorkingPaperError when it left none."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        raise WorkingPaperError(
            f"the working paper {path.stem} left no record; it did not reach its conclusion",
            where=f"{path.parent.name}/{path.name}",
            remedy="look at the executed notebook for the cell at which it stopped",
        ) from None
    return content


def read_findings(folder: RunFolder) -> dict[str, Any]:
    """findings.json of a finished run."""
    content: dict[str, Any] = json.loads((folder.conclusion / "findings.json").read_text(encoding="utf-8"))
    return content
