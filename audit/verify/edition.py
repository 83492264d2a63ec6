"""A shareable edition: part of a sealed run, each file and result shown to belong to its seal by a Merkle proof."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from audit.verify.attached import attached_steps, seal_list_faults
from audit.verify.books import break_words, status_faults
from audit.verify.case import AbsentError, Case, listing, mapping, parse_json, take_digests
from audit.verify.chain import CLOSING, check_runs, parse_line
from audit.verify.digests import digest_bytes
from audit.verify.merkle import leaf_hash, read_checkpoint, root_from_inclusion
from audit.verify.page import edition_page
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.seals import SEAL_TYPE, STATEMENT_TYPE
from audit.verify.shelf import SubShelf, shown_name
from audit.verify.trees import HEAD_KEYS, result_leaf, shareable

PROOFS, EDITION_SCHEMA = "proofs.json", "shared/1"
EDITION_PAGE, EDITION_RESULTS, EDITION_LEDGER = "READ_ME_FIRST.html", "shared/results.json", "ledger-lines.jsonl"
EDITION_FILES = (
    *(EDITION_PAGE, "verify.py", "allowed_signers", "tsa.pem", "checkpoint.note"),
    *(PROOFS, EDITION_RESULTS, EDITION_LEDGER),
)
EDITION_SEAL = "seal/"
WITHHELD = ("data/4-reference/", "data/2-proof/notebooks/", "data/2-proof/records/")
WITHHELD_FILES = ("data/2-proof/claim_records.csv", "data/2-proof/outcomes.json", "data/2-proof/intake.csv")


def edition_steps(case: Case) -> Iterator[Step]:
    """S1 to S5."""
    try:
        proofs = mapping(case.json(PROOFS))
        seal = case.content(f"{EDITION_SEAL}seal.json")
        statement = mapping(parse_json(seal, "seal.json"))
    except AbsentError as error:
        yield judged("S1", [error.said], "", "")
        return
    predicate = mapping(statement.get("predicate"))
    tree = mapping(predicate.get("tree"))
    yield _whole_files(case, proofs, predicate)
    yield _files_proved(proofs, statement, tree)
    yield _results_proved(case, proofs, tree)
    yield _no_rows(case, proofs)
    yield _in_the_ledger(case, proofs, predicate, seal)
    yield from attached_steps(case)


def _whole_files(case: Case, proofs: dict[str, Any], predicate: dict[str, Any]) -> Step:
    """Every file is on the list of the edition with its digest, or one that every edition has."""
    bag = case.archive.bag
    faults: list[Say] = [*bag.faults, *case.archive.stray, *seal_list_faults(SubShelf(bag, EDITION_SEAL))]
    case.digests = take_digests(case, bag, bag.entries, ("sha256",))
    listed = {str(mapping(entry).get("name")): mapping(entry).get("sha256") for entry in listing(proofs.get("files"))}
    for name, digest in listed.items():
        if case.digests.get(name, {}).get("sha256") != digest:
            faults.append((f"{shown_name(name)} 缺少或已改动", f"{shown_name(name)} is missing or was changed"))
    faults += [
        (f"清单之外：{shown_name(name)}", f"not on the list: {shown_name(name)}")
        for name in sorted(bag.entries)
        if name not in listed and name not in EDITION_FILES and not name.startswith(EDITION_SEAL)
    ]
    used = {name[:at] for name in bag.entries for at, c in enumerate(name) if c == "/"}
    faults += [
        (f"清单之外的文件夹：{shown_name(name)}", f"folder on no list: {shown_name(name)}")
        for name in sorted(bag.folders - used)
    ]
    if proofs.get("schema") != EDITION_SCHEMA:
        faults.append(("不是共享版", "it is no shared edition"))
    elif not _same_page(case, proofs, predicate):
        faults.append((f"{EDITION_PAGE} 不是这些结果的页面", f"{EDITION_PAGE} is not the page of these results"))
    return judged("S1", faults, f"{len(listed)}个原件的摘要相符", f"the digests of {len(listed)} original files agree")


def _same_page(case: Case, proofs: dict[str, Any], predicate: dict[str, Any]) -> bool:
    """Whether the page that people read is, to the byte, the one that follows from the results and the seal."""
    try:
        results = mapping(case.json(EDITION_RESULTS))
        page = edition_page(predicate, results, len(listing(proofs.get("results"))))
        return case.content(EDITION_PAGE) == page.encode()
    except (ValueError, LookupError, TypeError, AttributeError):  # results of another shape give no page
        return False


def proved(leaf: bytes, entry: dict[str, Any], tree: dict[str, Any]) -> bool:
    """Whether the entry's index and proof lead from the leaf to the tree's root."""
    index, size = entry.get("index"), tree.get("size")
    if type(index) is not int or type(size) is not int:
        return False
    try:
        proof = [bytes.fromhex(str(step)) for step in listing(entry.get("proof"))]
        return root_from_inclusion(leaf_hash(leaf), index, size, proof).hex() == tree.get("root")
    except ValueError:
        return False


def _files_proved(proofs: dict[str, Any], statement: dict[str, Any], tree: dict[str, Any]) -> Step:
    """Each file's line leads to the root that the seal states."""
    faults: list[Say] = []
    if statement.get("predicateType") != SEAL_TYPE or statement.get("_type") != STATEMENT_TYPE:
        faults.append(("seal.json 不是封存声明", "seal.json is no statement of a seal"))
    files = [mapping(entry) for entry in listing(proofs.get("files"))]
    for entry in files:
        line = f"{entry.get('sha256')}  {entry.get('name')}".encode("utf-8", "surrogatepass")
        if not proved(line, entry, mapping(tree.get("files"))):
            name = shown_name(str(entry.get("name")))
            faults.append((f"{name} 不属于这份封存", f"{name} does not belong to this seal"))
    run = str(mapping(statement.get("predicate")).get("run"))
    return judged("S2", faults, f"{len(files)}个文件出自 {run}", f"{len(files)} files are from {run}")


