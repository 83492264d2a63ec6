"""Findings by severity: what should be, what is, what follows, what to do, which records, what was answered."""

from __future__ import annotations

from collections import defaultdict

from audit.findings import Finding
from audit.model import Family, Outcome, Severity
from audit.render.document import Card, Cards, Fact, Line, Paragraph, Section, anchor
from audit.render.view.known import Known
from audit.render.view.pieces import joined, plain, section

_MOST_RECORDS = 20
# The headings of what is said of a finding, in order.
FACTS = (
    *("criteria", "condition", "amounts", "effect", "recommendation", "extent"),
    *("figures_concerned", "records_concerned", "response"),
)


def findings(known: Known) -> Section:
    """The failures, gravest first, numbered through."""
    say = known.say
    parts = []
    for severity in Severity:
        mine = [finding for finding in known.failures if finding.severity is severity]
        cards = tuple(_card(known, finding) for finding in mine)
        none = Paragraph(line=(plain(say("none")),))
        count = say.line("in_brackets", n=plain(len(mine), f"findings:{severity.value}"))
        block = Cards(cards=cards) if cards else none
        parts.append(section(f"findings-{severity.value}", say(f"severity.{severity.value}"), block, count=count))
    return section("findings", say("section.findings"), sections=parts)


def _card(known: Known, finding: Finding) -> Card:
    say, lang, of = known.say, known.lang, f"finding:{finding.id}"
    facts = (
        _criteria(known, finding),
        say.fact("condition", plain(finding.condition.get(lang), of)),
        _amounts(known, finding),
        say.fact("effect", plain(finding.effect.get(lang), of)),
        say.fact("recommendation", plain(finding.recommendation.get(lang), of)),
        _extent(known, finding),
        say.fact("figures_concerned", joined([known.named_link(claim) for claim in finding.claims], say("and"))),
        _records(known, finding),
        _response(known, finding),
    )
    return Card(
        id=anchor("finding", finding.id),
        of=of,
        number=say("finding_number", n=known.numbers[finding.id]),
        title=_title(known, finding),
        tags=(say.severity(finding.severity), known.rule_link(finding.rule), plain(finding.id, of, look="code")),
        facts=tuple(fact for fact in facts if fact.lines),
    )


def _title(known: Known, finding: Finding) -> str:
    """What is wrong: a figure with its verdict, else that something was not met, or is only asked."""
    title = finding.title.get(known.lang) or finding.id
    result = known.result_of(finding.id)
    if result:
        return title + known.say("colon") + known.say(f"verdict.{result.verdict.value}")
    rule = known.results.book.rules.get(finding.rule)
    asked = rule is not None and rule.test is not None and rule.test.kind == "question"
    return known.say("asked" if asked else "not_met", title=title)


def _criteria(known: Known, finding: Finding) -> Fact:
    say, of = known.say, f"rule:{finding.rule}"
    rule = known.results.book.rules.get(finding.rule)
    graded: Line | None = None
    advice = None
    if rule:
        verified = say("verified") if rule.verified else say("not_verified")
        graded = (
            plain(f"{say('certainty')}{say('colon')}{say(f'certainty.{rule.certainty}')} · {verified}", look="soft"),
        )
        advice = None if rule.verified else plain(say("unverified"), look="strong")
    law = None if finding.criteria.zh == finding.title.zh else plain(finding.criteria.get(known.lang), of)
    return say.fact("criteria", law, plain(finding.criteria.citation, of), graded, advice)


def _amounts(known: Known, finding: Finding) -> Fact:
    say, of = known.say, f"finding:{finding.id}"
    if not (finding.published or finding.recalculated or finding.difference):
        return say.fact("amounts")
    result = known.result_of(finding.id)
    found = known.recalculated(result)[0] if result else finding.recalculated
    claim = known.claims.get(result.claim) if result else None
    return say.fact(
        "amounts",
        say.line(
            "amount",
            published=say.number(finding.published, of),
            recalculated=say.number(found, f"claim:{result.claim}" if result else of),
            difference=known.difference(finding.id, claim),
        ),
    )


def _extent(known: Known, finding: Finding) -> Fact:
    say, of = known.say, f"finding:{finding.id}"
    outcome = known.outcomes.get(finding.id)
    failed = outcome.failed if outcome else len(finding.records)
    if not finding.judged:
        return say.fact("extent")
    values = {"judged": plain(finding.judged, of), "failed": plain(failed, f"outcome:{finding.id}")}
    return say.fact("extent", say.line(_kind_of_extent(outcome, failed), **values))


def _kind_of_extent(outcome: Outcome | None, failed: int) -> str:
    """What was judged: records one by one, their total, figures, or an equation."""
    match outcome.family if outcome else None:
        case Family.RULE if outcome and not outcome.records:
            return "extent_figures" if failed else "extent_only_figures"
        case Family.IDENTITY if outcome and not outcome.records:
            return "extent_equation" if outcome.claims else "extent_total"
        case Family.EXPECTATION if outcome and outcome.recalculated:
            return "extent_total"
    return "extent_failing" if failed else "extent_records"


def _records(known: Known, finding: Finding) -> Fact:
    say, of = known.say, f"finding:{finding.id}"
    by: dict[str, list[str]] = defaultdict(list)
    for record in finding.records[:_MOST_RECORDS]:
        by[record.table].append(record.key)
    lines: list[Line] = []
    for table, keys in by.items():
        named = joined([plain(key, of, look="code") for key in keys], say("and"))
        lines.append((known.table(table), plain(say("colon")), *named))
    left = len(finding.records) - _MOST_RECORDS
    if left > 0:
        lines.append(say.line("more", n=plain(left, of)))
    return say.fact("records_concerned", *lines)


def _response(known: Known, finding: Finding) -> Fact:
    say, of, answer = known.say, f"finding:{finding.id}", finding.disposition
    said = say(f"disposition.{answer.status}")
    if answer.by or answer.on:
        said += say("open") + " ".join(part for part in (answer.by, str(answer.on)) if part) + say("close")
    return say.fact("response", plain(said + (say("colon") + answer.text if answer.text else ""), of))
