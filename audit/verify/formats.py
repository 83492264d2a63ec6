"""V7 to V9: formats that can still be opened, pages that load and run nothing, no secrets, dispositions with a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from audit.verify.case import CONCLUSION, INPUTS, PROOF, SOURCE, AbsentError, Case, listing, mapping
from audit.verify.guard import page_faults
from audit.verify.report import Say, Step, judged, passed, unchecked
from audit.verify.shelf import shown_name

# Endings that an archive may hold, with how such a file begins where that can be told.
FORMATS: dict[str, bytes] = {
    **dict.fromkeys(("csv", "tsv", "txt", "md", "json", "jsonl", "yml", "yaml", "toml", "lock", "html"), b""),
    **dict.fromkeys(("svg", "css", "j2", "py", "ipynb", "typ", "xml", "htm"), b""),
    "pdf": b"%PDF-", "xlsx": b"PK\x03\x04", "docx": b"PK\x03\x04", "xls": b"", "parquet": b"PAR1", "png": b"\x89PNG",
}  # fmt: skip
# What departments send, and what only programs consist of.
INPUT_FORMATS, SOURCE_FORMATS = ("xlsm", "et", "tsv", "htm"), ("js",)
TEXT_FORMATS = ("json", "yml", "toml", "html", "svg", "ipynb", "css", "py", "md")
# What, a word without which the search need not begin, and the pattern.
SECRETS: tuple[tuple[Say, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        ("私钥", "a private key"),
        ("private key-",),
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\\?n?\s*[A-Za-z0-9+/=]{16}"),
    ),
    (("云服务密钥", "a cloud key"), ("akia",), re.compile(r"\bAKIA[0-9A-Z]{16}\b")),
    (
        ("口令", "a password"),
        ("passw", "secret", "api_key", "apikey", "access_token", "accesstoken", "口令", "密码"),
        re.compile(
            r"(?i)\b(?:password|passwd|secret|api_?key|access_?token|口令|密码)"
            r"\\?[\"']?\s*[=:：]\s*\\?[\"'][^\"'\\\s]{6,}"
        ),
    ),
    (("内嵌口令的地址", "an address with a password"), ("@",), re.compile(r"://[^/\s:@\"']+:[^/\s:@\"']+@")),
)
IDENTITY_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
MOBILE_NUMBER = re.compile(r"(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z.])")


def format_steps(case: Case) -> Iterator[Step]:
    """V7, V7-address, V8 and V9."""
    yield _formats(case)
    yield _addresses(case)
    yield _secrets(case)
    yield _dispositions(case)


def _ending(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2].lower()


def _formats(case: Case) -> Step:
    faults: list[Say] = []
    for name in sorted(case.archive.bag.entries):
        kind = _ending(name)
        sent = name.startswith(INPUTS) and kind in INPUT_FORMATS
        if sent or (name.startswith(SOURCE) and kind in SOURCE_FORMATS):
            continue
        if kind not in FORMATS:
            faults.append((f"不在许可的格式之列：{shown_name(name)}", f"not an allowed format: {shown_name(name)}"))
            continue
        start = case.kept.get(name)
        if start is None:
            continue
        if not start.startswith(FORMATS[kind]):
            faults.append((f"{shown_name(name)} 不是 {kind}", f"{shown_name(name)} is no {kind}"))
        if kind in TEXT_FORMATS:
            try:
                start.decode("utf-8")
            except UnicodeDecodeError:
                faults.append((f"{shown_name(name)} 不是 UTF-8", f"{shown_name(name)} is not UTF-8"))
        if kind == "xlsx" and b"vbaProject" in start:
            faults.append((f"{shown_name(name)} 含宏", f"{shown_name(name)} holds macros"))
    pdf = case.kept.get(f"{CONCLUSION}/appendix.pdf")
    if pdf is not None:
        claimed = b"pdfaid:part>3<" in pdf and b"pdfaid:conformance>A<" in pdf and b"pdfuaid:part>1<" in pdf
        if not claimed:
            faults.append(("PDF 没有标明 PDF/A-3a 和 PDF/UA-1", "the PDF does not claim PDF/A-3a and PDF/UA-1"))
    kinds = sorted({_ending(name) for name in case.archive.bag.entries})
    return judged("V7", faults, "、".join(kinds), ", ".join(kinds))


def _addresses(case: Case) -> Step:
    faults: list[Say] = []
    count = 0
    for name in sorted(case.archive.bag.entries):
        if _ending(name) not in ("html", "htm", "svg") or name.startswith((INPUTS, SOURCE)):
            continue
        count += 1
        try:
            text = case.text(name)
        except AbsentError as error:
            faults.append(error.said)
            continue
        found, links = page_faults(text, picture=_ending(name) == "svg")
        faults += [(f"{shown_name(name)}：{what}", f"{shown_name(name)}: {what}") for what in map(shown_name, found)]
        for link in links:
            target = _resolved(name, unquote(link.partition("#")[0]))
            if target is None or not (case.has(target) or target in case.archive.bag.folders):
                shown = shown_name(link)
                faults.append(
                    (f"{shown_name(name)} 的链接无处可去：{shown}", f"{shown_name(name)} links to nothing: {shown}")
                )
    return judged("V7-address", faults, f"{count}个网页和图", f"{count} pages and pictures")


def _resolved(page: str, link: str) -> str | None:
    parts = page.split("/")[:-1]
    for part in link.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _secrets(case: Case) -> Step:
    """By pattern, in what the audit wrote itself; the departments' inputs are theirs."""
    faults: list[Say] = []
    count = 0
    for name, content in sorted(case.kept.items()):
        own = name.startswith((f"{CONCLUSION}/", f"{PROOF}/"))
        if name.startswith(INPUTS) or _ending(name) not in FORMATS or b"\x00" in content[:1024]:
            continue
        count += 1
        text = content.decode("utf-8", "replace")
        small = text.lower()
        found = [
            said
            for said, words, pattern in (() if name.startswith(SOURCE) else SECRETS)
            if any(word in small for word in words) and pattern.search(text)
        ]
        if own and any(_is_identity(match) for match in IDENTITY_NUMBER.findall(text)):
            found.append(("身份证号", "an identity number"))
        if own and _ending(name) in ("json", "csv", "html") and MOBILE_NUMBER.search(text):
            found.append(("手机号", "a mobile number"))
        faults += [(f"{shown_name(name)} 含有{zh}", f"{shown_name(name)} holds {en}") for zh, en in found]
    scanned = f"{count}个文件；没有做病毒扫描", f"{count} files by pattern; no malware scan was made"
    return judged("V8", faults, *scanned)


