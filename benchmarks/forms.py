"""How `audit form` reads labelled reports: cells and verdicts against the labels of a folder.

    .venv/bin/python benchmarks/forms.py FOLDER

FOLDER holds NAME.txt (or .html, .docx, .xlsx) beside NAME.labels.json, whose `tables` give the cells of tables 3
and 4 in the order of the form, and whose `identities` give the verdicts by kind.  Labels without table 3 are left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from audit.errors import AuditError
from audit.form import Equation, Form, read_form, within_form

KINDS = {"table3_accounting": "GID-I01", "table3_parts": "GID-I02", "table4": "GID-I05"}


def main() -> None:
    """Print one line a report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for labels in sorted(parser.parse_args().folder.glob("*.labels.json")):
        document = json.loads(labels.read_text(encoding="utf-8"))
        name = labels.name.removesuffix(".labels.json")
        files = [path for path in labels.parent.glob(f"{name}.*") if path != labels]
        print(f"{name}: {line(files[0], document)}")


def line(path: Path, labels: dict[str, Any]) -> str:
    """Cells and verdicts that are as labelled, of all."""
    expected = labels.get("tables", {})
    try:
        form = read_form(path)
    except AuditError as fault:
        return f"{fault.problem} ({'labels have a form' if 'table3' in expected else 'as labelled'})"
    cells = [pair for name in ("table3", "table4") for pair in pairs(form, name, expected.get(name, {}))]
    verdicts = [verdict for identity in labels["identities"] if (verdict := judged(identity, within_form(form)))]
    good = sum(found == wanted for found, wanted in cells)
    right = sum(found is wanted for found, wanted in verdicts)
    return f"{good} of {len(cells)} cells, {right} of {len(verdicts)} verdicts; year {form.year}, format {form.format}"


def pairs(form: Form, name: str, expected: dict[str, dict[str, Any]]) -> list[tuple[Any, Any]]:
    """Each cell beside its label; the labels name rows otherwise, so their order counts."""
    table = form.table3 if name == "table3" else form.table4
    rows = zip(table.values(), expected.values(), strict=False)
    return [(found[column].value, wanted.get(column)) for found, wanted in rows for column in wanted]


def judged(identity: dict[str, Any], equations: list[Equation]) -> tuple[bool | None, bool | None] | None:
    """The verdict on one labelled identity beside its label, None for kinds that are not about one equation."""
    if identity["kind"] == "table3_row":
        return all(e.holds for e in equations if e.id == "GID-I03"), identity["holds"]
    if identity["kind"] not in KINDS:
        return None
    key = identity["note"].split()[-1]
    for equation in equations:
        if equation.id == KINDS[identity["kind"]] and equation.key == key:
            return equation.holds, identity["holds"]
    return None


if __name__ == "__main__":
    main()
