"""The run folder: created exclusively, filled with a snapshot of inputs, criteria, source and environment."""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

from audit import __version__
from audit.archive import Parameters, RunFolder
from audit.findings import canonical_json
from audit.home import ROOT, Home
from audit.rulebook import Rulebook

_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.pyc")


def create_run(out: Path, parameters: Parameters) -> RunFolder:
    """The next free number below `out/<district>/<year>`, taken exclusively: two runs never share a folder."""
    parent = out / parameters.district / str(parameters.year)
    parent.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(path.name) for path in parent.iterdir() if path.name.isdigit()), default=0)
    while True:
        path = parent / f"{number:04d}"
        try:
            path.mkdir()
            break
        except FileExistsError:
            number += 1
    folder = RunFolder(path)
    for made in ("notebooks", "records", "charts"):
        (folder.proof / made).mkdir(parents=True)
    for place in (folder.conclusion, folder.plan, folder.reference):
        place.mkdir(parents=True)
    return folder


def take_snapshot(folder: RunFolder, home: Home, parameters: Parameters, book: Rulebook) -> None:
    """Copy what the run reads into it, so that the run reads nothing else."""
    (folder.plan / "parameters.json").write_text(canonical_json(parameters.model_dump()), encoding="utf-8")
    shutil.copytree(home.expectations, folder.plan / "expectations", ignore=_LEFT_OUT)
    inputs = folder.reference / "inputs"
    for year in (parameters.year, parameters.year - 1):
        source = home.engagement(parameters.district, year)
        if source.is_dir():
            target = inputs / parameters.district / str(year)
            target.mkdir(parents=True)
            for path in sorted(source.iterdir()):
                if path.is_file() and _is_input(path, book):
                    shutil.copyfile(path, target / path.name)
            if (source / "sample").is_dir():
                shutil.copytree(source / "sample", target / "sample", ignore=_LEFT_OUT)
    sources = folder.reference / "source"
    shutil.copytree(ROOT / "audit", sources / "audit", ignore=_LEFT_OUT)
    shutil.copytree(home.notebooks, sources / "notebooks", ignore=_LEFT_OUT)
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copyfile(ROOT / name, folder.reference / name)
    (folder.reference / "environment.json").write_text(canonical_json(_environment()), encoding="utf-8")


def withhold_inputs(folder: RunFolder) -> None:
    """Replace the inputs by their digests, where the engagement does not allow copies to be kept."""
    inputs = folder.reference / "inputs"
    listed = [
        {
            "file": path.relative_to(inputs).as_posix(),
            "size": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(inputs.rglob("*"))
        if path.is_file()
    ]
    (folder.reference / "inputs.json").write_text(canonical_json(listed), encoding="utf-8")
    shutil.rmtree(inputs)


def _is_input(path: Path, book: Rulebook) -> bool:
    return path.stem in book.delivered or path.name in ("engagement.toml", "claims.csv", "responses.csv", "README.md")


def _environment() -> dict[str, object]:
    """Interpreter, platform and every installed distribution; no host, no user, no path."""
    facts = [distribution.metadata for distribution in metadata.distributions()]
    installed = sorted({(fact["Name"].lower(), fact["Version"]) for fact in facts})
    return {
        "package": __version__,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "system": platform.system(),
        "machine": platform.machine(),
        "distributions": [f"{name}=={version}" for name, version in installed],
    }
