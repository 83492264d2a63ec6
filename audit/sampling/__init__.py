"""Attribute sampling of records: how many, which ones, and what the deviations found allow one to say.

Pure but for the worksheet file.  A sample is worth its trouble only where the whole cannot be examined
(ISA 530); expected counts are rational numbers throughout, because 3.5 % of 400 is 14 and not 15.
"""

from audit.sampling.draw import Drawing, draw, frame_digest
from audit.sampling.evaluate import DIRECTION, Evaluation, evaluate
from audit.sampling.plan import Plan, parse_rate, plan_sample
from audit.sampling.worksheet import Worksheet, read_worksheet, write_worksheet

__all__ = [
    "DIRECTION",
    "Drawing",
    "Evaluation",
    "Plan",
    "Worksheet",
    "draw",
    "evaluate",
    "frame_digest",
    "parse_rate",
    "plan_sample",
    "read_worksheet",
    "write_worksheet",
]
