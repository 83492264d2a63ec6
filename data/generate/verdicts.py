"""How a self-check records what it found."""

from collections.abc import Callable, Iterable

from rows import Row


class Checks:
    """Collect faults, so that one run shows all of them."""

    def __init__(self) -> None:
        """Start with none."""
        self.faults: list[str] = []

    def same(self, what: str, found: object, expected: object) -> None:
        """Expect two values to be equal."""
        if found != expected:
            self.faults.append(f"{what}: {found!r}, expected {expected!r}")

    def true(self, what: str, holds: bool) -> None:
        """Expect a statement to hold."""
        if not holds:
            self.faults.append(f"{what}: does not hold")

    def each(self, what: str, rows: Iterable[Row], test: Callable[[Row], bool]) -> None:
        """Expect every row to pass, and name the first cell of those that do not."""
        failing = [str(next(iter(row.values()))) for row in rows if not test(row)]
        if failing:
            self.faults.append(f"{what}: {len(failing)} rows fail: {', '.join(failing[:5])}")


def in_order(row: Row, *columns: str) -> bool:
    """Say whether the filled dates of a row stand in this order."""
    dates = [str(row[column]) for column in columns if row[column] is not None]
    return dates == sorted(dates)


def together(row: Row, *columns: str) -> bool:
    """Say whether the cells are all filled or all empty."""
    return len({row[column] is None for column in columns}) == 1


def tally(rows: Iterable[Row], column: str) -> dict[str, int]:
    """Count rows by the value of a column, empty cells left out."""
    counts: dict[str, int] = {}
    for row in rows:
        if row[column] is not None:
            counts[str(row[column])] = counts.get(str(row[column]), 0) + 1
    return counts


def total(rows: Iterable[Row], column: str) -> int:
    """Add up a column of whole numbers."""
    return sum(value for row in rows if isinstance(value := row[column], int))
