"""What an RFC 3161 time stamp says, read from its DER bytes.  Whose word it is, only `openssl ts -verify` can tell."""

from __future__ import annotations

from dataclasses import dataclass

DER_SEQUENCE, DER_INTEGER, DER_OCTETS, DER_OID, DER_TIME, DER_SET, DER_CONTEXT = 0x30, 2, 4, 6, 0x18, 0x31, 0xA0
STAMP_INFO = bytes.fromhex("2a864886f70d0109100104")
STAMP_DIGESTS = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
    bytes.fromhex("2a811ccf55018311"): "sm3",
}


@dataclass(frozen=True)
class Stamp:
    """The digest that was stamped, and the authority's time in UTC, as 2026-11-28T05:33:12Z."""

    algorithm: str
    digest: str
    at: str


def read_stamp(token: bytes) -> Stamp:
    """What a time-stamp response (or the bare token out of one) states.  Raises ValueError when it states nothing."""
    outer = der_children(der_one(token, DER_SEQUENCE))
    if outer and outer[0][0] == DER_SEQUENCE:  # a response: its status, then the token
        status = der_children(outer[0][1])[:1]
        if not status or status[0][0] != DER_INTEGER or status[0][1] not in (b"\x00", b"\x01") or len(outer) < 2:
            raise ValueError("the authority did not grant the time stamp")
        outer = der_children(outer[1][1])
    signed = der_children(der_one(_member(outer, 1, DER_CONTEXT), DER_SEQUENCE))
    content = der_children(_member(signed, 2, DER_SEQUENCE))
    if _member(content, 0, DER_OID) != STAMP_INFO:
        raise ValueError("it holds no time-stamp information")
    info = der_children(der_one(der_one(_member(content, 1, DER_CONTEXT), DER_OCTETS), DER_SEQUENCE))
    imprint = der_children(_member(info, 2, DER_SEQUENCE))
    algorithm = _member(der_children(_member(imprint, 0, DER_SEQUENCE)), 0, DER_OID)
    digest = _member(imprint, 1, DER_OCTETS)
    return Stamp(STAMP_DIGESTS.get(algorithm, algorithm.hex()), digest.hex(), _moment(_member(info, 4, DER_TIME)))


def der_children(content: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each element, one after another.  Raises ValueError for anything but DER."""
    found, at = [], 0
    while at < len(content):
        if at + 2 > len(content) or content[at] & 0x1F == 0x1F:
            raise ValueError("cut off, or not DER")
        tag, size, start = content[at], content[at + 1], at + 2
        if size & 0x80:
            more = size & 0x7F
            if not 1 <= more <= 4:
                raise ValueError("a length that DER does not allow")
            size, start = int.from_bytes(content[start : start + more], "big"), start + more
        at = start + size
        if at > len(content):
            raise ValueError("cut off")
        found.append((tag, content[start:at]))
    return found


def der_one(content: bytes, tag: int) -> bytes:
    """The content of the one element that there must be.  Raises ValueError."""
    found = der_children(content)
    if len(found) != 1:
        raise ValueError("more or less than one element")
    return _member(found, 0, tag)


def _member(elements: list[tuple[int, bytes]], place: int, tag: int) -> bytes:
    if place >= len(elements) or elements[place][0] != tag:
        raise ValueError("not the structure of a time stamp")
    return elements[place][1]


def _moment(content: bytes) -> str:
    """GeneralizedTime, as 20261128053312Z or with a fraction, to the second."""
    digits = content[:14].decode("ascii", "replace")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 14 and content.endswith(b"Z")):
        raise ValueError("a time that is not in UTC")
    year, rest = digits[:4], [digits[place : place + 2] for place in range(4, 14, 2)]
    return f"{year}-{rest[0]}-{rest[1]}T{rest[2]}:{rest[3]}:{rest[4]}Z"
