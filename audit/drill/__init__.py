"""Damage copies of a sealed archive in every way we can think of, and show that each is caught by name."""

from audit.drill.exercise import Caught, Drill, carry_out_drill

__all__ = ["Caught", "Drill", "carry_out_drill"]
