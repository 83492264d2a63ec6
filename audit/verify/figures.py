"""V6: every number in the appendix resolves to a claim, an outcome or another declared result."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from audit.verify.case import CONCLUSION, PROOF, AbsentError, Case, listing, mapping
from audit.verify.declared import STATUS_MARKS, Declared, numbers_of, read_declared
from audit.verify.digests import digest_bytes
from audit.verify.papers import FAMILIES
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.seals import CODE_PRINTED
from audit.verify.shelf import shown_name
from audit.verify.shown import PageReader, Scope, numbers_in, plain_text, read_page, without_blanks

VERDICT_MARKS = {
    "agrees": "✓", "differs": "×", "identity_broken": "≠", "impossible": "⊘",
    "only_by_truncation": "↓", "base_not_stated": "?", "not_tested": "○",
}  # fmt: skip
RULE_SHOWN = re.compile(r"(?<![\w-])[A-Z]{2,4}-[A-Z]?\d\w*(?:-[A-Z])?(?![\w-])", re.ASCII)
FINDING_WORDS = ("title", "condition", "effect", "recommendation")


def figure_steps(case: Case) -> Iterator[Step]:
    """V6."""
    if case.failure:
        yield unchecked("V6", f"运行未完成：{case.failure}", f"the run failed: {case.failure}")
        return
    try:
        declared: Declared = case.once("declared results", read_declared)
        page = read_page(case.text(f"{CONCLUSION}/appendix.html"))
    except AbsentError as error:
        yield judged("V6", [error.said], "", "")
        return
    faults: list[Say] = []
    count = 0
    for scope in page.scopes:
        count += len(numbers_in(scope.text))
        found = _scope_faults(scope, declared) + _name_faults(scope, declared)
        faults += [(f"附录：{zh}", f"appendix: {en}") for zh, en in found]
    faults += _whole(page, declared)
    drawn, strange = _pictures(case, page)
    faults += strange
    yield judged(
        "V6",
        faults,
        f"{count}个数字都有出处；{drawn}幅图须重新绘制才能核对（L3）",
        f"{count} numbers resolve; {drawn} picture(s) can only be judged by drawing again (L3)",
    )


def _scope_faults(scope: Scope, declared: Declared) -> list[Say]:
    if scope.kind == "claim":
        return _claim_faults(scope, declared)
    if scope.kind == "finding":
        return _finding_faults(scope, declared)
    if scope.kind == "rule":
        outcome = declared.outcomes.get(f"rules/{scope.name}", {})
        allowed = declared.rules_text.get(scope.name, set()) | _findings_of(scope, declared)
        allowed |= numbers_of([outcome.get("judged"), outcome.get("title")])
        faults = _strange(scope, allowed, scope.name) + _titled(scope, outcome)
        faults += _wanted(scope, [outcome.get("judged")], scope.name, " ".join(scope.cells[-1:]))
        return faults + _marked(scope, STATUS_MARKS, outcome.get("status"))
    if scope.kind == "row":
        return _row_faults(scope, declared)
    return _strange(scope, declared.common, "")


def _titled(scope: Scope, outcome: dict[str, Any]) -> list[Say]:
    """The scope says the outcome's title, in one of its languages."""
    said, title = without_blanks(" ".join(scope.texts)), mapping(outcome.get("title"))
    if not title.get("zh") or any(without_blanks(str(text)) in said for text in title.values()):
        return []
    name = shown_name(str(outcome.get("id")))
    return [(f"{name} 的名称不是结果中的", f"{name}: its title is not that of the results")]


def _name_faults(scope: Scope, declared: Declared) -> list[Say]:
    """What stands as code, and every rule cited, is known."""
    mine = _names_of(scope, declared)
    codes = [plain_text(code) for code in scope.codes if plain_text(code) not in (mine or declared.names)]
    rules = [rule for rule in RULE_SHOWN.findall(" ".join(scope.texts)) if rule not in (mine or declared.names)]
    return [
        (f"{shown_name(name)} 不是结果中的名称", f"{shown_name(name)} names nothing in the results")
        for name in codes + rules
        if not CODE_PRINTED.fullmatch(name)
    ]


def _names_of(scope: Scope, declared: Declared) -> set[str]:
    """The names that the scope of a claim, finding or rule may show; empty for any other scope."""
    if scope.kind == "claim":
        about = [f for f in declared.findings.values() if scope.name in listing(f.get("claims"))]
        base = str(mapping(declared.claims.get(scope.name)).get("base"))
        return {scope.name, base, *(str(finding.get("rule")) for finding in about)}
    if scope.kind == "rule":
        return {scope.name}
    if scope.kind == "finding":
        outcome = declared.outcomes.get(scope.name, {})
        finding = declared.findings.get(scope.name, {})
        keys = {plain_text(str(mapping(record).get("key"))) for record in listing(finding.get("records"))}
        words = " ".join(str(part) for part in finding.values())
        claims = {str(claim) for claim in listing(outcome.get("claims"))}
        return {scope.name, str(outcome.get("rule")), *claims, *keys, *RULE_SHOWN.findall(words)}
    return set()


