"""Normative documents, their clean-ups and consultations on city legislation."""

from datetime import date, timedelta

import draws
import workdays
from directory import coded
from profiles import Profile
from rows import Row, day
from titles import illustrative


def build(profile: Profile) -> dict[str, list[Row]]:
    """Make the tables of this domain."""
    return {
        "normative_documents": normative_documents(profile),
        "cleanups": cleanups(profile),
        "legislative_consultations": legislative_consultations(profile),
    }


def normative_documents(profile: Profile) -> list[Row]:
    """Documents spread over the year to October; each is reviewed, issued, published and filed in time."""
    rng = profile.rng("normative_documents")
    filing = profile.rng("normative_documents/npc")
    n = profile.normative.documents
    issuers = [c for c, unit in coded(profile.units).items() if unit.kind == "department"]
    rows: list[Row] = []
    for i in range(n):
        slot = date(profile.year, 1, 6) + timedelta(days=280 * i // n)
        submitted = draws.day(rng, slot, slot + timedelta(days=140 // n))
        reviewed = workdays.add(submitted, draws.leaning(rng, 5, 15))
        issued = workdays.add(reviewed, rng.randint(2, 9))
        published = workdays.add(issued, rng.randint(0, 6))
        npc = draws.late_day(filing, published, issued + timedelta(days=30))
        filed = draws.late_day(rng, published + timedelta(days=3), published + timedelta(days=15))
        rows.append(
            {
                "issuer_unit": rng.choice(issuers),
                "submitted_date": submitted,
                "review_closed_date": reviewed,
                "issued_date": issued,
                "published_date": published,
                "filed_date": filed,
                "npc_filed_date": npc,
            }
        )
    rows.sort(key=lambda row: day(row, "issued_date"))
    for i, row in enumerate(rows):
        row["document_no"] = profile.number("规", i + 1)
        row["title"] = illustrative("文件", i + 1)
        row["filing_no"] = profile.number("备", i + 1)
    return rows


def cleanups(profile: Profile) -> list[Row]:
    """Clean-ups in which everything examined is kept, changed, repealed or declared lapsed."""
    rng = profile.rng("cleanups")
    kinds = ["special"] * profile.normative.special_cleanups + ["general"] * profile.normative.general_cleanups
    rows: list[Row] = []
    for i, kind in enumerate(kinds):
        slot = date(profile.year, 3, 1) + timedelta(days=250 * i // len(kinds))
        finished = draws.day(rng, slot, slot + timedelta(days=50))
        examined = rng.randint(90, 130) if kind == "general" else rng.randint(20, 60)
        changed, repealed, lapsed = (rng.randint(1, examined // 12 + 2) for _ in range(3))
        rows.append(
            {
                "cleanup_no": profile.number("清", i + 1),
                "kind": kind,
                "subject": illustrative("清理事项", i + 1),
                "examined": examined,
                "kept": examined - changed - repealed - lapsed,
                "changed": changed,
                "repealed": repealed,
                "lapsed": lapsed,
                "finished_date": finished,
                "result_published_date": workdays.add(finished, rng.randint(3, 12)),
            }
        )
    return rows


def legislative_consultations(profile: Profile) -> list[Row]:
    """Consultations that were answered by the day asked for."""
    rng = profile.rng("legislative_consultations")
    n = profile.normative.consultations
    rows: list[Row] = []
    for i in range(n):
        slot = date(profile.year, 2, 1) + timedelta(days=300 * i // n)
        received = draws.day(rng, slot, slot + timedelta(days=60))
        due = workdays.add(received, rng.randint(7, 15))
        rows.append(
            {
                "consultation_no": profile.number("征", i + 1),
                "draft_title": illustrative("草案", i + 1) + "（征求意见稿）",
                "received_date": received,
                "due_date": due,
                "replied_date": draws.late_day(rng, workdays.add(received, 3), due),
            }
        )
    return rows
