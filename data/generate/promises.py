"""What every clean record promises, table by table: time limits kept, dates in order, cells in agreement."""

from collections.abc import Callable
from datetime import date, timedelta

import workdays
from rows import Row, day

Test = Callable[[Row, date], bool]

_DOCUMENT = ("submitted_date", "review_closed_date", "issued_date", "published_date", "filed_date")
_PENALTY = ("filed_date", "legal_review_date", "decided_date", "served_date", "published_date")
_ROAD = ("received_date", "correction_notice_date", "corrected_date", "admitted_date", "copy_sent_date")
_CASE = ("received_date", "admitted_date", "extension_notice_date", "closed_date")
_DOCKET = ("docketed_date", "copy_received_date", "defence_filed_date", "heard_date", "closed_date")
_REQUEST = ("received_date", "correction_notice_date", "corrected_date", "consultation_from", "consultation_to")


def _in_order(row: Row, *columns: str) -> bool:
    dates = [str(row[column]) for column in columns if row[column] is not None]
    return dates == sorted(dates)


def _together(row: Row, *columns: str) -> bool:
    return len({row[column] is None for column in columns}) == 1


def _days(row: Row, start: str, end: str) -> int:
    return (day(row, end) - day(row, start)).days


def _working_days(row: Row, start: str, end: str) -> int:
    return workdays.count(day(row, start), day(row, end))


def _by(row: Row, start: str, end: str, as_of: date, *, working: int = 0, calendar: int = 0) -> bool:
    """Whether the end came in time, or can still come; nothing is asked before the start."""
    if row[start] is None:
        return row[end] is None
    begun, ended = day(row, start), as_of if row[end] is None else day(row, end)
    return workdays.count(begun, ended) <= working if working else (ended - begun).days <= calendar


def _confirmed(row: Row, _: date) -> bool:
    """A letter is confirmed on the day itself, a request by internet by the next working day."""
    if row["channel"] not in ("letter", "internet"):
        return row["confirmed_date"] is None
    return _working_days(row, "received_date", "confirmed_date") <= int(row["channel"] == "internet")


def _turned_away(row: Row, _: date) -> bool:
    undecided = not any(row[column] for column in ("admitted_date", "closed_date", "outcome", "extension_notice_date"))
    return row["disposition"] == "admitted" or (undecided and _working_days(row, "received_date", "notified_date") <= 5)


def _concluded(row: Row, as_of: date) -> bool:
    """Sixty days of receipt, hence of admission; ninety with a notice before the sixtieth."""
    received = day(row, "received_date")
    sixty, ninety = received + timedelta(days=60), received + timedelta(days=90)
    if row["disposition"] != "admitted":
        return True
    if row["closed_date"] is None:
        return sixty >= as_of
    if row["extension_notice_date"] is None:
        return day(row, "closed_date") <= sixty
    longer = day(row, "closed_date") > day(row, "admitted_date") + timedelta(days=60)
    return longer and day(row, "extension_notice_date") < sixty and day(row, "closed_date") <= ninety


def _replied(row: Row, as_of: date) -> bool:
    """Twenty working days, forty with a notice within them; consultation days do not count."""
    start = day(row, "corrected_date" if row["corrected_date"] else "received_date")
    spent = workdays.count(start, as_of if row["reply_date"] is None else day(row, "reply_date"))
    if row["consultation_to"]:
        spent -= _working_days(row, "consultation_from", "consultation_to") - 1
    if row["extension_notice_date"] is None:
        return spent <= 20
    return spent <= 40 and workdays.count(start, day(row, "extension_notice_date")) < 20


def _five_years(row: Row, _: date) -> bool:
    issued = day(row, "issued_date")
    return day(row, "expires_date") + timedelta(days=1) == issued.replace(year=issued.year + 5)


def _filed_in_time(row: Row, as_of: date) -> bool:
    quarter = int(str(row["quarter"]))
    end = date(as_of.year + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)
    return 1 <= workdays.count(end, day(row, "filed_date")) <= 10


