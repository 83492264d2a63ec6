"""One year three ways, side by side: warm kernels, plain papermill one after another, and no notebooks at all.

    .venv/bin/python benchmarks/one_year.py [--pairs N] [--into FILE]

Each round runs the three one after another in a random order; the ratios are taken within rounds, because
machines are shared and noisy, and their medians are reported.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# The same notebooks on the same snapshot, as papermill runs them when nobody helps it.
PLAIN = """
import sys, tempfile
from pathlib import Path
import papermill
from audit.archive import Parameters, RunFolder
from audit.conduct.folder import lay_out, take_snapshot
from audit.home import Home
from audit.programme.plan import PROGRAMME
from audit.rulebook import load_rulebook
home = Home(outputs=Path(tempfile.mkdtemp(dir=sys.argv[1])))
parameters = Parameters(district="huiji", year=2021)
folder = lay_out(RunFolder(home.outputs / "huiji/2021/0001"))
take_snapshot(folder, home, parameters, load_rulebook(home.expectations))
for paper in PROGRAMME:
    papermill.execute_notebook(
        str(home.notebooks / f"{paper.name}.ipynb"), str(folder.proof / "notebooks" / f"{paper.name}.ipynb"),
        parameters={"district": "huiji", "year": 2021, "run": str(folder.path)}, kernel_name="python3",
        progress_bar=False, cwd=str(home.notebooks))
"""
DIRECT = """
import sys
from audit.home import Home
from audit.programme import carry_out
from audit.programme.pictures import domain_charts
from audit.render import appendix
from audit.rulebook.book import DOMAINS
from audit.selftest import selftest
charts = {}
def draw(audit):
    selftest(audit)
    charts.update({chart.name: chart for domain in DOMAINS for chart in domain_charts(audit, domain, "zh")})
results = carry_out(Home(), "huiji", 2021, look=draw)
assert charts
appendix(results, "zh", charts, [])
"""


def seconds(command: list[str]) -> float:
    """Wall time of a whole process.  Raises CalledProcessError when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun


def main() -> None:
    """Run the rounds and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--into", type=Path)
    arguments = parser.parse_args()
    python, out = sys.executable, tempfile.mkdtemp(prefix="one-year-")
    ways = {
        "warm": [python, "-m", "audit", "run", "huiji", "2021", "--out", out],
        "plain": [python, "-c", PLAIN, out],
        "direct": [python, "-c", DIRECT],
        "help": [python, "-m", "audit", "--help"],
        "pass": [python, "-c", "pass"],
    }
    for command in ways.values():
        seconds(command)  # once, unmeasured: compiled modules and file caches
    rounds = []
    for number in range(arguments.pairs):
        order = random.sample(sorted(ways), len(ways))
        taken = {way: seconds(ways[way]) for way in order}
        rounds.append(taken)
        print(number + 1, {way: round(taken[way], 2) for way in ways}, file=sys.stderr)
    report = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "rounds": len(rounds),
        "median seconds": {way: round(statistics.median(r[way] for r in rounds), 2) for way in ways},
        "plain / warm": round(statistics.median(r["plain"] / r["warm"] for r in rounds), 2),
        "warm / direct": round(statistics.median(r["warm"] / r["direct"] for r in rounds), 2),
        "help - pass, seconds": round(statistics.median(r["help"] - r["pass"] for r in rounds), 3),
    }
    text = json.dumps(report, indent=2)
    print(text)
    if arguments.into:
        arguments.into.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
