"""A lock that ends with its process, whatever ended that: a file held by the operating system's own lock."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class FileLock:
    """One lock file.  The file outlives the lock; that it is there says nothing, only who holds it does."""

    def __init__(self, path: Path) -> None:
        """`path` is made if need be; its folder must exist."""
        self.path = path
        self._file: int | None = None

    def acquire(self, *, wait: bool) -> bool:
        """Take the lock; without `wait`, False when another holds it.  Raises OSError."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            taken = _lock(file, wait)
        except BaseException:
            os.close(file)
            raise
        if taken:
            self._file = file
        else:
            os.close(file)
        return taken

    def reserve(self, size: int) -> None:
        """Let the file take up `size` bytes, so that a full disk still has these to give back; 0 gives them back."""
        assert self._file is not None
        os.ftruncate(self._file, 0)
        if size:
            os.pwrite(self._file, bytes(size), 0) if hasattr(os, "pwrite") else os.write(self._file, bytes(size))

    def release(self) -> None:
        """Give the lock up; nothing happens when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, wait: bool) -> bool:
        while True:
            try:
                msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                return True
            except OSError:  # LK_LOCK gives up after ten tries of a second
                if not wait:
                    return False

else:
    import fcntl

    def _lock(file: int, wait: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
