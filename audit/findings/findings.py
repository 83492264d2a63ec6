"""Findings: criteria, condition, effect, recommendation, in both languages, with record keys."""

from __future__ import annotations

from audit.engagement import Disposition
from audit.model import NOTHING, Family, Outcome, RecordRef, Severity, Status, Strict, Text
from audit.rulebook import Rulebook


class Criteria(Text):
    """What should be, and where that is written."""

    citation: str


class Finding(Strict):
    """One reportable result (`findings/1`).  The id is that of its outcome and stays the same on re-runs."""

    id: str
    rule: str
    status: Status
    severity: Severity
    domain: str
    title: Text
    criteria: Criteria
    condition: Text
    effect: Text
    recommendation: Text
    claims: tuple[str, ...]
    published: str
    recalculated: str
    difference: str
    judged: int
    records: tuple[RecordRef, ...]
    disposition: Disposition

    @property
    def order(self) -> tuple[int, int, str]:
        """Failures before what could not be tested, then by severity, then by id."""
        return (
            (Status.ERROR, Status.FAIL, Status.NOT_TESTED).index(self.status),
            self.severity.rank,
            self.id,
        )


def raise_findings(
    outcomes: tuple[Outcome, ...], book: Rulebook, dispositions: dict[str, Disposition]
) -> tuple[Finding, ...]:
    """A finding for each outcome that did not pass, gravest first.

    The effect and the recommendation of a failure are the rule's; what was not tested has neither, and
    informs only.
    """
    # A rule without a test of its own only sums up what carries it out; that would be the same finding twice.
    direct = [o for o in outcomes if o.family is not Family.RULE or book.rules[o.rule].direct]
    found = [_finding(outcome, book, dispositions) for outcome in direct if outcome.status is not Status.PASS]
    return tuple(sorted(found, key=lambda finding: finding.order))


def _finding(outcome: Outcome, book: Rulebook, dispositions: dict[str, Disposition]) -> Finding:
    rule = book.rules[outcome.rule]
    failed = outcome.status is Status.FAIL
    grade = max(outcome.severity, rule.heaviest, key=lambda severity: severity.rank)
    return Finding(
        id=outcome.id,
        rule=rule.id,
        status=outcome.status,
        severity=grade if failed else Severity.INFO,
        domain=outcome.domain,
        title=outcome.title,
        criteria=Criteria(zh=rule.title.zh, en=rule.title.en, citation=str(rule.citation)),
        condition=outcome.condition if failed else outcome.reason,
        effect=rule.effect if failed else NOTHING,
        recommendation=rule.recommendation if failed else NOTHING,
        claims=outcome.claims,
        published=outcome.published,
        recalculated=outcome.recalculated,
        difference=outcome.difference,
        judged=outcome.judged,
        records=outcome.records,
        disposition=dispositions.get(outcome.id, Disposition()),
    )
