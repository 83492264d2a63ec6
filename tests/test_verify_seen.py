"""What is read of a page, a workbook and a PDF is what a browser, a spreadsheet program and a viewer show."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pytest
from runs import Run

from audit.verify.case import Case
from audit.verify.figures import figure_steps
from audit.verify.formats import format_steps
from audit.verify.guard import page_faults
from audit.verify.place import open_archive
from audit.verify.tables import xlsx_rows
from audit.verify.traces import trace_steps

PAGE, BOOK, PDF = (f"data/1-conclusion/appendix.{kind}" for kind in ("html", "xlsx", "pdf"))
Judge = Callable[[str, bytes], dict[str, str]]


@pytest.fixture(scope="module")
def case(huiji: Run) -> Iterator[Case]:
    archive = open_archive(huiji.folder)
    yield Case(archive)
    archive.close()


@pytest.fixture
def judge(case: Case) -> Iterator[Judge]:
    """How the steps on content come out with another content of one file."""

    def steps(name: str, content: bytes) -> dict[str, str]:
        case.kept[name] = content
        groups = (figure_steps, format_steps) if name == PAGE else (trace_steps,)
        return {step.id: step.status for group in groups for step in group(case)}

    yield steps
    case.kept.clear()


def test_what_was_written_passes(huiji: Run, judge: Judge) -> None:
    assert page_faults(huiji.read(PAGE).decode())[0] == []
    for name, steps in ((PAGE, ("V6", "V7-address")), (PDF, ("V6-xlsx", "V6-pdf"))):
        found = judge(name, huiji.read(name))
        assert [found[step] for step in steps] == ["pass", "pass"]


SVG = "<svg><style><img src=x onerror=alert(1)></style></svg></main>"
PAGES = {
    "a comment that ends at once": ("<main", "<!--><script src='https://evil.example'></script>--><main"),
    "a style sheet in a drawing": ("</main>", SVG),
    "a picture in sizes": (
        "</main>",
        '<img alt="" src="data:image/png;base64," srcset="https://evil.example 2x"></main>',
    ),
    "a set of pictures": ("</style>", 'p{background:image-set("https://evil.example" 1x)}</style>'),
    "markup in the title": ("<title>", '<title><a title="</title><script>x</script>">'),
    "a wider policy": ("img-src data:", "img-src *"),
    "a policy after the head": ("<meta http-equiv", "<p><meta http-equiv"),
    "text that is raw": ("<main", "<xmp><a title='</xmp><script>x</script>'></xmp><main"),
    "an attribute twice": ("<main", '<main class="a" class="b"'),
    "a style sheet that ends at once": ("<style>", "<style/>"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_a_browser_reads_otherwise(huiji: Run, judge: Judge, name: str) -> None:
    html = huiji.read(PAGE).decode()
    before, after = PAGES[name]
    assert before in html
    assert judge(PAGE, html.replace(before, after, 1).encode())["V7-address"] == "fail"


LOOKS = {
    "another text in the place of one": ("</style>", "strong{font-size:0} strong::after{content:'999'}</style>"),
    "a text that is not shown": ("<strong", '<strong style="display:none"'),
    "a text that is hidden": ("<strong", "<strong hidden"),
    "a text aside": ("<strong", '<strong class="skip"'),
    "a text from right to left": ("<strong", '<strong dir="rtl"'),
    "a mark without contrast": ("--mark-ink: #00432f", "--mark-ink: #e2f1eb"),
    "a column without width": ('<col style="width: ', '<col style="width: 0%" class="'),
    "an element of another kind": ("</main>", "<marquee></marquee></main>"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_page_that_looks_otherwise(huiji: Run, judge: Judge, name: str) -> None:
    html = huiji.read(PAGE).decode()
    before, after = LOOKS[name]
    assert before in html
    assert judge(PAGE, html.replace(before, after, 1).encode())["V6"] == "fail"


# Workbooks ----------------------------------------------------------------------------------------------

EMPTY = b'<worksheet xmlns="x"><sheetData/></worksheet>'
RELS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return made.getvalue()


def shown_elsewhere(parts: dict[str, bytes]) -> None:
    parts["xl/shown/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(b"<row", b"<r", 3)
    parts[RELS] = parts[RELS].replace(b"worksheets/sheet2.xml", b"shown/sheet2.xml")


def other_workbook(parts: dict[str, bytes]) -> None:
    parts["xl/other.xml"] = parts["xl/workbook.xml"]
    parts["xl/_rels/other.xml.rels"] = parts[RELS].replace(b"worksheets/sheet2.xml", b"shown.xml")
    parts["xl/shown.xml"] = EMPTY
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/other.xml")


def other_strings(parts: dict[str, bytes]) -> None:
    strings = parts["xl/sharedStrings.xml"].decode()
    parts["xl/strings.xml"] = re.sub("仅截尾可得", "相符", strings).encode()
    parts[RELS] = parts[RELS].replace(b"sharedStrings.xml", b"strings.xml")


def other_verdicts(parts: dict[str, bytes]) -> None:
    strings = parts["xl/sharedStrings.xml"].decode()
    assert "↓ 仅截尾可得" in strings
    parts["xl/sharedStrings.xml"] = strings.replace("↓ 仅截尾可得", "✓ 相符").encode()


def one_more(parts: dict[str, bytes]) -> None:
    parts["xl/worksheets/sheet99.xml"] = EMPTY


@pytest.mark.parametrize("change", [shown_elsewhere, other_workbook, other_strings, other_verdicts, one_more])
def test_a_workbook_that_shows_other_sheets(
    huiji: Run, judge: Judge, change: Callable[[dict[str, bytes]], None]
) -> None:
    with zipfile.ZipFile(io.BytesIO(huiji.read(BOOK))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    change(parts)
    assert judge(BOOK, packed(parts))["V6-xlsx"] == "fail"


def test_a_department_may_name_its_sheets_from_the_root(huiji: Run) -> None:
    with zipfile.ZipFile(io.BytesIO(huiji.read(BOOK))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    usual = xlsx_rows(packed(parts))
    parts[RELS] = parts[RELS].replace(b'"worksheets/', b'"/xl/worksheets/')
    assert xlsx_rows(packed(parts)) == usual
    assert list(usual)[1] == "公布数字"


# Attachments --------------------------------------------------------------------------------------------


def added(raw: bytes, name: bytes = b"claims.json") -> bytes:
    """A later revision of the PDF, with another content of an attachment."""
    forged = zlib.compress(b"[]")
    (place,) = re.findall(rb"(\d+) 0 obj\s<</Type/Filespec/F\(" + re.escape(name), raw)
    stream, spec = len(raw) + 1, b"%s 0 obj\n<</Type/Filespec/F(%s)/UF(%s)/EF<</F 6000 0 R/UF 6000 0 R>>>>\nendobj\n"
    out = raw + b"\n6000 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n" % len(forged) + forged
    out += b"\nendstream\nendobj\n"
    second, table = len(out), len(out + spec % (place, name, name))
    out += spec % (place, name, name)
    out += b"xref\n%s 1\n%010d 00000 n\r\n6000 1\n%010d 00000 n\r\n" % (place, second, stream)
    before = re.findall(rb"startxref\s+(\d+)", raw)[0]
    return out + b"trailer\n<</Size 6001/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (before, table)


def swapped(raw: bytes) -> bytes:
    """The same attachments under one another's names."""
    (one,), (two,) = (re.findall(rb"\(%s\)/EF<</F (\d+)" % name, raw) for name in (b"claims.json", b"findings.json"))
    mark = b"/EF<</F %s 0 R/UF %s 0 R"
    kept = raw.replace(mark % (one, one), b"@" * len(mark % (one, one)))
    return kept.replace(mark % (two, two), mark % (one, one)).replace(b"@" * len(mark % (one, one)), mark % (two, two))


def another(number: re.Match[bytes]) -> bytes:
    """Another number of as many digits."""
    return number[0][:-1] + b"%d" % ((int(number[0]) + 1) % 10)


ATTACHED: dict[str, Callable[[bytes], bytes]] = {
    "a later revision": added,
    "one another's names": swapped,
    "an unlisted one": lambda raw: raw.replace(b"/EF<</F ", b"/EG<</F ", 1),
    "a name written otherwise": lambda raw: raw.replace(b"/EF<</F ", b"/#45F<</", 1),
    "two contents": lambda raw: re.sub(rb"(?<=/UF )\d+(?= 0 R>>/AF)", another, raw, count=1),
}


@pytest.mark.parametrize("name", ATTACHED)
def test_a_pdf_that_shows_other_attachments(huiji: Run, judge: Judge, name: str) -> None:
    raw = huiji.read(PDF)
    changed = ATTACHED[name](raw)
    assert changed != raw
    assert name == "a later revision" or len(changed) == len(raw)
    assert judge(PDF, changed)["V6-pdf"] == "fail"
