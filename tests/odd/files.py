"""The collection: each odd file with what must come of it, a reading or a message."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.worksheet.worksheet import Worksheet

from audit.model import Text
from audit.rulebook import Column, TableSpec
from odd.build import (
    GOOD,
    HEADER,
    READ,
    bomb,
    book,
    compound,
    csv,
    lying,
    old_excel,
    package,
    repacked,
    rows_xml,
    sheet_of,
    with_cell,
    worksheet,
)


def _text(word: str) -> Text:
    return Text(zh=word, en=f"{word} en")


SPEC = TableSpec(
    table="cases",
    domain="disclosure",
    title=_text("案件"),
    grain=_text("一行一件"),
    key=("case_no",),
    columns={
        "case_no": Column(type="text", title=_text("案号"), also=("编号",)),
        "received": Column(type="date", title=_text("收到日期")),
        "outcome": Column(type="code", title=_text("结果"), codes={"granted": "予以公开", "denied": "不予公开"}),
        "pages": Column(type="integer", title=_text("页数"), unit="件"),
        "fee": Column(type="decimal", title=_text("费用"), unit="元"),
        "applicant": Column(type="text", title=_text("申请人"), confidential=True),
    },
)


@dataclass(frozen=True)
class Odd:
    """A file's name and bytes, and what must come of it: `says` of a message, or `rows` and repairs `done`."""

    name: str
    make: Callable[[], bytes]
    says: tuple[str, ...] = ()
    rows: tuple[list[str], ...] | None = None
    done: tuple[str, ...] = ()


def refused(name: str, make: Callable[[], bytes | str], *says: str) -> Odd:
    return Odd(name, _bytes(make), says)


def read(name: str, make: Callable[[], bytes | str], *rows: list[str], done: tuple[str, ...] = ()) -> Odd:
    return Odd(name, _bytes(make), (), rows, done)


def _bytes(make: Callable[[], bytes | str]) -> Callable[[], bytes]:
    def made() -> bytes:
        content = make()
        return content if isinstance(content, bytes) else content.encode()

    return made


def cell(column: int, content: object, *says: str) -> Odd:
    return refused("cases.csv", lambda: csv(with_cell(column, content)), "row 2", f"column {HEADER[column]}", *says)


def became(column: int, content: object, value: str, *done: str) -> Odd:
    row = [*READ[:column], value, *READ[column + 1 :]]
    return read("cases.csv", lambda: csv(with_cell(column, f'"{content}"')), row, done=done)


def _good() -> bytes:
    return sheet_of(HEADER, GOOD)


