"""The executed working paper as one page that needs nothing else, runs nothing, and can be read by everyone."""

from __future__ import annotations

import threading
from collections import Counter
from functools import cache
from html import escape
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from nbconvert.exporters import HTMLExporter

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}
</style></head><body>
<a class="skip" href="#{first}">跳到正文</a>
<main>
{body}
</main></body></html>
"""
_REFUSED = (
    *("script", "link", "iframe", "object", "embed", "form", "base", "meta", "style", "template", "portal"),
    *("animate", "set", "animatetransform", "foreignobject", "audio", "video", "source", "track", "frame", "frameset"),
)
_ADDRESSES = ("src", "srcset", "href", "xlink:href", "action", "formaction", "background", "data", "poster", "ping")
_ONE_AT_A_TIME = threading.Lock()


def page(notebook: nbformat.NotebookNode, title: str) -> str:
    """The executed notebook as one page without script or outside address.

    `title` is used where the notebook has no heading.
    """
    with _ONE_AT_A_TIME:
        body, _ = _exporter().from_notebook_node(notebook)
    soup = BeautifulSoup(body, "lxml")
    _make_inert(soup)
    head = soup.find("h1")
    first = _list_contents(soup, head)
    return _PAGE.format(
        title=escape(head.get_text(" ", strip=True) if head else title),
        style=(Path(__file__).parent / "page.css").read_text(encoding="utf-8").strip(),
        first=escape(first),
        body=soup.body.decode_contents() if soup.body else "",
    )


@cache
def _exporter() -> HTMLExporter:
    """Made once: it compiles its templates.  Papers run side by side, and it serves one at a time."""
    exporter = HTMLExporter(
        template_name="basic",
        language_code="zh-CN",
        sanitize_html=False,
    )
    for name in ("mathjax_url", "require_js_url", "mermaid_js_url", "jquery_url", "widget_renderer_url"):
        if exporter.has_trait(name):
            setattr(exporter, name, "")
    return exporter


def _make_inert(soup: BeautifulSoup) -> None:
    """No script, style sheet, handler or outside address, whatever a cell put out; no prompt, no sign to click."""
    for element in soup.find_all(_REFUSED):
        element.decompose()
    for element in soup.select(".prompt, .anchor-link"):
        element.decompose()
    _tell_regions_apart(soup)
    for element in soup.find_all(True):
        for name in list(element.attrs):
            value = "".join(str(element[name]).split()).lower()
            if name.lower().startswith("on") or (name.lower() in _ADDRESSES and not _stays_here(value)):
                del element[name]


def _tell_regions_apart(soup: BeautifulSoup) -> None:
    """Two tables with one caption are two places to a screen reader only if their labels differ."""
    seen: Counter[str] = Counter()
    for region in soup.select("[role=region][aria-label]"):
        label = str(region["aria-label"])
        seen[label] += 1
        if seen[label] > 1:
            region["aria-label"] = f"{label}（{seen[label]}）"


def _stays_here(address: str) -> bool:
    return address.startswith(("data:image/", "#"))


def _list_contents(soup: BeautifulSoup, head: Tag | NavigableString | None) -> str:
    """Links to the paper's sections, put below its title; gives the name of the first section."""
    sections = [found for found in soup.find_all("h2") if isinstance(found, Tag) and found.get("id")]
    if not sections or not isinstance(head, Tag):
        return ""
    items = "".join(
        f'<li><a href="#{escape(str(found["id"]))}">{escape(found.get_text(" ", strip=True))}</a></li>'
        for found in sections
    )
    nav = BeautifulSoup(f'<nav aria-label="目录"><ol>{items}</ol></nav>', "lxml").nav
    if nav is not None:
        (head.find_parent(class_="cell") or head).insert_after(nav)
    return str(sections[0]["id"])
