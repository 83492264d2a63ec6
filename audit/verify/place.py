"""Where an archive and what belongs to it lie: the bag, the seal beside it, the ledger above it."""

from __future__ import annotations

import errno
import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from audit.verify.report import Say, UnusableError
from audit.verify.shelf import (
    READ_ERRORS,
    FolderShelf,
    Shelf,
    SubShelf,
    ZipShelf,
    open_zip,
    read_ordinary,
    read_small,
    shown_name,
)

BESIDE = ("ledger.jsonl", "checkpoint.note", "allowed_signers", "tsa.pem")
RUN_PATH = re.compile(r"(?:.*/)?([^/]+/\d{4}/\d{4,})", re.ASCII | re.DOTALL)
EDITION_MARK = "proofs.json"
# Where the list of signers came from: the verifier's own hand, the results folder, or along with the archive.
LIST_GIVEN, LIST_OF_RESULTS, LIST_ENCLOSED = "given", "results", "enclosed"
ARCHIVE_MARKS = ("bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")


@dataclass
class Archive:
    """One archive: `beside` holds the ledger, its checkpoint and the signers' keys, as far as they were found.

    `run` is district/year/run as the path says it, or empty; `stray` are files of a zip that belong to no part;
    `edition` marks a shareable edition.  `unread` says why what lies beside it could not be read, by name, and
    `signers_from` where the list of signers came from.
    """

    name: str
    run: str
    bag: Shelf
    seal: Shelf | None
    beside: dict[str, bytes] = field(default_factory=dict)
    stray: list[Say] = field(default_factory=list)
    packed: zipfile.ZipFile | None = None
    edition: bool = False
    unread: dict[str, Say] = field(default_factory=dict)
    signers_from: str = LIST_ENCLOSED

    def close(self) -> None:
        """Let go of the zip."""
        if self.packed is not None:
            self.packed.close()


def is_there(path: Path) -> bool:
    """Whether anything lies at `path` that may be looked at; a name that no system takes is nothing."""
    return os.path.exists(path)  # noqa: PTH110  # pathlib raises for a name too long or a folder that may not be searched


def whole_path(path: Path) -> Path:
    """The path from the root on, so that the archive's own name ends it: `..` has none."""
    return path.resolve() if ".." in path.parts else path.absolute()


def open_archive(path: Path, given: dict[str, Path] | None = None) -> Archive:
    """The archive at `path`: a bag's folder, or a zip that holds one.

    `given` are files to take instead of those beside the archive, by their usual names.  Raises UnusableError.
    """
    shown = shown_name(str(path))
    if not is_there(path):
        raise UnusableError(f"没有或无权查看这个档案：{shown}", f"there is no such archive, or not for you: {shown}")
    if not path.is_dir() and not path.is_file():
        raise UnusableError(
            f"不是文件夹，也不是普通文件：{shown}", f"it is neither a folder nor an ordinary file: {shown}"
        )
    archive = _folder_archive(whole_path(path)) if path.is_dir() else _zip_archive(path)
    for name, other in (given or {}).items():
        try:
            archive.beside[name] = read_ordinary(other)
        except OSError as error:
            archive.close()
            raise UnusableError(
                f"{name} 无法读取：{error.strerror}", f"{name} cannot be read: {error.strerror}"
            ) from None
        archive.unread.pop(name, None)
        if name == "allowed_signers":
            archive.signers_from = LIST_GIVEN
    return archive


def _folder_archive(path: Path) -> Archive:
    bag = FolderShelf(path)
    if EDITION_MARK in bag.entries and "bagit.txt" not in bag.entries:
        return _edition(path.name, bag)
    beside_it = path.with_name(f"{path.name}.seal")
    sealed = is_there(beside_it) and beside_it.is_dir() and not beside_it.is_symlink()
    if not any(mark in bag.entries or mark in bag.folders for mark in ARCHIVE_MARKS) and not sealed:
        _refuse(bag)
    seal = FolderShelf(beside_it) if sealed else None
    run = RUN_PATH.fullmatch(path.as_posix())
    archive = Archive(run[1] if run else path.name, run[1] if run else "", bag, seal)
    # In a results folder only its own ledger and list count: others could be put in front of them, further down.
    for above in path.parents[2:3] if run else path.parents[:3]:
        for name in BESIDE:
            if name not in archive.beside and name not in archive.unread:
                _take_beside(archive, above / name)
    if run and "allowed_signers" in archive.beside:
        archive.signers_from = LIST_OF_RESULTS
    return archive


