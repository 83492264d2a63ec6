"""A real browser for tests: headless Chromium from the system, one context per page, every request on record."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Playwright, Request

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage"),
)


def launch(playwright: Playwright) -> Browser:
    """Headless Chromium."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


@dataclass
class Visit:
    """A page that is open, and what went wrong or out while it was."""

    page: Page
    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def axe(self, *rules: str, without: tuple[str, ...] = ()) -> list[str]:
        """The violations of WCAG 2.2 AA and good practice, one a line; of `rules` alone where some are named."""
        chosen = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": WCAG}
        left_out = {rule: {"enabled": False} for rule in without}
        found = Axe().run(self.page, options={"runOnly": chosen, "resultTypes": ["violations"], "rules": left_out})
        return [
            f"{fault['id']} ({fault['impact']}): {node['target']} {node['failureSummary'][:300]}"
            for fault in found.response["violations"]
            for node in fault["nodes"][:5]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wide: int = self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        return max(0, wide)

    def unreached(self) -> list[str]:
        """What can be used with a mouse and is not reached by Tab, among the first sixty of a page.

        Of a radio group one is enough; whatever changes the order of the page counts as unreached.
        """
        page = self.page
        page.evaluate(
            """() => {
              window.reached = new Set();
              document.addEventListener('focusin', (event) => window.reached.add(event.target));
              const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
              window.usable = [...document.querySelectorAll(kinds)]
                .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled)
                .slice(0, 60);
            }"""
        )
        for _ in range(page.evaluate("window.usable.length") + 2):
            page.keyboard.press("Tab")
        found: list[str] = page.evaluate(
            """() => {
              const groups = new Set([...window.reached].filter((one) => one.type === 'radio').map((one) => one.name));
              const skipped = [...document.querySelectorAll('[tabindex]')].filter((one) => one.tabIndex > 0);
              return [...skipped, ...window.usable.filter((one) => !window.reached.has(one))]
                .filter((one) => !(one.type === 'radio' && groups.has(one.name)))
                .map((one) => one.outerHTML.slice(0, 120));
            }"""
        )
        return found


@contextmanager
def visit(browser: Browser, address: str, *, dark: bool = False, width: int = 1280, height: int = 900,
          offline: bool = True, scripts: bool = True, scale: int = 1) -> Iterator[Visit]:  # fmt: skip
    """Open `address` in a fresh context, without a network unless `offline` is False."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        offline=offline,
        java_script_enabled=scripts,
        device_scale_factor=scale,
        reduced_motion="reduce",
        locale="zh-CN",
    )
    seen = Visit(context.new_page())

    def note(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            seen.outside.append(request.url)

    context.on("request", note)

    def refuse(dialog: Dialog) -> None:
        seen.dialogs.append(dialog.message)
        dialog.dismiss()

    def listen(said: ConsoleMessage) -> None:
        if said.type == "error":
            seen.complaints.append(said.text)

    seen.page.on("dialog", refuse)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("console", listen)
    try:
        seen.page.goto(address)
        yield seen
    finally:
        context.close()
