"""From bytes to sheets of raw cells: what a file is, is decided by its bytes; its name must not contradict them."""

from __future__ import annotations

from pathlib import Path

from audit.intake.columnar import read_parquet
from audit.intake.markup import is_markup, read_markup
from audit.intake.sheets import Delivery, Note
from audit.intake.text import Matched, read_text
from audit.intake.words import Place, RefusedError, fault
from audit.intake.workbooks import read_workbook
from audit.model import Text

TEXTS = (".csv", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
PAGES = (".html", ".htm")
SUFFIXES = (*TEXTS, *WORKBOOKS, *PAGES, ".parquet")
MOST_BYTES = 200 * 2**20
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MAGIC = {
    _ZIP: Text(zh="Excel工作簿或其他压缩包", en="an Excel workbook or another zip archive"),
    b"PAR1": Text(zh="Parquet文件", en="a Parquet file"),
    _OLD: Text(zh="旧版Excel或Word文件", en="an old Excel or Word file"),
    b"%PDF": Text(zh="PDF文档", en="a PDF document"),
    b"\x89PNG": Text(zh="图片", en="a picture"),
    b"\xff\xd8\xff": Text(zh="图片", en="a picture"),
    b"GIF8": Text(zh="图片", en="a picture"),
    b"BM": Text(zh="图片", en="a picture"),
    b"II*\x00": Text(zh="图片", en="a picture"),
    b"MM\x00*": Text(zh="图片", en="a picture"),
    b"Rar!": Text(zh="RAR压缩包", en="a RAR archive"),
    b"7z\xbc\xaf": Text(zh="7z压缩包", en="a 7z archive"),
    b"\x1f\x8b": Text(zh="gzip压缩文件", en="a gzip archive"),
    b"{\\rtf": Text(zh="RTF文档", en="an RTF document"),
    b"MIME-Version:": Text(zh="单文件网页（MHT）", en="a web archive (MHT)"),
    b"<?xml": Text(zh="XML文件", en="an XML file"),
}
_PAGE = Text(zh="网页", en="a web page")
_ELSE = Text(zh="别的东西", en="something else")


def open_delivery(path: Path, content: bytes, shown: str, matched: Matched) -> Delivery:
    """The sheets of `content`, which was read from `path`.  Raises RefusedError."""
    if not content.strip():
        raise RefusedError(fault("empty", Place(shown)))
    suffix = path.suffix.lower()
    page = is_markup(content)
    found = _PAGE if page else next((words for magic, words in _MAGIC.items() if _begins(content, magic)), None)
    mismatch = RefusedError(fault("mismatch", Place(shown), suffix=suffix, what=found or _ELSE))
    if suffix == ".parquet" and content.startswith(b"PAR1"):
        return read_parquet(content, shown)
    if suffix in TEXTS and not found:
        return read_text(content, shown, matched)
    if page and (suffix in PAGES or suffix in (".xls", ".et")):
        return read_markup(content, shown)
    if suffix in WORKBOOKS and content.startswith((_ZIP, _OLD)):
        return _workbook(content, shown, suffix, mismatch)
    if suffix == ".xls" and not found:
        text = read_text(content, shown, matched)
        return Delivery(text.sheets, (*text.notes, Note("content", "text")))
    raise mismatch


def _workbook(content: bytes, shown: str, suffix: str, mismatch: RefusedError) -> Delivery:
    """A workbook; one whose name says the other of Excel's two formats is read all the same, and that is recorded."""
    named_so = content.startswith(_ZIP) == (suffix in (".xlsx", ".xlsm"))
    if named_so or suffix == ".et":
        return read_workbook(content, shown)
    try:
        delivery = read_workbook(content, shown)
    except RefusedError as refused:
        known = refused.fault.problem != fault("no_workbook", Place(shown)).problem
        raise (refused if known else mismatch) from None
    return Delivery(delivery.sheets, (*delivery.notes, Note("content", "xlsx" if content.startswith(_ZIP) else "xls")))


def _begins(content: bytes, magic: bytes) -> bool:
    # Two letters alone may begin a text; a picture goes on with bytes that no text holds.
    return content.startswith(magic) and (len(magic) > 2 or b"\x00" in content[:64] or magic[0] < 32)
