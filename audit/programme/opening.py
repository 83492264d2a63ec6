"""Opening an audit: its files read and checked, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from audit.clocks import calendar_with
from audit.engagement import Claim, read_claims, read_engagement, read_responses
from audit.errors import EngagementError, FaultsTogether
from audit.home import Home
from audit.intake import read_tables
from audit.programme.audit import Audit
from audit.programme.samples import read_samples
from audit.query import Machine, SparkWarehouse, Store, Warehouse, scanner
from audit.rulebook import load_rulebook
from audit.rulebook.book import DOMAINS

USUAL = Machine()


@contextmanager
def open_audit(
    home: Home, district: str, year: int, domains: tuple[str, ...] = DOMAINS, machine: Machine = USUAL
) -> Iterator[Audit]:
    """Read everything an audit needs, tables of `domains` only; close the warehouse at the end.

    `machine` chooses the engine; the results are the same by each.

    Raises EngagementError, RulebookError or IntakeError, before anything is computed.
    """
    folder = home.engagement(district, year)
    engagement = read_engagement(folder)
    book = load_rulebook(home.expectations)
    unknown = sorted(set(engagement.records.not_supplied) - set(book.delivered))
    if unknown:
        raise EngagementError(
            f"not_supplied names {unknown[0]}, which is no table",
            where=f"{district}/{year}/engagement.toml",
            remedy=f"use one of {', '.join(book.delivered)}",
        )
    specs = {name: spec for name, spec in book.delivered.items() if spec.domain in domains}
    with Store(machine.memory, scratch=machine.scratch) as store:
        claims: tuple[Claim, ...] = ()
        with FaultsTogether() as together:
            with together.next():
                claims = read_claims(folder)
            with together.next():
                large = scanner(store, machine)
                tables = read_tables(folder, specs, engagement.records.not_supplied, large)
            with together.next():
                dispositions = read_responses(folder)
        for claim in claims:
            if claim.measure and claim.measure not in book.measures:
                raise EngagementError(
                    f"claim {claim.id} asks for the measure {claim.measure}, which is not declared",
                    where=f"{district}/{year}/claims.csv",
                    remedy="correct the measure, declare it in expectations/measures.yml, or leave the cell empty",
                )
        calendar = calendar_with(home.data)
        kind = SparkWarehouse if machine.engine == "spark" else Warehouse
        with kind(tables, book, engagement.period, calendar, store, machine.engine) as warehouse:
            yield Audit(
                engagement,
                book,
                claims,
                dispositions,
                tables,
                warehouse,
                claims_before=read_claims(home.engagement(district, year - 1)),
                samples=read_samples(folder),
            )
