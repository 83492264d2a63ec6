"""What a terminal can show: signs that its encoding knows, colours only where they are wanted."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TextIO

from rich.console import Console

_INSTEAD = {"✓": "√", "✗": "×", "◔": "…", "■": "!!", "▲": "!", "●": "-", "○": "o", "↓": "v", "⊘": "0", "≠": "#"}


def console(*, stderr: bool = False) -> Console:
    """Standard output, or standard error: rich leaves colours out for NO_COLOR and where nobody looks.

    Nothing ever fails for what standard error cannot take: it only tells how the work goes on.
    """
    return _Console(stderr=stderr, highlight=False, emoji=False)


class _Console(Console):
    """Output that ends no process; standard error that can take no more is silent from then on."""

    def __exit__(self, *failure: Any) -> None:
        """Write out: everything that rich prints passes here.  Raises OSError for standard output alone."""
        try:
            super().__exit__(*failure)
        except OSError:
            if not self.stderr:
                raise
            self.quiet = True
            silence(self.file)

    def on_broken_pipe(self) -> None:
        """Its reader has gone away: an error like any other, where rich would end the process or the thread."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def tell(words: str) -> None:
    """Say it on standard error, if that takes it."""
    try:
        print(words, file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: IO[str]) -> None:
    """Let nothing more leave by this stream: what it still holds would fail again as Python ends, with status 120."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


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

        silence(sys.stdout)
        raise explain(error, "what was found cannot be written", "standard output") from None
