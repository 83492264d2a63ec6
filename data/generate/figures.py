"""What a report would print of the records: each count under the name of its measure.

Counted in plain Python, without a look at the audit's SQL, so that the one is a check on the other.
"""

from datetime import date

from rows import Row, Tables, Value

_CORRECTED = ("perform", "annulled", "changed", "unlawful")
_REJECTED = ("claim_rejected", "application_rejected")


def figures(tables: Tables, year: int) -> dict[str, int]:
    """Count everything that a report about the year may print."""
    found: dict[str, int] = {}
    for domain in (_normative, _reconsideration, _disclosure, _enforcement, _litigation, _governance):
        found |= domain(tables, year)
    return found


def within(rows: list[Row], column: str, year: int) -> list[Row]:
    """List the rows whose date lies in the year."""
    return [row for row in rows if isinstance(value := row[column], date) and value.year == year]


def having(rows: list[Row], **cells: Value) -> list[Row]:
    """List the rows that hold these values."""
    return [row for row in rows if all(row[column] == value for column, value in cells.items())]


def total(rows: list[Row], column: str) -> int:
    """Add up a column of whole numbers."""
    return sum(value for row in rows if isinstance(value := row[column], int))


def _flow(rows: list[Row], opened: str, closed: str, year: int) -> tuple[int, int, int, int]:
    """Count what is new, carried in, closed and carried out, in a register without rows of other years."""
    new, done = within(rows, opened, year), within(rows, closed, year)
    return len(new), len(rows) - len(new), len(done), len(rows) - len(done)


def _normative(tables: Tables, year: int) -> dict[str, int]:
    documents = tables["normative_documents"]
    cleanups = within(tables["cleanups"], "finished_date", year)
    return {
        "normative.submitted": len(within(documents, "submitted_date", year)),
        "normative.reviewed": len(within(documents, "review_closed_date", year)),
        "normative.issued": len(within(documents, "issued_date", year)),
        "normative.filed": len(within(documents, "filed_date", year)),
        "normative.cleanups": len(cleanups),
        "normative.cleanups_special": len(having(cleanups, kind="special")),
        "normative.cleanups_general": len(having(cleanups, kind="general")),
        "legislation.consultations": len(within(tables["legislative_consultations"], "received_date", year)),
    }


def _reconsideration(tables: Tables, year: int) -> dict[str, int]:
    received = within(tables["reconsideration_cases"], "received_date", year)
    admitted = having(tables["reconsideration_cases"], disposition="admitted")
    concluded = within(admitted, "closed_date", year)
    new, carried_in, closed, carried_out = _flow(admitted, "admitted_date", "closed_date", year)
    ended = {outcome: sum(row["outcome"] == outcome for row in concluded) for outcome in _outcomes(concluded)}
    return {
        "reconsideration.received": len(received),
        "reconsideration.admitted": len(having(received, disposition="admitted")),
        "reconsideration.refused": len(having(received, disposition="refused")),
        "reconsideration.told_elsewhere": len(having(received, disposition="told_elsewhere")),
        "reconsideration.carried_in": carried_in,
        "reconsideration.admitted_all": new,
        "reconsideration.concluded": closed,
        "reconsideration.carried_out": carried_out,
        "reconsideration.upheld": ended.get("upheld", 0),
        "reconsideration.corrected": sum(ended.get(outcome, 0) for outcome in _CORRECTED),
        "reconsideration.rejected": sum(ended.get(outcome, 0) for outcome in _REJECTED),
        "reconsideration.mediated": ended.get("mediated", 0),
        "reconsideration.terminated": ended.get("terminated", 0),
    }


def _disclosure(tables: Tables, year: int) -> dict[str, int]:
    requests, items = tables["disclosure_requests"], within(tables["information_items"], "released_date", year)
    new, carried_in, closed, carried_out = _flow(requests, "received_date", "reply_date", year)
    outcomes = _outcomes(requests)
    kinds = ("granted", "partial", "denied", "unable", "not_processed", "other")
    return {
        "disclosure.handled": len(requests),
        "disclosure.new": new,
        "disclosure.carried_in": carried_in,
        "disclosure.closed": closed,
        "disclosure.open": carried_out,
        **{f"disclosure.{kind}": sum(outcome.split(".")[0] == kind for outcome in outcomes) for kind in kinds},
        "information.published_and_migrated": len(items),
        "information.published": len(having(items, kind="published")),
        "information.migrated": len(having(items, kind="migrated")),
    }


def _enforcement(tables: Tables, year: int) -> dict[str, int]:
    certificates = tables["enforcement_certificates"]
    return {
        "certificates.enforcement": len(having(certificates, kind="enforcement", status="valid")),
        "certificates.supervision": len(having(certificates, kind="supervision", status="valid")),
        "certificates.cancelled": len(within(certificates, "cancelled_date", year)),
        "quiz.participants": len(having(tables["quiz_roster"], took_part="yes")),
        "acts.filed": total(tables["administrative_acts"], "acts"),
        "acts.units": len(having(tables["units"], files_acts="yes")),
    }


def _litigation(tables: Tables, year: int) -> dict[str, int]:
    cases, meetings = tables["litigation_cases"], within(tables["prelitigation_meetings"], "held_date", year)
    new, carried_in, closed, carried_out = _flow(cases, "docketed_date", "closed_date", year)
    heard = within(cases, "heard_date", year)
    return {
        "litigation.new": new,
        "litigation.carried_in": carried_in,
        "litigation.concluded": closed,
        "litigation.carried_out": carried_out,
        "litigation.heard": len(heard),
        "litigation.heads_attended": len(having(heard, attendance="head")),
        "litigation.meetings": len(meetings),
        "litigation.settlement_meetings": len(having(meetings, kind="settlement")),
        "litigation.pretrial_meetings": len(having(meetings, kind="pretrial")),
    }


def _governance(tables: Tables, year: int) -> dict[str, int]:
    reviews = within(tables["legal_reviews"], "reviewed_date", year)
    sessions = within(tables["training_sessions"], "held_from", year)
    return {
        "contracts.reviewed": len(having(reviews, kind="contract")),
        "agenda.reviewed": len(having(reviews, kind="agenda_item")),
        "opinions.issued": total(reviews, "opinions"),
        "publicity.leaflets": total(within(tables["publicity_materials"], "distributed_date", year), "distributed"),
        "training.sessions": len(having(sessions, kind="party_school_term")),
        "training.laws_studied": len({row["law_title"] for row in having(sessions, kind="council_study")}),
        "training.staff": len(tables["training_roster"]),
    }


def _outcomes(rows: list[Row]) -> list[str]:
    return [str(row["outcome"]) for row in rows if row["outcome"]]
