"""What the appendix shows, put together from the results: claims with their findings, findings with their rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from audit.engagement import Claim
from audit.errors import AuditError
from audit.findings import Finding, Results
from audit.model import ClaimResult, Control, Family, Outcome, Severity, Status, Text, Verdict
from audit.numbers import ROUNDINGS, Qualifier, reading
from audit.render.words import word
from audit.rulebook import Rule
from audit.words import FEW

_SHOWN_RECORDS = 20
_JUDGED = (Status.PASS, Status.FAIL)


@dataclass(frozen=True)
class PaperLink:
    """A working paper and where it lies, relative to the appendix."""

    href: str
    title: Text

    def __post_init__(self) -> None:
        """Refuse an address that leaves the archive."""
        parts = urlsplit(self.href.replace("\\", "/"))
        if parts.scheme or parts.netloc or parts.path.startswith("/") or not parts.path:
            raise AuditError("a working paper has no relative address", where=self.href, remedy="name it relatively")

    @property
    def address(self) -> str:
        """The address as it stands in HTML."""
        return quote(self.href.replace("\\", "/"), safe="/.#-_~")


@dataclass(frozen=True)
class ClaimRow:
    """One line of the table of published figures."""

    result: ClaimResult
    claim: Claim | None
    title: str
    read_as: str
    unit: str
    recalculated: str
    beside: str
    base: str
    base_claim: str
    rounding: str
    difference: str
    verified: bool
    failures: tuple[Finding, ...]
    untested: tuple[Finding, ...]


@dataclass(frozen=True)
class FindingCard:
    """One finding with its rule and its records by table."""

    finding: Finding
    rule: Rule | None
    failed: int
    records: tuple[tuple[str, tuple[str, ...]], ...]
    more: int


@dataclass(frozen=True)
class TableRow:
    """How the expectations of one table came out."""

    table: str
    title: str
    counts: dict[Status, int]
    declared: int
    judged: int


@dataclass(frozen=True)
class View:
    """The answers the template asks for, in one language."""

    results: Results
    lang: str

    def sentences(self) -> tuple[str, str, str]:
        """The verdict: figures, findings, what was not tested."""
        counts, results = self.results.reconciliation, self.results
        key = "sentence_figures_illustrative" if results.engagement.records.illustrative else "sentence_figures"
        held = [result for result in results.claim_results if _held(result)]
        agree = sum(result.verdict is Verdict.AGREES for result in held)
        grades = {grade.value: sum(finding.severity is grade for finding in results.failures()) for grade in Severity}
        open_ = {family.value: counts[family].not_tested for family in Family}
        errors = sum(counts[family].errors for family in Family)
        say = self.lang
        return (
            word(key, say, figures=len(results.claim_results), held=len(held), agree=agree),
            word("sentence_findings", say, total=sum(grades.values()), **grades),
            word("sentence_untested", say, total=sum(open_.values()), errors=errors, **open_),
        )

    def claims(self) -> list[ClaimRow]:
        """Every published figure, in the order of claims.csv."""
        known = {claim.id: claim for claim in self.results.claims}
        place = {name: number for number, name in enumerate(known)}
        ordered = sorted(self.results.claim_results, key=lambda result: place.get(result.claim, len(place)))
        return [self._claim(result, known) for result in ordered]

    def findings(self, severity: Severity) -> list[FindingCard]:
        """The failures of one severity."""
        return [self._card(finding) for finding in self.results.failures() if finding.severity is severity]

    def untested(self) -> list[tuple[str, list[Outcome]]]:
        """What was not tested, by reason, the commonest first."""
        return self._by_reason(Status.NOT_TESTED)

    def not_carried_out(self) -> list[tuple[str, list[Outcome]]]:
        """What could not be carried out, by reason."""
        return self._by_reason(Status.ERROR)

    def outcomes(self, family: Family) -> list[Outcome]:
        """The outcomes of one family."""
        return [outcome for outcome in self.results.outcomes if outcome.family is family]

    def tables(self) -> list[TableRow]:
        """How the expectations came out, table by table."""
        by: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes(Family.EXPECTATION):
            by[outcome.id.partition("/")[0]].append(outcome)
        return [
            TableRow(
                table=table,
                title=self.table_title(table),
                counts={status: sum(outcome.status is status for outcome in mine) for status in Status},
                declared=len(mine),
                judged=sum(outcome.judged for outcome in mine),
            )
            for table, mine in sorted(by.items())
        ]

    def table_title(self, table: str) -> str:
        """A table's title, or its name when it is not declared."""
        spec = self.results.book.tables.get(table)
        return spec.title.get(self.lang) if spec else table

    def rules(self) -> dict[str, list[tuple[Rule, Outcome | None]]]:
        """Every rule with its outcome, by domain."""
        came_out = {outcome.id: outcome for outcome in self.outcomes(Family.RULE)}
        by: dict[str, list[tuple[Rule, Outcome | None]]] = defaultdict(list)
        for rule in self.results.book.rules.values():
            by[rule.domain].append((rule, came_out.get(f"rules/{rule.id}")))
        return dict(by)

    @property
    def sampling(self) -> str:
        """Which limit holds: that records were sampled, or that none were."""
        sampled = [o for o in self.outcomes(Family.RULE) if o.rule == "SMP-01" and o.status in _JUDGED]
        return "limit.sampled" if sampled else "limit.sampling"

    def controls(self) -> tuple[Control, ...]:
        """The control totals."""
        return self.results.controls

    def anchored(self) -> frozenset[str]:
        """The ids of findings that have a place in the page."""
        return frozenset(
            {finding.id for finding in self.results.failures()}
            | {outcome.id for outcome in self.results.outcomes if outcome.status in (Status.NOT_TESTED, Status.ERROR)}
        )

    def claim_ids(self) -> frozenset[str]:
        """The ids of claims that have a place in the page."""
        return frozenset(result.claim for result in self.results.claim_results)

    def _claim(self, result: ClaimResult, known: dict[str, Claim]) -> ClaimRow:
        claim = known.get(result.claim)
        measure = self.results.book.measures.get(result.measure)
        rate = claim.rate if claim else "%" in result.printed
        base = result.base or (claim.base if claim else "")
        recalculated, beside = self._recalculated(result, claim, rate)
        return ClaimRow(
            result=result,
            claim=claim,
            title=measure.title.get(self.lang) if measure else (claim.scope if claim else "") or result.claim,
            read_as=reading(claim.figure).get(self.lang) if claim else "",
            unit=claim.unit if claim and not (rate and claim.unit == "%") else "",
            recalculated=recalculated,
            beside=beside,
            base=self._base(base, known, rate),
            base_claim=base if base in self.claim_ids() else "",
            rounding=self._rounding(result.rounding or ""),
            difference=self._difference(result.claim),
            verified=measure.verified if measure else True,
            failures=tuple(f for f in self.results.failures() if result.claim in f.claims),
            untested=tuple(f for f in self.results.findings if f.status not in _JUDGED and result.claim in f.claims),
        )

    def _base(self, base: str, known: dict[str, Claim], rate: bool) -> str:
        if base in known:
            return f"{known[base].printed} {known[base].unit}".strip()
        return base or (word("not_stated", self.lang) if rate else "")

    def _recalculated(self, result: ClaimResult, claim: Claim | None, rate: bool) -> tuple[str, str]:
        """The recalculation and what stands beside it: over few records the counts come first, not the rate."""
        value = result.recalculated or ""
        if value and rate and not value.endswith("%"):
            value += "%"
        universal = claim is not None and claim.figure.qualifier is Qualifier.UNIVERSAL
        if value and universal:
            value = word("exceptions", self.lang, n=value)
        if not result.numerator or not result.denominator:
            return value, ""
        fraction = word("of", self.lang, numerator=result.numerator, denominator=result.denominator)
        few = result.denominator.isdecimal() and int(result.denominator) < FEW
        return (fraction, value) if few or universal or not value else (value, fraction)

    def _rounding(self, rounding: str) -> str:
        names = rounding.replace(",", " ").replace("/", " ").replace("|", " ").split()
        if not names or any(name not in (*ROUNDINGS, "exact") for name in names):
            return rounding
        return word("and", self.lang).join(word(f"rounding.{name}", self.lang) for name in names)

    def _difference(self, claim: str) -> str:
        found = [
            outcome.difference
            for outcome in self.results.outcomes
            if outcome.family is Family.CLAIM and claim in outcome.claims and outcome.difference
        ]
        return found[0] if found else ""

    def _card(self, finding: Finding) -> FindingCard:
        by: dict[str, list[str]] = defaultdict(list)
        for record in finding.records[:_SHOWN_RECORDS]:
            by[record.table].append(record.key)
        failed = [outcome.failed for outcome in self.results.outcomes if outcome.id == finding.id]
        return FindingCard(
            finding=finding,
            rule=self.results.book.rules.get(finding.rule),
            failed=failed[0] if failed else len(finding.records),
            records=tuple((table, tuple(keys)) for table, keys in by.items()),
            more=max(0, len(finding.records) - _SHOWN_RECORDS),
        )

    def _by_reason(self, status: Status) -> list[tuple[str, list[Outcome]]]:
        by: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.results.outcomes:
            if outcome.status is status:
                by[outcome.reason.get(self.lang) or word("no_reason", self.lang)].append(outcome)
        return sorted(by.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _held(result: ClaimResult) -> bool:
    """Held against records; of a claim without measure the verdict comes from the printed figures alone."""
    return bool(result.measure) and (bool(result.recalculated) or result.verdict in (Verdict.AGREES, Verdict.DIFFERS))


def anchor(kind: str, name: str) -> str:
    """The id of an element: no white space, everything else as it is."""
    return f"{kind}-{'_'.join(name.split())}"


def target(kind: str, name: str) -> str:
    """The address of that element within the page."""
    return "#" + quote(anchor(kind, name), safe="/.-_~:")
