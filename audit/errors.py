"""What can stop an audit, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


class AuditError(Exception):
    """The audit, or part of it, could not be carried out.

    Three facts, always: what is wrong, where, and what to do.  The door of the package turns them into
    a message and the exit status; nothing else catches this.
    """

    exit_status = 3

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        """`problem` is one sentence; `where` names file, sheet, row, column; `remedy` says what to do."""
        self.problem = problem
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        """The three facts, one a line."""
        lines = [self.problem]
        if self.where:
            lines.append(f"where: {self.where}")
        if self.remedy:
            lines.append(f"to do: {self.remedy}")
        return "\n".join(lines)


class UsageError(AuditError):
    """The command was called wrongly."""

    exit_status = 2


class RulebookError(AuditError):
    """A table, suite, rule, measure or identity in `expectations/` cannot be used as written."""


class EngagementError(AuditError):
    """The engagement's own files (engagement.toml, claims.csv, responses.csv) cannot be used as written."""


class WorkingPaperError(AuditError):
    """A working paper could not be carried out to its last cell."""


@dataclass(frozen=True)
class DataFault:
    """One unreadable place in a departmental file."""

    file: str
    problem: str
    remedy: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def line(self) -> str:
        """The fault in one line, with its whole address."""
        place = [self.file]
        if self.sheet:
            place.append(f"sheet {self.sheet}")
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        shown = f" ({self.value!r})" if self.value else ""
        return f"{', '.join(place)}: {self.problem}{shown}. To do: {self.remedy}"


class IntakeError(AuditError):
    """Departmental files that cannot be read; carries every fault found, not just the first."""

    def __init__(self, faults: list[DataFault]) -> None:
        """`faults` must not be empty."""
        self.faults = tuple(faults)
        shown = "\n".join(f"  {fault.line()}" for fault in faults)
        super().__init__(
            f"{len(faults)} fault(s) in the departmental files; nothing was audited:\n{shown}",
            remedy="correct the places named above and run again",
        )
