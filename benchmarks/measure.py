"""Measuring whole processes, describing the machine, and writing what came out as Markdown and JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Used:
    """What one process used: wall and processor seconds with its children's, the largest resident set of any."""

    seconds: float
    cpu: float
    peak: int
    output: str


@dataclass
class Part:
    """One part of the report: what was measured and how, in words, and its rows."""

    name: str
    how: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    ratios: dict[str, float | None] = field(default_factory=dict)


def use(command: Sequence[str | Path], *, core: int | None = None, allowed: tuple[int, ...] = (0,)) -> Used:
    """Run a command to its end; on one `core` if given.  Raises RuntimeError for a status not `allowed`."""
    before = os.sched_getaffinity(0) if core is not None else set()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with TemporaryFile() as told:
        begun = time.perf_counter()
        try:
            if core is not None:
                os.sched_setaffinity(0, {core})  # a child begins where its parent is
            argv = list(map(str, command))
            process = subprocess.Popen(argv, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=told)
        finally:
            if core is not None:
                os.sched_setaffinity(0, before)
        assert process.stdout
        with process.stdout:
            output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            told.seek(0)
            raise RuntimeError(f"{argv[:4]} ended with {process.returncode}: {told.read().decode()[-2000:]}")
    return Used(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10, output.decode())


def median(values: Sequence[float]) -> float:
    """The median, to three digits."""
    return float(f"{statistics.median(values):.3g}")


def machine() -> dict[str, Any]:
    """Where it was measured; no name of a host or a user."""
    cpu = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    memory = next((int(line.split()[1]) >> 20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    packages = ("duckdb", "pandas", "great-expectations", "polars", "pandera", "pointblank", "papermill")
    return {
        "processor": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory GiB": memory,
        "load when it began": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in packages},
    }


def write(into: Path, about: dict[str, Any], parts: Sequence[Part]) -> None:
    """results.json and results.md."""
    into.mkdir(parents=True, exist_ok=True)
    document = {"machine": about, "parts": [asdict(part) for part in parts]}
    (into / "results.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = ["# Benchmarks", "", "Measured, nothing expected; each part says how.", ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    for part in parts:
        lines += ["", f"## {part.name}", "", part.how, ""]
        heads = list(dict.fromkeys(head for row in part.rows for head in row))
        if heads:
            lines += [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
            lines += [f"| {' | '.join(str(row.get(head, '')) for head in heads)} |" for row in part.rows]
        if part.ratios:
            lines += ["", "| ratio | measured |", "| --- | --- |"]
            lines += [f"| {name} | {'not measured' if r is None else r} |" for name, r in part.ratios.items()]
    (into / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def note(*words: object) -> None:
    """A line for whoever waits."""
    print(*words, file=sys.stderr, flush=True)


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).is_file() else []


def _version(name: str) -> str:
    try:
        return version(name)
    except ImportError:
        return "not installed"
