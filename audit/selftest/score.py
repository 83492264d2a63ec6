"""The score: how many planted errors were caught, which were not, and what is exempt for which reason."""

from __future__ import annotations

from collections.abc import Callable

from audit.model import Plant
from audit.programme import Audit
from audit.selftest.figures import try_claims, try_identities, try_report_rules
from audit.selftest.tables import try_suites


def selftest(audit: Audit, on_step: Callable[[str], None] = lambda _: None) -> tuple[Plant, ...]:
    """Plant an error for every expectation, claim, identity and report rule, and see whether it is caught.

    `on_step` is told what is being tried.
    """
    found = list(try_suites(audit, on_step))
    for words, attempt in (("claims", try_claims), ("identities", try_identities), ("report", try_report_rules)):
        on_step(words)
        found += attempt(audit)
    return tuple(found)
