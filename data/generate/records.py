"""All records of a profile, clean."""

import disclosure
import enforcement
import governance
import litigation
import normative
import reconsideration
from profiles import Profile
from rows import Tables

DOMAINS = (normative, reconsideration, disclosure, enforcement, litigation, governance)


def build(profile: Profile) -> Tables:
    """Make every departmental table of the profile."""
    tables: Tables = {}
    for domain in DOMAINS:
        tables.update(domain.build(profile))
    return tables
