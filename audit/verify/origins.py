"""Where a number of the appendix says that it comes from, and which numbers that origin has.

The appendix names the origin of every number in `data-of`: `claim:<id>`, `outcome:<id>`, `limit:<rule>` and so on.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import Any

from audit.verify.case import PROOF, SOURCE, AbsentError, Case, listing, mapping
from audit.verify.declared import GRADES, STATUS_MARKS, Declared, numbers_of
from audit.verify.papers import FAMILIES
from audit.verify.shown import numbers_in, without_blanks
from audit.verify.tables import TABLE_ERRORS, csv_rows, unmarked_cell

COUNT_COLUMNS = ("declared", "passed", "failed", "not_tested", "errors")
MONTH_NAMES = {str(month) for month in range(1, 13)}
# The files of the package that hold the appendix's own words, such as "at most 12".
WORD_FILES = ("words.py", "lexicon.py", "titles.py", "legends.py", "drawing.py")
# The parts of exhibits.json and the key of an entry by which the appendix refers to it.
EXHIBITS = {"limit": ("limits", "rule"), "flow": ("flows", "name"), "months": ("months", "name"),
            "bars": ("bars", "name"), "years": ("years", "claim"), "year": ("years", "claim"),
            "units": ("units", "rule"), "unit": ("units", "rule"), "samples": ("samples", "table"),
            "sample": ("samples", "table")}  # fmt: skip


class Origins:
    """The numbers of each origin, worked out once; None for an origin that the results do not have."""

    def __init__(self, case: Case, declared: Declared) -> None:
        """Raises AbsentError when the exhibits cannot be read."""
        self._declared = declared
        self._exhibits = mapping(case.json(f"{PROOF}/exhibits.json")) if case.has(f"{PROOF}/exhibits.json") else {}
        self._known: dict[str, set[str] | None] = {}
        self.keys = record_keys(case)
        marks: dict[str, Counter[str]] = {}
        for claim, _, _, mark in case.once("claim records", read_claim_records):
            marks.setdefault(claim, Counter())[mark] += 1
        self.counts = {claim: {sum(found.values()), *found.values()} for claim, found in marks.items()}
        self._words = set(MONTH_NAMES)
        for name in case.below(f"{SOURCE}audit/render/"):
            if name.rpartition("/")[2] in WORD_FILES:
                self._words |= set(numbers_in(case.content(name).decode("utf-8", "replace")))

    def numbers(self, origin: str) -> set[str] | None:
        """The numbers that may stand under an origin."""
        if origin not in self._known:
            kind, _, name = origin.partition(":")
            self._known[origin] = self._of(kind, name)
        return self._known[origin]

    def names(self, origin: str) -> set[str]:
        """The codes, such as those of units, that an exhibit names."""
        kind, _, name = origin.partition(":")
        entries = self.entries(kind, name) if kind in EXHIBITS else []
        rows = [mapping(row) for entry in entries for row in listing(entry.get("rows"))]
        return {str(row.get("code")) for row in rows}

    def described(self, origin: str) -> set[str]:
        """The numbers that the description of a picture may hold: a chart of limits names them by their titles."""
        found = set(self.numbers(origin) or ())
        if origin.startswith("verdict:"):
            found |= self.numbers("verdict") or set()
        if origin.startswith("limit:"):
            found |= {number for rule in self._declared.clocks for number in self._declared.rules_text.get(rule, ())}
        return found

    def entries(self, kind: str, name: str) -> list[dict[str, Any]]:
        """The exhibits of a kind that an origin speaks of: that of the name, else all."""
        part, key = EXHIBITS[kind]
        found = [mapping(entry) for entry in listing(self._exhibits.get(part))]
        return [entry for entry in found if entry.get(key) == name] or found

    def _of(self, kind: str, name: str) -> set[str] | None:
        declared = self._declared
        match kind:
            case "claim" if name in declared.claims:
                return self._claim(name)
            case "outcome" | "finding" if name in declared.outcomes:
                return self._finding(name)
            case "rule" if name in declared.rules_text:
                outcome = declared.outcomes.get(f"rules/{name}", {})
                return declared.rules_text[name] | numbers_of([outcome.get("title"), outcome.get("judged")])
            case "rule-findings":
                failed = [f for f in declared.findings.values() if f.get("status") == "fail" and f.get("rule") == name]
                return {str(len(failed))}
            case "measure" if name in declared.rules_text:
                return declared.rules_text[name]
            case "table":
                return {str(number) for number in table_counts(declared, name)} | declared.tables.get(name, set())
            case "control":
                return self._control(name)
            case "place" if name in declared.findings:
                named = [key for key, one in declared.findings.items() if one.get("status") == "fail"]
                return {str(named.index(name) + 1)} if name in named else set()
            case "order":
                return {str(number) for number in range(1, len(declared.claims) + 1)}
            case "records":
                return set()  # keys, each looked up as a whole
            case "words":
                return self._words
            case "paper":
                return numbers_of([path.rpartition("/")[2] for path in declared.names if "/" in path]) | self._words
            case "engagement":
                return declared.common
            case "code":
                return numbers_of(declared.engagement)
        return self._counted(kind, name)

    def _claim(self, name: str) -> set[str]:
        declared, claim = self._declared, self._declared.claims[name]
        base = declared.claims.get(str(claim.get("base")), {})
        outcome = declared.outcomes.get(f"claims/{name}", {})
        found = numbers_of([claim, outcome, base.get("printed")]) | set(declared.printed.get(name, ()))
        found |= declared.rules_text.get(str(claim.get("measure")), set()) | {
            str(n) for n in self.counts.get(name, {0})
        }
        parts = [str(claim.get(part)) for part in ("denominator", "numerator")]
        if all(part.isdecimal() for part in parts):
            found.add(str(int(parts[0]) - int(parts[1])))
        return found if declared.printed else found | declared.common

    def _finding(self, name: str) -> set[str]:
        declared = self._declared
        finding, outcome = declared.findings.get(name, {}), declared.outcomes[name]
        records = len(listing(outcome.get("records")))
        said = {key: value for key, value in finding.items() if key != "records"}
        counts = {str(records), str(max(0, records - 20))}
        bare = {key: value for key, value in outcome.items() if key != "records"}
        return numbers_of([said, bare]) | counts

    def _control(self, table: str) -> set[str] | None:
        found: set[str] = set()
        for control in self._declared.controls.values():
            if control.get("table") == table:
                found |= numbers_of([control.get("rows"), control.get("size"), control.get("sums")])
                found |= self._declared.tables.get(table, set()) | set(numbers_in(str(control.get("digest"))[:12]))
        return found or None

    def _counted(self, kind: str, name: str) -> set[str] | None:
        declared = self._declared
        if kind in EXHIBITS:
            return {number for entry in self.entries(kind, name) for number in exhibit_numbers(entry)} | self._words
        table = declared.reconciliation
        if kind == "reconciliation" and name in FAMILIES:
            return numbers_of(table.get(name))
        if kind == "reconciliation":
            totals = [sum(int(mapping(table.get(f)).get(column) or 0) for f in FAMILIES) for column in COUNT_COLUMNS]
            return {str(total) for total in totals}
        counts = counted(declared)
        if kind in ("findings", "verdict", "selftest"):
            return counts.get(f"{kind}:{name}") or counts.get(kind)
        if kind == "status":
            reasons = Counter(
                str(mapping(o.get("reason")).get("zh")) for o in declared.outcomes.values() if o.get("status") == name
            )
            return {str(count) for count in reasons.values()}
        if kind == "limits":
            return {str(len(declared.clocks) - number) for number in range(len(self.entries("limit", "")) + 1)}
        return None


def exhibit_numbers(entry: dict[str, Any]) -> set[str]:
    """The numbers of an exhibit, with what follows from them: how many were judged, or open at each month's end."""
    found = numbers_of(entry) | {number.lstrip("-") for number in numbers_of(entry)}
    parts = ("in_time", "late", "open", "overdue")
    if all(type(entry.get(part)) is int for part in parts):
        found.add(str(sum(entry[part] for part in parts)))
    came, went = listing(entry.get("came")), listing(entry.get("went"))
    if all(type(number) is int for number in (*came, *went)):
        flow = [a - b for a, b in zip(came, went, strict=False)]
        found |= {str(number) for number in accumulate(flow, initial=int(entry.get("carried_in") or 0))}
        found |= {str(sum(came)), str(sum(went))}
    values = [value for value in listing(entry.get("values")) if type(value) is int]
    return found | {str(sum(values))} if values else found


