"""V2, first part: the seal states these manifests, and one code of the results stands everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from audit.verify.attached import attached_steps, seal_list_faults
from audit.verify.books import CLOSING_STATUS
from audit.verify.case import CONCLUSION, PROOF, AbsentError, Case, listing, mapping, parse_json
from audit.verify.chain import FAILED
from audit.verify.digests import RESULTS, digest_bytes, results_code
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.shelf import shown_name
from audit.verify.trees import tree_facts

SEAL_TYPE, STATEMENT_TYPE = "urn:fazhi-audit:seal:1", "https://in-toto.io/Statement/v1"
RESULTS_TYPE = "urn:fazhi-audit:results:1"
CODE_PRINTED = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
MARKUP = re.compile(r"<[^<>]*>")
RESULT_FILES = {
    result: f"{CONCLUSION if result in ('claims.json', 'findings.json') else PROOF}/{result}" for result in RESULTS
}


def seal_steps(case: Case) -> Iterator[Step]:
    """V2, V2-code and what lies beside the seal."""
    yield _subjects(case)
    yield _code(case)
    yield from attached_steps(case)


def _subjects(case: Case) -> Step:
    if case.archive.seal is None:
        return unchecked("V2", "档案没有带来 .seal 文件夹", "the archive came without its .seal folder")
    faults = seal_list_faults(case.archive.seal)
    try:
        content = case.seal_file("seal.json")
        if content is None:
            return judged("V2", [("没有 seal.json", "seal.json is missing")], "", "")
        statement = mapping(parse_json(content, "seal.json"))
    except AbsentError as error:
        return judged("V2", [error.said], "", "")
    predicate = mapping(statement.get("predicate"))
    if statement.get("_type") != STATEMENT_TYPE or statement.get("predicateType") != SEAL_TYPE:
        faults.append(("seal.json 不是封存声明", "seal.json is no statement of a seal"))
    run = str(predicate.get("run", ""))
    stated = {
        str(mapping(subject).get("name")): mapping(mapping(subject).get("digest")).get("sha256")
        for subject in listing(statement.get("subject"))
    }
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        found = case.digests.get(manifest, {}).get("sha256")
        if stated.pop(f"{run}/{manifest}", None) != found or found is None:
            faults.append((f"{manifest} 不是封存时的清单", f"{manifest} is not the one that was sealed"))
    if stated:
        other = ", ".join(shown_name(name) for name in stated)
        faults.append((f"声明了别的文件：{other}", f"it states other files: {other}"))
    faults += _trees(case, predicate)
    faults += _outcome(case, predicate)
    called = case.archive.run
    if called and called != run:
        faults.append((f"文件夹是{called}，封存的是{run}", f"the folder is {called}, the seal is of {run}"))
    return judged("V2", faults, f"封存的是 {run}", f"the seal is of {run}")


def _outcome(case: Case, predicate: dict[str, Any]) -> list[Say]:
    """A run is complete or failed, and one that failed has no conclusion: nothing would be checked of it."""
    if predicate.get("status") not in CLOSING_STATUS.values():
        return [("没有说明运行是否完成", "it does not say whether the run was completed")]
    if predicate.get("status") == CLOSING_STATUS[FAILED] and case.below(f"{CONCLUSION}/"):
        return [("未完成的运行不应有结论", "a run that failed must not hold a conclusion")]
    return []


def _trees(case: Case, predicate: dict[str, Any]) -> list[Say]:
    """The roots that the seal states are those over the manifest's lines and the results."""
    if "tree" not in predicate:
        return []
    try:
        results = not case.failure
        findings = mapping(case.json(f"{CONCLUSION}/findings.json")) if results else {}
        claims = listing(case.json(f"{CONCLUSION}/claims.json")) if results else []
        found = tree_facts(case.text("manifest-sha256.txt"), findings, [mapping(claim) for claim in claims])
    except AbsentError as error:
        return [error.said]
    return [] if predicate["tree"] == found else [("声明的树根不符", "the roots that it states are other ones")]


def _code(case: Case) -> Step:
    if not any(case.has(name) for name in RESULT_FILES.values()):
        reason = case.failure or "-"
        return unchecked("V2-code", f"没有结果：{reason}", f"there are no results: {reason}")
    try:
        digests = {name: digest_bytes(case.content(path)) for name, path in RESULT_FILES.items()}
    except AbsentError as error:
        return judged("V2-code", [error.said], "", "")
    code = results_code(digests)
    places: list[tuple[Say, object]] = []
    faults: list[Say] = []
    try:
        if case.archive.seal is not None:
            places.append((("封存声明", "the seal"), case.predicate.get("code")))
        if case.has(f"{CONCLUSION}/seal.json"):
            places.append((("结果声明", "the results' own seal"), _own_seal(case, digests, faults)))
        page = f"{CONCLUSION}/appendix.html"
        if case.has(page):
            printed = CODE_PRINTED.findall(unescape(MARKUP.sub(" ", case.text(page))))
            places.append((("附录", "the appendix"), code if set(printed) == {code} else ", ".join(printed)))
    except AbsentError as error:
        faults.append(error.said)
    faults += [
        (f"{place[0]}写的是{found or '无'}，应为{code}", f"{place[1]} says {found or 'none'}, not {code}")
        for place, found in places
        if found != code
    ]
    zh, en = ("、".join(p[0][0] for p in places), ", ".join(p[0][1] for p in places))
    return judged("V2-code", faults, f"{code}：{zh}一致", f"{code}: the same in {en}")


def _own_seal(case: Case, digests: dict[str, str], faults: list[Say]) -> object:
    """The code in data/1-conclusion/seal.json, whose subjects must be the four result files."""
    statement = mapping(case.json(f"{CONCLUSION}/seal.json"))
    stated = {
        mapping(subject).get("name"): mapping(mapping(subject).get("digest")).get("sha256")
        for subject in listing(statement.get("subject"))
    }
    if stated != digests or statement.get("predicateType") != RESULTS_TYPE:
        faults.append(("结果声明与结果文件不符", "the results' own seal does not state these results"))
    return mapping(statement.get("predicate")).get("code")
