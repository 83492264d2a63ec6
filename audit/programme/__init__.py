"""The audit programme: what is declared, domain by domain, and how the parts become one result."""

from audit.programme.audit import Audit
from audit.programme.direct import carry_out
from audit.programme.opening import open_audit

__all__ = ["Audit", "carry_out", "open_audit"]
