"""Working days of the State Council calendar: a make-up Saturday is one, a holiday Monday is not."""

from datetime import date, timedelta
from functools import cache

from chinese_calendar import is_workday  # type: ignore[import-untyped, unused-ignore]

_DAY = timedelta(days=1)


def is_working(day: date) -> bool:
    """Say whether offices work on this day."""
    return bool(is_workday(day))


@cache
def between(first: date, last: date) -> tuple[date, ...]:
    """List the working days from first to last, both included."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if is_working(day))


def add(start: date, n: int) -> date:
    """Go n working days forward; the start day is not counted, and with n = 0 it is the answer."""
    day = start
    while n:
        day += _DAY
        n -= is_working(day)
    return day


def before(end: date, n: int) -> date:
    """Go n working days back; the day itself is not counted, and with n = 0 it is the answer."""
    day = end
    while n:
        day -= _DAY
        n -= is_working(day)
    return day


def count(start: date, end: date) -> int:
    """Count the working days after start up to and including end."""
    return len(between(start + _DAY, end))


def on_or_after(day: date) -> date:
    """Roll a day forward to a working day."""
    return day if is_working(day) else add(day, 1)
