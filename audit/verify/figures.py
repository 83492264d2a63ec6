"""V6: every number in the appendix resolves to a claim, an outcome or another declared result."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator

from audit.verify.case import CONCLUSION, PROOF, AbsentError, Case, listing, mapping
from audit.verify.declared import STATUS_MARKS, Declared, numbers_of, read_declared
from audit.verify.digests import digest_bytes
from audit.verify.looks import look_faults
from audit.verify.origins import MONTH_NAMES, Origins, counted, texts_of
from audit.verify.papers import FAMILIES
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.rows import marked_as, row_faults, titled, wanted_in_order
from audit.verify.seals import CODE_PRINTED
from audit.verify.shelf import shown_name
from audit.verify.shown import PageReader, Scope, numbers_in, plain_text, read_page, without_blanks

VERDICT_MARKS = {
    "agrees": "✓", "differs": "×", "identity_broken": "≠", "impossible": "⊘",
    "only_by_truncation": "↓", "base_not_stated": "?", "not_tested": "○",
}  # fmt: skip
RULE_SHOWN = re.compile(r"(?<![\w-])[A-Z]{2,4}-[A-Z]?\d\w*(?:-[A-Z])?(?![\w-])", re.ASCII)
DOCUMENT = f"{PROOF}/appendix.json"
FINDING_WORDS = ("title", "condition", "effect", "recommendation")


def figure_steps(case: Case) -> Iterator[Step]:
    """V6."""
    if case.failure:
        yield unchecked("V6", f"运行未完成：{case.failure}", f"the run failed: {case.failure}")
        return
    try:
        declared: Declared = case.once("declared results", read_declared)
        html = case.text(f"{CONCLUSION}/appendix.html")
        page = read_page(html)
        origins = Origins(case, declared)
    except AbsentError as error:
        yield judged("V6", [error.said], "", "")
        return
    faults: list[Say] = []
    count = 0
    for scope in page.scopes:
        count += sum(len(numbers_in(text)) for text, _, code in scope.said if not code)
        found = _unresolved(scope, declared, origins) + _scope_faults(scope, declared, origins)
        faults += [(f"附录：{zh}", f"appendix: {en}") for zh, en in found]
    faults += _whole(page, declared) + _other_words(case, page) + look_faults(case, html, page)
    drawn, strange = _pictures(case, page, origins)
    words = (
        (f"；{drawn}幅图须重新绘制才能核对（L3）", f"; {drawn} picture(s) can only be judged by drawing again (L3)")
        if drawn
        else ("", "")
    )
    yield judged("V6", faults + strange, f"{count}个数字都有出处{words[0]}", f"{count} numbers resolve{words[1]}")


def _unresolved(scope: Scope, declared: Declared, origins: Origins) -> list[Say]:
    """Numbers that their origin does not have, or that name none; names that nothing has."""
    faults: list[Say] = []
    where = shown_name(scope.name or scope.section or "-")
    allowed = _names_of(scope, declared) or declared.names
    own = own_keys(scope, declared)
    for text, origin, code in scope.said:
        if origin == "records":
            continue  # keys, looked up below
        if code:
            if without_blanks(text) in own or text.strip() in origins.names(origin):
                continue
            if plain_text(text) not in allowed and not CODE_PRINTED.fullmatch(text.strip()):
                name = shown_name(text)
                faults.append((f"{name} 不是结果中的名称", f"{name} names nothing in the results"))
            continue
        known = origins.numbers(origin) if origin else _without_origin(scope, declared)
        if known is None:
            name = shown_name(origin)
            faults.append((f"{name} 不是结果（{where}）", f"{name} is no result ({where})"))
            continue
        for number in numbers_in(text):
            if number not in known:
                shown, of = shown_name(number), shown_name(origin)
                zh, en = of or "未注明", of or "no origin"
                faults.append((f"{shown} 没有出处（{where}，{zh}）", f"{shown} resolves to nothing ({where}, {en})"))
    rules = [
        rule
        for text, origin, code in scope.said
        if not code
        for rule in RULE_SHOWN.findall(text)
        if rule not in allowed or (text.strip() == rule and origin.startswith("rule:") and origin != f"rule:{rule}")
    ]
    named = [shown_name(rule) for rule in rules]
    faults += [(f"{where} 不应提到 {rule}", f"{where} must not speak of {rule}") for rule in named]
    return faults + _keys(scope, declared, origins, where)


def _other_words(case: Case, page: PageReader) -> list[Say]:
    """Texts of results that the archived document behind the appendix does not have, letter for letter."""
    if not case.has(DOCUMENT):
        return []
    try:
        document = case.json(DOCUMENT)
    except AbsentError as error:
        return [error.said]
    known = {without_blanks(text) for text in texts_of(document)}
    odd = [
        text.strip()
        for scope in page.scopes
        for text, origin, _ in scope.said
        if origin not in ("", "words") and without_blanks(text) not in known
    ]
    return [
        (
            f"“{shown_name(text[:40])}”不是附录底稿中的文字",
            f"'{shown_name(text[:40])}' is not in the document behind it",
        )
        for text in odd
    ]


def own_keys(scope: Scope, declared: Declared) -> Counter[str]:
    """The keys of the records of a finding, without blanks, and how often it names each."""
    finding = declared.findings.get(scope.name, {}) if scope.kind == "finding" else {}
    return Counter(without_blanks(str(mapping(record).get("key"))) for record in listing(finding.get("records")))


def _keys(scope: Scope, declared: Declared, origins: Origins, where: str) -> list[Say]:
    """Record keys that are shown are those of the claim or the finding, no more often than there."""
    own = own_keys(scope, declared)
    listed = [(without_blanks(text), origin) for text, origin, code in scope.said if code]
    shown = Counter(text for text, origin in listed if origin == "records" or text in own)
    known = Counter(own)
    for origin in scope.origins:
        known |= origins.keys.get(origin.removeprefix("claim:"), Counter())
    odd = [key for key, count in shown.items() if count > known[key]]
    return [(f"{shown_name(key)} 不是 {where} 的记录", f"{shown_name(key)} is no record of {where}") for key in odd]


def _without_origin(scope: Scope, declared: Declared) -> set[str]:
    """Months in the head of a table, the title of a card, the page's own title; nothing else."""
    if scope.kind == "finding":
        return numbers_of(declared.outcomes.get(scope.name, {}).get("title"))
    if scope.head:
        return MONTH_NAMES
    return declared.common if not scope.section else set()


