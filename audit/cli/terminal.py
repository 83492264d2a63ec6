"""What a terminal can show: signs that its encoding knows, colours only where they are wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console

_INSTEAD = {"✓": "√", "✗": "×", "◔": "…", "■": "!!", "▲": "!", "●": "-", "○": "o", "↓": "v", "⊘": "0", "≠": "#"}


def console(*, stderr: bool = False) -> Console:
    """Standard output, or standard error: rich leaves colours out for NO_COLOR and where nobody looks."""
    return Console(stderr=stderr, highlight=False, emoji=False)


def sign(char: str, stream: TextIO | None = None) -> str:
    """The sign itself, or a plainer one where the stream's encoding (as GBK) has no room for it."""
    encoding = (stream or sys.stdout).encoding or "utf-8"
    for candidate in (char, _INSTEAD.get(char, "?")):
        try:
            candidate.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            continue
        return candidate
    return "?"


def forgive_encoding() -> None:
    """Let a character that the terminal's encoding lacks show as a question mark, and never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


@contextmanager
def all_written() -> Iterator[None]:
    """Raise AuditError when standard output does not take all that is printed: it was not said, then."""
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:  # a file's own name comes with what befell it; a stream has none
            raise
        from audit.seal.files import explain
        from audit.verify.check import forget_output

        forget_output()
        raise explain(error, "what was found cannot be written", "standard output") from None
