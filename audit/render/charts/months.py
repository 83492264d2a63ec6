"""Cases by month over what was carried in: what came, what went, and what was open at each month's end."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from audit.errors import AuditError
from audit.findings.exhibits import Months
from audit.render.charts.canvas import (
    BLUE,
    INK,
    OPEN_HATCH,
    ORANGE,
    PALE,
    SOFT,
    WIDTH,
    Chart,
    Label,
    finish,
    house_style,
    listed,
    nothing,
    sheet,
    strip,
    ticks,
    write,
)
from audit.render.fonts import width_of
from audit.render.words import both, word

_LEFT = 0.62


@house_style()
def by_month(exhibit: Months, lang: str) -> Chart:
    """Above, the stock at each month's end as a stepped band; below, what came beside what went.

    Raises AuditError when a series has not twelve months.
    """
    if len(exhibit.came) != 12 or len(exhibit.went) != 12:
        raise AuditError(
            f"{len(exhibit.came)} months, not 12", where=exhibit.name, remedy="give twelve counts of each kind"
        )
    if not any((exhibit.carried_in, *exhibit.came, *exhibit.went)):
        return nothing(exhibit.name, exhibit.title, lang)
    figure, whole = sheet(2.75)
    wide = WIDTH - _LEFT - 0.1
    _stock(figure, whole, exhibit, wide, lang)
    axes = strip(figure, _LEFT, 0.52, wide, 0.95)
    highest = max(*exhibit.came, *exhibit.went, 1)
    for month, (came, went) in enumerate(zip(exhibit.came, exhibit.went, strict=True), start=1):
        for count, shift, colour, hatch in ((came, -0.2, BLUE, ""), (went, 0.2, PALE, OPEN_HATCH)):
            axes.bar(month + shift, count, width=0.36, color=colour, hatch=hatch, edgecolor="white", linewidth=0)
            if count:
                write(axes, month + shift, count + highest * 0.04, str(count), size=8, ha="center", va="bottom")
    axes.set_xlim(0.4, 12.6)
    axes.set_ylim(0, highest * 1.22)
    ticks(axes, list(range(1, 13)), [word(f"month.{month}", lang) for month in range(1, 13)])
    _legend(whole, lang)
    pairs: list[tuple[Label, object]] = [
        (both("carried_in"), exhibit.carried_in),
        (both("came"), ", ".join(map(str, exhibit.came))),
        (both("went"), ", ".join(map(str, exhibit.went))),
        (both("open_at_end"), ", ".join(map(str, exhibit.open))),
    ]
    return finish(exhibit.name, exhibit.title, listed(exhibit.title, pairs), figure, lang)


def _stock(figure: Figure, whole: Axes, exhibit: Months, wide: float, lang: str) -> None:
    axes = strip(figure, _LEFT, 1.74, wide, 0.78)
    stock = (exhibit.carried_in, *exhibit.open)
    top = max(*stock, 1)
    axes.set_xlim(0.4, 12.6)
    axes.set_ylim(min(0, *stock) * 1.1, top * 1.35)
    axes.set_xticks([])
    axes.fill_between([0.4, *[m + 0.5 for m in range(1, 13)]], [stock[0], *stock[1:]], step="pre", color="#f7e3bd")
    axes.step([0.4, *[m + 0.5 for m in range(1, 13)]], [stock[0], *stock[1:]], where="pre", color=ORANGE, linewidth=1.6)
    for month, count in enumerate(exhibit.open, start=1):
        write(axes, month, count + top * 0.06, str(count), size=8.5, ha="center", va="bottom")
    write(whole, 0.05, 2.36, word("carried_in", lang), size=8, color=SOFT)
    write(whole, 0.05, 2.16, str(exhibit.carried_in), size=12)


def _legend(whole: Axes, lang: str) -> None:
    x = _LEFT
    for key, colour, hatch in (("came", BLUE, ""), ("went", PALE, OPEN_HATCH), ("open_at_end", ORANGE, "")):
        whole.add_patch(Rectangle((x, 0.08), 0.14, 0.11, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0))
        write(whole, x + 0.2, 0.135, word(key, lang), size=8.5, color=INK)
        x += 0.2 + width_of(word(key, lang), 8.5) + 0.35
