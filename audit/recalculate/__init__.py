"""Recalculate published figures from the records and test the equations among them.  Exact numbers only."""

from audit.recalculate.claims import judge_claim
from audit.recalculate.identities import judge_identity, judge_rows, published_identity, untested_years
from audit.recalculate.measure import Measured, take_measure
from audit.recalculate.report import candidate_bases, judge_report

__all__ = [
    "Measured",
    "candidate_bases",
    "judge_claim",
    "judge_identity",
    "judge_report",
    "judge_rows",
    "published_identity",
    "take_measure",
    "untested_years",
]
