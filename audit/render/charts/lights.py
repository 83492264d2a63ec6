"""The picture of the conclusion: a light for every published figure."""

from __future__ import annotations

from collections import Counter
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from audit.findings import Results
from audit.model import Verdict
from audit.render.charts.canvas import INK, WIDTH, Chart, finish, house_style, listed, nothing, sheet, write
from audit.render.fonts import symbols_file, width_of
from audit.render.marks import verdict_symbol
from audit.render.words import both, word

_TILE, _STEP = 0.2, 0.245


@house_style()
def verdict_lights(results: Results, lang: str) -> Chart:
    """One tile for every published figure, in rows by verdict, each row with its count."""
    title = both("lights_title")
    counts = Counter(result.verdict for result in results.claim_results)
    shown = [verdict for verdict in Verdict if counts[verdict]]
    if not shown:
        return nothing("verdict_lights", title, lang)
    names = [word(f"verdict.{verdict.value}", lang) for verdict in shown]
    left = max(width_of(name, 9.5) for name in names) + 0.65
    across = int((WIDTH - left) / _STEP)
    rows = [-(-counts[verdict] // across) for verdict in shown]
    height = sum(rows) * _STEP + len(shown) * 0.1 + 0.1
    figure, axes = sheet(height)
    top = height - 0.08
    for verdict, name, deep in zip(shown, names, rows, strict=True):
        middle = top - _TILE / 2
        write(axes, 0.05, middle, name)
        write(axes, left - 0.12, middle, str(counts[verdict]), ha="right")
        for place in range(counts[verdict]):
            down, along = divmod(place, across)
            _tile(axes, left + along * _STEP, top - down * _STEP - _TILE, verdict)
        top -= deep * _STEP + 0.1
    alt = listed(title, [(both(f"verdict.{verdict.value}"), counts[verdict]) for verdict in shown])
    return finish("verdict_lights", title, alt, figure, lang)


def _tile(axes: Axes, x: float, y: float, verdict: Verdict) -> None:
    symbol, colour = verdict_symbol(verdict)
    axes.add_patch(Rectangle((x, y), _TILE, _TILE, facecolor=colour, linewidth=0))
    ink = INK if colour == "#E69F00" else "white"
    style: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": ink, "size": 9}
    write(axes, x + _TILE / 2, y + _TILE / 2, symbol, font=symbols_file(), **style)
