"""How each figure is recalculated from the tables, and the equations that figures must satisfy."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from audit.errors import RulebookError
from audit.model import NOTHING, Severity, Strict, Text
from audit.rulebook.documents import entries, read_yaml, record


class Measure(Strict):
    """The recalculation of a figure.

    The SQL selects the key columns of `table` for every record that counts, and further

    count      nothing: the figure is the number of rows
    sum        `value`: the figure is the sum
    rate       `hit` (true, false, null): the figure is hits over rows
    minimum    `value`: the figure is the least
    universal  `holds`: the figure is whether no row fails

    `rule` is the criterion a finding cites.  A measure that rests on an unverified definition says so.
    """

    id: str
    domain: str
    kind: Literal["count", "sum", "rate", "minimum", "universal"]
    rule: str
    title: Text
    definition: Text = NOTHING
    verified: bool = True
    table: str
    sources: tuple[str, ...] = ()
    sql: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The tables without which the measure cannot be taken."""
        return (self.table, *self.sources)


class Identity(Strict):
    """An equation over measures: the sum of `left` stands in `relation` to the sum of `right`.

    `basis` says on what it is tested: the published figures, the records, or the records of two years
    (`years`: left in the year under audit, right in the year before).
    """

    id: str
    rule: str
    domain: str
    title: Text
    severity: Severity = Severity.CRITICAL
    basis: tuple[Literal["published", "records", "years"], ...] = Field(min_length=1)
    left: tuple[str, ...] = Field(min_length=1)
    relation: Literal["=", "<=", ">="] = "="
    right: tuple[str, ...] = Field(min_length=1)


class RowIdentity(Strict):
    """An equation within each row of one table, over its integer columns."""

    id: str
    rule: str
    domain: str
    title: Text
    severity: Severity = Severity.CRITICAL
    table: str
    left: tuple[str, ...] = Field(min_length=1)
    relation: Literal["=", "<=", ">="] = "="
    right: tuple[str, ...] = Field(min_length=1)


class _Identities(Strict):
    figures: tuple[Identity, ...] = ()
    rows: tuple[RowIdentity, ...] = ()

    @model_validator(mode="after")
    def _ids_once(self) -> _Identities:
        ids = [identity.id for identity in self.figures] + [identity.id for identity in self.rows]
        if len(ids) != len(set(ids)):
            raise ValueError("an identity is declared twice")
        return self


def read_measures(path: Path) -> dict[str, Measure]:
    """Every measure of measures.yml, by id.  Raises RulebookError."""
    return {
        name: record(Measure, {**content, "id": name}, f"{path.name}, {name}")
        for name, content in entries(read_yaml(path), path.name).items()
    }


def read_identities(path: Path) -> tuple[tuple[Identity, ...], tuple[RowIdentity, ...]]:
    """The identities of identities.yml over figures, and those within rows.  Raises RulebookError."""
    found = record(_Identities, read_yaml(path), path.name)
    for identity in found.figures:
        if "years" in identity.basis and len(identity.basis) > 1:
            raise RulebookError(
                f"identity {identity.id} mixes years with another basis", where=path.name, remedy="split it"
            )
    return found.figures, found.rows
