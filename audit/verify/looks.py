"""V6, on the side: the appendix looks as its archived style sheet has it, so that what is read here is what is seen."""

from __future__ import annotations

import re

from audit.verify.case import SOURCE, AbsentError, Case
from audit.verify.report import Say
from audit.verify.shelf import shown_name
from audit.verify.shown import PageReader

STYLE_SOURCE = f"{SOURCE}audit/render/style.css"
MARK_RULE = re.compile(r"\.mark-[a-z]+ \{ --mark-ink: #([0-9a-f]{6}); --mark-ground: #([0-9a-f]{6}); \}")
MEDIA_RULE = re.compile(r"@media (?:print|\(prefers-color-scheme: dark\)) \{|\}")
COLUMN_WIDTH = re.compile(r"width: [1-9]\d?(?:\.\d)?%|width: 100(?:\.0)?%")
PAGE_TAGS = frozenset((
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "nav", "footer"),
    *("h1", "h2", "h3", "h4", "p", "a", "br", "span", "strong", "code", "div", "dl", "dt", "dd", "ol", "ul", "li"),
    *("table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td"),
    *("figure", "img", "figcaption", "details", "summary"),
))  # fmt: skip
PAGE_ATTRIBUTES = frozenset((
    *("id", "class", "lang", "href", "src", "alt", "scope", "colspan", "data-of", "data-label"),
    *("charset", "name", "content", "http-equiv", "role", "tabindex", "aria-label", "aria-labelledby", "aria-hidden"),
))  # fmt: skip
LEAST_CONTRAST = 300  # of 765, over the three colours


def look_faults(case: Case, html: str, page: PageReader) -> list[Say]:
    """A style sheet other than the archived one, and whatever else could hide a text or put another in its place."""
    try:
        css = case.text(STYLE_SOURCE)
    except AbsentError as error:
        return [error.said]
    faults: list[Say] = []
    small, start = html.lower(), html.find(f"<style>\n{css}")
    end = html.find("</style>", start)
    sheets = small.count("<style"), small.count("</style")
    if start < 0 or end < 0 or sheets != (1, 1) or not _only_marks(html[start + 8 + len(css) : end]):
        faults.append(("附录的样式不是存档的样式", "the appendix has another style sheet than the archived one"))
    for odd in dict.fromkeys(said for tag, facts in page.looks for said in _odd(tag, facts)):
        name = shown_name(odd)
        faults.append((f"附录不应有 {name}", f"{name} does not belong in the appendix"))
    return faults


def _odd(tag: str, facts: dict[str, str]) -> list[str]:
    """What of an element the appendix is never written with: it might hide a text, or show it another way."""
    found = [f"<{tag}>"] if tag not in PAGE_TAGS else []
    for name, value in facts.items():
        width = tag == "col" and name == "style" and COLUMN_WIDTH.fullmatch(value)
        hidden = name == "class" and "skip" in value.split() and tag != "a"
        if hidden or not (width or name in PAGE_ATTRIBUTES):
            found.append(f"{tag} {name}={value}")
    return found


def _only_marks(rules: str) -> bool:
    """Whether rules for the colours of marks are all that is there, and each shows its mark."""
    for ink, ground in MARK_RULE.findall(rules):
        apart = sum(abs(a - b) for a, b in zip(bytes.fromhex(ink), bytes.fromhex(ground), strict=True))
        if apart < LEAST_CONTRAST:
            return False
    return not MEDIA_RULE.sub("", MARK_RULE.sub("", rules)).strip()
