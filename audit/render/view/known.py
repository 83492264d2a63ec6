"""What several sections ask of the results: where things are, and what may be linked to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from audit.engagement import Claim
from audit.findings import Finding, Results
from audit.model import ClaimResult, Family, Outcome, Status, Verdict
from audit.numbers import Qualifier
from audit.render.document import Piece, anchor
from audit.render.view.pieces import Say, plain
from audit.rulebook import Measure
from audit.words import FEW

JUDGED = (Status.PASS, Status.FAIL)
FORM = "disclosure_form"


@dataclass(frozen=True)
class Known:
    """The results with their indexes, and the words of one language."""

    results: Results
    lang: str

    @cached_property
    def say(self) -> Say:
        """The words."""
        return Say(self.lang)

    @cached_property
    def code(self) -> str:
        """The code of the results."""
        return self.results.code

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """Every claim as read, by id."""
        return {claim.id: claim for claim in self.results.claims}

    @cached_property
    def ordered(self) -> tuple[ClaimResult, ...]:
        """The published figures in the order of claims.csv."""
        place = {name: number for number, name in enumerate(self.claims)}
        return tuple(sorted(self.results.claim_results, key=lambda result: place.get(result.claim, len(place))))

    @cached_property
    def shown_claims(self) -> frozenset[str]:
        """The claims that have a row."""
        return frozenset(result.claim for result in self.results.claim_results)

    @cached_property
    def anchored(self) -> frozenset[str]:
        """The findings and outcomes that have a place in the document."""
        open_ = (Status.NOT_TESTED, Status.ERROR)
        return frozenset(
            {finding.id for finding in self.results.failures()}
            | {outcome.id for outcome in self.results.outcomes if outcome.status in open_}
        )

    @cached_property
    def failures(self) -> tuple[Finding, ...]:
        """The findings that are failures."""
        return self.results.failures()

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """Every outcome by id."""
        return {outcome.id: outcome for outcome in self.results.outcomes}

    def family(self, family: Family) -> tuple[Outcome, ...]:
        """The outcomes of one family."""
        return tuple(outcome for outcome in self.results.outcomes if outcome.family is family)

    def result_of(self, outcome: str) -> ClaimResult | None:
        """The figure that an outcome judges; None where it judges something else."""
        if outcome not in self.outcomes or self.outcomes[outcome].family is not Family.CLAIM:
            return None
        return next(result for result in self.ordered if f"claims/{result.claim}" == outcome)

    def measure(self, result: ClaimResult) -> Measure | None:
        """How a figure is recalculated."""
        return self.results.book.measures.get(result.measure)

    def title(self, result: ClaimResult) -> str:
        """What a figure is called."""
        measure, claim = self.measure(result), self.claims.get(result.claim)
        return measure.title.get(self.lang) if measure else (claim.scope if claim else "") or result.claim

    def difference(self, outcome: str, claim: Claim | None) -> Piece:
        """The difference of an outcome with its sign; of a rate in percentage points."""
        found = self.outcomes[outcome].difference if outcome in self.outcomes else ""
        if not found:
            return self.say.dash()
        sign = "" if found == "0" or found.startswith("-") else "+"
        points = self.say("points") if claim and claim.rate and found != "0" else ""
        return plain(f"{sign}{found}{points}", f"outcome:{outcome}")

    def recalculated(self, result: ClaimResult) -> tuple[str, str]:
        """The recalculation and what stands beside it: over few records the counts come first, not the rate."""
        say, claim = self.say, self.claims.get(result.claim)
        rate = claim.rate if claim else "%" in result.printed
        value = result.recalculated or ""
        if value and rate and not value.endswith("%"):
            value += "%"
        universal = claim is not None and claim.figure.qualifier is Qualifier.UNIVERSAL
        if value and universal:
            value = say("exceptions", n=value)
        if not result.numerator or not result.denominator:
            return value, ""
        fraction = say("of", numerator=result.numerator, denominator=result.denominator)
        few = result.denominator.isdecimal() and int(result.denominator) < FEW
        return (fraction, value) if few or universal or not value else (value, fraction)

    def table_title(self, table: str) -> str:
        """A table's title, or its name when it is not declared."""
        spec = self.results.book.tables.get(table)
        return spec.title.get(self.lang) if spec else table

    def is_form(self, table: str) -> bool:
        """Whether a table holds the report's own form, and no department's records."""
        spec = self.results.book.tables[table]
        return table == FORM or (bool(spec.sources) and all(self.is_form(one) for one in spec.sources))

    def table(self, table: str) -> Piece:
        """A table's title."""
        return plain(self.table_title(table), f"table:{table}")

    def claim_link(self, claim: str, look: str = "code") -> Piece:
        """A claim's id, leading to its row where it has one."""
        to = anchor("claim", claim) if claim in self.shown_claims else ""
        return plain(claim, f"claim:{claim}", to=to, look=look)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each failure, through all severities, gravest first."""
        return {finding.id: number for number, finding in enumerate(self.failures, start=1)}

    def numbered_link(self, finding: str) -> Piece:
        """A failure's number, leading to it."""
        return plain(self.numbers[finding], f"place:{finding}", to=anchor("finding", finding))

    def named_link(self, claim: str) -> Piece:
        """A figure's name, leading to its row where it has one."""
        result = next((result for result in self.ordered if result.claim == claim), None)
        if result is None:
            return self.claim_link(claim)
        return plain(f"{self.title(result)} {result.printed}", f"claim:{claim}", to=anchor("claim", claim))

    def finding_link(self, finding: str, text: str) -> Piece:
        """Words that lead to a finding where it has a place."""
        to = anchor("finding", finding) if finding in self.anchored else ""
        return plain(text, f"finding:{finding}", to=to)

    def rule_link(self, rule: str) -> Piece:
        """A rule's id, leading to the catalogue."""
        to = anchor("rule", rule) if rule in self.results.book.rules else ""
        return plain(rule, f"rule:{rule}", to=to)


def held(result: ClaimResult) -> bool:
    """Held against records; of a claim without measure the verdict comes from the printed figures alone."""
    return bool(result.measure) and (bool(result.recalculated) or result.verdict in (Verdict.AGREES, Verdict.DIFFERS))
