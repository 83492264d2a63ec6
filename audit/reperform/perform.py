"""Levels 3 to 5: render again, run again, recalculate a second way."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from audit import __version__
from audit.archive import RunFolder
from audit.archive.layout import CONCLUSION
from audit.conduct import run_audit
from audit.conduct.run import Progress
from audit.errors import AuditError
from audit.home import ROOT
from audit.papers import open_appendix
from audit.reperform.certificate import Certificate, LevelResult
from audit.reperform.compare import compare_rendering, compare_runs, result_files
from audit.reperform.recount import recount
from audit.reperform.unpack import Unpacked, environment_of, unpack
from audit.seal.files import in_words, unprotect
from audit.verify.case import SOURCE, Case, listing
from audit.verify.check import verify_archive
from audit.verify.digests import digest_bytes, digest_files, list_digest
from audit.verify.place import open_archive
from audit.verify.report import UnusableError

_NEEDED = ("V0", "V1", "V1-unlisted", "V2")
_SHOWN = 100


def reperform(
    archive: Path, inputs: Path | None, progress: Progress, told: Callable[[str], None] = lambda words: None
) -> Certificate:
    """Verify the archive, then perform it again in a scratch folder.

    `inputs` holds the inputs where the archive has only their digests; `told` hears what is done next.  Raises
    AuditError for an archive that is not what was sealed, that holds a failed run, or that cannot be run here.
    """
    try:
        report = verify_archive(archive)
        opened = open_archive(archive)
    except UnusableError as error:
        raise AuditError(error.said[1], where=str(archive), remedy="name the folder or zip of a sealed run") from None
    try:
        broken = [step for step in report.steps if step.status == "fail" and step.id in _NEEDED]
        if broken or report.level == "none":
            raise AuditError(
                f"the archive is not what was sealed ({', '.join(step.id for step in broken)})",
                where=broken[0].en if broken else str(archive),
                remedy="see audit verify; a damaged archive is not performed again",
            )
        with tempfile.TemporaryDirectory(prefix="audit-reperform-") as scratch:
            try:
                return _perform(Case(opened), report.level, Path(scratch), inputs, progress, told)
            finally:
                with in_words("the scratch folder cannot be removed", scratch):
                    unprotect(Path(scratch))
    finally:
        opened.close()


def _perform(
    case: Case, verified: str, scratch: Path, inputs: Path | None, progress: Progress, told: Callable[[str], None]
) -> Certificate:
    case.digests = {name: {"sha256": ""} for name in case.archive.bag.entries}
    if case.failure:
        raise AuditError(f"the run failed, so there is nothing to perform again: {case.failure}")
    with in_words("the archive cannot be laid out", str(scratch)):
        unpacked = unpack(case.archive, case, scratch, inputs)
    claims = [dict(entry) for entry in listing(case.json(f"{CONCLUSION}/claims.json"))]
    seal = case.seal_file("seal.json")
    levels: dict[str, LevelResult] = {}
    told("L3 依结果重新绘制附录 / rendering the appendix again from its results")
    levels["L3"] = _render(unpacked, scratch)
    told("L4 用存档的输入和底稿重新执行 / running the archived inputs and papers again")
    levels["L4"] = _run(unpacked, progress)
    told("L5 用第二种方法重算各数 / recalculating every measure a second way")
    levels["L5"], uncovered, shared = _recalculate(unpacked, claims)
    return Certificate(
        str(unpacked.predicate.get("run", case.archive.name)),
        digest_bytes(seal) if seal is not None else "",
        verified,
        levels,
        _versions(case, unpacked),
        uncovered,
        shared,
    )


def _render(unpacked: Unpacked, scratch: Path) -> LevelResult:
    """L3: the results and the appendix, made again from the working papers' records, byte for byte."""
    again = RunFolder(scratch / "rendered")
    with in_words("the archive cannot be copied", str(scratch)):
        shutil.copytree(unpacked.folder.path, again.path)
    names = result_files(again.path)
    for name in names:
        (again.path / name).unlink()
    try:
        parameters = unpacked.parameters
        open_appendix(parameters.district, parameters.year, str(again.path)).conclude()
    except AuditError as error:
        return LevelResult("fail", f"it could not be rendered: {error.problem}", ({"what": str(error)},))
    made = sorted({*names, *result_files(again.path)})
    return _level(compare_rendering(unpacked.folder.path, again.path, made), f"{len(made)} files compared byte by byte")


def _run(unpacked: Unpacked, progress: Progress) -> LevelResult:
    """L4: run again by the same package's way in; the archived notebooks, inputs and criteria."""
    try:
        report = run_audit(unpacked.home, unpacked.parameters, progress)
    except AuditError as error:
        return LevelResult("fail", f"it could not be run again: {error.problem}", ({"what": str(error)},))
    again = report.folder.path
    papers = len(list((again / "data/2-proof/notebooks").glob("*.ipynb")))
    found = compare_runs(unpacked.folder.path, again)
    return _level(found, f"{papers} papers compared cell by cell, every other result and proof byte by byte")


def _level(found: list[dict[str, str]], detail: str) -> LevelResult:
    return LevelResult("fail" if found else "pass", f"{detail}: {len(found)} differ", tuple(found[:_SHOWN]))


def _recalculate(
    unpacked: Unpacked, claims: list[dict[str, Any]]
) -> tuple[LevelResult, dict[str, str], dict[str, str]]:
    """L5: each measure in plain Python, against DuckDB and against the archived figures."""
    try:
        found = recount(unpacked.home, unpacked.parameters.district, unpacked.parameters.year, claims)
    except AuditError as error:
        return LevelResult("fail", f"it could not be recalculated: {error.problem}"), {}, {}
    detail = (
        f"{found.equal} of {found.taken} measures equal in plain Python, record by record; {found.claims} archived "
        f"figures held against them; {len(found.uncovered)} measures have no second way"
    )
    used = {claim.get("measure") for claim in claims} & found.uncovered.keys()
    differs = tuple({"what": words} for words in found.differs[:_SHOWN])
    if differs:
        return LevelResult("fail", detail, differs), found.uncovered, found.shared
    status = "pass" if found.agrees and not used else "not_checked"
    return LevelResult(status, detail), found.uncovered, found.shared  # type: ignore[arg-type]


def _versions(case: Case, unpacked: Unpacked) -> dict[str, Any]:
    """Whether this is the version that made the archive, and which libraries are other ones."""
    there = environment_of(case)
    here = {f"{d.metadata['Name'].lower()}=={d.version}" for d in metadata.distributions()}
    archived = set(there["distributions"])
    own = unpacked.folder.path / SOURCE / "audit"
    return {
        "package": {"archived": there.get("package"), "here": __version__},
        "same_source": _source_digest(own) == _source_digest(ROOT / "audit"),
        "python": {"archived": there.get("python"), "here": _python()},
        "libraries_only_archived": sorted(archived - here),
        "libraries_only_here": sorted(here - archived),
    }


def _source_digest(folder: Path) -> str:
    names = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.endswith(".pyc")
    ]
    found = digest_files(folder, names)
    return list_digest({name: made["sha256"] for name, made in found.items() if isinstance(made, dict)})


def _python() -> str:
    import platform

    return platform.python_version()
