"""Web pages: every table of the page, those inside other tables apart from them."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from audit.form.grid import Box, Grid, lay_out
from audit.form.sources import Source


def read_html(text: str) -> Source:
    """The text of the page and its tables, outer before inner."""
    page = BeautifulSoup(text, "lxml")
    for hidden in page.find_all(["script", "style", "noscript", "template"]):
        hidden.decompose()
    grids = [grid for table in page.find_all("table") if (grid := _grid(table)).rows]
    return Source(page.get_text("\n"), tuple(grids))


def _grid(table: Tag) -> Grid:
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    boxes = []
    for row in rows:
        cells = [cell for cell in row.find_all(["td", "th"]) if cell.find_parent("tr") is row]
        boxes.append([Box(_own_text(cell), _span(cell, "rowspan"), _span(cell, "colspan")) for cell in cells])
    return lay_out(boxes)


def _own_text(cell: Tag) -> str:
    """The cell's text without that of tables inside it, which are read on their own."""
    if cell.find("table") is None:
        return cell.get_text()
    inner = set(cell.find_all("table"))
    return "".join(
        str(piece) for piece in cell.find_all(string=True) if not any(parent in inner for parent in piece.parents)
    )


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 1
