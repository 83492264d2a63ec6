"""A verified archive laid out in a scratch folder, with its inputs where a run looks for them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.archive import Parameters, RunFolder
from audit.errors import AuditError
from audit.home import Home
from audit.verify.case import INPUTS, REFERENCE, Case, listing, mapping
from audit.verify.digests import digest_file
from audit.verify.intake import stored_inputs
from audit.verify.place import Archive

_SHOWN = 12


@dataclass(frozen=True)
class Unpacked:
    """An archive in a scratch folder: `folder` is the run as archived, `home` what a new run reads from it."""

    folder: RunFolder
    home: Home
    parameters: Parameters
    predicate: dict[str, Any]


def unpack(archive: Archive, case: Case, scratch: Path, inputs: Path | None) -> Unpacked:
    """Copy the payload into `scratch`; the inputs come from `inputs` where the archive holds only their digests.

    Raises AuditError when they are needed and not given, or are not those of the archive.
    """
    root = scratch / "archive"
    for name in archive.bag.entries:
        if name.startswith("data/"):
            target = root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.bag.open(name) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
    stored, held = stored_inputs(case)
    folder = RunFolder(root)
    if not held:
        _bring(stored, inputs, root / INPUTS, archive.name)
    usual = folder.home
    home = Home(usual.data, scratch / "outputs", usual.expectations, usual.notebooks)
    return Unpacked(folder, home, folder.parameters(), case.predicate)


def _bring(stored: dict[str, str], given: Path | None, target: Path, name: str) -> None:
    """Copy the inputs named in the archive from the folder given, each by its digest."""
    listed = "\n".join(f"  {file}  {digest}" for file, digest in sorted(stored.items())[:_SHOWN])
    more = f"\n  and {len(stored) - _SHOWN} more" if len(stored) > _SHOWN else ""
    needed = f"the folder must hold these {len(stored)} files, as they were:\n{listed}{more}"
    if given is None:
        raise AuditError(
            "the archive holds the inputs' digests, not the inputs",
            where=f"{name}, {REFERENCE}/inputs.json",
            remedy=f"give the folder they are kept in with --inputs DIR; {needed}",
        )
    wrong = []
    for file, digest in stored.items():
        source = given / file
        if not source.is_file() or digest_file(source)["sha256"] != digest:
            wrong.append(file)
            continue
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / file)
    if wrong:
        shown = ", ".join(sorted(wrong)[:_SHOWN])
        raise AuditError(
            f"{len(wrong)} of {len(stored)} inputs are not those of the archive: {shown}",
            where=str(given),
            remedy=needed,
        )


def environment_of(case: Case) -> dict[str, Any]:
    """The archive's environment.json."""
    found = mapping(case.json(f"{REFERENCE}/environment.json"))
    return {**found, "distributions": [str(name) for name in listing(found.get("distributions"))]}
