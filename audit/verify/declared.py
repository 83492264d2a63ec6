"""What an archive's results declare: by id, and the numbers that are counted from them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from audit.verify.case import CONCLUSION, CRITERIA, INPUTS, PROOF, Case, listing, mapping
from audit.verify.papers import FAMILIES
from audit.verify.shown import numbers_in, plain_text

GRADES = ("critical", "warning", "info")
STATUS_MARKS = {"pass": "✓", "fail": "×", "not_tested": "○", "error": "!"}


@dataclass
class Declared:
    """The results by id, and the numbers that may stand where no single result is spoken of."""

    claims: dict[str, dict[str, Any]]
    outcomes: dict[str, dict[str, Any]]
    findings: dict[str, dict[str, Any]]
    controls: dict[str, dict[str, Any]]
    reconciliation: dict[str, Any]
    printed: dict[str, list[str]]
    common: set[str] = field(default_factory=set)
    sentences: list[list[str]] = field(default_factory=list)
    rules_text: dict[str, set[str]] = field(default_factory=dict)
    tables: dict[str, set[str]] = field(default_factory=dict)
    alts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    direct: set[str] = field(default_factory=set)
    sections: dict[str, list[str]] = field(default_factory=dict)


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
    outcomes = by_key(case.json(f"{PROOF}/outcomes.json"), "id")
    findings = by_key(document.get("findings"), "id")
    claims = by_key(case.json(f"{CONCLUSION}/claims.json"), "claim")
    controls = by_key(case.json(f"{PROOF}/control_totals.json"), "file")
    found = Declared(claims, outcomes, findings, controls, mapping(document.get("reconciliation")), {})
    engagement = mapping(document.get("engagement"))
    found.common |= numbers_of(engagement)
    place = f"{INPUTS}{engagement.get('district')}/{engagement.get('year')}/"
    found.printed = _claim_lines(case, f"{place}claims.csv")
    for name in (f"{place}engagement.toml", f"{CRITERIA}breaks.yml"):
        if case.has(name):
            found.common |= set(numbers_in(case.content(name).decode("utf-8", "replace")))
    for name in case.below(CRITERIA):
        if name.startswith(f"{CRITERIA}tables/"):
            table = name.rpartition("/")[2].removesuffix(".yml")
            found.tables[table] = set(numbers_in(case.content(name).decode("utf-8", "replace")))
        elif name.endswith(".yml"):
            if name.startswith(f"{CRITERIA}rules/"):
                found.direct |= _direct_rules(case.content(name).decode("utf-8", "replace"))
            found.rules_text.update(_blocks(case.content(name).decode("utf-8", "replace")))
    for name in case.below(f"{PROOF}/records/"):
        for chart in listing(mapping(case.json(name)).get("charts")):
            words = [mapping(chart).get("alt"), mapping(chart).get("title")]
            found.alts |= {plain_text(str(text)) for text in mapping(words[0]).values()}
            found.common |= numbers_of(words)
    _name(found, case)
    _count(
        found,
        [mapping(p) for p in listing(case.json(f"{PROOF}/selftest.json"))]
        if case.has(f"{PROOF}/selftest.json")
        else [],
    )
    return found


def _blocks(text: str) -> dict[str, set[str]]:
    """The numbers of each top-level entry of a YAML file, by its name."""
    parts = re.split(r"(?m)^(?:- id: *)?([\w.-]+):? *$", text)
    return {name: set(numbers_in(block)) for name, block in zip(parts[1::2], parts[2::2], strict=True)}


def _direct_rules(text: str) -> set[str]:
    """The rules of a file that are tested by themselves, and not only through what carries them out."""
    blocks = re.split(r"(?m)^- id: *(\S+) *$", text)
    own = re.compile(r"(?m)^  (?:test|years|units|samples):")
    return {name for name, block in zip(blocks[1::2], blocks[2::2], strict=True) if own.search(block)}


def by_key(document: Any, key: str) -> dict[str, dict[str, Any]]:
    """The objects of a list by one of their texts."""
    return {str(mapping(entry).get(key)): mapping(entry) for entry in listing(document)}


def _claim_lines(case: Case, name: str) -> dict[str, list[str]]:
    """The numbers of each line of claims.csv, where the inputs are archived."""
    if not case.has(name):
        return {}
    lines = case.content(name).decode("utf-8-sig", "replace").splitlines()
    return {line.partition(",")[0].strip('"'): numbers_in(line) for line in lines}


def _count(found: Declared, plants: list[dict[str, Any]]) -> None:
    """Numbers that are counted from the results, and the sentences that must be made of them."""
    claims, outcomes, findings = found.claims.values(), found.outcomes.values(), found.findings.values()
    held = [
        claim
        for claim in claims
        if claim.get("measure") and (claim.get("recalculated") or claim.get("verdict") in ("agrees", "differs"))
    ]
    agree = sum(claim.get("verdict") == "agrees" for claim in held)
    failures = [finding for finding in findings if finding.get("status") == "fail"]
    grades = [sum(finding.get("severity") == grade for finding in failures) for grade in GRADES]
    open_ = [int(mapping(found.reconciliation.get(family)).get("not_tested") or 0) for family in FAMILIES]
    errors = sum(int(mapping(found.reconciliation.get(family)).get("errors") or 0) for family in FAMILIES)
    found.sentences = [
        [str(number) for number in numbers]
        for numbers in (
            (len(found.claims), len(held), agree),
            (len(failures), *grades),
            (sum(open_), *open_, errors),
        )
    ]
    results = Counter(plant.get("result") for plant in plants)
    planted = results["caught"] + results["missed"]
    reasons: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.get("status") in ("not_tested", "error"):
            reason = mapping(outcome.get("reason"))
            reasons[str(reason.get("zh"))] += 1
            found.common |= numbers_of(reason)
    verdicts = Counter(str(claim.get("verdict")) for claim in claims)
    counts = [*reasons.values(), *verdicts.values(), *results.values(), planted, len(found.controls), *grades]
    found.sections = {
        "findings": [str(grade) for grade in grades],
        "untested": [str(count) for count in reasons.values()],
        "rules": [str(n) for n in (planted, results["caught"], results["missed"], results["exempt"]) if plants],
    }
    found.common |= {str(number) for number in counts} | {n for line in found.sentences for n in line} | {"0", "12"}


def _name(found: Declared, case: Case) -> None:
    """What may stand as code: ids, tables, files, digests and record keys."""
    found.names |= {*found.claims, *found.outcomes, *found.controls}
    found.names |= {str(outcome.get("rule")) for outcome in found.outcomes.values()}
    found.names |= {key.partition("/")[2] for key in found.outcomes} | {key.partition("/")[0] for key in found.outcomes}
    for control in found.controls.values():
        digest = str(control.get("digest"))
        found.names |= {digest, digest[:12], str(control.get("table")), *mapping(control.get("sums"))}
        found.names |= {str(column) for column in listing(control.get("ignored_columns"))}
    for finding in found.findings.values():
        found.names |= {plain_text(str(mapping(record).get("key"))) for record in listing(finding.get("records"))}
    for name in case.archive.bag.entries:
        found.names |= {
            f"..{name[4:]}" if name.startswith("data/") else name,
            name.rpartition("/")[2].rpartition(".")[0],
        }
