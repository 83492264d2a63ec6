"""The charts of the audit: few kinds, direct labels, the same bytes from the same numbers."""

from audit.render.charts.bars import counts_by, side_by_side, units
from audit.render.charts.canvas import Chart
from audit.render.charts.drawing import draw_exhibits
from audit.render.charts.flow import flow
from audit.render.charts.lights import verdict_lights
from audit.render.charts.limits import margins
from audit.render.charts.months import by_month

__all__ = [
    "Chart",
    "by_month",
    "counts_by",
    "draw_exhibits",
    "flow",
    "margins",
    "side_by_side",
    "units",
    "verdict_lights",
]
