"""The run folder: filled with a snapshot of inputs, criteria, source and environment."""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

from audit import __version__
from audit.archive import Parameters, RunFolder
from audit.errors import AuditError
from audit.findings import canonical_json
from audit.home import ROOT, Home
from audit.rulebook import Rulebook
from audit.seal import check_name
from audit.verify.digests import digest_file, digest_files

_LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")
_KEY = b"PRIVATE KEY-----"


def lay_out(folder: RunFolder) -> RunFolder:
    """Make the four folders of a new run, and those in which working papers write."""
    for made in ("notebooks", "records", "charts"):
        (folder.proof / made).mkdir(parents=True)
    for place in (folder.conclusion, folder.plan, folder.reference):
        place.mkdir(parents=True)
    return folder


def take_snapshot(folder: RunFolder, home: Home, parameters: Parameters, book: Rulebook) -> dict[str, str]:
    """Copy what the run reads into it, so that it reads nothing else; gives the inputs' digests by name.

    Raises AuditError for a file that may not come into an archive, OSError when the copies cannot be written.
    """
    (folder.plan / "parameters.json").write_text(canonical_json(parameters.model_dump()), encoding="utf-8")
    _copy_tree(home.expectations, folder.plan / "expectations")
    inputs = folder.reference / "inputs"
    for year in (parameters.year, parameters.year - 1):
        source = home.engagement(parameters.district, year)
        target = inputs / parameters.district / str(year)
        for path in sorted(source.iterdir()) if source.is_dir() else ():
            if path.is_file() and _is_input(path, book):
                _copy(path, target / path.name)
        _copy_tree(source / "sample", target / "sample")
    _copy_tree(home.data / "holidays", inputs / "holidays")
    plan = home.engagement(parameters.district, parameters.year) / "engagement.toml"
    _copy(plan, folder.plan / plan.name)
    sources = folder.reference / "source"
    _copy_tree(ROOT / "audit", sources / "audit")
    _copy_tree(home.notebooks, sources / "notebooks")
    for name in ("requirements.lock", "pyproject.toml"):
        _copy(ROOT / name, folder.reference / name)
    (folder.reference / "environment.json").write_text(canonical_json(_environment()), encoding="utf-8")
    names = [path.relative_to(inputs).as_posix() for path in sorted(inputs.rglob("*")) if path.is_file()]
    return input_digests(inputs, names)


def input_digests(data: Path, names: list[str]) -> dict[str, str]:
    """SHA-256 of the inputs below `data`; empty for one that is gone."""
    found = digest_files(data, names)
    return {name: "" if isinstance(made, OSError) else made["sha256"] for name, made in found.items()}


def check_unchanged(before: dict[str, str], after: dict[str, str]) -> None:
    """Raise AuditError for the first input that is not what it was when the run began."""
    for name, digest in before.items():
        if after[name] != digest:
            raise AuditError(
                f"{name} changed while it was being audited",
                where=name,
                remedy="make sure that nobody edits the files, and run again",
            )


def withhold_inputs(folder: RunFolder) -> None:
    """Replace the inputs by their digests, where the engagement does not allow copies to be kept."""
    inputs = folder.reference / "inputs"
    listed = [
        {
            "file": path.relative_to(inputs).as_posix(),
            "size": path.stat().st_size,
            "sha256": digest_file(path)["sha256"],
        }
        for path in sorted(inputs.rglob("*"))
        if path.is_file()
    ]
    (folder.reference / "inputs.json").write_text(canonical_json(listed), encoding="utf-8")
    shutil.rmtree(inputs)


def _copy_tree(source: Path, target: Path) -> None:
    """Copy what lies below `source`, if there is such a folder; what editors and Python leave behind stays out."""
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        if path.name in _LEFT_OUT or path.suffix == ".pyc":
            continue
        if path.is_dir():
            _copy_tree(path, target / path.name)
        else:
            _copy(path, target / path.name)


def _copy(source: Path, target: Path) -> None:
    check_name(source.name)
    with source.open("rb") as file:
        if _KEY in file.read(64):
            raise AuditError(
                "a private key does not belong into an archive",
                where=source.name,
                remedy="keep it outside of the project, such as in ~/.ssh",
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


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
