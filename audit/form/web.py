"""Web pages: every table of the page, those inside other tables apart from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]

from audit.form.grid import Box, Grid, lay_out
from audit.form.sources import Source

_MOST_ROWS = 2000
_HIDDEN = ("script", "style", "noscript", "template")


def read_html(text: str) -> Source:
    """The text of the page and its tables, outer before inner."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except etree.ParserError:  # nothing but comments and markup without content
        return Source("", ())
    etree.strip_elements(page, *_HIDDEN, with_tail=False)
    grids = [grid for table in page.iter("table") if (grid := _grid(table)).rows]
    return Source("\n".join(page.itertext()), tuple(grids))


def _grid(table: Any) -> Grid:
    boxes = []
    for row in _own(table, ("tr",)):
        cells = _own(row, ("td", "th"))
        boxes.append([Box(_own_text(cell), _span(cell, "rowspan"), _span(cell, "colspan")) for cell in cells])
        if len(boxes) == _MOST_ROWS:
            break
    return lay_out(boxes)


def _own(parent: Any, tags: tuple[str, ...]) -> Iterator[Any]:
    """The descendants of `parent` with one of `tags` that lie in no table inside it."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag != "table":
            yield from _own(child, tags)


def _own_text(cell: Any) -> str:
    """The cell's text without that of tables inside it, which are read on their own."""
    pieces = [cell.text or ""]
    for child in cell:
        pieces += [_own_text(child) if child.tag != "table" else "", child.tail or ""]
    return "".join(pieces)


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 1
