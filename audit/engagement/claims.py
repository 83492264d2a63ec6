"""claims.csv: every published figure as printed, one a row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from audit.engagement.register import read_rows
from audit.errors import DataFault, IntakeError
from audit.numbers import Figure, FigureError, Qualifier

COLUMNS = ("claim_id", "measure", "printed", "unit", "scope", "flow_or_stock", "base", "locator", "note")


@dataclass(frozen=True)
class Claim:
    """One published figure.  `base` is the claim that is its denominator, "" when the report states none."""

    id: str
    measure: str
    figure: Figure
    unit: str
    scope: str
    flow_or_stock: str
    base: str
    locator: str
    note: str

    @property
    def printed(self) -> str:
        """The figure exactly as printed."""
        return self.figure.text

    @property
    def rate(self) -> bool:
        """True for a percentage."""
        return self.figure.percent

    @property
    def parameter(self) -> str:
        """The name under which suites ask for this figure: its measure's (`$PARAMETER` allows no full stop)."""
        return self.measure.replace(".", "_")

    def parameters(self) -> dict[str, int | float]:
        """The values that suites may ask for: the figure itself when exact, its bounds when hedged."""
        figure, name = self.figure, self.parameter
        if figure.value is None or figure.percent or not name:
            return {}
        found = {name: figure.value} if figure.qualifier in (Qualifier.EXACT, Qualifier.AT_LEAST) else {}
        bounds = {f"{name}_low": figure.low, f"{name}_high": figure.high}
        found |= {key: bound for key, bound in bounds.items() if bound is not None}
        return {key: _plain(value) for key, value in found.items()}


def read_claims(folder: Path) -> tuple[Claim, ...]:
    """Read `folder/claims.csv`, in its own order; an engagement without the file publishes nothing.

    Raises EngagementError for wrong columns and IntakeError with every faulty row.
    """
    path = folder / "claims.csv"
    shown = f"{folder.parent.name}/{folder.name}/claims.csv"
    if not path.exists():
        return ()
    rows = read_rows(path, COLUMNS, shown)
    faults: list[DataFault] = []
    claims: list[Claim] = []
    for number, row in enumerate(rows, start=2):
        if any(cell.strip() for cell in row):
            claim = _claim(row, shown, number, faults)
            if claim:
                claims.append(claim)
    _check_links(claims, {row[0].strip() for row in rows if row}, shown, faults)
    if faults:
        raise IntakeError(faults)
    return tuple(claims)


def _claim(row: list[str], file: str, number: int, faults: list[DataFault]) -> Claim | None:
    if len(row) != len(COLUMNS):
        problem = f"the row has {len(row)} cells, not {len(COLUMNS)}"
        faults.append(DataFault(file, problem, "put text that holds a comma in quotation marks", row=number))
        return None
    cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    if not cells["claim_id"]:
        faults.append(DataFault(file, "the claim has no id", "give it one", row=number, column="claim_id"))
        return None
    if cells["flow_or_stock"] not in ("flow", "stock", ""):
        faults.append(
            DataFault(
                file,
                "neither flow nor stock",
                "write flow, stock, or nothing",
                row=number,
                column="flow_or_stock",
                value=cells["flow_or_stock"],
            )
        )
    if not cells["printed"]:
        remedy = "write the figure as the report prints it, or remove the row if the report no longer has it"
        faults.append(DataFault(file, "the figure is not filled in", remedy, row=number, column=cells["claim_id"]))
        return None
    try:
        figure = Figure.parse(cells["printed"])
    except FigureError:
        remedy = "write digits with the hedge word as printed, such as 35, 98.25%, 1200余, 不低于6, 均"
        faults.append(DataFault(file, "not a figure", remedy, row=number, column="printed", value=cells["printed"]))
        return None
    return Claim(
        cells["claim_id"],
        cells["measure"],
        figure,
        cells["unit"],
        cells["scope"],
        cells["flow_or_stock"],
        cells["base"],
        cells["locator"],
        cells["note"],
    )


def _check_links(claims: list[Claim], ids: set[str], file: str, faults: list[DataFault]) -> None:
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            faults.append(DataFault(file, "a second claim with this id", "rename one", value=claim.id))
        seen.add(claim.id)
    for claim in claims:
        if claim.base and claim.base not in ids:
            remedy = "name the claim_id of the denominator, or leave the cell empty"
            faults.append(DataFault(file, f"{claim.id} has an unknown base", remedy, value=claim.base))


def _plain(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)
