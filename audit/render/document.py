"""The appendix as one document, before it becomes HTML, PDF or Excel: all three are written from this and nothing else.

Plain records without any markup: a writer decides how a table or a mark looks, never what it says.  Every piece of
text that holds a number of the audit names in `of` where the number comes from (D-73).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from audit.errors import AuditError


class Part(BaseModel):
    """A frozen part of the document; its text is kept to the letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Piece(Part):
    """Some text: `of` is the origin of its numbers, `to` a place in the document, `href` a file of the archive."""

    text: str = ""
    of: str = ""
    to: str = ""
    href: str = ""
    look: Literal["", "strong", "soft", "code", "mark", "tag", "unit"] = ""
    tone: str = ""
    symbol: str = ""

    @field_validator("href")
    @classmethod
    def _stays_in_the_archive(cls, href: str) -> str:
        return relative(href) if href else href


Line = tuple[Piece, ...]


class Paragraph(Part):
    """A line of text."""

    kind: Literal["text"] = "text"
    line: Line = ()
    style: Literal["", "lead", "note", "alarm"] = ""


class Item(Part):
    """A line of a list."""

    line: Line = ()
    id: str = ""


class Items(Part):
    """A list."""

    kind: Literal["list"] = "list"
    items: tuple[Item, ...] = ()


class Fact(Part):
    """What a card says under one of its headings."""

    label: str
    lines: tuple[Line, ...] = ()


class Card(Part):
    """One matter under its own number: a finding."""

    id: str
    of: str = ""
    number: str = ""
    title: str = ""
    tags: Line = ()
    facts: tuple[Fact, ...] = ()


class Cards(Part):
    """Matters of one kind, one after another; a row each in Excel."""

    kind: Literal["cards"] = "cards"
    cards: tuple[Card, ...] = ()


class Fold(Part):
    """Record keys behind a summary: unfolded on the screen, counted on paper, listed in the workbook."""

    summary: Line = ()
    keys: tuple[str, ...] = ()
    more: str = ""


class Column(Part):
    """A column: `share` is its part of the width; numbers stand to the right."""

    title: str = ""
    kind: Literal["text", "num"] = "text"
    share: int = 10


class Cell(Part):
    """A cell: its first line, and what stands smaller below it."""

    lines: tuple[Line, ...] = ()
    folds: tuple[Fold, ...] = ()


class Row(Part):
    """A row; a `group` has one cell over the whole width."""

    cells: tuple[Cell, ...] = ()
    id: str = ""
    group: bool = False


class Table(Part):
    """A table: `name` is its sheet in Excel, `sign` leaves room for ink."""

    kind: Literal["table"] = "table"
    name: str
    caption: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    sign: bool = False
    small: bool = False


class Picture(Part):
    """A chart, by the name under which it lies beside the document."""

    kind: Literal["chart"] = "chart"
    name: str
    title: str = ""
    alt: str = ""
    of: str = ""


Block = Annotated[Paragraph | Items | Cards | Table | Picture, Field(discriminator="kind")]


class Section(Part):
    """A numbered part of the document."""

    id: str
    number: str = ""
    title: str = ""
    count: Line = ()
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


class Document(Part):
    """The whole appendix in one language; `code` is that of the results, `as_of` the day of its metadata."""

    schema_: Literal["appendix/1"] = Field(default="appendix/1", alias="schema")
    lang: Literal["zh", "en"]
    title: str
    subtitle: str
    running: str
    author: str
    as_of: str
    code: str
    facts: tuple[Fact, ...] = ()
    banners: tuple[Paragraph, ...] = ()
    contents: str
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Section]:
        """Every section, in reading order."""
        waiting = list(reversed(self.sections))
        while waiting:
            section = waiting.pop()
            yield section
            waiting += reversed(section.sections)

    def tables(self) -> Iterator[Table]:
        """Every table, in reading order."""
        for section in self.walk():
            yield from (block for block in section.blocks if isinstance(block, Table))

    def pictures(self) -> tuple[str, ...]:
        """The names of the charts shown, in reading order."""
        shown = (block for section in self.walk() for block in section.blocks if isinstance(block, Picture))
        return tuple(dict.fromkeys(picture.name for picture in shown))

    def dump(self) -> dict[str, Any]:
        """appendix.json: what is empty is left out."""
        return {name: _pruned(value) for name, value in self.model_dump(mode="json", by_alias=True).items()}

    @classmethod
    def load(cls, text: str) -> Document:
        """The document of an appendix.json."""
        return cls.model_validate(json.loads(text))


def _pruned(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _pruned(value) for name, value in part.items() if value not in ("", [], False)}
    return [_pruned(value) for value in part] if isinstance(part, list) else part


def relative(href: str) -> str:
    """`href`, when it is an address within the archive.  Raises AuditError for any other."""
    parts = urlsplit(href.replace("\\", "/"))
    if parts.scheme or parts.netloc or parts.path.startswith("/") or not parts.path:
        raise AuditError("a working paper has no relative address", where=href, remedy="name it relatively")
    return href


def address(href: str) -> str:
    """A relative address as it stands in HTML."""
    return quote(href.replace("\\", "/"), safe="/.#-_~")


def anchor(kind: str, name: str) -> str:
    """The id of a place: no white space, everything else as it is."""
    return f"{kind}-{'_'.join(name.split())}"
