"""What several sections ask of the results: where things are, and what may be linked to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from audit.engagement import Claim
from audit.findings import Finding, Results
from audit.model import ClaimResult, Family, Outcome, Status, Verdict
from audit.render.document import Piece, anchor
from audit.render.view.pieces import Say, plain
from audit.rulebook import Measure

JUDGED = (Status.PASS, Status.FAIL)


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

    def measure(self, result: ClaimResult) -> Measure | None:
        """How a figure is recalculated."""
        return self.results.book.measures.get(result.measure)

    def title(self, result: ClaimResult) -> str:
        """What a figure is called."""
        measure, claim = self.measure(result), self.claims.get(result.claim)
        return measure.title.get(self.lang) if measure else (claim.scope if claim else "") or result.claim

    def table_title(self, table: str) -> str:
        """A table's title, or its name when it is not declared."""
        spec = self.results.book.tables.get(table)
        return spec.title.get(self.lang) if spec else table

    def table(self, table: str) -> Piece:
        """A table's title."""
        return plain(self.table_title(table), f"table:{table}")

    def claim_link(self, claim: str, look: str = "code") -> Piece:
        """A claim's id, leading to its row where it has one."""
        to = anchor("claim", claim) if claim in self.shown_claims else ""
        return plain(claim, f"claim:{claim}", to=to, look=look)

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
