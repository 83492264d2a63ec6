"""Draft reports: their text, every figure in it, and what an engagement says of each."""

from audit.drafts.finder import Quantity, Reading, read_figures
from audit.drafts.match import BAD, Comparison, Matched, compare
from audit.drafts.passage import Relation, Status
from audit.drafts.relations import find_relations
from audit.drafts.text import DraftError, read_draft

__all__ = [
    "BAD",
    "Comparison",
    "DraftError",
    "Matched",
    "Quantity",
    "Reading",
    "Relation",
    "Status",
    "compare",
    "find_relations",
    "read_draft",
    "read_figures",
]
