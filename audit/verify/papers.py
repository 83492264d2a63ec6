"""V3 and V4: the working papers ran to their last cell, from the archived source, with the parameters on record."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from audit.verify.books import CLOCK_SLACK, criteria_digest, moment
from audit.verify.case import (
    CONCLUSION,
    CRITERIA,
    PAPER_SOURCES,
    PAPERS,
    PLAN,
    PROOF,
    SOURCE,
    AbsentError,
    Case,
    listing,
    mapping,
)
from audit.verify.digests import list_digest, semantic_digest
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.shelf import shown_name

FAMILIES = ("rules", "expectations", "claims", "identities")
DUE_FILES = (
    *(f"{CONCLUSION}/{name}" for name in ("appendix.html", "findings.json", "findings.csv", "claims.json")),
    *(f"{PROOF}/{name}" for name in ("outcomes.json", "control_totals.json", "claim_records.csv")),
    f"{PLAN}/parameters.json",
)
NUMBERED_PAPER = re.compile(r"\d\d_\w+\.ipynb")  # others are no working papers, such as where to start
MARKER_TAG = "papermill-error-cell-tag"


def paper_steps(case: Case) -> Iterator[Step]:
    """V3, V3-reconciliation, V3-outputs, V4, V4-parameters, V4-criteria."""
    failure = case.failure
    if failure:
        for step in ("V3", "V3-reconciliation", "V3-outputs", "V4"):
            yield unchecked(step, f"运行未完成：{failure}", f"the run failed: {failure}")
    else:
        yield _cells(case)
        yield _reconciliation(case)
        missing = [(f"缺少 {name}", f"{name} is missing") for name in DUE_FILES if not case.has(name)]
        yield judged("V3-outputs", missing, "应有的文件都在", "every file due is there")
        yield _sources(case)
    yield _parameters(case)
    yield _sealed_digests(case)


def _notebooks(case: Case) -> list[str]:
    return [name for name in case.below(PAPERS) if name.endswith(".ipynb")]


def paper_name(path: str) -> str:
    """The working paper's name in a path."""
    return path.rpartition("/")[2].removesuffix(".ipynb")


def cells_of(document: Any, kind: str = "") -> list[dict[str, Any]]:
    """The cells of a notebook, of one kind if asked."""
    cells = [mapping(cell) for cell in listing(mapping(document).get("cells"))]
    return [cell for cell in cells if not kind or cell.get("cell_type") == kind]


def cell_text(cell: dict[str, Any]) -> str:
    """A cell's source as one text."""
    source = cell.get("source", "")
    return "".join(str(line) for line in source) if isinstance(source, list) else str(source)


def _tags(cell: dict[str, Any]) -> list[Any]:
    return listing(mapping(cell.get("metadata")).get("tags"))


def _cells(case: Case) -> Step:
    """Counts 1 to n without a gap, no error, nothing skipped or pending, within the time of the run."""
    faults: list[Say] = []
    names, count = _notebooks(case), 0
    sources = [name for name in case.below(PAPER_SOURCES) if NUMBERED_PAPER.fullmatch(name.rpartition("/")[2])]
    missing = {paper_name(name) for name in sources} - {paper_name(name) for name in names}
    faults += [(f"没有执行 {name}", f"{name} was not executed") for name in sorted(missing)]
    if not names:
        faults.append(("没有已执行的底稿", "there is no executed working paper"))
    try:
        started, finished = (moment(case.predicate.get(key)) for key in ("started", "finished"))
    except AbsentError:
        started = finished = None
    for name in names:
        try:
            document = case.json(name)
        except AbsentError as error:
            faults.append(error.said)
            continue
        run = mapping(mapping(mapping(document).get("metadata")).get("papermill"))
        for key, limit in (("start_time", started), ("end_time", finished)):
            at = moment(run.get(key))
            late = at and limit and (limit - at if key == "start_time" else at - limit) > CLOCK_SLACK
            if late:
                faults.append((f"{paper_name(name)} 的执行时间不在运行之内", f"{paper_name(name)} ran at another time"))
        if run.get("exception") not in (None, False):
            faults.append((f"{paper_name(name)} 中断", f"{paper_name(name)} stopped early"))
        code = cells_of(document, "code")
        count += len(code)
        if not code:
            faults.append((f"{paper_name(name)} 没有代码", f"{paper_name(name)} has no code"))
        for place, cell in enumerate(code, start=1):
            reason = _gap(cell, place)
            if reason:
                faults.append(
                    (f"{paper_name(name)} 第{place}格{reason[0]}", f"{paper_name(name)} cell {place} {reason[1]}")
                )
    words = f"{len(names)}份底稿，{count}格均已按顺序执行", f"{len(names)} papers, {count} cells, all in order"
    return judged("V3", faults, *words)