def _results_proved(case: Case, proofs: dict[str, Any], tree: dict[str, Any]) -> Step:
    """Each finding and claim leads to the root over the results that the seal states."""
    results = mapping(tree.get("results"))
    try:
        document = mapping(case.json(EDITION_RESULTS))
    except AbsentError as error:
        return judged("S3", [error.said], "", "")
    head = {key: document.get(key) for key in HEAD_KEYS}
    entries = [
        ("head", head),
        *(("finding", mapping(entry)) for entry in listing(document.get("findings"))),
        *(("claim", mapping(entry)) for entry in listing(document.get("claims"))),
    ]
    places = [mapping(place) for place in listing(proofs.get("results"))]
    faults: list[Say] = []
    if list(document) != [*HEAD_KEYS, "findings", "claims"] or case.content(EDITION_RESULTS) != one_form(document):
        faults.append(("结果文件不是唯一的写法", "the results are not written in their one form, or hold more"))
    if len(places) != len(entries):
        faults.append(("结果与证明的件数不同", "there are not as many proofs as results"))
    for (kind, entry), place in zip(entries, places, strict=False):
        if not proved(result_leaf(kind, entry), place, results):
            name = shown_name(str(entry.get("id") or entry.get("claim") or kind))
            faults.append((f"{name} 不是封存的结果", f"{name} is not a sealed result"))
    count, size = len({place.get("index") for place in places}), results.get("size")
    part = ("全部", "all") if count == size else (f"{size}项中的{count}项", f"{count} of {size}")
    return judged("S3", faults, f"结果{part[0]}，均出自封存", f"{part[1]} results, all from the seal")


def one_form(document: dict[str, Any]) -> bytes | None:
    """The bytes of a results file, as `canonical_json` writes them; None for what it does not write."""
    try:
        return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
    except ValueError:
        return None


def _no_rows(case: Case, proofs: dict[str, Any]) -> Step:
    """No inputs, no working papers, no keys of records among the results."""
    faults: list[Say] = [
        (f"不应共享：{shown_name(name)}", f"not to be shared: {shown_name(name)}")
        for name in sorted(case.archive.bag.entries)
        if name.startswith(WITHHELD) or name in WITHHELD_FILES
    ]
    try:
        document = mapping(case.json(EDITION_RESULTS))
    except AbsentError as error:
        return judged("S4", [error.said], "", "")
    for kind in ("finding", "claim"):
        for entry in listing(document.get(f"{kind}s")):
            bare = mapping(entry)
            if kind == "finding" and type(bare.get("records")) is not int:
                faults.append(("结果中有记录键值", "the results name records"))
            elif kind == "claim" and shareable(kind, bare) != bare:
                faults.append(("结果中有记录摘要", "the results hold digests of records"))
    keys = [mapping(entry).get("name") for entry in listing(proofs.get("files"))]
    named = any(str(name).startswith("data/1-conclusion/appendix") for name in keys)
    note = ("；按要求附有附录，其中有记录键值", "; the appendix was asked for and names records") if named else ("", "")
    return judged("S4", faults, f"没有记录、输入和底稿{note[0]}", f"no records, inputs or working papers{note[1]}")


def _in_the_ledger(case: Case, proofs: dict[str, Any], predicate: dict[str, Any], seal: bytes) -> Step:
    """The ledger's lines about the run lead to a checkpoint, and one of them states this seal."""
    if not case.has(EDITION_LEDGER) or not case.has("checkpoint.note"):
        return unchecked("S5", "没有附台账", "no ledger came with it")
    try:
        checkpoint = read_checkpoint(case.text("checkpoint.note"))
        raws = case.content(EDITION_LEDGER).split(b"\n")[:-1]
        lines = [parse_line(raw) for raw in raws]
    except ValueError as error:
        return judged("S5", [(f"台账摘录无法解读：{error}", f"the ledger's lines cannot be read: {error}")], "", "")
    tree = {"size": checkpoint.size, "root": checkpoint.root.hex()}
    faults: list[Say] = []
    places = [mapping(place) for place in listing(proofs.get("ledger"))]
    if len(places) != len(raws) or not all(proved(raw, place, tree) for raw, place in zip(raws, places, strict=False)):
        faults.append(("台账摘录不在检查点之下", "the ledger's lines do not lead to the checkpoint"))
    closing = [line for line in lines if line.event in CLOSING and line.run == predicate.get("run")]
    if not closing or closing[0].facts.get("seal") != digest_bytes(seal):
        faults.append(("台账没有这份封存", "the ledger does not have this seal"))
    else:
        faults += status_faults(predicate, closing[0])
    faults += [break_words(found) for found in check_runs(lines) if found.kind == "run_order"]
    root = base64.b64encode(checkpoint.root).decode()
    return judged("S5", faults, f"检查点 {checkpoint.size} {root}", f"checkpoint {checkpoint.size} {root}")
