"""The appendix for working with: one sheet for each table, all outcomes, and every record by key (D-75)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from audit.findings import Results
from audit.render.document import Block, Card, Cards, Cell, Document, Items, Line, Paragraph, Picture, Table
from audit.render.view.findings import FACTS
from audit.render.words import word
from audit.spreadsheet import plain

_WHOLE = re.compile(r"[+-]?\d{1,15}")
_AMOUNT = re.compile(r"[+-]\d[\d.]*…?(%| 个百分点| points)?")
_APART = ("unit", "id", "note")
_BLANK = "＿＿＿＿＿＿"
_LAST_NUMBER = re.compile(r"(\d+)\D*$")
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
        records = word("sheet.records", document.lang)
        first = _first_rows(results, records)
        for name, columns, rows in _tables(document):
            sheets.table(name, columns, rows, links=first)
        sheets.table(word("sheet.outcomes", document.lang), _OUTCOMES.split(), _outcomes(results, document.lang))
        heads = [word(key, document.lang) for key in ("figure", "table", "key", "contributes")]
        sheets.table(records, heads, _records(results), tall=False)
        named = list(_finding_records(results))
        if named:
            heads = [word(key, document.lang) for key in ("finding", "table", "key")]
            sheets.table(word("sheet.finding_records", document.lang), heads, named, tall=False)
    return out.getvalue()


class _Sheets:
    """The sheets of one workbook: headings stay in sight, columns filter, text never becomes a formula."""

    def __init__(self, book: Any, document: Document) -> None:
        self._book, self._document = book, document
        font = {"font_name": "宋体" if document.lang == "zh" else "Times New Roman", "font_size": 10.5}
        wrapped = {**font, "text_wrap": True, "valign": "top"}
        self._cell = book.add_format({**wrapped, "num_format": "@"})
        self._number = book.add_format({**font, "valign": "top", "num_format": "0"})
        self._signed = book.add_format({**font, "valign": "top", "num_format": "+0;-0;0"})
        self._link = book.add_format({**wrapped, "font_color": "#0B4A7A", "underline": 1})
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

    def table(
        self,
        name: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        tall: bool = True,
        links: Mapping[str, str] | None = None,
    ) -> None:
        """A sheet of rows below frozen headings.

        `tall` rows are as high as their text is long; `links` are places in this workbook by the text of a cell that
        leads there.  Raises ValueError for more rows than a sheet can have.
        """
        sheet = self._sheet(name)
        listed = [tuple(cells) for cells in rows]
        if len(listed) >= _MOST_ROWS:
            raise ValueError(f"more than {_MOST_ROWS} rows in {name}")
        most = _WIDEST if len(columns) < 9 else _NARROWER
        widths = [
            min(max([_width(column), *(_width(cells[place]) for cells in listed)]), most) + 2
            for place, column in enumerate(columns)
        ]
        for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, plain(column), self._head)
        for number, cells in enumerate(listed, start=1):
            if tall:
                sheet.set_row(number, _height(cells, widths))
            for place, text in enumerate(cells):
                self._write(sheet, number, place, text, (links or {}).get(text, ""))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(listed), 1), len(columns) - 1)

    def _write(self, sheet: Any, row: int, column: int, text: str, link: str) -> None:
        if link:
            sheet.write_url(row, column, link, self._link, plain(text))
        elif _WHOLE.fullmatch(text) and (text == "0" or not text.lstrip("+-").startswith("0")):
            sheet.write_number(row, column, int(text), self._signed if text.startswith("+") else self._number)
        elif _AMOUNT.fullmatch(text):
            sheet.write_string(row, column, text, self._cell)
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
            yield from ((False, line) for line in _said_in(block, document.lang))


def _said_in(block: Block, lang: str) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield said([block.line])
    elif isinstance(block, Items):
        for item in block.items:
            yield "· " + said([item.line])
    elif isinstance(block, Picture):
        yield word("see_picture", lang, title=block.title)
    elif isinstance(block, Cards):
        yield word("see_sheet", lang, name=word("sheet.findings", lang))
    elif isinstance(block, Table) and block.sign:
        for row in block.rows:
            blanks = [f"{column.title}{_BLANK}" for column in block.columns[1:]]
            yield "　".join([said(row.cells[0].lines), *blanks])
    elif isinstance(block, Table):
        yield word("see_sheet", lang, name=block.name)


def said(lines: Iterable[Line]) -> str:
    """Lines as plain text, a mark with its symbol."""
    return "\n".join("".join(f"{p.symbol} {p.text}" if p.symbol else p.text for p in line) for line in lines)


def _tables(document: Document) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    cards: list[Card] = []
    for section in document.walk():
        cards += [card for block in section.blocks if isinstance(block, Cards) for card in block.cards]
        if section.id == "findings-info" and cards:
            yield _card_table(document, cards)
        for block in section.blocks:
            if isinstance(block, Table) and not block.sign:
                yield (block.name, *_flat(block, document.lang))


def _flat(table: Table, lang: str) -> tuple[list[str], list[list[str]]]:
    """One fact a column, so that each can be filtered and sorted: groups, units, ids and notes stand by themselves."""
    kinds = ("", *_APART)
    split: list[tuple[str, list[dict[str, str]]]] = []
    heading = ""
    for row in table.rows:
        if row.group:
            heading = said(row.cells[0].lines)
        else:
            split.append((heading, [_facts(cell) for cell in row.cells]))
    places = [
        (place, kind)
        for place, _ in enumerate(table.columns)
        for kind in kinds
        if not kind or any(cells[place][kind] for _, cells in split)
    ]
    grouped = any(row.group for row in table.rows)
    heads = [
        table.columns[place].title + (f" · {word(f'column.{kind}', lang)}" if kind else "") for place, kind in places
    ]
    rows = [[*([group] if grouped else []), *(cells[place][kind] for place, kind in places)] for group, cells in split]
    return [*([word("column.group", lang)] if grouped else []), *heads], rows


def _facts(cell: Cell) -> dict[str, str]:
    """What a cell says first, its unit, the id that it names, and what else it says."""
    first, *rest = cell.lines or ((),)
    unit = [piece for piece in first if piece.look == "unit"]
    ids = [piece for line in rest for piece in line if piece.look == "code"][:1]
    left = [tuple(piece for piece in line if piece not in ids) for line in rest]
    notes = [said([line]).strip(" ·") for line in [*left, *(fold.summary for fold in cell.folds)]]
    return {
        "": said([tuple(piece for piece in first if piece not in unit)]).strip(" "),
        "unit": said([tuple(unit)]),
        "id": said([tuple(ids)]),
        "note": "\n".join(note for note in notes if note),
    }


def _card_table(document: Document, cards: Sequence[Card]) -> tuple[str, list[str], list[list[str]]]:
    """The findings, one a row; the same columns whatever was found."""
    labels = [word(key, document.lang) for key in FACTS]
    heads = [word(key, document.lang) for key in ("number", "matter", "severity", "rule", "identifier")]
    rows = []
    for card in cards:
        facts = {fact.label: said(fact.lines) for fact in card.facts}
        number = _LAST_NUMBER.search(card.number)
        tags = [said([(tag,)]) for tag in card.tags]
        rows.append([number[1] if number else "", card.title, *tags, *(facts.get(label, "") for label in labels)])
    return word("sheet.findings", document.lang), heads + labels, rows


def _first_rows(results: Results, sheet: str) -> dict[str, str]:
    """Where the records of each figure begin, by its id."""
    found, row = {}, 2
    for one in results.exhibits.records:
        if one.marks:
            found[one.claim] = f"internal:'{sheet}'!A{row}"
        row += len(one.marks)
    return found


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
