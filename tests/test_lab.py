"""JupyterLab on the audit programme: a real server, a real browser; and what the start notebook shows and saves."""

import json
import os
import time
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser import launch, needs_chromium
from lab_server import READY, copy_of_project, lab
from playwright.sync_api import Route, sync_playwright
from runs import ROOT, Run

from audit.archive import RunFolder, read_findings
from audit.conduct import Conclusion
from audit.home import Home
from audit.lab import run, running, server
from audit.lab.running import Carried, Shown
from audit.lab.saving import forget_results
from audit.programme.plan import PROGRAMME


def slowly(route: Route) -> None:
    """A kernel that takes its time, as on a busy machine."""
    if route.request.method in ("POST", "PATCH"):
        time.sleep(2)
    route.continue_()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_of_project(tmp_path)


def asked(address: str, token: str, path: str) -> Any:
    request = urllib.request.Request(f"{address}{path}", headers={"Authorization": f"token {token}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


@needs_chromium
@pytest.mark.skipif(os.name == "nt", reason="ended by its process group")
def test_the_programme_in_a_real_browser(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("user")
    before = {path.name: path.read_bytes() for path in (project / "notebooks").glob("*.ipynb")}
    with lab(project, home) as (address, token), sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(120_000)
        context.route("**/api/sessions*", slowly)
        requests: list[str] = []
        context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        page.goto(f"{address}/?token={token}")

        # It opens on the start notebook, and the table of contents reads as the programme.
        page.wait_for_selector(".jp-TableOfContents-tree >> text=审计附录")
        contents = page.locator(".jp-TableOfContents-tree").inner_text().split("\n")
        read = [line.replace("\u3000", " ") for line in contents if line.strip()]
        assert read == ["审计方案", "运行审计", "底稿", *(f"{p.name[:2]} {p.title.zh}" for p in PROGRAMME)]
        if server.has_chinese():
            assert page.locator(".lm-MenuBar-itemLabel").first.inner_text() == "文件"

        # Its three lines run an audit that shows how it goes on and can be stopped.
        panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        panel.locator(READY).wait_for()
        page.locator(".jp-Notebook .jp-CodeCell").first.click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_selector(".audit-progress >> text=✓ 完成")
        assert "1 / 12" in page.locator(".audit-progress").inner_text()
        page.keyboard.press("Escape")
        page.keyboard.press("i")
        page.keyboard.press("i")
        page.wait_for_selector("[role=alert] >> text=已中断，没有结论")
        assert "Traceback" not in page.locator(".jp-Notebook").first.inner_text()

        # A working paper opens from its link, runs by hand, says so, and is saved without results.
        page.locator("a[href*='70_published']").click()
        panel.locator("h1:has-text('公布数字总览')").wait_for()
        panel.locator(READY).wait_for()
        page.locator(".lm-MenuBar-item").nth(3).click()
        page.locator("li[data-command='runmenu:run-all']").click()
        panel.locator("[role=note]:has-text('手工运行——不作为证据')").wait_for()
        panel.locator(".jp-OutputArea-output:has-text('政府治理各方面制度（2022年打算）')").first.wait_for()
        panel.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").wait_for()
        page.keyboard.press("Control+s")
        saved = project / "notebooks/70_published_figures.ipynb"
        deadline = time.monotonic() + 20
        while saved.read_bytes() == before[saved.name] and time.monotonic() < deadline:
            time.sleep(0.2)
        for path in (project / "notebooks").glob("*.ipynb"):
            assert same_cells(path.read_bytes(), before[path.name]), path.name

        # Nothing is fetched from outside, and nothing offers to.
        assert {url.split("/")[2] for url in requests if not url.startswith(("data:", "blob:"))} == {address[7:]}
        assert page.locator("[data-id='extensionmanager.main-view']").count() == 0
        assert asked(address, token, "/lab/api/news")["news"] == []
        assert not asked(address, token, "/lab/api/update").get("notification")
        browser.close()


def same_cells(one: bytes, other: bytes) -> bool:
    first, second = (nbformat.reads(text.decode(), as_version=4) for text in (one, other))
    return [(c.cell_type, c.source, c.get("outputs"), c.metadata) for c in first.cells] == [
        (c.cell_type, c.source, c.get("outputs"), c.metadata) for c in second.cells
    ] and first.metadata == second.metadata


def test_the_start_notebook_is_three_lines_and_the_programme() -> None:
    notebook = nbformat.read(Home().notebooks / "start.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) == 1
    assert len(code[0].source.splitlines()) == 3
    assert (code[0].outputs, code[0].execution_count) == ([], None)
    papers = [cell.source.splitlines() for cell in notebook.cells if cell.source.startswith("### ")]
    assert [lines[0] for lines in papers] == [f"### {paper.name[:2]}　{paper.title.zh}" for paper in PROGRAMME]
    for paper, lines in zip(PROGRAMME, papers, strict=True):
        assert f"({paper.name}.ipynb)" in lines[-1]


def test_what_stops_an_audit_is_shown_in_three_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    carried = run("nowhere", 2021, out=tmp_path)
    assert repr(carried).splitlines()[1:] == [
        "there is no engagement nowhere 2021",
        f"where: {ROOT / 'data/nowhere/2021/engagement.toml'}",
        "to do: check the district and the year, or make the engagement: ./run audit new DISTRICT YEAR",
    ]
    assert "审计未能进行" in carried._repr_html_()
    assert "grave" in repr(run("huiji", 2021, gate="grave", out=tmp_path))
    assert run("<b>", 2021, out=tmp_path)._repr_html_().count("<b>") == 0
    assert "Traceback" not in capsys.readouterr().out


def test_a_finished_run_shows_its_verdict_and_links_that_jupyterlab_opens(
    huiji: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Conclusion(RunFolder(huiji.folder), read_findings(RunFolder(huiji.folder)))
    monkeypatch.setattr(running, "ROOT", huiji.out)
    shown = Carried(report, None, "zh", "critical")._repr_html_()
    assert "✓ 审计已完成，没有达到门槛（严重）的问题" in shown
    assert "严重 0，警示 5" in shown
    assert '<a href="../huiji/2021/0001/data/1-conclusion/appendix.html">审计附录</a>' in shown
    assert '<a href="../index.html">全部运行</a>' in shown
    assert "<code>huiji/2021/0001</code>" in shown
    monkeypatch.setattr(running, "ROOT", huiji.out / "elsewhere")
    elsewhere = Carried(report, None, "en", "warning")._repr_html_()
    assert "<a " not in elsewhere
    assert "✗ carried out; findings at the gate (warning)" in elsewhere


def test_the_display_ticks_papers_off_and_escapes_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []

    class Handle:
        def update(self, page: Any) -> None:
            pages.append(page.data)

    def display(page: Any, display_id: bool) -> Handle:
        pages.append(page.data)
        return Handle()

    monkeypatch.setattr(running, "display", display)
    with Shown("zh") as shown:
        shown.started(PROGRAMME[0])
        shown._last = 0
        shown.step(PROGRAMME[0], "程序<script>")
        shown.finished(PROGRAMME[0])
    assert pages[0].count("○ 等待") == len(PROGRAMME) + 1
    assert any("◔ 进行" in page and "程序&lt;script&gt;" in page for page in pages)
    assert "1 / 12" in pages[-1]
    assert "✓ 完成" in pages[-1]
    assert not any("<script" in page for page in pages)


@pytest.mark.parametrize(
    ("path", "kept"), [("notebooks/30.ipynb", False), ("outputs/a/30.ipynb", True), ("notebooks2/30.ipynb", True)]
)
def test_only_the_programme_is_saved_without_results(path: str, kept: bool) -> None:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": 3,
        "metadata": {"tags": ["parameters"], "trusted": True},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],
        "source": "print('x')",
    }
    text = {"cell_type": "markdown", "metadata": {}, "source": "# x"}
    metadata = {"kernelspec": {"name": "python3"}, "language_info": {"version": "3.11.7"}}
    model = {"type": "notebook", "content": {"cells": [cell, text], "metadata": metadata}}
    forget_results(model=model, path=path, contents_manager=None)
    assert bool(cell["outputs"]) is kept
    assert (cell["execution_count"] == 3) is kept
    assert ("trusted" in cell["metadata"]) is kept
    assert cell["metadata"]["tags"] == ["parameters"]
    forget_results(model={"type": "file", "content": "x"}, path="notebooks/x.txt")


def test_chinese_is_chosen_where_its_pack_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "has_chinese", lambda: True)
    chosen = server.lab_environment("zh", {"JUPYTER_CONFIG_PATH": "theirs"})["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert [Path(place).name for place in chosen] == ["settings", "settings-zh", "theirs"]
    settings = json.loads((Path(chosen[1]) / "labconfig/default_setting_overrides.json").read_text())
    assert settings == {"@jupyterlab/translation-extension:plugin": {"locale": "zh_CN"}}
    for lang, pack in (("en", True), ("zh", False)):
        monkeypatch.setattr(server, "has_chinese", lambda pack=pack: pack)
        assert "settings-zh" not in server.lab_environment(lang, {})["JUPYTER_CONFIG_PATH"]


def test_nothing_calls_outside_by_settings() -> None:
    settings = json.loads((ROOT / "audit/lab/settings/jupyter_lab_config.json").read_text())
    assert settings["LabApp"]["news_url"] is None
    assert settings["LabApp"]["check_for_updates_class"].endswith("NeverCheckForUpdate")
    assert settings["LabApp"]["extension_manager"] == "readonly"
    assert settings["ServerApp"]["ip"] == "127.0.0.1"
