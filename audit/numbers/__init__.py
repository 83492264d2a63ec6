"""Exact numbers: printed figures as intervals, rates and growth under named rounding rules.  Pure; no floats."""

from audit.numbers.figure import Figure, FigureError, Qualifier
from audit.numbers.growth import growth_fits, last_years_counts, slip_factor
from audit.numbers.rates import ROUNDINGS, counts_that_give, fitting_roundings, rounded_percent, rules_that_fit
from audit.numbers.reading import reading, whole_numbers

__all__ = [
    "ROUNDINGS",
    "Figure",
    "FigureError",
    "Qualifier",
    "counts_that_give",
    "fitting_roundings",
    "growth_fits",
    "last_years_counts",
    "reading",
    "rounded_percent",
    "rules_that_fit",
    "slip_factor",
    "whole_numbers",
]
