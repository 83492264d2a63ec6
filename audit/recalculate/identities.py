"""Equations among figures: on what is printed, on the records, across two years, and within a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from audit import words
from audit.engagement import Claim
from audit.model import NOTHING, Family, Outcome, RecordRef, Severity, Status, Text
from audit.numbers.figure import number
from audit.query import KEPT, Warehouse
from audit.recalculate.measure import Measured
from audit.rulebook import Identity, Measure, RowIdentity

Interval = tuple[Fraction | None, Fraction | None]
Take = Callable[[str], Measured]
_SIGNS = {"=": "=", "<=": "≤", ">=": "≥"}


def published_identity(identity: Identity, claims: Mapping[str, Claim], measures: Mapping[str, Measure]) -> Outcome:
    """The identity on the printed figures alone; `claims` are by measure.

    Hedged figures enter as intervals: the identity fails only if no values they allow can satisfy it.
    """
    terms = (*identity.left, *identity.right)
    unprinted = [term for term in terms if term not in claims or claims[term].figure.value is None]
    if unprinted:
        return _outcome(identity, "published", Status.NOT_TESTED, reason=words.not_printed(unprinted))
    left = _sum([(claims[term].figure.low, claims[term].figure.high) for term in identity.left])
    right = _sum([(claims[term].figure.low, claims[term].figure.high) for term in identity.right])
    holds = _possible(left, right, identity.relation)
    printed = {term: (measures[term].title, claims[term].printed) for term in terms}
    return _outcome(
        identity,
        "published",
        Status.PASS if holds else Status.FAIL,
        judged=len(terms),
        condition=_equation(identity, printed),
        claims=tuple(claims[term].id for term in terms),
        sides=(_shown(left), _shown(right)),
    )


def judge_identity(identity: Identity, basis: str, left_of: Take, right_of: Take) -> Outcome:
    """The identity on records; for `years` the right side is measured in the year before."""
    left = {term: left_of(term) for term in identity.left}
    right = {term: right_of(term) for term in identity.right}
    for taken in (*left.values(), *right.values()):
        if taken.value is None:
            reason = Text(
                zh=f"{taken.measure.title.zh}：{taken.reason.zh}",
                en=f"{taken.measure.title.en}: {taken.reason.en}",
            )
            return _outcome(identity, basis, Status.NOT_TESTED, reason=reason)
    sums = [sum((taken.value or Fraction(0) for taken in side.values()), Fraction(0)) for side in (left, right)]
    holds = _possible((sums[0], sums[0]), (sums[1], sums[1]), identity.relation)
    shown = {term: (taken.measure.title, number(taken.value)) for term, taken in {**left, **right}.items()}
    return _outcome(
        identity,
        basis,
        Status.PASS if holds else Status.FAIL,
        judged=_judged([*left.values(), *right.values()]),
        condition=_equation(identity, shown),
        sides=(number(sums[0]), number(sums[1])),
    )


def _judged(taken: list[Measured]) -> int:
    """The different records behind some measures; where they are too many to name, at least as many as behind one."""
    found = 0
    for table in {measured.measure.table for measured in taken}:
        own = [measured for measured in taken if measured.measure.table == table]
        different = len({key for measured in own for key, _ in measured.marks})
        found += max(different, *(measured.judged for measured in own))
    return found


def judge_rows(identity: RowIdentity, warehouse: Warehouse) -> Outcome:
    """The identity within each row; rows in which a term is missing are left out and counted apart."""
    face = {
        "id": f"identities/{identity.id}/rows",
        "family": Family.IDENTITY,
        "rule": identity.rule,
        "domain": identity.domain,
        "severity": identity.severity,
        "title": identity.title,
    }
    if not warehouse.has(identity.table):
        reason = words.not_supplied(warehouse.absent.get(identity.table, words.same(identity.table)))
        return Outcome(**face, status=Status.NOT_TESTED, reason=reason)
    if warehouse.rows(identity.table) == 0:
        return Outcome(**face, status=Status.NOT_TESTED, reason=words.NO_ROWS)
    judged, failed, broken = _rows(identity, warehouse)
    if judged == 0:
        return Outcome(**face, status=Status.NOT_TESTED, reason=words.ALL_NULL)
    said = words.broken(identity.title, judged, failed) if failed else words.kept(judged)
    return Outcome(
        **face,
        status=Status.FAIL if failed else Status.PASS,
        judged=judged,
        failed=failed,
        condition=words.joined(said, words.first_keys(len(broken)) if len(broken) < failed else None),
        records=tuple(RecordRef(table=identity.table, key=key) for key in sorted(broken)),
    )


def _rows(identity: RowIdentity, warehouse: Warehouse) -> tuple[int, int, list[str]]:
    """The rows judged, those that break the identity, and the keys of these; of a table not in memory, the first."""
    terms, key = [*identity.left, *identity.right], list(warehouse.spec(identity.table).key)
    if identity.table in warehouse.stored:
        left, right = (
            " + ".join(f'CAST("{name}" AS HUGEINT)' for name in side) for side in (identity.left, identity.right)
        )
        known = " AND ".join(f'"{name}" IS NOT NULL' for name in terms)
        broken = f"{known} AND NOT ({left} {identity.relation} {right})"
        source, where = f'FROM "{identity.table}"', f"identities, {identity.id}"
        counts = f"SELECT count(*) FILTER ({known}), count(*) FILTER ({broken}) {source}"
        judged, failed = warehouse.listed(counts, where)[0]
        named = " || '|' || ".join(f'CAST("{name}" AS VARCHAR)' for name in key)
        keys = warehouse.listed(f"SELECT {named} {source} WHERE {broken} ORDER BY 1 LIMIT {KEPT}", where)
        return judged, failed, [row[0] for row in keys]
    rows = warehouse.tables[identity.table].frame.dropna(subset=terms)
    sums = [rows[list(side)].sum(axis=1) for side in (identity.left, identity.right)]
    holds = {"=": sums[0] == sums[1], "<=": sums[0] <= sums[1], ">=": sums[0] >= sums[1]}[identity.relation]
    keys_ = ["|".join(map(str, parts)) for parts in rows.loc[~holds, key].itertuples(index=False)]
    return len(rows), len(keys_), keys_


def untested_years(identity: Identity, reason: Text) -> Outcome:
    """A year-to-year identity for which there is no year before."""
    return _outcome(identity, "years", Status.NOT_TESTED, reason=reason)


def _outcome(
    identity: Identity,
    basis: str,
    status: Status,
    *,
    judged: int = 0,
    condition: Text = NOTHING,
    reason: Text = NOTHING,
    claims: tuple[str, ...] = (),
    sides: tuple[str, str] = ("", ""),
) -> Outcome:
    left, right = sides
    exact = left.lstrip("-").isdigit() and right.lstrip("-").isdigit()
    return Outcome(
        id=f"identities/{identity.id}/{basis}",
        family=Family.IDENTITY,
        rule=identity.rule,
        domain=identity.domain,
        status=status,
        severity=Severity.INFO if status is Status.NOT_TESTED else identity.severity,
        judged=judged,
        failed=int(status is Status.FAIL),
        title=identity.title,
        condition=condition,
        reason=reason,
        claims=claims,
        published=left,
        recalculated=right,
        difference=str(int(right) - int(left)) if exact else "",
    )


def _equation(identity: Identity, shown: Mapping[str, tuple[Text, str]]) -> Text:
    """The equation in words: each term's title with its value."""

    def line(lang: str) -> str:
        sides = [
            " + ".join(f"{shown[term][0].get(lang)} {shown[term][1]}" for term in side)
            for side in (identity.left, identity.right)
        ]
        return f" {_SIGNS[identity.relation]} ".join(sides)

    return Text(zh=f"应有：{line('zh')}", en=f"should hold: {line('en')}")


def _sum(bounds: list[Interval]) -> Interval:
    lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
    low = None if None in lows else sum((value for value in lows if value is not None), Fraction(0))
    high = None if None in highs else sum((value for value in highs if value is not None), Fraction(0))
    return low, high


def _possible(left: Interval, right: Interval, relation: str) -> bool:
    """Whether some value of `left` can stand in `relation` to some value of `right`."""
    left_can_be_small = left[0] is None or right[1] is None or left[0] <= right[1]
    left_can_be_large = left[1] is None or right[0] is None or left[1] >= right[0]
    return {"<=": left_can_be_small, ">=": left_can_be_large}.get(relation, left_can_be_small and left_can_be_large)


def _shown(interval: Interval) -> str:
    low, high = interval
    return number(low) if low == high else f"{number(low) or '…'}-{number(high) or '…'}"
