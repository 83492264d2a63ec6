"""Turn outcomes into findings, and account for everything that was declared."""

from audit.findings.account import Counts, reconcile
from audit.findings.exhibits import Exhibits
from audit.findings.findings import Finding, raise_findings
from audit.findings.results import Results, canonical_json

__all__ = ["Counts", "Exhibits", "Finding", "Results", "canonical_json", "raise_findings", "reconcile"]
