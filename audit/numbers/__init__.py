"""Exact numbers: printed figures as intervals, rates under named rounding rules.  Pure; no floats."""

from audit.numbers.figure import Figure, FigureError, Qualifier
from audit.numbers.rates import ROUNDINGS, counts_that_give, fitting_roundings, rounded_percent

__all__ = [
    "ROUNDINGS",
    "Figure",
    "FigureError",
    "Qualifier",
    "counts_that_give",
    "fitting_roundings",
    "rounded_percent",
]
