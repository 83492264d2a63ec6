"""An audit run from a notebook: the working papers tick off below the cell, then the verdict and the links."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from IPython.display import HTML, DisplayHandle, display
from markupsafe import Markup

from audit.archive import Parameters
from audit.conduct import SEALING, Conclusion, run_audit
from audit.conduct.pace import STAGES, Pace
from audit.conduct.verdict import SEVERITIES, failures, verdict
from audit.errors import AuditError
from audit.home import ROOT, Home
from audit.model import Severity, Text
from audit.portal import PORTAL, refresh_portal
from audit.programme.plan import Paper

_EVERY = 0.25
_CELL = "padding:.15em .9em .15em 0;text-align:left;border-bottom:1px solid #8886"
_FILES = {
    "appendix.html": Text(zh="审计附录", en="Appendix"),
    "appendix.pdf": Text(zh="附录（PDF）", en="Appendix (PDF)"),
    "appendix.xlsx": Text(zh="附录（Excel）", en="Appendix (Excel)"),
    "findings.json": Text(zh="问题与疑问（JSON）", en="Findings (JSON)"),
}
_WORDS = {
    "waiting": Text(zh="○ 等待", en="○ waiting"),
    "working": Text(zh="◔ 进行", en="◔ at work"),
    "done": Text(zh="✓ 完成", en="✓ done"),
    "head": Text(zh="底稿|状态|步骤|秒", en="Working paper|State|Step|Seconds"),
    "progress": Text(zh="审计进度", en="Progress of the audit"),
    "left": Text(zh="约还需 {left} 秒（估计）", en="about {left} seconds left (an estimate)"),
    "passed": Text(zh="已用 {elapsed} 秒", en="{elapsed} seconds so far"),
    "failed": Text(zh="! 审计未能进行", en="! the audit could not be carried out"),
    "folder": Text(zh="结果文件夹：", en="Folder: "),
    "portal": Text(zh="全部运行", en="All runs"),
    "interrupted": Text(zh="已中断，没有结论", en="interrupted; nothing was concluded"),
}


def carry_out(district: str, year: int, *, lang: str, gate: str, out: Path | None) -> Carried:
    """Run the audit with a live display; gives what is shown at its end."""
    home = Home(outputs=(out or Home().outputs).resolve())
    progress = Shown(lang)
    try:
        parameters = Parameters(district=district, year=year, lang=lang, gate=Severity(gate).value)
        with progress:
            return Carried(run_audit(home, parameters, progress), None, lang, gate)
    except AuditError as error:
        return Carried(None, str(error), lang, gate)
    except ValueError as error:
        return Carried(None, f"{error}\nwhere: run(…)", lang, gate)
    except KeyboardInterrupt:
        return Carried(None, _WORDS["interrupted"].get(lang), lang, gate)
    finally:
        refresh_portal(home.outputs)


class Shown:
    """The table below the cell, updated from whichever thread carries out a paper, not oftener than needed."""

    def __init__(self, lang: str) -> None:
        """`lang` chooses the words."""
        self._lang = lang
        self._pace = Pace()
        self._lock = threading.Lock()
        self._state: dict[str, str] = dict.fromkeys((paper.name for paper in STAGES), "waiting")
        self._steps: dict[str, str] = {}
        self._since: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._handle: DisplayHandle | None = None
        self._last = 0.0

    def __enter__(self) -> Shown:
        self._handle = display(self._page(), display_id=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._show(always=True)

    def started(self, paper: Paper) -> None:
        """A working paper has begun."""
        with self._lock:
            self._pace.started(paper.name)
            self._state[paper.name], self._since[paper.name] = "working", time.monotonic()
        self._show(always=True)

    def step(self, paper: Paper, words: str) -> None:
        """A working paper has come to its next step."""
        with self._lock:
            self._steps[paper.name] = words
        self._show()

    def finished(self, paper: Paper) -> None:
        """A working paper is done."""
        with self._lock:
            self._pace.finished(paper.name)
            self._state[paper.name] = "done"
            self._took[paper.name] = time.monotonic() - self._since[paper.name]
        self._show(always=True)

    def _show(self, *, always: bool = False) -> None:
        with self._lock:
            now = time.monotonic()
            if self._handle is not None and (always or now - self._last > _EVERY):
                self._last = now
                self._handle.update(self._page())

    def _page(self) -> HTML:
        lang = self._lang
        rows = Markup("").join(self._row(paper) for paper in STAGES)
        head = Markup("").join(
            Markup('<th scope="col" style="{}">{}</th>').format(_CELL, name)
            for name in _WORDS["head"].get(lang).split("|")
        )
        done = sum(state == "done" for state in self._state.values())
        left = self._pace.left()
        said = _WORDS["passed"].get(lang).format(elapsed=round(self._pace.elapsed))
        if left is not None:
            said += ("，" if lang == "zh" else ", ") + _WORDS["left"].get(lang).format(left=left)
        label = _WORDS["progress"].get(lang)
        return HTML(
            Markup(
                '<div class="audit-progress"><progress aria-label="{}" max="{}" value="{}" style="width:20em">'
                '</progress> {} / {} <span role="status">{}</span>'
                '<table style="border-collapse:collapse;margin-top:.4em">'
                "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
            ).format(label, len(STAGES), done, done, len(STAGES), said, head, rows)
        )

    def _row(self, paper: Paper) -> Markup:
        state = self._state[paper.name]
        since = self._took.get(paper.name) or (time.monotonic() - self._since[paper.name] if state == "working" else 0)
        cells = (
            paper.title.get(self._lang) if paper is SEALING else f"{paper.name[:2]} {paper.title.get(self._lang)}",
            _WORDS[state].get(self._lang),
            self._steps.get(paper.name, "") if state == "working" else "",
            f"{since:.0f}" if since else "",
        )
        return Markup("<tr>{}</tr>").format(
            Markup("").join(Markup('<td style="{}">{}</td>').format(_CELL, cell) for cell in cells)
        )


@dataclass(frozen=True)
class Carried:
    """What became of a run: its report, or the three lines of what stopped it."""

    report: Conclusion | None
    problem: str | None
    lang: str
    gate: str

    def __repr__(self) -> str:
        if self.report is None:
            return f"{_WORDS['failed'].get(self.lang)}\n{self.problem}"
        return f"{self._verdict()}\n{self.report.folder.path}"

    def _repr_html_(self) -> str:
        if self.report is None:
            return Markup('<div role="alert"><p><strong>{}</strong></p><pre>{}</pre></div>').format(
                _WORDS["failed"].get(self.lang), self.problem
            )
        lang, folder = self.lang, self.report.folder
        links = [(folder.conclusion / name, text.get(lang)) for name, text in _FILES.items()]
        links.append((folder.path.parents[2] / PORTAL, _WORDS["portal"].get(lang)))
        items = Markup("").join(
            Markup("<li>{}</li>").format(_link(path, words)) for path, words in links if path.is_file()
        )
        return Markup("<p><strong>{}</strong>{}{}</p><ul>{}</ul><p>{}<code>{}</code></p>").format(
            self._verdict(),
            "。" if lang == "zh" else ". ",
            _counts(self.report, lang),
            items,
            _WORDS["folder"].get(lang),
            _shown(folder.path),
        )

    def _verdict(self) -> str:
        assert self.report is not None
        light, words = verdict(self.report, Severity(self.gate))
        return f"{light} {words.get(self.lang)}"


def _counts(report: Conclusion, lang: str) -> str:
    parts = [f"{SEVERITIES[severity].get(lang)} {count}" for severity, count in failures(report).items()]
    return "，".join(parts) if lang == "zh" else ", ".join(parts)


def _shown(path: Path) -> str:
    """A path for people: below the project where it is."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _link(path: Path, words: str) -> Markup:
    """A link that JupyterLab opens: relative to the notebooks, where the result lies below the project."""
    if not path.is_relative_to(ROOT):
        return Markup("{} <code>{}</code>").format(words, path)
    address = "/".join(quote(part) for part in Path(os.path.relpath(path, ROOT / "notebooks")).parts)
    return Markup('<a href="{}">{}</a>').format(address, words)
