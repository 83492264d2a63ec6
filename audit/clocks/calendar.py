"""Working days and calendar days, counted as the law counts them.

Day one is the day after the event; a calendar period that ends on a day off ends on the next working day
(Civil Procedure Law 2021, article 85; SPC interpretation of the Administrative Litigation Law 2018,
article 48).  A working day is a day that the State Council's yearly notice does not take off; a weekend
day declared worked is one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

import chinese_calendar
import numpy as np
import numpy.typing as npt

from audit.errors import AuditError

FIRST = date(2004, 1, 1)
Days = npt.NDArray[np.datetime64]
_FOLDER = "holidays"


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days are worked, from FIRST to the last day of the last year whose notice is known.

    `worked[i]` is day FIRST + i, `cumulative[i]` the number of working days up to and including it.
    """

    worked: npt.NDArray[np.bool_]

    @cached_property
    def cumulative(self) -> npt.NDArray[np.int64]:
        """Working days up to and including each day."""
        return np.cumsum(self.worked)

    @property
    def last_day(self) -> date:
        """The last day known."""
        return FIRST + timedelta(len(self.worked) - 1)

    def add(self, events: Days, n: int | npt.NDArray[np.int64], day_type: str) -> Days:
        """The last day of a period of `n` days after each event; NaT stays NaT.  `day_type` as in a Limit.

        Raises AuditError where the answer lies outside the years for which a notice has been published.
        """
        return self.add_working_days(events, n) if day_type == "working" else self.add_calendar_days(events, n)

    def add_working_days(self, events: Days, n: int | npt.NDArray[np.int64]) -> Days:
        """The n-th working day after each event."""
        cumulative = self.cumulative
        known, index = self._index(events)
        target = cumulative[index[known]] + np.broadcast_to(n, events.shape)[known]
        self._within(bool((target <= cumulative[-1]).all()))
        return _filled(known, np.searchsorted(cumulative, target))

    def add_calendar_days(self, events: Days, n: int | npt.NDArray[np.int64]) -> Days:
        """Each event day plus n days, moved to the next working day when it falls on a day off."""
        cumulative = self.cumulative
        known, index = self._index(events)
        raw = index[known] + np.broadcast_to(n, events.shape)[known]
        self._within(bool((raw < len(self.worked)).all()))
        before = np.where(self.worked[raw], cumulative[raw] - 1, cumulative[raw])
        self._within(bool((before < cumulative[-1]).all()))
        return _filled(known, np.searchsorted(cumulative, before + 1))

    def between(self, first: Days, last: Days, day_type: str) -> npt.NDArray[np.int64]:
        """Days of the type after `first` up to and including `last`; 0 where either is missing or last is earlier."""
        known = ~np.isnat(first) & ~np.isnat(last)
        _, start = self._index(np.where(known, first, np.datetime64(FIRST, "D")))
        _, end = self._index(np.where(known, last, np.datetime64(FIRST, "D")))
        cumulative = self.cumulative if day_type == "working" else np.arange(len(self.worked))
        return np.where(known, np.maximum(cumulative[end] - cumulative[start], 0), 0)

    def _index(self, events: Days) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        days = events.astype("datetime64[D]")
        known = ~np.isnat(days)
        index = np.where(known, (days - np.datetime64(FIRST, "D")).astype("int64"), 0)
        self._within(bool(((index[known] >= 0) & (index[known] < len(self.worked))).all()))
        return known, index

    def outside(self) -> AuditError:
        """What is said of a limit that runs outside the years known."""
        return AuditError(
            "a time limit runs outside the years whose holiday notice is known",
            where=f"the calendar covers {FIRST} to {self.last_day}",
            remedy=f"correct the date; or, once the State Council has published the year {self.last_day.year + 1}, "
            f"write data/{_FOLDER}/{self.last_day.year + 1}.csv with the columns date,kind: one row for each "
            "weekday that is off (kind off) and each weekend day that is worked (kind work)",
        )

    def _within(self, known: bool) -> None:
        if not known:
            raise self.outside()


@cache
def official_calendar() -> Calendar:
    """The calendar of the published notices that the installed library holds.

    From the library's tables: its `is_workday` looks for their first and last day at every call.
    """
    off, worked = chinese_calendar.holidays, chinese_calendar.workdays
    last = date(max(day.year for day in off), 12, 31)
    days = [FIRST + timedelta(i) for i in range((last - FIRST).days + 1)]
    return Calendar(np.array([day in worked or (day.weekday() < 5 and day not in off) for day in days]))


def calendar_with(data: Path) -> Calendar:
    """The official calendar, continued by the years supplied as `data/holidays/<year>.csv`.

    Raises AuditError for a file that cannot be used, or that skips a year.
    """
    calendar = official_calendar()
    for path in sorted((data / _FOLDER).glob("[0-9][0-9][0-9][0-9].csv")):
        year = int(path.stem)
        if year <= calendar.last_day.year:
            continue
        if year != calendar.last_day.year + 1:
            problem = f"the holiday notice of {calendar.last_day.year + 1} is missing before {year}"
            raise AuditError(problem, where=f"{_FOLDER}/{path.name}", remedy="supply the years in order")
        calendar = Calendar(np.concatenate([calendar.worked, _year(path, year)]))
    return calendar


def _year(path: Path, year: int) -> npt.NDArray[np.bool_]:
    first = date(year, 1, 1)
    days = [first + timedelta(i) for i in range((date(year, 12, 31) - first).days + 1)]
    worked = {day: day.weekday() < 5 for day in days}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                day = date.fromisoformat((row.get("date") or "").strip())
                kind = {"off": False, "work": True}[(row.get("kind") or "").strip()]
                if day not in worked or worked[day] == kind:
                    raise ValueError(day)
            except (ValueError, KeyError):
                raise AuditError(
                    f"this is no day off or make-up working day of {year}",
                    where=f"{_FOLDER}/{path.name}, row {number}: {row}",
                    remedy="write date,kind with a weekday as off or a weekend day as work",
                ) from None
            worked[day] = kind
    return np.array([worked[day] for day in days])


def _filled(known: npt.NDArray[np.bool_], index: npt.NDArray[np.int64]) -> Days:
    out = np.full(known.shape, np.datetime64("NaT"), dtype="datetime64[D]")
    out[known] = np.datetime64(FIRST, "D") + index
    return out
