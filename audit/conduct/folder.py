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
    names = list_inputs(home, parameters, book)
    for name in names:
        _copy(home.data / name, inputs / name)
    plan = home.engagement(parameters.district, parameters.year) / "engagement.toml"
    _copy(plan, folder.plan / plan.name)
    sources = folder.reference / "source"
    _copy_tree(ROOT / "audit", sources / "audit")
    _copy_tree(home.notebooks, sources / "notebooks")
    for name in ("requirements.lock", "pyproject.toml"):
        _copy(ROOT / name, folder.reference / name)
    (folder.reference / "environment.json").write_text(canonical_json(_environment()), encoding="utf-8")
    return input_digests(inputs, names)


def list_inputs(home: Home, parameters: Parameters, book: Rulebook) -> list[str]:
    """The files a run reads, below the data folder: those of the year and of the year before, samples, holidays."""
    found: list[Path] = []
    for year in (parameters.year, parameters.year - 1):
        source = home.engagement(parameters.district, year)
        listed = sorted(source.iterdir()) if source.is_dir() else ()
        found += [path for path in listed if path.is_file() and _is_input(path, book)]
        found += _files(source / "sample")
    found += _files(home.data / "holidays")
    return [path.relative_to(home.data).as_posix() for path in found]


def criteria_digests(home: Home) -> dict[str, str]:
    """SHA-256 of every file of the criteria, by name below their folder.  Raises OSError."""
    return {
        path.relative_to(home.expectations).as_posix(): digest_file(path)["sha256"]
        for path in _files(home.expectations)
    }


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
    for path in _files(source):
        _copy(path, target / path.relative_to(source))


def _files(folder: Path) -> list[Path]:
    """What lies below `folder`, if there is such a folder; what editors and Python leave behind stays out."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc" and not set(path.relative_to(folder).parts) & set(_LEFT_OUT)
    ]


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
