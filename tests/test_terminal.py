"""What `audit run` shows: in a real terminal, in a pipe, without colours, in Chinese columns, in other encodings."""

import os
import re
import struct
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from rich.cells import cell_len
from runs import ROOT, Run

from audit.archive import RunFolder, read_findings
from audit.cli.outcome import show_outcome
from audit.cli.progress import LiveProgress
from audit.cli.terminal import forgive_encoding
from audit.conduct import Conclusion
from audit.conduct.pace import STAGES, Pace
from audit.model import Severity

fcntl = pytest.importorskip("fcntl", reason="terminals are driven through a pseudo-terminal")
import pty  # noqa: E402
import termios  # noqa: E402

COLUMNS = 80
MOVES = re.compile(r"\x1b\[[0-9;?]*[A-Za-ln-z]|\r")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def drive() -> None:
    """A run as the progress display is told of it, with steps too long for any line."""
    with LiveProgress("zh") as progress:
        for paper in STAGES:
            progress.started(paper)
            progress.step(paper, "程序1　核查" + "很长的一步" * 20)
            time.sleep(0.15)
            progress.finished(paper)


def show(run: Run, lang: str, gate: str) -> Callable[[], None]:
    folder = RunFolder(run.folder)
    return lambda: show_outcome(Conclusion(folder, read_findings(folder)), lang, Severity(gate))


def perform(act: Callable[[], None], *, encoding: str = "utf-8", **environment: str) -> None:
    """In a child whose handles are in place: act, write everything out, and be gone."""
    status = 1
    try:
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
            os.environ.pop(name, None)
        os.environ.update({"TERM": "xterm-256color", **environment})
        sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding=encoding, closefd=False)  # noqa: SIM115
        forgive_encoding()
        act()
        sys.stdout.flush()
        sys.stderr.flush()
        status = 0
    except BaseException as error:
        os.write(2, repr(error).encode())
    finally:
        os._exit(status)


def in_terminal(act: Callable[[], None], **environment: str) -> str:
    """What a terminal of eighty columns receives."""
    child, handle = pty.fork()
    if not child:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
        perform(act, **environment)
    received = drain(handle)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, received.decode()
    return received.decode()


def in_pipe(act: Callable[[], None], *, encoding: str = "utf-8") -> tuple[str, str]:
    """Standard output and standard error, where neither is a terminal."""
    pipes = [os.pipe(), os.pipe()]
    child = os.fork()
    if not child:
        for number, (_, into) in enumerate(pipes, start=1):
            os.dup2(into, number)
        perform(act, encoding=encoding)
    for _, into in pipes:
        os.close(into)
    out, err = (drain(source).decode(encoding) for source, _ in pipes)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, err
    return out, err


def drain(handle: int) -> bytes:
    received = b""
    while True:
        try:
            part = os.read(handle, 65536)
        except OSError:  # Linux ends a closed terminal with an error
            break
        if not part:
            break
        received += part
    os.close(handle)
    return received


def lines(received: str) -> list[str]:
    return [COLOURS.sub("", line) for line in MOVES.sub("\n", received).split("\n") if line.strip()]


def test_a_terminal_shows_papers_steps_and_time_left_within_its_width() -> None:
    received = in_terminal(drive)
    shown = lines(received)
    assert max(map(cell_len, shown)) <= COLUMNS
    for paper in STAGES:
        assert any(paper.title.zh in line and "✓" in line for line in shown)
    assert any("程序1　核查" in line and "…" in line for line in shown)
    assert any(re.search(r"约还需 \d+ 秒（估计）", line) for line in shown)
    assert "12/12" in shown[-1]
    assert "还需" not in shown[-1]
    assert COLOURS.search(received)


def test_chinese_titles_stand_in_columns() -> None:
    last = lines(in_terminal(drive))[-len(STAGES) - 1 : -1]
    times = [re.search(r"\d:\d\d:\d\d$", line.rstrip()) for line in last]
    assert all(times)
    assert len({cell_len(line[: found.start()]) for line, found in zip(last, times, strict=True) if found}) == 1


