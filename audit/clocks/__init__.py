"""Statutory clocks: calendars of working days, and records judged against dated time limits."""

from audit.clocks.calendar import Calendar, Days, calendar_with, official_calendar
from audit.clocks.period import Judged, judge

__all__ = ["Calendar", "Days", "Judged", "calendar_with", "judge", "official_calendar"]
