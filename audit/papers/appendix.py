"""The last working paper: gather what the others recorded, account for it, and render the appendix."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from audit.archive import RunFolder, read_record
from audit.errors import WorkingPaperError
from audit.findings import Exhibits, Results, canonical_json
from audit.home import Home
from audit.model import NOTHING, ClaimResult, Control, Outcome, Plant, Status, Text
from audit.papers.shown import Shown
from audit.programme import carry_out, open_audit
from audit.programme.plan import PROGRAMME
from audit.render import Chart, Document, PaperLink, appendix_document, html_table, severity_mark
from audit.render.html import appendix_html
from audit.render.pdf import document_pdf
from audit.render.xlsx import document_xlsx
from audit.spreadsheet import inert, write_whole

APPENDIX = "appendix.json"
ATTACHED = ("findings.json", "claims.json", "seal.json")
_NOT_KEPT = Text(zh="手工运行——不作为证据：结果未写入任何文件。", en="Run by hand: not evidence; nothing was written.")


def open_appendix(district: str, year: int, run: str) -> AppendixPaper:
    """Open the last working paper on a run folder; "" carries everything out again in this process, by hand."""
    if not run:
        return AppendixPaper(carry_out(Home(), district, year), "zh", None, [])
    folder = RunFolder(Path(run))
    parameters = folder.parameters()
    records = [read_record(folder.record(paper.name)) for paper in PROGRAMME[:-1]]
    with open_audit(folder.home, district, year, ()) as audit:
        outcomes = [Outcome.model_validate(entry) for record in records for entry in record["outcomes"]]
        claims = [ClaimResult.model_validate(entry) for record in records for entry in record["claims"]]
        controls = tuple(_control(entry) for entry in records[0]["controls"])
        plants = tuple(Plant.model_validate(entry) for record in records for entry in record["plants"])
        exhibits = Exhibits.together(Exhibits.model_validate(record["exhibits"]) for record in records)
        results = replace(audit.conclude(claims, outcomes, exhibits), controls=controls, plants=plants)
    return AppendixPaper(results, parameters.lang, folder, records)


def _control(entry: dict[str, Any]) -> Control:
    return Control(**{**entry, "ignored_columns": tuple(entry["ignored_columns"])})


class AppendixPaper:
    """The results of the run, accounted for, and the files made of them."""

    def __init__(self, results: Results, lang: str, folder: RunFolder | None, records: list[dict[str, Any]]) -> None:
        """`records` are those of the other working papers, in order."""
        self._results, self._lang, self._folder, self._records = results, lang, folder, records

    def _repr_html_(self) -> str:
        return str(Markup("<p>{}</p>").format(repr(self)))

    def __repr__(self) -> str:
        hand = "" if self._folder else f"{_NOT_KEPT.get(self._lang)} "
        return f"{hand}{len(self._results.outcomes)} outcomes, {len(self._results.findings)} findings"

    def reconciliation(self) -> Shown:
        """Declared = passed + failed + not tested + errors, family by family."""
        zh = self._lang == "zh"
        head = ["类别", "声明", "符合", "不符合", "未测试", "未能执行"]
        head_en = ["Family", "Declared", "Passed", "Failed", "Not tested", "Errors"]
        rows = [
            (family.value, counts.declared, counts.passed, counts.failed, counts.not_tested, counts.errors)
            for family, counts in self._results.reconciliation.items()
        ]
        caption = "勾稽：声明 = 符合 + 不符合 + 未测试 + 未能执行" if zh else "Reconciliation"
        return Shown(html_table(head if zh else head_en, rows, caption, self._lang), f"{caption}: {rows}")

    def findings(self) -> Shown:
        """The findings, gravest first."""
        failed = [finding for finding in self._results.findings if finding.status is Status.FAIL]
        rows = [
            (
                severity_mark(finding.severity, self._lang),
                finding.title.get(self._lang),
                finding.condition.get(self._lang),
                finding.criteria.citation,
            )
            for finding in failed
        ]
        head = (
            ["等级", "事项", "情况", "依据"] if self._lang == "zh" else ["Severity", "Matter", "Condition", "Criteria"]
        )
        caption = f"问题与疑问（{len(failed)}）" if self._lang == "zh" else f"Findings ({len(failed)})"
        return Shown(html_table(head, rows, caption, self._lang), caption)

    def conclude(self) -> Shown:
        """Write the results and the appendix into the run folder (by hand: nothing)."""
        if self._folder is None:
            words = _NOT_KEPT.get(self._lang)
            return Shown(Markup('<p role="note"><strong>{}</strong></p>').format(words), words)
        files = self._write(self._folder)
        words = "、".join(files)
        return Shown(Markup("<p>{}</p>").format(words), words)

    def _write(self, folder: RunFolder) -> list[str]:
        results = self._results
        drawn = {chart["name"]: read_chart(folder, chart) for record in self._records for chart in record["charts"]}
        papers = [PaperLink(f"../2-proof/notebooks/{paper.name}.html", paper.title) for paper in PROGRAMME]
        document, charts = appendix_document(results, self._lang, drawn, papers)
        written = {
            folder.proof / "outcomes.json": canonical_json(results.outcomes_document()),
            folder.proof / "control_totals.json": canonical_json(results.controls_document()),
            folder.proof / "exhibits.json": canonical_json(results.exhibits.document()),
            folder.proof / "claim_records.csv": self._claim_records(),
            folder.proof / "selftest.json": canonical_json([plant.model_dump() for plant in results.plants]),
            folder.proof / APPENDIX: canonical_json(document.dump()),
            folder.conclusion / "findings.json": canonical_json(results.findings_document()),
            folder.conclusion / "findings.csv": "\ufeff" + results.findings_csv(),
            folder.conclusion / "claims.json": canonical_json(results.claims_document()),
            folder.conclusion / "seal.json": canonical_json(results.seal_document()),
            folder.conclusion / "appendix.html": appendix_html(document, charts),
        }
        for path, content in written.items():
            path.write_text(content, encoding="utf-8", newline="")
        for name, chart in charts.items():
            (folder.proof / "charts" / f"{name}.svg").write_bytes(chart.svg)
        made = {
            folder.conclusion / "appendix.xlsx": document_xlsx(document, results),
            folder.conclusion / "appendix.pdf": document_pdf(document, charts, attached(folder)),
        }
        for path, whole in made.items():
            write_whole(path, whole)
        return [f"{path.parent.name}/{path.name}" for path in (*written, *made)]

    def _claim_records(self) -> str:
        """Every record behind every recalculated figure, by key."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("claim", "table", "key", "contributes"))
        for one in self._results.exhibits.records:
            for key, mark in one.marks:
                writer.writerow([inert(cell) for cell in (one.claim, one.table, key, mark)])
        return out.getvalue()


