"""Plain HTML tables for the working papers: escaped, and legible in JupyterLab without any style sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from audit.render.marks import severity_mark, status_mark, verdict_mark

__all__ = ["html_table", "severity_mark", "status_mark", "verdict_mark"]

_NUMBER = re.compile(r"[-−+]?\d[\d,. ]*%?")
_CELL = "padding:.35em .7em;border-bottom:1px solid #8888;vertical-align:top;white-space:normal"
_TABLE = "border-collapse:collapse;table-layout:auto;margin:0;font-variant-numeric:tabular-nums"


def html_table(headers: Sequence[str], rows: Sequence[Sequence[object]], caption: str, lang: str = "zh") -> Markup:
    """A table with caption and scopes; every cell is escaped unless it is Markup, None is an empty cell."""
    right = [_numeric([row[place] for row in rows]) for place in range(len(headers))]
    head = _row(headers, right, ("col",) * len(headers))
    body = Markup("").join(_row(row, right, ("row",)) for row in rows)
    return Markup(
        '<div role="region" tabindex="0" aria-label="{}" style="overflow-x:auto">'
        '<table lang="{}" style="{}"><caption style="text-align:left;font-weight:bold;padding:.4em 0">{}</caption>'
        "<thead>{}</thead><tbody>{}</tbody></table></div>"
    ).format(caption, "zh-CN" if lang == "zh" else "en", _TABLE, caption, head, body)


def _numeric(column: Sequence[object]) -> bool:
    filled = [cell for cell in column if cell not in (None, "")]
    return bool(filled) and all(_NUMBER.fullmatch(str(cell)) for cell in filled)


def _row(row: Sequence[object], right: Sequence[bool], scopes: Sequence[str]) -> Markup:
    cells = Markup("")
    for place, (content, numeric) in enumerate(zip(row, right, strict=True)):
        scope = scopes[place] if place < len(scopes) else ""
        tag = Markup('th scope="{}"').format(scope) if scope else Markup("td")
        weight = "normal" if scope == "row" else "inherit"
        style = f"{_CELL};text-align:{'right' if numeric else 'left'};font-weight:{weight}"
        text = "" if content is None else content
        cells += Markup('<{} style="{}">{}</{}>').format(tag, style, text, Markup("th" if scope else "td"))
    return Markup("<tr>{}</tr>").format(cells)
