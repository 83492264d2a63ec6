"""Statutory clocks: calendars of working days, and records judged against dated time limits."""

from audit.clocks.calendar import Calendar, Days, calendar_with, official_calendar

__all__ = ["Calendar", "Days", "calendar_with", "official_calendar"]
