"""Runs made up by hand, small enough to be sealed many times; and a program that does nothing else."""

import json
import sys
from pathlib import Path

from audit.seal import Account, OpenRun, Sealed, now, open_run, seal_run

OUTPUT = {"output_type": "stream", "name": "stdout", "text": "46\n"}
CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "46", "execution_count": 1, "outputs": [OUTPUT]}
NOTEBOOK = {"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
COUNTS = {"declared": 1, "passed": 0, "failed": 1, "not_tested": 0, "errors": 0}
FINDINGS = {"reconciliation": {"rules": COUNTS}, "findings": [{"status": "fail", "severity": "warning"}]}
ENGAGEMENT = 'as_of = 2021-12-31\n[district_name]\nzh = "某区<b>"\nen = "A district"\n'
FILES = {
    "data/1-conclusion/findings.json": json.dumps(FINDINGS),
    "data/1-conclusion/claims.json": "[]\n",
    "data/1-conclusion/appendix.html": "<!DOCTYPE html>\n",
    "data/2-proof/outcomes.json": "[]\n",
    "data/2-proof/control_totals.json": "[]\n",
    "data/2-proof/notebooks/00_sources.ipynb": json.dumps(NOTEBOOK),
    "data/3-plan/parameters.json": '{"district": "huiji", "year": 2021}\n',
    "data/3-plan/engagement.toml": ENGAGEMENT,
    "data/3-plan/expectations/measures.yml": "{}\n",
    "data/3-plan/expectations/rules/cross.yml": "[]\n",
    "data/3-plan/expectations/suites/units.json": "{}\n",
    "data/4-reference/inputs/huiji/2021/units.csv": "单位\n甲\n",
    "data/4-reference/source/audit/__init__.py": "",
    "data/4-reference/source/notebooks/00_sources.ipynb": "{}\n",
}


def fill(run: OpenRun) -> None:
    """Write what a run writes."""
    for name, text in FILES.items():
        path = run.folder.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def account(run: OpenRun, problem: str = "") -> Account:
    """What such a run tells of itself."""
    failure = {"problem": problem, "where": "somewhere", "remedy": "run again"} if problem else None
    inputs = {"huiji/2021/units.csv": "1" * 64}
    return Account(run.opening.facts["by"], run.opening.at, now(), inputs, inputs, failure)


def seal_one(out: Path, district: str = "huiji", year: int = 2021, problem: str = "") -> Sealed:
    """One run from its opening to its seal."""
    with open_run(out, district, year) as run:
        fill(run)
        return seal_run(run, account(run, problem))


if __name__ == "__main__":  # OUT DISTRICT TIMES: seal so many runs, and say so after each
    for _ in range(int(sys.argv[3])):
        print(seal_one(Path(sys.argv[1]), sys.argv[2]).line.run, flush=True)
