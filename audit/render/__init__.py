"""What people see: the appendix in three formats, its charts, and tables for the working papers."""

from audit.render.appendix import appendix, appendix_pdf, appendix_xlsx
from audit.render.charts import (
    Chart,
    by_month,
    counts_by,
    draw_exhibits,
    flow,
    margins,
    side_by_side,
    units,
    verdict_lights,
)
from audit.render.document import Document
from audit.render.tables import html_table, severity_mark, status_mark, verdict_mark
from audit.render.view import PaperLink, appendix_document

__all__ = [
    "Chart",
    "Document",
    "PaperLink",
    "appendix",
    "appendix_document",
    "appendix_pdf",
    "appendix_xlsx",
    "by_month",
    "counts_by",
    "draw_exhibits",
    "flow",
    "html_table",
    "margins",
    "severity_mark",
    "side_by_side",
    "status_mark",
    "units",
    "verdict_lights",
    "verdict_mark",
]
