"""`audit new`: a folder that is whole or not there, templates that a spreadsheet program fills, a year carried over."""

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from runs import ROOT, audit

from audit.engagement import read_claims, read_engagement, read_responses
from audit.errors import EngagementError, IntakeError, UsageError
from audit.findings import canonical_json
from audit.home import Home
from audit.intake import Tables, read_tables
from audit.programme import carry_out
from audit.rulebook import TableSpec, load_rulebook
from audit.scaffold import create_engagement, template
from audit.words import same

SPECS = load_rulebook(Home().expectations).delivered


def new(tmp_path: Path, **more: Any) -> Path:
    return create_engagement(Home(data=tmp_path / "data", outputs=tmp_path / "out"), "demo", 2023, **more)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_engagement_is_readable_and_empty(tmp_path: Path) -> None:
    folder = new(tmp_path)
    assert folder == tmp_path / "data" / "demo" / "2023"
    assert read_engagement(folder).year == 2023
    assert not read_engagement(folder).records.illustrative
    assert read_claims(folder) == ()
    assert read_responses(folder) == {}
    assert {path.stem for path in (folder / "templates").iterdir()} == set(SPECS)
    guide = (folder / "README.md").read_text(encoding="utf-8")
    assert "./run audit demo 2023" in guide
    assert all(spec.title.zh in guide and spec.title.en in guide for spec in SPECS.values())
    assert not (folder / "follow_up.csv").exists()


def test_the_same_command_makes_the_same_bytes(tmp_path: Path) -> None:
    assert files(new(tmp_path / "one")) == files(new(tmp_path / "two"))


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_template_says_what_the_table_is(spec: TableSpec, tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(template(spec))
    book = load_workbook(tmp_path / "t.xlsx")
    sheet, explained = book.worksheets[:2]
    assert [cell.value for cell in sheet[1]] == [column.title.zh for column in spec.columns.values()]
    checks = {str(check.sqref).split("2:")[0]: check for check in sheet.data_validations.dataValidation}
    for cell, column in zip(sheet[1], spec.columns.values(), strict=True):
        check = checks.get(cell.coordinate[:-1])
        expected = {"code": "list", "date": "date", "integer": "whole", "decimal": "decimal"}.get(column.type)
        assert (check.type if check else None) == expected
        if check and column.codes:
            assert choices(book[check.formula1.split("!")[0].strip("'")], check.formula1) == [*column.codes.values()]
    text = "\n".join(str(cell) for row in explained.values for cell in row if cell)
    for column in spec.columns.values():
        assert all(word in text for word in (column.title.zh, column.title.en, *column.codes.values(), column.unit))
    assert all(cell.data_type != "f" for page in book.worksheets for row in page.iter_rows() for cell in row)


def choices(sheet: Worksheet, formula: str) -> list[object]:
    return [row[0].value for row in sheet[formula.split("!")[1].replace("$", "")]]


def test_an_unfilled_template_is_a_table_without_records(tmp_path: Path) -> None:
    folder = new(tmp_path)
    for path in (folder / "templates").iterdir():
        shutil.copy(path, folder)
    tables = read_tables(folder, SPECS, {})
    assert {name: len(table.frame) for name, table in tables.items()} == dict.fromkeys(SPECS, 0)
    marked = sum(any(column.type == "text" for column in spec.columns.values()) for spec in SPECS.values())
    assert sum(repair.what == "example_row" for repair in tables.repairs) == marked >= len(SPECS) - 1


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    folder = new(tmp_path)
    before = files(folder)
    (folder / "claims.csv").write_bytes(before["claims.csv"] + b"x")
    with pytest.raises(UsageError, match="already"):
        new(tmp_path)
    assert (folder / "claims.csv").read_bytes() == before["claims.csv"] + b"x"


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", ".hidden", "a b", "con", "x" * 41, "-x", "a\n"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="will not do"):
        create_engagement(Home(data=tmp_path), name, 2023)
    assert not list(tmp_path.iterdir())


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: TableSpec) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr("audit.scaffold.engagement.template", fail)
    with pytest.raises(OSError, match="space"):
        new(tmp_path)
    assert not list((tmp_path / "data").iterdir())


def carried(tmp_path: Path) -> Path:
    source = tmp_path / "data" / "demo" / "2022"
    shutil.copytree(ROOT / "data" / "sample" / "2022", source)
    plan = (source / "engagement.toml").read_text(encoding="utf-8").replace('"sample"', '"demo"')
    (source / "engagement.toml").write_text(plan + 'units = "说“没有”\\\\"\n', encoding="utf-8")
    (source / "responses.csv").write_text(
        "finding_id,status,by,on,text\nrules/A,open,王,2023-01-01,=1+1\nrules/B,explained,王,2023-01-01,好\n",
        encoding="utf-8",
    )
    found = {"severity": "warning", "status": "fail", "title": {"zh": "题"}, "condition": {"zh": "情"}}
    findings = [{"id": name, **found} for name in ("rules/B", "rules/C")] + [
        {**found, "id": "D", "status": "not_tested"}
    ]
    done = tmp_path / "out" / "demo" / "2022" / "0010" / "data" / "1-conclusion"
    done.mkdir(parents=True)
    (done / "findings.json").write_text(json.dumps({"findings": findings}), encoding="utf-8")
    (tmp_path / "out" / "demo" / "2022" / "0011").mkdir()
    return new(tmp_path, carried_from=2022)


