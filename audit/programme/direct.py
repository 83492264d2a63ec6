"""The second way: the rooms called one after another in this process, without notebooks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from audit.findings import Exhibits, Results
from audit.home import Home
from audit.model import ClaimResult, Outcome
from audit.programme.audit import Audit
from audit.programme.exhibits import claim_records, compared_exhibits, domain_exhibits
from audit.programme.opening import USUAL, open_audit
from audit.query import Machine
from audit.rulebook.book import DOMAINS


def carry_out(
    home: Home,
    district: str,
    year: int,
    *,
    look: Callable[[Audit], object] | None = None,
    machine: Machine = USUAL,
) -> Results:
    """Everything that the working papers do, and the same results.  Raises AuditError.

    `look` is called with the open audit before it closes, to draw charts, say.
    """
    with ExitStack() as stack:
        audit = stack.enter_context(open_audit(home, district, year, machine=machine))
        add_year_before(audit, home, stack, machine)
        outcomes: list[Outcome] = []
        results: list[ClaimResult] = []
        exhibits: list[Exhibits] = []
        for domain in DOMAINS:
            tables = [name for name in audit.book.suites if audit.book.tables[name].domain == domain]
            for table in tables:
                outcomes += audit.suite(table)
            outcomes += audit.identities(domain)
            exhibits.append(domain_exhibits(audit, domain))
        for domain in (*DOMAINS, "report"):
            for result, outcome in audit.recalculate(domain):
                results.append(result)
                outcomes.append(outcome)
        outcomes += audit.published_identities() + audit.report_rules() + audit.year_on_year() + audit.comparisons()
        if look:
            look(audit)
        exhibits += [compared_exhibits(audit), claim_records(audit, results)]
        return audit.conclude(results, outcomes, Exhibits.together(exhibits))


def add_year_before(audit: Audit, home: Home, stack: ExitStack, machine: Machine = USUAL) -> None:
    """Open the records of the year before, if an engagement for it exists, until `stack` closes."""
    district, year = audit.engagement.district, audit.engagement.year - 1
    if (home.engagement(district, year) / "engagement.toml").is_file():
        audit.before = stack.enter_context(open_audit(home, district, year, machine=machine)).warehouse