def _parquet(rows: int) -> bytes:
    out = io.BytesIO()
    column = pa.array([""] * 1000)
    table = pa.table(dict.fromkeys(HEADER, column))
    with pq.ParquetWriter(out, table.schema) as writer:
        writer.write_table(pa.concat_tables([table] * (rows // 1000)), row_group_size=rows)
    return out.getvalue()


def _formula(value: bytes) -> bytes:
    row = rows_xml(GOOD, start=2).replace(
        b'<c t="inlineStr"><is><t>12</t></is></c>', b'<c r="D2"><f>6*2</f>' + value + b"</c>"
    )
    return package(worksheet(rows_xml(HEADER) + row))


def _far() -> bytes:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return package(worksheet(rows_xml(HEADER, GOOD) + far))


def _empty_rows() -> bytes:
    empty = b"".join(b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n) for n in range(3, 1_000_003))
    return package(worksheet(rows_xml(HEADER, GOOD) + empty))


def _laughs() -> bytes:
    entities = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    )
    data = rows_xml(HEADER, GOOD).replace(b"007", b"&a11;")
    return package(worksheet(data, b"<!DOCTYPE w [" + entities + b"]>"))


def _outside() -> bytes:
    data = rows_xml(HEADER, GOOD).replace(b"007", b"&x;")
    return package(worksheet(data, b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))


def _marked_encrypted() -> bytes:
    content = bytearray(_good())
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def _archive(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "<x/>")
    return out.getvalue()


def _hide(*numbers: int, state: Literal["hidden", "veryHidden"] = "hidden") -> Callable[[openpyxl.Workbook], None]:
    def hide(made: openpyxl.Workbook) -> None:
        for number in numbers:
            made.worksheets[number].sheet_state = state

    return hide


def _error_cell(sheet: Worksheet) -> None:
    sheet["D2"].value = "#N/A"
    sheet["D2"].data_type = "e"


def _as_1904(made: openpyxl.Workbook) -> None:
    made.worksheets[0]["B2"] = 42798
    made.epoch = datetime(1904, 1, 1)


def _departmental(total: object) -> bytes:
    """A register as it really comes: title, unit line, two-line header, subtotals, total, note, signatures."""
    rows = [
        ("某区政府信息公开申请登记簿",),
        ("填报单位：某局", None, None, None, None, None, "单位：件"),
        ("序号", "案号*", "收到\n日期", "结果①", "页数（件）", "费 用", "申请人", "备注"),
        (1, " 007 ", "2021年3月5日", "予以公开 ", "１２件", "1,000.50", "甲", None),
        (2, "008", datetime(2021, 3, 6), "不予公开", 1200.0, 0.1 + 0.2, "乙", "有"),
        (None, "小 计", None, None, 1212, None, None, None),
        (3, "009", 44261, "denied", "1.2万", "2元", "丙", None),
        (4, None, None, None, None, None, None, None),
        ("合　计", None, None, None, total, None, None, None),
        ("注：费用单位为元。",),
        ("填表人：某某", None, None, "审核人：某某"),
    ]
    return sheet_of(*rows, then=lambda sheet: (sheet.merge_cells("A1:H1"), sheet.merge_cells("A9:D9")))


DEPARTMENTAL = (
    ["007", "2021-03-05", "granted", "12", "1000.5000", "甲"],
    ["008", "2021-03-06", "denied", "1200", "0.3000", "乙"],
    ["009", "2021-03-06", "denied", "12000", "2.0000", "丙"],
)
PAGE = (
    "<html><head><meta charset={0}></head><body><table><tr><td colspan=6>登记簿</td></tr>"
    "<tr>{1}</tr><tr>{2}</tr></table>"
)
HTML = PAGE.format("gb2312", "".join(f"<th>{h}<br>" for h in HEADER), "".join(f"<td>{c}&nbsp;</td>" for c in GOOD))
INJECTED = "=cmd|' /C calc'!A0"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 4
OTHER = ("008", "2021-03-06", "不予公开", "3", "2.00", "乙")
OTHER_READ = ["008", "2021-03-06", "denied", "3", "2.0000", "乙"]

FILES: dict[str, Odd] = {
    # nothing, or something else
    "0 bytes": refused("cases.csv", lambda: b"", "the file is empty"),
    "0 bytes named xlsx": refused("cases.xlsx", lambda: b"", "the file is empty"),
    "blanks alone": refused("cases.csv", lambda: " \r\n\t\r\n", "the file is empty"),
    "commas alone": refused("cases.csv", lambda: ",,,\r\n" * 5, "no header"),
    "a picture named csv": refused("cases.csv", lambda: JPEG, "a picture"),
    "a picture named xlsx": refused("cases.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture"),
    "a scanned PDF named csv": refused("cases.csv", lambda: b"%PDF-1.4\n%\xe2\xe3\n1 0 obj", "a PDF document"),
    "a PDF named as one": refused("cases.pdf", lambda: b"%PDF-1.4\n", "missing", "cases.pdf is here"),
    "a RAR archive named xlsx": refused("cases.xlsx", lambda: b"Rar!\x1a\x07\x00" + bytes(50), "a RAR archive"),
    "a letter named xlsx": refused("cases.xlsx", lambda: _archive("word/document.xml"), "cannot be opened"),
    "an old letter named xls": refused("cases.xls", lambda: compound({"WordDocument": b"x"}), "cannot be opened"),
    "a web archive named xls": refused("cases.xls", lambda: b"MIME-Version: 1.0\r\n\r\n", "a web archive"),
    "XML of 2003 named xls": refused("cases.xls", lambda: '<?xml version="1.0"?><Workbook/>', "an XML file"),
    # hostile
    "a zip bomb": refused("cases.xlsx", lambda: bomb(450), "unpacks to more than"),
    "a zip bomb that lies": refused(
        "cases.xlsx", lambda: lying(package(b" " * 30_000_000), "xl/worksheets/sheet1.xml"), "larger than it says"
    ),
    "a cell at the far end": refused("cases.xlsx", _far, "row 1048576, column 16384"),
    "entities within entities": refused("cases.xlsx", _laughs, "cannot be opened"),
    "an entity from outside": refused("cases.xlsx", _outside, "cannot be opened"),
    "a million empty rows": read("cases.xlsx", _empty_rows, READ),
    "a million empty lines": read("cases.csv", lambda: csv(GOOD) + ",,,,,\r\n" * 1_000_000, READ),
    "a million empty columns": read("cases.csv", lambda: csv((*GOOD, *("",) * 1_000_000)), READ),
    "a cell of a megabyte": refused("cases.csv", lambda: csv(with_cell(0, "9" * 2**20)), "not CSV"),
    "Parquet of 30 million rows": refused("cases.parquet", lambda: _parquet(30_000_000), "far more cells"),
    "macros": read(
        "cases.xlsm",
        lambda: repacked(_good(), lambda _, part: part, {"xl/vbaProject.bin": b"x"}),
        READ,
        done=("macros",),
    ),
    "injection in CSV": read("cases.csv", lambda: csv(with_cell(0, INJECTED)), [INJECTED, *READ[1:]]),
    "injection in a workbook": read(
        "cases.xlsx", lambda: package(worksheet(rows_xml(HEADER, with_cell(0, INJECTED)))), [INJECTED, *READ[1:]]
    ),
    "injection in a code": cell(2, INJECTED, "unknown code"),
    "a part outside the archive": refused(
        "cases.xlsx",
        lambda: repacked(_good(), lambda n, p: p.replace(b"/xl/worksheets/sheet1.xml", b"../../../../etc/passwd")),
        "cannot be opened",
    ),
    # broken
    "half a workbook": refused("cases.xlsx", lambda: _good()[:2000], "cannot be opened"),
    "a password": refused(
        "cases.xlsx", lambda: compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}), "password"
    ),
    "a password on old Excel": refused("cases.xls", lambda: old_excel([HEADER, GOOD], locked=True), "password"),
    "an encrypted archive": refused("cases.xlsx", _marked_encrypted, "password"),
    "half an old workbook": refused("cases.xls", lambda: old_excel([HEADER, GOOD])[:1500], "cannot be opened"),
    "half a Parquet file": refused("cases.parquet", lambda: _parquet(1000)[:300], "cannot be opened"),
    "a formula never calculated": refused("cases.xlsx", lambda: _formula(b"<v/>"), "never calculated", "=6*2", "页数"),
    "a spreadsheet's error": refused("cases.xlsx", lambda: sheet_of(HEADER, GOOD, then=_error_cell), "#N/A", "error"),
    "an error's name in CSV": cell(3, "#DIV/0!", "spreadsheet's error"),
    "two encodings": refused("cases.csv", lambda: csv().encode() + csv(GOOD).encode("gb18030"), "cases.csv"),
    "Big5": refused("cases.csv", lambda: "案號,收到日期\r\n".encode("big5"), "no row holds the headers"),
    "NUL characters": refused("cases.csv", lambda: csv(GOOD).replace("甲", "\x00"), "not text"),
    "an unclosed quotation mark": refused("cases.csv", lambda: csv(with_cell(0, '"7')), "not CSV", "row 2"),
    "a page without a table": refused("cases.xls", lambda: "<html><body>请登录</body></html>", "no table"),
    # sheets and headers
    "only a hidden sheet": refused(
        "cases.xlsx", lambda: book(("说明", [["无"]]), ("表", [HEADER, GOOD]), then=_hide(1)), "is hidden"
    ),
    "a hidden copy": read(
        "cases.xlsx",
        lambda: book(("表", [HEADER, GOOD]), ("旧", [HEADER, OTHER]), then=_hide(1, state="veryHidden")),
        READ,
        done=("hidden_sheet",),
    ),
    "two sheets of one kind": refused(
        "cases.xlsx",
        lambda: book(("一月", [HEADER, GOOD]), ("二月", [HEADER, OTHER])),
        "more than one sheet",
        "一月、二月",
    ),
    "the second sheet": read(
        "cases.xlsx", lambda: book(("封面", [["某局"]]), ("表", [HEADER, GOOD])), READ, done=("other_sheet",)
    ),
    "a unit that scales": refused(
        "cases.csv", lambda: csv(GOOD, header=[*HEADER[:3], "页数（万件）", *HEADER[4:]]), "unit 万件", "in 件"
    ),
    "one header twice": refused("cases.csv", lambda: csv((*GOOD, "8"), header=(*HEADER, "编号")), "two columns"),
    "a header that names nothing": refused("cases.csv", lambda: csv(GOOD, header="abcdef"), "no row holds the headers"),
    "the header on every page": read(
        "cases.csv", lambda: csv(GOOD, HEADER, OTHER), READ, OTHER_READ, done=("repeated_header",)
    ),
    # as departments send them
    "a departmental register": read(
        "cases.xlsx",
        lambda: _departmental(13212),
        *DEPARTMENTAL,
        done=(
            *("title_row", "header", "total_row", "total_agrees", "note_row", "numbering_row", "spaces", "width unit"),
            *("thousands", "scale", "excel_serial", "date_form", "unit"),
        ),
    ),
    "a total that does not add up": refused("cases.xlsx", lambda: _departmental(13000), "says 13000", "sum to 13212"),
    "an old workbook": read(
        "cases.xls", lambda: old_excel([HEADER, GOOD, with_cell(1, 44260)]), READ, READ, done=("excel_serial",)
    ),
    "a new workbook named xls": read("cases.xls", _good, READ, done=("content",)),
    "an old workbook named xlsx": read("cases.xlsx", lambda: old_excel([HEADER, GOOD]), READ, done=("content",)),
    "a page named xls": read(
        "cases.xls", lambda: HTML.encode("gb18030"), READ, done=("content", "encoding", "title_row")
    ),
    "tabs named xls": read("cases.xls", lambda: csv(GOOD, separator="\t").encode("gb18030"), READ, done=("separator",)),
    "tabs in UTF-16": read("cases.txt", lambda: csv(GOOD, separator="\t").encode("utf-16"), READ, done=("encoding",)),
    "semicolons": read("cases.csv", lambda: csv(GOOD, separator=";"), READ, done=("separator",)),
    "Excel's own separator line": read("cases.csv", lambda: "sep=|\r\n" + csv(GOOD, separator="|"), READ),
    "keys merged downwards": read(
        "cases.xlsx",
        lambda: sheet_of(HEADER, GOOD, with_cell(2, None), then=lambda sheet: sheet.merge_cells("C2:C3")),
        READ,
        READ,
        done=("merged",),
    ),
    "numbers merged downwards": refused(
        "cases.xlsx",
        lambda: sheet_of(HEADER, GOOD, with_cell(3, None), then=lambda sheet: sheet.merge_cells("D2:D3")),
        *("row 3", "页数", "merged over several rows"),
    ),
    "text merged across": refused(
        "cases.xlsx",
        lambda: sheet_of(HEADER, GOOD, ("以下为补报",), then=lambda sheet: sheet.merge_cells("A3:F3")),
        *("row 3", "merged cell lies across"),
    ),
    "the example left in": read(
        "cases.csv",
        lambda: csv(("【示例】001", "2021-03-05", "予以公开", "1", "1.5", "示例"), GOOD),
        READ,
        done=("example_row",),
    ),
    "a record written over the example": refused(
        "cases.csv",
        lambda: csv(("【示例】001", "2021-09-05", "予以公开", "1", "1.5", "示例"), GOOD),
        "row 2",
        "has been changed",
    ),
    "a formula with its value": read("cases.xlsx", lambda: _formula(b"<v>12</v>"), READ),
    # questions
    "day or month first": cell(1, "01/02/2021", "one way only"),
    "a year of two digits": cell(1, "21-3-5", "two digits"),
    "a time of day": refused(
        "cases.xlsx",
        lambda: sheet_of(HEADER, with_cell(1, datetime(2021, 3, 5, 16, 30))),
        "time of day",
        "2021-03-05 16:30",
    ),
    "a month alone": cell(1, "2021年3月", "no date"),
    "days from 1904": refused("cases.xlsx", lambda: book(("表", [HEADER, GOOD]), then=_as_1904), "收到日期", "no date"),
    "a date far off": cell(1, "0221-03-05", "1900 to 2100"),
    "about": cell(3, "约35", "hedged"),
    "and more": cell(3, "35余件", "hedged"),
    "two decimal commas": cell(4, '"1,2,3"', "no decimal"),
    "a comma for the point": cell(4, '"12,5"', "no decimal"),
    "another unit": cell(3, "35份", "unit (件)"),
    "a dash for a number": cell(3, "-", "no integer"),
    "an empty key": cell(0, "　", "key is empty"),
    "a long number as key": refused(
        "cases.xlsx", lambda: sheet_of(HEADER, with_cell(0, 410101199001011234)), "more than 15 digits"
    ),
    "a date as key": refused("cases.xlsx", lambda: sheet_of(HEADER, with_cell(0, date(2021, 3, 5))), "a date where"),
    # cells that can be read in one way only
    "date with slashes": became(1, "2021/3/5", "2021-03-05", "date_form"),
    "date with points": became(1, "2021.3.5", "2021-03-05", "date_form"),
    "date in characters": became(1, "２０２１年３月５日", "2021-03-05", "width date_form"),
    "date run together": became(1, "20210305", "2021-03-05", "date_form"),
    "date as serial": became(1, "44260", "2021-03-05", "excel_serial"),
    "date at midnight": became(1, "2021-03-05 00:00:00", "2021-03-05", "midnight"),
    "a dash for no date": became(1, "——", "", "dash"),
    "a code with spaces": became(2, " 予以 公开", "granted", "spaces code_form"),
    "a line broken in a key": became(0, "公〔2021〕\n3号\xa0", "公〔2021〕3号", "spaces line_break"),
    "full-width digits in a key": became(0, "００7", "００7"),
    "grouped thousands": became(3, "１，234,000件", "1234000", "width unit thousands"),
    "万 with decimals": became(4, "0.00015万元", "1.5000", "unit scale"),
    "zeros after the point": became(3, "12.00", "12", "zeros"),
}
