"""V6, second part: every finding has its result and its records, and what is exported says the same."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from audit.verify.case import CONCLUSION, CRITERIA, INPUTS, REFERENCE, AbsentError, Case, listing, mapping
from audit.verify.declared import Declared, read_declared
from audit.verify.digests import digest_bytes
from audit.verify.figures import VERDICT_MARKS
from audit.verify.origins import read_claim_records
from audit.verify.pdf import pdf_attachments
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.shelf import shown_name
from audit.verify.shown import numbers_in, read_page, without_blanks
from audit.verify.tables import TABLE_ERRORS, csv_rows, plain_cell, read_text, spreadsheet_cell, xlsx_rows

SHARED_FACTS = ("rule", "status", "judged", "published", "recalculated", "difference", "claims", "records")
SHEET_FACTS = ("family", "rule", "status", "severity", "judged", "failed")
SHEET_WORDS = re.compile(r"[\n· ]+")


def trace_steps(case: Case) -> Iterator[Step]:
    """V6-findings, V6-records, V6-csv, V6-xlsx and V6-pdf."""
    steps = ("V6-findings", "V6-records", "V6-csv", "V6-xlsx", "V6-pdf")
    if case.failure:
        for step in steps:
            yield unchecked(step, f"运行未完成：{case.failure}", f"the run failed: {case.failure}")
        return
    try:
        declared: Declared = case.once("declared results", read_declared)
    except AbsentError as error:
        for step in steps[:3]:
            yield judged(step, [error.said], "", "")
        return
    yield _findings(case, declared)
    yield _records(case, declared)
    yield _csv(case, declared)
    yield _xlsx(case, declared)
    yield _pdf(case)


def _findings(case: Case, declared: Declared) -> Step:
    faults: list[Say] = []
    for name, finding in declared.findings.items():
        outcome = declared.outcomes.get(name)
        shared = [key for key in SHARED_FACTS if outcome is not None and finding.get(key) != outcome.get(key)]
        if outcome is None or shared:
            part = ", ".join(shared) or "-"
            faults.append((f"{name} 与结果不符（{part}）", f"{name} is not what came out ({part})"))
        for claim in listing(finding.get("claims")):
            if claim not in declared.claims:
                faults.append((f"{name} 所指的 {claim} 不存在", f"{name} speaks of {claim}, which is no claim"))
    for name, outcome in declared.outcomes.items():
        own = outcome.get("family") != "rules" or outcome.get("rule") in declared.direct
        if outcome.get("status") != "pass" and own and name not in declared.findings:
            faults.append((f"{shown_name(name)} 没有对应的发现", f"{shown_name(name)} raised no finding"))
    digests, counts = _claim_digests(case)
    for name, claim in declared.claims.items():
        stated = claim.get("records_digest")
        if stated is not None and stated != digests.get(name, digest_bytes(b"")):
            faults.append((f"{name} 的记录摘要不符", f"{name} rests on other records than claim_records.csv has"))
        numbers = [claim.get("numerator"), claim.get("denominator")]
        if stated is not None and None not in numbers and counts.get(name) != numbers:
            faults.append((f"{name} 的分子分母不符", f"{name}: numerator and denominator are not those of its records"))
    count = len(declared.findings)
    words = (
        f"{count}项发现、{len(digests)}个数字都有记录",
        f"{count} findings and {len(digests)} figures have their records",
    )
    return judged("V6-findings", faults, *words)


def _claim_digests(case: Case) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Of each claim in claim_records.csv the records' digest, and how many hold of how many.  Raises AbsentError."""
    hashers: dict[str, Any] = defaultdict(hashlib.sha256)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for claim, _, key, mark in case.once("claim records", read_claim_records):
        hashers[claim].update(f"{key}\t{mark}\n".encode())
        counts[claim][0] += mark == "1"
        counts[claim][1] += 1
    said = {claim: [str(count) for count in pair] for claim, pair in counts.items()}
    return {claim: hasher.hexdigest() for claim, hasher in hashers.items()}, said


