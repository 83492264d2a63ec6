"""The Merkle tree of RFC 6962, and the checkpoint that states its root in one short note (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

LEDGER_ORIGIN = "fazhi-audit/ledger"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry, set apart from that of an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, in order; of nothing, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root.  Raises IndexError when there is no such leaf."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(index, leaves[:split]), root_of(leaves[split:])]
    return [*inclusion_proof(index - split, leaves[split:]), root_of(leaves[:split])]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that `proof` gives for `leaf` at `index` of `size`.  Raises ValueError for a proof of another length."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")
    left, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if left & 1 or left == last:
            result = node_hash(step, result)
            while left and not left & 1:
                left, last = left >> 1, last >> 1
        else:
            result = node_hash(result, step)
        left, last = left >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return result


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


@dataclass(frozen=True)
class Checkpoint:
    """How long a ledger was and the root over its lines; `extensions` are further lines, such as run and code."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note; signatures of witnesses may follow its empty line."""
        root = base64.b64encode(self.root).decode()
        return "\n".join((self.origin, str(self.size), root, *self.extensions)) + "\n\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note; what follows its empty line is not looked at.  Raises ValueError."""
    body, separator, _ = text.partition("\n\n")
    lines = body.split("\n")
    if not separator or len(lines) < 3:
        raise ValueError("a checkpoint has an origin, a size, a root and an empty line")
    origin, size, root, *extensions = lines
    if not (size.isascii() and size.isdigit()) or (size != "0" and size.startswith("0")):
        raise ValueError(f"{size!r} is no size")
    try:
        decoded = base64.b64decode(root, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("the root is not base64") from None
    if len(decoded) != hashlib.sha256().digest_size:
        raise ValueError("the root is not a SHA-256 digest")
    return Checkpoint(origin, int(size), decoded, tuple(extensions))
