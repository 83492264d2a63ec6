"""The appendix says everything, escapes everything, needs nothing, and repeats byte for byte."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import matplotlib
import pytest

from audit.engagement import Claim, Disposition, Engagement
from audit.engagement.plan import Records, Report
from audit.errors import AuditError
from audit.findings import Results, raise_findings, reconcile
from audit.model import ClaimResult, Control, Family, Outcome, RecordRef, Severity, Status, Text, Verdict
from audit.numbers import Figure
from audit.render import (
    Chart,
    PaperLink,
    appendix,
    by_month,
    counts_by,
    durations,
    flow,
    html_table,
    severity_mark,
    side_by_side,
    status_mark,
    verdict_lights,
    verdict_mark,
)
from audit.render.canvas import fold
from audit.render.fonts import cjk_file, face, missing_glyphs, width_of
from audit.render.words import _WORDS, heading, numeral, word
from audit.rulebook import Column, Measure, Rule, Rulebook, TableSpec
from audit.rulebook.rules import Citation, Effective

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
ADDRESS = "javascript:alert(3) https://evil.example/x"
LANGS = ("zh", "en")
TITLE = Text(zh="办理用时", en="Time taken")


def both(zh: str, en: str = "") -> Text:
    return Text(zh=zh, en=en or zh)


def rule(name: str, domain: str, severity: Severity, *, verified: bool = True) -> Rule:
    return Rule(
        id=name,
        domain=domain,
        kind="deadline",
        citation=Citation(law="政府信息公开条例", article="第三十三条", text_version="2019年修订"),
        effective=Effective.model_validate({"from": date(2019, 5, 15)}),
        severity=severity,
        certainty="A" if verified else "K",
        verified=verified,
        title=both("收到申请之日起二十个工作日内答复", "answer within twenty working days of receipt"),
        effect=both("申请人未在法定期限内得到答复", "The applicant had no answer within the statutory limit"),
        recommendation=both("核对登记簿并更正公布数字", "Compare with the register and correct the figure"),
    )


def rulebook() -> Rulebook:
    rules = (
        rule("GID-T01", "disclosure", Severity.CRITICAL),
        rule("GID-C01", "disclosure", Severity.WARNING),
        rule("REC-T01", "reconsideration", Severity.CRITICAL, verified=False),
        rule("RPT-W01", "governance", Severity.WARNING),
    )
    table = TableSpec(
        table="disclosure_requests",
        domain="disclosure",
        title=both("政府信息公开申请登记表", "Register of disclosure requests"),
        grain=both("每行一件申请", "one request a row"),
        key=("request_no",),
        columns={"request_no": Column(type="text", title=both("申请编号", "Request number"))},
    )
    measure = Measure(
        id="disclosure.closed",
        domain="disclosure",
        kind="count",
        rule="GID-C01",
        title=both("办结的政府信息公开申请", "Disclosure requests closed"),
        table="disclosure_requests",
        sql="select request_no from disclosure_requests",
        verified=False,
    )
    return Rulebook(
        tables={table.table: table},
        suites={},
        rules={one.id: one for one in rules},
        measures={measure.id: measure},
        identities=(),
        row_identities=(),
    )


def claims(count: int) -> tuple[tuple[Claim, ...], tuple[ClaimResult, ...]]:
    printed = ("46", "40", "98.25%", "100%", "1200余", "均")
    made = [
        Claim(
            id=f"disclosure.c{number}",
            measure="disclosure.closed",
            figure=Figure.parse(printed[5 if number == 10 else number % 5]),
            unit="件" if number % 5 in (0, 1, 4) else "%",
            scope="全区",
            flow_or_stock="flow",
            base="disclosure.c0" if number % 5 == 3 else "",
            locator=f"二（三）第{number}段",
            note="",
        )
        for number in range(count)
    ]
    shares = {2: ("732", "745", "98.2550…", "truncation"), 3: ("5", "5", "100", "half_up/half_even/truncation")}
    results = []
    for number, claim in enumerate(made):
        verdict = list(Verdict)[number % 7] if number % 3 == 0 else Verdict.AGREES
        top, bottom, share, rounding = shares.get(number % 5, (None, None, None, None))
        tested = verdict is not Verdict.NOT_TESTED
        value = share or claim.printed.removesuffix("余")
        if claim.printed == "均":
            top, bottom, value, rounding = "128", "128", "0", "exact"
        results.append(
            ClaimResult(
                claim=claim.id,
                printed=claim.printed,
                verdict=verdict,
                recalculated=value if tested else None,
                numerator=top if tested else None,
                denominator=bottom if tested else None,
                rounding=rounding if tested else None,
                measure=claim.measure,
                locator=claim.locator,
            )
        )
    return tuple(made), tuple(results)


def outcome(name: str, family: Family, rule_id: str, status: Status, **more: object) -> Outcome:
    content: dict[str, object] = {
        "id": name,
        "family": family,
        "rule": rule_id,
        "domain": "disclosure",
        "status": status,
        "severity": Severity.CRITICAL,
        "title": both(f"{name} 的标题", f"Title of {name}"),
        "judged": 46,
    }
    return Outcome.model_validate(content | more)


def outcomes(results: tuple[ClaimResult, ...]) -> tuple[Outcome, ...]:
    """Two of each sort, so that every part of the appendix has something to say."""
    keys = tuple(RecordRef(table="disclosure_requests", key=f"依申请〔2021〕{n}号") for n in range(23))
    said = both("有二十三件申请的答复晚于法定期限。", "Twenty-three requests were answered after the statutory limit.")
    no_rows = both("该表没有记录", "the table has no rows")
    no_base = both("公布物未载明基数", "the publication states no base")
    late: dict[str, object] = {"failed": 23, "condition": said, "records": keys}
    broken = both("查询未能执行", "the query could not be carried out")
    found = [
        outcome("rules/GID-T01", Family.RULE, "GID-T01", Status.FAIL, failed=23),
        outcome("rules/GID-C01", Family.RULE, "GID-C01", Status.PASS),
        outcome("rules/REC-T01", Family.RULE, "REC-T01", Status.FAIL, failed=1),
        outcome("rules/RPT-W01", Family.RULE, "RPT-W01", Status.NOT_TESTED, reason=no_rows, judged=0),
        outcome("disclosure_requests/received", Family.EXPECTATION, "GID-C01", Status.PASS),
        outcome("disclosure_requests/t01", Family.EXPECTATION, "GID-T01", Status.FAIL, **late),
        outcome("disclosure_requests/rec", Family.EXPECTATION, "REC-T01", Status.FAIL, **late),
        outcome("disclosure_requests/order", Family.EXPECTATION, "GID-C01", Status.FAIL, failed=2, condition=said),
        outcome("disclosure_requests/fee", Family.EXPECTATION, "GID-C01", Status.NOT_TESTED, reason=no_rows),
        outcome("disclosure_requests/odd", Family.EXPECTATION, "GID-C01", Status.ERROR, reason=broken),
        outcome("identities/gid-balance", Family.IDENTITY, "GID-C01", Status.PASS, judged=1),
        outcome("identities/gid-carry", Family.IDENTITY, "RPT-W01", Status.FAIL, failed=1, condition=said),
    ]
    for result in results:
        status = Status.PASS if result.verdict is Verdict.AGREES else Status.FAIL
        if result.verdict in (Verdict.NOT_TESTED, Verdict.BASE_NOT_STATED):
            status = Status.NOT_TESTED
        amounts = {"published": result.printed, "recalculated": "41", "difference": "+1"}
        about: dict[str, object] = {"claims": (result.claim,), "condition": said, "reason": no_base}
        more: dict[str, object] = about | (amounts if status is Status.FAIL else {})
        found.append(outcome(f"claims/{result.claim}", Family.CLAIM, "GID-C01", status, **more))
    return tuple(found)


def sample(count: int = 20, *, illustrative: bool = True, fictional: bool = False) -> Results:
    published, results = claims(count)
    came_out = outcomes(results)
    book = rulebook()
    answer = Disposition(status="explained", by="张三", on="2022-02-01", text="登记簿已补正")
    engagement = Engagement(
        district="huiji",
        district_name=both("惠济区", "Huiji District"),
        year=2021,
        as_of=date(2021, 12, 31),
        fictional=fictional,
        report=Report(title=both("2021年法治政府建设年度报告"), publisher=both("惠济区人民政府")),
        records=Records(
            illustrative=illustrative, note=both("记录说明"), not_supplied={"litigation_cases": "未提供原因"}
        ),
    )
    declared = {family: tuple(one.id for one in came_out if one.family is family) for family in Family}
    control = Control(
        "disclosure_requests", "disclosure_requests.csv", "ab12" * 16, 4096, 46, {"fee": "120.50"}, ("x",)
    )
    return Results(
        engagement=engagement,
        book=book,
        claims=published,
        claim_results=results,
        outcomes=came_out,
        findings=raise_findings(came_out, book, {"disclosure_requests/t01": answer}),
        reconciliation=reconcile(declared, came_out),
        controls=(control,),
    )


def charts(lang: str) -> dict[str, Chart]:
    """One of each kind."""
    labels: list[Text | str] = [both("行政处罚", "Penalties"), "A $x$ & <b>"]
    months = [3, 2, 5, 1, 0, 9, 4, 4, 3, 6, 7, 8]
    steps = [(both("收到", "received"), 39), (both("受理", "admitted"), 35), (both("审结", "concluded"), 31)]
    several = [(both("收到", "received"), months), (both("办结", "closed"), months[::-1])]
    made = [
        durations(TITLE, [1, 5, 20, 21, 80], 20, lang),
        durations(TITLE, [3], 60, lang).named("one_duration"),
        counts_by(TITLE, labels, [12, 115226], lang),
        flow(TITLE, steps, lang),
        by_month(TITLE, several[:1], lang),
        by_month(TITLE, several, lang).named("by_month_several"),
        side_by_side(TITLE, labels, [39, 35], [42, 0], lang),
        verdict_lights(sample(), lang),
    ]
    return {chart.name: chart for chart in made}


def page(results: Results, lang: str = "zh") -> str:
    return appendix(results, lang, {}, [PaperLink("../2-proof/30 信息公开.html", both("信息公开"))])


class Outline(HTMLParser):
    """Balanced tags, ids, headings, addresses and visible words of a page."""

    VOID = frozenset({"meta", "br", "img"})

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


def test_small_bases_are_never_a_bare_percentage() -> None:
    zh, en = Outline(page(sample())).text, Outline(page(sample(), "en")).text
    assert "5 / 5100%" in zh
    assert "5 of 5100%" in en
    assert "98.2550…%732 of 745" in en
    assert "128 of 1280 exceptions" in en
    assert "100% %" not in en
    assert word("rounding.exact", "zh") in zh
    assert "四舍五入、四舍六入五成双、截尾" in zh


def test_records_stop_at_twenty_and_say_so() -> None:
    text = Outline(page(sample(), "en")).text
    assert "依申请〔2021〕19号" in text
    assert "依申请〔2021〕20号" not in text
    assert "and 3 more, see findings.json" in text


def test_verdict_counts_what_was_held_against_records() -> None:
    text = Outline(page(sample(illustrative=False), "en")).text
    results = sample().claim_results
    held = sum(result.verdict is not Verdict.NOT_TESTED for result in results)
    agree = sum(result.verdict is Verdict.AGREES for result in results)
    assert f"Of 20 published figures, {held} were held against departmental records and {agree} agree." in text
    failures = sample().failures()
    grades = [sum(finding.severity is grade for finding in failures) for grade in Severity]
    assert f"{len(failures)} findings: {grades[0]} critical, {grades[1]} warning, {grades[2]} info" in text


def test_banner_stands_before_the_verdict_and_only_when_due() -> None:
    made_up = page(sample(fictional=True))
    assert made_up.index(word("illustrative_head", "zh")) < made_up.index('id="verdict"')
    assert made_up.index(word("fictional_head", "zh")) < made_up.index('id="verdict"')
    real = page(sample(illustrative=False))
    assert word("illustrative_head", "zh") not in real
    assert 'class="banner"' not in real
    assert "示例记录相符" not in real


def test_unverified_rule_advises() -> None:
    text = page(sample(), "en")
    card = text.split('id="finding-disclosure_requests/rec"')[1].split("</article>")[0]
    assert word("unverified", "en") in card
    sure = text.split('id="finding-disclosure_requests/t01"')[1].split("</article>")[0]
    assert word("unverified", "en") not in sure


def poisoned(words: str) -> Results:
    """Results whose every text says `words`."""
    clean, bad = sample(8, fictional=True), both(words)
    one_rule = clean.book.rules["GID-C01"].model_copy(
        update={
            "title": bad,
            "effect": bad,
            "recommendation": bad,
            "domain": words,
            "citation": Citation(law=words, article=words, text_version=words),
        }
    )
    book = replace(
        clean.book,
        rules=clean.book.rules | {"GID-C01": one_rule, words: one_rule.model_copy(update={"id": words})},
        tables={name: spec.model_copy(update={"title": bad}) for name, spec in clean.book.tables.items()},
        measures={name: one.model_copy(update={"title": bad}) for name, one in clean.book.measures.items()},
    )
    came_out = tuple(
        one.model_copy(
            update={
                "id": f"{one.id}{words}",
                "title": bad,
                "condition": bad,
                "reason": bad,
                "published": words,
                "recalculated": words,
                "difference": words,
                "records": (RecordRef(table=words, key=words),),
                "claims": tuple(f"{claim}{words}" for claim in one.claims),
            }
        )
        for one in clean.outcomes
    )
    text = dict.fromkeys(("printed", "recalculated", "numerator", "denominator", "base", "rounding", "locator"), words)
    results = tuple(one.model_copy(update={**text, "claim": f"{one.claim}{words}"}) for one in clean.claim_results)
    answer = Disposition(status="explained", by=words, on=words, text=words)
    return replace(
        clean,
        engagement=clean.engagement.model_copy(
            update={
                "district": words,
                "district_name": bad,
                "report": Report(title=bad, publisher=bad),
                "records": Records(illustrative=True, note=bad, not_supplied={words: words}),
            }
        ),
        book=book,
        claims=tuple(
            replace(one, id=f"{one.id}{words}", unit=words, scope=words, locator=words, note=words)
            for one in clean.claims
        ),
        claim_results=results,
        outcomes=came_out,
        findings=raise_findings(came_out, book, {one.id: answer for one in came_out}),
        controls=(Control(words, words, words, 1, 1, {words: words}, (words,)),),
    )


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("words", [SCRIPT, IMAGE, ADDRESS, "{{ 7*7 }}", "' onmouseover='x", "a&b<c>"])
def test_hostile_words_stay_words(words: str, lang: str) -> None:
    papers = [PaperLink("a.html", both(words))]
    bad = Chart("c", both(words), both(words), b"<svg/>")
    text = appendix(poisoned(words), lang, {"c": bad}, papers)
    outline = Outline(text)
    assert not outline.faults
    assert outline.text.count(words) > 60
    assert not re.search(r"(?i)<script|<img src=x|https?://", text)
    assert {tag for tag, _ in outline.tags} == {tag for tag, _ in Outline(page(sample(), lang)).tags}
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


@pytest.mark.parametrize("lang", LANGS)
def test_empty_results_still_make_an_appendix(lang: str) -> None:
    nothing: dict[Family, tuple[str, ...]] = dict.fromkeys(Family, ())
    empty = replace(
        sample(),
        engagement=sample().engagement.model_copy(update={"report": None}),
        claims=(),
        claim_results=(),
        outcomes=(),
        findings=(),
        controls=(),
        reconciliation=reconcile(nothing, ()),
    )
    outline = Outline(appendix(empty, lang, {}, []))
    assert not outline.faults
    assert word("none", lang) in outline.text


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


def test_alternative_text_holds_the_numbers() -> None:
    made = charts("en")
    assert "limit 20 days; within the limit 3; beyond it 2; longest 80 days" in made["durations"].alt.en
    assert made["counts_by"].alt.en == "Time taken: A $x$ & <b> 115226; Penalties 12."
    quarters = counts_by(TITLE, ["Q1", "Q2"], [3, 9], "en", ordered=True)
    assert quarters.alt.en == "Time taken: Q1 3; Q2 9."
    assert made["flow"].alt.zh == "办理用时：收到 39；受理 35；审结 31。"
    assert "Penalties 39 (42)" in made["side_by_side"].alt.en


@pytest.mark.parametrize("lang", LANGS)
def test_charts_repeat_whatever_the_settings(lang: str) -> None:
    first = {name: chart.svg for name, chart in charts(lang).items()}
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "none", "axes.facecolor": "red"}):
        again = {name: chart.svg for name, chart in charts(lang).items()}
        assert matplotlib.rcParams["font.size"] == 30
    assert first == again


@pytest.mark.parametrize(
    "draw",
    [
        lambda lang: durations(TITLE, [], 20, lang),
        lambda lang: counts_by(TITLE, [], [], lang),
        lambda lang: flow(TITLE, [], lang),
        lambda lang: by_month(TITLE, [], lang),
        lambda lang: side_by_side(TITLE, [], [], [], lang),
        lambda lang: verdict_lights(replace(sample(), claim_results=()), lang),
    ],
)
def test_no_records_is_said(draw: Callable[[str], Chart]) -> None:
    chart = draw("zh")
    assert "无记录" in chart.alt.zh
    ElementTree.fromstring(chart.svg)


@pytest.mark.parametrize("days", [[0], [-3, 5], [20] * 9, [2000, 1], list(range(400))])
@pytest.mark.parametrize("limit", [1, 5, 20, 60, 365])
def test_durations_of_any_length_are_drawn(days: list[int], limit: int) -> None:
    chart = durations(TITLE, days, limit, "zh")
    late = sum(day > limit for day in days)
    assert f"超期 {late}；" in chart.alt.zh
    assert len(chart.svg) < 2_000_000


def test_all_zero_counts_are_drawn() -> None:
    assert "0" in counts_by(TITLE, ["a"], [0], "zh").alt.zh
    assert "0" in side_by_side(TITLE, ["a"], [0], [0], "zh").alt.zh
    assert "0" in by_month(TITLE, [("a", [0] * 12)], "zh").alt.zh


def test_missing_glyph_stops_the_chart() -> None:
    with pytest.raises(AuditError, match=r"U\+1F600"):
        counts_by(TITLE, ["\N{GRINNING FACE}"], [1], "zh")
    assert missing_glyphs("惠济区 abc", cjk_file()) == ""
    assert face("惠济区", 9).get_file() == str(cjk_file())


def test_charts_can_print_all_their_own_words() -> None:
    assert missing_glyphs("".join(zh + en for zh, en in _WORDS.values()), cjk_file()) == ""


def test_twelve_months_or_none() -> None:
    with pytest.raises(AuditError, match="11 months"):
        by_month(TITLE, [("a", [1] * 11)], "zh")


def test_long_labels_are_folded() -> None:
    assert "\n" in fold("行政强制措施与执行以及其他各类名称较长的行政行为类别", 2)
    assert fold("short words", 2) == "short words"
    words = "one two three four five six seven"
    assert fold(words, 1).split() == words.split()
    assert width_of("$x$", 9) > width_of("x", 9) * 2


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
            ("link", "paper"),
            ("soft", "ground"),
            ("alarm-ink", "alarm"),
        ):
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    for verdict in Verdict:
        ink, ground = re.findall(r"#[0-9a-f]{6}", verdict_mark(verdict, "zh"))
        assert contrast(ink, ground) >= 7
    dark = re.findall(r"\.mark-\w+ \{ color: (#\w+) !important; background: (#\w+) !important", page(sample()))
    assert len(dark) == 6
    assert all(contrast(ink, ground) >= 4.5 for ink, ground in dark)


def test_headings_are_numbered_as_offices_do() -> None:
    assert [heading("zh", 1), heading("zh", 2, 3), heading("zh", 2, 3, 4)] == ["一、", "（三）", "4．"]
    assert [heading("en", 1), heading("en", 2, 3)] == ["1 ", "2.3 "]
    assert [numeral(number) for number in (1, 10, 11, 20, 99)] == ["一", "十", "十一", "二十", "九十九"]


def test_interface_words_are_complete() -> None:
    assert all(zh or key == "month_axis" for key, (zh, _) in _WORDS.items())
    assert all(en for _, en in _WORDS.values())
    assert all(set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)) for zh, en in _WORDS.values())
