"""What Great Expectations computes over and over within one validation, computed once.

Nothing here changes a result: `tests/test_guard.py` holds the suites' outcomes with and without it equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def remembered_configurations() -> Iterator[None]:
    """Keep each expectation's configuration while a validation lasts.

    Great Expectations makes it anew, from all fields, whenever one argument is read: some 130 times per
    expectation, and a third of a validation's time (D-58).
    """
    from great_expectations.expectations.expectation import Expectation

    original = Expectation.configuration
    kept: dict[int, tuple[Any, Any]] = {}

    def configuration(self: Any) -> Any:
        if id(self) not in kept:
            kept[id(self)] = (self, original.fget(self))  # the object too: its id must not be used again
        return kept[id(self)][1]

    Expectation.configuration = property(configuration)
    try:
        yield
    finally:
        Expectation.configuration = original
