"""Records judged against one version of a time limit: in time, late, open, overdue, or not known.

Vectorised over a whole table.  The clock starts anew at a correction, leaves excluded intervals out, is
extended only by a notice given before the first limit ran out, and in reconsideration starts at deemed
admission where that is earlier than the admission stamped on the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.clocks.calendar import Calendar, Days
from audit.errors import AuditError
from audit.rulebook.rules import Clock, DateRef, Rule

IN_TIME, LATE, OPEN, OVERDUE = "in_time", "late", "open", "overdue"
KEPT = (IN_TIME, OPEN)
_NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Judged:
    """The judgement of each row: `verdict` is missing where the rule does not apply or cannot be judged."""

    due: pd.Series
    verdict: pd.Series


def judge(rule: Rule, frame: pd.DataFrame, calendar: Calendar, as_of: date) -> Judged:
    """Judge every row of `frame` that falls under this version of the rule.

    Raises AuditError when a limit runs outside the calendar, naming the rule and its table.
    """
    clock = rule.clock
    if clock is None:
        raise ValueError(f"rule {rule.id} has no clock")
    applies = _applies(rule, clock, frame)
    try:
        start = _start(clock, frame, applies, calendar)
        due = _due(clock, frame, start, calendar, as_of)
    except AuditError as error:
        where = f"table {clock.table}, rule {rule.id}; {error.where}"
        raise AuditError(error.problem, where=where, remedy=error.remedy) from None
    end = _dates(clock.end, frame)
    cut = np.datetime64(as_of, "D")
    closed = ~np.isnat(end)
    verdict = np.where(closed, np.where(end <= due, IN_TIME, LATE), np.where(cut <= due, OPEN, OVERDUE)).astype(object)
    verdict[np.isnat(due)] = None
    return Judged(
        pd.Series(due.astype("datetime64[us]"), index=frame.index),
        pd.Series(verdict, index=frame.index, dtype="str"),
    )


def _applies(rule: Rule, clock: Clock, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """The rows whose own date selects this version, and that meet the conditions of the clock."""
    selector = _dates(rule.effective.selector, frame)
    applies = ~np.isnat(selector) & (selector >= np.datetime64(rule.effective.from_, "D"))
    if rule.effective.to is not None:
        applies &= selector <= np.datetime64(rule.effective.to, "D")
    for column, values in clock.when.items():
        applies &= frame[column].isin(values).to_numpy(dtype=bool)
    return applies


def _start(clock: Clock, frame: pd.DataFrame, applies: npt.NDArray[np.bool_], calendar: Calendar) -> Days:
    """The day from which each row's limit runs; missing where the rule does not apply to it.

    With deemed admission, a correction starts the review of the application anew and not the limit itself.
    """
    start = _dates(clock.start, frame)
    again = _dates(clock.restart, frame) if clock.restart is not None else np.full(len(frame), _NEVER)
    if clock.deemed is not None:
        received = np.where(applies, _later(_dates(clock.deemed.from_, frame), again), _NEVER)
        deemed = calendar.add(received, clock.deemed.n, clock.deemed.day_type) if clock.deemed.n else received
        start = np.where(np.isnat(start) | (deemed < start), deemed, start)
    else:
        start = _later(start, again)
    return np.where(applies, start, _NEVER)


def _due(clock: Clock, frame: pd.DataFrame, start: Days, calendar: Calendar, as_of: date) -> Days:
    days = np.full(len(frame), clock.limit.n)
    first = _last_day(clock, frame, start, days, calendar, as_of)
    if clock.extension is None:
        return first
    notice = _dates(clock.extension.notice, frame)
    granted = ~np.isnat(notice) & (notice <= first)
    extended = np.where(granted, clock.limit.n + clock.extension.n, clock.limit.n)
    return _last_day(clock, frame, start, extended, calendar, as_of)


def _last_day(
    clock: Clock, frame: pd.DataFrame, start: Days, days: npt.NDArray[np.int64], calendar: Calendar, as_of: date
) -> Days:
    """The last day of a limit of `days`, longer by each excluded interval that falls into it, days shared once."""
    kind = clock.limit.day_type
    last = calendar.add(start, days, kind)
    done = start
    for begun, ended in _in_order(clock, frame, as_of):
        counts = (ended > done) & (begun <= last)
        days = days + calendar.between(
            np.where(counts, np.maximum(begun, done), _NEVER), np.where(counts, ended, _NEVER), kind
        )
        done = np.where(counts, ended, done)
        last = calendar.add(start, days, kind)
    return last


def _in_order(clock: Clock, frame: pd.DataFrame, as_of: date) -> list[tuple[Days, Days]]:
    """The excluded intervals, in each row by their first day; one still running ends at the cut-off date."""
    if not clock.exclude:
        return []
    begun = np.stack([_dates(span.from_, frame) for span in clock.exclude])
    ended = np.stack([_dates(span.to, frame) for span in clock.exclude])
    ended = np.where(~np.isnat(begun) & np.isnat(ended), np.datetime64(as_of, "D"), ended)
    order = np.argsort(begun, axis=0)
    begun, ended = (np.take_along_axis(days, order, axis=0) for days in (begun, ended))
    return list(zip(begun, ended, strict=True))


def _later(first: Days, second: Days) -> Days:
    """The later of two days, where both are known; the second alone starts nothing."""
    return np.where(~np.isnat(second) & (second > first), second, first)


def _dates(ref: DateRef, frame: pd.DataFrame) -> Days:
    """The date of an event; by channel, the date that counts for that channel, else the usual one."""
    if isinstance(ref, str):
        return frame[ref].to_numpy().astype("datetime64[D]")
    found = _dates(ref.usual, frame)
    for code, column in ref.of.items():
        mine = (frame[ref.by] == code).to_numpy(dtype=bool, na_value=False)
        other = _dates(column, frame)
        found = np.where(mine & ~np.isnat(other), other, found)
    return found
