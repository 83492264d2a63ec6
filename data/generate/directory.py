"""The units of an illustrative district; units.yml describes them."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import yaml


@dataclass(frozen=True)
class Unit:
    """One office. Every number is a relative size; counts come from the profile."""

    name: str
    kind: str
    staff: int
    officers: int
    supervisors: int
    contested: int
    acts: dict[str, int]
    headings: tuple[str, ...]

    @property
    def files_acts(self) -> bool:
        """Say whether the office files its administrative acts each quarter."""
        return bool(self.acts)


def listed(path: Path) -> tuple[Unit, ...]:
    """Read units in the order of their list."""
    return tuple(
        Unit(
            unit["name"],
            unit["kind"],
            **unit["size"],
            acts=unit.get("acts", {}),
            headings=tuple(unit["headings"]),
        )
        for unit in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


UNITS = listed(Path(__file__).with_name("units.yml"))


def coded(units: tuple[Unit, ...]) -> dict[str, Unit]:
    """Give each unit its code, by its place: 001, 002, and so on."""
    return {f"{place:03d}": unit for place, unit in enumerate(units, 1)}


def contested_unit(rng: Random, units: tuple[Unit, ...], act: str = "") -> str:
    """Draw the unit that a dispute is about, among those doing this kind of act if any does it."""
    doing = {code: unit for code, unit in coded(units).items() if act in unit.acts} or coded(units)
    return rng.choices(list(doing), weights=[unit.contested for unit in doing.values()])[0]
