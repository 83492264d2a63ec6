"""Many engagements: what happens to one happens to no other, and what is sealed is not done again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from runs import ROOT, audit

from audit.archive import Parameters
from audit.batch import Job, Pool, standing
from audit.batch.jobs import Result
from audit.batch.table import line_of
from audit.verify.chain import Line, read_chain


def engagement(data: Path, district: str) -> None:
    """A small one: the published form of a disclosure report."""
    folder = data / district / "2021"
    shutil.copytree(ROOT / "data" / "pingtan" / "2021", folder)
    plan = (folder / "engagement.toml").read_text(encoding="utf-8")
    (folder / "engagement.toml").write_text(plan.replace('"pingtan"', f'"{district}"'), encoding="utf-8")


def ledger(out: Path) -> list[Line]:
    path = out / "ledger.jsonl"
    lines, breaks = read_chain(path.read_bytes() if path.exists() else b"")
    assert not breaks
    return lines


def start(*arguments: str | Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "audit", "batch", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )


def until(true: Callable[[], Any], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def workers(batch: "subprocess.Popen[str]") -> list[psutil.Process]:
    children = psutil.Process(batch.pid).children(recursive=True)
    return [child for child in children if "audit.batch.worker" in child.cmdline()]


def by_name(text: str) -> dict[str, dict[str, Any]]:
    return {entry["engagement"]: entry for entry in json.loads(text)}


def test_one_that_fails_stops_no_other_and_what_is_sealed_stands(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    for name in ("killed", "sound", "broken"):
        engagement(data, name)
    (data / "broken" / "2021" / "claims.csv").write_text("no header of ours\n", encoding="utf-8")
    common = ("--all", "--data", data, "--out", out, "--workers", "1", "--json")

    batch = start(*common)
    until(lambda: any(line.run == "killed/2021/0001" for line in ledger(out)))
    os.kill(workers(batch)[0].pid, signal.SIGKILL)
    printed, told = batch.communicate(timeout=300)
    assert batch.returncode == 3
    assert "Traceback" not in told
    found = by_name(printed)
    assert {name: entry["status"] for name, entry in found.items()} == {
        "broken/2021": 3,
        "killed/2021": 3,
        "sound/2021": 0,
    }
    assert "SIGKILL" in found["killed/2021"]["words"]
    assert "claims.csv" in found["broken/2021"]["words"]
    assert "sound/2021/0001" in (out / "index.html").read_text(encoding="utf-8")

    again = audit("batch", "killed/2021", "sound/2021", "--data", data, "--out", out, "--json")
    assert again.returncode == 0, again.stderr
    found = by_name(again.stdout)
    assert (found["sound/2021"]["again"], found["killed/2021"]["again"]) == (False, True)
    assert found["killed/2021"]["run"] == "killed/2021/0002"
    assert [line.event for line in ledger(out) if line.run == "killed/2021/0001"] == ["opened", "abandoned"]

    interrupted = start("sound/2021", "--data", data, "--out", out, "--again")
    until(lambda: (out / "sound/2021/0002/data/2-proof/notebooks/00_sources.ipynb").exists())
    below = psutil.Process(interrupted.pid).children(recursive=True)
    interrupted.send_signal(signal.SIGINT)
    _, told = interrupted.communicate(timeout=120)
    assert interrupted.returncode == 3
    assert "give the same command again" in told
    assert "Traceback" not in told
    assert [line.event for line in ledger(out) if line.run == "sound/2021/0002"] == ["opened", "failed"]
    until(lambda: not any(child.is_running() and child.status() != "zombie" for child in below), 20)


def test_a_changed_file_criterion_or_parameter_is_carried_out_again(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    engagement(data, "sound")
    assert audit("run", "sound", "2021", "--data", data, "--out", out).returncode == 0
    job = Job(parameters=Parameters(district="sound", year=2021), data=str(data), outputs=str(out))
    stands = standing(job, ledger(out))
    assert stands is not None
    assert (stands.run, stands.status, stands.again) == ("sound/2021/0001", 0, False)
    english = job.model_copy(update={"parameters": Parameters(district="sound", year=2021, lang="en")})
    assert standing(english, ledger(out)) is None
    appendix = out / "sound/2021/0001/data/1-conclusion/appendix.html"
    whole = appendix.read_bytes()
    appendix.chmod(0o644)
    appendix.write_bytes(whole.replace(b"100", b"101", 1))
    assert standing(job, ledger(out)) is None
    appendix.write_bytes(whole)
    assert standing(job, ledger(out)) == stands
    claims = data / "sound" / "2021" / "claims.csv"
    claims.write_text(claims.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert standing(job, ledger(out)) is None
    assert standing(job.model_copy(update={"outputs": str(tmp_path)}), []) is None


def test_a_dask_cluster_carries_a_batch_out(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    data, out = tmp_path / "data", tmp_path / "out"
    for name in ("east", "west"):
        engagement(data, name)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        done = audit(
            *("batch", "--all", "--data", data, "--out", out, "--scheduler", cluster.scheduler_address, "--json")
        )
    assert done.returncode == 0, done.stderr
    assert {entry["status"] for entry in json.loads(done.stdout)} == {0}
    assert sorted(line.run for line in ledger(out) if line.event == "sealed") == ["east/2021/0001", "west/2021/0001"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no engagement is named"),
        (["huiji"], "no engagement huiji"),
        (["nowhere/2021"], "no engagement nowhere/2021"),
        (["huiji/2021", "--all"], "no engagement is named"),
        (["pingtan/2021", "--scheduler", "tcp://127.0.0.1:9"], "no cluster answers"),
    ],
)
def test_wrong_usage_is_told_before_anything_runs(arguments: list[str], words: str, tmp_path: Path) -> None:
    done = audit("batch", *arguments, "--out", tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert ledger(tmp_path) == []


def test_workers_fit_the_machine_and_can_be_set() -> None:
    assert Pool.of_machine(None, 4).workers >= 1
    assert Pool.of_machine(3, 4) == Pool(3, 4)


def test_a_line_says_why_an_engagement_failed() -> None:
    failed = Result(engagement="a/2021", status=3, words="a file is missing\nwhere: a.csv")
    assert line_of(failed, "en").plain == "✗ not carried out  a/2021  a file is missing"
