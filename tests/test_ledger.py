"""The ledger under several writers, under kills, on a full disk, and in the hands of somebody who edits it."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest
from made_runs import account, fill, seal_one
from runs import ROOT, audit

from audit.errors import AuditError
from audit.seal import open_run, refusal_behind, seal_folder, seal_run
from audit.seal.ledger import ledger_of
from audit.seal.locks import FileLock
from audit.seal.shelf import runs_on_record, settle_run
from audit.verify.chain import check_checkpoint, read_chain, split_ledger
from audit.verify.digests import digest_bytes
from audit.verify.merkle import read_checkpoint


def start(*arguments: str | Path | int) -> "subprocess.Popen[str]":
    """A process that seals made-up runs, one after another."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    command = [sys.executable, "-m", "made_runs", *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def check_all(out: Path) -> dict[str, str]:
    """The ledger is unbroken, and what looks sealed is whole; gives the status of each run."""
    content = (out / "ledger.jsonl").read_bytes()
    lines, breaks = read_chain(content)
    assert [found for found in breaks if found.kind != "torn"] == []
    if (out / "checkpoint.note").exists():
        checkpoint = read_checkpoint((out / "checkpoint.note").read_text(encoding="utf-8"))
        assert check_checkpoint(split_ledger(content)[0], checkpoint) == []
    status = {line.run: line.event for line in lines if line.event in ("opened", "sealed", "failed", "abandoned")}
    for mark in out.rglob("bagit.txt"):
        run = mark.parent.relative_to(out).as_posix()
        assert status[run] in ("sealed", "failed"), run
        assert bagit.Bag(str(mark.parent)).is_valid(), run
        closing = next(line for line in lines if line.run == run and line.event == status[run])
        assert closing.facts["seal"] == digest_bytes((seal_folder(mark.parent) / "seal.json").read_bytes())
        assert closing.facts["manifest"] == digest_bytes((mark.parent / "manifest-sha256.txt").read_bytes())
    return status


def test_twelve_processes_seal_at_once_and_no_number_is_used_twice(tmp_path: Path) -> None:
    own = [start(tmp_path, f"district{number}", 2) for number in range(8)]
    shared = [start(tmp_path, "shared", 3) for _ in range(4)]
    said = [process.communicate(timeout=120)[0].split() for process in (*own, *shared)]
    assert all(process.returncode == 0 for process in (*own, *shared))
    runs = [run for lines in said for run in lines]
    assert len(runs) == len(set(runs)) == 28
    assert {run for run in runs if run.startswith("shared")} == {f"shared/2021/{n:04d}" for n in range(1, 13)}
    assert check_all(tmp_path) == dict.fromkeys(runs, "sealed")
    assert len(list(tmp_path.rglob("bagit.txt"))) == 28