def attached(folder: RunFolder) -> dict[str, bytes]:
    """What every edition of the PDF carries within it: the findings, the claims and the results' own seal."""
    return {name: (folder.conclusion / name).read_bytes() for name in ATTACHED}


def appendix_edition(run: Path, attachments: Mapping[str, bytes]) -> bytes:
    """The PDF of a finished run set again with further `attachments`, the run's own seal for one.

    Without any it is appendix.pdf, byte for byte.  Reads the run folder and nothing else, so it works on a sealed
    archive and where inputs were withheld.  Raises WorkingPaperError when the run has no appendix.
    """
    folder = RunFolder(run)
    try:
        document = Document.load((folder.proof / APPENDIX).read_text(encoding="utf-8"))
        charts = {
            name: Chart(name, NOTHING, NOTHING, (folder.proof / "charts" / f"{name}.svg").read_bytes())
            for name in document.pictures()
        }
        return document_pdf(document, charts, {**attached(folder), **attachments})
    except FileNotFoundError as error:
        raise WorkingPaperError(
            "the run has no appendix that could be set again",
            where=Path(error.filename).name,
            remedy="name the folder of a run that was carried out",
        ) from None


def read_chart(folder: RunFolder, entry: dict[str, Any]) -> Chart:
    """A chart that a working paper left.  Raises FileNotFoundError when its drawing is gone."""
    svg = (folder.proof / "charts" / f"{entry['name']}.svg").read_bytes()
    return Chart(entry["name"], Text.model_validate(entry["title"]), Text.model_validate(entry["alt"]), svg)
