"""The three formats of the appendix from results, each from the one document (D-72)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.findings import Results
from audit.render.charts import Chart
from audit.render.html import appendix_html
from audit.render.pdf import document_pdf
from audit.render.view import PaperLink, appendix_document
from audit.render.xlsx import document_xlsx


def appendix(results: Results, lang: str, charts: Mapping[str, Chart], papers: Sequence[PaperLink]) -> str:
    """The appendix of `results` in `lang` ("zh" or "en") as one HTML document.

    `charts` are those of `draw_exhibits`, by name.
    """
    return appendix_html(*appendix_document(results, lang, charts, papers))


def appendix_pdf(
    results: Results,
    lang: str,
    charts: Mapping[str, Chart],
    papers: Sequence[PaperLink],
    attachments: Mapping[str, bytes],
) -> bytes:
    """The appendix as PDF/A-3a and PDF/UA-1 with `attachments`, by file name.

    Raises AuditError for a character that no font of the appendix can draw.
    """
    return document_pdf(*appendix_document(results, lang, charts, papers), attachments)


def appendix_xlsx(results: Results, lang: str, papers: Sequence[PaperLink]) -> bytes:
    """The appendix as a workbook: the document's tables, all outcomes, and the records by key."""
    document, _ = appendix_document(results, lang, {}, papers)
    return document_xlsx(document, results)
