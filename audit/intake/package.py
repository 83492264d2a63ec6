"""An XLSX package looked through before it is parsed: what it unpacks to, how far its sheets reach, what has no value.

The parser is quick but trusts the file: it allocates the whole rectangle up to the farthest cell, it reads on
where a part is longer than it says, and it gives spreadsheet errors and formulas without a value as empty cells.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from audit.intake.words import Place, RefusedError, fault

MOST_UNPACKED = 256 * 2**20
MOST_CELLS = 20_000_000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    OSError,
    EOFError,
    expat.ExpatError,
    NotImplementedError,
    RuntimeError,
)
# Formatted cells and rows without content may come by the million; taking them out first saves most of the time.
_EMPTY_CELLS = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"[^<>]*/>')
_EMPTY_ROWS = re.compile(rb'<row r="\d{1,7}"[^<>]*(?:/>|>\s*</row>)')
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass
class Survey:
    """What one sheet's XML holds."""

    rows: int = 0
    columns: int = 0
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    voids: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """A workbook's sheets by name, each surveyed, and whether macros came with it."""

    surveys: dict[str, Survey]
    macros: bool
    date1904: bool


def survey_package(content: bytes, shown: str) -> Package:
    """Look through the package of an XLSX or XLSM file.  Raises RefusedError."""
    place = Place(shown)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_sizes(archive, content, place)
            names = set(archive.namelist())
            sheets, date1904 = _sheets(archive)
            surveys = {name: _survey(archive.read(part)) for name, part in sheets.items() if part in names}
    except _BROKEN:
        raise RefusedError(fault("no_workbook", place)) from None
    for name, survey in surveys.items():
        if survey.rows * survey.columns > MOST_CELLS:
            where = Place(shown, name)
            raise RefusedError(fault("too_wide", where, rows=survey.rows, columns=survey.columns))
    return Package(surveys, any(name.endswith("vbaProject.bin") for name in names), date1904)


def _check_sizes(archive: zipfile.ZipFile, content: bytes, place: Place) -> None:
    """Refuse a package that is too large, or larger than its directory says."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise RefusedError(fault("password", place))
    if sum(member.file_size for member in members) > MOST_UNPACKED or len(members) > 10_000:
        raise RefusedError(fault("bomb", place, limit=MOST_UNPACKED // 2**20))
    for member in members:
        if member.compress_type == zipfile.ZIP_DEFLATED and not _honest(member, content):
            raise RefusedError(fault("lying", place))


def _honest(member: zipfile.ZipInfo, content: bytes) -> bool:
    """True when the part unpacks to no more than its directory entry says."""
    head = content[member.header_offset : member.header_offset + 30]
    start = member.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    rest, size = content[start : start + member.compress_size], 0
    while rest and size <= member.file_size:
        size += len(unpacker.decompress(rest, 2**20))
        rest = unpacker.unconsumed_tail
    return size <= member.file_size


def _sheets(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """The part that holds each sheet, and whether the workbook counts its days from 1904."""
    targets = {
        entry["Id"]: posixpath.normpath(posixpath.join("xl", entry["Target"])).lstrip("/")
        if not entry["Target"].startswith("/")
        else entry["Target"].lstrip("/")
        for name, entry in _elements(archive.read("xl/_rels/workbook.xml.rels"))
        if name == "Relationship"
    }
    found: dict[str, str] = {}
    date1904 = False
    for name, entry in _elements(archive.read("xl/workbook.xml")):
        if name == "sheet":
            link = next((value for key, value in entry.items() if key.rpartition(":")[2] == "id"), "")
            found[entry["name"]] = targets.get(link, "")
        elif name == "workbookPr":
            date1904 = entry.get("date1904") in ("1", "true")
    return found, date1904


def _elements(part: bytes) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda name, entries: found.append((name.rpartition(":")[2], entries))
    parser.Parse(part, True)
    return found


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise ValueError("a workbook declares no document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _survey(part: bytes) -> Survey:
    parser = _parser()
    reader = _SheetSurvey(parser)
    parser.StartElementHandler = reader.start
    parser.buffer_text = True
    parser.Parse(_EMPTY_ROWS.sub(b"", _EMPTY_CELLS.sub(b"", part)), True)
    return reader.found


class _SheetSurvey:
    """Handlers that follow one sheet's XML cell by cell.

    A sheet may have millions of empty formatted cells, so the handlers for text and for ends are set only inside a
    cell that holds a formula or an error.
    """

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.found = Survey()
        self._parser = parser
        self._row = self._column = 0
        self._error = self._string = self._has_value = False
        self._open = self._formula = self._value = ""

    def start(self, name: str, entries: dict[str, str]) -> None:
        """A new row, cell, part of a cell, or merge."""
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            address = entries.get("r")
            if address:
                self._row, self._column = _address(address)
            else:
                self._column += 1
            kind = entries.get("t")
            self._error, self._string = kind == "e", kind == "str"
        elif name == "row":
            self._row = int(entries.get("r", self._row + 1))
            self._column = -1
        elif name in ("v", "f", "is"):
            self._part(name)
        elif name == "mergeCell":
            first, _, last = entries["ref"].partition(":")
            self.found.merges.append((*_address(first), *_address(last or first)))

    def _part(self, name: str) -> None:
        found = self.found
        found.rows, found.columns = max(found.rows, self._row), max(found.columns, self._column + 1)
        if (name == "f" or self._error) and not self._parser.EndElementHandler:
            self._formula, self._value, self._has_value = "=" if name == "f" else "", "", False
            self._parser.EndElementHandler, self._parser.CharacterDataHandler = self._end, self._text
        self._open = name
        self._has_value = self._has_value or name == "v"

    def _text(self, text: str) -> None:
        if self._open == "f":
            self._formula += text
        elif self._open == "v":
            self._value += text

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "f", "is"):
            self._open = ""
        elif name == "c":
            self._parser.EndElementHandler = self._parser.CharacterDataHandler = None
            place = (self._row, self._column)
            if self._error:
                self.found.voids[place] = self._value or "#ERROR!"
            elif not self._value and not (self._string and self._has_value):
                self.found.voids[place] = self._formula


@lru_cache(maxsize=20_000)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def _address(text: str) -> tuple[int, int]:
    match = _ADDRESS.fullmatch(text)
    if not match:
        raise ValueError(text)
    return int(match[2]), _column(match[1])
