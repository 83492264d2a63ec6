"""A draft as people send it, as text: plain text, web page, Word document, PDF.

What a file is, its first bytes say; its ending only decides between a web page and plain text.
"""

from __future__ import annotations

import re
from pathlib import Path

from audit.errors import AuditError

LARGEST = 64 * 2**20
KINDS = "txt, html, docx or pdf"
_PAGE = re.compile(r"<(?:!doctype html|html|body|head|div|p|table)[\s>]", re.IGNORECASE)
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd\ufffe\uffff]")


class DraftError(AuditError):
    """The draft cannot be read as text."""


def read_draft(path: Path) -> str:
    """The text of a draft, line ends as `\\n`.

    Raises DraftError with what is wrong with the file and what to do.
    """
    shown = path.name
    try:
        if path.stat().st_size > LARGEST:
            raise DraftError("the draft is larger than 64 MiB", where=shown, remedy="send the report without pictures")
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or "unreadable"
        raise DraftError(f"the draft cannot be opened: {why}", where=shown, remedy="check the path") from None
    text = _by_content(content, path.suffix.lower(), shown)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _by_content(content: bytes, suffix: str, shown: str) -> str:
    if content.startswith(b"%PDF") or b"%PDF-" in content[:1024]:
        from audit.drafts.pages import pdf_text

        return pdf_text(content, shown)
    if content.startswith(b"PK\x03\x04"):
        from audit.drafts.office import docx_text

        return docx_text(content, shown)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        remedy = "remove the password, or save it as .docx"
        raise DraftError("an old or password-protected Office file", where=shown, remedy=remedy)
    if suffix in (".docx", ".pdf") and content:
        raise DraftError(f"the file is no {suffix[1:]} inside", where=shown, remedy=f"export it again as {KINDS}")
    text = _decode(content, shown)
    if suffix in (".html", ".htm", ".shtml", ".xhtml") or (suffix not in (".txt", ".md") and _PAGE.search(text[:4096])):
        from audit.drafts.markup import html_text

        return html_text(text)
    return text


def _decode(content: bytes, shown: str) -> str:
    """UTF-8, UTF-16 or GB18030, whichever the bytes are; nothing is replaced."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[:4096].count(0) > 1:  # spaces and line ends of UTF-16 without its mark
        encodings = ["utf-16-le" if content[1:4096:2].count(0) >= content[0:4096:2].count(0) else "utf-16-be"]
    else:
        named = _CHARSET.search(content[:4096])
        chinese = bool(named) and (named[1] if named else b"").lower() in (b"gb2312", b"gbk", b"gb18030")
        encodings = ["gb18030", "utf-8-sig"] if chinese else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_UNREADABLE.findall(text)) <= len(text) // 1000:
            return text
    raise DraftError("the file is no text that can be read", where=shown, remedy=f"send it as {KINDS}, text as UTF-8")
