"""The charts of the audit: few kinds, direct labels, the same bytes from the same numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

from audit.errors import AuditError
from audit.findings import Results
from audit.model import Text, Verdict
from audit.render.canvas import (
    BLUE,
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
from audit.render.fonts import symbols_file, width_of
from audit.render.marks import verdict_symbol
from audit.render.words import both, word

_TILE, _STEP = 0.2, 0.245
_BAR = 0.3


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


@house_style()
def durations(title: Text, days: Sequence[int], limit: int, lang: str, name: str = "durations") -> Chart:
    """How long each case took, against the limit; what lasted over three limits is in the last bar."""
    if not days:
        return nothing(name, title, lang)
    step = max(1, -(-limit // 15))
    last = max(3 * limit, limit + step)
    first = limit - step * -(-(limit - min(*days, 1) + 1) // step)
    bars: Counter[int] = Counter((min(day, last + 1) - first - 1) // step for day in days)
    late = sum(day > limit for day in days)
    figure, axes = plot(2.7)
    for place, count in sorted(bars.items()):
        start = first + place * step
        beyond = start >= limit
        style = {"color": VERMILLION, "hatch": "////"} if beyond else {"color": BLUE, "hatch": ""}
        axes.bar(start + 0.5 * step + 0.5, count, width=step * 0.86, edgecolor="white", linewidth=0, **style)  # type: ignore[arg-type]
    tallest = max(bars.values())
    end = first + (max(*bars, (limit - first) // step) + 1) * step
    axes.set_xlim(first + 0.5, end + 0.5)
    axes.set_ylim(0, tallest * 1.3)
    axes.plot([limit + 0.5] * 2, [0, tallest * 1.3], color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    _peaks(axes, bars, first, step, tallest)
    _limit_words(axes, limit, (len(days) - late, late), lang)
    overflow = [last + 1] if max(days) > last else []
    _day_ticks(axes, first, end, limit, overflow)
    _axis_words(axes, word("days_axis", lang))
    pairs: list[tuple[Label, object]] = [
        (both("limit_line", n=limit), ""),
        (both("in_time", n=len(days) - late), ""),
        (both("late", n=late), ""),
        (both("longest", n=max(days)), ""),
    ]
    return finish(name, title, _trim(listed(title, pairs)), figure, lang)


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
def flow(title: Text, steps: Sequence[tuple[Text, int]], lang: str, name: str = "flow") -> Chart:
    """The stages of a procedure from left to right, each with its count."""
    if not steps:
        return nothing(name, title, lang)
    gap = 0.34
    wide = (WIDTH - 0.1 - gap * (len(steps) - 1)) / len(steps)
    texts = [fold(say(label, lang), wide - 0.16, 9) for label, _ in steps]
    lines = max(text.count("\n") + 1 for text in texts)
    high = 0.55 + 0.17 * lines
    figure, axes = sheet(high + 0.1)
    for place, ((_, count), text) in enumerate(zip(steps, texts, strict=True)):
        left = 0.05 + place * (wide + gap)
        box = FancyBboxPatch((left, 0.05), wide, high, boxstyle="round,pad=0,rounding_size=0.03")
        box.set(facecolor="#f3f5f7", edgecolor=SOFT, linewidth=0.8)
        axes.add_patch(box)
        write(axes, left + wide / 2, high - 0.2, str(count), size=15, ha="center")
        write(axes, left + wide / 2, 0.12 + 0.085 * lines, text, size=9, ha="center", color=SOFT, linespacing=1.15)
        if place:
            arrow = {"arrowstyle": "-|>", "color": SOFT, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
            middle = 0.05 + high / 2
            axes.annotate("", (left - 0.04, middle), (left - gap + 0.04, middle), arrowprops=arrow)
    return finish(name, title, listed(title, list(steps)), figure, lang)


@house_style()
def by_month(title: Text, series: Sequence[tuple[Label, Sequence[int]]], lang: str, name: str = "by_month") -> Chart:
    """Counts of the twelve months: columns for one series, lines named at their ends for several."""
    if not series:
        return nothing(name, title, lang)
    for label, counts in series:
        if len(counts) != 12:
            raise AuditError(f"{len(counts)} months, not 12", where=say(label, "en"), remedy="give twelve counts")
    months = list(range(1, 13))
    figure, axes = plot(2.4, left=0.15)
    highest = max(1, *(max(counts) for _, counts in series))
    axes.set_ylim(0, highest * 1.22)
    if len(series) == 1:
        counts = series[0][1]
        axes.bar(months, counts, width=0.62, color=BLUE, linewidth=0)
        for month, count in zip(months, counts, strict=True):
            write(axes, month, count + highest * 0.02, str(count), size=9, ha="center", va="bottom")
        axes.set_xlim(0.4, 12.6)
    else:
        _lines(axes, series, highest, lang)
    ticks(axes, months, [word("month", lang, n=month) for month in months])
    if word("month_axis", lang):
        _axis_words(axes, word("month_axis", lang))
    pairs: list[tuple[Label, object]] = [(label, ", ".join(str(count) for count in counts)) for label, counts in series]
    return finish(name, title, listed(title, pairs), figure, lang)


@house_style()
def side_by_side(
    title: Text, labels: Sequence[Label], this_year: Sequence[int], last_year: Sequence[int], lang: str
) -> Chart:
    """This year's figures above those of the year before, figure by figure."""
    triples = list(zip(labels, this_year, last_year, strict=True))
    if not triples:
        return nothing("side_by_side", title, lang)
    texts = [fold(say(label, lang), 2.4) for label in labels]
    left = max(width_of(text, 9.5) for text in texts) + 0.2
    high = 0.56
    figure, axes = sheet(high * len(triples) + 0.1)
    names = word("this_year", lang), word("last_year", lang)
    after = max(width_of(f"{max(*this_year, *last_year)} {text}", 9) for text in names)
    scale = (WIDTH - left - after - 0.3) / max(*this_year, *last_year, 1)
    for place, ((_, now, before), text) in enumerate(zip(triples, texts, strict=True)):
        middle = 0.05 + high * (len(triples) - place - 0.5)
        write(axes, left - 0.12, middle, text, ha="right", linespacing=1.15)
        for value, shift, which in ((now, 0.105, 0), (before, -0.105, 1)):
            bar = Rectangle((left, middle + shift - 0.085), value * scale, 0.17, linewidth=0)
            bar.set(facecolor=(BLUE, PALE)[which], hatch=("", "....")[which], edgecolor="white")
            axes.add_patch(bar)
            note = f"{value} {names[which]}" if place == 0 else str(value)
            write(axes, left + value * scale + 0.07, middle + shift, note, size=9, color=SOFT if which else "#1c1c1c")
    axes.plot([left, left], [0.05, high * len(triples) + 0.05], color=RULE, linewidth=0.8)
    told: list[tuple[Label, object]] = []
    for label, now, before in triples:
        told.append((label, f"{now} ({before})"))
    tail = Text(zh="括号内为上年数。", en="The year before in brackets.")
    return finish("side_by_side", title, listed(title, told, tail), figure, lang)


