"""Working days and calendar days, held against worked deadlines and a second holiday data set."""

from datetime import date, timedelta

import holidays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clocks import Days, official_calendar
from audit.errors import AuditError

CALENDAR = official_calendar()

# Event day, working days, deadline (two holiday data sets that agree).
DOMAIN_2_4_WORKING = [
    ("2021-09-10", 20, "2021-10-14"),
    ("2021-01-25", 20, "2021-02-25"),
    ("2021-12-10", 20, "2022-01-10"),
    ("2021-02-05", 5, "2021-02-18"),
    ("2021-04-26", 5, "2021-05-06"),
    ("2021-09-28", 7, "2021-10-13"),
    ("2020-01-20", 20, "2020-02-25"),
    ("2024-09-27", 5, "2024-10-10"),
]
# Event day, calendar days, deadline after rolling over days off.
DOMAIN_2_4_CALENDAR = [
    ("2021-08-02", 60, "2021-10-08"),
    ("2021-07-15", 90, "2021-10-13"),
    ("2021-09-16", 15, "2021-10-08"),
    ("2023-10-31", 60, "2024-01-02"),
]
# Section 2.5: the last day on which a case can start and be overdue at the year's end, that is, have its
# deadline before 31 December; a deadline on 31 December itself is still kept by acting on that day.
DOMAIN_2_5 = {
    2019: ("12-02", "11-04", "10-31", "10-01", "11-30"),
    2020: ("12-02", "11-04", "10-31", "10-01", "11-30"),
    2021: ("12-02", "11-04", "10-31", "10-01", "11-30"),
    2022: ("12-04", "11-06", "10-31", "10-01", "11-30"),
    2023: ("12-03", "11-05", "10-30", "09-30", "11-29"),
    2024: ("12-02", "11-04", "10-31", "10-01", "11-30"),
    2025: ("12-02", "11-04", "10-31", "10-01", "11-30"),
}
DOMAIN_2_5_LIMITS = (("working", 20), ("working", 40), ("calendar", 60), ("calendar", 90), ("calendar", 30))
# Section 12.1: working days a year, from the notices; and the months of 2021.
DOMAIN_12_1_YEARS = {2018: 250, 2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
DOMAIN_12_1_MONTHS_OF_2021 = [20, 17, 23, 22, 19, 21, 22, 22, 22, 17, 22, 23]


def days(*shown: str) -> Days:
    return np.array(shown, dtype="datetime64[D]")


def every_day(first: str, last: str) -> Days:
    return np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)


def due(kind: str, events: Days, n: int) -> Days:
    return CALENDAR.add_working_days(events, n) if kind == "working" else CALENDAR.add_calendar_days(events, n)


def worked(some: Days) -> list[bool]:
    """Whether each day is a working day: then it is the first after the day before it."""
    return [bool(same) for same in CALENDAR.add_working_days(some - 1, 1) == some]


@pytest.mark.parametrize(("event", "n", "deadline"), DOMAIN_2_4_WORKING)
def test_domain_2_4_working_days(event: str, n: int, deadline: str) -> None:
    assert CALENDAR.add_working_days(days(event), n).tolist() == [date.fromisoformat(deadline)]


@pytest.mark.parametrize(("event", "n", "deadline"), DOMAIN_2_4_CALENDAR)
def test_domain_2_4_calendar_days_roll_over_days_off(event: str, n: int, deadline: str) -> None:
    assert CALENDAR.add_calendar_days(days(event), n).tolist() == [date.fromisoformat(deadline)]


def test_domain_2_4_skipping_weekends_alone_is_wrong_for_188_days_of_2021() -> None:
    events = every_day("2021-01-01", "2021-12-31")
    naive = np.busday_offset(events, 20, roll="backward")
    apart = np.abs((CALENDAR.add_working_days(events, 20) - naive).astype(int))
    assert int(np.count_nonzero(apart)) == 188
    assert int(apart.max()) == 7


@pytest.mark.parametrize("year", DOMAIN_2_5)
def test_domain_2_5_who_is_overdue_at_the_year_s_end(year: int) -> None:
    end = np.datetime64(f"{year}-12-31", "D")
    for (kind, n), last_overdue in zip(DOMAIN_2_5_LIMITS, DOMAIN_2_5[year], strict=True):
        start = days(f"{year}-{last_overdue}")
        assert due(kind, start, n)[0] < end, (kind, n)
        assert due(kind, start + 1, n)[0] >= end, (kind, n)


