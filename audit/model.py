"""The nouns of an audit: frozen, typed, without input or output."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A frozen record that refuses a key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Strict):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """The words in `lang` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


NOTHING = Text(zh="", en="")


class Status(StrEnum):
    """How something declared came out.  A vacuous pass is NOT_TESTED, never PASS."""

    PASS = "pass"
    FAIL = "fail"
    NOT_TESTED = "not_tested"
    ERROR = "error"


class Severity(StrEnum):
    """Great Expectations' three grades, in falling order."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Family(StrEnum):
    """The four families that are reconciled: everything declared is in exactly one."""

    RULE = "rules"
    EXPECTATION = "expectations"
    CLAIM = "claims"
    IDENTITY = "identities"


class Verdict(StrEnum):
    """What can be said of one published figure."""

    AGREES = "agrees"
    DIFFERS = "differs"
    IDENTITY_BROKEN = "identity_broken"
    IMPOSSIBLE = "impossible"
    ONLY_BY_TRUNCATION = "only_by_truncation"
    BASE_NOT_STATED = "base_not_stated"
    NOT_TESTED = "not_tested"


@dataclass(frozen=True)
class Period:
    """The year under audit and the cut-off date that decides what is open."""

    year: int
    as_of: date

    @property
    def start(self) -> date:
        """The first day of the year under audit."""
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        """The last day of the year under audit."""
        return date(self.year, 12, 31)


class RecordRef(Strict):
    """A record named by its table and key; never by its content."""

    table: str
    key: str


class Outcome(Strict):
    """One declared thing, judged.

    `judged` counts the records that were held against the criterion, `failed` those that broke it;
    `records` are the keys of the latter.  `reason` says why something was not tested or went wrong.
    """

    id: str
    family: Family
    rule: str
    domain: str
    status: Status
    severity: Severity
    judged: int = 0
    failed: int = 0
    title: Text = NOTHING
    condition: Text = NOTHING
    reason: Text = NOTHING
    records: tuple[RecordRef, ...] = ()
    claims: tuple[str, ...] = ()
    published: str = ""
    recalculated: str = ""
    difference: str = ""


class ClaimResult(Strict):
    """One published figure with its recalculation (the record of `claims.json`)."""

    claim: str
    printed: str
    verdict: Verdict
    recalculated: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    base: str | None = None
    rounding: str | None = None
    locator: str = ""
    measure: str = ""
    records_digest: str | None = None


class Plant(Strict):
    """One planted error: `id` is the outcome that had to notice; an exempt one says why none could be planted."""

    id: str
    rule: str
    result: Literal["caught", "missed", "exempt"]
    words: str

    @classmethod
    def of(cls, outcome: str, rule: str, caught: bool, words: str) -> Plant:
        """A plant that was, or was not, caught."""
        return cls(id=outcome, rule=rule, result="caught" if caught else "missed", words=words)


@dataclass(frozen=True)
class Control:
    """Control totals of one delivered table, taken before anything else (ISA 500; ACL and IDEA practice)."""

    table: str
    file: str
    digest: str
    size: int
    rows: int
    sums: dict[str, str] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
