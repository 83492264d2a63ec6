"""What a run may use: which engine, how much memory, where it may put files for the time being."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Engine = Literal["pandas", "duckdb", "spark"]
ENGINES: tuple[Engine, ...] = ("pandas", "duckdb", "spark")
MEMORY = "1GB"
"""What DuckDB may take unless told otherwise; the rest of the process needs some 200 MB more."""
LOADED = 64 * 2**20


@dataclass(frozen=True)
class Machine:
    """`engine` holds tables against their suites.

    Other engines than pandas leave a delivered file of more than `loaded` bytes where it is.  `memory` is DuckDB's
    limit, `scratch` the folder for what exceeds it (None: the system's).
    """

    engine: Engine = "pandas"
    memory: str = MEMORY
    loaded: int = LOADED
    scratch: Path | None = None
