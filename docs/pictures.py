"""Make every picture of the documents from real runs: python docs/pictures.py [--runs FOLDER] [--only NAME …].

Audits Huiji 2021 (in Chinese, then in English) and Sample 2022 into FOLDER unless their runs are there, photographs
the appendix, the portal, JupyterLab and the pages of the PDF in headless Chromium, and writes docs/*.png, each with a
palette of its own so that it stays small.  Look at every one of them afterwards.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser import launch, visit  # noqa: E402
from lab_server import READY, copy_of_project, lab  # noqa: E402

DOCS = ROOT / "docs"
WIDTH, HEIGHT = 1240, 900
ENGAGEMENTS = (("huiji", 2021, "zh"), ("huiji", 2021, "en"), ("sample", 2022, "zh"))
PDF_PAGES = 4


def main() -> None:
    """Runs first, then the pictures asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=Path, default=None)
    asked.add_argument("--only", nargs="*", default=[])
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="pictures-") as scratch, sync_playwright() as playwright:
        out = options.runs.resolve() if options.runs else Path(scratch) / "outputs"
        make_runs(out)
        browser = launch(playwright)
        for name, take in pictures(browser, out, Path(scratch)).items():
            if not options.only or name in options.only:
                save(name, take())
        browser.close()


def make_runs(out: Path) -> None:
    """The runs that are pictured, where they are not there yet."""
    if list(out.glob("sample/2022/*/data/1-conclusion/appendix.html")):
        return
    for district, year, lang in ENGAGEMENTS:
        command = [sys.executable, "-m", "audit", "run", district, str(year), "--lang", lang, "--out", str(out)]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(done.returncode)


def pictures(browser: Browser, out: Path, scratch: Path) -> dict[str, Callable[[], bytes]]:
    """Each picture's name and how it is taken."""
    zh, en = (out / f"huiji/2021/{run}/data/1-conclusion" for run in ("0001", "0002"))
    return {
        "appendix": lambda: shot(browser, zh / "appendix.html"),
        "appendix-en": lambda: shot(browser, en / "appendix.html"),
        "appendix-dark": lambda: shot(browser, zh / "appendix.html", dark=True),
        "appendix-print": lambda: printed(browser, zh / "appendix.html", scratch),
        "appendix-pdf": lambda: side_by_side(pages_of(zh / "appendix.pdf")),
        "working-paper": lambda: shot(browser, zh.parent / "2-proof/notebooks/30_disclosure.html"),
        "portal": lambda: shot(browser, out / "index.html", whole=True),
        "jupyterlab": lambda: programme(browser, scratch),
    }


def shot(browser: Browser, path: Path, *, dark: bool = False, whole: bool = False) -> bytes:
    """The first window of a page, or all of it."""
    with visit(browser, path.as_uri(), dark=dark, width=WIDTH, height=HEIGHT) as seen:
        picture: bytes = seen.page.screenshot(full_page=whole)
    return picture


def printed(browser: Browser, path: Path, scratch: Path) -> bytes:
    """A page as a browser prints it: its first sheets of paper."""
    target = scratch / "printed.pdf"
    with visit(browser, path.as_uri()) as seen:
        seen.page.pdf(path=target, prefer_css_page_size=True)
    return side_by_side(pages_of(target))


def pages_of(path: Path) -> list[Image.Image]:
    """The first pages of a PDF, as pictures."""
    document = pypdfium2.PdfDocument(path)
    return [document[number].render(scale=1.25).to_pil() for number in range(min(PDF_PAGES, len(document)))]


def side_by_side(pages: list[Image.Image], gap: int = 12) -> bytes:
    """Pages in rows of two, on grey."""
    width, height = (max(getattr(page, side) for page in pages) for side in ("width", "height"))
    rows = -(-len(pages) // 2)
    sheet = Image.new("RGB", (2 * width + 3 * gap, rows * height + (rows + 1) * gap), "#8a8a86")
    for number, page in enumerate(pages):
        sheet.paste(page, (gap + number % 2 * (width + gap), gap + number // 2 * (height + gap)))
    return encoded(sheet)


def programme(browser: Browser, scratch: Path) -> bytes:
    """JupyterLab after the start notebook has carried out an audit."""
    project, home = scratch / "project", scratch / "home"
    home.mkdir()
    project.mkdir()
    with lab(copy_of_project(project), home) as (address, token):
        page = browser.new_page(viewport={"width": 1400, "height": 980})
        page.set_default_timeout(120_000)
        page.goto(f"{address}/?token={token}")
        page.wait_for_selector(".jp-TableOfContents-tree >> text=审计附录")
        carry_out(page)
        return page.screenshot()


def carry_out(page: Page) -> None:
    """Run the start notebook's cell to its end."""
    page.locator(READY).wait_for()
    page.locator(".jp-Notebook .jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".jp-OutputArea-output >> text=结果文件夹", timeout=300_000)
    page.locator(".jp-Notebook .jp-MarkdownCell").first.click()
    page.wait_for_timeout(1500)


def encoded(picture: Image.Image) -> bytes:
    """A picture as PNG."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def save(name: str, png: bytes) -> None:
    """Write docs/<name>.png with a palette that keeps rare colours too: they are the lights."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    small = picture.quantize(192, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    path = DOCS / f"{name}.png"
    small.save(path, "PNG", optimize=True)
    print(f"{path.relative_to(ROOT)}  {picture.width}×{picture.height}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
