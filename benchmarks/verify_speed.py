"""How fast a verifier reads: the digests of 1 GB of payload, by `audit verify` and by sha256sum, over the same files.

    .venv/bin/python benchmarks/verify_speed.py [--megabytes 1024] [--files 64] [--times 5]

Both read the same files from the page cache, in turn, after one reading that is not counted.  The target is 0.7 of
the speed of sha256sum.  Whole verification of the same bag, with every other step, is timed once more beside it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from audit.verify.bag import digest_steps
from audit.verify.case import Case
from audit.verify.check import verify_archive
from audit.verify.digests import digest_bytes, manifest_text
from audit.verify.place import open_archive

TARGET = 0.7
_BLOCK = 1 << 20


def main() -> int:
    """Measure and print; 0 when the target is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--files", type=int, default=64)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="audit-benchmark-") as folder:
        bag = Path(folder) / "0001"
        make_bag(bag, options.megabytes, options.files)
        size = options.megabytes / 1024
        ours, theirs = side_by_side(lambda: read_all(bag), lambda: sha256sum(bag), options.times)
        whole, _ = side_by_side(lambda: verify_archive(bag), lambda: None, 2)
    if shutil.which("sha256sum") is None:
        print("there is no sha256sum on this machine", file=sys.stderr)
        return 3
    ratio = theirs / ours
    print(f"payload                    {size:.2f} GB in {options.files} files, median of {options.times}")
    print(f"audit verify, digests      {ours:.2f} s   {size / ours:.2f} GB/s")
    print(f"sha256sum -c               {theirs:.2f} s   {size / theirs:.2f} GB/s")
    print(f"ratio of speeds            {ratio:.2f}   (target {TARGET})")
    print(f"audit verify, every step   {whole:.2f} s   {size / whole:.2f} GB/s")
    return 0 if ratio >= TARGET else 1


def make_bag(bag: Path, megabytes: int, count: int) -> None:
    """A bag of `count` files, one as large as all others together, as departments' files are."""
    inputs = bag / "data" / "4-reference" / "inputs" / "made" / "2021"
    inputs.mkdir(parents=True)
    block = b"".join(digest_bytes(str(n).encode()).encode() for n in range(_BLOCK // 64))
    sizes = [megabytes // 2] + [max(1, megabytes // 2 // (count - 1))] * (count - 1)
    for number, size in enumerate(sizes):
        with (inputs / f"table_{number:03d}.csv").open("wb") as file:
            for turn in range(size):
                file.write(block[turn % 4096 :] + block[: turn % 4096])
    subprocess.run(
        "find data -type f -print0 | sort -z | xargs -0 sha256sum > manifest-sha256.txt", shell=True, cwd=bag
    )
    total = sum(path.stat().st_size for path in inputs.iterdir())
    (bag / "bag-info.txt").write_text(f"Payload-Oxum: {total}.{count}\n")
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    listed = {name: digest_bytes((bag / name).read_bytes()) for name in tags}
    (bag / "tagmanifest-sha256.txt").write_text(manifest_text(listed))


def read_all(bag: Path) -> None:
    """V1 of our own verifier.  Raises AssertionError when it does not agree."""
    archive = open_archive(bag)
    steps = list(digest_steps(Case(archive)))
    assert all(step.status != "fail" for step in steps), steps


def sha256sum(bag: Path) -> None:
    """The same with sha256sum.  Raises CalledProcessError when it does not agree."""
    subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=bag, check=True)


def side_by_side(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """Medians of both, taken in turn, after one turn that is not counted."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(times + 1):
        for work, seconds in zip((first, second), taken, strict=True):
            begun = time.perf_counter()
            work()
            if turn:
                seconds.append(time.perf_counter() - begun)
    return statistics.median(taken[0]), statistics.median(taken[1])


if __name__ == "__main__":
    sys.exit(main())
