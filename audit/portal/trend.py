"""Small drawings of counts by year as inline SVG: no script, no style, sizes in whole numbers, the same bytes again."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from audit.model import Severity
from audit.portal.words import word

_STEP, _BAR, _HEIGHT, _FOOT = 36, 20, 44, 14
Series = Sequence[tuple[int, dict[str, int]]]


def trend(series: Series, lang: str) -> Markup:
    """One column of findings per year, gravest at the bottom; the words beside it say the same numbers.

    Years between the first and the last that have no run stay empty, so that a gap shows as a gap.
    """
    by_year = dict(series)
    years = range(min(by_year), max(by_year) + 1)
    top = max((sum(counts.values()) for counts in by_year.values()), default=0) or 1
    parts = [_column(place, by_year.get(year), top, year) for place, year in enumerate(years)]
    width = _STEP * len(years)
    return Markup(
        '<svg class="trend" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">{}</svg>'
    ).format(said(series, lang), width, _HEIGHT + _FOOT, width, _HEIGHT + _FOOT, Markup("").join(parts))


def said(series: Series, lang: str) -> str:
    """The drawing in words."""
    names = {severity: word(severity.value).get(lang) for severity in Severity}
    between, after = ("，", "；") if lang == "zh" else (", ", "; ")
    return after.join(
        f"{year}{'年' if lang == 'zh' else ':'} "
        + between.join(f"{names[severity]} {counts.get(severity.value, 0)}" for severity in Severity)
        for year, counts in series
    )


def shares(tally: dict[str, int], lang: str, most: int) -> Markup:
    """One bar of engagements by standing, as long as there are engagements, `most` being the longest."""
    total = sum(tally.values())
    parts, at = [], 0
    for name, count in tally.items():
        width = round(600 * count / most)
        if count:
            parts.append(Markup('<rect class="{}" x="{}" y="1" width="{}" height="16"/>').format(name, at, width))
        at += width
    words = ("；" if lang == "zh" else "; ").join(
        f"{word(f'standing.{name}').get(lang)} {count}" for name, count in tally.items() if count
    )
    return Markup(
        '<svg class="shares" role="img" aria-label="{}" viewBox="0 0 600 18" preserveAspectRatio="none">{}</svg>'
    ).format(words or str(total), Markup("").join(parts))


def _column(place: int, counts: dict[str, int] | None, top: int, year: int) -> Markup:
    left, low = place * _STEP, _HEIGHT
    parts = [
        Markup('<text x="{}" y="{}">{}</text>').format(left + _STEP // 2, _HEIGHT + _FOOT - 2, year),
        Markup('<path class="base" d="M{} {}h{}"/>').format(left + 3, _HEIGHT, _STEP - 6),
    ]
    for severity in Severity:
        height = round((_HEIGHT - 4) * (counts or {}).get(severity.value, 0) / top)
        if counts and counts.get(severity.value, 0) and not height:
            height = 1
        if height:
            low -= height
            parts.append(
                Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                    severity.value, left + (_STEP - _BAR) // 2, low, _BAR, height
                )
            )
    return Markup("").join(parts)
