"""Three formats, one content: the same numbers in the same bytes, nothing of the data taken for markup or formula."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from made_results import both, empty, poisoned, sample
from openpyxl import Workbook, load_workbook

from audit.errors import AuditError
from audit.findings import canonical_json
from audit.render import Document, PaperLink, appendix_document, draw_exhibits
from audit.render.charts import Chart
from audit.render.document import Section
from audit.render.fonts import missing_everywhere
from audit.render.html import appendix_html
from audit.render.marks import verdict_tone
from audit.render.pdf import document_pdf, drawable
from audit.render.words import WORDS, word
from audit.render.xlsx import document_xlsx

LANGS = ("zh", "en")
PAPERS = [PaperLink("../2-proof/notebooks/30_disclosure.html", both("政府信息公开", "Disclosure"))]
FILES = {"findings.json": b'{"findings": []}\n', "claims.json": b"[]\n", "seal.json": b"{}\n"}
MARKUP = [
    "#panic(1) #let x = 2",
    "*strong* _soft_ $x^2$",
    "= Heading",
    "@label <label> // no comment",
    "\\u{41} [a](b)",
]


@dataclass(frozen=True)
class Made:
    """One appendix in all its formats."""

    lang: str

    @cached_property
    def whole(self) -> tuple[Document, dict[str, Chart]]:
        results = sample()
        charts = {chart.name: chart for chart in draw_exhibits(results.exhibits, results.book.rules, self.lang)}
        return appendix_document(results, self.lang, charts, PAPERS)

    @cached_property
    def html(self) -> str:
        return appendix_html(*self.whole)

    @cached_property
    def pdf(self) -> bytes:
        return document_pdf(*self.whole, FILES)

    @cached_property
    def xlsx(self) -> bytes:
        return document_xlsx(self.whole[0], sample())

    @cached_property
    def book(self) -> Workbook:
        return load_workbook(io.BytesIO(self.xlsx))


@pytest.fixture(scope="module", params=LANGS)
def made(request: pytest.FixtureRequest) -> Made:
    return Made(request.param)


@pytest.fixture(scope="module")
def chinese() -> Made:
    return Made("zh")


def numbers(text: str) -> list[str]:
    """The numbers of a text; digests, which lines may break anywhere, are left out."""
    return re.findall(r"\d+", re.sub(r"[0-9a-f]{12,}", "", text))


class PageNumbers(HTMLParser):
    """The numbers of the page: not its record keys, which only the screen and the workbook list."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: Counter[str] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "img", "col"):
            self.open.append((tag, tag in ("head", "nav", "footer") or ("class", "keys") in attrs))

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not any(left_out for _, left_out in self.open):
            self.found.update(numbers(data))


def printed(pdf: bytes) -> Iterator[str]:
    """The marked content of the pages, in logical order; headers, footers and page numbers are none."""
    with pdfplumber.open(io.BytesIO(pdf)) as pages:
        for page in pages.pages:
            last, said = None, ""
            for char in page.chars:
                if char["mcid"] != last:
                    yield said
                    last, said = char["mcid"], ""
                said += char["text"] if char["mcid"] is not None else ""
            yield said


def headings(sections: tuple[Section, ...], level: int = 1) -> Iterator[str]:
    """What the table of contents of the PDF repeats."""
    for section in sections:
        yield section.number + section.title + "".join(piece.text for piece in section.count)
        if level < 2:
            yield from headings(section.sections, level + 1)


def test_three_formats_hold_the_same_numbers(made: Made) -> None:
    document, _ = made.whole
    page = PageNumbers(made.html).found
    paper = Counter(number for said in printed(made.pdf) for number in numbers(said.replace("\u200b", "")))
    contents = Counter(number for said in headings(document.sections) for number in numbers(said))
    assert sum(page.values()) > 600
    assert paper - contents == page
    apart = {WORDS[f"sheet.{name}"][made.lang == "en"] for name in ("outcomes", "records", "finding_records")}
    sheets = [sheet for sheet in made.book.worksheets if sheet.title not in apart]
    cells = [str(cell) for sheet in sheets for row in once(sheet, made.lang) for cell in row if cell is not None]
    assert Counter(number for cell in cells for number in numbers(cell)) == page


