"""Where an archive lies, where its report goes, what it may cost: no traceback, no waiting, no end of memory."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from made_runs import seal_one
from runs import ROOT, audit

from audit.seal.files import unprotect
from audit.seal.verifier import verifier
from audit.verify.check import verify_archive
from audit.verify.report import judged
from audit.verify.seals import MARKUP
from audit.verify.shelf import FolderShelf
from audit.verify.shown import numbers_in
from audit.verify.tables import xlsx_rows


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "verify.py"
    path.write_text(verifier(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sealed run that is only read."""
    out = tmp_path_factory.mktemp("limits")
    seal_one(out)
    return out / "huiji" / "2021" / "0001"


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A small sealed run that may be changed."""
    seal_one(tmp_path)
    unprotect(tmp_path)
    return tmp_path / "huiji" / "2021" / "0001"


def called(script: Path, *arguments: object, **more: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, **more)


# Where an archive lies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "status"), [("a" * 300, 2), ("pipe", 3), ("/dev/zero", 3), ("/dev/null", 3)])
def test_what_cannot_be_an_archive_is_told_in_words(script: Path, tmp_path: Path, place: str, status: int) -> None:
    os.mkfifo(tmp_path / "pipe")
    for given in ((), ("--json",)):
        done = called(script, tmp_path / place, *given)
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
        assert not given or json.loads(done.stdout)["verified"] is False


@pytest.mark.skipif(os.geteuid() == 0, reason="root may search any folder")
def test_a_folder_that_may_not_be_searched(script: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert called(script, tmp_path / "closed" / "0001").returncode == 2


@pytest.mark.parametrize("option", ["--signers", "--ledger", "--tsa"])
def test_a_pipe_beside_it_is_not_waited_for(script: Path, shared: Path, tmp_path: Path, option: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = called(script, shared, option, tmp_path / "pipe")
    assert (done.returncode, "no ordinary file" in done.stderr) == (3, True)


def test_a_ledger_that_is_none_by_its_size(bag: Path) -> None:
    os.truncate(bag.parents[2] / "ledger.jsonl", 1 << 33)
    (step,) = [step for step in verify_archive(bag).steps if step.id == "V0"]
    assert (step.status, "ledger.jsonl" in step.en) == ("fail", True)


def test_the_folder_above_is_an_archive_too(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shared / "data")
    assert verify_archive(Path("..")) == verify_archive(shared)


# Where its report goes ----------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("given", [(), ("--json",)])
@pytest.mark.parametrize("way", ["script", "package"])
def test_a_report_that_nobody_gets_is_no_success(script: Path, shared: Path, given: tuple[str, ...], way: str) -> None:
    start = ["-I", "-S", str(script)] if way == "script" else ["-m", "audit", "verify"]
    command = [sys.executable, *start, str(shared), *given]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for shell in ('"$@" > /dev/full', '"$@" >&-'):
        done = subprocess.run(
            ["sh", "-c", shell, "sh", *command], capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 3, done.stderr
        assert "cannot be written" in done.stderr
        assert not [word for word in ("Traceback", "Exception ignored") if word in done.stderr]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_no_command_passes_over_a_full_disk() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "audit", "deadline", "GID-T01", "2021-09-10"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert (done.returncode, "the disk is full" in done.stderr, "Traceback" in done.stderr) == (3, True, False)
    assert audit("deadline", "GID-T01", "2021-09-10").returncode == 0


def test_help_in_an_encoding_without_chinese(script: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "iso-8859-1:strict"}
    done = subprocess.run([sys.executable, script, "--help"], capture_output=True, check=False, env=environment)
    assert (done.returncode, b"--signers" in done.stdout) == (0, True), done.stderr


# What an archive may cost -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["data/2-proof/more.csv", "data/1-conclusion/claims.json"])
def test_a_file_of_gigabytes_fails_unread(bag: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (bag / name).touch()
    os.truncate(bag / name, 1 << 33)
    opened, usual = [], FolderShelf.open

    def watched(shelf: FolderShelf, name: str) -> Any:
        opened.append(name)
        return usual(shelf, name)

    monkeypatch.setattr(FolderShelf, "open", watched)
    assert {"V1", "V1-unlisted"} & set(verify_archive(bag).failed())
    assert "bagit.txt" in opened
    assert name not in opened


@pytest.mark.parametrize(
    "read", [lambda: numbers_in("1" * 40_000), lambda: MARKUP.sub("", "<" * 100_000)], ids=["digits", "brackets"]
)
def test_a_page_is_read_in_the_time_of_its_length(read: Callable[[], object]) -> None:
    start = time.process_time()
    read()
    assert time.process_time() - start < 1


def test_names_are_no_numbers() -> None:
    assert numbers_in("7 RPT-01 a1.2/3 12:30 5件，1,234.5 2021-12-31 9_9 -3") == [
        "7", "12", "30", "5", "1234.5", "3", "2021-12-31",
    ]  # fmt: skip


def test_a_fault_is_not_told_at_any_length() -> None:
    assert len(judged("V6", [("一" * 10_000, "1" * 10_000)] * 9, "", "").detail) < 6000


def test_cells_far_apart_take_no_memory() -> None:
    made = openpyxl.Workbook()
    sheet = made.create_sheet("far")
    for row in range(1, 301):
        sheet.cell(row, 16_384, "far")
    content = io.BytesIO()
    made.save(content)
    with pytest.raises(ValueError, match="too far apart"):
        xlsx_rows(content.getvalue())


def test_folders_without_end_are_no_name(shared: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as packed:
        for path in sorted(shared.rglob("*")):
            packed.write(path, path.relative_to(shared.parent))
        for number in range(30):
            packed.writestr(f"0001/data/{'a/' * 15_000}{number}", "")
    start = time.process_time()
    (step,) = [step for step in verify_archive(tmp_path / "deep.zip").steps if step.id == "V0"]
    assert (step.status, "more than 1024 bytes" in step.en) == ("fail", True)
    assert time.process_time() - start < 5
