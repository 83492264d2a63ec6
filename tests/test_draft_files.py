"""Drafts as people send them, their figures beside an engagement's claims, and the command that shows both."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import mplfonts
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_pdf import PdfPages
from runs import ROOT, audit

from audit.drafts import DraftError, compare, read_draft, read_figures
from audit.engagement import Claim, read_claims
from audit.model import Verdict
from audit.numbers import Figure

LINES = (
    "关于2022年度法治建设情况的报告",
    "一、主要工作",
    "（一）依法办事",
    "全年审核合同142件，提出意见1200余条，办结率98.25%，均按时答复。",
    "（二）培训",
    "举办培训两期，每人不低于6个学时。",
)
FIGURES = ["142件", "1200余条", "98.25%", "均", "两期", "每", "不低于6个学时"]
TEXT = "\n".join(LINES)
SOURCE = Path(os.environ.get("AUDIT_SOURCE_REPORT", "not given"))
REPORTS = Path(os.environ.get("AUDIT_LABELLED_REPORTS", "not given"))


def page(body: str) -> str:
    return f"<!doctype html><html><head><title>报告</title><style>p{{top:3件}}</style></head><body>{body}</body></html>"


def word(path: Path, lines: tuple[str, ...] = LINES) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def printed(path: Path, lines: tuple[str, ...]) -> Path:
    """A PDF of real text, made with the library that draws our charts."""
    font = Path(str(mplfonts.__file__)).parent / "fonts/SimHei.ttf"
    with plt.rc_context({"pdf.fonttype": 42}), PdfPages(path) as pages:
        figure = plt.figure(figsize=(8.27, 11.69))
        for number, line in enumerate(lines):
            figure.text(0.1, 0.9 - 0.03 * number, line, font=font, fontsize=11)
        pages.savefig(figure)
        plt.close(figure)
    return path


def found(path: Path) -> list[str]:
    return [quantity.text for quantity in read_figures(read_draft(path)).quantities]


def refused(path: Path) -> str:
    with pytest.raises(DraftError) as fault:
        read_draft(path)
    assert fault.value.exit_status == 3
    assert fault.value.remedy
    assert path.name in fault.value.where
    return fault.value.problem


# Formats ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_is_read_in_every_encoding_in_use(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "d.txt").write_bytes(TEXT.replace("\n", "\r\n").encode(encoding))
    assert read_draft(tmp_path / "d.txt") == TEXT
    assert found(tmp_path / "d.txt") == FIGURES


def test_the_same_report_gives_the_same_figures_in_every_format(tmp_path: Path) -> None:
    (tmp_path / "d.html").write_text(page("".join(f"<p>{line}</p>" for line in LINES)), encoding="utf-8")
    gbk = page("<div>".join(LINES)).replace("<head>", '<head><meta charset="gb2312">')
    (tmp_path / "g.htm").write_bytes(gbk.encode("gb18030"))
    (tmp_path / "unnamed").write_text(page("<br>".join(LINES)), encoding="utf-8")
    drafts = [tmp_path / "d.html", tmp_path / "g.htm", tmp_path / "unnamed", word(tmp_path / "d.docx")]
    drafts.append(printed(tmp_path / "d.pdf", LINES))
    assert {path.name: found(path) for path in drafts} == {path.name: FIGURES for path in drafts}


def test_a_line_that_the_pdf_breaks_is_put_together_again(tmp_path: Path) -> None:
    broken = ("审核合同与协议并提出意见建议共计11", "5226件。", "（二）培训35人。", "- 3 -")
    assert found(printed(tmp_path / "d.pdf", broken)) == ["115226件", "35人"]


def test_only_what_a_reader_of_the_page_sees_is_read(tmp_path: Path) -> None:
    hidden = (
        "<script>var a='5件';</script><style>/*6件*/</style><!-- 7件 -->"
        "<p style='display: none'>8件</p><p hidden>9件</p>"
        "<p>1<b>4</b>2件&nbsp;审核</p><p>未结<p>新收3件"
    )
    (tmp_path / "d.html").write_text(page(hidden), encoding="utf-8")
    assert found(tmp_path / "d.html") == ["142件", "3件"]


def test_tables_stay_in_place_and_their_cells_are_no_figures_of_the_text(tmp_path: Path) -> None:
    rows = "<tr><td><p>行政处罚</p></td><td>75件</td></tr><tr><td>行政强制</td><td>3件</td></tr>"
    (tmp_path / "d.html").write_text(page(f"<p>共78件。</p><table>{rows}</table><p>办结70件。</p>"), encoding="utf-8")
    assert read_draft(tmp_path / "d.html").splitlines() == ["共78件。", "行政处罚\t75件", "行政强制\t3件", "办结70件。"]
    assert found(tmp_path / "d.html") == ["78件", "70件"]
    document = docx.Document()
    document.add_paragraph("共78件。")
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "行政处罚"
    table.cell(0, 2).text = "75件"
    document.add_paragraph("办结70件。")
    document.save(str(tmp_path / "d.docx"))
    assert read_draft(tmp_path / "d.docx").splitlines() == ["共78件。", "行政处罚\t75件", "\t\t", "办结70件。"]
    assert found(tmp_path / "d.docx") == ["78件", "70件"]


def test_a_page_nested_deeper_than_python_recurses_is_read(tmp_path: Path) -> None:
    (tmp_path / "d.html").write_text("<div>" * 3000 + "<p>受理35件</p>", encoding="utf-8")
    assert found(tmp_path / "d.html") in (["35件"], [])  # lxml gives up below some depth, and must do so quietly


# Files that cannot be read ------------------------------------------------------------------------------


def test_an_empty_file_has_no_figures(tmp_path: Path) -> None:
    for name in ("d.txt", "d.html"):
        (tmp_path / name).write_bytes(b"")
        assert found(tmp_path / name) == []


LOCKED_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj
3 0 obj<</Filter/Standard/V 1/R 2/P -44/O(0123456789abcdef0123456789abcdef)/U(fedcba9876543210fedcba9876543210)>>endobj
trailer<</Root 1 0 R/Encrypt 3 0 R/ID[(0123456789abcdef)(0123456789abcdef)]/Size 4>>
%%EOF
"""