def _is_identity(number: str) -> bool:
    """Whether the last character is the check character of the other seventeen (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def _dispositions(case: Case) -> Step:
    """A finding that was answered has a name and a date; one that was not is open, and that is said."""
    if case.failure:
        return unchecked("V9", "运行未完成", "the run failed")
    try:
        findings = [mapping(f) for f in listing(mapping(case.json(f"{CONCLUSION}/findings.json")).get("findings"))]
    except AbsentError as error:
        return judged("V9", [error.said], "", "")
    failed = [finding for finding in findings if finding.get("status") == "fail"]
    faults: list[Say] = []
    waiting = 0
    for finding in failed:
        disposition = mapping(finding.get("disposition"))
        if disposition.get("status") in (None, "open"):
            waiting += 1
        elif not disposition.get("by") or not disposition.get("on"):
            name = shown_name(str(finding.get("id")))
            faults.append((f"{name} 的处理没有姓名或日期", f"{name} was answered without a name or a date"))
    if faults:
        return judged("V9", faults, "", "")
    if waiting:
        return unchecked(
            "V9", f"{len(failed)}项中{waiting}项待答复", f"{waiting} of {len(failed)} findings wait for an answer"
        )
    return passed("V9", f"{len(failed)}项均已处理", f"all {len(failed)} findings are answered")
