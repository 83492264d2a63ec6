"""Bars: counts under labels, two years side by side, units held against each other."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.patches import Rectangle

from audit.findings.exhibits import UnitTable
from audit.model import Text
from audit.render.charts.canvas import (
    BLUE,
    INK,
    OPEN_HATCH,
    PALE,
    RULE,
    SOFT,
    VERMILLION,
    WIDTH,
    Chart,
    Label,
    finish,
    fold,
    house_style,
    listed,
    nothing,
    plot,
    say,
    sheet,
    ticks,
    write,
)
from audit.render.fonts import width_of
from audit.render.words import both, word

_BAR, _MOST_UNITS = 0.3, 15


@house_style()
def counts_by(
    title: Text,
    labels: Sequence[Label],
    values: Sequence[int],
    lang: str,
    name: str = "counts_by",
    *,
    ordered: bool = False,
) -> Chart:
    """Horizontal bars with label and count: the greatest first, or as given when the labels are `ordered`."""
    pairs = list(zip(labels, values, strict=True))
    if not ordered:
        pairs.sort(key=lambda pair: (-pair[1], say(pair[0], "zh")))
    if not pairs:
        return nothing(name, title, lang)
    texts = [fold(say(label, lang), 2.6) for label, _ in pairs]
    left = max(width_of(text, 9.5) for text in texts) + 0.2
    deep = [max(_BAR, 0.18 * (text.count("\n") + 1) + 0.08) for text in texts]
    figure, axes = sheet(sum(deep) + 0.1)
    scale = (WIDTH - left - 0.65) / max(*values, 1)
    top = sum(deep) + 0.05
    for (_, value), text, height in zip(pairs, texts, deep, strict=True):
        middle = top - height / 2
        write(axes, left - 0.12, middle, text, ha="right", linespacing=1.15)
        axes.add_patch(Rectangle((left, middle - 0.09), value * scale, 0.18, color=BLUE, linewidth=0))
        write(axes, left + value * scale + 0.07, middle, str(value))
        top -= height
    axes.plot([left, left], [0.05, sum(deep) + 0.05], color=RULE, linewidth=0.8)
    return finish(name, title, listed(title, pairs), figure, lang)


@house_style()
def side_by_side(
    title: Text,
    labels: Sequence[Label],
    this_year: Sequence[int],
    last_year: Sequence[int],
    lang: str,
    name: str = "side_by_side",
) -> Chart:
    """This year's figures above those of the year before, figure by figure."""
    triples = list(zip(labels, this_year, last_year, strict=True))
    if not triples:
        return nothing(name, title, lang)
    texts = [fold(say(label, lang), 2.4) for label in labels]
    left = max(width_of(text, 9.5) for text in texts) + 0.2
    high = 0.5
    figure, axes = sheet(high * len(triples) + 0.1)
    names = word("this_year", lang), word("last_year", lang)
    after = max(width_of(f"{max(*this_year, *last_year)} {text}", 9) for text in names)
    scale = (WIDTH - left - after - 0.3) / max(*this_year, *last_year, 1)
    for place, ((_, now, before), text) in enumerate(zip(triples, texts, strict=True)):
        middle = 0.05 + high * (len(triples) - place - 0.5)
        write(axes, left - 0.12, middle, text, ha="right", linespacing=1.15)
        for value, shift, which in ((now, 0.095, 0), (before, -0.095, 1)):
            bar = Rectangle((left, middle + shift - 0.08), value * scale, 0.16, linewidth=0)
            bar.set(facecolor=(BLUE, PALE)[which], hatch=("", OPEN_HATCH)[which], edgecolor="white")
            axes.add_patch(bar)
            note = f"{value} {names[which]}" if place == 0 else str(value)
            write(axes, left + value * scale + 0.07, middle + shift, note, size=9, color=SOFT if which else INK)
    axes.plot([left, left], [0.05, high * len(triples) + 0.05], color=RULE, linewidth=0.8)
    told: list[tuple[Label, object]] = [(label, f"{now} ({before})") for label, now, before in triples]
    tail = Text(zh="括号内为上年数。", en="The year before in brackets.")
    return finish(name, title, listed(title, told, tail), figure, lang)


def units(exhibit: UnitTable, lang: str) -> Chart:
    """Units held against each other: counts as bars, this year's above last year's; rates as dots over their base."""
    name = f"units-{exhibit.rule.lower()}"
    if exhibit.kind == "funnel":
        return _dots(exhibit, name, lang)
    rows = sorted(exhibit.rows, key=lambda row: (not row.stands_out, -row.value, row.name))
    shown, rest = rows[:_MOST_UNITS], rows[_MOST_UNITS:]
    labels: list[Label] = [f"◆ {row.name}" if row.stands_out else row.name for row in shown]
    now = [row.value for row in shown]
    if any(row.beside is not None for row in rows):
        return side_by_side(exhibit.title, labels, now, [row.beside or 0 for row in shown], lang, name)
    if rest:
        labels.append(both("other_units", n=len(rest)))
        now.append(sum(row.value for row in rest))
    return counts_by(exhibit.title, labels, now, lang, name, ordered=True)


@house_style()
def _dots(exhibit: UnitTable, name: str, lang: str) -> Chart:
    rows = [row for row in exhibit.rows if row.beside]
    base, hits = sum(row.beside or 0 for row in rows), sum(row.value for row in rows)
    if not base:
        return nothing(name, exhibit.title, lang)
    figure, axes = plot(2.9, left=0.55)
    rates = [100 * row.value / (row.beside or 1) for row in rows]
    whole = 100 * hits / base
    low = min(*rates, whole)
    bottom = max(0.0, low - max(4.0, (100 - low) * 0.15))
    widest = max(row.beside or 0 for row in rows)
    axes.set_xlim(0, widest * 1.06)
    axes.set_ylim(bottom, 100 + (100 - bottom) * 0.06)
    axes.plot([0, widest * 1.06], [whole, whole], color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    told = word("units_all", lang, hits=hits, base=base)
    write(axes, widest * 0.005, whole, told, size=8.5, color=SOFT, va="bottom")
    for row, rate in zip(rows, rates, strict=True):
        style = {"marker": "D", "color": VERMILLION} if row.stands_out else {"marker": "o", "color": BLUE}
        axes.plot([row.beside], [rate], markersize=5.5, linestyle="", alpha=0.75, markeredgewidth=0, **style)  # type: ignore[arg-type]
        if row.stands_out:
            write(axes, row.beside or 0, rate, f"  {row.name}", size=8.5, color="#8f3f00")
    spacing = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if widest / n <= 9)
    ticks(axes, list(range(0, widest + 1, spacing)), [str(n) for n in range(0, widest + 1, spacing)])
    steps = next(n for n in (1, 2, 5, 10, 20, 25) if (100 - bottom) / n <= 6)
    for level in range(100, int(bottom), -steps):
        write(axes, -0.008, level, f"{level}%", size=8.5, color=SOFT, ha="right", transform=axes.get_yaxis_transform())
    write(
        axes, 1, -0.13, word("units_axis", lang), size=8.5, color=SOFT, ha="right", va="top", transform=axes.transAxes
    )
    pairs = [(row.name, f"{row.value} / {row.beside}") for row in exhibit.rows]
    return finish(name, exhibit.title, listed(exhibit.title, pairs), figure, lang)
