"""Charts are drawings with words: the same bytes from the same numbers, and never a box for a character."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import matplotlib
import pytest
from made_results import both, empty, sample

from audit.errors import AuditError
from audit.findings.exhibits import Exhibits, Flow, FlowStep, LimitTally, Months, UnitTable
from audit.model import Text
from audit.render import (
    Chart,
    by_month,
    counts_by,
    draw_exhibits,
    flow,
    margins,
    side_by_side,
    units,
    verdict_lights,
)
from audit.render.charts.canvas import fold
from audit.render.fonts import cjk_file, face, missing_glyphs, width_of
from audit.render.words import WORDS

LANGS = ("zh", "en")
TITLE = Text(zh="办理用时", en="Time taken")
LABELS: list[Text | str] = [both("行政处罚", "Penalties"), "A $x$ & <b>"]


def charts(lang: str) -> dict[str, Chart]:
    """One of each kind."""
    results = sample()
    made = [
        *draw_exhibits(results.exhibits, results.book.rules, lang),
        counts_by(TITLE, LABELS, [12, 115226], lang),
        side_by_side(TITLE, LABELS, [39, 35], [42, 0], lang),
        verdict_lights(results, lang),
    ]
    return {chart.name: chart for chart in made}


def replace_months(**changes: object) -> Months:
    return sample().exhibits.months[0].model_copy(update=changes)


def tally(*margins: tuple[int, int]) -> LimitTally:
    late = sum(count for left, count in margins if left < 0)
    in_time = sum(count for left, count in margins if left >= 0)
    return LimitTally(
        rule="GID-T01", table="disclosure_requests", in_time=in_time, late=late, open=0, overdue=0, margins=margins
    )


@pytest.mark.parametrize("lang", LANGS)
def test_charts_are_drawings_with_words(lang: str) -> None:
    for name, chart in charts(lang).items():
        root = ElementTree.fromstring(chart.svg)
        assert root.tag.endswith("}svg"), name
        assert not list(root.iter("{http://www.w3.org/2000/svg}text")), name
        assert chart.alt.zh.startswith(chart.title.zh), name
        assert re.search(r"\d", chart.alt.get(lang)), name
        assert b"<dc:date>" not in chart.svg
        assert chart.svg in base64.b64decode(re.findall(r"base64,([^\"]+)", chart.html(lang))[0])


@pytest.mark.parametrize("lang", LANGS)
def test_charts_repeat_whatever_the_settings(lang: str) -> None:
    first = {name: chart.svg for name, chart in charts(lang).items()}
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "none", "axes.facecolor": "red"}):
        again = {name: chart.svg for name, chart in charts(lang).items()}
        assert matplotlib.rcParams["font.size"] == 30
    assert first == again


def test_all_zero_counts_are_drawn() -> None:
    assert "0" in counts_by(TITLE, ["a"], [0], "zh").alt.zh
    assert "0" in side_by_side(TITLE, ["a"], [0], [0], "zh").alt.zh
    nothing = replace_months(carried_in=0, came=(0,) * 12, went=(0,) * 12)
    assert "无记录" in by_month(nothing, "zh").alt.zh


def test_missing_glyph_stops_the_chart() -> None:
    with pytest.raises(AuditError, match=r"U\+1F600"):
        counts_by(TITLE, ["\N{GRINNING FACE}"], [1], "zh")
    assert missing_glyphs("惠济区 abc", cjk_file()) == ""
    assert face("惠济区", 9).get_file() == str(cjk_file())


def test_charts_can_print_all_their_own_words() -> None:
    assert missing_glyphs("".join(zh + en for zh, en in WORDS.values()), cjk_file()) == ""


def test_long_labels_are_folded() -> None:
    assert "\n" in fold("行政强制措施与执行以及其他各类名称较长的行政行为类别", 2)
    assert fold("short words", 2) == "short words"
    words = "one two three four five six seven"
    assert fold(words, 1).split() == words.split()
    assert width_of("$x$", 9) > width_of("x", 9) * 2


def test_every_exhibit_has_its_chart() -> None:
    assert set(charts("zh")) == {
        *("limits-disclosure", "disclosure-requests", "disclosure-months", "acts-by-quarter", "years-side-by-side"),
        *("units-uni-01", "units-uni-02", "counts_by", "side_by_side", "verdict_lights"),
    }


def test_alternative_text_holds_the_numbers() -> None:
    made = charts("en")
    assert "answer within twenty working days of receipt 40 / 2." in made["limits-disclosure"].alt.en
    assert made["counts_by"].alt.en == "Time taken: A $x$ & <b> 115226; Penalties 12."
    quarters = counts_by(TITLE, ["Q1", "Q2"], [3, 9], "en", ordered=True)
    assert quarters.alt.en == "Time taken: Q1 3; Q2 9."
    assert made["disclosure-requests"].alt.zh == "申请流转：收到 46；在办 46；办结 40；结转 6；其他 0。"
    assert "Penalties 39 (42)" in made["side_by_side"].alt.en
    assert "Open at month end 1, 1, 3, 3, 3, 10, 10, 10, 10, 10, 10, 17" in made["disclosure-months"].alt.en
    assert "甲局 9 / 10" in made["units-uni-02"].alt.zh


def test_no_records_is_said() -> None:
    nothing = Flow(name="f", domain="d", title=TITLE, steps=(), links=())
    drawn = [
        margins("m", TITLE, [], "zh"),
        margins("m", TITLE, [(tally(), TITLE, "working")], "zh"),
        counts_by(TITLE, [], [], "zh"),
        flow(nothing, "zh"),
        side_by_side(TITLE, [], [], [], "zh"),
        units(UnitTable(rule="R", kind="funnel", title=TITLE, rows=()), "zh"),
        units(UnitTable(rule="R", kind="change", title=TITLE, rows=()), "zh"),
        verdict_lights(empty(), "zh"),
    ]
    for chart in drawn:
        assert "无记录" in chart.alt.zh
        ElementTree.fromstring(chart.svg)
    assert draw_exhibits(Exhibits(), {}, "zh") == ()


@pytest.mark.parametrize(
    "left", [[(0, 1)], [(-3, 1), (5, 1)], [(20, 9)], [(-2000, 1), (1, 1)], [(n, 1) for n in range(-200, 200)]]
)
def test_margins_of_any_length_are_drawn(left: list[tuple[int, int]]) -> None:
    for kind in ("working", "calendar"):
        chart = margins("m", TITLE, [(tally(*left), TITLE, kind)], "zh")
        late = sum(count for days, count in left if days < 0)
        assert f"/ {late}。" in chart.alt.zh
        assert len(chart.svg) < 500_000


@pytest.mark.parametrize("links", [(), ((0, 1),), ((0, 1), (0, 2))])
def test_a_flow_that_does_not_add_up_is_drawn_as_it_is(links: tuple[tuple[int, int], ...]) -> None:
    steps = (("a", 3, 0), ("b", 9, 1), ("open", 0, 1))
    made = Flow(
        name="f",
        domain="d",
        title=TITLE,
        steps=tuple(FlowStep(id=id, label=both(id), count=count, stage=stage) for id, count, stage in steps),
        links=links,
    )
    assert flow(made, "zh").alt.zh == "办理用时：a 3；b 9；open 0。"


def test_stock_follows_from_what_came_and_went() -> None:
    months = replace_months(carried_in=3, came=(1,) + (0,) * 11, went=(0, 4) + (0,) * 10)
    assert months.open == (4, 0) + (0,) * 10


def test_twelve_months_or_none() -> None:
    with pytest.raises(AuditError, match="11 months"):
        by_month(replace_months(came=(1,) * 11), "zh")


def test_lines_begin_with_no_stop_and_end_with_no_bracket() -> None:
    for line in fold("维持、纠正（责令履行、撤销）、驳回（请求、申请）", 0.9).split("\n"):
        assert line[0] not in "、）"
        assert line[-1] != "（"
