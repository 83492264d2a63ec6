"""What is attached to a PDF of ours, written in one go: what another way of writing could hide is refused."""

from __future__ import annotations

import re
import zlib

MOST_ATTACHED = 64 << 20
PDF_END = re.compile(rb"trailer\s*<<([^#]*)>>\s*startxref\s+(\d{1,12})\s+%%EOF\s*")
PDF_OBJECT = re.compile(rb"(\d{1,10}) 0 obj\s")
PDF_STREAM = re.compile(rb">>\s*stream\r?\n")
ATTACHED = re.compile(rb"/EF\s*<<\s*/F (\d{1,10}) 0 R\s*/UF (\d{1,10}) 0 R\s*>>")
ATTACHED_NAME = re.compile(rb"/(?:F|UF)\s*\(([^()\\]*)\)")
# Names that tell of attachments, which may also be written with #45 for E and so on.
ATTACHING_NAMES = (b"EF", b"EmbeddedFile", b"FileAttachment", b"ObjStm", b"XRef")


def pdf_attachments(content: bytes) -> list[tuple[str, bytes]]:
    """Name and content of each file attached.

    Raises ValueError for a PDF with a later revision, or anything outside the objects that its one table lists.
    """
    objects = _objects(content)
    targets: dict[int, str] = {}
    for head, _ in objects.values():
        if b"#" in head and any(_plain(head).count(name) > head.count(name) for name in ATTACHING_NAMES):
            raise ValueError("a name is written in an unusual way")
        found = ATTACHED.findall(head)
        if head.count(b"/EF") > len(found):
            raise ValueError("an attachment is named in an unusual way")
        names = set(ATTACHED_NAME.findall(head))
        for first, second in found:
            if first != second or len(found) != 1 or len(names) != 1:
                raise ValueError("an attachment has two names or two contents")
            targets[int(first)] = names.copy().pop().decode("utf-8", "replace")
    kept = {number for number, (head, _) in objects.items() if re.search(rb"/Type\s*/EmbeddedFile\b", head)}
    if kept != set(targets):
        raise ValueError("an attachment is not listed, or what is listed is none")
    return [(name, _unpacked(*objects[number])) for number, name in targets.items()]


def _objects(content: bytes) -> dict[int, tuple[bytes, bytes]]:
    """Each object by its number: its dictionary or value, and the stream that follows.  Raises ValueError."""
    start = content.rfind(b"trailer")
    end = PDF_END.fullmatch(content, max(0, start))
    if start < 0 or end is None or b"/Prev" in end[1] or b"/XRefStm" in end[1]:
        raise ValueError("it was added to, or does not end as it should")
    table = int(end[2])
    places = _places(content[table:start])
    ordered = sorted((place, number) for number, place in places.items())
    if content[: min([table, *places.values()])].count(b"\n") > 3:
        raise ValueError("something stands before its first object")
    places_after = [*(place for place, _ in ordered[1:]), table]
    pieces = ((number, content[place:after]) for (place, number), after in zip(ordered, places_after, strict=True))
    return {number: _object(piece, number) for number, piece in pieces}


def _places(table: bytes) -> dict[int, int]:
    """Where each object lies."""
    head = re.match(rb"xref\s+0 (\d{1,7})\s+", table)
    if head is None:
        raise ValueError("its table is of an unusual kind")
    lines = table[head.end() :].split()
    if len(lines) != 3 * int(head[1]) or set(lines[2::3]) - {b"n", b"f"} or not all(map(bytes.isdigit, lines[::3])):
        raise ValueError("its table is damaged")
    return {number: int(lines[3 * number]) for number in range(int(head[1])) if lines[3 * number + 2] == b"n"}


def _object(piece: bytes, number: int) -> tuple[bytes, bytes]:
    begin = PDF_OBJECT.match(piece)
    if begin is None or int(begin[1]) != number:
        raise ValueError(f"object {number} is not where the table has it")
    stream = PDF_STREAM.search(piece)
    if stream is None:
        head, body, rest = piece[: piece.rfind(b"endobj")], b"", piece[piece.rfind(b"endobj") :]
    else:
        head = piece[: stream.start() + 2]
        length = re.search(rb"/Length (\d{1,10})(?![\d ]* R)", head)
        until = stream.end() + int(length[1]) if length else len(piece)
        body, rest = piece[stream.end() : until], re.sub(rb"^\s*endstream\s+", b"", piece[until:])
    if rest.strip() != b"endobj":
        raise ValueError(f"object {number} does not end as it should")
    return head, body


def _plain(head: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes.fromhex(match[1].decode()), head)


def _unpacked(head: bytes, body: bytes) -> bytes:
    if b"/FlateDecode" not in head:
        return body
    try:
        return zlib.decompressobj().decompress(body, MOST_ATTACHED)
    except zlib.error:
        raise ValueError("an attachment cannot be unpacked") from None