def _names_of(scope: Scope, declared: Declared) -> set[str]:
    """The names that the scope of a claim, finding or rule may show; empty for any other scope."""
    if scope.kind == "claim":
        claim = declared.claims.get(scope.name, {})
        about = [f for f in declared.findings.values() if scope.name in listing(f.get("claims"))]
        digest = str(claim.get("records_digest"))
        base = {str(claim.get("base")), str(claim.get("measure")), digest, digest[:12]}
        return {scope.name, *base, *(str(finding.get("rule")) for finding in about)}
    if scope.kind == "rule":
        return {scope.name}
    if scope.kind == "finding":
        finding, outcome = declared.findings.get(scope.name, {}), declared.outcomes.get(scope.name, {})
        words = " ".join(str(part) for part in (*finding.values(), outcome.get("title"), outcome.get("reason")))
        claims = {str(claim) for claim in listing(outcome.get("claims"))}
        return {scope.name, str(outcome.get("rule")), *claims, *RULE_SHOWN.findall(words)}
    return set()


def _scope_faults(scope: Scope, declared: Declared, origins: Origins) -> list[Say]:
    """What a scope must say, beside what it may."""
    if scope.kind == "claim":
        return _claim_faults(scope, declared)
    if scope.kind == "finding":
        return _finding_faults(scope, declared)
    if scope.kind == "rule":
        outcome = declared.outcomes.get(f"rules/{scope.name}", {})
        faults = titled(scope, outcome) + marked_as(scope, STATUS_MARKS, outcome.get("status"))
        count = [outcome.get("judged")] if outcome.get("status") in ("pass", "fail") else []
        return faults + wanted_in_order(" ".join(scope.cells[-1:]), count, scope.name)
    return row_faults(scope, declared, origins) if scope.kind == "row" and not scope.head else []


def _claim_faults(scope: Scope, declared: Declared) -> list[Say]:
    claim = declared.claims.get(scope.name)
    if claim is None:
        return [(f"没有 {shown_name(scope.name)} 这个数字", f"{shown_name(scope.name)} is no claim")]
    outcome = declared.outcomes.get(f"claims/{scope.name}", {})
    faults: list[Say] = []
    printed = plain_text(str(claim.get("printed")))
    if printed not in [plain_text(text) for text in scope.strong]:
        faults.append((f"{scope.name} 的印载应为 {printed}", f"{scope.name} was printed as {printed}"))
    after = Counter(numbers_in(" ".join(scope.cells[3:]) if len(scope.cells) > 3 else scope.text))
    wanted = [claim.get("numerator"), claim.get("denominator"), claim.get("recalculated"), outcome.get("difference")]
    missing = Counter(number for value in wanted if value for number in numbers_in(str(value))) - after
    faults += [(f"{scope.name} 应写 {number}", f"{scope.name} should say {number}") for number in missing]
    return faults + marked_as(scope, VERDICT_MARKS, claim.get("verdict"))


