"""Two runs side by side: executed notebooks cell by cell, everything else file by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from audit.archive.layout import CONCLUSION, PROOF
from audit.verify.digests import digest_file
from audit.verify.papers import MARKER_TAG, cell_text, cells_of

Difference = dict[str, str]
_INJECTED = "injected-parameters"


def compare_rendering(archived: Path, again: Path, files: list[str]) -> list[Difference]:
    """Files that are not the same byte for byte; `files` are names below both folders."""
    found = []
    for name in files:
        there, here = archived / name, again / name
        if not here.is_file():
            found.append({"file": name, "what": "was not made again"})
        elif not there.is_file():
            found.append({"file": name, "what": "is not in the archive"})
        elif digest_file(there) != digest_file(here):
            found.append({"file": name, "what": _first_difference(there, here)})
    return found


def result_files(folder: Path) -> list[str]:
    """What the last working paper writes: the conclusion, and the results in the proofs."""
    conclusion = [
        path.relative_to(folder).as_posix() for path in sorted((folder / CONCLUSION).rglob("*")) if path.is_file()
    ]
    proofs = [path.relative_to(folder).as_posix() for path in sorted((folder / PROOF).iterdir()) if path.is_file()]
    return conclusion + [name for name in proofs if not name.endswith("intake.csv")]


def compare_runs(archived: Path, again: Path) -> list[Difference]:
    """Every difference between two run folders' results and proofs, times and the run's number apart."""
    found: list[Difference] = []
    papers = f"{PROOF}/notebooks/"
    names = sorted(
        {
            path.relative_to(root).as_posix()
            for root in (archived, again)
            for part in (CONCLUSION, PROOF)
            for path in (root / part).rglob("*")
            if path.is_file()
        }
    )
    for name in (name for name in names if name.startswith(papers) and name.endswith(".ipynb")):
        found += compare_notebooks(archived / name, again / name)
    found += compare_rendering(archived, again, [name for name in names if not name.startswith(papers)])
    return found


def compare_notebooks(archived: Path, again: Path) -> list[Difference]:
    """The cells that differ, by paper and number; metadata, times and the injected parameters are no difference."""
    paper = archived.stem
    try:
        there, here = (_cells(path) for path in (archived, again))
    except (OSError, ValueError) as error:
        return [{"paper": paper, "what": f"cannot be compared: {error}"}]
    found = []
    if len(there) != len(here):
        found.append({"paper": paper, "what": f"{len(there)} cells archived, {len(here)} here"})
    for number, (old, new) in enumerate(zip(there, here, strict=False)):
        for what in ("type", "source", "count", "outputs"):
            if old[what] != new[what]:
                first = old["source"].strip().splitlines()[:1]
                where = {"paper": paper, "cell": str(number), "source": first[0] if first else ""}
                found.append({**where, "what": what, **_apart(old[what], new[what])})
                break
    return found


def _cells(path: Path) -> list[dict[str, Any]]:
    document = json.loads(path.read_bytes())
    cells = []
    for cell in cells_of(document):
        tags = cell.get("metadata", {}).get("tags", [])
        if _INJECTED in tags or MARKER_TAG in tags:
            continue
        outputs = [_reduced(output) for output in cell.get("outputs", [])]
        cells.append(
            {
                "type": cell.get("cell_type"),
                "source": cell_text(cell),
                "count": cell.get("execution_count"),
                "outputs": json.dumps(outputs, ensure_ascii=False, sort_keys=True),
            }
        )
    return cells


def _reduced(output: dict[str, Any]) -> dict[str, Any]:
    said = {key: _joined(output[key]) for key in ("output_type", "name", "text") if key in output}
    return said | {"data": {kind: _joined(content) for kind, content in output.get("data", {}).items()}}


def _joined(text: Any) -> Any:
    return "".join(text) if isinstance(text, list) else text


def _apart(old: Any, new: Any) -> dict[str, str]:
    """The two around the first place at which they differ."""
    there, here = str(old), str(new)
    place = next((n for n, (a, b) in enumerate(zip(there, here, strict=False)) if a != b), min(len(there), len(here)))
    start = max(0, place - 20)
    return {"archived": there[start : place + 60], "here": here[start : place + 60]}


def _first_difference(there: Path, here: Path) -> str:
    """The first line at which two files differ, if they are text."""
    try:
        old, new = (path.read_text(encoding="utf-8").splitlines() for path in (there, here))
    except (UnicodeDecodeError, OSError):
        return "differs"
    for number, (a, b) in enumerate(zip(old, new, strict=False), start=1):
        if a != b:
            part = _apart(a, b)
            return f"differs from line {number} on: {part['archived']!r} archived, {part['here']!r} here"
    return f"{len(old)} lines archived, {len(new)} here"
