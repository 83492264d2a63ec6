"""Plant known errors in a copy of the data and show that each is caught, by name."""

from audit.selftest.score import selftest

__all__ = ["selftest"]