def _edition(name: str, bag: Shelf, stray: Sequence[Say] = (), packed: zipfile.ZipFile | None = None) -> Archive:
    """A shareable edition: its seal lies in a folder of it, and the ledger's lines about its run."""
    beside = {}
    for file, usual in (("ledger-lines.jsonl", "ledger.jsonl"), *((name, name) for name in BESIDE[1:])):
        if file in bag.entries:
            try:
                beside[usual] = read_small(bag, file)
            except READ_ERRORS:
                bag.faults.append((f"无法读取：{file}", f"cannot be read: {file}"))
    seal = SubShelf(bag, "seal/")
    return Archive(f"{name}#shared", "", bag, seal, beside, list(stray), packed=packed, edition=True)


def _refuse(bag: Shelf) -> None:
    if any(folder.startswith("data") for folder in bag.folders):
        raise UnusableError("这个运行文件夹没有封存", "this run folder was never sealed")
    raise UnusableError("这不是封存的档案：没有 bagit.txt", "this is no sealed archive: it has no bagit.txt")


def _take_beside(archive: Archive, path: Path) -> None:
    """Take a file from beside the archive, or the reason why it cannot be read; nothing where there is none.

    One too large for what it should be is a fault.
    """
    try:
        archive.beside[path.name] = read_ordinary(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        if error.errno == errno.EFBIG:
            archive.bag.faults.append((f"{path.name} 过大", f"{path.name}: {error.strerror}"))
        archive.unread[path.name] = (str(error.strerror), str(error.strerror))


def _zip_archive(path: Path) -> Archive:
    packed, infos, faults = open_zip(path)
    root = _bag_root(list(infos))
    shared = min((name for name in infos if name.rpartition("/")[2] == EDITION_MARK), key=len, default=None)
    if root is None and shared is not None:
        top = shared[: -len(EDITION_MARK)]
        return _edition(path.name, ZipShelf(packed, top, infos, faults), _stray(infos, {top}, (top,)), packed)
    if root is None:
        packed.close()
        raise UnusableError("zip 中没有封存的档案", "the zip holds no sealed archive")
    seal_root = f"{root[:-1]}.seal/" if root else ""
    sealed = bool(seal_root) and any(name.startswith(seal_root) for name in infos)
    beside: dict[str, bytes] = {}
    used = {root, seal_root}
    run = RUN_PATH.fullmatch(root[:-1]) if root else None
    folders = [root[: at + 1] for at, c in enumerate(root[:-1]) if c == "/"] + [""]
    for above in [root[: -len(run[1]) - 1]] if run else folders:  # as in a results folder
        used.add(above)
        for name in BESIDE:
            if above + name in infos and name not in beside and above != root:
                used.add(above + name)
                try:
                    beside[name] = read_small(ZipShelf(packed, above, infos, []), name)
                except READ_ERRORS:
                    faults.append((f"无法读取：{name}", f"cannot be read: {name}"))
    bag = ZipShelf(packed, root, infos, faults)
    seal = ZipShelf(packed, seal_root, infos, []) if sealed else None
    stray = _stray(infos, used, (root, seal_root) if sealed else (root,))
    return Archive(run[1] if run else path.name, run[1] if run else "", bag, seal, beside, stray, packed)


def _stray(names: Iterable[str], used: set[str], roots: tuple[str, ...]) -> list[Say]:
    """Files of a zip below none of the roots, the folders that lead to them and what is used apart."""
    return [
        (f"zip 中不属于档案的文件：{shown_name(name)}", f"file in the zip outside the archive: {shown_name(name)}")
        for name in names
        if name not in used and not name.startswith(roots)
        if not (name.endswith("/") and roots[0].startswith(name))
    ]


def _bag_root(names: list[str]) -> str | None:
    """The folder of the bag nearest the top: empty, or ending in a slash."""
    found = [
        name[: -len(mark)]
        for name in names
        for mark in ARCHIVE_MARKS
        if name == mark or (name.endswith(f"/{mark}") and "/data/" not in f"/{name}")
    ]
    return min(found, key=lambda root: (root.count("/"), root)) if found else None