def test_a_kill_at_any_moment_leaves_nothing_that_looks_sealed_and_is_not(tmp_path: Path) -> None:
    """Processes that do nothing but open and seal runs are killed; each time the next one makes up for it."""
    luck, seen = random.Random(20261128), set()
    for _ in range(8):
        process = start(tmp_path, "huiji", 1000)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(luck.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        check_all(tmp_path)
        seal_one(tmp_path)
        seen |= set(check_all(tmp_path).values())
        assert not list(tmp_path.rglob("*.running"))
    assert seen <= {"sealed", "abandoned"}
    for run, event in check_all(tmp_path).items():
        assert (tmp_path / run / "bagit.txt").exists() == (event == "sealed"), run


# A kill at each step of sealing, one by one: the process ends itself just before it.
STEPS = ("take_payload", "write_bag", "statement", "ledger_facts", "_commit", "finish")


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_before_each_step_of_sealing(tmp_path: Path, step: str) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from audit.seal import sealing; from made_runs import seal_one\n"
        "def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"sealing.{step} = die\nseal_one(Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    run = tmp_path / "huiji/2021/0001"
    assert not (run / "bagit.txt").exists()
    assert seal_one(tmp_path).line.run == "huiji/2021/0002"
    # Once the ledger has its line, the next writer finishes what is left; before that, the run has died.
    assert check_all(tmp_path)["huiji/2021/0001"] == ("sealed" if step == "finish" else "abandoned")
    assert (run / "bagit.txt").exists() == (step == "finish")
    record = settle_run(tmp_path, "huiji/2021/0001")
    assert record.status == ("sealed" if step == "finish" else "failed")
    assert bagit.Bag(str(run)).is_valid()
    assert check_all(tmp_path)["huiji/2021/0001"] == record.status


def test_a_run_that_died_is_put_on_record_and_can_be_sealed_as_failed(tmp_path: Path) -> None:
    with open_run(tmp_path, "huiji", 2021) as run:
        fill(run)
        assert [entry.status for entry in runs_on_record(tmp_path)] == ["opened"]
        with pytest.raises(AuditError, match="still going on"):
            settle_run(tmp_path, run.name)
    assert [entry.status for entry in runs_on_record(tmp_path)] == ["abandoned"]
    done = audit("seal", "huiji/2021/0001", "--out", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["status"], document["code"], document["signatures"]) == ("failed", "", [])
    said = json.loads((tmp_path / "huiji/2021/0001.seal/seal.json").read_bytes())["predicate"]
    assert "killed" in said["failure"]["problem"]
    assert said["inputs"]["before"].keys() == {"huiji/2021/units.csv"}
    assert check_all(tmp_path) == {"huiji/2021/0001": "failed"}
    shown = audit("seal", "--out", tmp_path)
    assert shown.returncode == 0
    assert "huiji/2021/0001" in shown.stdout
    assert "未完成" in shown.stdout


def test_a_run_that_died_before_it_had_a_folder_can_be_sealed_too(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.append("opened", "huiji/2021/0001", {"by": "张三"})
    assert settle_run(tmp_path, "huiji/2021/0001").status == "failed"
    assert check_all(tmp_path) == {"huiji/2021/0001": "failed"}
    assert (tmp_path / "huiji/2021/0001/bagit.txt").exists()


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_line_that_a_kill_cut_off_is_cut_and_that_is_on_record(tmp_path: Path, kept: int) -> None:
    seal_one(tmp_path)
    path = tmp_path / "ledger.jsonl"
    whole = path.read_bytes()
    torn = whole.splitlines()[1][:kept]
    path.write_bytes(whole + torn)
    assert [found.kind for found in read_chain(path.read_bytes())[1]] == ["torn"]
    seal_one(tmp_path)
    lines, breaks = read_chain(path.read_bytes())
    assert breaks == []
    assert path.read_bytes().startswith(whole)
    assert lines[2].facts["cut"] == {"bytes": len(torn), "sha256": digest_bytes(torn)}


def edited(content: bytes) -> bytes:
    return content.replace(b'"by":"', b'"by":"x', 1)


def shortened(content: bytes) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:-1])


def swapped(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join([*lines[:2], lines[3], lines[2]])


@pytest.mark.parametrize(("change", "told"), [(edited, "line 2"), (shortened, "shorter"), (swapped, "line 3")])
def test_nothing_is_added_to_a_ledger_that_was_edited(tmp_path: Path, change: object, told: str) -> None:
    seal_one(tmp_path)
    seal_one(tmp_path)
    path = tmp_path / "ledger.jsonl"
    assert callable(change)
    changed = change(path.read_bytes())
    path.write_bytes(changed)
    with pytest.raises(AuditError, match="the ledger is not what was written") as caught:
        seal_one(tmp_path)
    assert told in str(caught.value)
    assert "to do: put ledger.jsonl" in str(caught.value)
    assert path.read_bytes() == changed
    assert sorted(path.name for path in (tmp_path / "huiji/2021").iterdir())[-1] == "0002.seal"


def test_a_folder_the_ledger_does_not_know_is_left_alone(tmp_path: Path) -> None:
    foreign = tmp_path / "huiji/2021/0002"
    seal_one(tmp_path)
    foreign.mkdir()
    (foreign / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(AuditError, match="of which the ledger knows nothing"):
        seal_one(tmp_path)
    assert (foreign / "note.txt").read_text(encoding="utf-8") == "mine"
    assert len(read_chain((tmp_path / "ledger.jsonl").read_bytes())[0]) == 2
    shutil.rmtree(foreign)
    assert seal_one(tmp_path).line.run == "huiji/2021/0002"


def test_a_lock_ends_with_its_process_and_not_before(tmp_path: Path) -> None:
    code = "import sys, time; from pathlib import Path; from audit.seal.locks import FileLock\n"
    code += "FileLock(Path(sys.argv[1])).acquire(wait=True); print('held', flush=True); time.sleep(60)"
    path = tmp_path / "lock"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    holder = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, env=environment)
    assert holder.stdout is not None
    holder.stdout.readline()
    lock = FileLock(path)
    assert not lock.acquire(wait=False)
    holder.kill()
    holder.communicate()
    assert lock.acquire(wait=False)
    lock.release()


# What the disk refuses.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill_the_disk(path: Path) -> None:
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 12))
    assert shutil.disk_usage(path.parent).free == 0


