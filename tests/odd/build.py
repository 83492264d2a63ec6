"""How the odd files are made: workbooks part by part, old Excel files byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

HEADER = ("案号", "收到日期", "结果", "页数", "费用", "申请人")
GOOD = ("007", "2021-03-05", "予以公开", "12", "1.50", "甲")
READ = ["007", "2021-03-05", "granted", "12", "1.5000", "甲"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Rows = Iterable[Sequence[object]]


def csv(*rows: Sequence[object], header: Sequence[object] = HEADER, separator: str = ",") -> str:
    return "".join(separator.join(map(str, cells)) + "\r\n" for cells in (header, *rows))


def with_cell(column: int, cell: object) -> list[object]:
    """The good record with one cell exchanged."""
    return [*GOOD[:column], cell, *GOOD[column + 1 :]]


def book(*sheets: tuple[str, Rows], then: Callable[[openpyxl.Workbook], object] | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if then:
        then(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheet_of(*rows: Sequence[object], then: Callable[[Worksheet], object] | None = None) -> bytes:
    return book(("登记簿", rows), then=(lambda made: then(made.worksheets[0])) if then else None)


def package(sheet: bytes, extra: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook whose one sheet is this XML."""
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
        "xl/worksheets/sheet1.xml": sheet,
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def rows_xml(*rows: Sequence[object], start: int = 1) -> bytes:
    def cell(content: object) -> str:
        return f'<c t="inlineStr"><is><t>{content}</t></is></c>'

    return "".join(
        f'<row r="{number}">{"".join(map(cell, row))}</row>' for number, row in enumerate(rows, start)
    ).encode()


def worksheet(data: bytes, before: bytes = b"") -> bytes:
    return before + f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + data + b"</sheetData></worksheet>"


def repacked(content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def bomb(megabytes: int) -> bytes:
    """A workbook that unpacks to this many megabytes of blanks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(b" " * 2**20)
    return out.getvalue()


def lying(content: bytes, name: str) -> bytes:
    """The archive with a part's size written far too small in both of its places."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(name).file_size
    return content.replace(struct.pack("<I", size), struct.pack("<I", 10))


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file, the container of old Excel and of encrypted workbooks."""
    sectors: list[bytes] = []
    fat: list[int] = []

    def put(content: bytes) -> int:
        first = len(sectors)
        pieces = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        for number, piece in enumerate(pieces, start=1):
            sectors.append(piece)
            fat.append(first + number if number < len(pieces) else 0xFFFFFFFE)
        return first

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, right, child)
        return head + bytes(36) + struct.pack("<IQ", start, size)

    entries = [entry("Root Entry", 5, 1, 0xFFFFFFFF, 0xFFFFFFFE, 0)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        content = content.ljust(4096, b"\0")  # shorter streams would need the small-sector table
        right = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(entry(name, 2, 0xFFFFFFFF, right, put(content), len(content)))
    directory = put(b"".join(entries).ljust(512, b"\0"))
    table = len(sectors)
    fat.append(0xFFFFFFFD)
    sectors.append(b"".join(struct.pack("<I", link) for link in fat).ljust(512, b"\xff"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    return head + struct.pack("<I", table).ljust(436, b"\xff") + b"".join(sectors)


def old_excel(rows: Rows, locked: bool = False) -> bytes:
    """An XLS file (BIFF8) with one sheet of text and numbers."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def start(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    cells = b""
    for row, line in enumerate(rows):
        for column, content in enumerate(line):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(content, (int, float)):
                cells += record(0x0203, place + struct.pack("<d", content))
            elif content:
                text = str(content)
                cells += record(0x0204, place + struct.pack("<HB", len(text), 1) + text.encode("utf-16-le"))
    name = "登记簿".encode("utf-16-le")
    password = record(0x002F, struct.pack("<HHH", 1, 1, 1)) if locked else b""
    sheet = start(0x0010) + cells + record(0x000A, b"")
    length = len(start(5)) + len(password) + 4 + 8 + len(name) + 4
    globals_ = start(5) + password + record(0x0085, struct.pack("<IBBBB", length, 0, 0, 3, 1) + name)
    return compound({"Workbook": globals_ + record(0x000A, b"") + sheet})
