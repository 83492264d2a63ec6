"""Files written whole or not at all, and what the operating system refuses, in words."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from audit.errors import AuditError

_WORDS = {
    errno.ENOSPC: ("the disk is full", "free some space on it, then run again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, then run again"),
    errno.EACCES: ("it may not be written", "give yourself the right to write there, or choose another --out"),
    errno.EPERM: ("it may not be written", "give yourself the right to write there, or choose another --out"),
    errno.EROFS: ("the disk is read-only", "choose another --out"),
    errno.ENOENT: ("it is not there", "see whether something else moves or deletes files there, then run again"),
    errno.ENOTDIR: ("a file is in the way of a folder", "move that file away, or choose another --out"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EMFILE: ("too many files are open", "close other programs, then run again"),
}
_USUAL = "see whether the disk is sound, then run again"


def write_whole(path: Path, content: bytes | str) -> None:
    """Write `path` so that it is never seen half written, replacing what was there.  Raises OSError."""
    raw = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """Let the disk know which names `folder` holds, where there is a call for it; some network disks have none."""
    if hasattr(os, "O_DIRECTORY"):
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def protect(folder: Path) -> None:
    """Take away the right to write below `folder`: opening a file must not leave another beside it."""
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in (*files, *folders):
            _forbid(Path(parent) / name)
    _forbid(folder)


def unprotect(folder: Path) -> None:
    """Give the right to write back to the owner, below `folder` and for itself."""
    folder.chmod(folder.stat().st_mode | stat.S_IWUSR)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | stat.S_IWUSR)


def _forbid(path: Path) -> None:
    with suppress(OSError):  # some disks have no such rights; the seal does not rest on them
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


@contextmanager
def in_words(what: str, where: str = "") -> Iterator[None]:
    """Raise what the operating system refuses as AuditError: `what` could not be done, and why."""
    try:
        yield
    except OSError as error:
        raise explain(error, what, where) from error


def explain(error: OSError, what: str, where: str = "") -> AuditError:
    """The refusal of the operating system as a message in three lines."""
    problem, remedy = _WORDS.get(error.errno or 0, (error.strerror or str(error), _USUAL))
    return AuditError(f"{what}: {problem}", where=where or str(error.filename or ""), remedy=remedy)


def refusal_behind(error: BaseException) -> OSError | None:
    """The refusal of the operating system behind `error`; of one that is in words already, a full disk only."""
    full = (errno.ENOSPC, errno.EDQUOT)
    asked = full if isinstance(error, AuditError) else tuple(_WORDS)
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in asked:
            return seen
        if isinstance(seen, AuditError) and f"[Errno {errno.ENOSPC}]" in seen.problem:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return None
