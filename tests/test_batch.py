"""Many engagements: what happens to one happens to no other, and what is sealed is not done again."""

import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from io import StringIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console
from runs import ROOT, audit

from audit.archive import Parameters
from audit.batch import Job, Pool, cluster, show_batch, standing
from audit.batch.jobs import Result
from audit.batch.table import line_of
from audit.cli import batching
from audit.cli.main import app
from audit.errors import AuditError, UsageError
from audit.home import Home
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


def start(*arguments: str | Path, stderr: int = subprocess.PIPE) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "audit", "batch", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT, env=environment)


def until(true: Callable[[], Any], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def workers(batch: "subprocess.Popen[str]") -> list[psutil.Process]:
    children = psutil.Process(batch.pid).children(recursive=True)
    return [child for child in children if "audit.batch.worker" in child.cmdline()]


def job(folder: Path, district: str = "a") -> Job:
    parameters = Parameters(district=district, year=2021)
    return Job(parameters=parameters, data=str(folder), outputs=str(folder / "out"))


def run_here(folder: Path, scheduler: str | None = None) -> int:
    """A batch of two engagements without files, in this process."""
    for name in ("a", "b"):
        (folder / name / "2021").mkdir(parents=True, exist_ok=True)
    common = {"lang": "en", "engine": "pandas", "gate": "critical"}
    home = Home(folder, folder / "out")
    names = ["a/2021", "b/2021"]
    return batching.run_batch(names, home, common, Pool(1), scheduler, again=True, as_json=True)


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


def test_every_engagement_is_carried_out_although_nobody_reads_how_it_goes_on(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "2021" / "engagement.toml").mkdir(parents=True)
    source, into = os.pipe()
    os.close(source)
    batch = start("--all", "--workers", "1", "--json", "--data", tmp_path, "--out", tmp_path / "out", stderr=into)
    os.close(into)
    found = by_name(batch.communicate(timeout=120)[0])
    assert batch.returncode == 3
    assert set(found) == {"a/2021", "b/2021"}
    assert all(entry["words"].startswith("engagement.toml cannot be read") for entry in found.values())


def test_an_engagement_that_got_no_result_was_not_carried_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batching, "run_pool", lambda jobs, pool, table: table.result(jobs[0], result("a/2021", 0)))
    assert run_here(tmp_path) == 3
    found = by_name(capsys.readouterr().out)
    assert {name: entry["status"] for name, entry in found.items()} == {"a/2021": 0, "b/2021": 3}
    assert "lost" in found["b/2021"]["words"]


def result(name: str, status: int) -> Result:
    return Result(engagement=name, status=status, run=f"{name}/0001", code="AB12-CD34")


def test_all_of_nothing_is_wrong_usage_and_leaves_no_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="no engagement below") as refused:
        app(["batch", "--all", "--data", str(tmp_path), "--out", str(out)], standalone_mode=False)
    assert refused.value.where == str(tmp_path)
    assert not out.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("as_json", [True, False])
def test_results_that_find_no_room_are_told_in_words(as_json: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(AuditError, match="cannot be written"):
            batching._tell([result("a/2021", 0)], "en", as_json)


@pytest.mark.parametrize("width", [30, 40])
def test_a_narrow_table_cuts_no_name(width: int) -> None:
    shown = StringIO()
    show_batch([result("zhongyuan/2021", 0)], "en", Console(file=shown, width=width))
    first = [line.split("│")[1].strip() for line in shown.getvalue().splitlines() if line.startswith("│")]
    assert "".join(first) == "zhongyuan/2021"


def interrupt_twice(cleaned: list[str]) -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        cleaned.append("up")


def test_the_first_interrupt_counts_and_further_ones_disturb_no_clean_up() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    cleaned: list[str] = []
    try:
        with pytest.raises(KeyboardInterrupt), batching._one_interrupt():
            interrupt_twice(cleaned)
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert cleaned == ["up"]


# On a cluster -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "foo",
        "localhost",
        "tcp://",
        "tcp://:80",
        "http://x:80",
        "ucx://x:80",
        "/tmp/s.json",
        "tcp://x:abc",
        "x:0",
        " ",
        "",
    ],
)
def test_an_address_that_cannot_be_is_refused_at_once(address: str, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(UsageError, match="is no address of a cluster"):
        run_here(tmp_path, address)
    assert not (tmp_path / "out").exists()


def test_addresses_that_can_be_are_tried_and_tls_needs_certificates() -> None:
    pytest.importorskip("distributed")
    for address in ("tcp://127.0.0.1:8786", "host:8786", "tcp://[::1]:8786"):
        cluster.check_address(address)
    with pytest.raises(UsageError, match="certificates"):
        cluster.check_address("tls://127.0.0.1:8786")


def test_what_a_cluster_lost_was_not_carried_out(tmp_path: Path) -> None:
    gone: Future[str] = Future()
    gone.cancel()
    failed: Future[str] = Future()
    failed.set_exception(RuntimeError("killed worker"))
    for future, words in ((gone, "the cluster is gone"), (failed, "killed worker")):
        lost = cluster.outcome(job(tmp_path), future)
        assert (lost.engagement, lost.status) == ("a/2021", 3)
        assert words in lost.words


@pytest.mark.parametrize("what", ["package", "criteria"])
def test_a_worker_of_another_version_or_with_other_criteria_refuses(what: str, tmp_path: Path) -> None:
    asked = {**cluster.measure(), what: "other"}
    refused = Result.model_validate_json(cluster.carry_out_there(job(tmp_path).model_dump_json(), asked))
    assert refused.status == 3
    assert re.search(rf"not like this machine: {what} \S+ there, other here", refused.words)
    assert not (tmp_path / "out").exists()


def test_an_interrupt_withdraws_what_has_not_begun_in_a_cluster_and_says_what_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    told: list[Any] = []

    class Cluster:
        """Takes jobs and is interrupted when it is asked for anything more."""

        __init__ = __exit__ = lambda self, *_, **__: None
        __enter__ = get_executor = lambda self, **_: self

        def submit(self, *_: Any) -> None:
            if told:
                raise KeyboardInterrupt
            told.append("sent")

        def shutdown(self, *, wait: bool) -> None:
            told.append(wait)

    monkeypatch.setattr(distributed, "Client", Cluster)
    with pytest.raises(AuditError, match="what has begun in the cluster goes on there"):
        run_here(tmp_path, "tcp://127.0.0.1:8786")
    assert told == ["sent", False]
    assert not logging.getLogger("distributed.utils").isEnabledFor(logging.ERROR)
