"""outputs/index.html: read what is there, write one page that needs nothing else, replace the old one whole."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from audit.model import Severity, Text
from audit.portal.entries import Entry, Seal, State, clean, read_engagement_facts, read_entries, shown_name
from audit.portal.ledger import LEDGER, read_ledger
from audit.portal.overview import overlook, standing
from audit.portal.trend import shares, trend
from audit.portal.words import word

PORTAL = "index.html"
_HERE = Path(__file__).parent
_CHINA = timezone(timedelta(hours=8))
_STRANGE_SHOWN = 20
_PATIENCE = 5.0
_MARKS = {  # symbol, tone
    "clear": ("✓", "good"),
    "found": ("×", "bad"),
    "broken": ("!", "odd"),
    State.FAILED: ("!", "odd"),
    State.UNFINISHED: ("○", "blank"),
    State.ABANDONED: ("○", "blank"),
    State.UNREADABLE: ("?", "odd"),
    State.MISSING: ("⊘", "bad"),
}


def refresh_portal(outputs: Path) -> bool:
    """Write `outputs`/index.html anew, if a run ever began there; says whether it did.

    Raises nothing: a run does not fail for its portal.
    """
    try:
        place = outputs.resolve()
        if not (place / LEDGER).exists():
            return False
        with _alone(place):
            fresh = place / f".{PORTAL}.{os.getpid()}"
            fresh.write_text(portal_page(place), encoding="utf-8", newline="")
            fresh.replace(place / PORTAL)
    except Exception:  # whatever is wrong with other people's folders, this run is whole
        return False
    return True


def portal_page(outputs: Path) -> str:
    """The page over everything below `outputs`; the same folders give the same bytes."""
    place = outputs.resolve()
    ledger = read_ledger(place)
    entries, strange = read_entries(place, ledger)
    seen = overlook(entries, lambda entry: read_engagement_facts(place, entry))
    script, style = (_HERE / "page.js").read_text("utf-8").strip(), (_HERE / "page.css").read_text("utf-8").strip()
    return _template().render(
        seen=seen,
        ledger=ledger,
        newest=local_time(ledger.newest.at) if ledger.newest else "",
        strange=[shown_name(name) for name in strange[:_STRANGE_SHOWN]],
        more=max(0, len(strange) - _STRANGE_SHOWN),
        left_out=len(strange),
        longest=max([sum(seen.tally(year).values()) for year in seen.years], default=1) or 1,
        script=Markup(script),
        style=Markup(style),
        policy=_policy(script, style),
    )


def local_time(at: str) -> str:
    """A ledger's UTC second as a clock in China shows it; as written where it is no time."""
    try:
        return datetime.fromisoformat(at).astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return at


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        t=_both,
        w=word,
        plain=_plain,
        mark=_mark,
        seal=_seal,
        name=_name,
        when=_when,
        address=_address,
        trend=trend,
        shares=shares,
        standing=standing,
        clean=clean,
        State=State,
        severities=tuple(Severity),
    )
    return environment.get_template("page.html.j2")


def _policy(script: str, style: str) -> str:
    """Nothing may be fetched, and exactly this script and this style may act."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _both(key: str, **values: object) -> Markup:
    """A word in both languages; the style sheet shows the one that is chosen."""
    return _spans(word(key, **values))


def _spans(text: Text) -> Markup:
    return Markup('<span class="zh">{}</span><span class="en" lang="en">{}</span>').format(text.zh, text.en)


def _plain(key: str) -> str:
    """A word in both languages where no element may stand."""
    text = word(key)
    return f"{text.zh} {text.en}"


def _mark(entry: Entry, *, short: bool = False) -> Markup:
    """The light of a run: a symbol, words, a colour."""
    symbol, tone = _MARKS[standing(entry) if entry.state is State.COMPLETE else entry.state]
    if entry.state is not State.COMPLETE:
        words = word(f"state.{entry.state.value}")
    elif short:
        words = word(f"standing.{standing(entry)}")
    else:
        gate = word(entry.gate.value)
        zh = word(f"exit.{entry.exit_status}", gate=gate.zh).zh
        words = Text(zh=zh, en=word(f"exit.{entry.exit_status}", gate=gate.en).en)
    return Markup('<span class="mark {}"><span aria-hidden="true">{}</span> {}</span>').format(
        tone, symbol, Markup('<span class="sr">{}</span>').format(_spans(words)) if short else _spans(words)
    )


def _seal(entry: Entry) -> Markup:
    """The ledger line, the code, who signed."""
    line = entry.record.last("sealed", "failed")
    if entry.seal is Seal.NONE or line is None:
        return _both("seal.none")
    said = Markup('<span class="{}">{}</span>').format(
        entry.seal.value, _both(f"seal.{entry.seal.value}", number=line.number)
    )
    if entry.seal is Seal.SEALED:
        words = ["signed" if entry.signed[0] else "unsigned"] + [f"reviewed.{_decision(entry)}"] * entry.signed[1]
        said += Markup("").join(Markup(" · {}").format(_both(key)) for key in words)
    code = line.facts.code
    return said + (
        Markup('<br><span class="sub">{} <code>{}</code></span>').format(_both("code"), code) if code else ""
    )


def _decision(entry: Entry) -> str:
    """What the reviewer decided, as the ledger has it: accept, return, or that there is a review at all."""
    line = entry.record.last("reviewed")
    return line.facts.decision if line and line.facts.decision in ("accept", "return") else "other"


def _when(entry: Entry) -> str:
    line = entry.record.last("sealed", "failed", "abandoned") or entry.record.last("opened")
    return local_time(line.at) if line else ""


def _name(district: str, text: Text) -> Markup:
    """A district for people: its name, and its folder's name."""
    shown = shown_name(district)
    code = Markup("<code><bdi>{}</bdi></code>").format(shown)
    return Markup("<bdi>{}</bdi> {}").format(_spans(text), code) if text.zh else code


def _address(entry: Entry, inside: str = "") -> str:
    """Where a file of a run lies, seen from the page; a name can never become a scheme."""
    parts = [entry.district, str(entry.year), entry.run, *inside.split("/")]
    return "/".join(quote(os.fsencode(part), safe="") for part in parts if part) + ("" if inside else "/")


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One writer at a time, so that the last one has seen all runs; not waiting for ever."""
    try:
        import fcntl
    except ImportError:  # Windows: a page written twice at once is still a whole page
        yield
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    break
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)
