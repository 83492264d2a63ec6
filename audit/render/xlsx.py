"""The appendix for working with: one sheet for each table, all outcomes, and every record by key (D-75)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from audit.findings import Results
from audit.render.document import Block, Card, Cards, Cell, Document, Items, Line, Paragraph, Picture, Table
from audit.render.words import word
from audit.spreadsheet import plain

_WHOLE = re.compile(r"-?\d{1,15}")
_WIDEST, _NARROWER, _PAGE, _MOST_ROWS = 60, 36, 100, 1_048_576
_OUTCOMES = (
    "id family rule domain status severity judged failed title condition reason published recalculated difference"
)


def document_xlsx(document: Document, results: Results) -> bytes:
    """The document and the results as a workbook.  The same document gives the same bytes."""
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, settings) as book:
        day = datetime.fromisoformat(document.as_of).replace(tzinfo=UTC)
        title = f"{document.title} {document.subtitle}"
        book.set_properties({"title": title, "author": document.author, "keywords": document.code, "created": day})
        sheets = _Sheets(book, document)
        sheets.text()
        for name, columns, rows in _tables(document):
            sheets.table(name, columns, rows)
        sheets.table(word("sheet.outcomes", document.lang), _OUTCOMES.split(), _outcomes(results, document.lang))
        heads = [word(key, document.lang) for key in ("figure", "table", "key", "contributes")]
        sheets.table(word("sheet.records", document.lang), heads, _records(results), tall=False)
        heads = [word(key, document.lang) for key in ("finding", "table", "key")]
        sheets.table(word("sheet.finding_records", document.lang), heads, _finding_records(results), tall=False)
    return out.getvalue()


class _Sheets:
    """The sheets of one workbook: headings stay in sight, columns filter, text never becomes a formula."""

    def __init__(self, book: Any, document: Document) -> None:
        self._book, self._document = book, document
        font = {"font_name": "宋体" if document.lang == "zh" else "Times New Roman", "font_size": 10.5}
        wrapped = {**font, "text_wrap": True, "valign": "top"}
        self._cell = book.add_format({**wrapped, "num_format": "@"})
        self._number = book.add_format({**font, "valign": "top", "num_format": "0"})
        self._group = book.add_format({**font, "bold": True, "bg_color": "#ECEAE4", "valign": "top"})
        self._head = book.add_format({**wrapped, "bold": True, "bg_color": "#DCE8F2", "bottom": 1, "font_name": "黑体"})
        self._title = book.add_format({**font, "bold": True, "font_size": 13})
        self._said = book.add_format(wrapped)

    def text(self) -> None:
        """What stands outside of tables, in reading order: one sheet to read, the others to work with."""
        sheet = self._sheet(word("sheet.text", self._document.lang))
        sheet.set_column(0, 0, _PAGE)
        for place, (heading, text) in enumerate(_outline(self._document)):
            sheet.set_row(place, 24 if heading else _height([text], [_PAGE]))
            sheet.write_string(place, 0, plain(text), self._title if heading else self._said)

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, tall: bool = True) -> None:
        """A sheet of rows below frozen headings; a row of one cell heads those below it.

        `tall` rows are as high as their text is long.  Raises ValueError for more rows than a sheet can have.
        """
        sheet = self._sheet(name)
        listed = [tuple(cells) for cells in rows]
        if len(listed) >= _MOST_ROWS:
            raise ValueError(f"more than {_MOST_ROWS} rows in {name}")
        most = _WIDEST if len(columns) < 9 else _NARROWER
        whole = [cells for cells in listed if len(cells) == len(columns)]
        widths = [
            min(max([_width(column), *(_width(cells[place]) for cells in whole)]), most) + 2
            for place, column in enumerate(columns)
        ]
        for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, plain(column), self._head)
        for number, cells in enumerate(listed, start=1):
            alone = len(cells) == 1 < len(columns)
            if tall:
                sheet.set_row(number, _height(cells, [sum(widths)] if alone else widths))
            for place, text in enumerate(cells):
                self._write(sheet, number, place, text, alone=alone)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(listed), 1), len(columns) - 1)

    def _write(self, sheet: Any, row: int, column: int, text: str, *, alone: bool) -> None:
        if alone:
            sheet.write_string(row, column, plain(text), self._group)
        elif _WHOLE.fullmatch(text) and (text == "0" or not text.lstrip("-").startswith("0")):
            sheet.write_number(row, column, int(text), self._number)
        elif text:
            sheet.write_string(row, column, plain(text), self._cell)

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C— &P —")
        sheet.set_header(f"&R{self._document.running.replace('&', '&&')}")
        return sheet


def _outline(document: Document) -> Iterator[tuple[bool, str]]:
    yield True, f"{document.title} {document.subtitle}"
    for fact in document.facts:
        yield False, f"{fact.label} {said(fact.lines)}"
    for banner in document.banners:
        yield False, word("colon", document.lang).join(piece.text for piece in banner.line)
    for section in document.walk():
        yield True, section.number + section.title + said([section.count])
        for block in section.blocks:
            yield from ((False, line) for line in _said_in(block))


def _said_in(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield said([block.line])
    elif isinstance(block, Items):
        for item in block.items:
            yield "· " + said([item.line])
    elif isinstance(block, Picture):
        yield block.title


def said(lines: Iterable[Line]) -> str:
    """Lines as plain text, a mark with its symbol."""
    return "\n".join("".join(f"{p.symbol} {p.text}" if p.symbol else p.text for p in line) for line in lines)


def _tables(document: Document) -> Iterator[tuple[str, list[str], Iterator[list[str]]]]:
    cards: list[Card] = []
    for section in document.walk():
        cards += [card for block in section.blocks if isinstance(block, Cards) for card in block.cards]
        if section.id == "findings-info" and cards:
            yield _card_table(document, cards)
        yield from (
            (block.name, [column.title for column in block.columns], _rows(block))
            for block in section.blocks
            if isinstance(block, Table) and not block.sign
        )


def _rows(table: Table) -> Iterator[list[str]]:
    for row in table.rows:
        yield [_in_cell(cell) for cell in row.cells]


def _in_cell(cell: Cell) -> str:
    return said([*cell.lines, *(fold.summary for fold in cell.folds)])


def _card_table(document: Document, cards: Sequence[Card]) -> tuple[str, list[str], Iterator[list[str]]]:
    """The findings, one a row, with a column for each heading that any of them has."""
    labels = list(dict.fromkeys(fact.label for card in cards for fact in card.facts))
    heads = [word(key, document.lang) for key in ("number", "matter", "severity", "rule", "identifier")]

    def rows() -> Iterator[list[str]]:
        for card in cards:
            facts = {fact.label: said(fact.lines) for fact in card.facts}
            yield [card.number, card.title, *(said([(tag,)]) for tag in card.tags), *(facts.get(n, "") for n in labels)]

    return word("sheet.findings", document.lang), heads + labels, rows()


def _outcomes(results: Results, lang: str) -> Iterator[list[str]]:
    for outcome in results.outcomes:
        content = outcome.model_dump(mode="json")
        yield [str(value[lang] if isinstance(value := content[name], dict) else value) for name in _OUTCOMES.split()]


def _records(results: Results) -> Iterator[list[str]]:
    for one in results.exhibits.records:
        yield from ([one.claim, one.table, key, mark] for key, mark in one.marks)


def _finding_records(results: Results) -> Iterator[list[str]]:
    for finding in results.failures():
        yield from ([finding.id, record.table, record.key] for record in finding.records)


def _width(text: str) -> int:
    """The width of the longest line, Chinese characters counting double."""
    return max((sum(2 if ord(char) > 0x2E7F else 1 for char in line) for line in text.split("\n")), default=0)


def _height(cells: Sequence[str], widths: Sequence[int]) -> float:
    """The height in points that the longest cell needs: no program works it out for a file that it only opens."""
    deepest = max(
        (
            sum(max(1, -(-_width(line) // width)) for line in text.split("\n"))
            for text, width in zip(cells, widths, strict=False)
        ),
        default=1,
    )
    return float(min(15 * deepest + 2, 409))
