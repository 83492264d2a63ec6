"""The appendix's HTML as a reader sees it: its text in scopes, each with the id of what it speaks about."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID_TAGS = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
UNSEEN_TAGS = ("style", "script", "template")
SCOPE_KINDS = ("claim", "finding", "rule")
DATE_SHOWN = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])")
# Names that hold digits: rules, claims, files, codes, digests.
# A name begins where a word does: begun anywhere in a long number, the search would take the square of its length.
NAME_SHOWN = re.compile(r"(?<![A-Za-z0-9_./:-])[A-Za-z0-9_./:-]*[A-Za-z_][A-Za-z0-9_./:-]*", re.ASCII)
ANY_DIGIT = re.compile(r"\d")
HEADING_NUMBER = re.compile(r"\s*((?:\d+\.)*\d+)(?:．|\s)")
NUMBER_SHOWN = re.compile(r"(?<![\d.])\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass
class Scope:
    """A part of the page: the row, card or item of one claim, finding or rule; a row of another table; or the rest.

    `said` are its texts in order, each with its origin and whether it stands as code; `cells` the texts of each table
    cell; `section` is the id of the heading that the scope stands under, `number` that of its own heading.
    """

    kind: str
    name: str
    section: str
    said: list[tuple[str, str, bool]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    strong: list[str] = field(default_factory=list)
    head: bool = False
    number: str = ""

    @property
    def text(self) -> str:
        """Everything it says, codes apart."""
        return " ".join(text for text, _, code in self.said if not code)

    @property
    def origins(self) -> set[str]:
        """Every origin that is named in it."""
        return {origin for _, origin, _ in self.said if origin}


class PageReader(HTMLParser):
    """Splits a page into scopes; whatever the page holds, it ends.

    `images` are source, description, origin; `looks` every element with its attributes.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scopes: list[Scope] = [Scope("rest", "", "")]
        self.images: list[tuple[str, str, str]] = []
        self.looks: list[tuple[str, dict[str, str]]] = []
        self._section = ""
        self._open: list[tuple[str, Scope | None, str]] = []
        self._strong: list[bool] = []
        self._stack: list[Scope] = [self.scopes[0]]
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a scope where an element is one."""
        facts = {name: value or "" for name, value in attrs}
        self.looks.append((tag, facts))
        origin = facts.get("data-of") or (self._open[-1][2] if self._open else "")
        if tag == "img":
            self.images.append((facts.get("src", ""), facts.get("alt", ""), origin))
        if tag in VOID_TAGS:
            return
        if tag == "h2":
            self._section = facts.get("id", "")
            if len(self._stack) == 1:  # what stands between the scopes of one section is a scope of its own
                self.scopes.append(Scope("rest", "", self._section))
                self._stack[0] = self.scopes[-1]
        scope = self._scope_of(tag, facts)
        if scope is not None:
            self.scopes.append(scope)
            self._stack.append(scope)
        if tag in ("td", "th"):
            self._stack[-1].cells.append("")
        self._hidden += tag in UNSEEN_TAGS
        self._open.append((tag, scope, origin))
        self._strong.append(tag == "strong" or "strong" in facts.get("class", "").split())

    def _scope_of(self, tag: str, facts: dict[str, str]) -> Scope | None:
        kind, dash, name = facts.get("id", "").partition("-")
        if dash and kind in SCOPE_KINDS and tag in ("tr", "article", "li", "section", "div"):
            return Scope(kind, name, self._section)
        if tag == "tr":
            return Scope("row", "", self._section, head=any(opened == "thead" for opened, _, _ in self._open))
        return None

    def handle_endtag(self, tag: str) -> None:
        """Closes the element, and what was left open in it."""
        if tag in VOID_TAGS or not any(opened == tag for opened, _, _ in self._open):
            return
        while self._open:
            opened, scope, _ = self._open.pop()
            self._strong.pop()
            self._hidden -= opened in UNSEEN_TAGS
            if scope is not None:
                self._stack.pop()
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        """Text, for the scope it stands in."""
        if self._hidden or not data.strip():
            return
        scope, inside = self._stack[-1], [opened for opened, _, _ in self._open]
        numbering = HEADING_NUMBER.match(data)
        if numbering and (inside[-1:] in (["h2"], ["h3"], ["h4"]) or "nav" in inside):
            scope.number, data = numbering[1], data[numbering.end() :]
        text = unicodedata.normalize("NFKC", data)
        scope.said.append((text, self._open[-1][2] if self._open else "", "code" in inside))
        if scope.cells and ("td" in inside or "th" in inside):
            scope.cells[-1] += f"{text} "
        if any(self._strong):
            scope.strong.append(text.strip())


def read_page(html: str) -> PageReader:
    """The page, read to its end."""
    reader = PageReader()
    reader.feed(html)
    reader.close()
    return reader


def plain_text(text: str) -> str:
    """Text for comparison: one width, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def without_blanks(text: str) -> str:
    """Text for comparison where markup may have put blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def numbers_in(text: str) -> list[str]:
    """The numbers of a text in order, without the commas of thousands; a date is one; names have none."""
    plain = unicodedata.normalize("NFKC", text)
    if not ANY_DIGIT.search(plain):
        return []
    dates: list[str] = DATE_SHOWN.findall(plain)
    rest = NAME_SHOWN.sub(" ", DATE_SHOWN.sub(" ", plain))
    return [*(found.replace(",", "") for found in NUMBER_SHOWN.findall(rest)), *dates]
