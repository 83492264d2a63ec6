"""All results of one audit, and their canonical form: the same inputs give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from audit.engagement import Claim, Engagement
from audit.findings.account import Counts
from audit.findings.exhibits import Exhibits
from audit.findings.findings import Finding
from audit.model import ClaimResult, Control, Family, Outcome, Plant, Severity, Status
from audit.rulebook import Rulebook
from audit.spreadsheet import inert
from audit.verify.digests import digest_bytes, results_code


@dataclass(frozen=True)
class Results:
    """Everything an audit found out; what the appendix says is a function of this alone."""

    engagement: Engagement
    book: Rulebook
    claims: tuple[Claim, ...]
    claim_results: tuple[ClaimResult, ...]
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    reconciliation: dict[Family, Counts]
    controls: tuple[Control, ...]
    plants: tuple[Plant, ...] = ()
    exhibits: Exhibits = field(default_factory=Exhibits)

    def failures(self, at_least: Severity = Severity.INFO) -> tuple[Finding, ...]:
        """The findings that are failures of at least this severity."""
        return tuple(
            finding
            for finding in self.findings
            if finding.status is Status.FAIL and finding.severity.rank <= at_least.rank
        )

    def planted(self, result: str) -> int:
        """How many errors of the self-test came out as `result`: caught, missed or exempt."""
        return sum(plant.result == result for plant in self.plants)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Those parts of the audit that did not happen."""
        return tuple(finding for finding in self.findings if finding.status is Status.ERROR)

    def findings_document(self) -> dict[str, Any]:
        """findings.json (schema `findings/1`)."""
        return {
            "schema": "findings/1",
            "engagement": {
                "district": self.engagement.district,
                "year": self.engagement.year,
                "as_of": self.engagement.as_of.isoformat(),
            },
            "reconciliation": {family.value: counts.model_dump() for family, counts in self.reconciliation.items()},
            "findings": [finding.model_dump(mode="json") for finding in self.findings],
        }

    def claims_document(self) -> list[dict[str, Any]]:
        """claims.json."""
        return [result.model_dump(mode="json") for result in self.claim_results]

    def outcomes_document(self) -> list[dict[str, Any]]:
        """outcomes.json: every declared thing, passed or not."""
        return [outcome.model_dump(mode="json") for outcome in self.outcomes]

    def controls_document(self) -> list[dict[str, Any]]:
        """control_totals.json."""
        return [asdict(control) for control in self.controls]

    @property
    def code(self) -> str:
        """Twelve characters that change when any result or input does; a reader compares them by eye (D-60)."""
        return results_code(self._digests())

    def seal_document(self) -> dict[str, Any]:
        """seal.json of the results: an in-toto statement over the four documents that the code stands for."""
        return {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in self._digests().items()],
            "predicateType": "urn:fazhi-audit:results:1",
            "predicate": {
                "code": self.code,
                "district": self.engagement.district,
                "year": self.engagement.year,
                "as_of": self.engagement.as_of.isoformat(),
                "reconciliation": {family.value: counts.model_dump() for family, counts in self.reconciliation.items()},
            },
        }

    def _digests(self) -> dict[str, str]:
        """SHA-256 of the four documents, by name in order."""
        documents = {
            "claims.json": self.claims_document(),
            "control_totals.json": self.controls_document(),
            "findings.json": self.findings_document(),
            "outcomes.json": self.outcomes_document(),
        }
        return {name: digest_bytes(canonical_json(doc).encode()) for name, doc in documents.items()}

    def findings_csv(self) -> str:
        """findings.csv: one finding a row, for spreadsheets."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_CSV_COLUMNS)
        for finding in self.findings:
            writer.writerow([inert(cell) for cell in _csv_row(finding)])
        return out.getvalue()


_CSV_COLUMNS = (
    *("finding_id", "rule", "status", "severity", "domain", "title_zh", "title_en", "citation"),
    *("condition_zh", "condition_en", "claims", "published", "recalculated", "difference", "judged"),
    *("records", "disposition", "by", "on", "text"),
)


def _csv_row(finding: Finding) -> tuple[str, ...]:
    return (
        finding.id,
        finding.rule,
        finding.status.value,
        finding.severity.value,
        finding.domain,
        finding.title.zh,
        finding.title.en,
        finding.criteria.citation,
        finding.condition.zh,
        finding.condition.en,
        " ".join(finding.claims),
        finding.published,
        finding.recalculated,
        finding.difference,
        str(finding.judged),
        " ".join(f"{record.table}:{record.key}" for record in finding.records),
        finding.disposition.status,
        finding.disposition.by,
        finding.disposition.on,
        finding.disposition.text,
    )


def canonical_json(document: Any) -> str:
    """JSON in one form only: UTF-8, keys in their given order, two spaces, a final newline; no floats."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