def _gap(cell: dict[str, Any], place: int) -> Say | None:
    facts = mapping(mapping(cell.get("metadata")).get("papermill"))
    outputs = listing(cell.get("outputs"))
    if any(mapping(output).get("output_type") == "error" for output in outputs) or facts.get("exception"):
        return "出错", "failed"
    if facts.get("status", "completed") != "completed" or cell.get("execution_count") is None:
        return "没有执行", "never ran"
    if cell.get("execution_count") != place or isinstance(cell.get("execution_count"), bool):
        return f"的执行序号是{cell.get('execution_count')}", f"has the count {cell.get('execution_count')}"
    if any(tag in ("skip-execution", "raises-exception") for tag in _tags(cell)):
        return "被标为可跳过或可出错", "may be skipped or fail by its tag"
    return None


def _reconciliation(case: Case) -> Step:
    """declared = passed + failed + not tested + errors, in findings.json and over outcomes.json."""
    try:
        table = mapping(mapping(case.json(f"{CONCLUSION}/findings.json")).get("reconciliation"))
        outcomes = [mapping(entry) for entry in listing(case.json(f"{PROOF}/outcomes.json"))]
    except AbsentError as error:
        return judged("V3-reconciliation", [error.said], "", "")
    faults: list[Say] = []
    columns = {"pass": "passed", "fail": "failed", "not_tested": "not_tested", "error": "errors"}
    for family in FAMILIES:
        counts = mapping(table.get(family))
        mine = [outcome for outcome in outcomes if outcome.get("family") == family]
        found = {column: sum(o.get("status") == status for o in mine) for status, column in columns.items()}
        if counts != {"declared": len(mine), **found} or sum(found.values()) != len(mine):
            faults.append((f"{family} 不平", f"{family} does not add up"))
    total = len(outcomes)
    if len({str(outcome.get("id")) for outcome in outcomes}) != total:
        faults.append(("结果编号重复", "an outcome occurs twice"))
    return judged("V3-reconciliation", faults, f"{total}项全部有结果", f"{total} declared, all came out")


def _sources(case: Case) -> Step:
    """Executed cells without the injected one and papermill's markers are those of the archived notebook."""
    faults: list[Say] = []
    names = _notebooks(case)
    for name in names:
        source = f"{PAPER_SOURCES}{paper_name(name)}.ipynb"
        try:
            executed, archived = cells_of(case.json(name)), cells_of(case.json(source))
        except AbsentError as error:
            faults.append(error.said)
            continue
        kept = [c for c in executed if "injected-parameters" not in _tags(c) and MARKER_TAG not in _tags(c)]
        if len(executed) - len(kept) > 1 + sum(MARKER_TAG in _tags(cell) for cell in executed):
            faults.append((f"{paper_name(name)} 有多个注入格", f"{paper_name(name)} has several injected cells"))
        there, here = ([(c.get("cell_type"), cell_text(c)) for c in cells] for cells in (archived, kept))
        if there != here:
            place = next(
                (n for n, (a, b) in enumerate(zip(there, here, strict=False)) if a != b), min(len(there), len(here))
            )
            faults.append(
                (
                    f"{paper_name(name)} 第{place}格不是存档的源码",
                    f"{paper_name(name)} cell {place} is not the source's",
                )
            )
    return judged("V4", faults, f"{len(names)}份底稿与源码相同", f"{len(names)} papers equal their source")


