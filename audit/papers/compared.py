"""Tables of what is compared: rates with the counts that give them, this year's figures with last year's."""

from __future__ import annotations

from audit.findings.exhibits import YearPair
from audit.model import NOTHING, Text
from audit.papers.shown import Shown
from audit.recalculate.profile import Profile
from audit.recalculate.rates import RateRow
from audit.render import html_table

_RATES = Text(
    zh="公布的比率|印载|基数|四舍五入可得|四舍六入五成双可得|截尾可得",
    en="Rate|Printed|Base|By rounding half up|By rounding half to even|By cutting",
)
_YEARS = Text(zh="公布数字|上年|本年|变动|上年数来源|说明", en="Figure|Last year|This year|Change|Last year from|Note")
_SOURCES = {
    "report": Text(zh="本年报告", en="this report"),
    "report_before": Text(zh="上年报告", en="last year's report"),
    "records_before": Text(zh="上年记录", en="last year's records"),
}


def show_rates(rows: tuple[RateRow, ...], titles: dict[str, Text], profile: Profile, lang: str) -> Shown:
    """Which counts give each printed rate, and how the document rounds."""
    cells = [
        (
            titles[row.claim.id].get(lang),
            row.claim.printed,
            row.base.get(lang),
            *(text.get(lang) for text in row.by_rule),
        )
        for row in rows
    ]
    caption = Text(zh="这个比率能不能成立", en="Can this rate exist?").get(lang)
    said = profile.words().get(lang) or Text(zh="没有能分辨取位方法的比率", en="no rate tells the rules apart").get(
        lang
    )
    head = f"{caption}（{said}）" if lang == "zh" else f"{caption} ({said})"
    return Shown(html_table(_RATES.get(lang).split("|"), cells, head, lang), f"{caption}: {len(rows)}; {said}")


def show_years(pairs: tuple[YearPair, ...], lang: str) -> Shown:
    """This year's figures beside last year's, with what asks for an explanation and what is not comparable."""
    cells = []
    for pair in pairs:
        note = Text(zh="请说明原因", en="please explain") if pair.asked else NOTHING
        if pair.broken.en:
            note = Text(zh=f"口径中断：{pair.broken.zh}", en=f"break in series: {pair.broken.en}")
        change = f"{pair.change} {pair.percent}".strip()
        source = _SOURCES[pair.source].get(lang)
        cells.append((pair.title.get(lang), pair.before, pair.now, change, source, note.get(lang)))
    caption = Text(zh="本年与上年并列", en="This year beside last year").get(lang)
    return Shown(html_table(_YEARS.get(lang).split("|"), cells, caption, lang), f"{caption}: {len(cells)}")
