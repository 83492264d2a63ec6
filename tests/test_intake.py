"""Departmental files as they really come: every accepted form reads alike, every fault has its address."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from audit.errors import AuditError, DataFault, IntakeError
from audit.intake import Tables, read_tables, recheck
from audit.model import Text
from audit.rulebook import Column, TableSpec
from audit.words import same


def text(word: str) -> Text:
    return Text(zh=word, en=f"{word} in English")


CASES = TableSpec(
    table="cases",
    domain="disclosure",
    title=text("案件"),
    grain=text("一行一件"),
    key=("case_no",),
    columns={
        "case_no": Column(type="text", title=text("案号"), also=("编号", "登记编号")),
        "received": Column(type="date", title=text("收到日期"), also=("收件日期",)),
        "outcome": Column(type="code", title=text("结果"), codes={"granted": "予以公开", "denied": "不予公开"}),
        "pages": Column(type="integer", title=text("页数")),
        "fee": Column(type="decimal", title=text("费用")),
    },
)
UNITS = CASES.model_copy(update={"table": "units", "title": text("单位")})
HEADER = ("案号", "收到日期", "结果", "页数", "费用")
ROWS = (
    ("007", "2021-03-05", "予以公开", "12", "1.50"),
    ("010", "2021-12-31", "不予公开", "-3", "0.0001"),
    ("公〔2021〕3号", "", "", "", ""),
)


def csv_text(header: Iterable[str] = HEADER, rows: Iterable[Iterable[str]] = ROWS) -> str:
    return "".join(",".join(cells) + "\r\n" for cells in (header, *rows))


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "登记簿"
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def resheeted(content: bytes, pattern: bytes, new: bytes) -> bytes:
    """The workbook with a part of its first sheet's XML replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as book:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert re.search(pattern, part, re.DOTALL)
                part = re.sub(pattern, new, part, flags=re.DOTALL)
            book.writestr(name, part)
    return out.getvalue()


def parquet(columns: Iterable[tuple[str, list[object]]]) -> bytes:
    pairs = list(columns)
    content = io.BytesIO()
    pq.write_table(pa.table([pa.array(values) for _, values in pairs], names=[name for name, _ in pairs]), content)
    return content.getvalue()


XLSX = workbook(
    (
        HEADER,
        ("007", date(2021, 3, 5), "予以公开", 12, 1.5),
        ("010", datetime(2021, 12, 31), "不予公开", -3.0, 0.0001),
        ("公〔2021〕3号", None, None, None, None),
    )
)
PARQUET = parquet(
    (
        ("案号", ["007", "010", "公〔2021〕3号"]),
        ("收到日期", [date(2021, 3, 5), date(2021, 12, 31), None]),
        ("结果", ["予以公开", "不予公开", None]),
        ("页数", [12, -3, None]),
        ("费用", [Decimal("1.5000"), Decimal("0.0001"), None]),
    )
)
FORMS = {
    "UTF-8": ("cases.csv", csv_text().encode()),
    "UTF-8 with mark": ("cases.csv", csv_text().encode("utf-8-sig")),
    "GB18030": ("cases.csv", csv_text().encode("gb18030")),
    "UTF-16": ("cases.csv", csv_text().encode("utf-16")),
    "UTF-16 big endian": ("cases.csv", b"\xfe\xff" + csv_text().encode("utf-16-be")),
    "Unix line ends": ("cases.csv", csv_text().replace("\r\n", "\n").encode()),
    "English headers": ("cases.csv", csv_text([f"{word} in English" for word in HEADER]).encode()),
    "column names as headers": ("cases.csv", csv_text(CASES.columns).encode()),
    "synonyms as headers": ("cases.csv", csv_text(["登记编号", "收件日期", *HEADER[2:]]).encode()),
    "reordered": ("cases.csv", csv_text(HEADER[::-1], [row[::-1] for row in ROWS]).encode()),
    "codes as keys": ("cases.csv", csv_text().replace("不予公开", "denied").replace("予以公开", "granted").encode()),
    "spaces around cells": ("cases.csv", csv_text().replace(",", " ,　").encode()),
    "blank lines": ("cases.csv", ("\r\n" + csv_text().replace("\r\n", "\r\n,,,,\r\n")).encode()),
    "workbook of text": ("cases.xlsx", workbook((HEADER, *ROWS))),
    "workbook of dates and numbers": ("cases.xlsx", XLSX),
    "parquet": ("cases.parquet", PARQUET),
}


