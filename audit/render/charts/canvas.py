"""What every chart shares: the sheet it is drawn on, its colours, its text, its bytes."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from audit.model import Text
from audit.render.fonts import face, width_of
from audit.render.words import word

Label = Text | str

_NOT_FIRST, _NOT_LAST = "，。、；：？！）】》”’％%", "（【《“‘"

WIDTH = 7.2
INK, SOFT, RULE = "#1c1c1c", "#5b5b5b", "#c9c9c9"
# Okabe and Ito's colours, which readers with colour-blindness tell apart; each is paired with a hatch or a symbol.
BLUE, VERMILLION, GREEN, ORANGE, PURPLE, GREY = "#0072B2", "#D55E00", "#007A5A", "#E69F00", "#A4427C", "#8A8A8A"
PALE = "#9CC3DE"
# Hatches of lines: one of dots makes a drawing twenty times as large.
LATE_HATCH, OPEN_HATCH = "//////", "\\\\\\\\"


@dataclass(frozen=True)
class Chart:
    """One drawing: its name, title, words for who cannot see it, and SVG bytes that repeat."""

    name: str
    title: Text
    alt: Text
    svg: bytes

    def named(self, name: str) -> Chart:
        """The same chart under another name."""
        return replace(self, name=name)

    def html(self, lang: str = "zh") -> Markup:
        """The chart as an HTML figure with caption and alternative text, for appendix and working papers."""
        data = base64.b64encode(self.svg).decode("ascii")
        return Markup(
            '<figure class="chart"><div class="scroll" role="region" tabindex="0" aria-label="{}">'
            '<img alt="{}" src="data:image/svg+xml;base64,{}"></div>'
            "<figcaption>{}</figcaption></figure>"
        ).format(self.title.get(lang), self.alt.get(lang), data, self.title.get(lang))

    def _repr_html_(self) -> str:
        """How JupyterLab shows it."""
        return str(self.html())


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's own defaults and nobody's settings, so that the same numbers give the same bytes."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.hashsalt": "audit", "svg.fonttype": "path", "hatch.linewidth": 0.8})
        yield


def sheet(height: float) -> tuple[Figure, Axes]:
    """A sheet `height` inches high whose coordinates are inches from the lower left."""
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    axes.axis("off")
    return figure, axes


def plot(height: float, left: float = 0.5) -> tuple[Figure, Axes]:
    """A sheet with plain axes: a baseline, and nothing that is not data."""
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    return figure, strip(figure, left, 0.45, WIDTH - left - 0.2, height - 0.6)


def strip(figure: Figure, left: float, bottom: float, wide: float, high: float) -> Axes:
    """Plain axes within a sheet, placed in inches from its lower left."""
    tall = figure.get_figheight()
    axes = figure.add_axes((left / WIDTH, bottom / tall, wide / WIDTH, high / tall))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.tick_params(axis="both", length=0, colors=SOFT)
    axes.set_yticks([])
    axes.patch.set_alpha(0)
    return axes


def write(axes: Axes, x: float, y: float, text: str, *, font: Path | None = None, **style: Any) -> None:
    """Put `text` at a point; a `$` stays a `$`.  Raises AuditError for a missing glyph."""
    size = style.pop("size", 9.5)
    settings: dict[str, Any] = {"color": INK, "va": "center", "parse_math": False} | style
    axes.text(x, y, text, fontproperties=face(text, size, font), **settings)


def ticks(axes: Axes, places: Sequence[float], labels: Sequence[str], size: float = 9) -> None:
    """Label the horizontal axis."""
    axes.set_xticks(list(places), list(labels))
    for text, label in zip(axes.get_xticklabels(), labels, strict=True):
        text.set(fontproperties=face(label, size), parse_math=False, color=SOFT)


def finish(name: str, title: Text, alt: Text, figure: Figure, lang: str) -> Chart:
    """Close the figure and keep its bytes."""
    out = io.BytesIO()
    FigureCanvasSVG(figure)
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Title": title.get(lang)})
    figure.clear()
    return Chart(name, title, alt, out.getvalue())


def nothing(name: str, title: Text, lang: str) -> Chart:
    """The chart of no records, which says so."""
    figure, axes = sheet(0.6)
    write(axes, 0.1, 0.3, word("no_records", lang), color=SOFT)
    alt = Text(zh=f"{title.zh}：{word('no_records', 'zh')}。", en=f"{title.en}: {word('no_records', 'en')}.")
    return finish(name, title, alt, figure, lang)


def say(label: Label, lang: str) -> str:
    """A label in `lang`; a plain string is the same in both."""
    return label.get(lang) if isinstance(label, Text) else label


def fold(text: str, inches: float, size: float = 9.5) -> str:
    """`text` broken into lines no wider than `inches`, at spaces where it has any."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width_of((line + piece).rstrip(), size) > inches:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return "\n".join((*lines, line.rstrip()))


def _pieces(text: str) -> list[str]:
    """Where lines may break: between Chinese characters and after spaces; not before a stop, not after a bracket."""
    pieces: list[str] = []
    for char in text:
        word = pieces and char.isascii() and pieces[-1][-1].isascii() and not pieces[-1].endswith(" ")
        if pieces and (word or char in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def listed(title: Text, pairs: Sequence[tuple[Label, object]], tail: Text | None = None) -> Text:
    """Alternative text: the title and every number beside its label."""
    zh = "；".join(f"{say(label, 'zh')} {value}" for label, value in pairs)
    en = "; ".join(f"{say(label, 'en')} {value}" for label, value in pairs)
    more = tail or Text(zh="", en="")
    return Text(zh=f"{title.zh}：{zh}。{more.zh}", en=f"{title.en}: {en}. {more.en}".strip())
