"""How a run goes on, on standard error: live lines in a terminal, one plain line per finished paper elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from audit.cli.terminal import console, sign, tell
from audit.conduct import SEALING
from audit.conduct.pace import STAGES, Pace
from audit.model import Text
from audit.programme.plan import Paper

_LEFT = Text(zh="约还需 {left} 秒（估计）", en="about {left} s left (an estimate)")
_ALL = Text(zh="审计进度", en="Progress")


class LiveProgress:
    """Who is told how the run goes on: shows it live, or line by line where standard error is no terminal."""

    def __init__(self, lang: str, stages: tuple[Paper, ...] = STAGES) -> None:
        """`lang` chooses the titles; `stages` are what there is to go through."""
        out = console(stderr=True)
        live = out.is_terminal and not out.is_dumb_terminal
        self._shown: _Lines | _Plain = _Lines(lang, stages) if live else _Plain(lang, stages)

    def __enter__(self) -> LiveProgress:
        self._shown.begin()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._shown.end()

    def started(self, paper: Paper) -> None:
        """A working paper has begun."""
        self._shown.started(paper)

    def step(self, paper: Paper, words: str) -> None:
        """A working paper has come to its next step."""
        self._shown.step(paper, words)

    def finished(self, paper: Paper) -> None:
        """A working paper is done."""
        self._shown.finished(paper)


class _Lines:
    """A line per working paper with its step and time, and below them the whole with the time left."""

    def __init__(self, lang: str, stages: tuple[Paper, ...]) -> None:
        self._lang, self._pace = lang, Pace()
        out = console(stderr=True)
        step = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        self._papers = Progress(
            SpinnerColumn("line", finished_text=f"[green]{sign('✓', sys.stderr)}[/]"),
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
            TextColumn("{task.fields[words]}", style="dim", markup=False, table_column=step),
            TimeElapsedColumn(),
            console=out,
            expand=True,
        )
        self._all = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[left]}", markup=False),
            console=out,
        )
        self._whole = self._all.add_task(_ALL.get(lang), total=len(stages), left="")
        self._tasks: dict[str, TaskID] = {
            paper.name: self._papers.add_task(_label(paper, lang), total=1, start=False, words="") for paper in stages
        }
        self._live = Live(Group(self._papers, self._all), console=out, refresh_per_second=8)

    def begin(self) -> None:
        self._live.start()

    def end(self) -> None:
        for task in self._tasks.values():  # what was interrupted stands still
            self._papers.stop_task(task)
        self._all.update(self._whole, left="")
        self._live.stop()

    def started(self, paper: Paper) -> None:
        self._pace.started(paper.name)
        self._papers.start_task(self._tasks[paper.name])

    def step(self, paper: Paper, words: str) -> None:
        self._papers.update(self._tasks[paper.name], words=words)
        left = self._pace.left()
        self._all.update(self._whole, left="" if left is None else _LEFT.get(self._lang).format(left=left))

    def finished(self, paper: Paper) -> None:
        self._pace.finished(paper.name)
        self._papers.update(self._tasks[paper.name], completed=1, words="")
        self._all.advance(self._whole)


class _Plain:
    """One line per finished working paper, whole and at once; no colour, nothing that moves."""

    def __init__(self, lang: str, stages: tuple[Paper, ...]) -> None:
        self._lang, self._total = lang, len(stages)
        self._since: dict[str, float] = {}
        self._done = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Nothing is said before something is done."""

    def end(self) -> None:
        """Nothing is left to say."""

    def started(self, paper: Paper) -> None:
        self._since[paper.name] = time.monotonic()

    def step(self, paper: Paper, words: str) -> None:
        """Steps are for those who watch."""

    def finished(self, paper: Paper) -> None:
        took = time.monotonic() - self._since[paper.name]
        with self._lock:
            self._done += 1
            count, unit = f"{self._done:>2}/{self._total}", "秒" if self._lang == "zh" else "s"
            line = f"{sign('✓', sys.stderr)} {count} {_label(paper, self._lang)} {took:.1f} {unit}"
            tell(line)


def _label(paper: Paper, lang: str) -> str:
    number = "  " if paper is SEALING else paper.name[:2]
    return f"{number} {paper.title.get(lang)}"
