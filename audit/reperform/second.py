"""Every measure a second time, in plain Python, from its definition in words and not from its SQL.

Nothing here is shared with the first way: no DuckDB, no SQL, no pandas.  A measure that has no entry is named in the
certificate as not covered.
"""

from __future__ import annotations

from audit.reperform.records import (
    answered,
    cell_of_form,
    concluded,
    counted,
    defended,
    enrolled,
    every,
    hours_of_staff,
    in_year,
    laws_studied,
    quarters_of_units,
    received,
    ripe,
    timely,
    valid_card,
    worked_back,
)
from audit.reperform.takes import Second

_DOCUMENTS, _CASES, _REQUESTS = "normative_documents", "reconsideration_cases", "disclosure_requests"
_DOCKETS, _MEETINGS, _REVIEWS = "litigation_cases", "prelitigation_meetings", "legal_reviews"
_ITEMS, _SESSIONS = "information_items", "training_sessions"

SECOND: dict[str, Second] = {
    "normative.submitted": counted(
        _DOCUMENTS, lambda y, r: y.until_end(r["submitted_date"]) and y.still_open(r["review_closed_date"])
    ),
    "normative.reviewed": counted(_DOCUMENTS, in_year("review_closed_date")),
    "normative.issued": counted(_DOCUMENTS, in_year("issued_date")),
    "normative.filed": counted(_DOCUMENTS, lambda y, r: y.holds(r["issued_date"]) and y.past(r["filed_date"])),
    "normative.cleanups": counted("cleanups", in_year("finished_date")),
    "normative.cleanups_special": counted("cleanups", in_year("finished_date", kind="special")),
    "normative.cleanups_general": counted("cleanups", in_year("finished_date", kind="general")),
    "normative.review_closure_rate": Second(
        "rate", _DOCUMENTS, in_year("submitted_date"), lambda y, r: y.past(r["review_closed_date"])
    ),
    "normative.filing_rate": Second("rate", _DOCUMENTS, in_year("issued_date"), lambda y, r: y.past(r["filed_date"])),
    "normative.timeliness_rate": Second("rate", _DOCUMENTS, in_year("issued_date"), timely),
    "legislation.consultations": counted("legislative_consultations", in_year("received_date")),
    "legislation.answered_on_time": Second(
        "universal",
        "legislative_consultations",
        in_year("received_date"),
        lambda _, r: (
            False
            if r["replied_date"] is None
            else None
            if r["due_date"] is None
            else r["replied_date"] <= r["due_date"]
        ),
    ),
    "reconsideration.received": counted(_CASES, in_year("received_date")),
    **{
        f"reconsideration.{name}": received(name)
        for name in ("admitted", "refused", "told_elsewhere", "transferred", "abandoned", "withdrawn", "pending")
    },
    "reconsideration.carried_in": counted(
        _CASES,
        lambda y, r: (
            r["disposition"] == "admitted"
            and r["admitted_date"] is not None
            and r["admitted_date"] < y.start
            and y.still_open(r["closed_date"])
        ),
    ),
    "reconsideration.admitted_all": counted(_CASES, in_year("admitted_date")),
    "reconsideration.concluded": counted(_CASES, in_year("closed_date")),
    "reconsideration.carried_out": counted(
        _CASES,
        lambda y, r: r["disposition"] == "admitted" and y.past(r["admitted_date"]) and y.left_open(r["closed_date"]),
    ),
    "reconsideration.upheld": concluded("upheld"),
    "reconsideration.corrected": concluded("perform", "annulled", "changed", "unlawful"),
    "reconsideration.rejected": concluded("claim_rejected", "application_rejected"),
    "reconsideration.mediated": concluded("mediated"),
    "reconsideration.terminated": concluded("terminated"),
    "disclosure.handled": counted(
        _REQUESTS,
        lambda y, r: y.until_end(r["received_date"]) and (y.holds(r["received_date"]) or y.still_open(r["reply_date"])),
    ),
    "disclosure.new": counted(_REQUESTS, in_year("received_date")),
    "disclosure.carried_in": counted(
        _REQUESTS,
        lambda y, r: r["received_date"] is not None and r["received_date"] < y.start and y.still_open(r["reply_date"]),
    ),
    "disclosure.closed": answered(""),
    "disclosure.open": counted(_REQUESTS, lambda y, r: y.past(r["received_date"]) and y.left_open(r["reply_date"])),
    "disclosure.granted": answered("granted"),
    "disclosure.partial": answered("partial"),
    **{f"disclosure.{name}": answered(f"{name}.") for name in ("denied", "unable", "not_processed", "other")},
    "information.published_and_migrated": counted(_ITEMS, in_year("released_date")),
    "information.published": counted(_ITEMS, in_year("released_date", kind="published")),
    "information.migrated": counted(_ITEMS, in_year("released_date", kind="migrated")),
    "certificates.enforcement": valid_card("enforcement"),
    "certificates.supervision": valid_card("supervision"),
    "certificates.cancelled": counted("enforcement_certificates", in_year("cancelled_date")),
    "quiz.participation_rate": Second(
        "rate", "quiz_roster", every, lambda _, r: None if r["took_part"] is None else r["took_part"] == "yes"
    ),
    "quiz.participants": counted("quiz_roster", lambda _, r: r["took_part"] == "yes"),
    "acts.filed": Second("sum", "administrative_acts", every, lambda _, r: r["acts"]),
    "acts.units": counted("units", lambda _, r: r["files_acts"] == "yes"),
    "acts.every_unit": Second("universal", "unit_quarters", every, lambda _, r: r["known"], quarters_of_units),
    "litigation.new": counted(_DOCKETS, in_year("docketed_date")),
    "litigation.carried_in": counted(
        _DOCKETS,
        lambda y, r: r["docketed_date"] is not None and r["docketed_date"] < y.start and y.still_open(r["closed_date"]),
    ),
    "litigation.concluded": counted(_DOCKETS, in_year("closed_date")),
    "litigation.carried_out": counted(
        _DOCKETS, lambda y, r: y.past(r["docketed_date"]) and y.left_open(r["closed_date"])
    ),
    "litigation.heard": counted(_DOCKETS, in_year("heard_date")),
    "litigation.heads_attended": counted(_DOCKETS, in_year("heard_date", attendance="head")),
    "litigation.each_case": Second("universal", _DOCKETS, ripe, defended),
    "litigation.meetings": counted(_MEETINGS, in_year("held_date")),
    "litigation.settlement_meetings": counted(_MEETINGS, in_year("held_date", kind="settlement")),
    "litigation.pretrial_meetings": counted(_MEETINGS, in_year("held_date", kind="pretrial")),
    "contracts.reviewed": counted(_REVIEWS, in_year("reviewed_date", kind="contract")),
    "agenda.reviewed": counted(_REVIEWS, in_year("reviewed_date", kind="agenda_item")),
    "opinions.issued": Second("sum", _REVIEWS, in_year("reviewed_date"), lambda _, r: r["opinions"]),
    "publicity.leaflets": Second(
        "sum", "publicity_materials", in_year("distributed_date"), lambda _, r: r["distributed"]
    ),
    "training.sessions": counted(_SESSIONS, in_year("held_from", kind="party_school_term")),
    "training.laws_studied": Second("count", _SESSIONS, every, rows=laws_studied),
    "training.staff": counted("training_roster", every),
    "training.min_hours": Second("minimum", "person_hours", every, lambda _, r: r["hours"], hours_of_staff),
    "training.each_person": Second("universal", "person_hours", every, lambda _, r: r["hours"] >= 6, hours_of_staff),
    "training.short_of_hours": Second("count", "person_hours", lambda _, r: r["hours"] < 6, rows=hours_of_staff),
    "training.everyone_enrolled": Second("universal", "training_roster", every, lambda _, r: r["known"], enrolled),
    "form.new_received": cell_of_form("new_received", "total"),
    "form.carried_in": cell_of_form("carried_in", "total"),
    "form.outcome_total": cell_of_form("outcome_total", "total"),
    "form.carried_out": cell_of_form("carried_out", "total"),
    "form.rules_in_force": cell_of_form("rules", "in_force"),
    "form.rules_before": worked_back("rules"),
    "form.documents_in_force": cell_of_form("normative_documents", "in_force"),
    "form.documents_before": worked_back("normative_documents"),
}
