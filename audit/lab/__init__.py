"""The programme in JupyterLab: an audit from three lines of a notebook, and how the server is started."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.lab.running import Carried


def run(
    district: str, year: int, *, lang: str = "zh", gate: str = "critical", out: str | Path | None = None
) -> Carried:
    """Audit one district and year as `audit run` does, with the progress shown below the cell.

    What it gives shows verdict and links.  It raises nothing: what stopped the audit is shown in three lines.
    """
    from audit.lab.running import carry_out

    return carry_out(district, year, lang=lang, gate=gate, out=Path(out) if out else None)


__all__ = ["run"]