def _findings_of(scope: Scope, declared: Declared) -> set[str]:
    return {str(sum(f.get("rule") == scope.name and f.get("status") == "fail" for f in declared.findings.values()))}


def _claim_faults(scope: Scope, declared: Declared) -> list[Say]:
    claim = declared.claims.get(scope.name)
    if claim is None:
        return [(f"没有 {shown_name(scope.name)} 这个数字", f"{shown_name(scope.name)} is no claim")]
    outcome = declared.outcomes.get(f"claims/{scope.name}", {})
    base = declared.claims.get(str(claim.get("base")), {})
    place = str(list(declared.claims).index(scope.name) + 1)
    allowed = numbers_of([claim, outcome, base.get("printed")]) | {place} | set(declared.printed.get(scope.name, ()))
    if not declared.printed:
        allowed |= declared.common
    allowed |= declared.rules_text.get(str(claim.get("measure")), set())
    faults = _strange(scope, allowed, scope.name)
    printed = plain_text(str(claim.get("printed")))
    if (printed not in [plain_text(text) for text in scope.strong] and printed not in scope.text) or (
        scope.strong and printed not in [plain_text(text) for text in scope.strong]
    ):
        faults.append((f"{scope.name} 的印载应为 {printed}", f"{scope.name} was printed as {printed}"))
    after = Counter(numbers_in(" ".join(scope.cells[3:]) if len(scope.cells) > 3 else scope.text))
    wanted = [claim.get("numerator"), claim.get("denominator"), claim.get("recalculated"), outcome.get("difference")]
    missing = Counter(number for value in wanted if value for number in numbers_in(str(value))) - after
    faults += [(f"{scope.name} 应写 {number}", f"{scope.name} should say {number}") for number in missing]
    return faults + _marked(scope, VERDICT_MARKS, claim.get("verdict"))


def _finding_faults(scope: Scope, declared: Declared) -> list[Say]:
    finding, outcome = declared.findings.get(scope.name), declared.outcomes.get(scope.name)
    if outcome is None:
        return [(f"没有 {shown_name(scope.name)} 这项结果", f"{shown_name(scope.name)} is no outcome")]
    if finding is None or finding.get("status") != "fail":
        return _strange(scope, numbers_of([outcome.get("title")]), scope.name) + _titled(scope, outcome)
    records = [mapping(record) for record in listing(finding.get("records"))]
    keys = [str(record.get("key")) for record in records]
    allowed = numbers_of(
        [{k: v for k, v in finding.items() if k != "records"}, outcome.get("failed"), outcome.get("judged")]
    )
    numbering = {str(number) for number in range(len(declared.findings) + 1)}
    faults = _strange(scope, allowed | {str(len(records)), str(max(0, len(records) - 20))}, scope.name, numbering)
    said = without_blanks(" ".join(scope.texts))
    for part in FINDING_WORDS:
        words = mapping(finding.get(part))
        if words.get("zh") and not any(without_blanks(str(text)) in said for text in words.values()):
            faults.append(
                (f"{scope.name} 的文字（{part}）不是结果中的", f"{scope.name}: its {part} is not that of the results")
            )
    shown = Counter(code for code in scope.codes if code != scope.name)
    known = {plain_text(key) for key in keys} | {str(claim) for claim in listing(finding.get("claims"))}
    odd = [code for code in shown if plain_text(code) not in known]
    if odd or (records and not any(plain_text(key) in shown for key in keys)):
        faults.append((f"{scope.name} 所列记录不是结果中的", f"{scope.name} lists records that are not in the results"))
    wanted = [number for number in (finding.get("judged"), outcome.get("failed")) if number]
    return faults + _wanted(scope, wanted, scope.name)


