"""What a run came to, on standard output: tables with lights in a terminal, one plain line per fact elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text as Styled

from audit.cli.terminal import console, sign
from audit.conduct import Conclusion
from audit.conduct.verdict import SEVERITIES, failures, verdict
from audit.model import Severity, Status, Verdict
from audit.render.words import word

_STATUSES = {
    Status.PASS: ("✓", "green"),
    Status.FAIL: ("✗", "red"),
    Status.NOT_TESTED: ("○", "default"),
    Status.ERROR: ("!", "magenta"),
}
_VERDICTS = {
    Verdict.AGREES: ("✓", "green"),
    Verdict.DIFFERS: ("✗", "red"),
    Verdict.IDENTITY_BROKEN: ("≠", "red"),
    Verdict.IMPOSSIBLE: ("⊘", "red"),
    Verdict.ONLY_BY_TRUNCATION: ("↓", "yellow"),
    Verdict.BASE_NOT_STATED: ("?", "cyan"),
    Verdict.NOT_TESTED: ("○", "default"),
}
_GRADES = {Severity.CRITICAL: ("■", "red"), Severity.WARNING: ("▲", "yellow"), Severity.INFO: ("●", "cyan")}
_FAMILIES = {"rules": "规则", "expectations": "检查项", "claims": "公布数字", "identities": "勾稽关系"}
_KEYS = {Status.PASS: "passed", Status.FAIL: "failed", Status.NOT_TESTED: "not_tested", Status.ERROR: "errors"}
_NAMED = 3  # figures named beside their verdict


@dataclass(frozen=True)
class Light:
    """A sign, its words and its colour; words and sign say the same without the colour."""

    char: str
    words: str
    colour: str

    def plain(self) -> str:
        """Without colour."""
        return f"{sign(self.char)} {self.words}"

    def styled(self) -> Styled:
        """For a table."""
        return Styled(self.plain(), style=self.colour)


def show_outcome(report: Conclusion, lang: str, gate: Severity) -> None:
    """Print how everything declared came out, the verdicts of the figures, the findings, and the verdict of the run."""
    if console().is_terminal:
        _tables(report, lang)
    else:
        _lines(report, lang)
    parts = [Light(*_light(_GRADES[grade], SEVERITIES[grade].get(lang))) for grade in failures(report)]
    counted = list(zip(parts, failures(report).values(), strict=True))
    findings = "问题与疑问" if lang == "zh" else "Findings"
    _print(findings, "  ", *(piece for light, count in counted for piece in (light, f" {count}  ")))
    char, words = verdict(report, gate)
    _print(Light(char, words.get(lang), {"✓": "bold green", "✗": "bold red"}.get(char, "bold magenta")))


def _tables(report: Conclusion, lang: str) -> None:
    head = [Light(*_light(_STATUSES[status], word(f"status.{status.value}", lang))) for status in Status]
    table = Table(box=None, pad_edge=False, header_style="", padding=(0, 3, 0, 0))
    table.add_column("平衡核对" if lang == "zh" else "Reconciliation")
    table.add_column("应核" if lang == "zh" else "Declared", justify="right")
    for light in head:
        table.add_column(light.styled(), justify="right")
    for family, counts in report.document["reconciliation"].items():
        name = _FAMILIES.get(family, family) if lang == "zh" else family
        table.add_row(name, str(counts["declared"]), *(_count(status, counts[_KEYS[status]]) for status in Status))
    figures = Table(box=None, pad_edge=False, header_style="", padding=(0, 3, 0, 0))
    figures.add_column("公布数字" if lang == "zh" else "Published figures", no_wrap=True)
    figures.add_column("", justify="right")
    figures.add_column("", overflow="fold")
    for light, count, names in _verdicts(report, lang):
        figures.add_row(light.styled(), str(count), names)
    for each in (table, figures):
        console().print(each)
        print()


def _count(status: Status, count: int) -> Styled:
    """A count that asks for attention bears the colour of its light."""
    return Styled(str(count), style=_STATUSES[status][1] if count and status in (Status.FAIL, Status.ERROR) else "")


def _lines(report: Conclusion, lang: str) -> None:
    for family, counts in report.document["reconciliation"].items():
        name = _FAMILIES.get(family, family) if lang == "zh" else family
        parts = " + ".join(f"{word(f'status.{status.value}', lang)} {counts[_KEYS[status]]}" for status in Status)
        print(f"{_padded(name, 12)} {counts['declared']} = {parts}")
    for light, count, names in _verdicts(report, lang):
        print(f"{_padded(light.plain(), 22)} {count:>4} {names}".rstrip())


def _verdicts(report: Conclusion, lang: str) -> Iterable[tuple[Light, int, str]]:
    """Each verdict that was reached, with its count and, where a figure asks for attention, some of their names."""
    claims = json.loads((report.folder.conclusion / "claims.json").read_text(encoding="utf-8"))
    found = Counter(claim["verdict"] for claim in claims)
    for kind, pair in _VERDICTS.items():
        if found[kind.value]:
            names = [claim["claim"] for claim in claims if claim["verdict"] == kind.value]
            shown = "" if kind in (Verdict.AGREES, Verdict.NOT_TESTED) else ", ".join(names[:_NAMED])
            more = " …" if shown and len(names) > _NAMED else ""
            yield Light(*_light(pair, word(f"verdict.{kind.value}", lang))), found[kind.value], shown + more


def _light(pair: tuple[str, str], words: str) -> tuple[str, str, str]:
    return pair[0], words, pair[1]


def _padded(text: str, width: int) -> str:
    """Text filled up to so many columns; a Chinese character takes two."""
    return text + " " * max(0, width - cell_len(text))


def _print(*pieces: Light | str) -> None:
    """One line, in colours where there are any, never folded."""
    line = Styled()
    for piece in pieces:
        line.append(piece) if isinstance(piece, str) else line.append_text(piece.styled())
    line.rstrip()
    console().print(line, soft_wrap=True)