def test_a_year_carries_over_its_plan_and_its_claims_without_figures(tmp_path: Path) -> None:
    folder = carried(tmp_path)
    plan, before = read_engagement(folder), read_engagement(folder.parent / "2022")
    assert plan.district_name == before.district_name
    assert plan.records.not_supplied == before.records.not_supplied
    assert plan.records.not_supplied["units"] == same("说“没有”\\")
    assert plan.report
    assert "2023" in plan.report.title.zh
    assert plan.report.published_on is None
    with (folder / "claims.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    claims = read_claims(folder.parent / "2022")
    assert [(row["claim_id"], row["measure"], row["unit"], row["base"]) for row in rows] == [
        (claim.id, claim.measure, claim.unit, claim.base) for claim in claims
    ]
    assert {row["printed"] for row in rows} == {""}
    with pytest.raises(IntakeError) as refused:
        read_claims(folder)
    assert len(refused.value.faults) == len(claims)
    assert "not filled in" in refused.value.faults[0].problem


def test_what_was_left_open_is_followed_up_and_read_by_no_run(tmp_path: Path) -> None:
    folder = carried(tmp_path)
    with (folder / "follow_up.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = {row["finding_id"]: row for row in csv.DictReader(lines)}
    assert list(rows) == ["rules/A", "rules/C"]
    assert (rows["rules/A"]["text"], rows["rules/C"]["condition"]) == ("'=1+1", "情")
    assert read_responses(folder) == {}


def test_an_earlier_year_that_is_not_there_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match="no engagement demo 2021"):
        new(tmp_path, carried_from=2021)
    assert not (tmp_path / "data").exists()


def test_the_command_prints_the_folder_and_says_what_is_wrong(tmp_path: Path) -> None:
    done = audit("new", "demo", "2023", "--data", tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "demo" / "2023")), done.stderr
    again = audit("new", "demo", "2023", "--data", tmp_path, "--from", "2022", cwd=tmp_path)
    assert again.returncode == 2
    assert "already" in again.stderr
    assert "to do:" in again.stderr
    assert "Traceback" not in again.stderr


# Filled by a real spreadsheet program -------------------------------------------------------------------


def fill(spec: TableSpec, records: list[dict[str, Any]]) -> bytes:
    """The template with records typed in below its example, as a department would."""
    path = Path("t.xlsx")
    path.write_bytes(template(spec))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row, record in enumerate(records, start=3):
        for column, name in enumerate(spec.columns, start=1):
            cell = sheet.cell(row, column)
            cell.value = record[name]
            if isinstance(record[name], str):
                cell.data_type = "s"
    book.save(path)
    return path.read_bytes()


def typed(tables: Tables, name: str, spec: TableSpec) -> list[dict[str, Any]]:
    """The records of a table as a person enters them: labels for codes, real dates, real numbers."""
    frame = tables[name].frame
    out = []
    for record in frame.astype("object").where(frame.notna(), None).to_dict("records"):
        for key, column in spec.columns.items():
            if record[key] is not None and column.type == "code":
                record[key] = column.codes[record[key]]
            elif record[key] is not None and column.type == "date":
                record[key] = record[key].date()
        out.append({str(key): value for key, value in record.items()})
    return out


def convert(folder: Path, ending: str, to: str) -> None:
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}"]
    command += ["--convert-to", to, "--outdir", str(folder), *map(str, sorted(folder.glob(f"*.{ending}")))]
    subprocess.run(command, capture_output=True, timeout=300, check=True)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice on this machine")
def test_templates_saved_by_libreoffice_give_the_same_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = ROOT / "data" / "sample" / "2022"
    home, folder, desk = Home(data=tmp_path / "data"), tmp_path / "data" / "sample" / "2022", tmp_path / "desk"
    folder.mkdir(parents=True)
    desk.mkdir()
    monkeypatch.chdir(tmp_path)
    supplied = {name: spec for name, spec in SPECS.items() if (source / f"{name}.csv").is_file()}
    tables = read_tables(source, supplied, {})
    for name, spec in supplied.items():
        (desk / f"{name}.xlsx").write_bytes(fill(spec, typed(tables, name, spec)))
    convert(desk, "xlsx", "ods")
    for path in desk.glob("*.xlsx"):
        path.unlink()
    convert(desk, "ods", "xlsx")
    for path in desk.glob("*.xlsx"):
        shutil.move(path, folder)
    for name in ("engagement.toml", "claims.csv"):
        shutil.copy(source / name, folder)
    assert len(list(folder.glob("*.xlsx"))) == len(supplied)
    filled, original = carry_out(home, "sample", 2022), carry_out(Home(), "sample", 2022)
    assert canonical_json(filled.findings_document()) == canonical_json(original.findings_document())
    assert canonical_json(filled.claims_document()) == canonical_json(original.claims_document())
