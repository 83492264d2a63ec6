"""Runs put side by side: which run of an engagement counts, and how districts stand year by year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from audit.portal.entries import Engagement, Entry, State


@dataclass(frozen=True)
class Row:
    """One run in the table; `superseded_by` is the newer complete run of the same engagement, if any.

    `current` marks the run that counts: the newest complete one, or the newest where none is complete.
    """

    entry: Entry
    engagement: Engagement
    superseded_by: str = ""
    current: bool = False


@dataclass(frozen=True)
class District:
    """One district's current runs by year."""

    name: str
    engagement: Engagement
    years: dict[int, Entry]

    @property
    def series(self) -> tuple[tuple[int, dict[str, int]], ...]:
        """The findings by severity of every year that has a complete run."""
        return tuple((year, entry.counts) for year, entry in sorted(self.years.items()) if entry.counts)


@dataclass(frozen=True)
class Overview:
    """All of it: rows in reading order, districts, years, and the totals of the head."""

    rows: tuple[Row, ...]
    districts: tuple[District, ...]
    years: tuple[int, ...]

    @property
    def current(self) -> tuple[Entry, ...]:
        """The runs that count, one per engagement."""
        return tuple(row.entry for row in self.rows if row.current)

    def tally(self, year: int | None = None) -> dict[str, int]:
        """How many engagements stand how: clear, found, broken (part not carried out), none (nothing concluded)."""
        counts = {"clear": 0, "found": 0, "broken": 0, "none": 0}
        for entry in self.current:
            if year in (None, entry.year):
                counts[standing(entry)] += 1
        return counts


def standing(entry: Entry) -> str:
    """A run's verdict in one word, from the exit status of `audit run`."""
    if entry.state is not State.COMPLETE:
        return "none"
    return {0: "clear", 1: "found"}.get(entry.exit_status or 0, "broken")


def overlook(entries: list[Entry], facts_of: Callable[[Entry], Engagement]) -> Overview:
    """The overview of `entries`; `facts_of` is asked about the runs that count, one per engagement."""
    engagements: dict[tuple[str, int], list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.district, -entry.year, -int(entry.run))):
        engagements.setdefault((entry.district, entry.year), []).append(entry)
    rows: list[Row] = []
    districts: dict[str, dict[int, Entry]] = {}
    named: dict[str, Engagement] = {}
    for (district, year), runs in engagements.items():
        complete = [entry for entry in runs if entry.state is State.COMPLETE]
        counts = (complete or runs)[0]
        facts = facts_of(counts)
        if facts.name.zh and district not in named:
            named[district] = facts  # the newest year's
        districts.setdefault(district, {})[year] = counts
        for entry in runs:
            newer = complete[0].run if complete and entry in complete[1:] else ""
            rows.append(Row(entry, facts, newer, entry is counts))
    return Overview(
        tuple(_named(row, named) for row in rows),
        tuple(District(name, named.get(name, Engagement()), years) for name, years in districts.items()),
        tuple(sorted({entry.year for entry in entries})),
    )


def _named(row: Row, names: dict[str, Engagement]) -> Row:
    """A year whose own file is gone or odd bears the name of its district."""
    if row.engagement.name.zh or row.entry.district not in names:
        return row
    return replace(row, engagement=replace(row.engagement, name=names[row.entry.district].name))
