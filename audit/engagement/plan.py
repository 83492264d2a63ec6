"""engagement.toml: whose figures, for which year, until which day, from which records."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from audit.engagement.register import unreadable
from audit.errors import EngagementError
from audit.model import NOTHING, Period, Strict, Text


class Report(Strict):
    """The publication under audit."""

    title: Text
    publisher: Text
    published_on: date | None = None


def _in_both(reason: object) -> object:
    return {"zh": reason, "en": reason} if isinstance(reason, str) else reason


class Records(Strict):
    """What the departmental records are.

    `illustrative` records stand in for records that are not public: nothing may be concluded from them
    about the district.  `not_supplied` names tables that no department delivered, with the reason, in both languages
    or in one that stands for both.
    """

    illustrative: bool = False
    redistribute: bool = True
    note: Text = NOTHING
    not_supplied: dict[str, Annotated[Text, BeforeValidator(_in_both)]] = {}


class YearOnYear(Strict):
    """When a change since last year asks for an explanation: beyond both limits.

    `ignore_breaks` names breaks in series (expectations/breaks.yml) that do not concern this district.
    """

    more_than_cases: int = Field(default=10, ge=0)
    more_than_percent: Decimal = Field(default=Decimal(30), ge=0)
    ignore_breaks: tuple[str, ...] = ()


class Engagement(Strict):
    """The plan of one audit."""

    district: str
    district_name: Text
    year: int
    as_of: date
    fictional: bool = False
    report: Report | None = None
    records: Records = Records()
    year_on_year: YearOnYear = YearOnYear()

    @property
    def period(self) -> Period:
        """The period under audit."""
        return Period(self.year, self.as_of)


def read_engagement(folder: Path) -> Engagement:
    """Read `folder/engagement.toml`.

    Raises EngagementError when it is missing, cannot be read, is not TOML, or holds a key or value that is not
    understood.
    """
    path = folder / "engagement.toml"
    shown = f"{folder.parent.name}/{folder.name}/engagement.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise EngagementError(
            f"there is no engagement {folder.parent.name} {folder.name}",
            where=str(path),
            remedy="check the district and the year, or make the engagement: ./run audit new DISTRICT YEAR",
        ) from None
    except OSError as error:
        raise unreadable(path, shown, error) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EngagementError(
            "engagement.toml is not valid TOML", where=f"{shown}: {error}", remedy="correct the line named"
        ) from None
    try:
        engagement = Engagement.model_validate(document)
    except ValidationError as error:
        raise EngagementError(
            "engagement.toml holds something unexpected",
            where=f"{shown}: {first_fault(error)}",
            remedy="compare with data/huiji/2021/engagement.toml",
        ) from None
    if (engagement.district, str(engagement.year)) != (folder.parent.name, folder.name):
        raise EngagementError(
            f"engagement.toml is about {engagement.district} {engagement.year}",
            where=shown,
            remedy="make district and year the names of the folders that hold the file",
        )
    return engagement


def first_fault(error: ValidationError) -> str:
    """The first fault pydantic found, in one line."""
    fault = error.errors()[0]
    place = ".".join(str(part) for part in fault["loc"])
    value = "" if fault["type"] in ("missing", "extra_forbidden") else f" (found {fault['input']!r})"
    return f"{place}: {fault['msg']}{value}"