def _finding_faults(scope: Scope, declared: Declared) -> list[Say]:
    finding, outcome = declared.findings.get(scope.name), declared.outcomes.get(scope.name)
    if outcome is None:
        return [(f"没有 {shown_name(scope.name)} 这项结果", f"{shown_name(scope.name)} is no outcome")]
    if finding is None or finding.get("status") != "fail":
        return titled(scope, outcome)
    faults: list[Say] = []
    said = without_blanks(scope.text)
    for part in FINDING_WORDS:
        words = mapping(finding.get(part))
        if words.get("zh") and not any(without_blanks(str(text)) in said for text in words.values()):
            faults.append(
                (f"{scope.name} 的文字（{part}）不是结果中的", f"{scope.name}: its {part} is not that of the results")
            )
    keys = own_keys(scope, declared)
    if keys and not any(code and without_blanks(text) in keys for text, _, code in scope.said):
        faults.append((f"{scope.name} 没有列出记录", f"{scope.name} lists no records"))
    wanted = [number for number in (finding.get("judged"), outcome.get("failed")) if number]
    own = (f"outcome:{scope.name}", f"finding:{scope.name}")
    extent = [text for text, origin, code in scope.said if origin in own and not code]
    return faults + wanted_in_order(" ".join(extent), wanted, scope.name)


def _whole(page: PageReader, declared: Declared) -> list[Say]:
    """What must stand in the page: each claim and finding once, and every count of the verdict."""
    faults: list[Say] = []
    for kind, names in (
        ("claim", set(declared.claims)),
        ("finding", {i for i, f in declared.findings.items() if f.get("status") in ("fail", "not_tested", "error")}),
    ):
        shown = Counter(scope.name for scope in page.scopes if scope.kind == kind)
        wrong = sorted(names - set(shown)) + sorted(name for name, count in shown.items() if count > 1)
        faults += [
            (f"附录应有且只有一处 {shown_name(name)}", f"the appendix must show {shown_name(name)} once")
            for name in wrong
        ]
    origins = {origin for scope in page.scopes for origin in scope.origins}
    due = {origin for origin in counted(declared) if ":" in origin} | {
        f"reconciliation:{family}" for family in FAMILIES
    }
    faults += [(f"附录没有写明 {origin}", f"the appendix does not state {origin}") for origin in sorted(due - origins)]
    order = [text.strip() for s in page.scopes if s.kind == "claim" for text, of, _ in s.said if of == "order"]
    if order != [str(number) for number in range(1, len(order) + 1)]:
        faults.append(("附录的数字序号不连续", "the appendix does not number the figures one by one"))
    failed = [i for i, f in declared.findings.items() if f.get("status") == "fail"]
    cards = [s.number.rpartition(".")[2] for s in page.scopes if s.kind == "finding" and s.name in failed]
    for before, number in zip(["0", *cards], cards, strict=False):
        if number != "1" and (not number or int(number) != int(before or 0) + 1):
            faults.append(("发现的序号不连续", "the findings are not numbered one by one"))
    return faults


def _pictures(case: Case, page: PageReader, origins: Origins) -> tuple[int, list[Say]]:
    """How many embedded pictures are no archived chart, and what is wrong with the others or their descriptions."""
    charts = {case.digests[name]["sha256"] for name in case.below(f"{PROOF}/charts/") if name in case.digests}
    drawn, faults = 0, []
    for source, description, origin in page.images:
        head, _, content = source.partition(",")
        try:
            picture = base64.b64decode(content, validate=True) if head.endswith(";base64") else b""
        except (binascii.Error, ValueError):
            picture = b""
        if not picture:
            faults.append(("附录：图无法解读", "appendix: a picture cannot be read"))
        elif digest_bytes(picture) not in charts:
            drawn += 1
        if case.has(DOCUMENT) and plain_text(description) in {
            plain_text(text) for text in texts_of(case.json(DOCUMENT))
        }:
            continue
        odd = [number for number in numbers_in(description) if number not in origins.described(origin)]
        if odd:
            words, of = shown_name(", ".join(odd)), shown_name(origin)
            faults.append((f"附录：{of} 图的说明中 {words} 没有出处", f"appendix: {words} in the picture of {of}"))
    return drawn, faults
