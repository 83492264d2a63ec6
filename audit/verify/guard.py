"""What a page would load, run or lead to outside the archive, and what a browser may read otherwise than we do here."""

from __future__ import annotations

import re
from html.parser import HTMLParser

ACTIVE_TAGS = ("script", "link", "iframe", "object", "embed", "form", "base", "applet", "frame")
# Elements whose content a browser reads by rules of its own, so that markup may hide in what is text to us.
UNLIKE_TAGS = ("textarea", "xmp", "noembed", "noframes", "noscript", "plaintext", "template", "math")
HEAD_TAGS = ("html", "head", "meta", "title")
ADDRESS_NAMES = (
    *("src", "href", "xlink:href", "action", "formaction", "background", "data", "poster", "ping", "cite"),
)
OUTSIDE = re.compile(r"(?i)^\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)")
STYLE_ADDRESS = re.compile(r"(?i)url\(\s*['\"]?\s*(?!#|data:)|@import|image-set\(")
# A comment ends at another place for a browser than for us; so do the others, each in its own way.
UNLIKE_MARKUP = ("<!--", "<![", "<!ENTITY", "<?xml-stylesheet")
POLICY = {
    "default-src": "'none'", "style-src": "'unsafe-inline'", "img-src": "data:", "base-uri": "'none'",
    "form-action": "'none'",
}  # fmt: skip


def page_faults(text: str, *, picture: bool = False) -> tuple[list[str], list[str]]:
    """What is wrong with a web page or, with `picture`, an SVG file; and the links in it to be followed up."""
    unlike = UNLIKE_MARKUP[2:] if picture else UNLIKE_MARKUP
    small = text.lower()
    guard = PageGuard(picture=picture)
    guard.found += [mark for mark in unlike if mark.lower() in small]
    guard.feed(text)
    guard.close()
    if not picture and not guard.confined:
        guard.found.append("no Content-Security-Policy that forbids loading and running")
    return list(dict.fromkeys(guard.found)), list(dict.fromkeys(guard.links))


class PageGuard(HTMLParser):
    """Collects what a page would load, run or lead to; `confined` once its head forbids that to a browser."""

    def __init__(self, *, picture: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._page = not picture
        self.found: list[str] = []
        self.links: list[str] = []
        self.confined = False
        self._style = self._title = self._drawing = False
        self._head = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Looks at an element and its attributes."""
        tag = tag.rpartition(":")[2]
        if tag in ACTIVE_TAGS or tag in UNLIKE_TAGS:
            self.found.append(f"<{tag}>")
        if self._page and (self._title or (self._drawing and tag in ("style", "title"))):
            self.found.append(f"<{tag}> in a title or after a drawing")
        facts = {name: "".join((value or "").split()) for name, value in attrs}
        if len(facts) < len(attrs):
            self.found.append(f"{tag} with an attribute twice")
        if self._head and tag == "meta" and facts.get("http-equiv", "").lower() == "content-security-policy":
            self.confined = self.confined or confines(dict(attrs).get("content") or "")
        self._head = self._head and tag in HEAD_TAGS
        self._drawing = self._drawing or tag == "svg"
        self._style, self._title = tag == "style", tag == "title"
        for name, text in facts.items():
            self._attribute(tag, name, text)

    def _attribute(self, tag: str, name: str, text: str) -> None:
        if name.startswith("on"):
            self.found.append(f"{tag} {name}")
        elif name in ("srcset", "imagesrcset", "srcdoc"):
            self.found.append(name)
        elif name in ADDRESS_NAMES and OUTSIDE.match(text) and not text.lower().startswith("data:image/"):
            self.found.append(f"{name}={text[:60]}")
        elif name == "href" and tag == "a" and text and not text.startswith("#"):
            self.links.append(text)
        elif name == "style" and STYLE_ADDRESS.search(text):
            self.found.append(f"{tag} style")
        elif name == "http-equiv" and text.lower() == "refresh":
            self.found.append("meta refresh")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that ends at once is one all the same; a browser ends no style sheet and no title at once."""
        self.handle_starttag(tag, attrs)
        if self._page and tag in ("style", "title"):
            self.found.append(f"<{tag}/>")
        self._style = self._title = False

    def handle_endtag(self, tag: str) -> None:
        """The end of a style sheet or a title."""
        self._style = self._style and tag != "style"
        self._title = self._title and tag != "title"

    def handle_data(self, data: str) -> None:
        """A style sheet may load things too; text outside of a title ends the head."""
        if self._style and STYLE_ADDRESS.search(data):
            self.found.append("style sheet")
        self._head = self._head and (self._title or not data.strip())


def confines(policy: str) -> bool:
    """Whether a page under this policy loads nothing from outside and runs nothing."""
    parts = [part.split() for part in policy.lower().split(";") if part.strip()]
    return ["default-src", "'none'"] in parts and all(
        len(part) == 2 and POLICY.get(part[0]) == part[1] for part in parts
    )
