"""What the steps of a verification share: the archive, the digests taken, documents read once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from audit.verify.place import Archive
from audit.verify.report import Say
from audit.verify.shelf import READ_ERRORS, Shelf, blocks, read_small, shown_name

CONCLUSION, PROOF, PLAN, REFERENCE = "data/1-conclusion", "data/2-proof", "data/3-plan", "data/4-reference"
INPUTS, CRITERIA, SOURCE = f"{REFERENCE}/inputs/", f"{PLAN}/expectations/", f"{REFERENCE}/source/"
PAPERS, PAPER_SOURCES = f"{PROOF}/notebooks/", f"{SOURCE}notebooks/"
HASH_BUFFER = 1 << 20
KEPT_FILE, KEPT_ALL = 8 << 20, 256 << 20


class AbsentError(ValueError):
    """A document that is not there, or is none; says so in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        """The reason in both languages."""
        self.said: Say = (zh, en)
        super().__init__(en)


@dataclass
class Case:
    """One archive under verification.

    `digests` are those calculated of the bag's files, by algorithm; `kept` the bytes of small files, so that each
    is read once; `errors` what could not be read.
    """

    archive: Archive
    sm3: bool = False
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    _documents: dict[str, Any] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the bag holds this file."""
        return name in self.archive.bag.entries

    def below(self, folder: str) -> list[str]:
        """The bag's files below a folder, in order."""
        return sorted(name for name in self.archive.bag.entries if name.startswith(folder))

    def content(self, name: str) -> bytes:
        """A file of the bag.  Raises AbsentError."""
        if name in self.kept:
            return self.kept[name]
        if not self.has(name):
            raise AbsentError(f"没有 {shown_name(name)}", f"{shown_name(name)} is missing")
        try:
            return read_small(self.archive.bag, name)
        except READ_ERRORS as error:
            raise AbsentError(
                f"{shown_name(name)} 无法读取：{error}", f"{shown_name(name)} cannot be read: {error}"
            ) from None

    def text(self, name: str) -> str:
        """A text file of the bag.  Raises AbsentError."""
        try:
            return self.content(name).decode("utf-8")
        except UnicodeDecodeError:
            raise AbsentError(f"{shown_name(name)} 不是 UTF-8", f"{shown_name(name)} is not UTF-8") from None

    def json(self, name: str) -> Any:
        """A JSON file of the bag.  Raises AbsentError."""
        if name not in self._documents:
            self._documents[name] = parse_json(self.content(name), name)
        return self._documents[name]

    def once(self, name: str, make: Callable[[Case], Any]) -> Any:
        """What `make` makes of the archive, made once.  Raises what it raises."""
        if name not in self._documents:
            self._documents[name] = make(self)
        return self._documents[name]

    def seal_file(self, name: str) -> bytes | None:
        """A file of the seal's folder, if it is there.  Raises AbsentError when it cannot be read."""
        seal = self.archive.seal
        if seal is None or name not in seal.entries:
            return None
        try:
            return read_small(seal, name)
        except READ_ERRORS as error:
            raise AbsentError(f"{name} 无法读取：{error}", f"{name} cannot be read: {error}") from None

    @property
    def predicate(self) -> dict[str, Any]:
        """What the seal states.  Empty when there is no seal.  Raises AbsentError when it cannot be read."""
        content = self.seal_file("seal.json")
        if content is None:
            return {}
        return mapping(mapping(parse_json(content, "seal.json")).get("predicate"))

    @property
    def failure(self) -> str:
        """Why the run failed, where the archive is that of a failed run; else empty."""
        failure = mapping(self.predicate.get("failure"))
        return str(failure.get("problem", "failed")) if self.predicate.get("status") == "failed" else ""


def parse_json(content: bytes, name: str) -> Any:
    """A JSON document, however it is broken.  Raises AbsentError."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise AbsentError(f"{shown_name(name)} 不是完好的 JSON", f"{shown_name(name)} is not sound JSON") from None


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def take_digests(
    case: Case, shelf: Shelf, names: Iterable[str], algorithms: Sequence[str], keep: bool = True
) -> dict[str, dict[str, str]]:
    """The digests of many files, each read once, several at a time; small ones are kept, faulty ones recorded."""
    ordered = sorted(names, key=lambda name: -shelf.entries.get(name, 0))
    room = [KEPT_ALL]

    def one(name: str) -> tuple[str, dict[str, str] | None]:
        hashers = [hashlib.new(algorithm) for algorithm in algorithms]
        size = shelf.entries.get(name, 0)
        try:
            with shelf.open(name) as file:
                if size <= KEPT_FILE:
                    content = file.read(size + 1)
                    for hasher in hashers:
                        hasher.update(content)
                    whole = len(content) == size
                    if keep and whole and not name.startswith(INPUTS) and room[0] > len(content):
                        room[0] -= len(content)
                        case.kept[name] = content
                for piece in blocks(file, bytearray(HASH_BUFFER if size > KEPT_FILE else 1 << 12)):
                    for hasher in hashers:
                        hasher.update(piece)
        except READ_ERRORS as error:
            case.errors[name] = str(error).splitlines()[0] if str(error) else type(error).__name__
            return name, None
        return name, {algorithm: hasher.hexdigest() for algorithm, hasher in zip(algorithms, hashers, strict=True)}

    with ThreadPoolExecutor(max(2, min(8, os.cpu_count() or 2))) as pool:
        found = dict(pool.map(one, ordered))
    return {name: digests for name, digests in found.items() if digests is not None}
