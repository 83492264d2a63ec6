"""Breaks in series: years from which a figure is no longer counted as before, so that a change is no finding."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from audit.engagement.plan import first_fault
from audit.errors import RulebookError
from audit.model import NOTHING, Strict, Text
from audit.rulebook.documents import read_yaml


class Break(Strict):
    """One break: figures of `from_year` and later are not comparable with those before it.

    `measures` are ours; `rows` names rows of the statutory disclosure form; `where` says where it holds.
    """

    id: str
    from_year: int
    title: Text
    source: str
    certainty: Literal["A", "B", "C", "D", "K+", "K", "K-"]
    where: Text = NOTHING
    measures: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    def between(self, measure: str, year: int) -> bool:
        """Whether it lies between the year before and `year` for this measure."""
        return self.from_year == year and measure in self.measures


def read_breaks(path: Path) -> tuple[Break, ...]:
    """Every break of breaks.yml.  Raises RulebookError."""
    try:
        found = TypeAdapter(tuple[Break, ...]).validate_python(read_yaml(path))
    except ValidationError as error:
        raise RulebookError(
            "the rulebook holds something unexpected",
            where=f"{path.name}: {first_fault(error)}",
            remedy="correct the key or value named",
        ) from None
    if len({broken.id for broken in found}) < len(found):
        raise RulebookError("a break is declared twice", where=path.name, remedy="rename one")
    return found