def test_no_color_leaves_the_words_and_takes_the_colours(huiji: Run) -> None:
    for received in (in_terminal(drive, NO_COLOR="1"), in_terminal(show(huiji, "zh", "critical"), NO_COLOR="1")):
        assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|9[0-7]|38;)[0-9;]*m", received)
        assert "✓" in received


def test_a_pipe_gets_one_plain_line_per_finished_paper() -> None:
    out, err = in_pipe(drive)
    assert out == ""
    told = err.splitlines()
    assert len(told) == len(STAGES)
    assert re.fullmatch(r"✓  1/12 00 数据来源与控制总数 0\.\d 秒", told[0])
    assert "\x1b" not in err


def test_a_dumb_terminal_gets_plain_lines_too() -> None:
    assert "\x1b" not in in_terminal(drive, TERM="dumb")


def test_the_last_table_says_the_verdicts_with_signs_and_words(huiji: Run) -> None:
    received = in_terminal(show(huiji, "zh", "critical"))
    shown = lines(received)
    assert max(map(cell_len, shown)) <= COLUMNS
    counts = huiji.findings["reconciliation"]["claims"]
    text = "\n".join(shown)
    assert re.search(rf"公布数字 +{counts['declared']} +{counts['passed']} +{counts['failed']} ", text)
    for words in ("✓ 相符", "↓ 仅截尾可得", "quiz.participation_rate", "■ 严重 0", "▲ 警示 5"):
        assert words in text
    assert shown[-1] == "✓ 审计已完成，没有达到门槛（严重）的问题"
    assert "\x1b[1;32m✓" in received


def test_the_gate_decides_the_light(huiji: Run) -> None:
    told = in_pipe(show(huiji, "en", "warning"))[0].splitlines()
    assert told[-1] == "✗ carried out; findings at the gate (warning)"
    assert "\x1b" not in "".join(told)
    family = huiji.findings["reconciliation"]["rules"]
    expected = f"{family['declared']} = Pass {family['passed']} + Fail {family['failed']} + "
    assert any(line.startswith("rules ") and expected in line for line in told)


@pytest.mark.parametrize(("encoding", "sign"), [("gbk", "√"), ("ascii", "?")])
def test_an_encoding_without_the_signs_is_no_reason_to_stop(huiji: Run, encoding: str, sign: str) -> None:
    out, _ = in_pipe(show(huiji, "zh", "critical"), encoding=encoding)
    assert out.splitlines()[-1].startswith(sign)


def test_the_time_left_is_an_estimate_that_falls_and_ends() -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0])
    assert pace.left() is None
    told = []
    for paper in STAGES:
        pace.started(paper.name)
        clock[0] += 2
        pace.finished(paper.name)
        told.append(pace.left())
    known = [seconds for seconds in told if seconds is not None]
    assert told[0] is not None
    assert told[-1] is None
    assert all(seconds % 5 == 0 for seconds in known)
    assert known[0] >= 10 >= known[-1] > 0


@pytest.mark.parametrize(
    "act",
    [
        "from audit.cli.terminal import console; out = console(stderr=True); out.print(1); out.print(2)",
        "from audit.cli.terminal import tell; tell('1')",
        "from audit.cli.progress import *; p = LiveProgress('en'); p.started(STAGES[0]); p.finished(STAGES[0])",
    ],
)
@pytest.mark.parametrize("broken", ["a full device", "a reader that went away"])
def test_standard_error_that_takes_nothing_is_no_reason_to_stop(broken: str, act: str) -> None:
    """Python itself ends with status 120 over what it could not write, so the whole process is looked at."""
    if broken == "a full device":
        into = os.open("/dev/full", os.O_WRONLY)
    else:
        source, into = os.pipe()
        os.close(source)
    command, environment = [sys.executable, "-c", f"{act}; print(4)"], {**os.environ, "PYTHONUNBUFFERED": ""}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=into, cwd=ROOT, env=environment, text=True, check=False
    )
    os.close(into)
    assert (done.returncode, done.stdout) == (0, "4\n")
