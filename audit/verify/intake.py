"""V5: the inputs before the run are those after it and those stored; control totals speak of the same files."""

from __future__ import annotations

from collections.abc import Iterator

from audit.verify.case import INPUTS, PROOF, REFERENCE, AbsentError, Case, listing, mapping
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.shelf import shown_name


def input_steps(case: Case) -> Iterator[Step]:
    """V5 and V5-controls."""
    faults: list[Say] = []
    try:
        stored, held = stored_inputs(case)
        stated = mapping(case.predicate.get("inputs"))
    except AbsentError as error:
        yield judged("V5", [error.said], "", "")
        return
    before, after = mapping(stated.get("before")), mapping(stated.get("after"))
    for (zh, en), other in ((("运行前", "before the run"), before), (("运行后", "after the run"), after)):
        if stated:
            faults += [
                (f"{shown_name(name)} 与{zh}不同", f"{shown_name(name)} differs from what it was {en}")
                for name in sorted(stored.keys() | other.keys())
                if stored.get(name) != other.get(name)
            ]
    held_zh, held_en = ("已存档", "archived") if held else ("只存摘要", "by digest only")
    count = len(stored)
    if stated:
        words = f"{count}个输入前后一致（{held_zh}）", f"{count} inputs, before = after = stored ({held_en})"
        yield judged("V5", faults, *words)
    else:
        yield unchecked("V5", "没有封存声明可比", "there is no seal to compare with")
    yield _controls(case, stored)


def stored_inputs(case: Case) -> tuple[dict[str, str], bool]:
    """The inputs' digests by name, and whether their bytes are archived.  Raises AbsentError."""
    if not case.has(f"{REFERENCE}/inputs.json"):
        names = case.below(INPUTS)
        return {name[len(INPUTS) :]: case.digests[name]["sha256"] for name in names if name in case.digests}, True
    entries = [mapping(entry) for entry in listing(case.json(f"{REFERENCE}/inputs.json"))]
    return {str(entry.get("file")): str(entry.get("sha256")) for entry in entries}, False


def _controls(case: Case, stored: dict[str, str]) -> Step:
    """Every table that was judged was read from an input of that digest."""
    if case.failure:
        return unchecked("V5-controls", "运行未完成", "the run failed")
    try:
        controls = [mapping(entry) for entry in listing(case.json(f"{PROOF}/control_totals.json"))]
    except AbsentError as error:
        return judged("V5-controls", [error.said], "", "")
    faults: list[Say] = []
    for control in controls:
        name = str(control.get("file"))
        path = f"{INPUTS}{name}"
        size = case.archive.bag.entries.get(path, control.get("size"))
        if stored.get(name) != control.get("digest") or size != control.get("size"):
            faults.append((f"{shown_name(name)} 的控制总数不符", f"the control totals of {shown_name(name)} differ"))
    return judged("V5-controls", faults, f"{len(controls)}张表的来源相符", f"{len(controls)} tables from these inputs")
