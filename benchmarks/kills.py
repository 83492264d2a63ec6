"""Kill `audit run` at random moments, and hold what is left to what is promised.

    python benchmarks/kills.py [MOMENTS] [DISTRICT YEAR]

After each kill: what looks sealed is whole (bagit agrees, the ledger states its manifests), the ledger reads and is
unbroken, and at the end the next run works.  Prints one line a kill; exit status 1 when a promise is broken.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import bagit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from audit.verify.chain import check_checkpoint, read_chain, split_ledger  # noqa: E402
from audit.verify.digests import digest_file  # noqa: E402
from audit.verify.merkle import read_checkpoint  # noqa: E402


def command(out: Path, engagement: list[str]) -> list[str]:
    """The command line of a run."""
    return [sys.executable, "-m", "audit", "run", *engagement, "--out", str(out)]


def broken(out: Path) -> list[str]:
    """Every promise that does not hold in this results folder."""
    ledger = out / "ledger.jsonl"
    content = ledger.read_bytes() if ledger.exists() else b""
    lines, breaks = read_chain(content)
    found = [f"ledger, line {b.line}: {b.kind}" for b in breaks if b.kind != "torn"]
    if (out / "checkpoint.note").exists():
        checkpoint = read_checkpoint((out / "checkpoint.note").read_text(encoding="utf-8"))
        found += [f"checkpoint: {b.kind}" for b in check_checkpoint(split_ledger(content)[0], checkpoint)]
    for mark in out.rglob("bagit.txt"):
        run = mark.parent.relative_to(out).as_posix()
        closing = [line for line in lines if line.run == run and line.event in ("sealed", "failed")]
        if not closing or not bagit.Bag(str(mark.parent)).is_valid():
            found.append(f"{run} looks sealed and is not")
        elif closing[0].facts["manifest"] != digest_file(mark.parent / "manifest-sha256.txt")["sha256"]:
            found.append(f"{run} is not what the ledger sealed")
    return found


def main() -> int:
    """Kill, look, and run once more."""
    moments = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    engagement = sys.argv[2:4] or ["huiji", "2021"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    luck = random.Random(30)
    with tempfile.TemporaryDirectory(prefix="audit-kills-") as folder:
        out = Path(folder)
        begun = time.monotonic()
        subprocess.run(command(out, engagement), env=environment, capture_output=True, check=False)
        whole = time.monotonic() - begun
        print(f"a whole run takes {whole:.1f} s")
        wrong = broken(out)
        number = 0
        while number < moments:
            # Every third kill falls into the last tenth, where the run is sealed.
            share = luck.uniform(0.9, 1) if number % 3 == 2 else luck.uniform(0.05, 1)
            process = subprocess.Popen(
                command(out, engagement), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            begun = time.monotonic()
            try:
                process.wait(share * whole)
                whole = time.monotonic() - begun  # the machine has less else to do now; this was no kill
                continue
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            number += 1
            now = broken(out)
            wrong += now
            print(f"{number:2d} at {share * whole:5.1f} of {whole:.1f} s: {now or 'all holds'}", flush=True)
        done = subprocess.run(command(out, engagement), env=environment, capture_output=True, text=True, check=False)
        wrong += broken(out) + ([] if done.returncode in (0, 1) else [f"the next run did not work: {done.stderr}"])
        lines, _ = read_chain((out / "ledger.jsonl").read_bytes())
        print(dict(Counter(line.event for line in lines)), "the next run:", lines[-1].run, lines[-1].event)
    print("\n".join(wrong) if wrong else "every promise held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
