"""The text of a PDF: lines that the page broke are put together again, page numbers are left out."""

from __future__ import annotations

import io
import logging
import re
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from audit.drafts.text import DraftError

_PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第\s*)?\d{1,4}(?:\s*页)?[-—–\s]*(?:/\s*\d{1,4})?")
_ENDS = ("。", "！", "？", "；", ":", "：", ";")
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]")
_MOST_PAGES = 2000


def pdf_text(content: bytes, shown: str) -> str:
    """The text, one line per paragraph.

    Raises DraftError for a PDF that is encrypted, damaged, or has pictures of pages without text.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if len(document.pages) > _MOST_PAGES:
                raise DraftError(
                    f"the PDF has more than {_MOST_PAGES} pages", where=shown, remedy="send the report only"
                )
            lines: list[tuple[str, float, float, float]] = []
            for page in document.pages:
                lines += _page_lines(page)
                page.close()
    except DraftError:
        raise
    except Exception as error:  # pdfminer raises whatever a broken file makes it stumble over
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        if isinstance(cause, PDFPasswordIncorrect) or "encrypt" in type(cause).__name__.lower():
            raise DraftError("the PDF asks for a password", where=shown, remedy="send it without one") from None
        raise DraftError(
            "the PDF is damaged", where=shown, remedy="export it again from the program it was written in"
        ) from None
    text = _join(lines)
    if not text.strip():
        remedy = "send the file it was printed from, or a PDF with text in it"
        raise DraftError("the PDF holds pictures of pages and no text", where=shown, remedy=remedy)
    return text


def _page_lines(page: Any) -> list[tuple[str, float, float, float]]:
    found = [
        (line["text"], float(line["x0"]), float(line["x1"]), float(page.width))
        for line in page.extract_text_lines(return_chars=False)
        if line["text"].strip()
    ]
    if found and _PAGE_NUMBER.fullmatch(found[-1][0]):
        found.pop()
    return found


def _join(lines: list[tuple[str, float, float, float]]) -> str:
    """A line that reaches the right edge goes on in the next, unless a heading begins there."""
    text, edge = "", max((x1 for _, _, x1, _ in lines), default=0.0)
    left = min((x0 for _, x0, _, _ in lines), default=0.0)
    for line, x0, x1, width in lines:
        indented = x0 > left + width * 0.02
        goes_on = text and not text.endswith("\n")
        text += ("\n" if goes_on and (indented or _HEADING.match(line)) else "") + line
        if x1 < edge - width * 0.06:
            text += "\n"
    return text
