"""Hold tables against their suites.  The only room that imports Great Expectations, and only when asked."""

from audit.validate.guard import run_suite

__all__ = ["run_suite"]
