"""Every page of ours in a real browser: readable by everyone, at any size, by keyboard, on paper; offline, inert."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Visit, launch, needs_chromium, visit
from openpyxl import load_workbook
from playwright.sync_api import Browser, sync_playwright
from portal_runs import Made
from runs import FORMULA, Run, audit

from audit.portal import PORTAL, refresh_portal

pytestmark = needs_chromium
ALIKE = ("20", "30", "40", "50", "60", "90")  # papers whose marks and tables are those of 10, 70, 80 and 85
PRINTED = 673  # A4 less the margins, in CSS pixels


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal with every state a run can be in."""
    made = Made(tmp_path_factory.mktemp("portal"))
    for year in (2019, 2020, 2022):
        made.begin(f"huiji/{year}/0001", name="郑州市惠济区")
        made.conclude(f"huiji/{year}/0001", (year % 2, year - 2017, 3))
        made.seal(f"huiji/{year}/0001", signed=year == 2020)
    made.begin("huiji/2022/0002")
    made.conclude("huiji/2022/0002", (0, 1, 2), errors=1)
    made.begin("huiji/2022/0003")
    made.fail("huiji/2022/0003", "the kernel of 30_disclosure died")
    made.begin("sample/2022/0001", name="示例区", more="fictional = true")
    made.record("opened", "gone/2021/0001")
    made.record("sealed", "gone/2021/0001", seal="a" * 64)
    (made.out / "huiji" / "notes").mkdir()
    with (made.out / "ledger.jsonl").open("a") as ledger:
        ledger.write("torn\n")
    assert refresh_portal(made.out)
    return made.out / PORTAL


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Marked drafts, with and without an engagement."""
    folder = tmp_path_factory.mktemp("drafts")
    draft = folder / "draft.txt"
    draft.write_text(
        "制定规范性文件5件，备案率达100%。\n收到行政复议申请40件，受理35件，其中维持20件。\n参赛率98.25%，办结40件。",
        encoding="utf-8",
    )
    audit("figures", draft, "--html", folder / "plain.html")
    audit("figures", draft, "--engagement", "huiji/2021", "--html", folder / "marked.html")
    return [folder / "plain.html", folder / "marked.html"]


def pages(run: Run) -> list[Path]:
    """All pages of a run: appendix, cover, working papers."""
    found = [
        *sorted(run.folder.glob("*.html")),
        *sorted((run.folder / "data/1-conclusion").glob("*.html")),
        *sorted((run.folder / "data/2-proof/notebooks").glob("*.html")),
    ]
    assert len(found) >= 12
    return found


@pytest.fixture(scope="module")
def all_pages(huiji: Run, sample: Run, portal: Path, drafts: list[Path]) -> list[Path]:
    """Each kind of page in each language, once."""
    english = [path for path in pages(sample) if path.stem[:2] in ("ap", "00", "80", "90") or "READ" in path.name]
    return [*pages(huiji), huiji.out / PORTAL, portal, *drafts, *english]


def named(path: Path) -> str:
    return "/".join(path.parts[-6:])


def faults_of(seen: Visit, *, contrast: bool) -> Iterator[str]:
    """What one page lacks: by axe, by keyboard, in a narrow window, on paper, and what it asked for."""
    page = seen.page
    yield from seen.axe() if contrast else seen.axe(without=("color-contrast",))
    yield from (f"not reached by Tab: {one}" for one in seen.unreached())
    if contrast and Path(page.url).stem[:2] not in ALIKE:
        page.emulate_media(color_scheme="dark")
        yield from (f"dark: {fault}" for fault in seen.axe("color-contrast", "link-in-text-block"))
    for width in (360, 320):  # 1280 pixels at 400 % are 320
        page.set_viewport_size({"width": width, "height": 256})
        if by := seen.overflow():
            yield f"{by} pixels wider than {width}"
    page.set_viewport_size({"width": 1000 if page.url.endswith(f"/{PORTAL}") else PRINTED, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    ground, ink = page.evaluate(
        "['backgroundColor', 'color'].map((name) => getComputedStyle(document.body)[name].match(/\\d+/g).map(Number))"
    )
    if ground != [255, 255, 255] or max(ink) > 40:
        yield f"printed in {ink} on {ground}"
    cut = page.evaluate(
        "[...document.querySelectorAll('table')].filter((one) => one.getBoundingClientRect().right >"
        " window.innerWidth + 1).map((one) => one.innerText.slice(0, 60))"
    )
    yield from (f"cut off on paper: {table!r}" for table in cut)
    yield from (f"asked for {address}" for address in seen.outside)
    yield from (f"complained: {words}" for words in seen.complaints)


def test_every_page_is_for_everyone(browser: Browser, all_pages: list[Path]) -> None:
    """WCAG 2.2 AA by axe, light and dark; keyboard; 360 pixels and 400 %; paper; no network, no request."""
    faults = {}
    for path in all_pages:
        with visit(browser, path.as_uri()) as seen:
            # the colours of one language are those of the other, and contrast takes axe most of its time
            faults[named(path)] = list(faults_of(seen, contrast="sample" not in str(path)))
    assert not [f"{name}: {fault}" for name, found in faults.items() for fault in found]


def test_the_english_side_of_the_portal_is_for_everyone(browser: Browser, portal: Path) -> None:
    with visit(browser, f"{portal.as_uri()}#en") as seen:
        assert seen.page.locator("h1").inner_text() == "Audit runs"
        assert list(faults_of(seen, contrast=False)) == []


def test_the_skip_link_and_the_language_work_by_keyboard(browser: Browser, portal: Path) -> None:
    with visit(browser, portal.as_uri()) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("ArrowRight")
        assert seen.page.locator("h1").inner_text() == "Audit runs"


def test_with_the_network_off_the_picture_is_the_same(
    browser: Browser, huiji: Run, portal: Path, drafts: list[Path]
) -> None:
    """One page of each kind: those of a kind share their frame."""
    folder = huiji.folder / "data"
    papers = folder / "2-proof/notebooks"
    for path in (folder / "1-conclusion/appendix.html", papers / "30_disclosure.html", portal, drafts[-1]):
        pictures = []
        for offline in (True, False):
            with visit(browser, path.as_uri(), offline=offline) as seen:
                pictures.append(seen.page.screenshot())
                assert seen.outside == [], path
        assert pictures[0] == pictures[1], path


def test_planted_scripts_addresses_and_formulas_are_inert(browser: Browser, hostile: Run) -> None:
    texts = []
    for path in (*pages(hostile), hostile.out / PORTAL):
        with visit(browser, path.as_uri()) as seen:
            for detail in seen.page.locator("details").all():
                detail.evaluate("(one) => { one.open = true }")
            seen.page.wait_for_timeout(50)
            assert seen.page.title() != "hacked", path
            assert (seen.outside, seen.dialogs, seen.complaints) == ([], [], []), path
            links = seen.page.evaluate("[...document.querySelectorAll('a, area')].map((one) => String(one.href))")
            assert not [link for link in links if not link.startswith("file:")], path
            assert seen.page.locator("img[src='x'], [onerror]").count() == 0, path
            texts.append(seen.page.locator("body").inner_text())
    shown = "\n".join(texts)
    assert "document.title='hacked'" in shown
    assert FORMULA in shown


def test_no_cell_of_a_table_file_begins_a_formula(hostile: Run) -> None:
    files = [path for path in hostile.folder.rglob("*.csv") if "4-reference" not in path.parts]
    cells = []
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            cells += [(path.name, cell) for row in csv.reader(lines) for cell in row]
    assert len(cells) > 1000
    assert [cell for _, cell in cells if FORMULA in cell]
    assert not [where for where, cell in cells if cell.lstrip().startswith(("=", "@", "+"))]
    for path in hostile.folder.glob("data/1-conclusion/*.xlsx"):
        for sheet in load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f" or "HYPERLINK" not in str(cell.value).upper(), cell.coordinate
                    assert not cell.hyperlink or not str(cell.hyperlink.target or "").lower().startswith("javascript")


def test_the_portal_filters_searches_and_orders(browser: Browser, portal: Path) -> None:
    with visit(browser, portal.as_uri()) as seen:
        page = seen.page
        rows = page.locator("#runs tbody tr:visible")
        total = rows.count()
        assert total == 7
        page.fill("#words", "惠济 2022")
        assert rows.count() == 3
        assert page.locator("#shown").inner_text() == "3"
        page.fill("#words", "7k2m")
        assert rows.count() == 3
        page.fill("#words", "")
        page.select_option("#verdict", "found")
        assert rows.count() == 1
        page.select_option("#verdict", "")
        page.select_option("#year", "2022")
        page.check("#standing")
        assert rows.count() == 2
        page.select_option("#year", "")
        page.uncheck("#standing")
        page.select_option("#order", "gravest")
        assert "2019" in rows.first.inner_text()
        assert rows.count() == total
        assert seen.complaints == []


def test_the_portal_is_whole_without_script(browser: Browser, portal: Path) -> None:
    with visit(browser, portal.as_uri(), scripts=False) as seen:
        assert seen.page.locator("#runs tbody tr:visible").count() == 7
        assert not seen.page.locator("#filter").is_visible()
        seen.page.locator("label[for=lang-en]").click()
        assert seen.page.locator("h1").inner_text() == "Audit runs"
        seen.page.emulate_media(media="print")
        assert not seen.page.locator("label[for=lang-en]").is_visible()


def test_another_script_in_the_portal_does_not_run(browser: Browser, portal: Path, tmp_path: Path) -> None:
    page = portal.read_text(encoding="utf-8").replace("</main>", "<script>document.title='hacked'</script></main>")
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    with visit(browser, (tmp_path / "index.html").as_uri()) as seen:
        assert seen.page.title() != "hacked"
        assert any("Content Security Policy" in said for said in seen.complaints)
        assert seen.page.locator("#filter").is_visible()
