"""Cases as bands whose breadth is their number, from coming in to where they stand at the year's end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from audit.findings.exhibits import Flow, FlowStep
from audit.render.charts.canvas import (
    BLUE,
    INK,
    OPEN_HATCH,
    ORANGE,
    SOFT,
    WIDTH,
    Chart,
    finish,
    fold,
    house_style,
    listed,
    nothing,
    sheet,
    write,
)
from audit.render.fonts import width_of

_BAR, _GAP, _LINE, _TALL = 0.12, 0.1, 0.17, 1.9
_BAND, _OPEN_BAND = "#d3e2ee", "#f7e3bd"
_OPEN = ("carried_out", "open")


@dataclass
class _Node:
    """A step where it is drawn: its left edge, its middle, its height, and where its next band leaves and arrives."""

    step: FlowStep
    text: str
    x: float
    high: float
    room: float
    middle: float = 0.0
    out: float = 0.0
    into: float = 0.0

    @property
    def open(self) -> bool:
        return self.step.id.endswith(_OPEN)


@house_style()
def flow(exhibit: Flow, lang: str) -> Chart:
    """The stations of a procedure, joined by bands; a station that nothing reached is left to the table beside."""
    alt = listed(exhibit.title, [(step.label, step.count) for step in exhibit.steps])
    biggest = max((step.count for step in exhibit.steps), default=0)
    if not biggest:
        return nothing(exhibit.name, exhibit.title, lang)
    nodes = _placed(exhibit, biggest, lang)
    columns = _columns(nodes)
    height = max(sum(node.room for node in column) + _GAP * (len(column) - 1) for column in columns) + 0.24
    figure, axes = sheet(height)
    for column in columns:
        top = height - (height - sum(node.room for node in column) - _GAP * (len(column) - 1)) / 2
        for node in column:
            node.middle = top - node.room / 2
            node.out = node.into = node.middle + node.high / 2
            top -= node.room + _GAP
    for one, two in exhibit.links:
        if one in nodes and two in nodes:
            _band(axes, nodes[one], nodes[two])
    for node in nodes.values():
        _station(axes, node)
    return finish(exhibit.name, exhibit.title, alt, figure, lang)


def _placed(exhibit: Flow, biggest: int, lang: str) -> dict[int, _Node]:
    stages = max(step.stage for step in exhibit.steps) + 1
    last = [width_of(step.label.get(lang), 9) for step in exhibit.steps if step.stage == stages - 1 and step.count]
    right = min(max(last, default=0.5) + 0.75, 2.0)
    apart = (WIDTH - right - 0.05) / max(stages - 1, 1)
    nodes: dict[int, _Node] = {}
    for place, step in enumerate(exhibit.steps):
        if not step.count:
            continue
        wide = right if step.stage == stages - 1 else apart
        count = width_of(f"{step.count} ", 12)
        text = fold(step.label.get(lang), max(wide - _BAR - count - 0.22, 0.6), 9)
        high = step.count / biggest * _TALL
        room = max(high, _LINE * max(text.count("\n") + 1, 1.2))
        nodes[place] = _Node(step, text, 0.03 + step.stage * apart, high, room)
    return nodes


def _columns(nodes: dict[int, _Node]) -> list[list[_Node]]:
    stages = sorted({node.step.stage for node in nodes.values()})
    return [[node for node in nodes.values() if node.step.stage == stage] for stage in stages]


def _band(axes: Axes, one: _Node, two: _Node) -> None:
    """As broad as the smaller of both: what joins is the part of each that they share."""
    high = min(one.high, two.high)
    left, right = one.x + _BAR, two.x
    bend = (right - left) * 0.5
    upper = [(left, one.out), (left + bend, one.out), (right - bend, two.into), (right, two.into)]
    lower = [(x, y - high) for x, y in reversed(upper)]
    codes = [Outline.MOVETO, *[Outline.CURVE4] * 3, Outline.LINETO, *[Outline.CURVE4] * 3, Outline.CLOSEPOLY]
    outline = Outline([*upper, *lower, upper[0]], codes)
    axes.add_patch(PathPatch(outline, facecolor=_OPEN_BAND if two.open else _BAND, linewidth=0))
    one.out -= high
    two.into -= high


def _station(axes: Axes, node: _Node) -> None:
    bar = Rectangle((node.x, node.middle - node.high / 2), _BAR, max(node.high, 0.015), linewidth=0)
    bar.set(facecolor=ORANGE if node.open else BLUE, hatch=OPEN_HATCH if node.open else "", edgecolor="white")
    axes.add_patch(bar)
    start = node.x + _BAR + 0.07
    write(axes, start, node.middle, str(node.step.count), size=12, color=INK, va="center_baseline")
    after = start + width_of(f"{node.step.count} ", 12) + 0.05
    halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.75)]
    style: dict[str, Any] = {"size": 9, "color": SOFT, "linespacing": 1.1, "path_effects": halo}
    write(axes, after, node.middle, node.text, va="center" if "\n" in node.text else "center_baseline", **style)
