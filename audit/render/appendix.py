"""The appendix: one HTML file that needs nothing else, runs nothing, and repeats byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from audit.findings import Results
from audit.model import Family, Severity, Status
from audit.render.canvas import Chart
from audit.render.charts import verdict_lights
from audit.render.marks import severity_mark, status_mark, verdict_mark
from audit.render.view import PaperLink, View, anchor, target
from audit.render.words import heading, known, word

_HERE = Path(__file__).parent
_CJK = re.compile(r"[\u3400-\u9fff]")


def appendix(results: Results, lang: str, charts: Mapping[str, Chart], papers: Sequence[PaperLink]) -> str:
    """The appendix of `results` in `lang` ("zh" or "en") as one HTML document.

    `charts` are shown beside the records, except one called `verdict_lights`, which every appendix draws
    for itself.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["said"] = partial(_said, lang)
    text = environment.get_template("appendix.html.j2").render(
        view=View(results, lang),
        results=results,
        engagement=results.engagement,
        lang=lang,
        w=partial(_word, lang),
        known=known,
        h=partial(heading, lang),
        verdict_mark=partial(verdict_mark, lang=lang),
        status_mark=partial(status_mark, lang=lang),
        severity_mark=partial(severity_mark, lang=lang),
        anchor=anchor,
        target=target,
        lights=verdict_lights(results, lang),
        charts=[chart for name, chart in charts.items() if name != "verdict_lights"],
        papers=papers,
        families=tuple(Family),
        severities=tuple(Severity),
        statuses=tuple(Status),
        style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),
    )
    return text.replace("://", ":&#47;&#47;")


def _word(lang: str, key: str, **values: object) -> str:
    return word(key, lang, **values)


def _said(lang: str, text: str) -> str | Markup:
    """Chinese words in an English page, marked as such for screen readers."""
    if lang == "zh" or not _CJK.search(text):
        return text
    return Markup('<span lang="zh-CN">{}</span>').format(text)