def counted(declared: Declared) -> dict[str, set[str]]:
    """What the verdict's sentences state, by origin; each is one number, or those of the self-test."""
    failures = [finding for finding in declared.findings.values() if finding.get("status") == "fail"]
    verdicts = Counter(str(claim.get("verdict")) for claim in declared.claims.values())
    found = {
        "findings:all": {str(len(failures))},
        "verdict:all": {str(len(declared.claims))},
        "verdict:held": {str(declared.held)},
        "selftest": declared.plants,
        "verdict": {str(count) for count in verdicts.values()},
    }
    found |= {f"verdict:{verdict}": {str(count)} for verdict, count in verdicts.items()}
    found |= {f"findings:{grade}": {str(sum(f.get("severity") == grade for f in failures))} for grade in GRADES}
    return found


def table_counts(declared: Declared, table: str) -> list[int]:
    """Declared, by status, and records judged, over the expectations of one table."""
    mine = [outcome for key, outcome in declared.outcomes.items() if key.startswith(f"{table}/")]
    statuses = [sum(outcome.get("status") == status for outcome in mine) for status in STATUS_MARKS]
    return [len(mine), *statuses, sum(int(outcome.get("judged") or 0) for outcome in mine)]


def texts_of(document: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(document, dict):
        return [text for part in document.values() for text in texts_of(part)]
    if isinstance(document, list):
        return [text for part in document for text in texts_of(part)]
    return [document] if isinstance(document, str) else []


def record_keys(case: Case) -> dict[str, Counter[str]]:
    """The record keys of each claim, without blanks, alone and with what each contributes, and how often."""
    found: dict[str, Counter[str]] = {}
    for claim, _, key, mark in case.once("claim records", read_claim_records):
        found.setdefault(claim, Counter()).update((without_blanks(key), without_blanks(f"{key}:{mark}")))
    return found


def read_claim_records(case: Case) -> list[list[str]]:
    """The rows of claim_records.csv: claim, table, key, contribution.  Raises AbsentError."""
    try:
        rows = csv_rows(case.text(f"{PROOF}/claim_records.csv"))[1:]
    except AbsentError:
        raise
    except TABLE_ERRORS as error:
        raise AbsentError("claim_records.csv 无法解读", f"claim_records.csv cannot be read: {error}") from None
    if any(len(row) != 4 for row in rows):
        raise AbsentError("claim_records.csv 的行不完整", "claim_records.csv has a broken row")
    return [[unmarked_cell(cell) for cell in row] for row in rows]
