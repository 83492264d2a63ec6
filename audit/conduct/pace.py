"""How long a run still takes, from how long its working papers take beside one another."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from audit.conduct.run import SEALING
from audit.programme.plan import PROGRAMME

# What a run is told to go through, in order: the working papers, then its sealing.
STAGES = (*PROGRAMME, SEALING)
# Seconds each took in a run of Huiji 2021; only their proportion counts.
_WEIGHTS = {"00": 4, "10": 2, "20": 2, "30": 2, "40": 3, "50": 2, "60": 3, "70": 1, "80": 4, "85": 6, "90": 4, "99": 1}
_TOO_EARLY = 0.1


class Pace:
    """The clock of one run.  What it says is an estimate and is called one wherever it is shown."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds."""
        self._now = now
        self._begun = now()
        self._started: dict[str, float] = {}
        self._finished: set[str] = set()

    def started(self, name: str) -> None:
        """A working paper has begun."""
        self._started[name] = self._now()

    def finished(self, name: str) -> None:
        """A working paper is done."""
        self._finished.add(name)

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._now() - self._begun

    def left(self) -> int | None:
        """About so many seconds are left, rounded up to five; None while it is too early to say, or nothing is."""
        total = sum(_WEIGHTS.values())
        done = sum(_weight(name) for name in self._finished)
        half = sum(_weight(name) for name in self._started if name not in self._finished) / 2
        share = (done + half) / total
        if share < _TOO_EARLY or len(self._finished) == len(STAGES):
            return None
        return 5 * math.ceil(self.elapsed * (1 - share) / share / 5)


def _weight(name: str) -> int:
    return _WEIGHTS.get(name[:2], 2)
