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
    start = np.where(applies, _start(clock, frame, calendar), np.datetime64("NaT", "D"))
    try:
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


def _start(clock: Clock, frame: pd.DataFrame, calendar: Calendar) -> Days:
    start = _dates(clock.start, frame)
    if clock.deemed is not None:
        received = _dates(clock.deemed.from_, frame)
        deemed = calendar.add(received, clock.deemed.n, clock.deemed.day_type) if clock.deemed.n else received
        start = np.where(np.isnat(start) | (deemed < start), deemed, start)
    if clock.restart is not None:
        again = _dates(clock.restart, frame)
        start = np.where(~np.isnat(again) & (again > start), again, start)
    return start


def _due(clock: Clock, frame: pd.DataFrame, start: Days, calendar: Calendar, as_of: date) -> Days:
    kind = clock.limit.day_type
    days = np.full(len(frame), clock.limit.n)
    first = calendar.add(start, days, kind)
    for span in clock.exclude:
        begun, ended = _dates(span.from_, frame), _dates(span.to, frame)
        # A consultation still running excludes the time up to the cut-off date.
        ended = np.where(~np.isnat(begun) & np.isnat(ended), np.datetime64(as_of, "D"), ended)
        counts = ~np.isnat(begun) & (begun >= start) & (begun <= first)
        days = days + np.where(counts, calendar.between(begun, ended, kind), 0)
        first = calendar.add(start, days, kind)
    if clock.extension is None:
        return first
    notice = _dates(clock.extension.notice, frame)
    granted = ~np.isnat(notice) & (notice <= first)
    return np.where(granted, calendar.add(start, days + np.where(granted, clock.extension.n, 0), kind), first)


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
