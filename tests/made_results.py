"""Results made by hand, two of each sort, so that every part of the appendix has something to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from audit.engagement import Claim, Disposition, Engagement
from audit.engagement.plan import Records, Report
from audit.findings import Exhibits, Results, raise_findings, reconcile
from audit.findings.exhibits import (
    Bars,
    ClaimRecords,
    Flow,
    FlowStep,
    LimitTally,
    Months,
    SampleReview,
    UnitRow,
    UnitTable,
    YearPair,
)
from audit.model import ClaimResult, Control, Family, Outcome, Plant, RecordRef, Severity, Status, Text, Verdict
from audit.numbers import Figure
from audit.rulebook import Column, Measure, Rule, Rulebook, TableSpec
from audit.rulebook.rules import Citation, Clock, Effective, Limit, UnitTest

TITLE = Text(zh="办理用时", en="Time taken")


def both(zh: str, en: str = "") -> Text:
    return Text(zh=zh, en=en or zh)


UNITS = {
    "UNI-01": UnitTest(
        kind="change", what=both("单位", "units"), needs=("disclosure_requests",), sql="select 1", least=2
    ),
    "UNI-02": UnitTest(
        kind="funnel", what=both("单位", "units"), needs=("disclosure_requests",), sql="select 1", least=2
    ),
}


def rule(name: str, domain: str, severity: Severity, *, verified: bool = True) -> Rule:
    clock = Clock(table="disclosure_requests", start="received", end="replied", limit=Limit(n=20, day_type="working"))
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
        clock=clock if name.split("-")[1].startswith("T") else None,
        units=UNITS.get(name),
    )


def rulebook() -> Rulebook:
    rules = (
        rule("GID-T01", "disclosure", Severity.CRITICAL),
        rule("GID-C01", "disclosure", Severity.WARNING),
        rule("REC-T01", "reconsideration", Severity.CRITICAL, verified=False),
        rule("REC-T02", "reconsideration", Severity.WARNING),
        rule("RPT-W01", "governance", Severity.WARNING),
        rule("UNI-01", "enforcement", Severity.INFO),
        rule("UNI-02", "enforcement", Severity.INFO),
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
        outcome("rules/REC-T02", Family.RULE, "REC-T02", Status.NOT_TESTED, reason=no_rows, judged=0),
        outcome("rules/UNI-01", Family.RULE, "UNI-01", Status.FAIL, failed=1, condition=said),
        outcome("rules/UNI-02", Family.RULE, "UNI-02", Status.PASS),
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


def empty() -> Results:
    """Nothing declared, nothing found."""
    nothing: dict[Family, tuple[str, ...]] = dict.fromkeys(Family, ())
    made = sample()
    return replace(
        made,
        engagement=made.engagement.model_copy(update={"report": None}),
        claims=(),
        claim_results=(),
        outcomes=(),
        findings=(),
        controls=(),
        plants=(),
        exhibits=Exhibits(),
        reconciliation=reconcile(nothing, ()),
    )


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
        plants=(
            Plant.of("disclosure_requests/t01", "GID-T01", True, "日期推后"),
            Plant.of("disclosure_requests/order", "GID-C01", False, "日期颠倒"),
            Plant(id="claims/x", rule="GID-C01", result="exempt", words="没有数据"),
        ),
        exhibits=exhibits(published),
    )


def exhibits(published: tuple[Claim, ...]) -> Exhibits:
    """One of each kind; the records of the first claims, more of one than a page lists."""
    steps = (("disclosure.new", "收到", 46, 0), ("total", "在办", 46, 1), ("disclosure.closed", "办结", 40, 2))
    keys = tuple((f"依申请〔2021〕{n}号", "1" if n % 7 else "0") for n in range(412))
    return Exhibits(
        limits=(
            LimitTally(
                rule="GID-T01",
                table="disclosure_requests",
                in_time=40,
                late=2,
                open=3,
                overdue=1,
                margins=((-18, 1), (-1, 1), (0, 9), (5, 31)),
            ),
            LimitTally(rule="REC-T02", table="disclosure_requests", in_time=0, late=0, open=0, overdue=0),
        ),
        flows=(
            Flow(
                name="disclosure-requests",
                domain="disclosure",
                title=both("申请流转", "Requests"),
                steps=(
                    *(FlowStep(id=id, label=both(zh), count=n, stage=stage) for id, zh, n, stage in steps),
                    FlowStep(id="disclosure.open", label=both("结转"), count=6, stage=2),
                    FlowStep(id="disclosure.other", label=both("其他"), count=0, stage=2),
                ),
                links=((0, 1), (1, 2), (1, 3), (1, 4)),
            ),
        ),
        months=(
            Months(
                name="disclosure-months",
                domain="disclosure",
                title=both("按月", "By month"),
                carried_in=2,
                came=(3, 2, 5, 1, 0, 9, 4, 4, 3, 6, 7, 8),
                went=(4, 2, 3, 1, 0, 2, 4, 4, 3, 6, 7, 1),
            ),
        ),
        bars=(
            Bars(
                name="acts-by-quarter",
                domain="enforcement",
                title=both("各季度"),
                labels=(both("第1季度"), both("A $x$ & <b>")),
                values=(12, 115226),
            ),
        ),
        years=tuple(
            YearPair(
                claim=published[place].id,
                title=both("收到", "received"),
                before="39",
                now="46",
                change="+7",
                percent="+17.9%",
                source="report",
                broken=both("口径", "new form") if place else Text(zh="", en=""),
                asked=not place,
                counts=(39, 46),
            )
            for place in range(min(2, len(published)))
        ),
        units=(
            UnitTable(
                rule="UNI-01",
                kind="change",
                title=both("各单位"),
                rows=tuple(UnitRow(code=f"{n:03d}", name=f"第{n}局", value=n, beside=n + 1) for n in range(1, 18)),
            ),
            UnitTable(
                rule="UNI-02",
                kind="funnel",
                title=both("参赛率"),
                rows=(
                    UnitRow(code="001", name="甲局", value=9, beside=10, stands_out=True),
                    UnitRow(code="002", name="乙局", value=20, beside=20),
                ),
            ),
        ),
        samples=(
            SampleReview(
                table="disclosure_requests",
                title=both("登记表"),
                population=745,
                n=56,
                seed=2021,
                answered=56,
                deviations=1,
                confidence="19/20",
                tolerable="1/20",
                said=both("偏差率上限 8.21%", "upper limit 8.21%"),
            ),
        ),
        records=tuple(
            ClaimRecords(claim=claim.id, table="disclosure_requests", marks=keys[: 412 - 50 * place])
            for place, claim in enumerate(published[:4])
        ),
    )


def poisoned_exhibits(clean: Results, words: str) -> Exhibits:
    """The exhibits whose every text of the data says `words`."""
    shown, bad = clean.exhibits, both(words)
    return shown.model_copy(
        update={
            "years": tuple(one.model_copy(update={"title": bad, "before": words}) for one in shown.years),
            "units": tuple(
                one.model_copy(
                    update={"rows": tuple(row.model_copy(update={"name": words, "code": words}) for row in one.rows)}
                )
                for one in shown.units
            ),
            "samples": tuple(one.model_copy(update={"said": bad}) for one in shown.samples),
            "records": tuple(
                one.model_copy(update={"claim": f"{one.claim}{words}", "table": words, "marks": ((words, "1"),)})
                for one in shown.records
            ),
        }
    )


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
        exhibits=poisoned_exhibits(clean, words),
    )
