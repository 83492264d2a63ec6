"""What the programme compares: two years of figures, and units with each other."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from audit import words
from audit.model import Outcome, Text
from audit.query import Warehouse
from audit.recalculate.units import (
    ILLUSTRATIVE,
    Standing,
    beyond_chance,
    judge_units,
    outstanding_changes,
    too_few,
)
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
    absent = _absent(audit.warehouse, test)
    if absent or audit.accuses_nobody:
        return judge_units(rule, None, absent or ILLUSTRATIVE)
    if test.kind == "change" and not _year_before(audit, test):
        return judge_units(rule, None, _NO_YEAR_BEFORE)
    return judge_units(rule, _standing(_rows(audit, rule, test), test), too_few(test))


@dataclass(frozen=True)
class UnitsListed:
    """The units of a comparison by name: value, what it is held against, and which of them stand out."""

    rows: tuple[tuple[str, int, int | None], ...]
    outstanding: tuple[str, ...]


def units_listed(audit: Audit, rule: Rule) -> UnitsListed | None:
    """The values behind a comparison of units, compared or not; None where no unit may be named or there are none."""
    test = rule.units
    if test is None or audit.accuses_nobody or _absent(audit.warehouse, test):
        return None
    rows = _rows(audit, rule, test)
    standing = _standing(rows, test) if test.kind == "funnel" or _year_before(audit, test) else None
    return UnitsListed(rows, standing.outstanding if standing else ()) if rows else None


def _standing(rows: tuple[tuple[str, int, int | None], ...], test: UnitTest) -> Standing | None:
    if test.kind == "funnel":
        return beyond_chance([(unit, hits, base or 0) for unit, hits, base in rows], test)
    now = {unit: value for unit, value, _ in rows}
    return outstanding_changes(now, {unit: before or 0 for unit, _, before in rows}, test)


def _rows(audit: Audit, rule: Rule, test: UnitTest) -> tuple[tuple[str, int, int | None], ...]:
    """Unit, hits and base of a funnel; unit, this year's value and last year's of a change (None: no records)."""
    where = f"rules, {rule.id}"
    if test.kind == "funnel":
        return tuple((str(unit), int(hits), int(base)) for unit, hits, base in audit.warehouse.listed(test.sql, where))
    now = {str(unit): int(value) for unit, value in audit.warehouse.listed(test.sql, where)}
    if audit.before is None or not _year_before(audit, test):
        return tuple((unit, value, None) for unit, value in now.items())
    before = {str(unit): int(value) for unit, value in audit.before.listed(test.sql, where)}
    return tuple((unit, now.get(unit, 0), before.get(unit, 0)) for unit in sorted(now.keys() | before.keys()))


def _year_before(audit: Audit, test: UnitTest) -> bool:
    return audit.before is not None and _absent(audit.before, test) is None


def _absent(house: Warehouse, test: UnitTest) -> Text | None:
    missing = next((name for name in test.needs if not house.has(name)), None)
    if missing is not None:
        return words.not_supplied(house.absent.get(missing, words.same(missing)))
    return words.NO_ROWS if any(house.rows(name) == 0 for name in test.needs) else None
