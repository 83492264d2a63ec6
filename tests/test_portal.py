"""outputs/index.html: every run is on it as what it is, whatever lies beside it, and it never makes a run fail."""

import base64
import hashlib
import json
import os
import re
import threading
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from portal_runs import Made, many
from runs import Run

from audit.portal import PORTAL, portal_page, refresh_portal
from audit.portal.entries import State, read_entries
from audit.portal.ledger import read_ledger
from audit.portal.trend import said, trend
from audit.portal.words import _WORDS, word

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>javascript:alert(3)"


class Reader(HTMLParser):
    """The page as rows of text, links, scripts."""

    VOID = frozenset(("meta", "input", "br", "img", "link"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.script = ""
        self.open: list[str] = []
        self.english = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag == "tr":
            self.rows.append("")
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        if tag not in self.VOID:
            self.open.append("en" if ("class", "en") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "script" in self.open:
            self.script += data
        elif self.rows and "tr" in self.open and "en" not in self.open:
            self.rows[-1] += data


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def row(page: str, place: str) -> str:
    """The Chinese text of one run's row in the table of all runs."""
    district, year, run = place.split("/")
    table = page[page.index('<table id="runs"') :].partition("</table>")[0]
    found = [text for text in Reader(table).rows if re.search(rf"{re.escape(district)}\s*{year}\D*{run}", text)]
    assert len(found) == 1, (place, found)
    return " ".join(found[0].split())


def test_a_run_leaves_a_portal_that_lists_it(huiji: Run) -> None:
    page = (huiji.out / PORTAL).read_text(encoding="utf-8")
    text = row(page, "huiji/2021/0001")
    assert "郑州市惠济区" in text
    assert "示例记录" in text
    assert "退出码 0" in text
    assert "0001 中文" in text  # which language its appendix speaks
    counts = [
        sum(f["severity"] == severity and f["status"] == "fail" for f in huiji.findings["findings"])
        for severity in ("critical", "warning", "info")
    ]
    assert "严重 {} 警示 {}提示 {}".format(*counts).replace(" ", "") in text.replace(" ", "")
    claims = huiji.findings["reconciliation"]["claims"]
    assert f"{claims['passed']} / {claims['declared']}" in text
    for link in Reader(page).links:
        assert link.startswith("#") or (huiji.out / unquote(link)).exists(), link


def test_each_state_is_told(made: Made) -> None:
    for number, act in enumerate(("clear", "found", "broken", "failed", "open", "abandoned", "strange"), start=1):
        place = f"xian/20{number + 10}/0001"
        made.begin(place, gate="warning")
        if act in ("clear", "found", "broken"):
            made.conclude(place, (0, act == "found", 3), errors=act == "broken")
        if act == "failed":
            made.fail(place, "the kernel of 30_disclosure died")
        if act == "abandoned":
            made.record("abandoned", place)
        if act == "strange":
            made.write(place, "data/1-conclusion/findings.json", "{")
    made.record("opened", "gone/2021/0001")
    page = portal_page(made.out)
    told = [row(page, f"xian/20{number}/0001") for number in range(11, 18)] + [row(page, "gone/2021/0001")]
    for text, words in zip(
        told,
        (
            "已完成，没有达到门槛（警示）的问题退出码 0",
            "已完成，有达到门槛（警示）的问题退出码 1",
            "有部分审计未能执行退出码 3",
            "未能进行退出码 3the kernel of 30_disclosure died",
            "未完成：仍在进行，或中途停止",
            "中途停止",
            "结果读不出",
            "台账有记录，文件夹不在",
        ),
        strict=True,
    ):
        assert words in text


def test_only_complete_runs_supersede(made: Made) -> None:
    for number in (1, 2, 3, 4):
        made.begin(f"xian/2021/000{number}", name="某县" if number == 2 else "")
    made.conclude("xian/2021/0001", (1, 0, 0))
    made.conclude("xian/2021/0002", (0, 2, 0))
    made.fail("xian/2021/0003")
    page = portal_page(made.out)
    assert "已由 0002 取代" in row(page, "xian/2021/0001")
    for number in (2, 3, 4):
        assert "取代" not in row(page, f"xian/2021/000{number}")
    assert page.count('class="stands"') == 1
    assert all("某县" in row(page, f"xian/2021/000{number}") for number in (1, 2, 3, 4))
    matrix = page[page.index('class="matrix"') :]
    assert "0/2/0" in matrix
    assert "1/0/0" not in matrix


def test_the_seal_is_shown_as_the_ledger_and_the_file_have_it(made: Made) -> None:
    for number, signed in ((1, True), (2, False), (3, False)):
        place = f"xian/2021/000{number}"
        made.begin(place)
        made.conclude(place)
        made.seal(place, signed=signed)
    made.begin("xian/2021/0004")
    made.conclude("xian/2021/0004")
    made.seal("xian/2021/0004", signed=True, review="return")
    made.write("xian/2021/0002.seal", "seal.json", {"another": "seal"})
    (made.out / "xian/2021/0003.seal/seal.json").unlink()
    page = portal_page(made.out)
    assert "台账第 2 行 · 已签名代码 7K2M-Q9XA-03BN" in row(page, "xian/2021/0001")
    assert "封签与台账第 4 行不符" in row(page, "xian/2021/0002")
    assert "台账第 8 行 · 已签名 · 复核退回" in row(page, "xian/2021/0004")
    assert "台账第 6 行；封签文件不在" in row(page, "xian/2021/0003")
    assert "台账共 9 行，最后一行记于 2026-11-28 13:33" in page
    assert "未列入" not in page


def test_a_torn_or_foreign_ledger_costs_only_its_own_lines(made: Made) -> None:
    made.begin("xian/2021/0001")
    made.conclude("xian/2021/0001")
    made.seal("xian/2021/0001")
    for torn in (b'{"at":"2026', b"\xff\xfe\x00", b"[" * 100_000, b'{"number": ' + b"9" * 5000 + b"}", b"null"):
        with (made.out / "ledger.jsonl").open("ab") as ledger:
            ledger.write(torn + b"\n")
    page = portal_page(made.out)
    assert "台账有 5 行无法读出" in page
    assert "台账第 2 行" in row(page, "xian/2021/0001")


def test_hostile_folders_are_listed_as_text_and_nothing_outside_is_read(made: Made, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    elsewhere = Made(outside)
    elsewhere.begin("huiji/2021/0001", name="SECRET")
    elsewhere.conclude("huiji/2021/0001", (9, 9, 9))
    bad = HOSTILE.replace("/", "\u2215")
    for place in (f"{bad}/2021/0001", "javascript:alert(4)/2021/0001", "a b#?%/2021/0001"):
        made.begin(place, name=HOSTILE)
        made.conclude(place)
        made.seal(place)
    made.begin("pipe/2021/0001")
    (made.folder("pipe/2021/0001") / "data/1-conclusion").mkdir()
    os.mkfifo(made.folder("pipe/2021/0001") / "data/1-conclusion/findings.json")
    made.begin("deep/2021/0001")
    made.write("deep/2021/0001", "data/1-conclusion/findings.json", "[" * 10**6)
    made.begin("other/2021/0001")
    made.conclude("other/2021/0001", (7, 7, 7))
    moved = made.folder("other/2021/0001").rename(made.out / "other/2021/0002")
    (made.out / "other/2020").mkdir()
    moved.rename(made.out / "other/2020/0002")
    (made.out / "link").symlink_to(outside / "huiji", target_is_directory=True)
    (made.out / "part/2021/0001").mkdir(parents=True)
    (made.out / "part/2021/0001/data").symlink_to(outside / "huiji/2021/0001/data", target_is_directory=True)
    (made.out / "part/2021/0002").symlink_to(outside / "huiji/2021/0001", target_is_directory=True)
    (made.out / "part/2021/notes").mkdir()
    if os.geteuid():
        (made.out / "shut").mkdir(mode=0)
    (made.out / "xian/2021/0001").mkdir(parents=True)
    (made.out / os.fsdecode(b"\xff\xfe") / "2021/0001").mkdir(parents=True)
    started = time.monotonic()
    page = portal_page(made.out)
    assert time.monotonic() - started < 5
    assert "SECRET" not in page
    assert "<script>alert" not in page
    assert "<img" not in page
    seen = Reader(page)
    assert not [link for link in seen.links if ":" in link or "//" in link or link.startswith("/")]
    assert not [name for name in seen.attributes if name.startswith("on") or name == "style"]
    assert seen.tags.count("script") == 1
    assert "alert(" not in seen.script
    for place in ("pipe/2021/0001", "deep/2021/0001", "other/2020/0002", "part/2021/0001"):
        assert "结果读不出" in row(page, place)
    assert "未完成" in row(page, "xian/2021/0001")
    assert "下列 2 项" in page
    assert "part/2021/0002" in page
    assert "part/2021/notes" in page
    page.encode()


def test_hidden_characters_and_length_do_not_disguise_a_name(made: Made) -> None:
    made.begin("xian/2021/0001", name="好\u202e坏\u0000" + "长" * 500)
    made.conclude("xian/2021/0001")
    made.begin("xian/2021/0002")
    made.fail("xian/2021/0002", "a\u202eb\n" * 500)
    page = portal_page(made.out)
    assert not re.search("[\u0000-\u0008\u202a-\u202e]", page)
    assert max(map(len, page[page.index("<h1>") : page.index("<script>")].splitlines())) < 4000


def test_the_policy_allows_exactly_the_script_and_the_style(made: Made) -> None:
    made.begin("xian/2021/0001")
    page = portal_page(made.out)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    directives = policy[1].replace("&#39;", "'")
    for kind in ("script", "style"):
        inside = re.search(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in directives
    assert directives.startswith("default-src 'none'; ")
    assert "unsafe" not in directives
    assert "://" not in page


def test_the_same_folders_give_the_same_bytes_and_an_empty_one_says_so(made: Made) -> None:
    assert "还没有任何运行" in portal_page(made.out)
    made.begin("xian/2021/0001")
    assert portal_page(made.out) == portal_page(made.out)


def test_writing_replaces_whole_pages_and_fails_silently(made: Made, tmp_path: Path) -> None:
    assert not refresh_portal(made.out)
    made.begin("xian/2021/0001")
    assert refresh_portal(made.out)
    lengths = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            lengths.add((made.out / PORTAL).read_text(encoding="utf-8")[-8:])

    watcher = threading.Thread(target=look)
    watcher.start()
    writers = [threading.Thread(target=refresh_portal, args=(made.out,)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    watcher.join()
    assert lengths == {"</html>\n"}
    assert [path.name for path in made.out.iterdir() if path.name.startswith(".")] == []
    (made.out / PORTAL).unlink()
    (made.out / PORTAL).mkdir()
    assert not refresh_portal(made.out)
    assert not refresh_portal(tmp_path / "nowhere")


def test_five_hundred_runs_make_no_heavy_page(tmp_path: Path) -> None:
    page = portal_page(many(tmp_path, 170, (2019, 2020, 2021)).out)
    assert page.count('class="stands"') == 510
    assert len(page.encode()) < 2_000_000


def test_trends_say_their_numbers_and_show_gaps() -> None:
    series = [(2019, {"critical": 1, "warning": 0, "info": 3}), (2021, {"critical": 0, "warning": 2, "info": 0})]
    assert said(series, "zh") == "2019年 严重 1，警示 0，提示 3；2021年 严重 0，警示 2，提示 0"
    assert said(series, "en").startswith("2019: critical 1, warning 0, info 3; 2021")
    drawing = trend(series, "en")
    assert f'aria-label="{said(series, "en")}"' in drawing
    assert drawing.count("<text") == 3
    assert [name for name in ("critical", "info", "warning") if f'class="{name}"' in drawing] == [
        "critical",
        "info",
        "warning",
    ]


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    template = (Path(__file__).parents[1] / "audit/portal/page.html.j2").read_text(encoding="utf-8")
    for key in re.findall(r"\b(?:t|plain)\('([\w.]+)'", template):
        assert not key.endswith(".") or key
        if not key.endswith("."):
            assert word(key, size=1, at=1, n=1, status=1, run=1).zh
    for key, (zh, en) in _WORDS.items():
        assert re.search("[\u4e00-\u9fff]", zh) or key in ("file.pdf", "file.excel")
        assert not re.search("[\u4e00-\u9fff]", en)
        assert set(re.findall(r"{\w+}", zh)) == set(re.findall(r"{\w+}", en))


def test_states_are_read_without_the_page(made: Made) -> None:
    made.begin("xian/2021/0001")
    made.conclude("xian/2021/0001", (0, 0, 1))
    document = json.loads((made.folder("xian/2021/0001") / "data/1-conclusion/findings.json").read_text())
    document["reconciliation"]["claims"]["declared"] = 10**30
    made.write("xian/2021/0001", "data/1-conclusion/findings.json", document)
    entries, _ = read_entries(made.out, read_ledger(made.out))
    assert [entry.state for entry in entries] == [State.UNREADABLE]
