"""Rules without a test of their own: they come out as what carries them out does."""

from __future__ import annotations

from audit.model import Family, Outcome, Severity, Status, Text
from audit.rulebook import Rulebook


def carried_rules(book: Rulebook, outcomes: list[Outcome]) -> tuple[Outcome, ...]:
    """A rule without a test of its own comes out as the gravest of what carries it out."""
    gravity = (Status.ERROR, Status.FAIL, Status.PASS, Status.NOT_TESTED)
    found = []
    for rule in book.rules.values():
        if rule.direct:
            continue
        carriers = [outcome for outcome in outcomes if outcome.rule == rule.id]
        status = min((outcome.status for outcome in carriers), key=gravity.index, default=Status.NOT_TESTED)
        untested = status is Status.NOT_TESTED
        found.append(
            Outcome(
                id=f"rules/{rule.id}",
                family=Family.RULE,
                rule=rule.id,
                domain=rule.domain,
                status=status,
                severity=rule.heaviest if not untested else Severity.INFO,
                judged=len(carriers),
                failed=sum(1 for outcome in carriers if outcome.status is Status.FAIL),
                title=rule.title,
                reason=_no_carrier(carriers) if untested else Text(zh="", en=""),
            )
        )
    return tuple(found)


def _no_carrier(carriers: list[Outcome]) -> Text:
    if not carriers:
        return Text(zh="本次审计没有用到这条规则", en="nothing in this audit falls under the rule")
    return Text(zh="承担这条规则的检查均未能测试", en="nothing that carries out the rule could be tested")
