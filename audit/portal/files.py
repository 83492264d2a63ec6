"""Small regular files below one folder; whatever else lies there (links, pipes, giants) counts as absent."""

from __future__ import annotations

import os
import stat
from pathlib import Path

SMALL = 2**20
LARGE = 2**26
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def read_plain(path: Path, most: int = SMALL) -> bytes | None:
    """The bytes of a regular file of at most `most` bytes, reached through no link; None for anything else.

    `path` must begin with a resolved folder.
    """
    try:
        if os.path.realpath(path) != str(path):
            return None
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    with os.fdopen(handle, "rb") as file:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > most:
            return None
        try:
            content = file.read(most + 1)
        except OSError:
            return None
    return content if len(content) <= most else None


def is_plain(path: Path) -> bool:
    """Whether a regular file lies there, reached through no link."""
    try:
        return os.path.realpath(path) == str(path) and stat.S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def folders(parent: Path) -> tuple[list[str], list[str]]:
    """The names of the folders in `parent`, and of everything else, sorted; links are never folders."""
    inside: list[str] = []
    others: list[str] = []
    try:
        with os.scandir(parent) as found:
            for entry in found:
                try:
                    plain = entry.is_dir(follow_symlinks=False)
                except OSError:
                    plain = False
                (inside if plain else others).append(entry.name)
    except OSError:
        pass
    return sorted(inside), sorted(others)
