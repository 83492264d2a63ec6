"""Plants: inconsistencies put into clean records and figures on purpose, with the findings they must cause."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from report import Claims
from rows import Row, Tables, Value
from writer import Declaration

_DECLARED = Path(__file__).with_name("sample") / "plants.yml"


@dataclass(frozen=True)
class Plant:
    """One inconsistency, as sample/plants.yml declares it; the file explains the keys."""

    id: str
    kind: str
    zh: str
    en: str
    findings: list[str]
    set: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    drop: dict[str, list[str]] = field(default_factory=dict)
    print: dict[str, dict[str, str]] = field(default_factory=dict)
    withhold: list[str] = field(default_factory=list)
    names: list[str] | None = None


def declared() -> tuple[Plant, ...]:
    """Read every plant, in the order of the file."""
    entries: list[dict[str, Any]] = yaml.safe_load(_DECLARED.read_text(encoding="utf-8"))
    return tuple(Plant(**entry) for entry in entries)


class Planted:
    """Clean tables and figures, copied, into which plants are put.

    Rows are found by the keys they have before anything is planted, so that plants do not depend on each other.
    """

    def __init__(self, tables: Tables, claims: Claims, declarations: Iterable[Declaration]) -> None:
        """Copy what is given."""
        self.tables: Tables = {name: [dict(row) for row in rows] for name, rows in tables.items()}
        self.claims: Claims = {name: dict(claim) for name, claim in claims.items()}
        self._keys = {declaration.name: declaration.key for declaration in declarations}
        self._rows = {name: {self._key(name, row): row for row in rows} for name, rows in self.tables.items()}

    def put(self, plant: Plant) -> list[str]:
        """Carry out one plant and list the records that its findings must name."""
        changed: list[str] = []
        for table, rows in plant.set.items():
            for key, cells in rows.items():
                row = self._rows[table][key]
                self._overwrite(row, cells, f"{plant.id}, {table} {key}")
                changed.append(f"{table}:{self._key(table, row)}")
        for table, keys in plant.drop.items():
            lost = [self._rows[table][key] for key in keys]
            self.tables[table] = [row for row in self.tables[table] if not any(row is gone for gone in lost)]
        for claim, words in plant.print.items():
            self._overwrite(self.claims[claim], words, f"{plant.id}, claim {claim}")
        for claim in plant.withhold:
            del self.claims[claim]
        return changed if plant.names is None else plant.names

    def _key(self, table: str, row: Row) -> str:
        return "|".join(str(row[column]) for column in self._keys[table])

    @staticmethod
    def _overwrite(cells: dict[str, Any], new: dict[str, Any], where: str) -> None:
        for column, value in new.items():
            if cells[column] == value:
                raise ValueError(f"plant {where}: {column} is {value!r} already")
            cells[column] = value


def write_key(answers: list[tuple[Plant, list[str]]], folder: Path) -> None:
    """Write answer_key.csv: each plant with the findings it must cause and the records they must name."""
    with (folder / "answer_key.csv").open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["plant", "kind", "what_zh", "what_en", "findings", "records"])
        for plant, records in answers:
            out.writerow([plant.id, plant.kind, plant.zh, plant.en, " ".join(plant.findings), " ".join(records)])