def _records(case: Case, declared: Declared) -> Step:
    """Every record named by a finding stands in an archived input of its table, by key."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for finding in declared.findings.values():
        for record in listing(finding.get("records")):
            wanted[str(mapping(record).get("table"))].add(str(mapping(record).get("key")))
    if not wanted:
        return unchecked("V6-records", "没有发现提到记录", "no finding names a record")
    if not case.below(INPUTS):
        reason = "输入没有存档，只有摘要" if case.has(f"{REFERENCE}/inputs.json") else "没有输入"
        return unchecked("V6-records", reason, "the inputs are not archived, only their digests")
    faults: list[Say] = []
    left: list[str] = []
    found = 0
    for table, keys in sorted(wanted.items()):
        rows = _rows_of(case, table)
        if rows is None:
            left.append(table)
            continue
        present = {key for key in keys if any(plain_cell(part) in rows for part in key.split("|"))}
        found += len(present)
        faults += [
            (f"{table} 没有 {shown_name(key)}", f"{table} has no {shown_name(key)}") for key in sorted(keys - present)
        ]
    note = (f"；未核：{'、'.join(left)}", f"; not looked up: {', '.join(left)}") if left else ("", "")
    if not found and not faults:
        return unchecked("V6-records", f"没有能查的表{note[0]}", f"no table could be looked into{note[1]}")
    return judged("V6-records", faults, f"{found}条记录都在{note[0]}", f"{found} records found{note[1]}")


def _rows_of(case: Case, table: str) -> set[str] | None:
    """Every cell of a table's inputs, of its sources' where it is computed; None when no file can be read here."""
    names = [table]
    try:
        match = re.search(r"(?m)^sources: *\[([^\]]{0,4096})\]", case.text(f"{CRITERIA}tables/{table}.yml"))
        names += [name.strip() for name in match[1].split(",")] if match else []
    except AbsentError:
        pass
    cells: set[str] = set()
    read = False
    for path in case.below(INPUTS):
        stem, _, kind = path.rpartition("/")[2].rpartition(".")
        if stem not in names or kind not in ("csv", "xlsx"):
            continue
        try:
            content = case.content(path)
            sheets = {"": csv_rows(read_text(content))} if kind == "csv" else xlsx_rows(content)
        except (*TABLE_ERRORS, AbsentError):
            continue
        read = True
        cells |= {plain_cell(cell) for rows in sheets.values() for row in rows for cell in row}
    return cells if read else None


def _csv(case: Case, declared: Declared) -> Step:
    """findings.csv has the findings of findings.json, in their order, field by field."""
    try:
        rows = csv_rows(case.content(f"{CONCLUSION}/findings.csv").decode("utf-8-sig"))
    except (*TABLE_ERRORS, AbsentError) as error:
        return judged("V6-csv", [(f"findings.csv 无法解读：{error}", f"it cannot be read: {error}")], "", "")
    head = rows[0] if rows else []
    faults: list[Say] = []
    if len(rows) - 1 != len(declared.findings):
        faults.append(
            (
                f"应有{len(declared.findings)}行，实有{len(rows) - 1}行",
                f"{len(rows) - 1} rows for {len(declared.findings)} findings",
            )
        )
    for row, finding in zip(rows[1:], declared.findings.values(), strict=False):
        expected = _csv_expected(finding)
        shown = dict(zip(head, row, strict=False))
        wrong = [column for column, value in expected.items() if shown.get(column) != spreadsheet_cell(value)]
        if wrong or len(row) != len(head):
            name = shown_name(str(finding.get("id")))
            faults.append((f"{name} 的 {', '.join(wrong)} 不同", f"{name}: {', '.join(wrong)} differ"))
    return judged("V6-csv", faults, f"{len(rows) - 1}行一致", f"{len(rows) - 1} rows agree")


def _csv_expected(finding: dict[str, Any]) -> dict[str, str]:
    title, condition = mapping(finding.get("title")), mapping(finding.get("condition"))
    records = [mapping(record) for record in listing(finding.get("records"))]
    disposition = mapping(finding.get("disposition"))
    plain = ("rule", "status", "severity", "domain", "published", "recalculated", "difference", "judged")
    return {
        "finding_id": str(finding.get("id")),
        **{key: str(finding.get(key)) for key in plain},
        "title_zh": str(title.get("zh")), "title_en": str(title.get("en")),
        "citation": str(mapping(finding.get("criteria")).get("citation")),
        "condition_zh": str(condition.get("zh")), "condition_en": str(condition.get("en")),
        "claims": " ".join(str(claim) for claim in listing(finding.get("claims"))),
        "records": " ".join(f"{record.get('table')}:{record.get('key')}" for record in records),
        "disposition": str(disposition.get("status")),
        **{key: str(disposition.get(key)) for key in ("by", "on", "text")},
    }  # fmt: skip


def _xlsx(case: Case, declared: Declared) -> Step:
    """Each claim and each finding has a row in the workbook that says what the results say."""
    name = f"{CONCLUSION}/appendix.xlsx"
    if not case.has(name):
        return unchecked("V6-xlsx", "档案没有工作簿", "the archive has no workbook")
    try:
        sheets = xlsx_rows(case.content(name))
    except (*TABLE_ERRORS, AbsentError) as error:
        return judged("V6-xlsx", [(f"工作簿无法解读：{error}", f"it cannot be read: {error}")], "", "")
    verdicts = _verdicts(case)
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    faults: list[Say] = []
    for sheet in sheets.values():
        head = sheet[0] if sheet else []
        for row in sheet:
            cells = tuple(plain_cell(cell) for cell in row)
            for name in {part for cell in row for part in SHEET_WORDS.split(cell)}:
                rows[plain_cell(name)].append(cells)
        if head[:2] == ["id", "family"]:
            faults += _outcome_rows(head, sheet[1:], declared)
    for kind, entries, keys in (
        ("claim", declared.claims, ("printed", "recalculated", "numerator", "denominator")),
        ("finding", declared.findings, ("published", "recalculated", "difference", "judged")),
    ):
        for key, entry in entries.items():
            if kind == "finding" and entry.get("status") != "fail":
                continue
            wanted = Counter(n for part in keys if entry.get(part) for n in numbers_in(str(entry.get(part))))
            texts = {plain_cell(str(entry.get(part))) for part in keys[:1] if entry.get(part)}
            verdict = verdicts.get(key, "") if kind == "claim" else ""
            said = [(Counter(numbers_in(" ".join(cells))), " ".join(cells)) for cells in rows[plain_cell(key)]]
            if not any(
                not wanted - numbers and all(text in words for text in texts) and verdict in without_blanks(words)
                for numbers, words in said
            ):
                faults.append((f"工作簿中 {shown_name(key)} 不符", f"the workbook's {shown_name(key)} differs"))
    return judged(
        "V6-xlsx", faults, "数字及其结论、发现的数字、各项结果的状态一致",
        "figures with their verdicts, the numbers of findings, the status of every outcome agree",
    )  # fmt: skip


def _verdicts(case: Case) -> dict[str, str]:
    """Of each claim what the page says came of it, mark and words, without blanks.  Empty without a page."""
    try:
        page = read_page(case.text(f"{CONCLUSION}/appendix.html"))
    except AbsentError:
        return {}
    found = {}
    for scope in page.scopes:
        marked = [without_blanks(cell) for cell in scope.cells if cell.strip()[:1] in VERDICT_MARKS.values()]
        if scope.kind == "claim" and marked:
            found[scope.name] = marked[0]
    return found


def _outcome_rows(head: list[str], rows: list[list[str]], declared: Declared) -> list[Say]:
    """The sheet of all outcomes has each of them, with its status and counts."""
    shown = {row[0]: dict(zip(head, row, strict=False)) for row in rows if row}
    faults: list[Say] = []
    for name, outcome in declared.outcomes.items():
        row = shown.get(name, {})
        wrong = [key for key in SHEET_FACTS if plain_cell(row.get(key, "")) != plain_cell(str(outcome.get(key)))]
        if wrong:
            part = ", ".join(wrong)
            faults.append((f"工作簿中 {shown_name(name)} 的 {part} 不符", f"the workbook's {shown_name(name)}: {part}"))
    return faults


def _pdf(case: Case) -> Step:
    """The files attached to the PDF are those that lie beside it, byte for byte."""
    name = f"{CONCLUSION}/appendix.pdf"
    if not case.has(name):
        return unchecked("V6-pdf", "档案没有 PDF", "the archive has no PDF")
    try:
        attached = pdf_attachments(case.content(name))
    except AbsentError as error:
        return judged("V6-pdf", [error.said], "", "")
    except ValueError as error:
        return judged("V6-pdf", [(f"PDF 不像本程序所写：{error}", f"it is not as it was written: {error}")], "", "")
    beside = {
        path.rpartition("/")[2]: digest_bytes(case.content(path))
        for path in case.below(f"{CONCLUSION}/")
        if path.endswith(".json")
    }
    faults: list[Say] = [
        (
            f"附件 {shown_name(name)} 不是 data/1-conclusion 中的文件",
            f"{shown_name(name)} is no file beside it",
        )
        for name, content in attached
        if beside.get(name) != digest_bytes(content)
    ]
    missing = sorted(set(beside) - {name for name, _ in attached})
    faults += [(f"PDF 没有附 {name}", f"{name} is not attached") for name in missing]
    return judged("V6-pdf", faults, f"{len(attached)}个附件一致", f"{len(attached)} attachments agree")