def _parameters(case: Case) -> Step:
    """The injected cell assigns what parameters.json says; so does the seal."""
    try:
        recorded = mapping(case.json(f"{PLAN}/parameters.json"))
        stated = case.predicate
    except AbsentError as error:
        return judged("V4-parameters", [error.said], "", "")
    faults: list[Say] = []
    if stated and stated.get("parameters") != recorded:
        faults.append(("封存声明的参数不同", "the seal states other parameters"))
    run = str(stated.get("run") or case.archive.run)
    expected = {"district": recorded.get("district"), "year": recorded.get("year"), "run": run}
    for name in _notebooks(case):
        try:
            cells = [cell for cell in cells_of(case.json(name), "code") if "injected-parameters" in _tags(cell)]
        except AbsentError as error:
            faults.append(error.said)
            continue
        found = assigned(cell_text(cells[0])) if len(cells) == 1 else None
        right = found == expected if run else found is not None and {**found, "run": ""} == {**expected, "run": ""}
        if not right and not (case.failure and not cells):
            faults.append((f"{paper_name(name)} 注入的参数不同", f"{paper_name(name)} was given other parameters"))
    shown = ", ".join(f"{key} = {shown_name(str(value))}" for key, value in expected.items())
    return judged("V4-parameters", faults, shown, shown)


def assigned(source: str) -> dict[str, Any] | None:
    """The plain assignments of an injected cell; None when it holds anything else."""
    try:
        body = ast.parse(source).body
        found = {}
        for statement in body:
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                return None
            found[statement.targets[0].id] = ast.literal_eval(statement.value)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return found


def _sealed_digests(case: Case) -> Step:
    """Suites, rules, other criteria, source and notebooks are those that the seal states."""
    try:
        stated = case.predicate
    except AbsentError as error:
        return judged("V4-criteria", [error.said], "", "")
    if not stated:
        return unchecked("V4-criteria", "没有封存声明可比", "there is no seal to compare with")
    faults: list[Say] = []
    found = {
        name[len(CRITERIA) :]: case.digests[name]["sha256"] for name in case.below(CRITERIA) if name in case.digests
    }
    listed = {
        name: digest
        for group, folder in (("suites", "suites/"), ("rules", "rules/"), ("criteria", ""))
        for key, digest in mapping(stated.get(group)).items()
        for name in [key if key.startswith(folder) else folder + key]
    }
    faults += [
        (f"{shown_name(name)} 与封存时不同", f"{shown_name(name)} is not what was sealed")
        for name in sorted(found.keys() | listed.keys())
        if found.get(name) != listed.get(name)
    ]
    source = {name[len(SOURCE) :]: case.digests[name]["sha256"] for name in case.below(SOURCE) if name in case.digests}
    if stated.get("source") != list_digest(source):
        faults.append(("源码与封存时不同", "the source is not what was sealed"))
    papers = mapping(stated.get("notebooks"))
    for name in [] if case.failure else _notebooks(case):
        said = mapping(papers.get(paper_name(name)))
        try:
            if said.get("semantic") != semantic_digest(mapping(case.json(name))):
                faults.append(
                    (f"{paper_name(name)} 的内容与封存时不同", f"{paper_name(name)} says what was not sealed")
                )
        except ValueError as error:
            faults.append((f"{paper_name(name)} 无法解读", f"{paper_name(name)}: {error}"))
        archived = case.digests.get(f"{PAPER_SOURCES}{paper_name(name)}.ipynb", {}).get("sha256")
        if said.get("source") != archived:
            faults.append(
                (f"{paper_name(name)} 的源码与封存时不同", f"the source of {paper_name(name)} was not sealed")
            )
    count, criteria = len(source), criteria_digest(case) or ""
    return judged(
        "V4-criteria", faults, f"{len(found)}个标准文件，{count}个源文件，{criteria[:12]}",
        f"{len(found)} files of criteria, {count} of source, {criteria[:12]}",
    )  # fmt: skip
