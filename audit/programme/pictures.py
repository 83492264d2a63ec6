"""The charts of each domain, drawn from its exhibits; counts and distances of dates only, never a record's content."""

from __future__ import annotations

from audit.findings import Exhibits
from audit.programme.audit import Audit
from audit.programme.exhibits import domain_exhibits
from audit.render import Chart, draw_exhibits


def domain_charts(audit: Audit, domain: str, lang: str) -> tuple[Chart, ...]:
    """The charts of one domain whose tables are here and have rows."""
    return exhibit_charts(audit, domain_exhibits(audit, domain), lang)


def exhibit_charts(audit: Audit, exhibits: Exhibits, lang: str) -> tuple[Chart, ...]:
    """The charts of some exhibits."""
    return draw_exhibits(exhibits, audit.book.rules, lang)
