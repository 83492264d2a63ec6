"""The appendix for reading: one HTML file that needs nothing else, runs nothing, and repeats byte for byte."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from audit.render.charts import Chart
from audit.render.document import Document, address
from audit.render.marks import DARK_INKS, INKS
from audit.render.words import word

_HERE = Path(__file__).parent
_CJK = re.compile(r"[\u3400-\u9fff]")


def appendix_html(document: Document, charts: Mapping[str, Chart]) -> str:
    """The document as one HTML page with its charts inside."""
    environment = Environment(
        loader=FileSystemLoader(_HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["said"] = partial(_said, document.lang)
    environment.filters["address"] = address
    environment.filters["fragment"] = _fragment
    text = environment.get_template("appendix.html.j2").render(
        doc=document,
        w=partial(_word, document.lang),
        inks=INKS,
        dark=DARK_INKS,
        pictures={name: base64.b64encode(chart.svg).decode("ascii") for name, chart in charts.items()},
        style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),
    )
    return text.replace("://", ":&#47;&#47;")


def _word(lang: str, key: str, **values: object) -> str:
    return word(key, lang, **values)


def _fragment(id: str) -> str:
    """The address of a place within the page."""
    return "#" + address(id).replace("%3A", ":")


def _said(lang: str, text: str) -> str | Markup:
    """Chinese words in an English page, marked as such for screen readers."""
    if lang == "zh" or not _CJK.search(text):
        return text
    return Markup('<span lang="zh-CN">{}</span>').format(text)
