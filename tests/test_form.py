"""The disclosure report form is read alike from every shape in which it is published."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from docx import Document
from made_forms import LABELS, Made, Numbers, as_docx, as_html, as_text, as_xlsx, consistent, without
from openpyxl import Workbook
from runs import audit

from audit.errors import AuditError
from audit.form import Form, across_years, read_form, within_form
from audit.form.cells import State, read_cell, unglue
from audit.form.keys import COLUMNS, ROWS, rows_of
from audit.form.read import publisher_of, year_of
from audit.form.tables import Cells

# The shapes of a text in which the places of blank cells can be seen, and those in which they cannot.
SEPARATED = {"bars.txt": " | ", "tabs.txt": "\t", "commas.csv": ",", "lines.txt": "lines"}
LOOSE = {"spaces.txt": "  ", "glued.txt": "glued"}
SHAPES = ("page.html", "nested.html", "report.docx", "report.xlsx", "framed.md", *SEPARATED, *LOOSE)


def numbers(table: Cells) -> Numbers:
    return {row: {column: cell.value for column, cell in cells.items()} for row, cells in table.items()}


def shaped(made: Made, shape: str) -> bytes:
    match shape:
        case "page.html" | "nested.html":
            return as_html(made, nested=shape == "nested.html").encode()
        case "report.docx":
            return as_docx(made)
        case "report.xlsx":
            return as_xlsx(made)
        case "framed.md":
            return as_text(made, frame=True).encode()
    return as_text(made, (SEPARATED | LOOSE)[shape]).encode()


def read(folder: Path, content: bytes | str, name: str = "report") -> Form:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_form(path)


def blanked(made: Made, seed: int = 7, count: int = 6) -> Made:
    random = Random(seed)
    for _ in range(count):
        made.table3[random.choice(made.rows)][random.choice(tuple(COLUMNS))] = None
    return made


@pytest.mark.parametrize("layout", ["2019", "2021"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_form(tmp_path: Path, shape: str, layout: str) -> None:
    made = consistent(11, layout)
    found = read(tmp_path, shaped(made, shape))
    assert (found.year, found.format, found.publisher) == (made.year, layout, "示例市")
    assert numbers(found.table3) == made.table3
    assert tuple(found.table3) == rows_of(layout)
    if shape != "glued.txt" or numbers(found.table4)["reconsideration"]["total"] is not None:
        assert numbers(found.table4) == made.table4
    assert found.glued == (shape == "glued.txt")


@pytest.mark.parametrize("blank", ["", "/", "—", "-", "无"])
@pytest.mark.parametrize("shape", ["page.html", "report.docx", "report.xlsx", "framed.md", *SEPARATED])
def test_a_blank_cell_is_nothing_and_its_neighbours_stay_in_place(tmp_path: Path, shape: str, blank: str) -> None:
    made = blanked(consistent(12))
    made.blank = blank
    assert numbers(read(tmp_path, shaped(made, shape)).table3) == made.table3


@pytest.mark.parametrize("shape", LOOSE)
def test_a_row_whose_blank_has_no_place_is_left_unread(tmp_path: Path, shape: str) -> None:
    made = blanked(consistent(12))
    found = numbers(read(tmp_path, shaped(made, shape)).table3)
    for row, cells in made.table3.items():
        allowed = (cells, dict.fromkeys(COLUMNS))
        assert found[row] in allowed
        assert found[row] == cells or None in cells.values() or shape == "glued.txt"


@pytest.mark.parametrize("shape", SHAPES[:-1])
def test_numbers_are_read_as_people_write_them(tmp_path: Path, shape: str) -> None:
    made = consistent(13, most=90000)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    made.write = lambda number: str(number).translate(wide) if shape == "commas.csv" else f"{number:,}"
    assert numbers(read(tmp_path, shaped(made, shape)).table3) == made.table3


@pytest.mark.parametrize(
    ("text", "value", "state"),
    [
        ("12", 12, State.COUNT),
        (" １２ ", 12, State.COUNT),
        ("1,234", 1234, State.COUNT),
        ("１，２３４", 1234, State.COUNT),
        ("0.0", 0, State.COUNT),
        ("5件", 5, State.COUNT),
        ("1\u200b2\n", 12, State.COUNT),
        ("-3", -3, State.NO_COUNT),
        ("1.5", None, State.NO_COUNT),
        ("12,34", None, State.UNREADABLE),
        ("O", None, State.UNREADABLE),
        ("约5", None, State.UNREADABLE),
        ("3+2", None, State.UNREADABLE),
        *[(blank, None, State.BLANK) for blank in ("", "\u3000", "/", "／", "-", "——", "－", "无", "\\", "&nbsp;"[:0])],
    ],
)
def test_a_cell_says_a_count_nothing_or_something_else(text: str, value: int | None, state: State) -> None:
    assert (read_cell(text).value, read_cell(text).state) == (value, state)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub(r"（([一二三四五六七])）", r"(\1)", text),
        lambda text: re.sub(r"(?<=[>|\n ])(\d)\.(?=[一-鿿])", r"\1．", text),
        lambda text: re.sub(r"(?<=[>|\n ])(\d)\.(?=[一-鿿])", r"\1、", text),
        lambda text: re.sub(r"(?<=[>|\n ])(\d)\.(?=[一-鿿])", r"（\1）", text),
        lambda text: text.replace("属于国家秘密", "国家秘密").replace("保护第三方合法权益", "第三方权益"),
        lambda text: text.replace("危及“三安全一稳定”", '危及"三安全一稳定"').replace("本机关不掌握", "本单位 不掌握"),
        lambda text: text.replace("上年结转政府信息公开", "上年度结转的政府信息公开"),
        lambda text: text.replace("2.重复申请", "2.重复\u3000申 请").replace("（七）总计", "（七）总　计"),
        lambda text: text.replace("5.属于三类内部事务信息", "5.其他有关信息").replace("2.重复申请", "2.再次提出"),
    ],
)
@pytest.mark.parametrize("shape", ["page.html", "framed.md", "lines.txt"])
def test_labels_may_be_numbered_shortened_and_worded_otherwise(
    tmp_path: Path, shape: str, change: Callable[[str], str]
) -> None:
    made = consistent(14)
    text = shaped(made, shape).decode()
    # The page splits a label over two paragraphs; joined again, the replacements find it.
    changed = change(text.replace("</p><p>", ""))
    assert numbers(read(tmp_path, changed).table3) == made.table3


WRONG_PAGES: dict[str, Callable[[str], str]] = {
    "a header that spans too little": lambda page: page.replace('colspan="3" rowspan="3"', 'colspan="2" rowspan="3"'),
    "a header that spans no rows": lambda page: page.replace('rowspan="3"', ""),
    "an empty cell at the end of each row": lambda page: page.replace("</tr>", "<td></td></tr>"),
    "one table for each row": lambda page: page.replace("</tr><tr>", "</tr></table><table><tr>"),
    "no tables at all": lambda page: re.sub(r"<(/?)(?:table|tr|td|th|p)[^>]*>", r"<\1div>", page),
    "cells full of markup": lambda page: page.replace("<td>&nbsp;", "<td><p><span>").replace(
        "</td>", "</span></p></td>"
    ),
    "a line above the header": lambda page: page.replace(
        "<table><tr>", "<table><tr><td>表三（单位：件）</td></tr><tr>"
    ),
    "a second form below": lambda page: page + as_html(consistent(99)),
    "another word for total": lambda page: page.replace("总 计", "合计").replace("总计", "合计"),
}


@pytest.mark.parametrize("case", WRONG_PAGES)
def test_a_page_made_carelessly_is_read_all_the_same(tmp_path: Path, case: str) -> None:
    made = consistent(41)
    found = read(tmp_path, WRONG_PAGES[case](as_html(made)))
    assert numbers(found.table3) == made.table3
    assert numbers(found.table4) == made.table4


def test_a_word_in_a_cell_is_unreadable_and_its_neighbours_are_read(tmp_path: Path) -> None:
    made = consistent(42)
    cells = "".join(f"<td>&nbsp;{cell}</td>" for cell in made.figures("granted"))
    spoilt = cells[: cells.rindex("<td>")] + "<td>见附件</td>"
    found = read(tmp_path, as_html(made).replace(cells, spoilt))
    assert numbers(found.table3)["granted"] == made.table3["granted"] | {"total": None}
    assert found.table3["granted"]["total"].state is State.UNREADABLE


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_an_old_workbook_written_by_a_spreadsheet_program_is_read(tmp_path: Path) -> None:
    made = consistent(43)
    (tmp_path / "form.xlsx").write_bytes(as_xlsx(made))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xls", "form.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    found = read_form(tmp_path / "form.xls")
    assert (numbers(found.table3), numbers(found.table4)) == (made.table3, made.table4)


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    made = consistent(15)
    order = list(made.rows)
    Random(1).shuffle(order)
    assert numbers(read(tmp_path, as_html(made, rows=order)).table3) == made.table3


@pytest.mark.parametrize("shape", ["page.html", "report.docx", "report.xlsx", *SEPARATED, "spaces.txt"])
@pytest.mark.parametrize("gone", ["legal_service", "research", "total"])
def test_a_column_that_is_not_there_is_null_and_the_others_are_read(tmp_path: Path, shape: str, gone: str) -> None:
    made = consistent(16)
    made.columns = tuple(column for column in COLUMNS if column != gone)
    found = numbers(read(tmp_path, shaped(made, shape)).table3)
    assert found == {row: cells | {gone: None} for row, cells in made.table3.items()}


def test_one_column_for_all_legal_persons_is_not_taken_for_one_of_the_five(tmp_path: Path) -> None:
    lines = ["项目\t自然人\t法人或其他组织\t总计"]
    lines += ["".join(LABELS[row]) + "\t3\t4\t7" for row in ROWS]
    found = read(tmp_path, "\n".join(lines))
    expected = dict.fromkeys(COLUMNS) | {"natural_person": 3, "total": 7}
    assert numbers(found.table3) == dict.fromkeys(ROWS, expected)


def test_missing_rows_are_null(tmp_path: Path) -> None:
    made = without(consistent(17), "denied.query", "carried_in")
    found = numbers(read(tmp_path, as_html(made)).table3)
    for row in ROWS:
        assert found[row] == (made.table3[row] if row in made.rows else dict.fromkeys(COLUMNS))


def test_a_header_repeated_on_each_page_is_no_row(tmp_path: Path) -> None:
    made = consistent(18)
    page = as_html(made)
    head = page[page.index('<tr><td colspan="3" rowspan="3">') : page.index('<tr><td colspan="3">一、')]
    parts = re.split(r'(?=<tr><td colspan="3">四、)', page)
    assert len(parts) == 2
    assert numbers(read(tmp_path, parts[0] + head + parts[1]).table3) == made.table3
    broken = parts[0] + f"</table><p>续表</p><table>{head}" + parts[1]
    assert numbers(read(tmp_path, broken).table3) == made.table3


def test_a_figure_merged_over_several_columns_belongs_to_none(tmp_path: Path) -> None:
    made = consistent(19)
    page = as_html(made)
    row = "".join(f"<td>&nbsp;{cell}</td>" for cell in made.figures("carried_in"))
    assert page.count(row) == 1
    found = numbers(read(tmp_path, page.replace(row, '<td>1</td><td colspan="5">4</td><td>5</td>')).table3)
    assert found["carried_in"] == dict.fromkeys(COLUMNS) | {"natural_person": 1, "total": 5}
    assert found["granted"] == made.table3["granted"]


def test_blocks_of_table_4_may_stand_below_each_other(tmp_path: Path) -> None:
    made = consistent(20)
    head = "类别\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计"
    names = ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")
    lines = [
        "\t".join([name, *(str(number) for number in cells.values())])
        for name, cells in zip(names, made.table4.values(), strict=True)
    ]
    assert numbers(read(tmp_path, "\n".join([head, *lines])).table4) == made.table4


def test_a_page_cut_off_in_the_middle_keeps_what_came_before(tmp_path: Path) -> None:
    made = consistent(21)
    content = as_html(made).encode()
    cut = content[: content.index("（五）不予处理".encode()) - 1]
    found = numbers(read(tmp_path, cut).table3)
    assert found["granted"] == made.table3["granted"]
    assert found["unable.not_held"] == made.table3["unable.not_held"]
    assert found["outcome_total"] == dict.fromkeys(COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    made = consistent(22)
    assert numbers(read(tmp_path, as_text(made).encode(encoding)).table3) == made.table3


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("某区2022年政府信息公开工作年度报告 发布时间：2023年1月31日", 2022),
        ("某区２０２１年度政府信息公开年报", 2021),
        ("政府信息公开年度报告。统计期限自2020年1月1日起，2021年公布", 2020),
        ("二〇二一年政府信息公开工作年度报告", 2021),
        ("〔2021〕30号文件", None),
        ("2019年度报告", 2019),
        ("没有年份", None),
    ],
)
def test_the_year_is_that_of_the_report_and_not_of_its_publication(text: str, year: int | None) -> None:
    assert year_of(text) == year


def test_the_publisher_is_what_stands_before_the_year() -> None:
    assert publisher_of("平潭综合实验区2021年度政府信息公开工作年度报告") == "平潭综合实验区"
    assert publisher_of("没有标题") == ""


def test_a_single_row_other_makes_the_form_of_2019_whatever_the_year(tmp_path: Path) -> None:
    made = consistent(23, "2019")
    made.year = 2022
    found = read(tmp_path, as_html(made))
    assert (found.format, found.year) == ("2019", 2022)
    assert numbers(found.table3)["other.other"] == made.table3["other.other"]


def test_without_part_six_the_year_decides(tmp_path: Path) -> None:
    for year, layout in ((2020, "2019"), (2022, "2021")):
        made = without(consistent(24), "other.no_correction", "other.no_fee", "other.other")
        made.year = year
        assert read(tmp_path, as_text(made, "\t")).format == layout


def empty_docx(folder: Path) -> None:
    Document().save(str(folder / "x"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "cannot be read as a workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"a\x00b\x00\x01", "neither text"),
        ("2022年共收到申请7件，上年度结转1件；予以公开3件，无法提供4件，结转下年继续办理1件。".encode(), "no table"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "no table"),
        (b"<table>" * 3000, "no table"),
    ],
)
def test_what_is_no_form_is_refused_with_place_and_remedy(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(AuditError) as refused:
        read(tmp_path, content)
    assert words in refused.value.problem
    assert str(tmp_path) in refused.value.where
    assert refused.value.remedy


@pytest.mark.parametrize("shape", ["report.docx", "report.xlsx"])
def test_a_document_cut_off_anywhere_is_refused_or_read(tmp_path: Path, shape: str) -> None:
    content = shaped(consistent(25), shape)
    for part in range(1, 10):
        with pytest.raises(AuditError):
            read(tmp_path, content[: len(content) * part // 10])


def test_a_workbook_with_one_cell_at_the_far_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "x"
    sheet.cell(1048576, 16384).value = "y"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(AuditError, match="too far apart"):
        read_form(tmp_path / "far.xlsx")


@pytest.mark.parametrize(
    "content",
    ["<table><tr><td>" * 30000, "<table>" + "<tr><td>1<td>自然人" * 20000, "1 | 2 |\n" * 50000],
    ids=["deep", "long", "bars"],
)
def test_endless_markup_is_no_form_and_takes_no_time(tmp_path: Path, content: str) -> None:
    before = time.monotonic()
    with pytest.raises(AuditError, match="no table"):
        read(tmp_path, content)
    assert time.monotonic() - before < 30


def test_an_empty_word_document_holds_no_table(tmp_path: Path) -> None:
    empty_docx(tmp_path)
    with pytest.raises(AuditError, match="no table"):
        read_form(tmp_path / "x")


def test_glued_figures_are_told_apart_by_their_sums_or_not_at_all() -> None:
    assert unglue(["640020470"], [7]) == [[64, 0, 0, 2, 0, 4, 70]]
    assert len(unglue(["270020130"], [7])) == 2
    assert unglue(["500000", "5"], [7]) == [[5, 0, 0, 0, 0, 0, 5]]
    assert unglue(["1234567"], [7]) == []
    assert unglue(["10203120001200000"], [5, 5, 5]) == [[1, 0, 2, 0, 3, 12, 0, 0, 0, 12, 0, 0, 0, 0, 0]]


def test_glued_figures_that_no_sum_tells_apart_stay_null(tmp_path: Path) -> None:
    made = consistent(26)
    made.table3["granted"]["total"] = 999
    found = read(tmp_path, as_text(made, "glued"))
    assert set(numbers(found.table3)["granted"].values()) == {None}
    assert {e.holds for e in within_form(found) if e.key == "granted"} == {None}


def test_the_command_prints_one_document_and_tells_broken_forms_by_its_exit_status(tmp_path: Path) -> None:
    made = consistent(27)
    (tmp_path / "good.html").write_text(as_html(made), encoding="utf-8")
    made.table3["granted"]["business"] = 77
    (tmp_path / "bad.docx").write_bytes(as_docx(made))
    good = audit("form", "good.html", "--json", cwd=tmp_path)
    assert good.returncode == 0, good.stderr
    (record,) = json.loads(good.stdout)
    assert set(record) == {"file", "year", "format", "table3", "table4", "identities"}
    assert (record["file"], record["year"], record["format"]) == ("good.html", 2023, "2021")
    for identity in record["identities"]:
        assert set(identity) in ({"id", "row", "left", "right", "holds"}, {"id", "column", "left", "right", "holds"})
    both = audit("form", "good.html", "bad.docx", "--json", cwd=tmp_path)
    assert both.returncode == 1
    assert [entry["file"] for entry in json.loads(both.stdout)] == ["good.html", "bad.docx"]
    shown = audit("form", "bad.docx", cwd=tmp_path)
    assert shown.returncode == 1
    for line in ("不成立　GID-I02", "商业企业", "不成立　GID-I03", "予以公开"):
        assert line in shown.stdout
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "word"),
    [
        (["form"], 2, "FILES"),
        (["form", "none.html"], 3, "none.html"),
        (["form", "text.txt", "--json"], 3, "no table"),
        (["form", "text.txt", "none.html", "--json"], 3, "2 of 2"),
        (["form", "."], 3, "directory"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_printed(
    tmp_path: Path, arguments: list[str], status: int, word: str
) -> None:
    (tmp_path / "text.txt").write_text("一段文字", encoding="utf-8")
    done = audit(*arguments, cwd=tmp_path)
    assert done.returncode == status
    assert word.lower() in done.stderr.lower()
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_two_years_of_one_government_are_held_together(tmp_path: Path) -> None:
    first, second = consistent(28), consistent(29)
    first.year, second.year = 2022, 2023
    for column in COLUMNS:
        out = first.table3["carried_out"][column] or 0
        second.table3["carried_in"][column] = out
    forms = [read(tmp_path, as_html(made), f"{made.year}.html") for made in (second, first)]
    found = across_years(forms)
    assert set(found) == {0}
    carried = [equation for equation in found[0] if equation.id == "GID-I04"]
    assert [(e.key, e.holds) for e in carried] == [(column, True) for column in COLUMNS]
    stocks = {e.key: e.holds for e in found[0] if e.id == "GID-I06"}
    assert stocks == {"rules": True, "normative_documents": False}  # 20 = 20 + 3 - 1 is not so


def test_a_carry_over_that_changed_on_the_way_is_broken(tmp_path: Path) -> None:
    first, second = consistent(30), consistent(30)
    first.year, second.year = 2022, 2023
    for column in COLUMNS:
        second.table3["carried_in"][column] = first.table3["carried_out"][column]
    second.table3["carried_in"]["business"] = 1000
    second.table3["carried_in"]["total"] = None
    forms = [read(tmp_path, as_html(made), f"{made.year}.html") for made in (first, second)]
    carried = {e.key: e.holds for e in across_years(forms)[1] if e.id == "GID-I04"}
    assert (carried["business"], carried["natural_person"], carried["total"]) == (False, True, None)


def test_years_apart_and_other_governments_are_not_held_together(tmp_path: Path) -> None:
    made = [consistent(seed) for seed in (31, 32, 33)]
    for one, (year, place) in zip(made, ((2021, "甲市"), (2022, "乙市"), (2024, "甲市")), strict=True):
        one.year, one.place = year, place
    forms = [read(tmp_path, as_html(one), f"{n}.html") for n, one in enumerate(made)]
    assert across_years(forms) == {}
