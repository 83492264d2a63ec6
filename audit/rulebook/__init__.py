"""The criteria as data: tables, suites, rules, measures, identities.  Everything is checked on loading."""

from audit.rulebook.book import Rulebook, load_rulebook
from audit.rulebook.breaks import Break
from audit.rulebook.measures import Identity, Measure, RowIdentity
from audit.rulebook.rules import Rule
from audit.rulebook.suites import Expectation, Suite
from audit.rulebook.tables import Column, TableSpec

__all__ = [
    "Break",
    "Column",
    "Expectation",
    "Identity",
    "Measure",
    "RowIdentity",
    "Rule",
    "Rulebook",
    "Suite",
    "TableSpec",
    "load_rulebook",
]
