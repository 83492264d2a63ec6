"""V6: what a row of the appendix must say: the numbers of the result it speaks of, in its order, under its mark."""

from __future__ import annotations

from typing import Any

from audit.verify.case import listing, mapping
from audit.verify.declared import STATUS_MARKS, Declared
from audit.verify.origins import EXHIBITS, Origins, table_counts
from audit.verify.papers import FAMILIES
from audit.verify.report import Say
from audit.verify.shelf import shown_name
from audit.verify.shown import Scope, numbers_in, without_blanks


def row_faults(scope: Scope, declared: Declared, origins: Origins) -> list[Say]:
    """Rows of other tables: their numbers are those of the result they speak of, in its order."""
    text = " ".join(scope.cells)
    faults: list[Say] = []
    for origin in sorted(scope.origins):
        kind, _, name = origin.partition(":")
        mine = [n for said, of, code in scope.said if of == origin and not code for n in numbers_in(said)]
        if kind == "reconciliation" and name in FAMILIES and len(mine) >= 5:
            counts = list(mapping(declared.reconciliation.get(name)).values())
            faults += wanted_in_order(" ".join(mine), counts, origin)
        elif kind == "table" and len(mine) > len(STATUS_MARKS):
            faults += wanted_in_order(" ".join(mine), list(table_counts(declared, name)), origin)
        elif kind == "control":
            controls = [c for c in declared.controls.values() if c.get("table") == name]
            wanted = [[c.get("rows"), c.get("size"), *mapping(c.get("sums")).values()] for c in controls]
            if wanted and all(wanted_in_order(text, values, origin) for values in wanted):
                faults += wanted_in_order(text, wanted[0], origin)
        elif kind == "outcome" and name in declared.outcomes and scope.section == "figures":
            outcome = declared.outcomes[name]
            faults += titled(scope, outcome) + marked_as(scope, STATUS_MARKS, outcome.get("status"))
            faults += wanted_in_order(
                " ".join(mine), [outcome.get("judged"), outcome.get("failed")][: len(mine)], origin
            )
        elif kind in EXHIBITS and mine:
            faults += _exhibit_faults(scope, origin, mine, origins)
    return faults


def _exhibit_faults(scope: Scope, origin: str, mine: list[str], origins: Origins) -> list[Say]:
    """A row of time limits, months, flows or bars: its numbers, in order, are those of one series of the exhibit."""
    kind, _, name = origin.partition(":")
    said = without_blanks(scope.cells[0]) if scope.cells else ""
    for entry in origins.entries(kind, name):
        if kind == "limit":
            parts = [int(entry.get(part) or 0) for part in ("in_time", "late", "open", "overdue")]
            if [str(number) for number in (sum(parts), *parts)] == mine[:5]:
                return []
        elif kind == "months":
            series = [listing(entry.get("came")), listing(entry.get("went"))]
            opened = int(entry.get("carried_in") or 0)
            left = [opened]
            for came, went in zip(*series, strict=False):
                left.append(left[-1] + int(came) - int(went))
            if mine in [[str(number) for number in one] for one in (*series, left, left[1:])]:
                return []
        elif kind in ("flow", "bars"):
            steps = [(mapping(s).get("label"), mapping(s).get("count")) for s in listing(entry.get("steps"))]
            steps += list(zip(listing(entry.get("labels")), listing(entry.get("values")), strict=False))
            labels = [(without_blanks(str(text)), str(n)) for label, n in steps for text in mapping(label).values()]
            if any(label in said and number == mine[-1] for label, number in labels):
                return []
        else:
            return []
    where = shown_name(f"{origin} {said}"[:60])
    shown = " ".join(mine)
    return [(f"{where} 写的 {shown} 不是结果中的", f"{where}: {shown} is not in the results")]


def titled(scope: Scope, outcome: dict[str, Any]) -> list[Say]:
    """The scope says the outcome's title, in one of its languages."""
    said, title = without_blanks(scope.text), mapping(outcome.get("title"))
    if not title.get("zh") or any(without_blanks(str(text)) in said for text in title.values()):
        return []
    name = shown_name(str(outcome.get("id")))
    return [(f"{name} 的名称不是结果中的", f"{name}: its title is not that of the results")]


def wanted_in_order(text: str, values: list[Any], where: str) -> list[Say]:
    """Values that a text must show, in this order."""
    found = iter(numbers_in(text))
    for value in values:
        for number in numbers_in(str(value)) if value is not None else []:
            if not any(other == number for other in found):
                return [(f"{shown_name(where)} 应写 {number}", f"{shown_name(where)} should say {number}")]
    return []


def marked_as(scope: Scope, marks: dict[str, str], value: Any) -> list[Say]:
    """Where a cell begins with a mark, it is that of the result."""
    shown = {cell.strip()[:1] for cell in scope.cells} & set(marks.values())
    if value in marks and shown and marks[str(value)] not in shown:
        name = shown_name(scope.name or scope.text[:20])
        return [(f"{name} 的结论标记不符", f"{name}: another verdict is marked")]
    return []
