"""The audit programme: what is declared, domain by domain, and how the parts become one result."""

from audit.programme.audit import Audit, open_audit
from audit.programme.direct import carry_out

__all__ = ["Audit", "carry_out", "open_audit"]
