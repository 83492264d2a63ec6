"""Hold tables against their suites.  The only room that imports Great Expectations, and only when asked."""

from audit.validate.guard import run_suite
from audit.validate.hold import hold

__all__ = ["hold", "run_suite"]
