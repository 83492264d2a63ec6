"""Text files: lines of cells between bars, tabs or commas become tables; everything is also running text."""

from __future__ import annotations

import csv
import re
import unicodedata
from itertools import groupby

from audit.form.grid import Grid, Spot
from audit.form.sources import Source

_BARS = re.compile(r"[|│┃¦]")
_RULE = re.compile(r"[\s|:+\-=│┃─━┼├┤┌┐└┘┬┴]+")
_WIDE = 6


def read_text(text: str) -> Source:
    """The text as it is, and the tables that its lines draw."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    written = [line for line in text.split("\n") if line.strip()]
    commas = sum(line.count(",") >= _WIDE for line in written) >= _WIDE
    lines = [(_separator(line, commas), line) for line in written]
    grids = []
    for separator, block in groupby(lines, key=lambda found: found[0]):
        if separator:
            grids.append(_grid([line for _, line in block], separator))
    return Source(text, tuple(grid for grid in grids if len(grid.rows) > 1))


def _separator(line: str, commas: bool) -> str:
    folded = unicodedata.normalize("NFKC", line)
    if "\t" in line:
        return "\t"
    if _BARS.search(folded):
        return "|"
    return "," if commas and "," in line else ""


def _grid(lines: list[str], separator: str) -> Grid:
    if separator == ",":
        table = list(csv.reader(lines))
    elif separator == "\t":
        table = [line.split("\t") for line in lines]
    else:
        table = _between_bars([line for line in lines if not _RULE.fullmatch(line)])
    number = 0
    rows = []
    for cells in table:
        rows.append(tuple(Spot(cell.strip(), number + place) for place, cell in enumerate(cells)))
        number += len(cells)
    return Grid(tuple(rows))


def _between_bars(lines: list[str]) -> list[list[str]]:
    folded = [_BARS.sub("|", unicodedata.normalize("NFKC", line)).strip() for line in lines]
    framed = all(line.startswith("|") and line.endswith("|") and len(line) > 1 for line in folded)
    return [(line[1:-1] if framed else line).split("|") for line in folded]