def read(folder: Path, content: str | bytes = b"", name: str = "cases.csv") -> Tables:
    if content:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_tables(folder, {"cases": CASES}, {})


def faults(folder: Path, content: str | bytes = b"", name: str = "cases.csv") -> tuple[DataFault, ...]:
    with pytest.raises(IntakeError) as refused:
        read(folder, content, name)
    return refused.value.faults


# What is read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_every_accepted_form_gives_the_same_typed_table(folder: Path, form: str) -> None:
    name, content = FORMS[form]
    frame = read(folder, content, name)["cases"].frame
    expected = pd.DataFrame(
        {
            "case_no": pd.Series(["007", "010", "公〔2021〕3号"], dtype="str"),
            "received": pd.Series(["2021-03-05", "2021-12-31", None], dtype="datetime64[us]"),
            "outcome": pd.Series(["granted", "denied", None], dtype="str"),
            "pages": pd.Series([12, -3, None], dtype="Int64"),
            "fee": pd.Series(
                [Decimal("1.5"), Decimal("0.0001"), None], dtype=pd.ArrowDtype(pa.decimal128(18, 4))
            ),
        }
    )  # fmt: skip
    assert_frame_equal(frame, expected)


def test_a_number_cell_in_a_text_column_is_read_without_a_decimal_point(folder: Path) -> None:
    content = workbook((HEADER, (7, "2021-03-05", "granted", 1, 1), (8.0, None, None, 2.0, Decimal("2.25"))))
    frame = read(folder, content, "cases.xlsx")["cases"].frame
    assert frame["case_no"].tolist() == ["7", "8"]
    assert frame["pages"].tolist() == [1, 2]
    assert frame["fee"].tolist() == [Decimal("1.0000"), Decimal("2.2500")]


def test_whole_numbers_that_were_stored_as_floats_stay_whole(folder: Path) -> None:
    # pandas turns a column of whole numbers with a gap into floats, and keys with it.
    columns: list[tuple[str, list[object]]] = [("案号", [7.0, 8.0]), ("收到日期", [None, None]), ("结果", [None, None])]
    content = parquet([*columns, ("页数", [12.0, None]), ("费用", [1.0, 2.5])])
    frame = read(folder, content, "cases.parquet")["cases"].frame
    assert (frame["case_no"].tolist(), frame["pages"].sum()) == (["7", "8"], 12)
    assert frame["fee"].sum() == Decimal("3.5")


def test_a_header_alone_is_a_table_without_rows(folder: Path) -> None:
    for name, content in (
        ("cases.csv", csv_text(rows=()).encode()),
        ("cases.xlsx", workbook([HEADER])),
        ("cases.parquet", parquet((name, []) for name in HEADER)),
    ):
        frame = read(folder, content, name)["cases"].frame
        assert len(frame) == 0
        types = ["str", "datetime64[us]", "str", "Int64", "decimal128(18, 4)[pyarrow]"]
        assert dict(frame.dtypes.astype(str)) == dict(zip(CASES.columns, types, strict=True))
        (folder / name).unlink()


def test_an_unknown_column_is_left_out_and_named(folder: Path) -> None:
    rows = [(*row, "备注内容", "x") for row in ROWS]
    tables = read(folder, csv_text((*HEADER, "备注", "经办人"), rows))
    assert list(tables["cases"].frame.columns) == list(CASES.columns)
    assert tables.controls[0].ignored_columns == ("备注", "经办人")


def test_a_workbook_that_understates_its_size_loses_no_row(folder: Path) -> None:
    # Some programs write A1 as the size of every sheet; openpyxl believes it when it reads in a stream.
    content = resheeted(XLSX, rb'<dimension ref="[^"]*"', b'<dimension ref="A1"')
    assert len(read(folder, content, "cases.xlsx")["cases"].frame) == 3