PROMISES: dict[str, dict[str, Test]] = {
    "normative_documents": {
        "in order": lambda row, _: _in_order(row, *_DOCUMENT),
        "all in the year": lambda row, as_of: {day(row, step).year for step in _DOCUMENT} == {as_of.year},
        "reviewed in 5 to 15 working days": lambda row, _: 5 <= _working_days(row, *_DOCUMENT[:2]) <= 15,
        "published in 20 working days": lambda row, _: _working_days(row, "issued_date", "published_date") <= 20,
        "filed in 15 days": lambda row, _: _days(row, "published_date", "filed_date") <= 15,
        "filed with the standing committee in 30 days": (
            lambda row, _: (
                _in_order(row, "published_date", "npc_filed_date") and _days(row, "issued_date", "npc_filed_date") <= 30
            )
        ),
    },
    "cleanups": {
        "finished, then published": lambda row, _: _in_order(row, "finished_date", "result_published_date"),
    },
    "legislative_consultations": {
        "replied in time": lambda row, _: _in_order(row, "received_date", "replied_date", "due_date"),
    },
    "reconsideration_cases": {
        "in order": lambda row, _: _in_order(row, *_CASE),
        "an outcome when concluded": lambda row, _: _together(row, "closed_date", "outcome"),
        "disposed of in 5 working days": lambda row, _: _working_days(row, "received_date", "disposition_date") <= 5,
        "turned away with notice, undecided": _turned_away,
        "concluded in time": _concluded,
        "corrected on the way to admission": lambda row, _: _in_order(row, *_ROAD),
        "corrected when asked": lambda row, _: _together(row, "correction_notice_date", "corrected_date"),
        "copied in 7 working days": lambda row, as_of: _by(row, "admitted_date", "copy_sent_date", as_of, working=7),
        "answered in 10 days": lambda row, as_of: _by(row, "copy_sent_date", "answer_date", as_of, calendar=10),
        "suspended, resumed, concluded": (
            lambda row, _: _in_order(row, "answer_date", "suspended_from", "suspended_to", "closed_date")
        ),
        "on a track if admitted": lambda row, _: _together(row, "track", "admitted_date"),
    },
    "disclosure_requests": {
        "in order": lambda row, _: _in_order(row, *_REQUEST, "reply_date"),
        "extended in order": lambda row, _: _in_order(row, *_REQUEST, "extension_notice_date", "reply_date"),
        "closed when replied": lambda row, _: _together(row, "reply_date", "outcome"),
        "status": lambda row, _: (row["status"] == "closed") == bool(row["reply_date"]),
        "corrected after notice": lambda row, _: _together(row, "correction_notice_date", "corrected_date"),
        "replied in time": _replied,
        "confirmed where the channel asks for it": _confirmed,
        "delivered when replied": lambda row, _: _together(row, "reply_date", "delivery"),
        "posted by post": lambda row, _: (row["delivery"] == "post") == bool(row["posted_date"]),
        "posted, then replied": lambda row, _: _in_order(row, *_REQUEST, "extension_notice_date", "posted_date"),
    },
    "information_items": {
        "published in 20 working days": (
            lambda row, _: row["kind"] == "migrated" or _working_days(row, "created_date", "released_date") <= 20
        ),
        "made, then put on line": lambda row, _: _in_order(row, "created_date", "released_date"),
    },
    "litigation_cases": {
        "in order": lambda row, _: _in_order(row, *_DOCKET),
        "an outcome when closed": lambda row, _: _together(row, "closed_date", "outcome"),
        "attended when heard": lambda row, _: _together(row, "heard_date", "attendance"),
        "defence in 15 days": lambda row, _: _days(row, "copy_received_date", "defence_filed_date") <= 15,
    },
    "enforcement_certificates": {
        "cancelled with a date": lambda row, _: (row["status"] == "cancelled") == bool(row["cancelled_date"]),
        "issued, then cancelled": lambda row, _: _in_order(row, "issued_date", "cancelled_date"),
        "good for five years": _five_years,
        "unexpired": lambda row, as_of: row["status"] == "cancelled" or day(row, "expires_date") > as_of,
    },
    "quiz_roster": {
        "date and score when taken": lambda row, _: _together(row, "taken_date", "score"),
        "took part": lambda row, _: (row["took_part"] == "yes") == bool(row["taken_date"]),
    },
    "penalty_cases": {
        "in order": lambda row, _: _in_order(row, *_PENALTY),
        "decided in 90 days": lambda row, as_of: _by(row, "filed_date", "decided_date", as_of, calendar=90),
        "served in 7 working days": lambda row, as_of: _by(row, "decided_date", "served_date", as_of, working=7),
        "published in 7 working days": lambda row, as_of: _by(row, "decided_date", "published_date", as_of, working=7),
        "present or absent once decided": lambda row, _: _together(row, "decided_date", "party_present"),
        "two officers": lambda row, _: None not in {row["officer_1"], row["officer_2"]} != {row["officer_1"]},
    },
    "administrative_acts": {"filed in 10 working days": _filed_in_time},
    "legal_reviews": {
        "in 1 to 15 working days": lambda row, _: 1 <= _working_days(row, "submitted_date", "reviewed_date") <= 15,
    },
    "training_sessions": {"in order": lambda row, _: _in_order(row, "held_from", "held_to")},
}
