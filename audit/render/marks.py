"""The marks of status, verdict and severity: a symbol and a word in a colour, never a colour alone."""

from __future__ import annotations

from markupsafe import Markup

from audit.model import Severity, Status, Verdict
from audit.render.charts.canvas import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILLION
from audit.render.words import word

# symbol, tone
_VERDICTS = {
    Verdict.AGREES: ("✓", "good"),
    Verdict.DIFFERS: ("×", "bad"),
    Verdict.IDENTITY_BROKEN: ("≠", "odd"),
    Verdict.IMPOSSIBLE: ("⊘", "bad"),
    Verdict.ONLY_BY_TRUNCATION: ("↓", "warn"),
    Verdict.BASE_NOT_STATED: ("?", "note"),
    Verdict.NOT_TESTED: ("○", "blank"),
}
_STATUSES = {
    Status.PASS: ("✓", "good"),
    Status.FAIL: ("×", "bad"),
    Status.NOT_TESTED: ("○", "blank"),
    Status.ERROR: ("!", "odd"),
}
_SEVERITIES = {Severity.CRITICAL: ("■", "bad"), Severity.WARNING: ("▲", "warn"), Severity.INFO: ("●", "note")}

# ink, ground: each pair has a contrast of at least 7 to 1
INKS = {
    "good": ("#00432f", "#e2f1eb"),
    "bad": ("#7a2b00", "#fbe7da"),
    "odd": ("#6a1f4c", "#f7e5ef"),
    "warn": ("#5c3d00", "#fcf0cf"),
    "note": ("#003f66", "#e0eef8"),
    "blank": ("#3d3d3d", "#ececec"),
}
DARK_INKS = {
    "good": ("#a9e0c9", "#123b2c"),
    "bad": ("#ffc9a6", "#4d2205"),
    "odd": ("#f1bcd8", "#45193a"),
    "warn": ("#f6d68b", "#423006"),
    "note": ("#b4daf5", "#0d3450"),
    "blank": ("#d4d1ca", "#383734"),
}
_FILLS = {"good": GREEN, "bad": VERMILLION, "odd": PURPLE, "warn": ORANGE, "note": BLUE, "blank": GREY}


def verdict_mark(verdict: Verdict, lang: str) -> Markup:
    """The light of one published figure."""
    return _mark(*_VERDICTS[verdict], word(f"verdict.{verdict.value}", lang))


def status_mark(status: Status, lang: str) -> Markup:
    """The mark of one outcome."""
    return _mark(*_STATUSES[status], word(f"status.{status.value}", lang))


def severity_mark(severity: Severity, lang: str) -> Markup:
    """The mark of one finding's severity."""
    return _mark(*_SEVERITIES[severity], word(f"severity.{severity.value}", lang))


def verdict_tone(verdict: Verdict) -> tuple[str, str]:
    """The symbol and the tone of a verdict."""
    return _VERDICTS[verdict]


def status_tone(status: Status) -> tuple[str, str]:
    """The symbol and the tone of a status."""
    return _STATUSES[status]


def severity_tone(severity: Severity) -> tuple[str, str]:
    """The symbol and the tone of a severity."""
    return _SEVERITIES[severity]


def verdict_symbol(verdict: Verdict) -> tuple[str, str]:
    """The symbol of a verdict and the colour of its tile in charts."""
    symbol, tone = _VERDICTS[verdict]
    return symbol, _FILLS[tone]


def _mark(symbol: str, tone: str, text: str) -> Markup:
    ink, ground = INKS[tone]
    return Markup(
        '<span class="mark mark-{}" style="color:{};background:{};padding:.1em .45em;border-radius:2px;'
        'white-space:nowrap"><span aria-hidden="true">{}</span> {}</span>'
    ).format(tone, ink, ground, symbol, text)
