"""How many days were left, or overrun, when cases ended: one row for each time limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes

from audit.findings.exhibits import LimitTally
from audit.model import Text
from audit.render.charts.canvas import (
    BLUE,
    LATE_HATCH,
    SOFT,
    VERMILLION,
    WIDTH,
    Chart,
    finish,
    fold,
    house_style,
    listed,
    nothing,
    sheet,
    strip,
    ticks,
    write,
)
from audit.render.words import both, word

Row = tuple[LimitTally, Text, str]
_LABEL, _ROW, _BARS, _FOOT = 2.45, 0.86, 30, 0.3
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**4, 10**5, 10**6)


@house_style()
def margins(name: str, title: Text, rows: Sequence[Row], lang: str) -> Chart:
    """Time runs to the right: left of the line ended in time, right of it (hatched) late.

    `rows` are the limits, each with its title and its kind of day ("working" or "calendar").
    """
    shown = [row for row in rows if row[0].margins]
    if not shown:
        return nothing(name, title, lang)
    figure, whole = sheet(_ROW * len(shown) + _FOOT + 0.05)
    for place, (tally, about, kind) in enumerate(shown):
        bottom = _ROW * (len(shown) - 1 - place) + _FOOT + 0.24
        lines = fold(about.get(lang), _LABEL - 0.1, 9).split("\n")
        words = "\n".join(lines[:3]) + ("…" if len(lines) > 3 else "")
        write(whole, 0.05, bottom + 0.5, words, size=9, linespacing=1.15, va="top")
        deep = 0.145 * min(len(lines), 3) + 0.06
        write(whole, 0.05, bottom + 0.5 - deep, word(f"margin_kind.{kind}", lang), size=8, color=SOFT, va="top")
        axes = strip(figure, _LABEL + 0.1, bottom, WIDTH - _LABEL - 0.25, 0.5)
        _histogram(axes, tally)
    write(whole, WIDTH - 0.1, 0.12, word("margin_axis", lang), size=8, color=SOFT, ha="right")
    pairs = [(about, f"{tally.in_time} / {tally.late}") for tally, about, _ in shown]
    tail = Text(zh="每项依次为期限内办结数与超期办结数。", en="Each: ended in time / ended late.")
    return finish(name, title, listed(title, pairs, tail), figure, lang)


def _histogram(axes: Axes, tally: LimitTally) -> None:
    """Bars of days; what ended far from its last day is gathered at the ends, so that the rest stays legible."""
    late = {-left: count for left, count in tally.margins if left < 0}
    early = {left: count for left, count in tally.margins if left >= 0}
    span = max(early, default=0) + max(late, default=0) + 1
    step = next(n for n in _STEPS if -(-span // n) <= _BARS)
    bars: Counter[int] = Counter()
    for left, count in early.items():
        bars[-(left // step) - 1] += count
    for days, count in late.items():
        bars[(days - 1) // step] += count
    tallest = max(bars.values())
    for place, count in sorted(bars.items()):
        late_bar = place >= 0
        style = {"color": VERMILLION, "hatch": LATE_HATCH} if late_bar else {"color": BLUE, "hatch": ""}
        axes.bar(place + 0.5, count, width=0.84, edgecolor="white", linewidth=0, **style)  # type: ignore[arg-type]
        if count == tallest or late_bar or len(bars) <= 12:
            write(axes, place + 0.5, count + tallest * 0.06, str(count), size=7.5, ha="center", va="bottom")
    first, last = min(*bars, -4), max(*bars, 1) + 1
    axes.set_xlim(first - 0.2, last + 0.2)
    axes.set_ylim(0, tallest * 1.45)
    axes.plot([0, 0], [0, tallest * 1.45], color=SOFT, linewidth=1, linestyle=(0, (3, 2)))
    spacing = next(n for n in _STEPS if n % step == 0 and (last - first) * step / n <= 8)
    before = [days for days in range(spacing, max(early, default=0) + 1, spacing) if -(days // step) - 1 >= first]
    after = [days for days in range(spacing, max(late, default=0) + spacing, spacing) if (days - 1) // step < last]
    places = [-(days // step) - 0.5 for days in reversed(before)] + [-0.5] + [(d - 1) // step + 0.5 for d in after]
    labels = [f"−{days}" for days in reversed(before)] + ["0"] + [f"+{days}" for days in after]
    ticks(axes, places, labels, 8)


def margin_title(domain: Text) -> Text:
    """The title of one domain's chart."""
    said = both("margin_title")
    return Text(zh=f"{domain.zh}：{said.zh}", en=f"{domain.en}: {said.en}")
