"""The rule catalogue: criteria with citation, effective dates, certainty and the words of a finding."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from audit.errors import RulebookError
from audit.model import NOTHING, Severity, Strict, Text
from audit.rulebook.documents import read_yaml, record


class Citation(Strict):
    """Where a rule is written."""

    law: str
    article: str = ""
    text_version: str = ""

    def __str__(self) -> str:
        """Law, article and the version of the text, for people."""
        return " ".join(part for part in (self.law, self.article, f"({self.text_version})") if part.strip("()"))


class Effective(Strict):
    """The dates between which a rule holds; `selector` is the record's date that picks the version."""

    from_: date = Field(alias="from")
    to: date | None = None
    selector: str = "as_of"

    def covers(self, day: date) -> bool:
        """Whether the rule holds on `day`."""
        return self.from_ <= day and (self.to is None or day <= self.to)


class Limit(Strict):
    """A time limit: n days of a kind."""

    n: int
    day_type: Literal["working", "calendar"]


class ByChannel(Strict):
    """A date that depends on a code: for each code in `of` its own column, otherwise `usual`."""

    by: str
    of: dict[str, str]
    usual: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column named."""
        return (self.by, self.usual, *self.of.values())


DateRef = str | ByChannel


class Deemed(Limit):
    """The day on which silence counts as admission: n days after receipt."""

    from_: DateRef = Field(alias="from")


class Extension(Strict):
    """n further days of the same type, if the notice was given before the first limit ran out."""

    n: int
    notice: str


class Span(Strict):
    """An interval that does not count."""

    from_: str = Field(alias="from")
    to: str


class Clock(Strict):
    """A time limit on the records of one table, from a start event to an end event.

    `when` narrows it to records with certain codes; `deemed` starts it no later than deemed admission;
    `restart` starts it anew; `exclude` lists intervals that do not count.
    """

    table: str
    start: DateRef
    end: DateRef
    limit: Limit
    when: dict[str, tuple[str, ...]] = {}
    deemed: Deemed | None = None
    restart: str | None = None
    exclude: tuple[Span, ...] = ()
    extension: Extension | None = None

    @property
    def dates(self) -> tuple[str, ...]:
        """Every column that must be a date."""
        refs = [self.start, self.end, *([self.deemed.from_] if self.deemed else [])]
        named = [name for ref in refs for name in ([ref] if isinstance(ref, str) else ref.columns[1:])]
        named += [self.restart] if self.restart else []
        named += [name for span in self.exclude for name in (span.from_, span.to)]
        return (*named, *([self.extension.notice] if self.extension else []))


class Question(Strict):
    """A ratio of printed figures: (the sum of `over` less the sum of `less`) / the sum of `under`, times `times`.

    It is asked from `ask_from` on, and only while the report prints none of `answered_by`.  A question is no
    finding of fault; its threshold is the house's.
    """

    over: tuple[str, ...] = Field(min_length=1)
    less: tuple[str, ...] = ()
    under: tuple[str, ...] = Field(min_length=1)
    times: int = 1
    ask_from: Fraction
    answered_by: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure that it names."""
        return (*self.over, *self.less, *self.under, *self.answered_by)


class ReportTest(Strict):
    """A check on the published figures alone.

    companions   when every figure of `printed` is published, every figure of `missing` should be as well
    base_stated  every printed rate names its denominator
    dated_stock  every stock names its date in `scope`
    exact        no figure is hedged
    comparatives the previous year's figures stand beside this year's
    one_period   stocks and flows do not share a paragraph
    one_unit     the figures of `printed` are counted in one unit
    one_rounding the rates that tell the rules apart are all rounded, or all cut
    small_counts a rate on fewer than thirty stands beside its numerator: 5 of 5, not a bare 100 %
    question     a ratio of printed figures that deserves a question (see `Question`)

    Where a test other than `companions` names `printed`, it looks at those figures only.
    """

    kind: Literal[
        "companions",
        "base_stated",
        "dated_stock",
        "exact",
        "comparatives",
        "one_period",
        "one_unit",
        "one_rounding",
        "small_counts",
        "question",
    ]
    printed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ratio: tuple[str, ...] = ()
    question: Question | None = None

    @model_validator(mode="after")
    def _question_where_due(self) -> ReportTest:
        if (self.kind == "question") != (self.question is not None):
            raise ValueError("a test of kind question has a question, and no other has")
        return self


