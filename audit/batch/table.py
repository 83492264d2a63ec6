"""A batch as people see it: what is under way, how much is left, and one table at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from audit.batch.jobs import Job, Result

_FACES = {
    0: ("✓", "green", "已完成", "carried out"),
    1: ("!", "yellow", "有问题", "findings"),
    3: ("✗", "red", "未能执行", "not carried out"),
}


class BatchTable(AbstractContextManager["BatchTable"]):
    """What is under way on standard error; a plain line per engagement where that is no terminal."""

    def __init__(self, total: int, lang: str, console: Console) -> None:
        """`total` engagements are to be carried out; `console` must not fail: a batch's threads print on it."""
        self.results: list[Result] = []
        self._lang, self._total = lang, total
        self._console = console
        self._running: dict[str, tuple[float, str]] = {}
        self._turn = threading.Lock()
        self._bar = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._task = self._bar.add_task("批量审计" if lang == "zh" else "batch", total=total)
        self._live = Live(get_renderable=self._picture, console=self._console, refresh_per_second=4, transient=True)

    def __enter__(self) -> BatchTable:
        """Begin to show."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the finished lines standing."""
        if self._console.is_terminal:
            self._live.stop()

    def words(self, job: Job, words: str) -> None:
        """An engagement has come to its next working paper."""
        with self._turn:
            begun, _ = self._running.get(job.name, (time.monotonic(), ""))
            self._running[job.name] = (begun, words)

    def result(self, job: Job, result: Result) -> None:
        """An engagement has its result."""
        with self._turn:
            self._running.pop(job.name, None)
            self.results.append(result)
            self._bar.advance(self._task)
            count = f"{len(self.results)}/{self._total} " if not self._console.is_terminal else ""
            self._console.print(Text(count) + line_of(result, self._lang), soft_wrap=True)

    def _picture(self) -> Group:
        with self._turn:
            running = dict(self._running)
        table = Table.grid(padding=(0, 2))
        for name, (begun, words) in running.items():
            table.add_row(Text("…", style="cyan"), name, Text(words, style="dim"), f"{time.monotonic() - begun:.0f} s")
        return Group(table, self._bar)


def line_of(result: Result, lang: str) -> Text:
    """One engagement in one line: light, word, and what was found or why nothing was."""
    mark, colour, zh, en = _FACES[result.status]
    word = zh if lang == "zh" else en
    stands = ("已封存，未重做" if lang == "zh" else "sealed already") if not result.again else f"{result.seconds:.0f} s"
    told = result.words.splitlines()[0] if result.words else f"{_counts(result, lang)}  {stands}"
    return Text.assemble((f"{mark} {word}", colour), f"  {result.engagement}  {told}")


def show_batch(results: Iterable[Result], lang: str, console: Console) -> None:
    """The status table, in the order of the engagements' names; what is too wide goes on in the next line, uncut."""
    zh = lang == "zh"
    heads = (
        ("项目", "结论", "运行", "校验码", "严重/警示/提示", "秒")
        if zh
        else ("engagement", "verdict", "run", "code", "c/w/i", "s")
    )
    table = Table(*(Column(head, overflow="fold") for head in heads))
    failed = []
    for result in sorted(results, key=lambda each: each.engagement):
        mark, colour, word_zh, word_en = _FACES[result.status]
        word = word_zh if zh else word_en
        counts = f"{result.critical}/{result.warning}/{result.info}" if result.run else ""
        seconds = f"{result.seconds:.0f}" if result.again else ("未重做" if zh else "stood")
        run = result.run.rpartition("/")[2]
        table.add_row(result.engagement, Text(f"{mark} {word}", style=colour), run, result.code, counts, seconds)
        failed += [result] if result.words else []
    console.print(table)
    for result in failed:
        console.print(Text(f"{result.engagement}: {result.words}"), soft_wrap=True)


def _counts(result: Result, lang: str) -> str:
    names = ("严重", "警示", "提示") if lang == "zh" else ("critical", "warning", "info")
    numbers = (result.critical, result.warning, result.info)
    return (
        "，".join(f"{n}{c}" for n, c in zip(names, numbers, strict=True))
        if lang == "zh"
        else ", ".join(f"{c} {n}" for n, c in zip(names, numbers, strict=True))
    )
