"""Small makers of document parts in one language, used by every section."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter

from audit.model import Severity, Status, Text, Verdict
from audit.render.document import Cell, Column, Fact, Line, Paragraph, Piece, Row, Section, Table
from audit.render.marks import severity_tone, status_tone, verdict_tone
from audit.render.words import heading, known, word

_DIGIT = re.compile(r"\d")


def plain(text: object, of: str = "", **more: str) -> Piece:
    """A piece of text; `of` names the origin of the numbers in it."""
    return Piece.model_validate({"text": str(text), "of": of, **more})


def lines(*parts: Piece | Line | None) -> tuple[Line, ...]:
    """Each part as a line of its own; nothing for None and for a piece without text."""
    made: list[Line] = []
    for part in parts:
        if isinstance(part, Piece) and part.text:
            made.append((part,))
        elif isinstance(part, tuple) and part:
            made.append(part)
    return tuple(made)


def cell(*parts: Piece | Line | None) -> Cell:
    """A cell of these lines."""
    return Cell(lines=lines(*parts))


def row(*cells: Cell | Piece | Line, id: str = "") -> Row:
    """A row; a piece or a line is a cell of its own."""
    return Row(cells=tuple(one if isinstance(one, Cell) else cell(one) for one in cells), id=id)


def group(*line: Piece) -> Row:
    """A row that heads the rows after it."""
    return Row(cells=(cell(tuple(line)),), group=True)


def joined(parts: Iterable[Piece], between: str) -> Line:
    """The pieces with `between` between them."""
    made: list[Piece] = []
    for part in parts:
        if made:
            made.append(Piece(text=between))
        made.append(part)
    return tuple(made)


@dataclass(frozen=True)
class Say:
    """The words of one language."""

    lang: str

    def __call__(self, key: str, **values: object) -> str:
        """The words called `key`."""
        return word(key, self.lang, **values)

    def text(self, text: Text) -> str:
        """A bilingual text in this language."""
        return text.get(self.lang)

    def domain(self, domain: str) -> str:
        """What a domain is called."""
        return self(f"domain.{domain}") if known(f"domain.{domain}") else domain

    def line(self, key: str, **values: Piece) -> Line:
        """The words called `key` with pieces in the places of their braces, each keeping its origin."""
        made: list[Piece] = []
        for before, name, _, _ in Formatter().parse(word(key, self.lang)):
            if before:
                made.append(Piece(text=before, of="words" if _DIGIT.search(before) else ""))
            if name:
                made.append(values[name])
        return tuple(made)

    def paragraph(self, key: str, style: str = "", **values: Piece) -> Paragraph:
        """A paragraph of the words called `key`."""
        return Paragraph.model_validate({"line": self.line(key, **values), "style": style})

    def fact(self, key: str, *parts: Piece | Line | None) -> Fact:
        """A fact under the heading called `key`."""
        return Fact(label=self(key), lines=lines(*parts))

    def table(self, name: str, columns: str, rows: Iterable[Row], *, small: bool = False) -> Table:
        """A table; `columns` are keys of words, each with its share of the width, `#` before those of numbers."""
        made = []
        for entry in columns.split():
            key, _, share = entry.partition(":")
            kind = "num" if key.startswith("#") else "text"
            made.append(
                Column.model_validate(
                    {"title": self(key.lstrip("#")), "kind": kind, "share": round(10 * float(share or 1))}
                )
            )
        return Table(
            name=self(f"sheet.{name}"),
            caption=self(f"caption.{name}"),
            columns=tuple(made),
            rows=tuple(rows),
            small=small,
        )

    def dash(self) -> Piece:
        """The sign for nothing."""
        return Piece(text=self("dash"))

    def number(self, value: object, of: str, **more: str) -> Piece:
        """A number with its origin, or the sign for nothing."""
        return plain(value, of, **more) if value not in (None, "") else self.dash()

    def verdict(self, verdict: Verdict) -> Piece:
        """The light of one published figure."""
        symbol, tone = verdict_tone(verdict)
        return Piece(text=self(f"verdict.{verdict.value}"), look="mark", tone=tone, symbol=symbol)

    def status(self, status: Status, **more: str) -> Piece:
        """The mark of one outcome."""
        symbol, tone = status_tone(status)
        return plain(self(f"status.{status.value}"), look="mark", tone=tone, symbol=symbol, **more)

    def severity(self, severity: Severity) -> Piece:
        """The mark of a severity."""
        symbol, tone = severity_tone(severity)
        return Piece(text=self(f"severity.{severity.value}"), look="mark", tone=tone, symbol=symbol)


def numbered(sections: Iterable[Section], lang: str, *above: int) -> tuple[Section, ...]:
    """The sections with their numbers, and their own sections with theirs."""
    return tuple(
        section.model_copy(
            update={
                "number": heading(lang, *above, place),
                "sections": numbered(section.sections, lang, *above, place),
            }
        )
        for place, section in enumerate(sections, start=1)
    )


def section(id: str, title: str, *blocks: object, sections: Iterable[Section] = (), count: Line = ()) -> Section:
    """A section whose number comes later; None among the blocks is left out."""
    kept = tuple(block for block in blocks if block is not None)
    return Section.model_validate(
        {"id": id, "number": "", "title": title, "blocks": kept, "sections": tuple(sections), "count": count}
    )
