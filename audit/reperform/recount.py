"""Level 5: each measure by both ways, and the archived figures against the second."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from audit.home import Home
from audit.programme import Audit, open_audit
from audit.recalculate import Measured
from audit.reperform.plain import read_plainly
from audit.reperform.second import SECOND
from audit.reperform.takes import Second, Year

_SHOWN = 10


@dataclass(frozen=True)
class Recount:
    """What the second way found: `taken` measures that it could take, `differs` in words, `uncovered` by name."""

    taken: int = 0
    equal: int = 0
    claims: int = 0
    differs: tuple[str, ...] = ()
    uncovered: dict[str, str] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether nothing differs and something was compared."""
        return self.taken > 0 and not self.differs


@dataclass(frozen=True)
class _Taken:
    """A measure taken the second way: like Measured, without its reason."""

    value: Fraction | None
    marks: tuple[tuple[str, str], ...] = ()
    numerator: int | None = None
    denominator: int | None = None

    @property
    def digest(self) -> str | None:
        lines = "".join(f"{key}\t{mark}\n" for key, mark in self.marks)
        return None if self.value is None else hashlib.sha256(lines.encode()).hexdigest()


def recount(home: Home, district: str, year: int, claims: list[dict[str, Any]]) -> Recount:
    """Take every measure of both years a second way.  `claims` are the archived claims.json.

    Raises AuditError when the inputs cannot be read at all.
    """
    total = Recount()
    for number in (year, year - 1):
        if not (home.engagement(district, number) / "engagement.toml").is_file():
            continue
        with open_audit(home, district, number) as audit:
            total = _both_ways(audit, home, total, claims if number == year else [])
    return total


def _both_ways(audit: Audit, home: Home, total: Recount, claims: list[dict[str, Any]]) -> Recount:
    number = audit.engagement.year
    folder = home.engagement(audit.engagement.district, number)
    plain = read_plainly(folder, audit.book.delivered, audit.tables)
    year = _year(audit, plain.rows)
    taken = equal = 0
    differs: list[str] = []
    uncovered, found = dict(total.uncovered), {}
    for name, measure in audit.book.measures.items():
        second = SECOND.get(name)
        if second is None or second.kind != measure.kind or second.table != measure.table:
            uncovered[name] = "no second way is written for this measure as it is declared"
            continue
        first = audit.measured(name)
        key = audit.book.tables[measure.table].key
        supplied = all(t in audit.warehouse.tables and audit.warehouse.rows(t) for t in measure.needs)
        found[name] = _take(second, year, key, supplied)
        taken += first.value is not None
        words = _difference(first, found[name])
        if words:
            differs.append(f"{number} {name}: {words}")
        else:
            equal += first.value is not None
    compared, wrong = _archived(claims, found)
    shared = total.shared | {f"{number}/{table}": why for table, why in plain.shared.items()}
    return Recount(
        total.taken + taken,
        total.equal + equal,
        total.claims + compared,
        total.differs + tuple(differs + wrong),
        uncovered,
        shared,
    )


def _year(audit: Audit, rows: dict[str, list[dict[str, Any]]]) -> Year:
    period = audit.engagement.period
    limits = {
        rule.id: (rule.effective.from_, rule.clock.limit.n)
        for rule in audit.book.rules.values()
        if rule.clock and rule.clock.limit.day_type == "calendar"
    }
    calendar = audit.warehouse.calendar

    def rolled(day: date) -> date:
        """The first working day from `day` on, by the official calendar: the one thing that both ways share."""
        while True:
            before, this = (np.array([at], dtype="datetime64[D]") for at in (day - timedelta(days=1), day))
            if calendar.between(before, this, "working")[0]:
                return day
            day += timedelta(days=1)

    return Year(period.start, period.end, period.as_of, rows, limits, rolled)


def _take(second: Second, year: Year, key: tuple[str, ...], supplied: bool) -> _Taken:
    """The value, its records and what each contributes, in the order of the keys."""
    if not supplied:
        return _Taken(None)
    pairs = [(tuple(row[column] for column in key), value) for row, value in second.marks(year)]
    pairs.sort(key=lambda pair: (pair[0], pair[1] is None, pair[1] or 0))
    names = ["|".join(str(part) for part in parts) for parts, _ in pairs]
    values = [value for _, value in pairs]
    if second.kind == "count":
        return _Taken(Fraction(len(names)), tuple((name, "1") for name in names))
    if all(value is None for value in values):
        return _Taken(None)
    marks = tuple((name, _mark(value)) for name, value in zip(names, values, strict=True))
    if second.kind in ("rate", "universal"):
        hits = sum(value is True for value in values)
        return _Taken(Fraction(100 * hits, len(values)), marks, hits, len(values))
    numbers = [Fraction(value) for value in values if value is not None]
    return _Taken(sum(numbers, Fraction(0)) if second.kind == "sum" else min(numbers), marks)


def _mark(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.4f}"
    return str(int(value))


def _difference(first: Measured, second: _Taken) -> str:
    """How the two ways differ, in words; empty when they agree to the last record."""
    if (first.value, first.numerator, first.denominator) != (second.value, second.numerator, second.denominator):
        return f"first way {first.value}, second way {second.value}{_records(first, second)}"
    if first.value is not None and first.digest != second.digest:
        return f"the same figure from other records{_records(first, second)}"
    return ""


def _records(first: Measured, second: _Taken) -> str:
    apart = sorted(set(first.marks) ^ set(second.marks))
    shown = ", ".join(f"{key} ({mark})" for key, mark in apart[:_SHOWN])
    return f"; records: {shown}" if shown else ""


def _archived(claims: list[dict[str, Any]], found: dict[str, _Taken]) -> tuple[int, list[str]]:
    """The archived figures against the second way: the digest of their records, numerator and denominator."""
    compared, wrong = 0, []
    for claim in claims:
        taken = found.get(claim.get("measure") or "")
        if taken is None or claim.get("records_digest") is None:
            continue
        compared += 1
        numbers = (claim.get("numerator"), claim.get("denominator"))
        fractions = (
            None in numbers or (taken.numerator is None) or numbers == (str(taken.numerator), str(taken.denominator))
        )
        if claim["records_digest"] != taken.digest or not fractions:
            wrong.append(f"claim {claim.get('claim')}: the archived figure rests on other records")
    return compared, wrong