def once(sheet: Any, lang: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet, with what heads several rows only before the first of them."""
    above = None
    for row in sheet.values:
        grouped = sheet["A1"].value == word("column.group", lang)
        yield row[1:] if grouped and row[0] == above else row
        above = row[0]


def test_pdf_is_what_it_claims(chinese: Made) -> None:
    with pikepdf.open(io.BytesIO(chinese.pdf)) as pdf:
        with pdf.open_metadata() as facts:
            assert (facts["pdfaid:part"], facts["pdfaid:conformance"]) == ("3", "A")
            assert facts["pdfuaid:part"] == "1"
            assert facts["xmp:CreateDate"].startswith("2021-12-31")
        root = pdf.Root
        assert str(root.Lang).startswith("zh")
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert "惠济区" in str(pdf.docinfo["/Title"])
        assert {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments} == FILES
        assert not [key for page in pdf.pages for key in page.get("/Annots", []) if "/URI" in str(key.get("/A", ""))]
        assert "/JavaScript" not in root
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.get("/Font", {}).values()}
    assert {re.sub(r"^/[A-Z]{6}\+|-Identity-H$", "", name) for name in fonts} <= {
        *("NotoSerifCJKsc-Regular", "NotoSansCJKsc-Regular", "DejaVuSans", "DejaVuSansMono"),
    }


def test_every_picture_of_the_pdf_has_words(chinese: Made) -> None:
    document, charts = chinese.whole
    with pikepdf.open(io.BytesIO(chinese.pdf)) as pdf:
        found = [str(part.Alt) for part in structure(pdf.Root.StructTreeRoot) if "/Alt" in part]
    assert [charts[name].alt.zh for name in document.pictures()] == found


def structure(part: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every element of the structure tree, in order."""
    kids = part.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from structure(kid)


def test_the_same_document_gives_the_same_bytes(made: Made) -> None:
    document, charts = made.whole
    again = Document.load(canonical_json(document.dump()))
    assert again == document
    shown = {name: charts[name] for name in again.pictures()}
    assert document_pdf(again, shown, FILES) == document_pdf(document, shown, FILES)
    assert appendix_html(again, charts) == made.html
    assert document_xlsx(again, sample()) == made.xlsx


def test_another_edition_carries_another_file(chinese: Made) -> None:
    edition = document_pdf(*chinese.whole, {**FILES, "0001.seal.json": b"{}", "seal.tsr": b"\x00\x01"})
    with pikepdf.open(io.BytesIO(edition)) as pdf:
        assert set(pdf.attachments) == {*FILES, "0001.seal.json", "seal.tsr"}
        assert pdf.attachments["seal.tsr"].get_file().read_bytes() == b"\x00\x01"
    assert list(printed(edition)) == list(printed(chinese.pdf))


def test_nothing_of_the_data_is_markup() -> None:
    words = " ".join(MARKUP)
    results = poisoned(words)
    charts = {chart.name: chart for chart in draw_exhibits(sample().exhibits, results.book.rules, "zh")}
    document, shown = appendix_document(results, "zh", charts, [])
    said = "".join(printed(document_pdf(document, shown, {}))).replace("\u200b", "")
    assert said.count("#panic(1)") > 40
    assert said.count("@label") > 40


def test_a_missing_glyph_stops_the_pdf() -> None:
    results = sample()
    claims = (replace(results.claims[0], note="\N{FISH CAKE WITH SWIRL DESIGN}\U0002ebe0"), *results.claims[1:])
    document, charts = appendix_document(replace(results, claims=claims), "zh", {}, [])
    with pytest.raises(AuditError, match=r"U\+1F365") as raised:
        document_pdf(document, charts, {})
    assert "FISH CAKE" in raised.value.where


def test_every_word_of_our_own_can_be_printed() -> None:
    assert missing_everywhere(text for pair in WORDS.values() for text in pair) == ""


def test_what_is_no_letter_is_not_drawn() -> None:
    assert drawable("a\x07b\u202ec\nd") == "a�bc\nd"
    assert drawable("惠济〔2021〕①　é") == "惠济〔2021〕①　é"


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_found_still_makes_all_formats(lang: str) -> None:
    document, charts = appendix_document(empty(), lang, {}, [])
    with pikepdf.open(io.BytesIO(document_pdf(document, charts, {}))) as pdf:
        assert len(pdf.pages) > 2
    assert len(load_workbook(io.BytesIO(document_xlsx(document, empty()))).worksheets) > 4


def test_workbook_is_made_for_working(chinese: Made) -> None:
    book: Any = chinese.book
    names = [sheet.title for sheet in book.worksheets]
    assert names[0] == "结论与说明"
    for name in ("公布数字", "问题与疑问", "法定期限", "规则", "全部结果", "数字所涉记录", "问题所涉记录"):
        assert name in names
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
    assert book.properties.created == datetime(2021, 12, 31)
    records = list(book["数字所涉记录"].values)
    assert len(records) == 1 + sum(len(one.marks) for one in sample().exhibits.records)
    assert len(list(book["问题与疑问"].values)) == 1 + len(sample().failures())
    assert len(list(book["全部结果"].values)) == 1 + len(sample().outcomes)
    assert [cell.value for cell in book["法定期限"]["A"]] == ["类别", "政府信息公开"]
    assert [cell.value for cell in book["法定期限"]["D"]] == ["判定数", 46]
    figures = list(book["公布数字"].values)
    place = {name: position for position, name in enumerate(figures[0])}
    assert {row[place["结果"]] for row in figures[1:]} == {
        f"{verdict_tone(one.verdict)[0]} {word(f'verdict.{one.verdict.value}', 'zh')}" for one in sample().claim_results
    }
    assert {row[place["印载 · 单位"]] for row in figures[1:]} <= {"件", None}
    assert [row[place["数字事项 · 编号"]] for row in figures[1:]] == [one.claim for one in sample().claim_results]
    first = sample().exhibits.records[0]
    link = next(cell.hyperlink for row in book["公布数字"] for cell in row if cell.value == first.claim)
    sheet, _, spot = link.location.rpartition("!")
    assert (sheet, book["数字所涉记录"][spot].value) == ("'数字所涉记录'", first.claim)
    assert [row[0] for row in book["问题与疑问"].values][1:] == list(range(1, 1 + len(sample().failures())))
    signing = [row[0] for row in book["结论与说明"].values if row[0] and row[0].startswith(("编制人", "复核人"))]
    assert [line.count("＿＿＿") > 2 for line in signing] == [True, True]


@pytest.mark.parametrize(
    "words", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "https://evil.example"]
)
def test_no_cell_is_a_formula_or_a_link(words: str) -> None:
    results = poisoned(words)
    document, _ = appendix_document(results, "zh", {}, [])
    made = document_xlsx(document, results)
    book = load_workbook(io.BytesIO(made))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sum(words.strip() in str(cell.value) for cell in cells) > 60
    for cell in cells:
        assert cell.data_type in ("s", "n")
        amount = re.fullmatch(r"[+-][\d.]+%?", str(cell.value))  # a number, whoever reads it
        assert amount or not str(cell.value).startswith(("=", "+", "@", "\t", "＝"))
        assert cell.hyperlink is None or (cell.hyperlink.target, str(cell.hyperlink.location)[:1]) == (None, "'")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert not [name for name in package.namelist() if "external" in name.lower()]
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_marks_of_one_figure_are_links_that_arrive(chinese: Made) -> None:
    document, _ = chinese.whole
    text = json.dumps(document.dump(), ensure_ascii=False)
    ids = set(re.findall(r'"id": "([^"]+)"', text))
    links = set(re.findall(r'"to": "([^"]+)"', text))
    assert len(links) > 30
    assert links <= ids


def test_template_draws_nothing_from_outside() -> None:
    template = (Path(__file__).parents[1] / "audit/render/appendix.typ").read_text(encoding="utf-8")
    assert not re.search(r"@preview|https?:|#import|#include|eval\(", template)
