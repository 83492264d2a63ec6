"""An archive as it lies: a folder or a zip, read without following a link, trusting a size or unpacking a name."""

from __future__ import annotations

import errno
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Protocol

from audit.verify.report import Say, UnusableError

READ_ERRORS = (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)
MOST_ENTRIES = 500_000
LONGEST_NAME = 1024  # bytes of a path in an archive; runs stay below 200
MOST_EXPANSION = 200  # deflate reaches 1032; papers and records stay below 30
SMALL = 64 << 20
FREE_BYTES = 256 << 20  # what any zip may unpack to, however well it is packed


class Shelf(Protocol):
    """Files by their path below one root, with what is wrong with the others."""

    entries: dict[str, int]
    folders: set[str]
    faults: list[Say]

    def open(self, name: str) -> IO[bytes]:
        """The file's bytes.  Raises one of READ_ERRORS."""


def shown_name(name: str) -> str:
    """A name fit to print: nothing undecodable, no control characters."""
    printable = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in printable)[:200]


def read_small(shelf: Shelf, name: str, most: int = SMALL) -> bytes:
    """A whole file of at most `most` bytes.  Raises one of READ_ERRORS."""
    if shelf.entries.get(name, 0) > most:
        raise ValueError(f"{name} has {shelf.entries[name]} bytes, more than {most}")
    # A reading asks for no more than the file says it has: Python makes room for all that is asked for.
    with shelf.open(name) as file:
        return read_up_to(file, min(most, shelf.entries.get(name, most)))


