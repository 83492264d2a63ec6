"""Hold the written files against the published figures and against the promises made about the records."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import check_disclosure
import check_litigation
import check_reconsideration
import check_registers
import check_rosters
import workdays
from profiles import Profile
from rows import Row, Tables, Value
from verdicts import Checks
from writer import Declaration

_CHECKS: tuple[Callable[[Profile, Tables, Checks], None], ...] = (
    check_registers.check,
    check_reconsideration.check,
    check_disclosure.check,
    check_litigation.check,
    check_rosters.check,
)
_ANY_DAY = {"expires_date"}
_UNITS = {"unit_code", "respondent_unit", "defendant_unit", "issuer_unit"}


def faults(profile: Profile, tables: Tables, declared: Iterable[Declaration]) -> list[str]:
    """List every broken promise; an empty list means that the records reconcile."""
    checks = Checks()
    units = {row["unit_code"] for row in tables["units"]}
    for declaration in declared:
        _structure(declaration, tables[declaration.name], units, checks)
    for check in _CHECKS:
        check(profile, tables, checks)
    return checks.faults


def _structure(declaration: Declaration, rows: list[Row], units: set[Value], checks: Checks) -> None:
    """Check what holds of every table: filled and distinct keys, known units, days on which offices work."""
    table, key = declaration.name, declaration.key
    checks.same(f"{table}: distinct keys", len({tuple(row[c] for c in key) for row in rows}), len(rows))
    checks.each(f"{table}: key filled", rows, lambda row: all(row[c] for c in key))
    checks.each(f"{table}: known unit", rows, lambda row: {row[c] for c in _UNITS & row.keys()} <= units)
    checks.each(f"{table}: working days", rows, lambda row: all(map(workdays.is_working, _days(row))))


def _days(row: Row) -> Iterator[date]:
    return (value for column, value in row.items() if isinstance(value, date) and column not in _ANY_DAY)
