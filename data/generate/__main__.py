"""Write the illustrative departmental records and check them."""

import argparse
import sys
from pathlib import Path

import records
import selfcheck
import writer
from profiles import PROFILES

_REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> int:
    """Generate every profile, read the files back and hold them against the published figures."""
    parser = argparse.ArgumentParser(prog="data/generate", description=__doc__)
    parser.add_argument("--into", type=Path, default=_REPOSITORY / "data", help="the folder of districts")
    into = parser.parse_args().into
    declared = list(writer.declarations(_REPOSITORY / "expectations" / "tables"))
    for profile in PROFILES:
        folder = into / profile.district / str(profile.year)
        writer.write(records.build(profile), declared, folder)
        written = writer.read(declared, folder)
        faults = selfcheck.faults(profile, written, declared)
        for fault in faults:
            print(f"{profile.district}/{profile.year}: {fault}", file=sys.stderr)
        if faults:
            return 1
        print(f"{folder}: {len(written)} tables, {sum(map(len, written.values()))} rows, self-check passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
