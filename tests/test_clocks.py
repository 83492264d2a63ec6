"""Records judged against dated time limits: on the last day in time, the next day late."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from audit.clocks import Calendar, calendar_with, official_calendar
from audit.clocks.period import judge
from audit.errors import AuditError, RulebookError
from audit.intake.reader import DTYPES
from audit.rulebook import Rule, Rulebook, load_rulebook

SHIPPED = Path(__file__).parents[1] / "expectations"
CALENDAR = official_calendar()
YEAR_END = date(2021, 12, 31)
Row = dict[str, Any]

# Event day, kind of days, limit, last day.
DOMAIN_2_4 = [
    ("2021-09-10", "working", 20, "2021-10-14"),
    ("2021-01-25", "working", 20, "2021-02-25"),
    ("2021-12-10", "working", 20, "2022-01-10"),
    ("2021-02-05", "working", 5, "2021-02-18"),
    ("2021-04-26", "working", 5, "2021-05-06"),
    ("2021-09-28", "working", 7, "2021-10-13"),
    ("2020-01-20", "working", 20, "2020-02-25"),
    ("2024-09-27", "working", 5, "2024-10-10"),
    ("2021-08-02", "calendar", 60, "2021-10-08"),
    ("2021-07-15", "calendar", 90, "2021-10-13"),
    ("2021-09-16", "calendar", 15, "2021-10-08"),
    ("2023-10-31", "calendar", 60, "2024-01-02"),
]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook(SHIPPED)


def day(text: str) -> date:
    return date.fromisoformat(text)


def next_day(text: str) -> str:
    return (day(text) + timedelta(1)).isoformat()


def records(book: Rulebook, table: str, rows: list[Row]) -> pd.DataFrame:
    """Rows of a declared table, typed as the reader types them; what is not given is missing."""
    data = {}
    for name, column in book.tables[table].columns.items():
        cells = [row.get(name) for row in rows]
        if column.type == "date":
            cells = [pd.NaT if cell is None else pd.Timestamp(cell) for cell in cells]
        data[name] = pd.Series(cells, dtype=DTYPES[column.type])
    unknown = {name for row in rows for name in row} - set(data)
    assert not unknown
    return pd.DataFrame(data)


def judged(
    book: Rulebook, rule: str, *rows: Row, as_of: date = YEAR_END, calendar: Calendar = CALENDAR
) -> list[tuple[str | None, str | None]]:
    """The last day and the judgement of each row."""
    criterion = book.rules[rule]
    assert criterion.clock is not None
    found = judge(criterion, records(book, criterion.clock.table, list(rows)), calendar, as_of)
    due = [None if pd.isna(cell) else cell.date().isoformat() for cell in found.due]
    return [(d, None if pd.isna(v) else str(v)) for d, v in zip(due, found.verdict, strict=True)]


def verdicts(book: Rulebook, rule: str, *rows: Row, as_of: date = YEAR_END) -> list[str | None]:
    return [verdict for _, verdict in judged(book, rule, *rows, as_of=as_of)]


def plain(n: int, day_type: str) -> Rule:
    """A limit with nothing about it, on disclosure requests."""
    text = {"zh": "试", "en": "trial"}
    return Rule.model_validate(
        {
            "id": "PLAIN",
            "domain": "disclosure",
            "kind": "deadline",
            "citation": {"law": "本项目规则"},
            "effective": {"from": date(2005, 1, 1), "selector": "received_date"},
            "severity": "warning",
            "certainty": "D",
            "verified": True,
            "title": text,
            "effect": text,
            "recommendation": text,
            "clock": {
                "table": "disclosure_requests",
                "start": "received_date",
                "end": "reply_date",
                "limit": {"n": n, "day_type": day_type},
            },
        }
    )


# Boundaries ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("event", "kind", "n", "last"), DOMAIN_2_4)
def test_domain_2_4_on_the_last_day_in_time_and_the_next_day_late(
    book: Rulebook, event: str, kind: str, n: int, last: str
) -> None:
    rows = [{"received_date": event, "reply_date": end} for end in (last, next_day(last), None)]
    frame = records(book, "disclosure_requests", rows)
    on_the_day = judge(plain(n, kind), frame, CALENDAR, day(last))
    assert [cell.date() for cell in on_the_day.due] == [day(last)] * 3
    assert on_the_day.verdict.tolist() == ["in_time", "late", "open"]
    assert judge(plain(n, kind), frame, CALENDAR, day(next_day(last))).verdict.tolist()[2] == "overdue"


def test_a_calendar_limit_that_ends_on_a_day_off_rolls_to_the_next_working_day(book: Rulebook) -> None:
    case = {"instance": "first", "copy_received_date": "2021-09-16"}  # the fifteenth day is 1 October
    rows = [case | {"defence_filed_date": end} for end in ("2021-10-07", "2021-10-08", "2021-10-09")]
    found = judged(book, "LIT-T01", *rows)
    assert found == [("2021-10-08", "in_time"), ("2021-10-08", "in_time"), ("2021-10-08", "late")]


def test_domain_2_5_of_six_open_requests_those_received_by_2_december_2021_are_overdue(book: Rulebook) -> None:
    received = ["2021-11-04", "2021-11-05", "2021-12-01", "2021-12-02", "2021-12-03", "2021-12-30"]
    six = [{"received_date": when, "channel": "in_person", "status": "open"} for when in received]
    assert verdicts(book, "GID-T01", *six) == ["overdue"] * 4 + ["open"] * 2
    for step, saved in (
        ({"extension_notice_date": "2021-12-02"}, ["overdue"] + ["open"] * 5),  # the fourth is past even an extension
        ({"corrected_date": "2021-12-03", "correction_notice_date": "2021-12-02"}, ["open"] * 6),
        ({"consultation_from": "2021-12-02"}, ["open"] * 6),
    ):
        assert verdicts(book, "GID-T01", *(row | step for row in six)) == saved, step


# What lengthens and restarts ----------------------------------------------------------------------------


def test_an_extension_notified_on_the_last_day_counts_and_a_day_later_does_not(book: Rulebook) -> None:
    asked = {"received_date": "2021-09-10", "channel": "in_person", "delivery": "handed"}  # to 14 October; 40 days end
    found = judged(
        book,
        "GID-T01",
        asked | {"extension_notice_date": "2021-10-14", "reply_date": "2021-11-11"},
        asked | {"extension_notice_date": "2021-10-14", "reply_date": "2021-11-12"},
        asked | {"extension_notice_date": "2021-10-15", "reply_date": "2021-11-11"},
    )
    assert found == [("2021-11-11", "in_time"), ("2021-11-11", "late"), ("2021-10-14", "late")]


def test_a_correction_starts_the_clock_anew_and_stops_it_while_awaited(book: Rulebook) -> None:
    asked: Row = {"received_date": "2021-03-01", "channel": "in_person", "correction_notice_date": "2021-03-08"}
    again = CALENDAR.add(np.array(["2021-09-10"], dtype="datetime64[D]"), 20, "working")[0].item().isoformat()
    rows = [asked | {"corrected_date": "2021-09-10", "reply_date": end} for end in (again, next_day(again))]
    assert judged(book, "GID-T01", *rows) == [(again, "in_time"), (again, "late")]
    assert verdicts(book, "GID-T01", asked) == ["open"]
    assert verdicts(book, "GID-T01", asked | {"correction_notice_date": None}) == ["overdue"]


def test_a_correction_that_is_earlier_than_receipt_starts_nothing(book: Rulebook) -> None:
    row = {"received_date": "2021-09-10", "channel": "in_person", "corrected_date": "2021-09-01"}
    assert judged(book, "GID-T01", row | {"reply_date": "2021-10-15"}) == [("2021-10-14", "late")]


def test_consultation_does_not_count_and_one_still_running_stops_the_clock(book: Rulebook) -> None:
    asked = {"received_date": "2021-09-10", "channel": "in_person"}
    # Sent on 13 September, back on the 17th: four working days do not count, and 14 October becomes the 20th.
    consulted = asked | {"consultation_from": "2021-09-13", "consultation_to": "2021-09-17"}
    rows = [consulted | {"reply_date": end} for end in ("2021-10-20", "2021-10-21")]
    assert judged(book, "GID-T01", *rows) == [("2021-10-20", "in_time"), ("2021-10-20", "late")]
    assert verdicts(book, "GID-T01", asked | {"consultation_from": "2021-09-13"}) == ["open"]
    too_late = asked | {"consultation_from": "2021-10-15", "consultation_to": "2021-11-30"}
    assert judged(book, "GID-T01", too_late | {"reply_date": "2021-12-01"}) == [("2021-10-14", "late")]


def test_a_consultation_counts_from_the_restart_and_also_within_an_extension(book: Rulebook) -> None:
    begun_before = {
        "received_date": "2021-08-02",
        "channel": "in_person",
        "consultation_from": "2021-09-06",
        "correction_notice_date": "2021-08-09",
        "corrected_date": "2021-09-10",
        "consultation_to": "2021-09-14",  # two working days after the restart
        "reply_date": "2021-10-18",
    }
    assert judged(book, "GID-T01", begun_before) == [("2021-10-18", "in_time")]
    extended = {
        "received_date": "2021-09-10",
        "channel": "in_person",
        "extension_notice_date": "2021-10-14",
        "consultation_from": "2021-10-20",
        "consultation_to": "2021-10-22",
        "reply_date": "2021-11-15",
    }
    assert judged(book, "GID-T01", extended) == [("2021-11-15", "in_time")]


def test_days_excluded_twice_are_left_out_once(book: Rulebook) -> None:
    case = {"received_date": "2021-03-01", "admitted_date": "2021-03-01", "disposition": "admitted"}
    both = case | {"correction_notice_date": "2021-03-05", "corrected_date": "2021-03-15"}
    within = both | {"suspended_from": "2021-03-08", "suspended_to": "2021-03-12"}
    beyond = both | {"suspended_from": "2021-03-10", "suspended_to": "2021-03-20"}
    before = both | {"suspended_from": "2021-03-02", "suspended_to": "2021-03-10"}
    apart = both | {"suspended_from": "2021-03-20", "suspended_to": "2021-03-22"}
    found = judged(book, "REC-A07", both, within, beyond, before, apart)
    assert [due for due, _ in found] == ["2021-05-10", "2021-05-10", "2021-05-17", "2021-05-13", "2021-05-12"]


def test_suspension_does_not_count_towards_a_reconsideration_decision(book: Rulebook) -> None:
    case = {"received_date": "2021-03-01", "admitted_date": "2021-03-01", "disposition": "admitted"}
    stopped = case | {"suspended_from": "2021-04-01", "suspended_to": "2021-04-11"}
    found = judged(book, "REC-A07", case | {"closed_date": "2021-04-30"}, stopped | {"closed_date": "2021-05-10"})
    assert found == [("2021-04-30", "in_time"), ("2021-05-10", "in_time")]
    running = case | {"suspended_from": "2021-04-01"}
    assert verdicts(book, "REC-A07", case, running) == ["overdue", "open"]


# Channels -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "confirmed", "last"),
    [
        ("in_person", "2021-09-13", "2021-10-14"),
        ("registered_post", "2021-09-13", "2021-10-14"),
        ("letter", "2021-09-13", "2021-10-15"),
        ("internet", "2021-09-13", "2021-10-15"),
        ("internet", None, "2021-10-14"),
        (None, "2021-09-13", "2021-10-14"),
    ],
)
def test_receipt_is_the_day_of_confirmation_for_letters_and_the_internet(
    book: Rulebook, channel: str | None, confirmed: str | None, last: str
) -> None:
    row: Row = {"received_date": "2021-09-10", "channel": channel, "confirmed_date": confirmed, "reply_date": last}
    assert judged(book, "GID-T01", row) == [(last, "in_time")]


@pytest.mark.parametrize(
    ("delivery", "posted", "verdict"),
    [
        ("post", "2021-10-14", "in_time"),
        ("post", "2021-10-15", "late"),
        ("post", None, "late"),
        ("handed", "2021-10-14", "late"),
        ("electronic", "2021-10-14", "late"),
        (None, "2021-10-14", "late"),
    ],
)
def test_a_reply_by_post_counts_on_the_day_of_posting(
    book: Rulebook, delivery: str | None, posted: str | None, verdict: str
) -> None:
    row: Row = {"received_date": "2021-09-10", "channel": "in_person", "reply_date": "2021-10-18"}
    assert verdicts(book, "GID-T01", row | {"delivery": delivery, "posted_date": posted}) == [verdict]


# Versions -----------------------------------------------------------------------------------------------


def test_silence_admits_on_receipt_under_the_old_law_and_after_five_days_under_the_new(book: Rulebook) -> None:
    case = {"disposition": "admitted", "track": "ordinary"}
    old = case | {"received_date": "2023-12-31", "admitted_date": "2024-01-08"}
    new = case | {"received_date": "2024-01-01", "admitted_date": "2024-01-31"}
    as_of = date(2024, 12, 31)
    assert judged(book, "REC-A07", old, new, as_of=as_of) == [("2024-02-29", "overdue"), (None, None)]
    # Five working days after New Year's Day end on 8 January; 60 more on 8 March.
    assert judged(book, "REC-B08", old, new, as_of=as_of) == [(None, None), ("2024-03-08", "overdue")]


def test_an_early_admission_is_not_put_off_by_deemed_admission(book: Rulebook) -> None:
    case = {"disposition": "admitted", "track": "ordinary", "received_date": "2024-03-01"}
    rows = [case | {"admitted_date": "2024-03-04"}, case]
    assert [due for due, _ in judged(book, "REC-B08", *rows)] == ["2024-05-06", "2024-05-07"]


def test_a_correction_starts_the_review_anew_and_not_the_sixty_days(book: Rulebook) -> None:
    case = {
        "disposition": "admitted",
        "track": "ordinary",
        "received_date": "2024-03-01",
        "correction_notice_date": "2024-03-06",
        "corrected_date": "2024-03-11",
    }
    rows = [case | {"admitted_date": "2024-03-14"}, case | {"admitted_date": "2024-03-29"}]
    assert [due for due, _ in judged(book, "REC-B08", *rows)] == ["2024-05-13", "2024-05-17"]


def test_correction_time_is_left_out_under_the_old_law(book: Rulebook) -> None:
    case = {"disposition": "admitted", "received_date": "2021-03-01", "admitted_date": "2021-03-12"}
    corrected = case | {"correction_notice_date": "2021-03-02", "corrected_date": "2021-03-12"}
    assert [due for due, _ in judged(book, "REC-A07", case, corrected)] == ["2021-04-30", "2021-05-10"]


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("REC-A01", "REC-B01", {"disposition": "refused", "disposition_date": "2024-01-02"}),
        ("REC-A05", "REC-B05", {"admitted_date": "2024-01-02", "copy_sent_date": "2024-01-03"}),
        ("REC-A06", "REC-B06", {"copy_sent_date": "2024-01-03", "answer_date": "2024-01-04"}),
        ("REC-A07", "REC-B08", {"admitted_date": "2024-01-02", "closed_date": "2024-01-31"}),
    ],
)
def test_the_day_of_receipt_chooses_the_version(book: Rulebook, old: str, new: str, row: Row) -> None:
    case = {"disposition": "admitted", "track": "ordinary"} | row
    rows = [case | {"received_date": when} for when in ("2023-12-31", "2024-01-01")]
    assert verdicts(book, old, *rows) == ["in_time", None]
    assert verdicts(book, new, *rows) == [None, "in_time"]
    assert book.rules[old].series == book.rules[new].series != ""


def test_the_respondent_s_ten_days_are_calendar_days_before_2024_and_working_days_after(book: Rulebook) -> None:
    case = {"disposition": "admitted", "track": "ordinary"}
    old = case | {"received_date": "2023-03-01", "copy_sent_date": "2023-03-06"}
    new = case | {"received_date": "2024-03-01", "copy_sent_date": "2024-03-06"}
    assert judged(book, "REC-A06", old | {"answer_date": "2023-03-16"}) == [("2023-03-16", "in_time")]
    assert judged(book, "REC-B06", new | {"answer_date": "2024-03-20"}) == [("2024-03-20", "in_time")]


def test_silence_is_no_breach_for_what_the_old_law_admits_by_itself(book: Rulebook) -> None:
    late: Row = {"disposition_date": "2021-03-31", "received_date": "2021-03-01"}
    rows = [late | {"disposition": code} for code in ("admitted", "refused", "told_elsewhere", "withdrawn", None)]
    assert verdicts(book, "REC-A01", *rows) == [None, "late", "late", None, None]
    pending = [{"disposition": "pending", "received_date": when} for when in ("2021-12-23", "2021-12-24")]
    assert verdicts(book, "REC-A01", *pending) == ["overdue", "open"]  # the fifth working day is the 30th or the 31st


def test_the_simplified_track_has_thirty_days_and_no_extension(book: Rulebook) -> None:
    case = {"disposition": "admitted", "received_date": "2024-03-01", "admitted_date": "2024-03-01"}
    noticed = case | {"extension_notice_date": "2024-03-20", "track": "simplified"}
    rows = [noticed | {"closed_date": end} for end in ("2024-04-01", "2024-04-02")]
    assert judged(book, "REC-B09", *rows) == [("2024-04-01", "in_time"), ("2024-04-01", "late")]  # 31 March is a Sunday
    assert verdicts(book, "REC-B08", *rows) == [None, None]
    assert verdicts(book, "REC-B09", case | {"track": "ordinary"}, case) == [None, None]
    copied = noticed | {"copy_sent_date": "2024-03-06", "answer_date": "2024-03-13"}
    assert judged(book, "REC-B07", copied) == [("2024-03-06", "in_time")]
    assert judged(book, "REC-B07-R", copied) == [("2024-03-13", "in_time")]


def test_cases_opened_before_the_new_penalty_law_are_judged_by_no_limit(book: Rulebook) -> None:
    case = {"procedure": "ordinary", "decided_date": "2021-10-14"}
    rows = [case | {"filed_date": when} for when in ("2021-07-14", "2021-07-15")]
    assert judged(book, "ENF-T01", *rows) == [(None, None), ("2021-10-13", "late")]
    assert verdicts(book, "ENF-T01", rows[1] | {"decided_date": "2021-10-13"}) == ["in_time"]
    before = book.rules["ENF-T01b"]
    assert (before.clock, before.verified, before.series) == (None, False, "ENF-T01")
    assert before.effective.covers(date(2021, 7, 14))
    assert not before.effective.covers(date(2021, 7, 15))


def test_a_limit_of_its_own_time_for_old_disclosure_requests(book: Rulebook) -> None:
    rows = [{"received_date": when, "reply_date": "2019-06-11"} for when in ("2019-05-14", "2019-05-15")]
    assert verdicts(book, "GID-T01b", *rows) == ["late", None]
    assert verdicts(book, "GID-T01", *rows) == [None, "in_time"]


def test_a_notice_that_was_never_given_or_a_decision_never_published_is_not_judged(book: Rulebook) -> None:
    request = {"received_date": "2021-09-28", "channel": "in_person"}
    rows = [request, *(request | {"correction_notice_date": d} for d in ("2021-10-13", "2021-10-14"))]
    assert verdicts(book, "GID-T03", *rows) == [None, "in_time", "late"]
    decision = {"decided_date": "2021-09-28", "filed_date": "2021-07-01"}
    rows = [decision, *(decision | {"published_date": d} for d in ("2021-10-13", "2021-10-14"))]
    assert verdicts(book, "ENF-T13", *rows) == [None, "in_time", "late"]


def test_a_decision_is_served_in_seven_days_only_where_the_party_was_absent(book: Rulebook) -> None:
    decision: Row = {"decided_date": "2021-09-28", "served_date": "2021-10-14"}
    rows = [decision | {"party_present": code} for code in ("yes", "no", None)]
    assert verdicts(book, "ENF-T02", *rows) == [None, "late", None]


# What cannot be judged ----------------------------------------------------------------------------------


def test_a_missing_day_or_an_unknown_code_is_neither_in_time_nor_late(book: Rulebook) -> None:
    assert judged(book, "GID-T01", {}, {"reply_date": "2021-05-06"}) == [(None, None)] * 2
    docket: Row = {"copy_received_date": "2021-03-01", "defence_filed_date": "2021-12-01"}
    rows = [docket | {"instance": code} for code in ("nowhere", None, "first")]
    assert verdicts(book, "LIT-T01", *rows) == [None, None, "late"]
    assert judged(book, "LIT-T01") == []


def test_every_clock_judges_a_table_of_blanks_as_unknown(book: Rulebook) -> None:
    for rule in book.rules.values():
        if rule.clock is not None:
            assert judged(book, rule.id, {}, {}) == [(None, None)] * 2, rule.id


def test_a_day_of_another_version_outside_the_calendar_disturbs_nobody(book: Rulebook) -> None:
    rows = [{"received_date": "2003-01-06"}, {"received_date": "2021-09-10", "reply_date": "2021-10-14"}]
    assert verdicts(book, "GID-T01", *rows) == [None, "in_time"]


def holidays(data: Path, year: int, off: list[str], work: list[str]) -> None:
    (data / "holidays").mkdir(exist_ok=True)
    with (data / "holidays" / f"{year}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "kind"])
        writer.writerows([*((when, "off") for when in off), *((when, "work") for when in work)])


def test_a_year_not_yet_published_is_refused_and_judged_once_supplied(book: Rulebook, tmp_path: Path) -> None:
    end = CALENDAR.last_day
    year, event = end.year + 1, date(end.year, 12, 30).isoformat()
    row = {"received_date": event, "channel": "in_person"}
    with pytest.raises(AuditError) as refused:
        judged(book, "GID-T01", row, as_of=end)
    for words in ("rule GID-T01", "table disclosure_requests", f"data/holidays/{year}.csv", "date,kind", "off", "work"):
        assert words in str(refused.value)
    first = date(year, 1, 1)
    weekdays = [first + timedelta(i) for i in range(60) if (first + timedelta(i)).weekday() < 5]
    saturday = next(d for d in (first + timedelta(i) for i in range(7)) if d.weekday() == 5)
    holidays(tmp_path, year, [weekdays[0].isoformat()], [saturday.isoformat()])
    calendar = calendar_with(tmp_path)
    assert calendar.last_day == date(year, 12, 31)
    days = sorted([*weekdays[1:], saturday])
    passed = CALENDAR.between(np.array([event], "datetime64[D]"), np.array([end], "datetime64[D]"), "working")
    left = 20 - int(passed[0])
    last = days[left - 1].isoformat()
    late = row | {"reply_date": next_day(last)}
    found = judged(book, "GID-T01", row | {"reply_date": last}, late, as_of=date(year, 12, 31), calendar=calendar)
    assert found == [(last, "in_time"), (last, "late")]


def test_deemed_admission_in_an_unpublished_year_names_rule_and_table(book: Rulebook) -> None:
    row = {"disposition": "pending", "track": "ordinary", "received_date": CALENDAR.last_day.isoformat()}
    with pytest.raises(AuditError, match="table reconsideration_cases, rule REC-B08"):
        judged(book, "REC-B08", row, as_of=CALENDAR.last_day)


@pytest.mark.parametrize(
    ("year", "off", "words"),
    [(2, [], "is missing before"), (1, ["SATURDAY"], "no day off or make-up"), (1, ["nonsense"], "no day off")],
)
def test_a_holiday_file_that_cannot_be_used_is_refused(tmp_path: Path, year: int, off: list[str], words: str) -> None:
    found = CALENDAR.last_day.year + year
    saturday = next(d for d in (date(found, 1, 1) + timedelta(i) for i in range(7)) if d.weekday() == 5)
    holidays(tmp_path, found, [saturday.isoformat() if when == "SATURDAY" else when for when in off], [])
    with pytest.raises(AuditError, match=words):
        calendar_with(tmp_path)


# Whole tables at once -----------------------------------------------------------------------------------


def a_request(rng: random.Random) -> Row:
    received = date(2018, 6, 1) + timedelta(rng.randrange(2200))

    def later(most: int, chance: float) -> str | None:
        return (received + timedelta(rng.randrange(most))).isoformat() if rng.random() < chance else None

    return {
        "received_date": received.isoformat() if rng.random() < 0.95 else None,
        "channel": rng.choice(["in_person", "registered_post", "letter", "internet", None]),
        "confirmed_date": later(5, 0.6),
        "correction_notice_date": later(15, 0.3),
        "corrected_date": later(40, 0.2),
        "consultation_from": later(30, 0.3),
        "consultation_to": later(60, 0.2),
        "extension_notice_date": later(60, 0.3),
        "reply_date": later(120, 0.8),
        "delivery": rng.choice(["handed", "post", "electronic", None]),
        "posted_date": later(110, 0.5),
    }


def test_a_million_records_are_judged_as_each_of_them_alone(book: Rulebook) -> None:
    rng = random.Random(4)
    rows = [a_request(rng) for _ in range(200)]
    alone = [judged(book, "GID-T01", row, as_of=date(2024, 12, 31))[0] for row in rows]
    assert {verdict for _, verdict in alone} == {None, "in_time", "late", "open", "overdue"}
    frame = records(book, "disclosure_requests", rows)
    million = frame.iloc[np.tile(np.arange(200), 5000)]
    found = judge(book.rules["GID-T01"], million, CALENDAR, date(2024, 12, 31))
    assert found.verdict.index.equals(million.index)
    due = found.due.to_numpy().astype("datetime64[D]").reshape(5000, 200)
    assert ((due == due[0]) | (np.isnat(due) & np.isnat(due[0]))).all()
    assert [None if np.isnat(cell) else str(cell) for cell in due[0]] == [last for last, _ in alone]
    verdict = found.verdict.fillna("unknown").to_numpy(dtype=str).reshape(5000, 200)
    assert (verdict == verdict[0]).all()
    assert verdict[0].tolist() == [judgement or "unknown" for _, judgement in alone]


# The loader ---------------------------------------------------------------------------------------------


@pytest.fixture
def change(tmp_path: Path) -> Callable[[str, str, str], str]:
    """Spoil one rule of a copy of the rulebook, and give the message that refuses it."""

    def spoil(rule: str, old: str, new: str) -> str:
        folder = Path(shutil.copytree(SHIPPED, tmp_path / "expectations"))
        (path,) = (p for p in (folder / "rules").iterdir() if f"- id: {rule}\n" in p.read_text(encoding="utf-8"))
        before, _, after = path.read_text(encoding="utf-8").partition(f"- id: {rule}\n")
        assert old in after
        path.write_text(f"{before}- id: {rule}\n{after.replace(old, new, 1)}", encoding="utf-8")
        with pytest.raises(RulebookError) as refused:
            load_rulebook(folder)
        return str(refused.value)

    return spoil


@pytest.mark.parametrize(
    ("rule", "old", "new", "words"),
    [
        ("REC-A07", "to: 2023-12-31", "to: 2024-01-01", "REC-A07 and REC-B08 are versions of REC-A07 and overlap"),
        ("REC-A07", "to: 2023-12-31", "to: 2023-12-30", "REC-A07 and REC-B08 are versions of REC-A07 and leave a gap"),
        ("REC-A07", ", to: 2023-12-31", "", "overlap"),
        ("ENF-T01b", "to: 2021-07-14", "to: 2021-07-13", "leave a gap"),
        ("GID-T01b", "to: 2019-05-14", "to: 2019-05-15", "overlap"),
        ("REC-B08", "selector: received_date", "selector: admitted_date", "choose their version by different dates"),
        ("ENF-T01b", "  series: ENF-T01\n", "", "a deadline without a clock judges nothing"),
        ("REC-B08", "track: [ordinary]", "track: [fast]", "reconsideration_cases.track has no code 'fast'"),
        ("REC-B08", "from: received_date", "from: recieved_date", "no date column 'recieved_date'"),
        ("REC-B08", "restart: corrected_date", "restart: matter", "no date column 'matter'"),
        ("GID-T01", "letter: confirmed_date", "fax: confirmed_date", "disclosure_requests.channel has no code 'fax'"),
        ("GID-T01", "by: delivery", "by: way", "disclosure_requests.way has no code 'post'"),
        ("GID-T01", "notice: extension_notice_date", "notice: status", "no date column 'status'"),
        ("GID-T01", "to: consultation_to", "until: consultation_to", "clock.exclude.1.to"),
        ("GID-T01", "day_type: working", "day_type: banking", "day_type"),
        ("GID-T09", "table: information_items", "table: unit_quarters", "no delivered table 'unit_quarters'"),
    ],
)
def test_a_clock_that_cannot_be_meant_is_refused(
    change: Callable[[str, str, str], str], rule: str, old: str, new: str, words: str
) -> None:
    assert words in change(rule, old, new)


def test_a_series_is_about_one_table(change: Callable[[str, str, str], str]) -> None:
    assert "clocks on several tables" in change("GID-T09", "  clock:", "  series: GID-T01\n  clock:")


def test_every_time_limit_is_carried_by_one_line_of_its_table_s_suite(book: Rulebook) -> None:
    for rule in book.rules.values():
        if rule.clock is None:
            continue
        lines = [entry for entry in book.suites[rule.clock.table].expectations if rule.column in entry.columns]
        assert [(entry.type, entry.rule) for entry in lines] == [
            ("expect_column_values_to_keep_statutory_period", rule.id)
        ]
        assert lines[0].severity.rank >= rule.heaviest.rank, rule.id


def test_a_time_limit_of_our_own_knowledge_only_advises(book: Rulebook) -> None:
    limits = [rule for rule in book.rules.values() if rule.kind == "deadline"]
    assert len(limits) >= 27
    assert {rule.id for rule in limits if not rule.verified} == {"GID-T01b", "NRM-T01", "NRM-T06", "ENF-T01b"}
    for rule in limits:
        assert rule.verified != rule.certainty.startswith("K"), rule.id
        assert rule.citation.law
        assert rule.citation.text_version