def test_parquet_columns_of_one_name_do_not_shift_the_others(folder: Path) -> None:
    columns: list[tuple[str, list[object]]] = [("备注", ["a"]), ("备注", ["b"])]
    columns += [(name, [cell]) for name, cell in zip(HEADER, ROWS[0], strict=True)]
    tables = read(folder, parquet(columns), "cases.parquet")
    assert tables["cases"].frame["case_no"].tolist() == ["007"]
    assert tables.controls[0].ignored_columns == ("备注", "备注")


def test_a_quoted_cell_may_hold_commas_and_line_ends(folder: Path) -> None:
    table = read(folder, csv_text(rows=[('"公,\n""号"""', "", "", "", ""), ROWS[0]]))["cases"]
    assert table.frame["case_no"].tolist() == ['公, "号"', "007"]


def test_a_table_not_supplied_is_absent_with_its_reason(folder: Path) -> None:
    (folder / "cases.csv").write_bytes(csv_text().encode())
    tables = read_tables(
        folder, {"cases": CASES, "units": UNITS}, {"units": same("未建台账"), "other": same("不在范围")}
    )
    assert list(tables) == ["cases"]
    assert tables.absent == {"units": same("未建台账")}


# What is refused ----------------------------------------------------------------------------------------

CELLS = {
    "a day that does not exist": ("2021-02-30", 1, "收到日期", "date", "2021-03-05"),
    "a date in the other order": ("01/02/2021", 1, "收到日期", "read in one way only", "2021-03-05"),
    "a date with a time": ("2021-03-05T10:00:00", 1, "收到日期", "date", "2021-03-05"),
    "an unknown code": ("部分公开", 2, "结果", "unknown code", "予以公开、不予公开"),
    "a broken number of pages": ("12.5", 3, "页数", "integer", "whole number"),
    "a number in words": ("十二", 3, "页数", "integer", "whole number"),
    "more decimals than are kept": ("0.00001", 4, "费用", "decimal", "number in digits"),
    "an amount with its unit": ("12元", 4, "费用", "decimal", "number in digits"),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_its_type_does_not_allow_is_named_with_its_place(folder: Path, case: str) -> None:
    cell, position, column, problem, remedy = CELLS[case]
    row = [*ROWS[0][:position], cell, *ROWS[0][position + 1 :]]
    for name, sheet, content in (
        ("cases.csv", "", csv_text(rows=[ROWS[1], row]).encode()),
        ("cases.xlsx", "登记簿", workbook((HEADER, ROWS[1], row))),
    ):
        (fault,) = faults(folder, content, name)
        assert (fault.file, fault.sheet, fault.row) == (f"huiji/2021/{name}", sheet, 3)
        assert (fault.column, fault.value) == (column, cell)
        assert problem in fault.problem
        assert remedy in fault.remedy
        (folder / name).unlink()


def test_row_numbers_are_those_of_the_spreadsheet_blank_rows_included(folder: Path) -> None:
    bad = ("9", "never", "", "", "")
    content = workbook(((), HEADER, ROWS[0], (None,) * 5, bad))
    assert [fault.row for fault in faults(folder, content, "cases.xlsx")] == [5]
    (folder / "cases.xlsx").unlink()
    written = "\r\n" + csv_text(rows=[ROWS[0], ("", "", "", "", ""), bad])
    assert [fault.row for fault in faults(folder, written)] == [5]


def test_an_empty_key_is_a_fault_and_a_wholly_empty_row_is_none(folder: Path) -> None:
    (fault,) = faults(folder, csv_text(rows=[ROWS[0], ("", "", "", "", ""), (" ", "2021-03-05", "", "", "")]))
    assert (fault.row, fault.column, fault.problem) == (4, "案号", "the key is empty")


def test_a_row_with_more_cells_than_the_header_is_refused_and_empty_ones_are_not(folder: Path) -> None:
    assert len(read(folder, csv_text(rows=[(*ROWS[0], "", " ")]))["cases"].frame) == 1
    (fault,) = faults(folder, csv_text(rows=[ROWS[0], (*ROWS[1], "多余")]))
    assert (fault.row, fault.problem) == (3, "the row has more cells than the header")
    assert "quotation marks" in fault.remedy


def test_a_cell_under_no_header_is_refused(folder: Path) -> None:
    # Excel saves empty columns too, and a comma in a text then moves the row's cells under nothing at all.
    written = csv_text((*HEADER, "", ""), [(*ROWS[0], "", ""), (*ROWS[1], "", "多余")])
    (fault,) = faults(folder, written)
    assert (fault.row, fault.problem) == (3, "the row has more cells than the header")


def test_a_missing_column_is_named_with_every_header_that_is_accepted(folder: Path) -> None:
    found = faults(folder, csv_text(["案号", "收到日期", "办理结果", "页数", "金额"]))
    assert [fault.column for fault in found] == ["结果", "费用"]
    (fault,) = faults(folder, csv_text(["号", *HEADER[1:]]))
    assert fault.remedy == "add it, headed 案号、编号、登记编号 or case_no"


def test_two_columns_read_as_one_are_refused(folder: Path) -> None:
    for header in (("案号", "编号"), ("案号", "案号"), ("case_no", "登记编号")):
        written = csv_text((*header, *HEADER[1:]), [(row[0], *row) for row in ROWS])
        (fault,) = faults(folder, written)
        assert (fault.problem, fault.column) == ("two columns are read as 案号", header[1])


UNREADABLE = {
    "nothing": ("cases.csv", b"", "the file is empty"),
    "blanks alone": ("cases.csv", b" \r\n \t\r\n", "the file is empty"),
    "commas alone": ("cases.csv", b",,,\r\n,,,\r\n", "the file has no header"),
    "an empty workbook": ("cases.xlsx", workbook([]), "the file has no header"),
    "workbook named .csv": ("cases.csv", XLSX, "the name says .csv, the content is an Excel workbook"),
    "parquet named .csv": ("cases.csv", PARQUET, "the content is a Parquet file"),
    "PDF named .csv": ("cases.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "the content is a PDF document"),
    "old Excel named .csv": ("cases.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old Excel"),
    "text named .xlsx": ("cases.xlsx", csv_text().encode(), "the name says .xlsx, the content is something else"),
    "old Excel named .xlsx": ("cases.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "an old Excel"),
    "workbook named .parquet": ("cases.parquet", XLSX, "the name says .parquet, the content is an Excel"),
    "binary": ("cases.csv", bytes(range(256)) * 8, "not text in UTF-8, GB18030 or UTF-16"),
    "UTF-16 without its mark": ("cases.csv", csv_text().encode("utf-16-le"), "not text in UTF-8"),
    "UTF-16 without its mark, in letters": ("cases.csv", csv_text(CASES.columns).encode("utf-16-le"), "not text in"),
    "half a UTF-16 character": ("cases.csv", csv_text().encode("utf-16")[:-1], "not text in UTF-8"),
    "half a workbook": ("cases.xlsx", XLSX[: len(XLSX) // 2], "the workbook cannot be opened"),
    "an archive that is no workbook": ("cases.xlsx", b"PK\x05\x06" + bytes(18), "the content is something else"),
    "broken XML": ("cases.xlsx", resheeted(XLSX, rb"</sheetData>.*", b""), "the workbook cannot be opened"),
    "half a Parquet file": ("cases.parquet", PARQUET[: len(PARQUET) // 2], "the Parquet file cannot be opened"),
    "an unclosed quotation mark": ("cases.csv", csv_text().replace("010", '"010').encode(), "this is not CSV"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_by_name_with_a_remedy(folder: Path, case: str) -> None:
    name, content, problem = UNREADABLE[case]
    (folder / name).write_bytes(content)
    (fault,) = faults(folder)
    assert fault.file == f"huiji/2021/{name}"
    assert problem in fault.problem
    assert fault.remedy


def test_an_unclosed_quotation_mark_is_placed_at_its_row(folder: Path) -> None:
    (fault,) = faults(folder, csv_text().replace("010", '"010'))
    assert fault.row == 3


def test_an_archive_without_a_workbook_in_it_is_refused(folder: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("letter.txt", "PK")
    (fault,) = faults(folder, content.getvalue(), "cases.xlsx")
    assert fault.problem == "the workbook cannot be opened"


def test_a_missing_file_is_named_with_both_ways_out(folder: Path) -> None:
    (fault,) = faults(folder)
    assert (fault.file, fault.problem) == ("huiji/2021/cases.csv", "the file is missing (案件)")
    assert "not_supplied" in fault.remedy


def test_two_files_for_one_table_are_refused(folder: Path) -> None:
    (folder / "cases.xlsx").write_bytes(XLSX)
    (fault,) = faults(folder, csv_text())
    assert fault.problem == "there is also cases.xlsx"


def test_a_table_declared_as_not_supplied_must_not_be_there(folder: Path) -> None:
    (folder / "cases.xlsx").write_bytes(XLSX)
    with pytest.raises(IntakeError) as refused:
        read_tables(folder, {"cases": CASES}, {"cases": same("未建台账")})
    (fault,) = refused.value.faults
    assert fault.file == "huiji/2021/cases.xlsx"
    assert "declared as not supplied" in fault.problem


def test_every_fault_of_every_file_is_reported_at_once(folder: Path) -> None:
    third = CASES.model_copy(update={"table": "third"})
    (folder / "cases.csv").write_bytes(csv_text(rows=[("", "x", "y", "z", "1"), ("8", "", "", "", "甲")]).encode())
    (folder / "units.xlsx").write_bytes(workbook((HEADER[:-1], ("9", None, None, None))))
    with pytest.raises(IntakeError) as refused:
        read_tables(folder, {"cases": CASES, "units": UNITS, "third": third}, {})
    found = [(fault.file.rpartition("/")[2], fault.row, fault.column) for fault in refused.value.faults]
    assert sorted(found, key=str) == sorted(
        [
            ("cases.csv", 2, "案号"),
            ("cases.csv", 2, "收到日期"),
            ("cases.csv", 2, "结果"),
            ("cases.csv", 2, "页数"),
            ("cases.csv", 3, "费用"),
            ("units.xlsx", None, "费用"),
            ("third.csv", None, ""),
        ],
        key=str,
    )
    message = str(refused.value)
    assert message.startswith("7 fault(s) in the departmental files")
    line = "huiji/2021/cases.csv, row 3, column 费用: this is no decimal ('甲'). To do: write a number in digits"
    assert line in message
    assert refused.value.exit_status == 3


def test_no_table_is_returned_when_any_file_is_faulty(folder: Path) -> None:
    (folder / "cases.csv").write_bytes(csv_text().encode())
    with pytest.raises(IntakeError) as refused:
        read_tables(folder, {"cases": CASES, "units": UNITS}, {})
    assert [fault.file for fault in refused.value.faults] == ["huiji/2021/units.csv"]


# Control totals -----------------------------------------------------------------------------------------


def test_control_totals_are_those_of_the_bytes_and_the_cells(folder: Path) -> None:
    content = csv_text().encode("gb18030")
    (control,) = read(folder, content).controls
    assert (control.table, control.file) == ("cases", "huiji/2021/cases.csv")
    assert (control.digest, control.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (control.rows, control.sums) == (3, {"pages": "9", "fee": "1.5001"})


def test_control_totals_of_no_rows_are_zero_and_not_missing(folder: Path) -> None:
    (control,) = read(folder, csv_text(rows=())).controls
    assert control.rows == 0
    assert {name: Decimal(total) for name, total in control.sums.items()} == {"pages": 0, "fee": 0}


def test_sums_of_amounts_are_exact(folder: Path) -> None:
    rows = [(str(number), "", "", "", "0.1") for number in range(1, 11)]
    (control,) = read(folder, csv_text(rows=rows)).controls
    assert Decimal(control.sums["fee"]) == Decimal("1")


def test_an_untouched_file_passes_the_second_check(folder: Path) -> None:
    recheck(read(folder, csv_text()).controls, folder.parents[1])


def test_a_file_changed_by_one_byte_or_deleted_is_noticed(folder: Path) -> None:
    controls = read(folder, csv_text()).controls
    path = folder / "cases.csv"
    path.write_bytes(path.read_bytes().replace(b"007", b"008"))
    with pytest.raises(AuditError, match=r"huiji/2021/cases\.csv changed"):
        recheck(controls, folder.parents[1])
    path.unlink()
    with pytest.raises(AuditError, match=r"huiji/2021/cases\.csv changed"):
        recheck(controls, folder.parents[1])
