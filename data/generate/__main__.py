"""Write the illustrative engagements: records of Huiji 2020 and 2021; records, report and answer key of the sample."""

import argparse
import sys
from pathlib import Path

import planting
import records
import report
import selfcheck
import writer
from figures import figures
from profiles import PROFILES, SAMPLE_2022, Profile
from rows import Tables

_REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> int:
    """Make each engagement that is asked for."""
    parser = argparse.ArgumentParser(prog="data/generate", description=__doc__)
    parser.add_argument("--into", type=Path, default=_REPOSITORY / "data", help="the folder of districts")
    parser.add_argument("--only", choices=sorted({profile.district for profile in PROFILES}), help="one district")
    parser.add_argument("--without", nargs="*", metavar="PLANT", help="leave these plants out, or all if none is named")
    asked = parser.parse_args()
    declarations = list(writer.declarations(_REPOSITORY / "expectations" / "tables"))
    for profile in PROFILES:
        if asked.only in (None, profile.district):
            folder = asked.into / profile.district / str(profile.year)
            faults = _make(profile, declarations, _wanted(asked.without), folder)
            if faults:
                print(f"{profile.district}/{profile.year}:", *faults, sep="\n", file=sys.stderr)
                return 1
    return 0


def _wanted(without: list[str] | None) -> list[planting.Plant]:
    plants = planting.declared()
    unknown = set(without or ()) - {plant.id for plant in plants}
    if unknown:
        raise SystemExit(f"no such plant: {', '.join(sorted(unknown))}")
    return [] if without == [] else [plant for plant in plants if plant.id not in (without or ())]


def _make(
    profile: Profile, declarations: list[writer.Declaration], plants: list[planting.Plant], folder: Path
) -> list[str]:
    """Build clean records and check them; in the sample put the plants in; write, and read back what was written."""
    tables = records.build(profile)
    faults = selfcheck.faults(profile, tables, declarations)
    if faults:
        return faults
    folder.mkdir(parents=True, exist_ok=True)
    if profile is SAMPLE_2022:
        tables = _publish(profile, tables, declarations, plants, folder)
    writer.write(tables, declarations, folder)
    print(f"{folder}: {len(tables)} tables, {sum(map(len, tables.values()))} rows")
    return [] if writer.read(declarations, folder) == tables else ["the files do not hold what was written"]


def _publish(
    profile: Profile,
    tables: Tables,
    declarations: list[writer.Declaration],
    plants: list[planting.Plant],
    folder: Path,
) -> Tables:
    """Put the plants in, write report and answer key, and give back the records with their plants."""
    planted = planting.Planted(tables, report.drafted(figures(tables, profile.year)), declarations)
    answers = [(plant, planted.put(plant)) for plant in plants]
    report.write(planted.claims, folder)
    planting.write_key(answers, folder)
    return planted.tables


if __name__ == "__main__":
    sys.exit(main())
