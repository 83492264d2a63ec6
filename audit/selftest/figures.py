"""Claims, identities and rules about the report put to the test, by changing one figure or one record."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from fractions import Fraction
from functools import partial

from audit import words
from audit.engagement import Claim
from audit.model import Plant, Status, Verdict
from audit.numbers import Figure
from audit.numbers.figure import Qualifier, number
from audit.programme import Audit
from audit.recalculate import Measured, judge_claim, judge_identity, judge_report, judge_rows, published_identity
from audit.rulebook import Identity, RowIdentity, Rule
from audit.rulebook.rules import ReportTest


def try_claims(audit: Audit) -> Iterator[Plant]:
    """Each recalculated figure printed off by one; each universal claim with one counter-example."""
    for claim in audit.claims:
        measured = audit.measured(claim.measure) if claim.measure else None
        outcome, rule = f"claims/{claim.id}", audit.rule_of(claim)
        if measured is None or measured.value is None:
            reason = "no departmental record bears on it" if measured is None else measured.reason.en
            yield Plant(id=outcome, rule=rule, result="exempt", words=reason)
            continue
        wrong, spoilt = _misprinted(claim, measured)
        result, _ = judge_claim(wrong, spoilt, None, ())
        caught = result.verdict in (Verdict.DIFFERS, Verdict.IMPOSSIBLE)
        yield Plant.of(outcome, rule, caught, f"printed {wrong.printed}, recalculated {result.recalculated}")


def _misprinted(claim: Claim, measured: Measured) -> tuple[Claim, Measured]:
    figure, value = claim.figure, measured.value or Fraction(0)
    if figure.qualifier is Qualifier.UNIVERSAL:
        key = measured.marks[0][0]
        return claim, replace(measured, exceptions=(key,), numerator=(measured.numerator or 1) - 1)
    if figure.percent:
        base = measured.denominator or 1
        return claim, replace(measured, numerator=0 if measured.numerator else base, value=Fraction(0))
    if figure.low is not None:
        return claim, replace(measured, value=figure.low - 1)
    return replace(claim, figure=Figure.parse(number(value + 1))), measured


def try_identities(audit: Audit) -> Iterator[Plant]:
    """Each identity with one of its terms off by one."""
    for identity in audit.book.identities:
        for basis in identity.basis:
            outcome = f"identities/{identity.id}/{basis}"
            if basis == "published":
                yield _published(identity, audit, outcome)
            else:
                yield _measured(identity, audit, basis, outcome)

    for within in audit.book.row_identities:
        yield _row_off(within, audit)


def _row_off(identity: RowIdentity, audit: Audit) -> Plant:
    """The table with one term off in every row."""
    outcome = f"identities/{identity.id}/rows"
    table = audit.warehouse.specimen(identity.table)
    if table is None or table.frame.empty:
        reason = audit.warehouse.absent.get(identity.table, words.NO_ROWS).en
        return Plant(id=outcome, rule=identity.rule, result="exempt", words=reason)
    frame = table.frame.copy()
    frame[identity.left[0]] += {"=": 1, "<=": 10**9, ">=": -(10**9)}[identity.relation]
    spoilt = copy(audit.warehouse)
    spoilt.tables = audit.warehouse.tables | {identity.table: replace(table, frame=frame)}
    spoilt.stored = {name: left for name, left in audit.warehouse.stored.items() if name != identity.table}
    caught = judge_rows(identity, spoilt).status is Status.FAIL
    return Plant.of(outcome, identity.rule, caught, f"{identity.left[0]} off")


def _published(identity: Identity, audit: Audit, outcome: str) -> Plant:
    terms = (*identity.left, *identity.right)
    unprinted = [term for term in terms if term not in audit.by_measure]
    if unprinted:
        return Plant(id=outcome, rule=identity.rule, result="exempt", words=f"not printed: {', '.join(unprinted)}")
    spoilt = dict(audit.by_measure)
    for term, shift in ((identity.left[0], 10**9), (identity.right[0], 10**9)):
        claim = audit.by_measure[term]
        moved = Figure.parse(number((claim.figure.value or Fraction(0)) + shift))
        found = published_identity(identity, {**spoilt, term: replace(claim, figure=moved)}, audit.book.measures)
        if found.status is Status.FAIL:
            return Plant.of(outcome, identity.rule, True, f"{term} printed {moved.text}")
    return Plant.of(outcome, identity.rule, False, "either side off")


def _measured(identity: Identity, audit: Audit, basis: str, outcome: str) -> Plant:
    def take(term: str, off: str) -> Measured:
        found = audit.measured(term)
        shift = 10**9 if term == off else 0
        return replace(found, value=None if found.value is None else found.value + shift)

    for off in (identity.left[0], identity.right[0]):
        moved = partial(take, off=off)
        found = judge_identity(identity, basis, moved, moved)
        if found.status is Status.FAIL:
            return Plant.of(outcome, identity.rule, True, f"{off} off")
        if found.status is Status.NOT_TESTED:
            return Plant(id=outcome, rule=identity.rule, result="exempt", words=found.reason.en)
    return Plant.of(outcome, identity.rule, False, "either side off")


def try_report_rules(audit: Audit) -> Iterator[Plant]:
    """Each rule about the report, on figures that satisfy it and on the same figures without what it asks for."""
    for rule in audit.book.rules.values():
        if rule.test is None:
            if rule.direct:
                words = "it compares years, units or samples; tests plant in those"
                yield Plant(id=f"rules/{rule.id}", rule=rule.id, result="exempt", words=words)
            continue
        good, bad = _reports(rule, rule.test)
        passed = judge_report(rule, good, audit.book.measures).status is Status.PASS
        failed = judge_report(rule, bad, audit.book.measures).status is Status.FAIL
        yield Plant.of(f"rules/{rule.id}", rule.id, passed and failed, "the report without what the rule asks for")


def _reports(rule: Rule, test: ReportTest) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    names = test.printed or ("disclosure.handled", "disclosure.closed")
    plain = tuple(_claim(name) for name in names)
    match test.kind:
        case "companions":
            return (*plain, *(_claim(name) for name in test.missing)), plain
        case "base_stated":
            rate = _claim(names[0], "50%")
            return (replace(rate, base=names[-1]), *plain), (rate, *plain)
        case "dated_stock":
            dated = tuple(replace(c, flow_or_stock="stock", scope="2021-12-31") for c in plain)
            return dated, tuple(replace(c, scope="截至目前") for c in dated)
        case "exact":
            return plain, (_claim(names[0], "10余"), *plain[1:])
        case "comparatives":
            return (*plain, replace(plain[0], id=f"{plain[0].id}.last_year")), plain
        case "one_period":
            flows = tuple(replace(c, flow_or_stock="flow") for c in plain)
            return flows, (replace(flows[0], flow_or_stock="stock"), *flows[1:])
        case "one_rounding":
            rounded, cut = _share("98.26%"), replace(_share("98.25%"), id="cut")
            return (_BASE, rounded), (_BASE, rounded, cut)
        case "small_counts":
            rate = replace(_share("100%"), base="few")
            few = replace(_claim("few", "5"), locator=rate.locator)
            return (few, rate, replace(few, id="done")), (few, rate)
        case "question" if test.question is not None:
            under = tuple(_claim(name, "1000") for name in test.question.under if name not in test.question.over)
            over = tuple(_claim(name, "1000") for name in test.question.over)
            less = tuple(_claim(name, "1000") for name in test.question.less)
            calm = (*over, *less, *under) if less else (*(_claim(c.id, "1") for c in over), *under)
            loud = (*over, *(_claim(c.id, "1") for c in less), *(_claim(c.id, "1") for c in under))
            return calm, loud
        case _:
            return plain, (replace(plain[0], unit="件"), *(replace(c, unit="起") for c in plain[1:]))


def _share(printed: str) -> Claim:
    return replace(_claim("quiz.participation_rate", printed), unit="%", base="base")


def _claim(name: str, printed: str = "10") -> Claim:
    return Claim(name, name, Figure.parse(printed), "件", "", "", "", "一", "")


_BASE = _claim("base", "745")