def test_a_run_that_filled_the_disk_is_sealed_as_failed(small_disk: Path) -> None:
    with open_run(small_disk, "huiji", 2021) as run:
        fill(run)
        fill_the_disk(run.folder.proof / "much")
        sealed = seal_run(run, account(run, "the disk is full"))
    assert check_all(small_disk) == {sealed.line.run: "failed"}
    assert (small_disk / sealed.line.run / "bagit.txt").exists()


def test_a_full_disk_is_said_in_words_and_leaves_the_ledger_readable(small_disk: Path) -> None:
    seal_one(small_disk)
    before = (small_disk / "ledger.jsonl").read_bytes()
    with open_run(small_disk, "huiji", 2021) as run:
        fill(run)
        run.give_back()
        fill_the_disk(run.folder.proof / "much")
        with pytest.raises(AuditError, match="the disk is full"):
            seal_run(run, account(run))
        assert not (run.folder.path / "bagit.txt").exists()
        (run.folder.proof / "much").unlink()
        assert seal_run(run, account(run, "the disk is full")).line.event == "failed"
    assert (small_disk / "ledger.jsonl").read_bytes().startswith(before)
    assert list(check_all(small_disk).values()) == ["sealed", "failed"]


def test_no_run_begins_on_a_full_disk(small_disk: Path) -> None:
    fill_the_disk(small_disk / "much")
    done = audit("run", "pingtan", "2021", "--out", small_disk)
    assert done.returncode == 3
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "pingtan").write_text("in the way", encoding="utf-8")
    done = audit("run", "pingtan", "2021", "--out", tmp_path)
    assert done.returncode == 3
    assert "a file is in the way of a folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "ledger.jsonl").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_the_right_to_write_is_said_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(AuditError, match="it may not be written"):
        seal_one(tmp_path)


def raised(error: Exception, behind: Exception, *, hidden: bool = False) -> Exception:
    try:
        try:
            raise behind
        except OSError:
            if hidden:
                raise error from None
            raise error  # noqa: B904 - the context is what is looked for
    except Exception as caught:
        return caught


FULL, GONE = OSError(errno.ENOSPC, "No space left on device"), FileNotFoundError(errno.ENOENT, "gone")


@pytest.mark.parametrize(
    ("error", "behind"),
    [
        (FULL, errno.ENOSPC),
        (GONE, errno.ENOENT),
        (raised(ValueError("not JSON"), FULL), errno.ENOSPC),
        (raised(AuditError("a record is missing"), FULL), errno.ENOSPC),
        (AuditError("the working paper stopped: OSError: [Errno 28] No space left"), errno.ENOSPC),
        (raised(AuditError("a record is missing"), GONE), None),
        (raised(ValueError("not JSON"), FULL, hidden=True), None),
        (ValueError("not JSON"), None),
    ],
)
def test_what_the_disk_refused_is_found_behind_other_errors(error: Exception, behind: int | None) -> None:
    found = refusal_behind(error)
    assert (found.errno if found else None) == behind
