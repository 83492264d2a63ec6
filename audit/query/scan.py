"""Large deliveries read where they lie: typed as declared, counted and summed in one pass, never loaded.

The usual reader repairs what has one reading.  Here nothing is repaired: a file that needs it is refused, and each
place is named with the words of the usual reader.  Parquet and CSV in UTF-8 with the header in its first row.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from audit.errors import DataFault
from audit.intake.amounts import DoubtError
from audit.intake.cells import reader
from audit.intake.header import Headers, Located, locate
from audit.intake.reader import Stored
from audit.intake.record import Repair
from audit.intake.sheets import Cell, Delivery, Sheet, written
from audit.intake.words import MASK, REPAIRS, Place, fault
from audit.model import Control, Text
from audit.query.machine import LOADED, Machine
from audit.query.store import SqlError, Store, literal, quoted
from audit.query.typed import Typed, no_record, typed
from audit.rulebook.tables import TableSpec

_SHOWN = 500
_NO_RECORD = Text(
    zh="不是记录的行（合计、附注、示例、重复的表头）",
    en="a row that is no record (a total, a note, the example, a header)",
)
_ENDINGS = (".csv", ".parquet")
_MOST_LINE = 2**20


@dataclass(frozen=True)
class Scanner:
    """Reads what is larger than `loaded` bytes."""

    store: Store
    loaded: int = LOADED

    def takes(self, path: Path) -> bool:
        """Whether a delivered file is read here and not by the usual reader."""
        return path.suffix.lower() in _ENDINGS and path.stat().st_size > self.loaded

    def read(self, path: Path, shown: str, spec: TableSpec, faults: list[DataFault]) -> Stored | None:
        """The table as it lies in the file, or None after noting why it cannot be used."""
        try:
            raw, names, types = self._opened(path)
        except (SqlError, OSError, UnicodeDecodeError, csv.Error, StopIteration) as problem:
            faults.append(_unreadable(path, shown, problem))
            return None
        located = locate(Delivery((Sheet("", ((1, names),)),)), spec, Headers(spec), shown, faults)
        if located is None:
            return None
        work = _Scan(self.store, raw, shown, spec, located, types)
        return work.table(path, faults)

    def _opened(self, path: Path) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What stands after FROM, its columns named c0, c1, …, and their names and types in the file."""
        where = literal(str(path))
        if path.suffix.lower() == ".parquet":
            found = self.store.columns(f"read_parquet({where})")
            listed = ", ".join(f"{quoted(name)} AS c{place}" for place, name in enumerate(found))
            return f"(SELECT {listed} FROM read_parquet({where}))", tuple(found), tuple(found.values())
        with path.open(encoding="utf-8-sig", newline="") as lines:
            names = tuple(next(csv.reader([lines.readline(_MOST_LINE)], strict=True)))
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place, _ in enumerate(names))
        options = "header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false, strict_mode = true"
        return f"read_csv({where}, columns = {{{columns}}}, {options})", names, ("VARCHAR",) * len(names)


def scanner(store: Store, machine: Machine) -> Scanner | None:
    """What reads the large files of a run; None for pandas, which loads every file or refuses it."""
    return None if machine.engine == "pandas" else Scanner(store, machine.loaded)


