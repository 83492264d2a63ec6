"""Declared = passed + failed + not tested + errors, for each of the four families."""

from __future__ import annotations

from collections import Counter

from audit.errors import AuditError
from audit.model import Family, Outcome, Status, Strict


class Counts(Strict):
    """How one family came out."""

    declared: int
    passed: int
    failed: int
    not_tested: int
    errors: int

    @property
    def balanced(self) -> bool:
        """Whether everything declared is accounted for."""
        return self.declared == self.passed + self.failed + self.not_tested + self.errors


def reconcile(declared: dict[Family, tuple[str, ...]], outcomes: tuple[Outcome, ...]) -> dict[Family, Counts]:
    """Hold the outcomes against what was declared, id by id.

    Raises AuditError when anything declared has no outcome, an outcome was never declared, or one id has two.
    """
    table: dict[Family, Counts] = {}
    for family in Family:
        mine = [outcome for outcome in outcomes if outcome.family is family]
        found = Counter(outcome.id for outcome in mine)
        lost = sorted(set(declared[family]) - set(found))
        stray = sorted(set(found) - set(declared[family]))
        twice = sorted(key for key, count in found.items() if count > 1)
        for names, what in (
            (lost, "have no outcome"),
            (stray, "were never declared"),
            (twice, "came out twice"),
        ):
            if names:
                raise AuditError(
                    f"{len(names)} of the {family.value} {what}; the audit does not reconcile",
                    where=", ".join(names[:5]) + (" …" if len(names) > 5 else ""),
                    remedy="see that each working paper carries out all that is declared, once",
                )
        by = Counter(outcome.status for outcome in mine)
        table[family] = Counts(
            declared=len(declared[family]),
            passed=by[Status.PASS],
            failed=by[Status.FAIL],
            not_tested=by[Status.NOT_TESTED],
            errors=by[Status.ERROR],
        )
    return table
