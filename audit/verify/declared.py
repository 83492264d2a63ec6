"""What an archive's results declare, by id, with the criteria they were held against."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from audit.verify.case import CONCLUSION, CRITERIA, INPUTS, PLAN, PROOF, Case, listing, mapping
from audit.verify.shown import numbers_in, plain_text

GRADES = ("critical", "warning", "info")
STATUS_MARKS = {"pass": "✓", "fail": "×", "not_tested": "○", "error": "!"}
CHECKED_RULE = re.compile(r"(?m)^  (?:test|years|units|samples):")
TIMED_RULE = re.compile(r"(?m)^  clock:")


@dataclass
class Declared:
    """The results by id, and the numbers of the criteria.

    `printed` are the numbers of each line of claims.csv, empty where it is not archived; `rules_text` those of each
    rule, measure and identity, `tables` of each table; `direct` the rules tested by themselves, `clocks` those with a
    time limit; `held` how many claims were held against records; `common` the engagement's own
    numbers; `names` what may stand as code.
    """

    claims: dict[str, dict[str, Any]]
    outcomes: dict[str, dict[str, Any]]
    findings: dict[str, dict[str, Any]]
    controls: dict[str, dict[str, Any]]
    reconciliation: dict[str, Any]
    engagement: dict[str, Any]
    printed: dict[str, list[str]] = field(default_factory=dict)
    common: set[str] = field(default_factory=set)
    rules_text: dict[str, set[str]] = field(default_factory=dict)
    tables: dict[str, set[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    direct: set[str] = field(default_factory=set)
    clocks: set[str] = field(default_factory=set)
    plants: set[str] = field(default_factory=set)
    held: int = 0


def numbers_of(value: Any) -> set[str]:
    """Every number in a JSON value, in its texts too."""
    if isinstance(value, dict):
        return {number for part in value.values() for number in numbers_of(part)}
    if isinstance(value, list):
        return {number for part in value for number in numbers_of(part)}
    if isinstance(value, bool) or value is None:
        return set()
    return set(numbers_in(str(value)))


def read_declared(case: Case) -> Declared:
    """The results of an archive.  Raises AbsentError."""
    document = mapping(case.json(f"{CONCLUSION}/findings.json"))
    found = Declared(
        by_key(case.json(f"{CONCLUSION}/claims.json"), "claim"),
        by_key(case.json(f"{PROOF}/outcomes.json"), "id"),
        by_key(document.get("findings"), "id"),
        by_key(case.json(f"{PROOF}/control_totals.json"), "file"),
        mapping(document.get("reconciliation")),
        mapping(document.get("engagement")),
    )
    found.common |= numbers_of(found.engagement)
    place = f"{INPUTS}{found.engagement.get('district')}/{found.engagement.get('year')}/"
    if case.has(f"{place}claims.csv"):
        lines = case.content(f"{place}claims.csv").decode("utf-8-sig", "replace").splitlines()
        found.printed = {line.partition(",")[0].strip('"'): numbers_in(line) for line in lines}
    for name in (f"{PLAN}/engagement.toml", f"{place}engagement.toml"):
        if case.has(name):
            found.common |= set(numbers_in(case.content(name).decode("utf-8", "replace")))
    _read_criteria(case, found)
    held = [
        claim
        for claim in found.claims.values()
        if claim.get("measure") and (claim.get("recalculated") or claim.get("verdict") in ("agrees", "differs"))
    ]
    found.held = len(held)
    plants = listing(case.json(f"{PROOF}/selftest.json")) if case.has(f"{PROOF}/selftest.json") else []
    results = Counter(mapping(plant).get("result") for plant in plants)
    counts = (results["caught"], results["missed"], results["exempt"], results["caught"] + results["missed"])
    found.plants = {str(count) for count in counts}
    _name(found, case)
    return found


def _read_criteria(case: Case, found: Declared) -> None:
    """The numbers of each entry of the criteria, read as text: this file must do without a reader of YAML."""
    for name in case.below(CRITERIA):
        if not name.endswith(".yml"):
            continue
        text = case.content(name).decode("utf-8", "replace")
        if name.startswith(f"{CRITERIA}tables/"):
            found.tables[name.rpartition("/")[2].removesuffix(".yml")] = set(numbers_in(text))
            continue
        parts = re.split(r"(?m)^(?:- id: *)?([\w.-]+):? *$", text)
        for entry, block in zip(parts[1::2], parts[2::2], strict=True):
            found.rules_text[entry] = set(numbers_in(block))
            if CHECKED_RULE.search(block):
                found.direct.add(entry)
            if TIMED_RULE.search(block):
                found.clocks.add(entry)


def by_key(document: Any, key: str) -> dict[str, dict[str, Any]]:
    """The objects of a list by one of their texts."""
    return {str(mapping(entry).get(key)): mapping(entry) for entry in listing(document)}


def _name(found: Declared, case: Case) -> None:
    """What may stand as code: ids, tables, files and digests."""
    found.names |= {*found.claims, *found.outcomes, *found.controls, *found.tables}
    found.names |= {str(outcome.get("rule")) for outcome in found.outcomes.values()}
    found.names |= {part for key in found.outcomes for part in (key.partition("/")[0], key.partition("/")[2])}
    for control in found.controls.values():
        digest = str(control.get("digest"))
        found.names |= {digest, digest[:12], str(control.get("table")), *mapping(control.get("sums"))}
        found.names |= {str(column) for column in listing(control.get("ignored_columns"))}
    for claim in found.claims.values():
        digest = str(claim.get("records_digest"))
        found.names |= {digest, digest[:12], str(claim.get("measure"))}
    for name in case.archive.bag.entries:
        found.names |= {f"..{name[4:]}" if name.startswith("data/") else name, name.rpartition("/")[2]}
        found.names.add(name.rpartition("/")[2].rpartition(".")[0])
    found.names = {plain_text(name) for name in found.names}