class _Scan:
    """One delivered file, its header understood."""

    def __init__(
        self, store: Store, raw: str, shown: str, spec: TableSpec, located: Located, types: tuple[str, ...]
    ) -> None:
        self._store, self._raw, self._shown, self._spec, self._located = store, raw, shown, spec, located
        self._columns: dict[str, Typed] = {
            name: typed(f"c{place}", types[place], spec.columns[name], is_key=name in spec.key)
            for name, place in located.positions.items()
        }

    def table(self, path: Path, faults: list[DataFault]) -> Stored | None:
        """The table; every doubtful place is a fault."""
        before = len(faults)
        for name, column in self._columns.items():
            if column.refused:
                faults.append(fault("not_typed", self._place(name, None), found=column.refused, type=self._kind(name)))
        if len(faults) > before:
            return None
        try:
            rows, sums = self._counted(faults)
        except SqlError as problem:
            faults.append(_unreadable(path, self._shown, problem))
        if len(faults) > before:
            return None
        control = Control(
            self._spec.table, self._shown, _digest(path), path.stat().st_size, rows, sums, self._located.ignored
        )
        selected = ", ".join(f"{column.value} AS {quoted(name)}" for name, column in self._ordered().items())
        notes = [Repair(self._shown, "", n.row, "", n.before, n.after, n.what) for n in self._located.notes]
        relation = f"(SELECT {selected} FROM {self._raw})"
        return Stored(self._spec, relation, rows, control, tuple(notes), path.suffix.lower() == ".parquet")

    def _counted(self, faults: list[DataFault]) -> tuple[int, dict[str, str]]:
        """Rows and sums; notes a fault for every doubtful cell (of one column, the first 500)."""
        doubts = {name: f"count(*) FILTER (WHERE {column.doubtful})" for name, column in self._columns.items()}
        numbers = [name for name, column in self._spec.columns.items() if column.type in ("integer", "decimal")]
        sums = [f"sum({self._columns[name].value})" for name in numbers]
        strays = f"count(*) FILTER (WHERE {self._stray()})"
        # One query for both: where a cell is doubtful its value is missing, and the sum is not used.
        row = self._store.rows(f"SELECT count(*), {strays}, {', '.join([*doubts.values(), *sums])} FROM {self._raw}")[0]
        for name, count in zip(doubts, row[2:], strict=False):
            if count:
                self._name_doubts(name, count, faults)
        if row[1]:
            self._name_strays(faults)
        totals = dict(zip(numbers, row[2 + len(doubts) :], strict=True))
        places = {"integer": "0", "decimal": "0.0001"}
        return row[0], {
            name: str(Decimal(total or 0).quantize(Decimal(places[self._kind(name)]))) for name, total in totals.items()
        }

    def _name_doubts(self, name: str, count: int, faults: list[DataFault]) -> None:
        """Each doubtful cell as the usual reader would have it: its fault, or the repair that is not made here."""
        column, is_key = self._spec.columns[name], name in self._spec.key
        read = reader(column, is_key, False)
        place = self._located.positions[name]
        for number, cell in self._numbered(f"c{place}", self._columns[name].doubtful):
            at, value = self._place(name, number), MASK if column.confidential and cell is not None else written(cell)
            try:
                found, repairs = read(cell)
            except DoubtError as doubt:
                faults.append(fault(doubt.kind, at, value, **doubt.fields))
                continue
            if found is None and is_key:
                faults.append(fault("empty_key", at))
            else:
                done = [REPAIRS[word] for word in repairs] or [REPAIRS["spaces"]]
                what = Text(zh="、".join(word.zh for word in done), en=", ".join(word.en for word in done))
                faults.append(fault("not_clean", at, value, what=what))
        if count > _SHOWN:
            faults.append(fault("more_like_it", self._place(name, None), count=count - _SHOWN))

    def _name_strays(self, faults: list[DataFault]) -> None:
        for number, key in self._numbered(self._first_key(), self._stray()):
            faults.append(fault("not_clean", Place(self._shown, row=number), written(key), what=_NO_RECORD))

    def _numbered(self, column: str, where: str) -> list[tuple[int, Cell]]:
        """The first rows that meet a condition, numbered as a spreadsheet shows them below a header."""
        numbered = f"SELECT *, row_number() OVER () + 1 AS number FROM {self._raw}"
        found = self._store.rows(f"SELECT number, {column} FROM ({numbered}) WHERE {where} ORDER BY 1 LIMIT {_SHOWN}")
        return [(int(number), cell) for number, cell in found]

    def _stray(self) -> str:
        texts = [f"c{self._located.positions[name]}" for name in self._spec.columns if self._kind(name) == "text"]
        heads = [self._located.headers[self._located.positions[self._spec.key[0]]], *self._accepted()]
        return no_record(self._first_key(), self._spec.columns[self._spec.key[0]], texts, heads)

    def _accepted(self) -> tuple[str, ...]:
        column = self._spec.columns[self._spec.key[0]]
        return (self._spec.key[0], column.title.zh, column.title.en, *column.also)

    def _first_key(self) -> str:
        return f"CAST(c{self._located.positions[self._spec.key[0]]} AS VARCHAR)"

    def _ordered(self) -> dict[str, Typed]:
        return {name: self._columns[name] for name in self._spec.columns}

    def _kind(self, name: str) -> str:
        return self._spec.columns[name].type

    def _place(self, name: str, row: int | None) -> Place:
        return Place(self._shown, "", row, self._spec.columns[name].title.zh, self._located.positions[name])


def _unreadable(path: Path, shown: str, problem: Exception) -> DataFault:
    kind = "no_parquet" if path.suffix.lower() == ".parquet" else "not_csv"
    return fault(kind, Place(shown), error=str(problem).replace(str(path), path.name)[:300])


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
