"""One audit opened: its plan, criteria, tables and figures, and the procedures that can be asked of it.

Working papers and the direct way both call these procedures, so both must give the same results.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from typing import Any

from audit.engagement import Claim, Disposition, Engagement
from audit.findings import Exhibits, Results, raise_findings, reconcile
from audit.intake import Tables
from audit.model import ClaimResult, Family, Outcome, Status, Text
from audit.programme.carried import carried_rules
from audit.programme.comparing import compare_units, year_pairs
from audit.programme.samples import judge_samples
from audit.query import Warehouse
from audit.recalculate import (
    Measured,
    candidate_bases,
    judge_claim,
    judge_identity,
    judge_report,
    judge_rows,
    published_identity,
    take_measure,
    untested_years,
)
from audit.recalculate.growth import growth_of
from audit.recalculate.profile import Profile, document_profile
from audit.recalculate.rates import RateRow, rate_rows
from audit.recalculate.verdicts import Broken
from audit.recalculate.years import Pair, judge_years
from audit.rulebook import Rulebook
from audit.rulebook.suites import RECALCULATED
from audit.sampling import Worksheet
from audit.validate import hold

_NO_YEAR_BEFORE = Text(zh="没有上一年度的记录", en="there are no records of the year before")


@dataclass
class Audit:
    """An open audit.

    `before` holds the tables and `claims_before` the printed figures of the year before, where an engagement for it
    exists; `samples` the samples of records that were drawn, with their answers.
    """

    engagement: Engagement
    book: Rulebook
    claims: tuple[Claim, ...]
    dispositions: dict[str, Disposition]
    tables: Tables
    warehouse: Warehouse
    before: Warehouse | None = None
    claims_before: tuple[Claim, ...] = ()
    samples: tuple[Worksheet, ...] = ()
    _taken: dict[str, Measured] = field(default_factory=dict)
    _taken_before: dict[str, Measured] = field(default_factory=dict)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What suites may ask for: the published figures by measure, and the dates of the period."""
        period = self.engagement.period
        found: dict[str, Any] = {}
        for claim in reversed(self.claims):  # a figure printed twice: the first place counts
            found |= claim.parameters()
        days = {"period_start": period.start, "period_end": period.end, "as_of": period.as_of}
        return found | {name: datetime.combine(day, time()) for name, day in days.items()}

    @cached_property
    def by_measure(self) -> dict[str, Claim]:
        """The first claim of each measure."""
        return {claim.measure: claim for claim in reversed(self.claims) if claim.measure}

    def measured(self, measure: str) -> Measured:
        """A measure on this year's tables, taken once."""
        if measure not in self._taken:
            self._taken[measure] = take_measure(self.book.measures[measure], self.warehouse)
        return self._taken[measure]

    def measured_before(self, measure: str) -> Measured:
        """A measure on last year's tables, taken once.  Raises LookupError when there are none."""
        if self.before is None:
            raise LookupError(measure)
        if measure not in self._taken_before:
            self._taken_before[measure] = take_measure(self.book.measures[measure], self.before)
        return self._taken_before[measure]

    def suite(self, table: str) -> tuple[Outcome, ...]:
        """Hold one table against its suite."""
        house, suite = self.warehouse, self.book.suites[table]
        found = house.tables.get(table) or house.stored.get(table)
        outcomes = hold(suite, found, house, self.book.tables[table].domain, self.parameters_of(table))
        return tuple(self._with_claims(outcome) for outcome in outcomes)

    def parameters_of(self, table: str) -> dict[str, Any]:
        """The parameters its suite may ask for, with the recalculated figures that it does ask for."""
        names = {measure.replace(".", "_"): measure for measure in self.book.measures}
        asked = {name for line in self.book.suites[table].expectations for name in line.parameters}
        found = dict(self.parameters)
        for name in asked:
            measure = names.get(name.removeprefix(RECALCULATED)) if name.startswith(RECALCULATED) else None
            value = self.measured(measure).value if measure else None
            if value is not None and value.denominator == 1:
                found[name] = int(value)
        return found

    def _with_claims(self, outcome: Outcome) -> Outcome:
        """Name the claims behind the parameters that an expectation asked for."""
        if not outcome.claims:
            return outcome
        named = {name: claim.id for claim in self.by_measure.values() for name in claim.parameters()}
        return outcome.model_copy(
            update={"claims": tuple(dict.fromkeys(named[n] for n in outcome.claims if n in named))}
        )

    def identities(self, domain: str) -> tuple[Outcome, ...]:
        """The identities of one domain on its records."""
        on_records = [i for i in self.book.identities if i.domain == domain and "records" in i.basis]
        within = [i for i in self.book.row_identities if i.domain == domain]
        figures = tuple(judge_identity(i, "records", self.measured, self.measured) for i in on_records)
        return figures + tuple(judge_rows(i, self.warehouse) for i in within)

    def recalculate(self, domain: str) -> tuple[tuple[ClaimResult, Outcome], ...]:
        """The claims of one domain, each beside its recalculation; "report" for those without a measure."""
        return tuple(self._claim(claim) for claim in self.claims if self.domain_of(claim) == domain)

    def _claim(self, claim: Claim) -> tuple[ClaimResult, Outcome]:
        base = next((other for other in self.claims if other.id == claim.base), None)
        measured = self.measured(claim.measure) if claim.measure else None
        return judge_claim(
            claim,
            measured,
            base,
            self.broken.get(claim.id, ()),
            candidate_bases(claim, self.claims, self.book.measures) if claim.rate else None,
            profile=self.profile,
            growth=growth_of(claim, self.claims, self.claims_before),
            illustrative=self.accuses_nobody,
        )

    @property
    def accuses_nobody(self) -> bool:
        """Whether the records stand in for a real district's, so that nothing may be said of it by them (D-09)."""
        return self.engagement.records.illustrative and not self.engagement.fictional

    @cached_property
    def profile(self) -> Profile:
        """How the document rounds, over all its rates."""
        return document_profile(self.claims)

    def rule_of(self, claim: Claim) -> str:
        """The rule that a differing figure breaks."""
        return self.book.measures[claim.measure].rule if claim.measure else "FIG-01"

    def domain_of(self, claim: Claim) -> str:
        """The domain whose working paper recalculates the claim."""
        return self.book.measures[claim.measure].domain if claim.measure else "report"

    @cached_property
    def broken(self) -> dict[str, Broken]:
        """The published identities that do not hold, each with its rule, by claim."""
        found: dict[str, list[tuple[str, str]]] = {}
        for outcome in self.published_identities():
            if outcome.status is Status.FAIL:
                for claim in outcome.claims:
                    found.setdefault(claim, []).append((outcome.id.split("/")[1], outcome.rule))
        return {claim: tuple(names) for claim, names in found.items()}

    def published_identities(self) -> tuple[Outcome, ...]:
        """The identities on the printed figures alone."""
        return tuple(
            published_identity(i, self.by_measure, self.book.measures)
            for i in self.book.identities
            if "published" in i.basis
        )

    def report_rules(self) -> tuple[Outcome, ...]:
        """The rules about the report itself, on the printed figures alone."""
        tested = [rule for rule in self.book.rules.values() if rule.test]
        return tuple(judge_report(rule, self.claims, self.book.measures) for rule in tested)

    def year_on_year(self) -> tuple[Outcome, ...]:
        """What one year carries over must be what the next takes in."""
        across = [i for i in self.book.identities if "years" in i.basis]
        if self.before is None:
            return tuple(untested_years(i, _NO_YEAR_BEFORE) for i in across)
        return tuple(judge_identity(i, "years", self.measured, self.measured_before) for i in across)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """This year's figures that have one of last year beside them."""
        return year_pairs(self)

    def rate_rows(self) -> tuple[RateRow, ...]:
        """Every printed rate with what gives it."""
        found = {claim.id: growth_of(claim, self.claims, self.claims_before) for claim in self.claims}
        return rate_rows(self.claims, {name: growth for name, growth in found.items() if growth})

    def title_of(self, claim: Claim) -> Text:
        """What a claim is called: its measure, else its scope."""
        if claim.measure:
            return self.book.measures[claim.measure].title
        return Text(zh=claim.scope or claim.id, en=claim.id)

    def comparisons(self) -> tuple[Outcome, ...]:
        """The rules on two years of figures, on units, and on samples of records."""
        rules = self.book.rules.values()
        years = [judge_years(rule, self.pairs, self.engagement.year_on_year) for rule in rules if rule.years]
        units = [compare_units(self, rule) for rule in rules if rule.units]
        return (*years, *units, *(judge_samples(self, rule) for rule in rules if rule.samples))

    def declared(self) -> dict[Family, tuple[str, ...]]:
        """Everything that must come out, by family."""
        lines = [line.id for suite in self.book.suites.values() for line in suite.expectations]
        identities = [f"identities/{i.id}/{basis}" for i in self.book.identities for basis in i.basis]
        identities += [f"identities/{i.id}/rows" for i in self.book.row_identities]
        return {
            Family.RULE: tuple(f"rules/{rule}" for rule in self.book.rules),
            Family.EXPECTATION: tuple(lines),
            Family.CLAIM: tuple(f"claims/{claim.id}" for claim in self.claims),
            Family.IDENTITY: tuple(identities),
        }

    def conclude(
        self, claim_results: list[ClaimResult], outcomes: list[Outcome], exhibits: Exhibits | None = None
    ) -> Results:
        """Account for everything, raise the findings, and put the results into their one order.

        Raises AuditError when what was declared and what came out do not reconcile.
        """
        declared = self.declared()
        complete = (*outcomes, *carried_rules(self.book, outcomes))
        reconciliation = reconcile(declared, complete)
        position = {key: n for n, key in enumerate(key for family in Family for key in declared[family])}
        ordered = tuple(sorted(complete, key=lambda outcome: position[outcome.id]))
        by_claim = {result.claim: result for result in claim_results}
        return Results(
            engagement=self.engagement,
            book=self.book,
            claims=self.claims,
            claim_results=tuple(by_claim[claim.id] for claim in self.claims),
            outcomes=ordered,
            findings=raise_findings(ordered, self.book, self.dispositions),
            reconciliation=reconciliation,
            controls=self.tables.controls,
            exhibits=exhibits or Exhibits(),
        )
