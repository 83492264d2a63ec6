"""What can stop an audit, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    """One unreadable place in a departmental file.

    `position` counts the sheet's columns from 0; `zh` says problem and remedy in Chinese, where the fault goes
    back to a department.
    """

    file: str
    problem: str
    remedy: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    position: int | None = None
    zh: tuple[str, str] = ("", "")

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


@dataclass(frozen=True)
class Excerpt:
    """The faulty rows of one delivered sheet, as delivered; confidential cells are masked."""

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class IntakeError(AuditError):
    """Departmental files that cannot be read; carries every fault found, not just the first."""

    _SHOWN = 500

    def __init__(
        self, faults: Sequence[DataFault], excerpts: Sequence[Excerpt] = (), workbook: str | None = None
    ) -> None:
        """`faults` must not be empty; `workbook` is where they were also written, to go back to the departments."""
        self.faults, self.excerpts = tuple(faults), tuple(excerpts)
        lines = [f"  {fault.line()}" for fault in faults[: self._SHOWN]]
        if len(faults) > self._SHOWN:
            where = "in the workbook" if workbook else "like these"
            lines.append(f"  and {len(faults) - self._SHOWN} more, {where}")
        remedy = "correct the places named above and run again"
        if workbook:
            remedy += f"; this workbook shows them, coloured, and can go back to the departments:\n{workbook}"
        shown = "\n".join(lines)
        super().__init__(
            f"{len(faults)} fault(s) in the departmental files; nothing was audited:\n{shown}", remedy=remedy
        )


class FaultsTogether:
    """Gathers the faults of several files, so that they are raised at once at the end."""

    def __init__(self) -> None:
        self._errors: list[IntakeError] = []

    def __enter__(self) -> FaultsTogether:
        return self

    @contextmanager
    def next(self) -> Iterator[None]:
        """One file; its faults are kept for the end."""
        try:
            yield
        except IntakeError as error:
            self._errors.append(error)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._errors and kind is None:
            faults = [fault for error in self._errors for fault in error.faults]
            excerpts = [excerpt for error in self._errors for excerpt in error.excerpts]
            raise IntakeError(faults, excerpts)