def read_up_to(file: IO[bytes], most: int) -> bytes:
    """Everything in a file of at most `most` bytes.  Raises ValueError for a longer one."""
    pieces, left = [], most + 1
    while left and (piece := file.read(min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        raise ValueError(f"longer than the {most} bytes expected")
    return b"".join(pieces)


def read_ordinary(path: str | os.PathLike[str], most: int = SMALL) -> bytes:
    """A whole file of at most `most` bytes, wherever it lies.  Raises OSError, for a pipe or a device too."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb", buffering=0) as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        if facts.st_size > most:
            raise OSError(errno.EFBIG, f"it has {facts.st_size} bytes, more than {most}")
        try:
            return read_up_to(file, most)
        except ValueError as error:  # it grows while it is read
            raise OSError(errno.EFBIG, str(error)) from None


def folders_above(names: Iterable[str]) -> set[str]:
    """Every folder on the way to any of the names, each climbed to once."""
    found: set[str] = set()
    for name in names:
        folder = name.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def name_faults(names: Iterable[str]) -> list[Say]:
    """Paths that leave the archive, hide in it, or that another system would take for one another."""
    faults: list[Say] = []
    seen: dict[str, str] = {}
    for name in names:
        parts = name.split("/")
        odd = "\\" in name or ":" in parts[0] or any(ord(c) < 32 or ord(c) == 127 for c in name)
        if name.startswith("/") or odd or any(part in ("", ".", "..") for part in parts):
            faults.append((f"名称不安全：{shown_name(name)}", f"unsafe name: {shown_name(name)}"))
        elif any(0xD800 <= ord(c) <= 0xDFFF for c in name):
            faults.append((f"名称不是 UTF-8：{shown_name(name)}", f"name is not UTF-8: {shown_name(name)}"))
        folded = unicodedata.normalize("NFC", name).casefold()
        other = seen.setdefault(folded, name)
        if other != name:
            pair = f"{shown_name(other)}, {shown_name(name)}"
            faults.append((f"名称只有大小写或写法不同：{pair}", f"names that differ in case or form only: {pair}"))
    return faults


class FolderShelf:
    """The files of a folder; links, devices and what cannot be read are faults and are not opened."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        """Walks `root`.  Raises UnusableError when it cannot be listed."""
        self.root = os.fspath(root)
        self.entries: dict[str, int] = {}
        self.folders: set[str] = set()
        self.faults: list[Say] = []
        waiting = [""]
        while waiting:
            below = waiting.pop()
            try:
                with os.scandir(os.path.join(self.root, below) if below else self.root) as found:  # noqa: PTH118
                    for entry in sorted(found, key=lambda entry: entry.name):
                        self._take(f"{below}/{entry.name}" if below else entry.name, entry, waiting)
            except OSError as error:
                if not below:
                    raise UnusableError(
                        f"文件夹无法读取：{error.strerror}", f"the folder cannot be read: {error.strerror}"
                    ) from None
                self._fault("无法读取的文件夹", "folder that cannot be read", below)
            if len(self.entries) > MOST_ENTRIES:
                raise UnusableError(f"文件超过{MOST_ENTRIES}个", f"more than {MOST_ENTRIES} files")
        self.faults += name_faults([*self.entries, *self.folders])

    def _take(self, name: str, entry: os.DirEntry[str], waiting: list[str]) -> None:
        try:
            facts = entry.stat(follow_symlinks=False)
        except OSError:
            self._fault("无法查看", "cannot be examined", name)
            return
        if stat.S_ISLNK(facts.st_mode):
            self._fault("是链接", "is a link", name)
        elif stat.S_ISDIR(facts.st_mode):
            self.folders.add(name)
            waiting.append(name)
        elif stat.S_ISREG(facts.st_mode):
            self.entries[name] = facts.st_size
        else:
            self._fault("不是普通文件", "is not an ordinary file", name)

    def _fault(self, zh: str, en: str, name: str) -> None:
        self.faults.append((f"{zh}：{shown_name(name)}", f"{en}: {shown_name(name)}"))

    def open(self, name: str) -> IO[bytes]:
        """The file's bytes, unbuffered.  Raises OSError; a link put there meanwhile is refused."""
        path = os.path.join(self.root, name)  # noqa: PTH118  # a name may hold what pathlib would tidy away
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        return os.fdopen(os.open(path, flags), "rb", buffering=0)


class ZipShelf:
    """The files below one folder of a zip."""

    def __init__(
        self, packed: zipfile.ZipFile, root: str, infos: dict[str, zipfile.ZipInfo], faults: list[Say]
    ) -> None:
        """`root` is empty or ends in a slash; `infos` are the zip's sound entries by name."""
        self._packed = packed
        self._infos = {name[len(root) :]: info for name, info in infos.items() if name.startswith(root)}
        self.entries = {name: info.file_size for name, info in self._infos.items() if not name.endswith("/") and name}
        self.folders = {name.rstrip("/") for name in self._infos if name.endswith("/")}
        self.folders |= folders_above(self.entries)
        self.faults = faults + name_faults([*self.entries, *self.folders])

    def open(self, name: str) -> IO[bytes]:
        """The entry's bytes, never more than it says it has.  Raises one of READ_ERRORS."""
        info = self._infos.get(name)
        if info is None:
            raise FileNotFoundError(name)
        return self._packed.open(info)


class SubShelf:
    """The files below one folder of another shelf."""

    def __init__(self, whole: Shelf, root: str) -> None:
        """`root` ends in a slash."""
        self._whole, self._root = whole, root
        self.entries = {n[len(root) :]: size for n, size in whole.entries.items() if n.startswith(root)}
        self.folders = {n[len(root) :] for n in whole.folders if n.startswith(root)}
        self.faults: list[Say] = []

    def open(self, name: str) -> IO[bytes]:
        """The file's bytes.  Raises one of READ_ERRORS."""
        return self._whole.open(self._root + name)


def open_zip(path: Path) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo], list[Say]]:
    """A zip, its entries that may be read, by name, and what is wrong with the others.

    Raises UnusableError for what is no zip, or one that would unpack to many times its size.
    """
    try:
        packed = zipfile.ZipFile(path)  # stays open as long as the archive is looked at
        listed = packed.infolist()
    except (*READ_ERRORS, struct.error, MemoryError, IndexError) as error:
        raise UnusableError(f"不是能打开的 zip：{error}", f"not a zip that can be opened: {error}") from None
    total, size = sum(info.file_size for info in listed), max(1, path.stat().st_size)
    if (total > FREE_BYTES and total / size > MOST_EXPANSION) or len(listed) > MOST_ENTRIES:
        raise UnusableError(
            f"展开后是原来的{total // size}倍，可能是压缩炸弹，未打开",
            f"it would unpack to {total // size} times its size: taken for a zip bomb, not opened",
        )
    faults: list[Say] = []
    infos: dict[str, zipfile.ZipInfo] = {}
    for info in listed:
        reason = _zip_fault(info, infos)
        if reason:
            name = shown_name(info.orig_filename)
            faults.append((f"{reason[0]}：{name}", f"{reason[1]}: {name}"))
        else:
            infos[info.filename] = info
    return packed, infos, faults


def _zip_fault(info: zipfile.ZipInfo, before: dict[str, zipfile.ZipInfo]) -> Say | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.filename in before:
        return "zip 中重名", "twice in the zip"
    if info.flag_bits & 0x1:
        return "已加密", "is encrypted"
    if info.orig_filename != info.filename or "\x00" in info.orig_filename:
        return "名称不安全", "unsafe name"
    if len(info.filename.encode("utf-8", "surrogatepass")) > LONGEST_NAME:
        return f"名称超过{LONGEST_NAME}字节", f"name of more than {LONGEST_NAME} bytes"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "是链接或特殊文件", "is a link or no ordinary file"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "压缩方式不支持", "is packed in an unusual way"
    return None


def blocks(file: IO[bytes], buffer: bytearray) -> Iterator[memoryview]:
    """A file piece by piece in one buffer."""
    view = memoryview(buffer)
    readinto = getattr(file, "readinto", None)
    while True:
        if readinto is not None:
            size = readinto(buffer)
        else:
            piece = file.read(len(buffer))
            size = len(piece)
            view[:size] = piece
        if not size:
            return
        yield view[:size]