def _axis_words(axes: Axes, text: str) -> None:
    write(axes, 1, -0.16, text, size=9, color=SOFT, ha="right", va="top", transform=axes.transAxes)


def _tile(axes: Axes, x: float, y: float, verdict: Verdict) -> None:
    symbol, colour = verdict_symbol(verdict)
    axes.add_patch(Rectangle((x, y), _TILE, _TILE, facecolor=colour, linewidth=0))
    ink = "#1c1c1c" if colour == "#E69F00" else "white"
    style: dict[str, Any] = {"ha": "center", "va": "center_baseline", "color": ink, "size": 9}
    write(axes, x + _TILE / 2, y + _TILE / 2, symbol, font=symbols_file(), **style)


def _peaks(axes: Axes, bars: Counter[int], first: int, step: int, tallest: int) -> None:
    crowded = len(bars) > 24
    for place, count in bars.items():
        if count and not (crowded and count < tallest):
            middle = first + (place + 0.5) * step + 0.5
            write(axes, middle, count + tallest * 0.02, str(count), size=8.5, ha="center", va="bottom")


def _limit_words(axes: Axes, limit: int, counts: tuple[int, int], lang: str) -> None:
    x, top = limit + 0.5, axes.get_ylim()[1]
    place = axes.transLimits.transform((x, 0))[0]
    write(axes, place, 1.07, word("limit_line", lang, n=limit), size=9, ha="center", transform=axes.transAxes)
    offset = (axes.get_xlim()[1] - axes.get_xlim()[0]) * 0.012
    write(axes, x - offset, top * 0.95, word("in_time", lang, n=counts[0]), size=9, ha="right", color="#004f7c")
    if counts[1]:
        write(axes, x + offset, top * 0.95, word("late", lang, n=counts[1]), size=9, ha="left", color="#8f3f00")


def _day_ticks(axes: Axes, first: int, end: int, limit: int, overflow: Sequence[int]) -> None:
    spacing = next(n for n in (1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 10**6) if (end - first) / n <= 12)
    marks = [day for day in range(first, end + 1) if day % spacing == 0 and day > first]
    marks = [day for day in marks if day == limit or abs(day - limit) > spacing / 3]
    marks = sorted({*marks, limit})
    labels = [str(day) for day in marks]
    if overflow:
        kept = [(day, text) for day, text in zip(marks, labels, strict=True) if day < overflow[0] - spacing / 2]
        kept.append((overflow[0], f"≥{overflow[0]}"))
        marks, labels = [day for day, _ in kept], [text for _, text in kept]
    ticks(axes, marks, labels)


def _lines(axes: Axes, series: Sequence[tuple[Label, Sequence[int]]], highest: int, lang: str) -> None:
    styles = ((BLUE, "-", "o"), (VERMILLION, "--", "s"), ("#007A5A", ":", "^"), ("#A4427C", "-.", "D"))
    ends = sorted(range(len(series)), key=lambda place: series[place][1][-1])
    height: dict[int, float] = {}
    floor = -1.0
    for place in ends:
        floor = max(float(series[place][1][-1]), floor + highest * 0.12)
        height[place] = floor
    widest = max(width_of(say(label, lang), 9) for label, _ in series)
    axes.set_xlim(0.7, 12.3 + widest * 12 / (WIDTH - widest))
    for place, (label, counts) in enumerate(series):
        colour, line, marker = styles[place % len(styles)]
        axes.plot(range(1, 13), counts, color=colour, linestyle=line, marker=marker, markersize=3.5, linewidth=1.6)
        write(axes, 12.2, height[place], f"{say(label, lang)}", size=9, color=colour)
    top = max(range(len(series)), key=lambda place: max(series[place][1]))
    peak = list(series[top][1]).index(highest) + 1 if highest in series[top][1] else 1
    write(axes, peak, highest * 1.09, str(highest), size=9, ha="center")


def _trim(text: Text) -> Text:
    return Text(zh=text.zh.replace(" ；", "；").replace(" 。", "。"), en=text.en.replace(" ;", ";").replace(" .", "."))
