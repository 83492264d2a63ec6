"""The same working papers as plain papermill runs them: one notebook after another, a new kernel for each.

    .venv/bin/python benchmarks/papermill_loop.py DATA OUT DISTRICT/YEAR …

Prints how many engagements were carried out.  Nothing is sealed and no page is made, which `audit batch` does.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import papermill  # noqa: E402

from audit.archive import Parameters, RunFolder  # noqa: E402
from audit.conduct.folder import lay_out, take_snapshot  # noqa: E402
from audit.home import Home  # noqa: E402
from audit.programme.plan import PROGRAMME  # noqa: E402
from audit.rulebook import load_rulebook  # noqa: E402


def main() -> None:
    """Carry out the engagements."""
    home = Home(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    book = load_rulebook(home.expectations)
    for name in sys.argv[3:]:
        district, _, year = name.partition("/")
        folder = lay_out(RunFolder(home.outputs / district / year / "0001"))
        take_snapshot(folder, home, Parameters(district=district, year=int(year)), book)
        for paper in PROGRAMME:
            papermill.execute_notebook(
                str(home.notebooks / f"{paper.name}.ipynb"),
                str(folder.proof / "notebooks" / f"{paper.name}.ipynb"),
                parameters={"district": district, "year": int(year), "run": str(folder.path)},
                kernel_name="python3",
                progress_bar=False,
                cwd=str(home.notebooks),
            )
    print(len(sys.argv[3:]))


if __name__ == "__main__":
    main()
