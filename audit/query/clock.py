"""Time limits as SQL, for tables that stay out of memory: the same judgement as `audit.clocks.period`, row by row.

Days are counted from the calendar's first day.  The calendar is a table of one row with two lists: `counted[i]` is
the number of working days up to and including day i, `worked[k]` the k-th working day, so that each count of days
is two look-ups in a row and no join.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from audit.clocks import Calendar
from audit.clocks.calendar import FIRST
from audit.clocks.period import IN_TIME, LATE, OPEN, OVERDUE
from audit.errors import AuditError
from audit.query.machine import MEMORY
from audit.query.store import SqlError, Store, literal, parquet, quoted
from audit.rulebook.rules import Clock, DateRef, Rule

_EPOCH = f"DATE '{FIRST}'"
_CALENDAR = "calendar§"
_OUTSIDE = "outside the calendar: "


def lay_calendar(store: Store, calendar: Calendar) -> None:
    """Make the calendar known to a store."""
    worked = np.flatnonzero(calendar.worked)
    store.run(f"CREATE OR REPLACE TABLE {quoted(_CALENDAR)} (counted INTEGER[], worked INTEGER[])")
    values = {"counted": calendar.cumulative.tolist(), "worked": worked.tolist()}
    store.run(f"INSERT INTO {quoted(_CALENDAR)} VALUES ($counted, $worked)", values)


def judged_sql(rules: Iterable[Rule], source: str, columns: Iterable[str], as_of: date) -> str:
    """A query for `columns` of `source` and, for each rule, the judgement and the last day of every row."""
    steps = _Steps(source)
    chosen = [quoted(name) for name in columns]
    for number, rule in enumerate(rules):
        if rule.clock is None:
            raise ValueError(f"rule {rule.id} has no clock")
        chosen += _Judge(steps, f"{number}§", rule, rule.clock, as_of).columns()
    return f"SELECT {', '.join(chosen)} FROM {steps.source}"


def translated(problem: SqlError, calendar: Calendar, table: str) -> AuditError | None:
    """The error of a limit that runs outside the calendar, as `audit.clocks.period` gives it; None for another."""
    _, found, rule = str(problem).partition(_OUTSIDE)
    if not found:
        return None
    error = calendar.outside()
    return AuditError(error.problem, where=f"table {table}, rule {rule}; {error.where}", remedy=error.remedy)


def deadlines(
    source: Path | str | list[Path],
    column: str,
    n: int,
    day_type: Literal["working", "calendar"],
    calendar: Calendar,
    *,
    out: Path,
    memory: str = MEMORY,
    scratch: Path | None = None,
) -> int:
    """Write the rows of Parquet files to `out`, each with `due`, the last day of a period of n days after `column`.

    Gives the number of rows.  Raises AuditError when a period runs outside the calendar.
    """
    with Store(memory, scratch=scratch) as store:
        lay_calendar(store, calendar)
        steps = _Steps(parquet(source))
        steps.add({"event§": _index(quoted(column))})
        due = steps.after('"event§"', str(n), day_type, "due§", "due")
        query = f"SELECT * EXCLUDE ({steps.made()}), {_day(due, 'DATE')} AS due FROM {steps.source}"
        try:
            return int(store.rows(f"COPY ({query}) TO {literal(str(out))} (FORMAT parquet)")[0][0])
        except SqlError as problem:
            raise translated(problem, calendar, column) or AuditError(str(problem), where=column) from None


class _Steps:
    """A query that grows from inside out; a step may use what the steps before it made."""

    def __init__(self, source: str) -> None:
        self.source = f"{source}, {quoted(_CALENDAR)}"
        self._made = ["counted", "worked"]

    def add(self, columns: dict[str, str]) -> None:
        """One more step."""
        listed = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in columns.items())
        self._made += columns
        self.source = f"(SELECT *, {listed} FROM {self.source})"

    def made(self) -> str:
        """The columns that are not the source's own."""
        return ", ".join(map(quoted, self._made))

    def after(self, start: str, days: str, day_type: str, name: str, rule: str) -> str:
        """The last day of a period of `days` after `start`, made as column `name`; an error outside the calendar."""
        if day_type == "working":
            found = _worked(f"{_counted(start)} + {days}")
        else:  # the first working day that is not before
            before = _counted(f"{start} + {days} - 1")
            found = f"CASE WHEN {_inside(start)} THEN {_worked(f'{before} + 1')} END"
        self.add({name: found})
        self.add({f"{name}!": _checked(f"({start}) IS NULL", quoted(name), rule)})
        return quoted(f"{name}!")

    def between(self, first: str, last: str, day_type: str, name: str, rule: str) -> str:
        """Days after `first` up to and including `last`, 0 where either is missing or last is earlier."""
        counts = [
            _counted(day) if day_type == "working" else f"CASE WHEN {_inside(day)} THEN {day} END"
            for day in (last, first)
        ]
        self.add({name: f"{counts[0]} - ({counts[1]})"})
        checked = _checked(f"({first}) IS NULL OR ({last}) IS NULL", quoted(name), rule)
        self.add({f"{name}!": f"greatest(coalesce({checked}, 0), 0)"})
        return quoted(f"{name}!")


