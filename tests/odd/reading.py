"""Reads odd files one by one, each in a process of its own with little memory and little time; prints JSON.

Called with a folder that holds one folder per file.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from audit.errors import IntakeError
from audit.intake import intake_csv, read_tables, write_faults
from odd.files import SPEC

MEMORY = 2 * 2**30
SECONDS = 10


def look(folder: Path) -> dict[str, Any]:
    """What comes of reading one file."""
    try:
        table = read_tables(folder, {"cases": SPEC}, {})["cases"]
    except IntakeError as error:
        again = write_faults(folder / "faults.xlsx", error)
        return {"message": str(error), "faults": len(error.faults), "workbook": str(again).endswith("faults.xlsx")}
    columns = [table.frame[name].astype("str").where(table.frame[name].notna(), "") for name in SPEC.columns]
    done = sorted({repair.what for repair in table.repairs})
    return {"rows": list(zip(*columns, strict=True)), "done": done, "record": intake_csv(table.repairs)}


def apart(folder: Path) -> dict[str, Any]:
    """The same in a child process, held to its limits."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        signal.alarm(6 * SECONDS)  # for the case that it waits instead of working
        try:
            found = look(folder)
        except BaseException as error:
            found = {"traceback": f"{type(error).__name__}: {error}"}
        with os.fdopen(into, "w") as answer:
            json.dump(found, answer, default=str)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as answer:
        text = answer.read()
    _, status, used = os.wait4(child, 0)
    found = json.loads(text) if text else {"died": status}
    return {**found, "seconds": round(used.ru_utime + used.ru_stime, 2), "megabytes": used.ru_maxrss // 1024}


if __name__ == "__main__":
    import openpyxl  # noqa: F401  # what a reading may load is loaded before the clock runs
    import pyarrow.parquet  # noqa: F401
    from python_calamine import CalamineWorkbook  # noqa: F401

    places = sorted(path for path in Path(sys.argv[1]).iterdir())
    json.dump({path.name: apart(path / "huiji" / "2021") for path in places}, sys.stdout)
