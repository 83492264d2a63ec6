"""What the programme compares: two years of figures, and units with each other."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from audit import words
from audit.model import Outcome, Text
from audit.query import Warehouse
from audit.recalculate.units import ILLUSTRATIVE, beyond_chance, judge_units, outstanding_changes, too_few
from audit.recalculate.years import Pair, pairs_of_years
from audit.rulebook import Break, Rule
from audit.rulebook.rules import UnitTest

if TYPE_CHECKING:
    from audit.programme.audit import Audit

_NO_YEAR_BEFORE = Text(zh="没有上一年度的记录", en="there are no records of the year before")


def year_pairs(audit: Audit) -> tuple[Pair, ...]:
    """Every figure of this year that has one of last year, with the break in series between them, if any."""

    def recorded(measure: str) -> Fraction | None:
        # Illustrative records say nothing of a real district, not even of its year before.
        return None if audit.before is None or audit.accuses_nobody else audit.measured_before(measure).value

    def broken(measure: str) -> Break | None:
        left_out = audit.engagement.year_on_year.ignore_breaks
        found = [b for b in audit.book.breaks if b.between(measure, audit.engagement.year) and b.id not in left_out]
        return found[0] if found else None

    return pairs_of_years(audit.claims, audit.claims_before, recorded, audit.book.measures, broken)


def compare_units(audit: Audit, rule: Rule) -> Outcome:
    """Carry out a comparison of units, or say why it cannot be."""
    test = rule.units
    if test is None:
        raise ValueError(f"rule {rule.id} compares no units")
    where = f"rules, {rule.id}"
    absent = _absent(audit.warehouse, test)
    if absent or audit.accuses_nobody:
        return judge_units(rule, None, absent or ILLUSTRATIVE)
    if test.kind == "funnel":
        counts = [(str(unit), int(hits), int(base)) for unit, hits, base in audit.warehouse.listed(test.sql, where)]
        return judge_units(rule, beyond_chance(counts, test), too_few(test))
    if audit.before is None or _absent(audit.before, test):
        return judge_units(rule, None, _NO_YEAR_BEFORE)
    now, before = (
        {str(unit): int(value) for unit, value in house.listed(test.sql, where)}
        for house in (audit.warehouse, audit.before)
    )
    return judge_units(rule, outstanding_changes(now, before, test), too_few(test))


def _absent(house: Warehouse, test: UnitTest) -> Text | None:
    missing = next((name for name in test.needs if not house.has(name)), None)
    if missing is not None:
        return words.not_supplied(house.absent.get(missing, missing))
    return words.NO_ROWS if any(house.rows(name) == 0 for name in test.needs) else None
