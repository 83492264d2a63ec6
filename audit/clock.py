"""Statutory clocks: working days and calendar days, counted as the law counts them.

Day one is the day after the event; a calendar period that ends on a day off ends on the next working day
(Civil Procedure Law 2021, article 85; SPC interpretation of the Administrative Litigation Law 2018,
article 48).  A working day is a day that the State Council's yearly notice does not take off; a weekend
day declared worked is one.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import chinese_calendar
import numpy as np
import numpy.typing as npt

from audit.errors import AuditError

FIRST = date(2004, 1, 1)
Days = npt.NDArray[np.datetime64]


@cache
def _calendar() -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """(is day i a working day, number of working days up to and including day i), i counted from FIRST."""
    last_year = FIRST.year
    while True:
        try:
            chinese_calendar.is_workday(date(last_year + 1, 1, 1))
        except NotImplementedError:
            break
        last_year += 1
    days = (date(last_year, 12, 31) - FIRST).days + 1
    worked = np.array([chinese_calendar.is_workday(FIRST + timedelta(i)) for i in range(days)])
    return worked, np.cumsum(worked)


def last_day_known() -> date:
    """The last day of the last year whose holiday notice the calendar holds."""
    return FIRST + timedelta(len(_calendar()[0]) - 1)


def add_working_days(events: Days, n: int) -> Days:
    """The n-th working day after each event day.  NaT stays NaT.

    Raises AuditError where the answer lies outside the years for which a notice has been published.
    """
    _, cumulative = _calendar()
    known, index = _index(events)
    target = cumulative[index[known]] + n
    _within(bool((target <= cumulative[-1]).all()))
    out = np.full(events.shape, np.datetime64("NaT"), dtype="datetime64[D]")
    out[known] = np.datetime64(FIRST, "D") + np.searchsorted(cumulative, target)
    return out


def add_calendar_days(events: Days, n: int) -> Days:
    """Each event day plus n days, moved to the next working day when it falls on a day off."""
    worked, cumulative = _calendar()
    known, index = _index(events)
    raw = index[known] + n
    _within(bool((raw < len(worked)).all()))
    before = np.where(worked[raw], cumulative[raw] - 1, cumulative[raw])
    _within(bool((before < cumulative[-1]).all()))
    out = np.full(events.shape, np.datetime64("NaT"), dtype="datetime64[D]")
    out[known] = np.datetime64(FIRST, "D") + np.searchsorted(cumulative, before + 1)
    return out


def _index(events: Days) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    days = events.astype("datetime64[D]")
    known = ~np.isnat(days)
    index = np.where(known, (days - np.datetime64(FIRST, "D")).astype("int64"), 0)
    _within(bool(((index[known] >= 0) & (index[known] < len(_calendar()[0]))).all()))
    return known, index


def _within(known: bool) -> None:
    if not known:
        raise AuditError(
            "a time limit runs outside the years whose holiday notice is known",
            where=f"the calendar covers {FIRST} to {last_day_known()}",
            remedy="correct the date, or update the calendar once the State Council has published that year",
        )