def test_what_cannot_be_read_is_refused_with_a_remedy(tmp_path: Path) -> None:
    files = {
        "junk.txt": (bytes(range(256)) * 8, "no text"),
        "photo.txt": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + os.urandom(3000), "no text"),
        "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password-protected"),
        "cut.docx": (word(tmp_path / "whole.docx").read_bytes()[:900], "damaged"),
        "text.docx": (b"hello", "no docx"),
        "text.pdf": (b"hello", "no pdf"),
        "cut.pdf": (b"%PDF-1.7\n1 0 obj <<", "damaged"),
        "locked.pdf": (LOCKED_PDF, "password"),
    }
    for name, (content, problem) in files.items():
        (tmp_path / name).write_bytes(content)
        assert problem in refused(tmp_path / name), name
    assert "opened" in refused(tmp_path / "missing.txt")


def test_a_workbook_and_a_bomb_are_no_word_documents(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.docx", "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    assert "no Word document" in refused(tmp_path / "book.docx")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("word/document.xml", "w") as entry:
        for _ in range(260):
            entry.write(bytes(2**20))
    (tmp_path / "bomb.docx").write_bytes(bomb.getvalue())
    assert "unpacks" in refused(tmp_path / "bomb.docx")


def test_a_scan_says_that_it_has_no_text(tmp_path: Path) -> None:
    with PdfPages(tmp_path / "scan.pdf") as pages:
        figure = plt.figure()
        figure.figimage([[0.0, 1.0], [1.0, 0.0]])
        pages.savefig(figure)
        plt.close(figure)
    assert "no text" in refused(tmp_path / "scan.pdf")


# Beside an engagement -----------------------------------------------------------------------------------


def claim(name: str, words: str, unit: str = "", locator: str = "", scope: str = "", note: str = "") -> Claim:
    return Claim(name, "", Figure.parse(words), unit, scope, "", "", locator, note)


def matched(text: str, *claims: Claim, **verdicts: Verdict) -> list[tuple[str, str]]:
    comparison = compare(read_figures(text), claims, verdicts)
    return [(figure.quantity.text, figure.claim) for figure in comparison.figures]


def test_place_decides_between_equal_figures() -> None:
    text = "一、工作\n（一）甲\n审核5件。\n（二）乙\n备案5件。\n"
    claims = claim("filed", "5", "件", "一（二）第1段"), claim("reviewed", "5", "件", "一（一）第1段")
    assert matched(text, *claims) == [("5件", "reviewed"), ("5件", "filed")]


def test_order_decides_where_nothing_else_does() -> None:
    assert matched("清理2次，开会2次。", claim("a", "2", "次"), claim("b", "2", "次")) == [("2次", "a"), ("2次", "b")]


def test_hedge_unit_and_value_must_be_those_of_the_claim() -> None:
    for text in ("发放1200份。", "发放1200余条。", "发放1300余份。", "满意1200余%。"):
        assert [name for _, name in matched(text, claim("a", "1200余", "份"))] == [""], text
    assert matched("补助1.2万元。", claim("a", "1.2", "万元")) == [("1.2万元", "a")]
    assert matched("发放一千二百余份。", claim("a", "1200余", "份")) == [("一千二百余份", "a")]


def test_rates_listed_side_by_side_share_one_figure() -> None:
    claims = [claim(name, "100%", "%", "第1段") for name in ("closed", "filed")]
    text = "审结率、备案率均达100%。\n参加率达100%。"
    assert matched(text, claim("joined", "100%", "%", "第2段"), *claims) == [
        ("100%", "closed"),
        ("100%", "filed"),
        ("100%", "joined"),
    ]


def test_a_second_mention_is_covered_by_the_same_claim_and_another_count_is_not() -> None:
    received = claim("received", "39", "件", "第1段")
    assert matched("收到复议申请39件。\n全年复议申请39件已办结。", received) == [("39件", "received")] * 2
    assert matched("收到复议申请39件。\n修剪树木39件。", received) == [("39件", "received"), ("39件", "")]


def test_a_second_value_for_the_same_words_is_noted() -> None:
    text = "全年收到行政复议申请39件。\n回顾：全年收到行政复议申请36件。"
    comparison = compare(read_figures(text), (claim("received", "39", "件"),), {"received": Verdict.AGREES})
    (uncovered,) = comparison.uncovered
    assert uncovered.quantity.text == "36件"
    assert "another value for received: 39件" in uncovered.remark


def test_a_claim_whose_figure_was_changed_is_missing_and_its_place_is_noted() -> None:
    comparison = compare(read_figures("一、工作\n受理36件。"), (claim("c", "35", "件", "一第1段"),), {})
    assert [missing.id for missing in comparison.missing] == ["c"]
    assert "in the place of c, which is printed 35件" in comparison.uncovered[0].remark


def test_names_tables_and_counted_lists_can_print_a_claim() -> None:
    text = "一、工作\n落实“三项制度”，学习《甲法》《乙条例》《丙办法》。\n受理\t35件\n"
    laws = claim("laws", "3", "件", "一第1段", note="由列出的名称数出")
    found = matched(text, claim("systems", "三", "项", "一第1段"), claim("received", "35", "件", "一第2段"), laws)
    assert found == [("三项", "systems"), ("《甲法》《乙条例》《丙办法》", "laws"), ("35件", "received")]
    assert matched(text) == []


# The command --------------------------------------------------------------------------------------------


def figures(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    done = audit("figures", *arguments)
    assert "Traceback" not in done.stderr
    return done


def test_json_is_one_list_with_the_keys_of_the_contract(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text(TEXT, encoding="utf-8")
    done = figures(tmp_path / "d.txt", "--json")
    assert done.returncode == 0
    items = json.loads(done.stdout)
    assert [item["text"] for item in items] == FIGURES
    assert all(TEXT[item["start"] : item["end"]] == item["text"] for item in items)
    rate = next(item for item in items if item["unit"] == "%")
    assert rate == {
        "text": "98.25%",
        "start": TEXT.index("98.25%"),
        "end": TEXT.index("98.25%") + 6,
        "value": 98.25,
        "low": 98.25,
        "high": 98.25,
        "unit": "%",
        "qualifier": "exact",
        "sentence": LINES[3],
    }
    assert [(i["low"], i["high"]) for i in items if i["qualifier"] in ("over", "at_least")] == [(1201, 1299), (6, None)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The illustrative engagement with fewer claims."""
    folder = tmp_path / "data/huiji/2021"
    shutil.copytree(ROOT / "data/huiji/2021", folder)
    head, *rows = (folder / "claims.csv").read_text(encoding="utf-8-sig").splitlines()
    kept = [row for row in rows if row.startswith(("contracts.reviewed,", "disclosure.handled,", "disclosure.closed,"))]
    (folder / "claims.csv").write_text("\n".join([head, *kept, ""]), encoding="utf-8-sig")
    return folder.parents[1]


def test_with_an_engagement_the_exit_status_tells_covered_from_uncovered(tmp_path: Path, home: Path) -> None:
    draft = tmp_path / "d.txt"
    draft.write_text("审核行政合同142件。处理信息公开案件46件，办结40件。", encoding="utf-8")
    beside = ("--engagement", "huiji/2021", "--data", home)
    done = figures(draft, *beside, "--json")
    assert done.returncode == 0, done.stderr
    assert [(item["claim"], item["verdict"]) for item in json.loads(done.stdout)] == [
        ("contracts.reviewed", "agrees"),
        ("disclosure.handled", "agrees"),
        ("disclosure.closed", "agrees"),
    ]
    draft.write_text("审核行政合同143件。处理信息公开案件46件。", encoding="utf-8")
    done = figures(draft, *beside, "--html", tmp_path / "d.html")
    assert done.returncode == 1
    assert "143件" in done.stdout
    assert "没有对应的公布数字" in done.stdout
    assert "claim not printed in the draft: disclosure.closed (40件" in done.stderr
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert '<mark class="uncovered"' in page
    assert '<mark class="supported"' in page
    assert "://" not in page
    assert "<script" not in page


def test_wrong_usage_and_unreadable_drafts_have_their_own_exit_status(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("受理35件。", encoding="utf-8")
    assert figures(tmp_path / "d.txt", "--engagement", "huiji").returncode == 2
    assert figures(tmp_path / "d.txt", "--nonsense").returncode == 2
    assert figures(tmp_path / "none.txt").returncode == 3
    done = figures(tmp_path / "d.txt", "--engagement", "nowhere/2021", "--json")
    assert (done.returncode, done.stdout) == (3, "")


def test_the_draft_is_escaped_in_the_marked_page(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("<b>审核</b>3件 & 其他", encoding="utf-8")
    assert figures(tmp_path / "d.txt", "--html", tmp_path / "d.html").returncode == 0
    assert "&lt;b&gt;审核&lt;/b&gt;<mark>3件</mark> &amp; 其他" in (tmp_path / "d.html").read_text(encoding="utf-8")


# Real reports, where they are at hand -------------------------------------------------------------------


@pytest.mark.skipif(not SOURCE.is_file(), reason="AUDIT_SOURCE_REPORT names no file")
def test_the_source_report_prints_every_claim_and_nothing_else() -> None:
    claims = read_claims(ROOT / "data/huiji/2021")
    comparison = compare(read_figures(read_draft(SOURCE)), claims, {})
    assert [missing.id for missing in comparison.missing] == []
    assert [figure.quantity.sentence for figure in comparison.uncovered] == []
    assert {figure.claim for figure in comparison.figures} == {claim.id for claim in claims}
    by_claim = {figure.claim: figure for figure in comparison.figures}
    assert all(by_claim[claim.id].place == claim.locator for claim in claims)


@pytest.mark.skipif(not REPORTS.is_dir(), reason="AUDIT_LABELLED_REPORTS names no folder")
def test_recall_and_precision_on_labelled_reports() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/figures.py"), str(REPORTS), "--json", "--misses"],
        capture_output=True,
        text=True,
        check=True,
    )
    total = json.loads(done.stdout)[-1]
    assert total["recall"] >= 0.98, done.stderr
    assert total["precision"] >= 0.98, done.stderr