class YearTest(Strict):
    """A check of this year's figures beside last year's.

    explained  a change beyond the engagement's thresholds asks for an explanation
    slip       a change by a factor of about 10, 100, 1000 or 10000 asks for the unit
    """

    kind: Literal["explained", "slip"]


class UnitTest(Strict):
    """A check that compares units, on what `sql` selects from the tables named in `needs`.

    change  `unit, value`, in both years: ratios that stand out (Hidiroglou and Berthelot, 1986), with the constants
            `c`, `u`, `a` and the quartiles at (n + 1) p
    funnel  `unit, hits, base`: rates beyond exact binomial limits around the rate of all, at `risk` in all

    With fewer than `least` units nothing is tested.  `what` names what is compared, for tables and pictures.
    """

    kind: Literal["change", "funnel"]
    what: Text
    needs: tuple[str, ...] = Field(min_length=1)
    sql: str
    least: int
    c: Fraction = Fraction(4)
    u: Fraction = Fraction(1, 2)
    a: Fraction = Fraction(1, 20)
    risk: Fraction = Fraction(2, 1000)


class SampleTest(Strict):
    """A check of the samples of records that were drawn and filled in: the upper limit against the tolerable rate."""

    kind: Literal["evaluated"] = "evaluated"


class Rule(Strict):
    """One criterion.

    `certainty`: A statute read in full, B stored page, C form as reproduced, D derived, K own knowledge;
    a rule that is not `verified` advises and never accuses.  `severity` is the gravest a finding under this
    rule can have.  Rules of one `series` are the versions of one limit: each record is judged by the version
    in force on its own day, and two versions neither overlap nor leave a gap.
    """

    id: str
    domain: str
    kind: Literal["deadline", "identity", "feasibility", "completeness", "wording", "presence", "logic", "figure"]
    citation: Citation
    effective: Effective
    severity: Severity
    certainty: Literal["A", "B", "C", "D", "K+", "K", "K-"]
    verified: bool
    title: Text
    effect: Text
    recommendation: Text
    condition: Text = NOTHING
    series: str = ""
    clock: Clock | None = None
    test: ReportTest | None = None
    years: YearTest | None = None
    units: UnitTest | None = None
    samples: SampleTest | None = None
    note: str = ""

    @property
    def column(self) -> str:
        """The column of a table that holds the judgement by this rule; with `_due` appended, the last day."""
        return self.id.lower().replace("-", "_")

    @property
    def direct(self) -> bool:
        """Whether it is tested by itself, and not only through what carries it out."""
        return bool(self.test or self.years or self.units or self.samples)

    @property
    def heaviest(self) -> Severity:
        """The gravest severity a finding may carry: an unverified rule only informs."""
        return self.severity if self.verified else Severity.INFO


def read_rules(folder: Path) -> dict[str, Rule]:
    """Every rule of every `*.yml` in `folder`, by id, in file order.  Raises RulebookError."""
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yml")):
        found = read_yaml(path)
        if not isinstance(found, list):
            raise RulebookError("this is no list of rules", where=path.name, remedy="begin each rule with '- id:'")
        for position, entry in enumerate(found, start=1):
            name = entry.get("id") if isinstance(entry, dict) else None
            rule = record(Rule, entry, f"{path.name}, {name or f'entry {position}, which has no id'}")
            if rule.id in rules:
                raise RulebookError(f"rule {rule.id} is declared twice", where=path.name, remedy="rename one")
            rules[rule.id] = rule
    return rules
