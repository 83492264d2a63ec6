"""Every benchmark side by side, with ratios and the machine's description, as Markdown and JSON.

    .venv/bin/python benchmarks/all.py --into FOLDER [--only a b c d e] [--pairs N] [--rows N …] …

a  one year: warm kernels, plain papermill, no notebooks        --pairs
b  a batch of engagements against a papermill loop, per core    --engagements, --loop, --workers
c  ten checks, five ways                                        --rows (1000000 10000000), --pairs
d  the duckdb engine as records grow                            --growth (100000 … 100000000)
e  working-day deadlines against a loop over rows               --days (10000000)

Everything generated lies below --scratch and is removed.  Ratios are medians of ratios within a round, because
machines are shared and noisy; the ways of a round run in turn, in an order that is shuffled.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import cases  # noqa: E402
import checkers  # noqa: E402
import working_days  # noqa: E402
from measure import Part, machine, median, note, use, write  # noqa: E402

HERE = ROOT / "benchmarks"
OURS = "duckdb engine"


def one_year(asked: argparse.Namespace, scratch: Path) -> list[Part]:
    """Part a."""
    target = scratch / "one_year.json"
    use([sys.executable, HERE / "one_year.py", "--pairs", str(asked.pairs), "--into", target])
    report = json.loads(target.read_text(encoding="utf-8"))
    rows = [{"way": way, "median seconds": seconds} for way, seconds in report["median seconds"].items()]
    part = Part(
        "a. One year", f"benchmarks/one_year.py: wall time of whole processes, {report['rounds']} rounds.", rows
    )
    part.ratios = {name: report[name] for name in ("plain / warm", "warm / direct")}
    return [part]


def batch(asked: argparse.Namespace, scratch: Path) -> list[Part]:
    """Part b."""
    cores = machine()["cores"]
    data, counties = scratch / "counties", -(-asked.engagements // 3)
    note(f"b: generating {counties} counties")
    use([sys.executable, ROOT / "data/generate/counties.py", "--into", data, "--counties", str(counties)])
    names = sorted(path.parent.relative_to(data).as_posix() for path in data.glob("*/*/engagement.toml"))
    names = names[: asked.engagements]
    sample = random.Random("loop").sample(names, min(asked.loop, len(names)))
    note(f"b: papermill loop over {len(sample)}")
    loop = use([sys.executable, HERE / "papermill_loop.py", data, scratch / "loop", *sample], core=0)
    note(f"b: batch of {len(names)}")
    more = ["--workers", str(asked.workers)] if asked.workers else []
    command = [sys.executable, "-m", "audit", "batch", *names, "--data", data, "--out", scratch / "batch", "--json"]
    many = use([*command, *more], allowed=(0, 1))
    ledger = scratch / "batch" / "ledger.jsonl"
    lines = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    sealed = {line["run"] for line in lines if line["event"] == "sealed"}
    if len(sealed) != len(names):
        raise RuntimeError(f"{len(sealed)} of {len(names)} engagements were sealed: {many.output[-2000:]}")
    note("b: the same again, all sealed")
    again = use([*command, *more], allowed=(0, 1))
    if len(ledger.read_text(encoding="utf-8").splitlines()) != len(lines):
        raise RuntimeError("what was sealed was not recognised")
    rows = [
        {"way": "papermill loop, on one core", "engagements": len(sample), "seconds": round(loop.seconds, 1),
         "core-seconds each": round(loop.seconds / len(sample), 2),
         "CPU seconds each": round(loop.cpu / len(sample), 2)},
        {"way": f"audit batch, on {cores} cores", "engagements": len(names), "seconds": round(many.seconds, 1),
         "core-seconds each": round(many.seconds * cores / len(names), 2),
         "CPU seconds each": round(many.cpu / len(names), 2)},
        {"way": "audit batch again: all sealed before", "engagements": len(names), "seconds": round(again.seconds, 1),
         "core-seconds each": round(again.seconds * cores / len(names), 3),
         "CPU seconds each": round(again.cpu / len(names), 3)},
    ]  # fmt: skip
    part = Part("b. A batch", (
        f"{len(names)} generated engagements (data/generate/counties.py) once through `audit batch`, sealing included, "
        f"against the same working papers in a plain papermill loop held to one core; the loop is a sample of "
        f"{len(sample)} of them, drawn at random, one run each (n = 1).  Core-seconds are wall seconds times cores."
    ), rows)  # fmt: skip
    each = [row["core-seconds each"] for row in rows], [row["CPU seconds each"] for row in rows]
    part.ratios = {
        "loop / batch, core-seconds each": float(f"{each[0][0] / each[0][1]:.3g}"),
        "loop / batch, CPU seconds each": float(f"{each[1][0] / each[1][1]:.3g}"),
    }
    return [part]


def checks(asked: argparse.Namespace, scratch: Path) -> list[Part]:
    """Part c."""
    parts = []
    for rows in asked.rows:
        path = scratch / f"cases-{rows}.parquet"
        cases.generate(path, rows)
        ways = [way for way in checkers.WAYS if way not in asked.without]
        answers = {way: _check(way, path, rows, asked.memory)[0] for way in ways}  # also warms the file cache
        if len({json.dumps(answer) for answer in answers.values()}) != 1:
            raise RuntimeError(f"the ways disagree: {answers}")
        taken: dict[str, list[tuple[float, float, int]]] = {way: [] for way in ways}
        for number in range(asked.pairs):
            for way in random.Random(number).sample(ways, len(ways)):
                taken[way].append(_check(way, path, rows, asked.memory)[1])
            note(f"c: {rows} rows, round {number + 1} of {asked.pairs}")
        size = path.stat().st_size
        path.unlink()
        part = Part(f"c. Ten checks of {rows:,} records", (
            f"One Parquet file of {size >> 20} MiB, from the file to the counts, imports left out; each in a fresh "
            f"process, {asked.pairs} rounds in shuffled order after one that is not counted.  All ways gave the "
            f"same ten answers: {answers[ways[0]]}.  The duckdb engine also fetches the keys of the failing records; "
            f"DuckDB was limited to {asked.memory} in both of its ways.  Peak: largest resident set of the process."
        ))  # fmt: skip
        for way in ways:
            part.rows.append({
                "way": way, "median seconds": median([t[0] for t in taken[way]]),
                "median seconds of the process": median([t[1] for t in taken[way]]),
                "median peak MiB": round(median([t[2] for t in taken[way]]) / (1 << 20)),
            })  # fmt: skip
        for way in ways:
            if OURS in ways and way != OURS:
                pairs = zip(taken[way], taken[OURS], strict=True)
                part.ratios[f"{way} / {OURS}"] = median([theirs[0] / own[0] for theirs, own in pairs])
        parts.append(part)
    return parts


def _check(way: str, path: Path, rows: int, memory: str) -> tuple[list[int], tuple[float, float, int]]:
    used = use([sys.executable, "-W", "ignore", HERE / "checkers.py", way, path, str(rows), "--memory", memory])
    report = json.loads(used.output.splitlines()[-1])
    return report["answers"], (report["seconds"], used.seconds, used.peak)


def growth(asked: argparse.Namespace, scratch: Path) -> list[Part]:
    """Part d."""
    part = Part("d. The duckdb engine as records grow", (
        f"The ten checks of part c over generated Parquet, DuckDB limited to {asked.memory}; from the file to the "
        f"outcomes, imports left out, each size {asked.repeats} time(s) in a fresh process, medians; "
        f"peak: largest resident set."
    ))  # fmt: skip
    per_record: dict[int, float] = {}
    for rows in asked.growth:
        path = scratch / f"growth-{rows}.parquet"
        begun = time.perf_counter()
        cases.generate(path, rows)
        note(f"d: {rows} rows generated in {time.perf_counter() - begun:.0f} s")
        taken = [_check(OURS, path, rows, asked.memory)[1] for _ in range(asked.repeats)]
        size = path.stat().st_size
        path.unlink()
        seconds = median([t[0] for t in taken])
        per_record[rows] = seconds / rows
        part.rows.append({
            "records": f"{rows:,}", "file MiB": size >> 20, "median seconds": seconds,
            "microseconds a record": float(f"{seconds / rows * 1e6:.3g}"),
            "peak MiB": round(max(t[2] for t in taken) / (1 << 20)),
        })  # fmt: skip
    for less, more in zip(asked.growth, asked.growth[1:], strict=False):
        part.ratios[f"time a record, {more:,} / {less:,}"] = float(f"{per_record[more] / per_record[less]:.3g}")
    return [part]


def deadlines(asked: argparse.Namespace, scratch: Path) -> list[Part]:
    """Part e."""
    path, out, sample = scratch / "days.parquet", scratch / "due.parquet", scratch / "due.json"
    working_days.generate(path, asked.days)
    script, ratios = HERE / "working_days.py", []
    taken: dict[str, list[tuple[float, int, int]]] = {"engine": [], "loop": []}
    for number in range(asked.pairs):
        for way in random.Random(number).sample(sorted(taken), 2):
            target = out if way == "engine" else sample
            used = use([sys.executable, "-W", "ignore", script, way, path, str(asked.sample), target])
            report = json.loads(used.output.splitlines()[-1])
            taken[way].append((report["seconds"], report["rows"], used.peak))
        if not working_days.same(path, out, sample):
            raise RuntimeError("the two ways give other days")
        own, theirs = taken["engine"][-1], taken["loop"][-1]
        ratios.append((theirs[0] / theirs[1]) / (own[0] / own[1]))
        note(f"e: round {number + 1} of {asked.pairs}")
    part = Part(f"e. Working-day deadlines of {asked.days:,} records", (
        f"20 working days from a day of 2021 to 2024: audit.query.deadlines from Parquet to Parquet over all records, "
        f"against a loop over rows that asks chinese_calendar.is_workday day by day, sampled on "
        f"{asked.sample:,} rows already in memory; {asked.pairs} rounds in shuffled order, fresh processes, medians; "
        f"the days were equal wherever both gave one."
    ))  # fmt: skip
    for way, values in taken.items():
        each = median([seconds / rows * 1e6 for seconds, rows, _ in values])
        part.rows.append({
            "way": way, "records": f"{values[0][1]:,}", "median seconds": median([value[0] for value in values]),
            "microseconds a record": each, "peak MiB": round(max(value[2] for value in values) / (1 << 20)),
        })  # fmt: skip
    part.ratios["loop / engine, a record"] = median(ratios)
    return [part]


PARTS: dict[str, Callable[[argparse.Namespace, Path], list[Part]]] = {
    "a": one_year,
    "b": batch,
    "c": checks,
    "d": growth,
    "e": deadlines,
}


def main() -> None:
    """Run the parts that are asked for; results are written after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, required=True, help="folder for results.md and results.json")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--pairs", type=int, default=5, help="rounds of a, c and e")
    parser.add_argument("--engagements", type=int, default=100)
    parser.add_argument("--loop", type=int, default=3, help="engagements that the papermill loop is sampled on")
    parser.add_argument("--workers", type=int, help="of the batch; its own choice if left out")
    parser.add_argument("--rows", type=int, nargs="+", default=[10**6, 10**7])
    parser.add_argument("--without", nargs="+", choices=checkers.WAYS, default=[], help="ways that c leaves out")
    parser.add_argument("--growth", type=int, nargs="+", default=[10**5, 10**6, 10**7, 10**8])
    parser.add_argument("--repeats", type=int, default=3, help="runs of each size in d")
    parser.add_argument("--days", type=int, default=10**7)
    parser.add_argument("--sample", type=int, default=20_000, help="rows that the loop of e is sampled on")
    parser.add_argument("--memory", default="1GB", help="DuckDB's limit")
    parser.add_argument("--scratch", type=Path, help="folder for what is generated, with room for some GB")
    asked = parser.parse_args()
    about, parts = machine(), []
    for name in asked.only:
        with tempfile.TemporaryDirectory(prefix="benchmark-", dir=asked.scratch) as scratch:
            parts += PARTS[name](asked, Path(scratch))
        write(asked.into, about, parts)
    print((asked.into / "results.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
