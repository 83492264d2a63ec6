"""From a file to its text and its tables; what a file is, is decided by its bytes."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from audit.errors import AuditError
from audit.form.grid import Grid

_LARGEST = 64 * 2**20
_LARGEST_UNPACKED = 512 * 2**20
_LARGEST_AREA = 16 * 2**20
_OLD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Source:
    """A document's running text, with table cells in reading order, and its tables."""

    text: str
    grids: tuple[Grid, ...]


def open_source(path: Path, shown: str) -> Source:
    """Read one document.  Raises AuditError when it cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _fault("the file is larger than 64 MB", shown, "give the report's own page or document")
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _fault(f"the file cannot be opened: {reason}", shown, "check the name and the access rights") from None
    if not content.strip():
        raise _fault("the file is empty", shown, "fetch or save the report again")
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(content, shown)
    if content.startswith(_OLD):
        return _sheets(content, shown)
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b")):
        remedy = "save the report as a web page, Word, Excel or text file, or copy its tables into one"
        raise _fault("this is a PDF, a picture or an archive, which is not read", shown, remedy)
    text = decode(content)
    if "\x00" in text:
        raise _fault("this is neither text nor a document", shown, "save the report as HTML, DOCX, XLSX or TXT")
    head = text[:4096].lower()
    if "<html" in head or "<!doctype" in head or "<table" in text.lower():
        from audit.form.web import read_html

        return read_html(text)
    from audit.form.plain import read_text

    return read_text(text)


def decode(content: bytes) -> str:
    """Text in UTF-8, UTF-16 or GB18030; a file cut off inside a character loses that character only."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(content, final=False)
        except UnicodeDecodeError:
            continue
    return content.decode("gb18030", errors="replace")


def _packed(content: bytes, shown: str) -> Source:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, EOFError):
        raise _fault("the document is damaged or cut off", shown, "fetch or save it again") from None
    if unpacked > _LARGEST_UNPACKED:
        raise _fault("the document unpacks to more than 512 MB", shown, "save it again without pictures")
    if "word/document.xml" in names:
        return _word(content, shown)
    if any(name.startswith("xl/") for name in names):
        return _sheets(content, shown, new=True)
    raise _fault("this archive is no Word or Excel document", shown, "take the report out of it")


def _word(content: bytes, shown: str) -> Source:
    from docx.opc.exceptions import OpcError

    from audit.form.word import read_word

    try:
        return read_word(content)
    except (
        OpcError,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValueError,
        SyntaxError,
        EOFError,
        AttributeError,
        TypeError,
    ):
        raise _fault("the Word document cannot be read", shown, "open it in Word or WPS and save it again") from None


def _sheets(content: bytes, shown: str, *, new: bool = False) -> Source:
    import python_calamine

    from audit.form.workbook import area, read_workbook

    try:
        if new and area(content) > _LARGEST_AREA:
            problem = "a sheet has cells too far apart to be held in memory"
            raise _fault(problem, shown, "delete the rows and columns outside the table and save the workbook again")
        return read_workbook(content)
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError):
        remedy = "open it in Excel, Word or WPS and save it as .xlsx or .docx, without a password"
        raise _fault("the document cannot be read as a workbook", shown, remedy) from None


def _fault(problem: str, where: str, remedy: str) -> AuditError:
    return AuditError(problem, where=where, remedy=remedy)