class _Judge:
    """One version of a time limit, step by step as in `audit.clocks.period`."""

    def __init__(self, steps: _Steps, mark: str, rule: Rule, clock: Clock, as_of: date) -> None:
        self._steps, self._mark, self._rule, self._clock = steps, mark, rule, clock
        self._as_of = str((as_of - FIRST).days)

    def columns(self) -> list[str]:
        """The judgement and the last day, as a query selects them."""
        due, end = self._due(self._start()), self._make("end", _date(self._clock.end))
        verdict = (
            f"CASE WHEN {due} IS NULL THEN NULL WHEN {end} <= {due} THEN '{IN_TIME}' WHEN {end} > {due} THEN '{LATE}' "
            f"WHEN {self._as_of} <= {due} THEN '{OPEN}' ELSE '{OVERDUE}' END"
        )
        name = self._rule.column
        return [f"{verdict} AS {quoted(name)}", f"{_day(due, 'TIMESTAMP')} AS {quoted(f'{name}_due')}"]

    def _make(self, name: str, sql: str) -> str:
        self._steps.add({self._mark + name: sql})
        return quoted(self._mark + name)

    def _applies(self) -> str:
        effective, column = self._rule.effective, quoted(self._rule.effective.selector)
        parts = [f"{column} >= DATE '{effective.from_}'"]
        parts += [f"CAST({column} AS DATE) <= DATE '{effective.to}'"] if effective.to is not None else []
        for name, values in self._clock.when.items():
            parts.append(f"{quoted(name)} IN ({', '.join(map(literal, values))})")
        return self._make("applies", f"coalesce({' AND '.join(parts)}, false)")

    def _start(self) -> str:
        clock, applies = self._clock, self._applies()
        start = self._make("begun", _date(clock.start))
        again = self._make("again", _date(clock.restart) if clock.restart is not None else "CAST(NULL AS INTEGER)")
        if clock.deemed is not None:
            other = self._make("received", _date(clock.deemed.from_))
            deemed = self._make("deemed", f"CASE WHEN {applies} THEN {_later(other, again)} END")
            if clock.deemed.n:
                deemed = self._after(deemed, str(clock.deemed.n), clock.deemed.day_type, "admitted")
            chosen = f"CASE WHEN {start} IS NULL OR {deemed} < {start} THEN {deemed} ELSE {start} END"
        else:
            chosen = _later(start, again)
        return self._make("start", f"CASE WHEN {applies} THEN {chosen} END")

    def _due(self, start: str) -> str:
        clock = self._clock
        first = self._last_day(start, str(clock.limit.n), "first")
        if clock.extension is None:
            return first
        granted = f"{_date(clock.extension.notice)} <= {first}"
        limit, longer = clock.limit.n, clock.limit.n + clock.extension.n
        return self._last_day(
            start, self._make("days", f"CASE WHEN {granted} THEN {longer} ELSE {limit} END"), "extended"
        )

    def _last_day(self, start: str, days: str, name: str) -> str:
        kind = self._clock.limit.day_type
        last, done = self._after(start, days, kind, f"{name}0"), start
        for number, (begun, ended) in enumerate(self._excluded(name), start=1):
            counts = self._make(f"{name}c{number}", f"coalesce({ended} > {done} AND {begun} <= {last}, false)")
            first = self._make(f"{name}f{number}", f"CASE WHEN {counts} THEN greatest({begun}, {done}) END")
            until = self._make(f"{name}u{number}", f"CASE WHEN {counts} THEN {ended} END")
            more = self._steps.between(first, until, kind, f"{self._mark}{name}m{number}", self._rule.id)
            days = self._make(f"{name}n{number}", f"{days} + {more}")
            done = self._make(f"{name}d{number}", f"CASE WHEN {counts} THEN {ended} ELSE {done} END")
            last = self._after(start, days, kind, f"{name}l{number}")
        return last

    def _excluded(self, name: str) -> list[tuple[str, str]]:
        """The excluded intervals in the order of their first days; one still running ends at the cut-off date."""
        spans = [(_date(span.from_), _date(span.to)) for span in self._clock.exclude]
        listed = ", ".join(f"{{'b': {begun}, 'e': coalesce({ended}, {self._as_of})}}" for begun, ended in spans)
        if not spans:
            return []
        ordered = self._make(f"{name}spans", f"list_sort(list_filter([{listed}], lambda span: span.b IS NOT NULL))")
        return [(f"{ordered}[{place}].b", f"{ordered}[{place}].e") for place in range(1, len(spans) + 1)]

    def _after(self, start: str, days: str, kind: str, name: str) -> str:
        return self._steps.after(start, days, kind, self._mark + name, self._rule.id)


def _date(ref: DateRef) -> str:
    """The day of an event; by channel, the date that counts for that channel, else the usual one."""
    if isinstance(ref, str):
        return _index(quoted(ref))
    cases = [
        f"WHEN {quoted(ref.by)} = {literal(code)} AND {quoted(column)} IS NOT NULL THEN {_index(quoted(column))}"
        for code, column in ref.of.items()
    ]
    return f"CASE {' '.join(cases)} ELSE {_index(quoted(ref.usual))} END"


def _index(column: str) -> str:
    return f"CAST(CAST({column} AS DATE) - {_EPOCH} AS INTEGER)"


def _day(index: str, kind: str) -> str:
    return f"CAST({_EPOCH} + CAST({index} AS INTEGER) AS {kind})"


def _later(first: str, second: str) -> str:
    return f"CASE WHEN {second} > {first} THEN {second} ELSE {first} END"


def _inside(day: str) -> str:
    return f"({day}) BETWEEN 0 AND len(counted) - 1"


def _counted(day: str) -> str:
    return f"CASE WHEN {_inside(day)} THEN counted[{day} + 1] END"


def _worked(number: str) -> str:
    return f"CASE WHEN ({number}) >= 1 THEN worked[{number}] END"


def _checked(excused: str, found: str, rule: str) -> str:
    return f"CASE WHEN {found} IS NULL AND NOT ({excused}) THEN error({literal(_OUTSIDE + rule)}) ELSE {found} END"