def _row_faults(scope: Scope, declared: Declared) -> list[Say]:
    for code in scope.codes:
        if code in declared.outcomes:
            outcome = declared.outcomes[code]
            faults = _strange(
                scope, numbers_of([outcome.get("title"), outcome.get("judged"), outcome.get("failed")]), code
            )
            faults += _marked(scope, STATUS_MARKS, outcome.get("status")) + _titled(scope, outcome)
            return faults + _wanted(scope, [outcome.get("judged"), outcome.get("failed")], code)
        if code in declared.controls:
            control = declared.controls[code]
            sums = mapping(control.get("sums"))
            allowed = numbers_of([control.get("rows"), control.get("size"), sums, str(control.get("digest"))[:12]])
            faults = _strange(scope, allowed | declared.tables.get(str(control.get("table")), set()), code)
            return faults + _wanted(scope, [control.get("rows"), control.get("size"), *sums.values()], code)
    tables = [code for code in scope.codes if any(key.startswith(f"{code}/") for key in declared.outcomes)]
    if tables:
        mine = [o for key, o in declared.outcomes.items() if key.startswith(f"{tables[0]}/")]
        statuses = [sum(o.get("status") == status for o in mine) for status in STATUS_MARKS]
        expected = [len(mine), *statuses, sum(int(o.get("judged") or 0) for o in mine)]
        return _wanted(scope, expected, tables[0]) + _strange(
            scope, {str(n) for n in expected} | declared.tables.get(tables[0], set()), tables[0]
        )
    found = numbers_in(" ".join(scope.cells))
    families = [[str(v) for v in mapping(declared.reconciliation.get(family)).values()] for family in FAMILIES]
    if scope.section == "verdict" and len(found) >= 5:
        known = found[:5] in families
        return (
            []
            if known
            else [(f"勾稽行 {' '.join(found)} 不是结果中的", f"reconciliation {' '.join(found)} is not in the results")]
        )
    return _strange(scope, declared.common, scope.caption)


def _strange(scope: Scope, allowed: set[str], where: str, once: Iterable[str] = ()) -> list[Say]:
    """Numbers of a scope that none of its results has; `once` are those that its numbering may hold, each once."""
    spare = Counter(once)
    faults: list[Say] = []
    for number in numbers_in(" ".join(scope.texts)):
        if number in allowed:
            continue
        if spare[number] > 0:
            spare[number] -= 1
            continue
        place = shown_name(where or plain_text(scope.text)[:40])
        faults.append((f"{number} 没有出处（{place}）", f"{number} resolves to nothing ({place})"))
    return faults


def _wanted(scope: Scope, values: list[Any], where: str, text: str | None = None) -> list[Say]:
    """Values that a scope must show, in this order."""
    found = iter(numbers_in(" ".join(scope.cells or scope.texts) if text is None else text))
    faults: list[Say] = []
    for value in values:
        for number in numbers_in(str(value)) if value is not None else []:
            if not any(other == number for other in found):
                faults.append((f"{shown_name(where)} 应写 {number}", f"{shown_name(where)} should say {number}"))
                return faults
    return faults


def _marked(scope: Scope, marks: dict[str, str], value: Any) -> list[Say]:
    """Where a cell begins with a mark, it is that of the result."""
    shown = {cell.strip()[:1] for cell in scope.cells} & set(marks.values()) if scope.cells else set()
    if value in marks and shown and marks[str(value)] not in shown:
        return [
            (
                f"{shown_name(scope.name or scope.text[:20])} 的结论标记不符",
                f"{shown_name(scope.name)}: another verdict is marked",
            )
        ]
    return []


def _whole(page: PageReader, declared: Declared) -> list[Say]:
    """What must stand in the page: each claim and finding once, the verdict's sentences, the four families."""
    faults: list[Say] = []
    for kind, names in (
        ("claim", set(declared.claims)),
        ("finding", {i for i, f in declared.findings.items() if f.get("status") in ("fail", "not_tested", "error")}),
    ):
        shown = Counter(scope.name for scope in page.scopes if scope.kind == kind)
        missing = sorted(names - set(shown)) + sorted(name for name, count in shown.items() if count > 1)
        faults += [
            (f"附录应有且只有一处 {shown_name(name)}", f"the appendix must show {shown_name(name)} once")
            for name in missing
        ]
    rest = [scope for scope in page.scopes if scope.kind == "rest"]
    said = [sorted(numbers_in(text)) for scope in rest for text in scope.texts]
    for sentence in declared.sentences:
        if sorted(sentence) not in said:
            words = " ".join(sentence)
            faults.append((f"审计结果没有写明 {words}", f"the verdict does not state {words}"))
    for section, numbers in declared.sections.items():
        shown = Counter(n for scope in rest if scope.section == section for n in numbers_in(" ".join(scope.texts)))
        lacking = Counter(numbers) - shown
        if lacking and any(scope.section == section for scope in rest):
            words = " ".join(lacking)
            faults.append((f"附录 {section} 部分没有写明 {words}", f"the section {section} does not state {words}"))
    return faults


def _pictures(case: Case, page: PageReader) -> tuple[int, list[Say]]:
    """How many embedded pictures are no archived chart, and what is wrong with the others."""
    charts = {case.digests[name]["sha256"] for name in case.below(f"{PROOF}/charts/") if name in case.digests}
    drawn, faults = 0, []
    for source, _ in page.images:
        head, _, content = source.partition(",")
        try:
            picture = base64.b64decode(content, validate=True) if head.endswith(";base64") else b""
        except (binascii.Error, ValueError):
            picture = b""
        if not picture:
            faults.append(("附录：图无法解读", "appendix: a picture cannot be read"))
        elif digest_bytes(picture) not in charts:
            drawn += 1
    return drawn, faults
