"""Broken, odd and hostile files: each is read rightly or refused clearly, in little time and memory."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from odd.files import FILES, INJECTED, SPEC
from openpyxl import load_workbook

from audit.errors import IntakeError
from audit.intake import intake_csv, read_tables, write_faults
from audit.intake.words import MASK

HERE = Path(__file__).parent
NAMES = list(FILES)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("odd")
    for number, odd in enumerate(FILES.values()):
        place = top / f"{number:03d}" / "huiji" / "2021"
        place.mkdir(parents=True)
        (place / odd.name).write_bytes(odd.make())
    return top


@pytest.fixture(scope="session")
def readings(folder: Path) -> dict[str, dict[str, Any]]:
    environment = {**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"}
    done = subprocess.run(
        [sys.executable, str(HERE / "odd" / "reading.py"), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert "Traceback" not in done.stderr
    found = json.loads(done.stdout)
    return {name: found[f"{number:03d}"] for number, name in enumerate(NAMES)}


def test_there_are_at_least_forty() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_file_is_read_rightly_or_refused_clearly(name: str, readings: dict[str, dict[str, Any]]) -> None:
    odd, found = FILES[name], readings[name]
    assert "died" not in found, "it hung, or ran out of memory"
    assert "traceback" not in found, found["traceback"]
    assert found["seconds"] < 10
    assert found["megabytes"] < 2048
    if odd.rows is None:
        assert "message" in found, found
        assert found["faults"] == 1, found["message"]
        assert found["workbook"]
        for words in (*odd.says, odd.name.rpartition(".")[0], "To do: "):
            assert words in found["message"], found["message"]
    else:
        assert "rows" in found, found
        assert found["rows"] == list(odd.rows)
        for what in odd.done:
            assert what in found["done"], found["done"]


def test_what_is_written_holds_no_formula(tmp_path: Path) -> None:
    place = tmp_path / "huiji" / "2021"
    place.mkdir(parents=True)
    lines = ",".join(column.title.zh for column in SPEC.columns.values())
    (place / "cases.csv").write_text(
        f"{lines}\n{INJECTED},2021-03-05,{INJECTED},＝1+1,@x,{INJECTED}\n", encoding="utf-8"
    )
    with pytest.raises(IntakeError) as refused:
        read_tables(place, {"cases": SPEC}, {})
    path = tmp_path / "faults.xlsx"
    write_faults(path, refused.value)
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(INJECTED in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" and str(cell.value)[0] not in "=+-@＝" for cell in cells)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_guilty_cells_are_coloured_and_commented_and_confidential_ones_masked(tmp_path: Path) -> None:
    place = tmp_path / "huiji" / "2021"
    place.mkdir(parents=True)
    lines = ",".join(column.title.zh for column in SPEC.columns.values())
    (place / "cases.csv").write_text(
        f"{lines}\n7,2021-03-05,予以公开,1,1,丁某\n8,01/02/2021,办理,约3,1,张某\n", encoding="utf-8"
    )
    with pytest.raises(IntakeError) as refused:
        read_tables(place, {"cases": SPEC}, {})
    path = tmp_path / "faults.xlsx"
    write_faults(path, refused.value)
    first = path.read_bytes()
    write_faults(path, refused.value)
    assert path.read_bytes() == first
    listed, rows = load_workbook(path)
    assert [row[7] for row in listed.iter_rows(min_row=2, values_only=True)] == [
        "日期的年月日次序不明",
        "不在代码表内",
        "是约数，不是准确的整数",
    ]
    (row,) = rows.iter_rows(min_row=2)
    assert [cell.value for cell in row] == [3, "8", "01/02/2021", "办理", "约3", "1", MASK]
    guilty = [cell.coordinate[0] for cell in row if cell.fill.fgColor.rgb == "00FFC7CE"]
    assert guilty == [cell.coordinate[0] for cell in row if cell.comment] == ["C", "D", "E"]
    assert "写成2021-03-05" in str(row[2].comment)
    assert not list(tmp_path.glob(".*"))


def test_confidential_cells_are_masked_in_the_intake_record(tmp_path: Path) -> None:
    place = tmp_path / "huiji" / "2021"
    place.mkdir(parents=True)
    lines = ",".join(column.title.zh for column in SPEC.columns.values())
    (place / "cases.csv").write_text(f"{lines}\n-7 ,2021/3/5,予以公开,1,1, 张某 \n", encoding="utf-8")
    tables = read_tables(place, {"cases": SPEC}, {})
    assert tables["cases"].frame["applicant"].tolist() == ["张某"]
    record = intake_csv(tables.repairs)
    assert "张某" not in record
    assert f"申请人,{MASK},{MASK},spaces" in record
    assert "案号,'-7 ,'-7,spaces" in record
    assert "huiji/2021/cases.csv,,2,收到日期,2021/3/5,2021-03-05,date_form" in record


def test_who_filled_the_table_in_is_not_on_record(tmp_path: Path) -> None:
    place = tmp_path / "huiji" / "2021"
    place.mkdir(parents=True)
    (place / "cases.xlsx").write_bytes(FILES["a departmental register"].make())
    record = intake_csv(read_tables(place, {"cases": SPEC}, {}).repairs)
    assert "某区政府信息公开申请登记簿" in record
    assert "填表人：…" in record
    assert "某某" not in record
