"""Relations between the figures of a draft, tested inside its text alone: sums, shares, growth, repeats."""

from __future__ import annotations

from audit.drafts.finder import Reading
from audit.drafts.passage import Passage, Relation
from audit.drafts.repeats import find_repeats
from audit.drafts.shares import find_growth, find_shares
from audit.drafts.sums import find_sums


def find_relations(reading: Reading) -> tuple[Relation, ...]:
    """Every relation found, by the place of its first figure."""
    passage = Passage(reading)
    sums = list(find_sums(passage))
    parts = {at for found in sums for at in found.items[1:]}
    found = [*sums, *find_shares(passage), *find_growth(passage), *find_repeats(passage, parts)]
    return tuple(sorted(set(found), key=lambda relation: (min(relation.items), relation.kind, relation.items)))
