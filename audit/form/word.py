"""Word documents: paragraphs and tables in order, cells merged across (gridSpan) and down (vMerge)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from audit.form.grid import Grid, Row, Spot
from audit.form.sources import Source

_TABLE, _ROW, _CELL = qn("w:tbl"), qn("w:tr"), qn("w:tc")
_PARAGRAPH, _TEXT, _BREAKS = qn("w:p"), qn("w:t"), (qn("w:br"), qn("w:tab"), qn("w:cr"))


def read_word(content: bytes) -> Source:
    """The document's text, one paragraph or cell a line, and its tables."""
    body = Document(io.BytesIO(content)).element.body
    lines = [_line(paragraph) for paragraph in body.iter(_PARAGRAPH)]
    grids = [grid for table in body.iter(_TABLE) if (grid := _grid(table)).rows]
    return Source("\n".join(lines), tuple(grids))


def _line(paragraph: Any) -> str:
    pieces = (node.text or "" if node.tag == _TEXT else " " for node in paragraph.iter(_TEXT, *_BREAKS))
    return "".join(pieces)


def _own(parent: Any, tag: str) -> Iterator[Any]:
    """The descendants of `parent` called `tag` that lie in no table inside it; content controls are passed through."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag != _TABLE:
            yield from _own(child, tag)


def _grid(table: Any) -> Grid:
    rows: list[Row] = []
    number = 0
    for row in _own(table, _ROW):
        spots: list[Spot] = []
        before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
        for _ in range(_number(before, 0)):
            number += 1
            spots.append(Spot("", -number))
        for cell in _own(row, _CELL):
            number += 1
            span = _number(cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"), 1)
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            above = rows[-1][len(spots)] if rows and len(spots) < len(rows[-1]) else None
            continues = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            text = "".join(_line(paragraph) for paragraph in _own(cell, _PARAGRAPH))
            spot = above if continues and above and not text.strip() else Spot(text, number)
            spots += [spot] * span
        rows.append(tuple(spots))
    return Grid(tuple(rows))


def _number(element: Any, default: int) -> int:
    value = "" if element is None else element.get(qn("w:val"), "")
    return min(int(value), 100) if value.isdigit() else default
