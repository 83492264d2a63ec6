"""What people see: the appendix, its charts, and tables for the working papers."""

from audit.render.appendix import appendix
from audit.render.canvas import Chart
from audit.render.charts import by_month, counts_by, durations, flow, side_by_side, verdict_lights
from audit.render.tables import html_table, severity_mark, status_mark, verdict_mark
from audit.render.view import PaperLink

__all__ = [
    "Chart",
    "PaperLink",
    "appendix",
    "by_month",
    "counts_by",
    "durations",
    "flow",
    "html_table",
    "severity_mark",
    "side_by_side",
    "status_mark",
    "verdict_lights",
    "verdict_mark",
]
