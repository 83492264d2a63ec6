"""The page says everything, escapes everything, names the origin of every number, and repeats byte for byte."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from made_results import both, empty, poisoned, sample

from audit.errors import AuditError
from audit.findings import Results
from audit.findings.exhibits import Flow, FlowStep
from audit.model import NOTHING, Severity, Status, Verdict
from audit.render import (
    Chart,
    PaperLink,
    appendix,
    draw_exhibits,
    html_table,
    severity_mark,
    status_mark,
    verdict_mark,
)
from audit.render.marks import DARK_INKS, INKS
from audit.render.words import WORDS, heading, numeral, word

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
ADDRESS = "javascript:alert(3) https://evil.example/x"
LANGS = ("zh", "en")


def charts(lang: str) -> dict[str, Chart]:
    results = sample()
    return {chart.name: chart for chart in draw_exhibits(results.exhibits, results.book.rules, lang)}


def page(results: Results, lang: str = "zh") -> str:
    return appendix(results, lang, {}, [PaperLink("../2-proof/30 信息公开.html", both("信息公开"))])


class Outline(HTMLParser):
    """Balanced tags, ids, headings, addresses and visible words of a page."""

    VOID = frozenset({"meta", "br", "img", "col"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(str(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _, attrs in self.tags if attribute in attrs]


@pytest.mark.parametrize("lang", LANGS)
def test_page_is_well_formed(lang: str) -> None:
    outline = Outline(appendix(sample(), lang, charts(lang), []))
    assert not outline.open
    assert not outline.faults
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    assert not [name for name in ids if re.search(r"\s", name)]
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    tables = [tag for tag, _ in outline.tags if tag in ("table", "caption")]
    assert tables.count("table") == tables.count("caption")
    assert all("scope" in attrs for tag, attrs in outline.tags if tag == "th")
    assert all(attrs.get("alt") for tag, attrs in outline.tags if tag == "img")
    assert dict(outline.tags)["html"]["lang"] == {"zh": "zh-CN", "en": "en"}[lang]


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_within_the_page_arrives(lang: str) -> None:
    outline = Outline(page(sample(), lang))
    inner = [href.removeprefix("#") for href in outline.values("href") if href.startswith("#")]
    assert len(inner) > 30
    assert not set(inner) - set(outline.values("id"))


@pytest.mark.parametrize("lang", LANGS)
def test_page_needs_nothing_and_runs_nothing(lang: str) -> None:
    text = appendix(sample(), lang, charts(lang), [])
    outline = Outline(text)
    assert not re.search(r"(?i)https?://|file://|<script|<link|<iframe|@import|url\(", text)
    assert not [key for _, attrs in outline.tags for key in attrs if key.startswith("on")]
    policy = [attrs["content"] for tag, attrs in outline.tags if attrs.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert all(source.startswith("data:image/svg+xml;base64,") for source in outline.values("src"))


@pytest.mark.parametrize("lang", LANGS)
def test_same_results_same_bytes(lang: str) -> None:
    first = appendix(sample(), lang, charts(lang), [])
    assert first == appendix(sample(), lang, charts(lang), [])
    assert "/work" not in first
    assert "matplotlib.org" not in first


@pytest.mark.parametrize("lang", LANGS)
def test_everything_is_said(lang: str) -> None:
    results = sample()
    outline = Outline(page(results, lang))
    ids = set(outline.values("id"))
    for result in results.claim_results:
        assert f"claim-{result.claim}" in ids
        assert result.printed in outline.text
        assert word(f"verdict.{result.verdict.value}", lang) in outline.text
    for finding in results.findings:
        assert f"finding-{finding.id}" in ids
        assert finding.title.get(lang) in outline.text
        assert finding.condition.get(lang) in outline.text
    for one in results.outcomes:
        if one.status in (Status.NOT_TESTED, Status.ERROR):
            assert one.reason.get(lang) in outline.text
    for one_rule in results.book.rules.values():
        assert f"rule-{one_rule.id}" in ids
        assert str(one_rule.citation) in outline.text
    for words in ("未提供原因", "登记簿已补正", "张三", "120.50", "ab12" * 16, "记录说明"):
        assert words in outline.text


def test_links_run_both_ways_between_figures_and_findings() -> None:
    results = sample()
    text = page(results)
    finding = next(finding for finding in results.failures() if finding.claims)
    claim = finding.claims[0]
    row = text.split(f'id="claim-{claim}"')[1].split("</tr>")[0]
    assert f'href="#finding-{finding.id}"' in row
    card = text.split(f'id="finding-{finding.id}"')[1].split("</article>")[0]
    assert f'href="#claim-{claim}"' in card


def test_the_conclusion_counts_every_verdict_and_names_what_asks_for_attention() -> None:
    text = Outline(page(sample(illustrative=False), "en")).text
    results = sample().claim_results
    held = sum(result.verdict is not Verdict.NOT_TESTED for result in results)
    said = text.split("20 published figures: ")[1].split(f"; {held} of them were held against departmental records.")[0]
    for verdict, count in Counter(result.verdict for result in results).items():
        assert f"{word(f'verdict.{verdict.value}', 'en')} {count}" in said
    differing = [result for result in results if result.verdict is Verdict.DIFFERS]
    titles = {claim.id: sample().book.measures[claim.measure].title.en for claim in sample().claims}
    assert f"{titles[differing[0].claim]} {differing[0].printed}" in said
    failures = sample().failures()
    grades = [sum(finding.severity is grade for finding in failures) for grade in Severity]
    assert f"{len(failures)} findings: {grades[0]} critical, {grades[1]} warning, {grades[2]} info" in text


def test_banner_stands_before_the_verdict_and_only_when_due() -> None:
    made_up = page(sample(fictional=True))
    assert made_up.index(word("illustrative_head", "zh")) < made_up.index('id="conclusion"')
    assert made_up.index(word("fictional_head", "zh")) < made_up.index('id="conclusion"')
    real = page(sample(illustrative=False))
    assert word("illustrative_head", "zh") not in real
    assert "示例记录" not in real.split('id="conclusion"')[1].split("</section>")[0]
    assert real.index("记录说明") < real.index('id="conclusion"')  # what the plan says of real records comes first too
    unsaid = sample(illustrative=False)
    records = unsaid.engagement.records.model_copy(update={"note": NOTHING})
    unsaid = replace(unsaid, engagement=unsaid.engagement.model_copy(update={"records": records}))
    assert 'class="banner"' not in page(unsaid)


def test_figures_held_against_the_report_s_own_form_are_not_said_to_agree_with_records() -> None:
    made = sample(illustrative=False)
    form = made.book.tables["disclosure_requests"].model_copy(update={"table": "disclosure_form"})
    rows = form.model_copy(update={"table": "form_rows", "sources": ("disclosure_form",), "sql": "SELECT 1"})
    measures = {
        name: one.model_copy(update={"table": "form_rows", "sources": ()}) for name, one in made.book.measures.items()
    }
    tables = made.book.tables | {"disclosure_form": form, "form_rows": rows}
    book = replace(made.book, tables=tables, measures=measures)
    said = Outline(page(replace(made, book=book))).text
    assert "与同一报告所附表格核对过，没有取得部门记录" in said
    assert "与部门记录核对过" not in said


def test_findings_are_numbered_through_and_say_what_was_not_met() -> None:
    results, text = sample(), page(sample())
    for number, finding in enumerate(results.failures(), start=1):
        heading = text.split(f'id="finding-{finding.id}"')[1].split("</h4>")[0].rpartition(">")[2]
        result = next((r for r in results.claim_results if finding.id == f"claims/{r.claim}"), None)
        light = word(f"verdict.{result.verdict.value}", "zh") if result else ""
        title = f"{finding.title.zh}：{light}" if light else f"未做到：{finding.title.zh}"
        assert heading == f"{number}．{title}"
        for claim in finding.claims:
            row = text.split(f'id="claim-{claim}"')[1].split("</tr>")[0]
            assert re.search(rf'href="#finding-{re.escape(finding.id)}"[^>]*>{number}<', row)


def test_what_comes_of_a_case_stands_below_what_it_comes_of() -> None:
    steps = [("甲进", 5, 0), ("乙结", 4, 1), ("丙留", 1, 1), ("丁维", 3, 2), ("戊改", 1, 2)]
    flow = Flow(
        name="f",
        domain="disclosure",
        title=both("流转"),
        steps=tuple(FlowStep(id=id, label=both(id), count=count, stage=stage) for id, count, stage in steps),
        links=((0, 1), (0, 2), (1, 3), (1, 4)),
    )
    made = sample()
    exhibits = made.exhibits.model_copy(update={"flows": (flow,)})
    text = Outline(page(replace(made, exhibits=exhibits))).text
    assert re.findall(r"[甲乙丙丁戊](?=[进结留维改]\s*\d)", text) == ["甲", "乙", "丁", "戊", "丙"]


def test_unverified_rule_advises() -> None:
    text = page(sample(), "en")
    card = text.split('id="finding-disclosure_requests/rec"')[1].split("</article>")[0]
    assert word("unverified", "en") in card
    sure = text.split('id="finding-disclosure_requests/t01"')[1].split("</article>")[0]
    assert word("unverified", "en") not in sure


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("words", [SCRIPT, IMAGE, ADDRESS, "{{ 7*7 }}", "' onmouseover='x", "a&b<c>"])
def test_hostile_words_stay_words(words: str, lang: str) -> None:
    papers = [PaperLink("a.html", both(words))]
    bad = {name: Chart(name, both(words), both(words), b"<svg/>") for name in charts(lang)}
    text = appendix(poisoned(words), lang, bad, papers)
    outline = Outline(text)
    assert not outline.faults
    assert outline.text.count(words) > 60
    assert not re.search(r"(?i)<script|<img src=x|https?://", text)
    assert {tag for tag, _ in outline.tags} == {
        tag for tag, _ in Outline(appendix(sample(), lang, charts(lang), papers)).tags
    }
    assert not [key for _, attrs in outline.tags for key in attrs if key.startswith("on")]
    assert not [href for href in outline.values("href") if not href.startswith(("#", "a.html"))]


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://x.example", "//x.example", "/etc/passwd", "\\\\x\\y", ""]
)
def test_working_papers_have_relative_addresses_only(href: str) -> None:
    with pytest.raises(AuditError):
        PaperLink(href, both("x"))


def test_working_papers_are_linked() -> None:
    hrefs = Outline(page(sample())).values("href")
    assert "../2-proof/30%20%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80.html" in hrefs


def test_tables_for_working_papers() -> None:
    table = html_table(["项", IMAGE], [[SCRIPT, 5], [status_mark(Status.FAIL, "zh"), None]], SCRIPT)
    outline = Outline(table)
    assert not outline.faults
    assert SCRIPT in outline.text
    assert IMAGE in outline.text
    assert {tag for tag, _ in outline.tags} == {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "span"}
    assert "text-align:right" in table
    assert "未通过" in outline.text


def test_marks_have_symbol_and_word() -> None:
    for lang in LANGS:
        marks = [verdict_mark(verdict, lang) for verdict in Verdict]
        marks += [status_mark(status, lang) for status in Status]
        marks += [severity_mark(severity, lang) for severity in Severity]
        for mark in marks:
            symbol, words = Outline(mark).text.split(" ", 1)
            assert len(symbol) == 1
            assert words
    shown = {Outline(verdict_mark(verdict, "zh")).text.split(" ")[0] for verdict in Verdict}
    assert len(shown) == len(Verdict)


def contrast(one: str, two: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_headings_are_numbered_as_offices_do() -> None:
    assert [heading("zh", 1), heading("zh", 2, 3), heading("zh", 2, 3, 4)] == ["一、", "（三）", "4．"]
    assert [heading("en", 1), heading("en", 2, 3)] == ["1 ", "2.3 "]
    assert [numeral(number) for number in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_names_its_origin(lang: str) -> None:
    """What verify relies on: each digit below <main> stands in an element with data-of, or in one inside it."""
    bare: list[str] = []

    class Origins(HTMLParser):
        open: list[tuple[str, bool]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in Outline.VOID:
                self.open.append((tag, "data-of" in dict(attrs)))

        def handle_endtag(self, tag: str) -> None:
            self.open.pop()

        def handle_data(self, data: str) -> None:
            tags = [tag for tag, _ in self.open]
            if "main" in tags and "nav" not in tags and re.search(r"\d", data) and not any(of for _, of in self.open):
                bare.append(data)

    Origins().feed(appendix(sample(), lang, charts(lang), [PaperLink("a/30.html", both("30"))]))
    assert bare == []


def test_origins_are_of_a_known_kind() -> None:
    kinds = {value.partition(":")[0] for value in Outline(appendix(sample(), "zh", charts("zh"), [])).values("data-of")}
    assert kinds <= {
        *("claim", "outcome", "finding", "rule", "measure", "verdict", "findings", "status", "reconciliation", "table"),
        *("control", "selftest", "limit", "limits", "flow", "months", "bars", "year", "years", "units", "sample"),
        *("rule-findings", "engagement", "code", "records", "order", "place", "words", "paper"),
    }
    assert {"claim", "outcome", "finding", "reconciliation", "limit", "flow", "months", "year", "selftest"} <= kinds


def test_a_figure_leads_to_its_records() -> None:
    results = sample()
    claim = results.exhibits.records[0].claim
    text = page(results)
    row = text.split(f'id="claim-{claim}"')[1].split("</tr>")[0]
    assert f'href="#basis-{claim}"' in row
    basis = text.split(f'id="basis-{claim}"')[1].split("</tr>")[0]
    assert "依申请〔2021〕299号" in basis
    assert "依申请〔2021〕300号" not in basis
    assert "及另外 112 条" in basis


@pytest.mark.parametrize("lang", LANGS)
def test_empty_results_still_make_an_appendix(lang: str) -> None:
    outline = Outline(appendix(empty(), lang, {}, []))
    assert not outline.faults
    assert word("none", lang) in outline.text


def test_small_bases_are_never_a_bare_percentage() -> None:
    zh, en = Outline(page(sample())).text, Outline(page(sample(), "en")).text
    assert "5 / 5100%" in zh
    assert "5 of 5100%" in en
    assert "98.2550…%732 of 745" in en
    assert "128 of 1280 exceptions" in en
    assert "100% %" not in en
    assert word("rounding.exact", "zh") in zh
    assert "四舍五入、四舍六入五成双、截尾" in zh


def test_records_of_a_finding_stop_at_twenty_and_say_so() -> None:
    card = page(sample(), "en").split('id="finding-disclosure_requests/t01"')[1].split("</article>")[0]
    text = Outline(f"<div>{card}").text
    assert "依申请〔2021〕19号" in text
    assert "依申请〔2021〕20号" not in text
    assert "and 3 more, see findings.json" in text


def test_contrast_is_enough_in_both_schemes() -> None:
    style = re.findall(r":root \{(.*?)\}", page(sample()), re.S)
    for scheme in style[:2]:
        colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", scheme))
        colour = {
            name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:])
            for name, value in colour.items()
        }
        for ink, ground in (
            ("ink", "paper"),
            ("soft", "paper"),
            ("soft", "ground"),
            ("link", "paper"),
            ("link", "ground"),
            ("alarm-ink", "alarm"),
        ):
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    assert set(INKS) == set(DARK_INKS)
    assert all(contrast(ink, ground) >= 7 for inks in (INKS, DARK_INKS) for ink, ground in inks.values())


def test_interface_words_are_complete() -> None:
    assert all(zh and en for zh, en in WORDS.values())
    assert all(set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)) for zh, en in WORDS.values())
