"""What the appendix shows beside outcomes: time limits, flows, months, two years, units, samples, and the records
behind each figure.  Counts, dates' distances and record keys only; never a record's content."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any, Literal

from audit.model import NOTHING, Strict, Text


class LimitTally(Strict):
    """One time limit on its table: how the records it applies to stand at the cut-off date.

    `margins` pairs days left at the end (negative: days late; in the limit's own kind of day) with how many
    closed records had so many left.
    """

    rule: str
    table: str
    in_time: int
    late: int
    open: int
    overdue: int
    margins: tuple[tuple[int, int], ...] = ()

    @property
    def judged(self) -> int:
        """How many records it applies to."""
        return self.in_time + self.late + self.open + self.overdue


class FlowStep(Strict):
    """A station of a procedure and how many cases passed it; `id` is the measure, or "total" for the sum before it."""

    id: str
    label: Text
    count: int
    stage: int


class Flow(Strict):
    """Cases from their coming in to where they stand at the year's end; `links` name steps by place."""

    name: str
    domain: str
    title: Text
    steps: tuple[FlowStep, ...]
    links: tuple[tuple[int, int], ...]


class Months(Strict):
    """Cases that came and went in each month of the year, over what was carried in."""

    name: str
    domain: str
    title: Text
    carried_in: int
    came: tuple[int, ...]
    went: tuple[int, ...]

    @property
    def open(self) -> tuple[int, ...]:
        """What was open at each month's end."""
        return tuple(accumulate((a - b for a, b in zip(self.came, self.went, strict=True)), initial=self.carried_in))[
            1:
        ]


class Bars(Strict):
    """Counts under labels, in the order given."""

    name: str
    domain: str
    title: Text
    labels: tuple[Text, ...]
    values: tuple[int, ...]


class YearPair(Strict):
    """One published figure beside last year's, as it is shown; `counts` are both numbers where they are exact."""

    claim: str
    title: Text
    before: str
    now: str
    change: str
    percent: str
    source: Literal["report", "report_before", "records_before"]
    broken: Text = NOTHING
    asked: bool = False
    counts: tuple[int, int] | None = None


class UnitRow(Strict):
    """One unit by its code: its value, and what it is held against (last year's value, or the base of its rate)."""

    code: str
    name: str
    value: int
    beside: int | None = None
    stands_out: bool = False


class UnitTable(Strict):
    """Units held against each other under one rule."""

    rule: str
    kind: Literal["change", "funnel"]
    title: Text
    rows: tuple[UnitRow, ...]


class SampleReview(Strict):
    """One sample of records that was drawn: its size, what was found, what that allows one to say."""

    table: str
    title: Text
    population: int
    n: int
    seed: int
    answered: int
    deviations: int
    confidence: str
    tolerable: str
    said: Text


class ClaimRecords(Strict):
    """The records behind one recalculated figure: each key with what it contributes."""

    claim: str
    table: str
    marks: tuple[tuple[str, str], ...]


class Exhibits(Strict):
    """All of it, in the order of the programme."""

    limits: tuple[LimitTally, ...] = ()
    flows: tuple[Flow, ...] = ()
    months: tuple[Months, ...] = ()
    bars: tuple[Bars, ...] = ()
    years: tuple[YearPair, ...] = ()
    units: tuple[UnitTable, ...] = ()
    samples: tuple[SampleReview, ...] = ()
    records: tuple[ClaimRecords, ...] = ()

    @classmethod
    def together(cls, parts: Iterable[Exhibits]) -> Exhibits:
        """The parts as one, each list in the order of the parts."""
        listed = tuple(parts)
        return cls(**{name: tuple(one for part in listed for one in getattr(part, name)) for name in cls.model_fields})

    def document(self) -> dict[str, Any]:
        """exhibits.json (schema `exhibits/1`); the record keys have their own file, claim_records.csv."""
        return {"schema": "exhibits/1", **self.model_dump(mode="json", exclude={"records"})}