@pytest.mark.parametrize("year", range(2006, 2027))
def test_the_calendar_agrees_with_a_second_data_set_on_every_day(year: int) -> None:
    second = holidays.country_holidays("CN", years=range(year - 1, year + 2))
    some = every_day(f"{year}-01-01", f"{year}-12-31")
    expected = [second.is_working_day(day) for day in some.tolist()]
    assert [day for day, a, b in zip(some.tolist(), worked(some), expected, strict=True) if a != b] == []


@pytest.mark.parametrize(("year", "number"), DOMAIN_12_1_YEARS.items())
def test_domain_12_1_working_days_of_the_year(year: int, number: int) -> None:
    assert sum(worked(every_day(f"{year}-01-01", f"{year}-12-31"))) == number


def test_domain_12_1_working_days_of_each_month_of_2021() -> None:
    some = every_day("2021-01-01", "2021-12-31")
    months = [0] * 12
    for day, works in zip(some.tolist(), worked(some), strict=True):
        months[day.month - 1] += works
    assert months == DOMAIN_12_1_MONTHS_OF_2021


@pytest.mark.parametrize("kind", ["working", "calendar"])
def test_a_missing_event_has_no_deadline_and_disturbs_no_other(kind: str) -> None:
    found = due(kind, days("2021-03-01", "NaT", "2021-03-02"), 10)
    assert np.isnat(found).tolist() == [False, True, False]
    assert found[[0, 2]].tolist() == due(kind, days("2021-03-01", "2021-03-02"), 10).tolist()
    assert np.isnat(due(kind, days("NaT", "NaT"), 10)).all()
    assert due(kind, days(), 10).tolist() == []


@pytest.mark.parametrize("kind", ["working", "calendar"])
def test_years_without_a_published_notice_are_refused_in_clear_words(kind: str) -> None:
    last = CALENDAR.last_day
    after = (last + timedelta(1)).isoformat()
    for event, n in (("2003-12-31", 1), (after, 1), (last.isoformat(), 1), ("2021-01-04", 100_000)):
        with pytest.raises(AuditError) as refused:
            due(kind, days("2021-03-01", "NaT", event), n)
        assert f"the calendar covers 2004-01-01 to {last}" in str(refused.value), event
        assert "to do: " in str(refused.value)


def test_a_calendar_limit_that_rolls_into_an_unpublished_year_is_refused() -> None:
    end = CALENDAR.last_day
    last_worked = max(day for day in every_day(f"{end.year}-12-01", str(end)).tolist() if worked(days(str(day)))[0])
    event = last_worked - timedelta(30)
    assert CALENDAR.add_calendar_days(days(str(event)), 30).tolist() == [last_worked]
    for n in range(31, 34 + (end - last_worked).days):
        with pytest.raises(AuditError):
            CALENDAR.add_calendar_days(days(str(event)), n)


def test_the_calendar_ends_with_a_whole_year_and_holds_the_one_after_2025() -> None:
    last = CALENDAR.last_day
    assert (last.month, last.day) == (12, 31)
    assert last.year >= 2026


def test_events_with_a_finer_unit_are_counted_by_their_day() -> None:
    events = np.array(["2021-09-10T00:00:00", "2021-09-10T23:59:59", "NaT"], dtype="datetime64[us]")
    found = CALENDAR.add_working_days(events, 20)
    assert found[:2].tolist() == [date(2021, 10, 14)] * 2
    assert np.isnat(found[2])


some_day = st.dates(date(2004, 1, 1), date(2025, 9, 30)).map(lambda day: days(day.isoformat()))


@given(some_day, st.integers(1, 200))
def test_a_working_day_deadline_is_later_is_worked_and_grows_with_the_limit(event: Days, n: int) -> None:
    found = CALENDAR.add_working_days(event, n)
    assert found[0] > event[0]
    assert worked(found) == [True]
    assert CALENDAR.add_working_days(event, n + 1)[0] > found[0]
    assert sum(worked(every_day(str(event[0] + 1), str(found[0])))) == n


@given(some_day, st.integers(1, 100), st.integers(1, 100))
def test_working_days_may_be_counted_in_two_parts(event: Days, first: int, second: int) -> None:
    parts = CALENDAR.add_working_days(CALENDAR.add_working_days(event, first), second)
    assert parts[0] == CALENDAR.add_working_days(event, first + second)[0]


@given(some_day, st.integers(1, 365))
def test_a_calendar_deadline_is_the_first_working_day_from_the_last_day(event: Days, n: int) -> None:
    raw, found = event + n, CALENDAR.add_calendar_days(event, n)
    assert found[0] >= raw[0]
    assert worked(found) == [True]
    assert not any(worked(every_day(str(raw[0]), str(found[0] - 1)))) if found[0] > raw[0] else worked(raw) == [True]
