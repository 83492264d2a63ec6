"""The last working paper: gather what the others recorded, account for it, and render the appendix."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from audit.archive import RunFolder, read_record
from audit.findings import Results, canonical_json
from audit.home import Home
from audit.model import ClaimResult, Control, Outcome, Plant, Status, Text
from audit.papers.shown import Shown
from audit.programme import carry_out, open_audit
from audit.programme.plan import PROGRAMME
from audit.render import Chart, PaperLink, appendix, html_table, severity_mark
from audit.spreadsheet import inert

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
        results = replace(audit.conclude(claims, outcomes), controls=controls, plants=plants)
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
        charts = {chart["name"]: self._chart(folder, chart) for record in self._records for chart in record["charts"]}
        papers = [PaperLink(f"../2-proof/notebooks/{paper.name}.html", paper.title) for paper in PROGRAMME]
        written = {
            folder.proof / "outcomes.json": canonical_json(results.outcomes_document()),
            folder.proof / "control_totals.json": canonical_json([asdict(control) for control in results.controls]),
            folder.proof / "claim_records.csv": self._claim_records(),
            folder.proof / "selftest.json": canonical_json([plant.model_dump() for plant in results.plants]),
            folder.conclusion / "findings.json": canonical_json(results.findings_document()),
            folder.conclusion / "findings.csv": "\ufeff" + results.findings_csv(),
            folder.conclusion / "claims.json": canonical_json(results.claims_document()),
            folder.conclusion / "appendix.html": appendix(results, self._lang, charts, papers),
        }
        for path, content in written.items():
            path.write_text(content, encoding="utf-8", newline="")
        return [f"{path.parent.name}/{path.name}" for path in written]

    def _chart(self, folder: RunFolder, entry: dict[str, Any]) -> Chart:
        svg = (folder.proof / "charts" / f"{entry['name']}.svg").read_bytes()
        return Chart(entry["name"], Text.model_validate(entry["title"]), Text.model_validate(entry["alt"]), svg)

    def _claim_records(self) -> str:
        """Every record behind every recalculated figure, by key."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("claim", "table", "key", "contributes"))
        for record in self._records:
            for claim, entry in record["marks"].items():
                for key, mark in entry["marks"]:
                    writer.writerow([inert(cell) for cell in (claim, entry["table"], key, mark)])
        return out.getvalue()
