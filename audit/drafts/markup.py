"""The visible text of a web page: blocks end lines, cells are parted by tabs, scripts and hidden parts are left out."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PreformattedString, Tag

_UNSEEN = ("script", "style", "template", "noscript", "head", "select", "option", "svg", "iframe", "object")
_CELLS = ("td", "th")
_ROW_END = "\x1e"
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|br|caption|center|d[dlt]|div|fieldset|fig\w+|footer|form|h[1-6r]|header|li|main|nav"
    r"|[ou]l|p|pre|section|table|tbody|tfoot|thead|title|tr"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def html_text(page: str) -> str:
    """The text of `page` as a reader sees it, one line per block.  Broken markup is read as browsers do."""
    soup = BeautifulSoup(re.sub(r"^\s*<\?xml[^>]*\?>", "", page), "lxml")
    parts: list[str] = []
    pending: list[Any] = [soup]  # a list of our own: pages may nest deeper than Python recurses
    while pending:
        node = pending.pop()
        if isinstance(node, str) and not isinstance(node, NavigableString):
            parts.append(node)
        elif isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString) or isinstance(node, CData):
                parts.append(re.sub(r"[^\S\u3000]+", " ", str(node)))
        elif isinstance(node, Tag) and not _unseen(node):
            edge = "\n" if _BLOCKS.fullmatch(node.name) else ""
            pending.append("\t" if node.name in _CELLS else _ROW_END if node.name == "tr" else edge)
            pending.extend(reversed(node.contents))
            pending.append(edge)
    return _tidy("".join(parts))


def _unseen(node: Tag) -> bool:
    return node.name in _UNSEEN or node.has_attr("hidden") or bool(_HIDDEN.search(str(node.get("style") or "")))


def _tidy(text: str) -> str:
    text = re.sub(r"[ \n]*\t[ \n]*", "\t", text)  # a cell's own blocks must not break its row
    text = re.sub(r"[\t \n]*\x1e[ \n]*", "\n", text)
    return re.sub(r" *\n[ \n]*", "\n", text).strip("\n ")
