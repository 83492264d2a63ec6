"""The fonts of the charts, chosen by file and never by what a machine happens to have installed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import matplotlib
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

from audit.errors import AuditError

_SANS, _SERIF = "NotoSansCJKsc-Regular.otf", "NotoSerifCJKsc-Regular.otf"
_SYMBOLS, _MONO = "DejaVuSans.ttf", "DejaVuSansMono.ttf"
# They show no glyph of their own: where lines may break, and line breaks.
_INVISIBLE = "\n\u200b"


def cjk_file() -> Path:
    """The Chinese font of the charts, which mplfonts brings along.  Raises AuditError when it is not there."""
    return _chinese(_SANS)


@cache
def _chinese(name: str) -> Path:
    spec = find_spec("mplfonts")
    places = spec.submodule_search_locations if spec else None
    path = Path(next(iter(places or ("",)))) / "fonts" / name
    if not path.is_file():
        raise AuditError(
            f"the font {name} is missing", where="package mplfonts", remedy="make the environment again: ./run"
        )
    return path


def symbols_file() -> Path:
    """The font for ticks and crosses, which matplotlib brings along."""
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / _SYMBOLS


def paper_fonts() -> tuple[Path, ...]:
    """The fonts of the PDF: text, headings, symbols, identifiers.  No font of the machine is ever used."""
    return _chinese(_SERIF), _chinese(_SANS), symbols_file(), symbols_file().with_name(_MONO)


def missing_everywhere(texts: Iterable[str]) -> str:
    """The characters of `texts` that stand in neither Chinese font of the PDF, nor in the one for symbols."""
    serif, sans, symbols, _ = (_font(path) for path in paper_fonts())
    chars = sorted({char for text in texts for char in text} - set(_INVISIBLE))

    def drawn(char: str) -> bool:
        code = ord(char)
        return bool((serif.get_char_index(code) and sans.get_char_index(code)) or symbols.get_char_index(code))

    return "".join(char for char in chars if not drawn(char))


def missing_glyphs(text: str, path: Path) -> str:
    """The characters of `text` that the font at `path` cannot draw."""
    font = _font(path)
    return "".join(sorted({char for char in text if char != "\n" and not font.get_char_index(ord(char))}))


def face(text: str, size: float, path: Path | None = None) -> FontProperties:
    """The font in which `text` is drawn.  Raises AuditError when it would show as a box."""
    path = path or cjk_file()
    missing = missing_glyphs(text, path)
    if missing:
        codes = ", ".join(f"U+{ord(char):04X}" for char in missing)
        raise AuditError(
            f"the chart font has no glyph for {codes}",
            where=f"{path.name}: {text!r}",
            remedy="write the label in characters of the font",
        )
    return FontProperties(fname=str(path), size=size)


def width_of(text: str, size: float) -> float:
    """The width of `text` in inches when drawn at `size` points.  Raises AuditError for a missing glyph."""
    if not text.strip():
        return 0.0
    face(text, size)
    font = _font(cjk_file())
    font.set_size(size, 72)
    widths = []
    for line in text.split("\n"):
        font.set_text(line, 0, flags=LoadFlags.NO_HINTING)
        widths.append(font.get_width_height()[0])
    return max(widths) / 64 / 72


@cache
def _font(path: Path) -> FT2Font:
    return FT2Font(str(path))
