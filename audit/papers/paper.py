"""A working paper: opened on one run, or by hand, when it says that it is not evidence."""

from __future__ import annotations

import base64
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from markupsafe import Markup

from audit.archive import Parameters, RunFolder
from audit.errors import WorkingPaperError
from audit.findings import Exhibits, canonical_json
from audit.home import Home
from audit.intake import intake_csv
from audit.model import ClaimResult, Outcome, Plant, Status, Text
from audit.papers.compared import show_rates, show_years
from audit.papers.shown import (
    Shown,
    show_claims,
    show_controls,
    show_keys,
    show_limits,
    show_outcomes,
    show_plants,
    show_repairs,
)
from audit.programme import Audit, open_audit
from audit.programme.direct import add_year_before
from audit.programme.exhibits import claim_records, compared_exhibits, domain_exhibits
from audit.programme.pictures import exhibit_charts
from audit.programme.plan import PAPERS, Paper
from audit.query import Machine
from audit.render import Chart, html_table
from audit.selftest import selftest

_BY_HAND = Text(
    zh="手工运行——不作为证据：本页不是由审计程序执行，结果不入档。",
    en="Run by hand: not evidence.  The audit programme did not execute this page, and nothing is kept of it.",
)
_ILLUSTRATIVE = Text(
    zh="所用部门记录为示例数据，不得据以对该地区作出任何结论。",
    en="The departmental records are illustrative; nothing about the district follows from them.",
)


def open_paper(name: str, district: str, year: int, run: str) -> WorkingPaper:
    """Open a working paper on the run folder `run`, relative to the working directory; "" for a run by hand.

    Raises AuditError when the engagement, the criteria or the records cannot be used.
    """
    stack = ExitStack()
    folder = RunFolder(Path(run)) if run else None
    parameters = folder.parameters() if folder else Parameters(district=district, year=year)
    if (parameters.district, parameters.year) != (district, year):
        raise WorkingPaperError(
            f"the run folder belongs to {parameters.district} {parameters.year}",
            where=f"parameters district = {district!r}, year = {year}",
            remedy="open the working paper with the parameters of its run",
        )
    home = folder.home if folder else Home()
    scratch = folder.scratch.absolute() if folder and parameters.engine != "pandas" else None
    machine = Machine(parameters.engine, parameters.memory, scratch=scratch)
    audit = stack.enter_context(open_audit(home, district, year, PAPERS[name].domains, machine))
    if PAPERS[name].name.startswith("80"):
        add_year_before(audit, home, stack, machine)
    return WorkingPaper(PAPERS[name], audit, parameters.lang, folder, stack)


class WorkingPaper:
    """The procedures of one working paper.  Each call carries one out, remembers its outcomes, and shows them."""

    def __init__(self, paper: Paper, audit: Audit, lang: str, folder: RunFolder | None, stack: ExitStack) -> None:
        """`stack` holds what must be closed at the conclusion."""
        self._paper, self._audit, self._lang, self._folder, self._stack = paper, audit, lang, folder, stack
        self._outcomes: list[Outcome] = []
        self._claims: list[ClaimResult] = []
        self._charts: list[Chart] = []
        self._plants: tuple[Plant, ...] = ()

    def _repr_html_(self) -> str:
        engagement = self._audit.engagement
        notes = [] if self._folder else [_BY_HAND]
        notes += [_ILLUSTRATIVE] if engagement.records.illustrative else []
        banner = Markup("").join(
            Markup('<p role="note" style="border:2px solid #b00;padding:.6em;font-weight:bold">{}</p>').format(
                note.get(self._lang)
            )
            for note in notes
        )
        zh = self._lang == "zh"
        facts = [
            ("区县" if zh else "District", engagement.district_name.get(self._lang)),
            ("年度" if zh else "Year", str(engagement.year)),
            ("截止日" if zh else "Cut-off date", engagement.as_of.isoformat()),
            ("底稿" if zh else "Working paper", f"{self._paper.name}　{self._paper.title.get(self._lang)}"),
        ]
        head = ["项目", "内容"] if zh else ["Item", "Content"]
        return str(banner + html_table(head, facts, self._paper.title.get(self._lang), self._lang))

    def __repr__(self) -> str:
        hand = "" if self._folder else " (by hand: not evidence)"
        return f"{self._paper.name}: {self._audit.engagement.district} {self._audit.engagement.year}{hand}"

    def sources(self) -> Shown:
        """The files delivered, with their control totals."""
        audit = self._audit
        return show_controls(audit.tables.controls, audit.book, self._words("控制总数", "Control totals"), self._lang)

    def repairs(self) -> Shown:
        """What was done to the files to read them; the whole record goes into the run folder as intake.csv."""
        repairs = self._audit.tables.repairs
        if self._folder:
            (self._folder.proof / "intake.csv").write_text("\ufeff" + intake_csv(repairs), encoding="utf-8", newline="")
        return show_repairs(repairs, self._words("接收记录", "Intake record"), self._lang)

    def validate(self, table: str) -> Shown:
        """Hold one table against its suite."""
        outcomes = self._audit.suite(table)
        self._outcomes += outcomes
        return show_outcomes(outcomes, self._audit.book.tables[table].title.get(self._lang), self._lang)

    def identities(self, domain: str) -> Shown:
        """Test the identities of one domain on its records."""
        outcomes = self._audit.identities(domain)
        self._outcomes += outcomes
        return show_outcomes(outcomes, self._words("勾稽关系（按记录）", "Identities, on the records"), self._lang)

    def recalculate(self, domain: str) -> Shown:
        """Recalculate the published figures of one domain ("report": those without records)."""
        pairs = self._audit.recalculate(domain)
        self._outcomes += [outcome for _, outcome in pairs]
        self._claims += [result for result, _ in pairs]
        caption = self._words("公布数字与重算", "Published figures recalculated")
        titles = {claim.id: self._audit.title_of(claim) for claim in self._audit.claims}
        return show_claims([result for result, _ in pairs], titles, caption, self._lang)

    def records(self, measure: str) -> Shown:
        """Name, by key, the records behind one measure."""
        taken = self._audit.measured(measure)
        title = taken.measure.title.get(self._lang)
        return show_keys([key for key, _ in taken.marks], f"{title}：{taken.judged}", self._lang)

    def charts(self, domain: str) -> Shown:
        """Show how the records of one domain stand to their time limits, and draw its charts."""
        exhibits = domain_exhibits(self._audit, domain)
        drawn = self._drawn(exhibits)
        limits = show_limits(exhibits.limits, self._audit.book, self._lang)
        words = "; ".join((repr(limits), *(chart.alt.get(self._lang) for chart in drawn)))
        return Shown(Markup(limits._repr_html_()) + self._pictures(drawn), words)

    def published_identities(self) -> Shown:
        """Test the identities on the printed figures alone."""
        outcomes = self._audit.published_identities()
        self._outcomes += outcomes
        return show_outcomes(outcomes, self._words("勾稽关系（按公布数）", "Identities, as published"), self._lang)

    def report_rules(self) -> Shown:
        """Hold the printed figures against the rules about the report itself."""
        outcomes = self._audit.report_rules()
        self._outcomes += outcomes
        return show_outcomes(outcomes, self._words("报告自身的规则", "Rules about the report"), self._lang)

    def year_on_year(self) -> Shown:
        """What last year carried over is what this year took in."""
        outcomes = self._audit.year_on_year()
        self._outcomes += outcomes
        return show_outcomes(outcomes, self._words("年度衔接", "Year on year"), self._lang)

    def selftest(self) -> Shown:
        """Plant an error for every criterion in a copy of the data, and see whether it is caught."""
        self._plants = selftest(self._audit)
        return show_plants(self._plants, self._lang)

    def rates(self) -> Shown:
        """Show for every printed rate the counts that give it, or the printed figures that could be its base."""
        titles = {claim.id: self._audit.title_of(claim) for claim in self._audit.claims}
        return show_rates(self._audit.rate_rows(), titles, self._audit.profile, self._lang)

    def last_year(self) -> Shown:
        """Show this year's figures beside last year's, with breaks in series and with what asks for an explanation."""
        exhibits = compared_exhibits(self._audit)
        drawn = self._drawn(exhibits)
        table = show_years(exhibits.years, self._lang)
        return Shown(Markup(table._repr_html_()) + self._pictures(drawn), repr(table))

    def comparisons(self) -> Shown:
        """Carry out the rules on two years, on units held against each other, and on samples of records."""
        outcomes = self._audit.comparisons()
        self._outcomes += outcomes
        return show_outcomes(outcomes, self._words("两年、单位与抽样", "Years, units, samples"), self._lang)

    def conclude(self) -> Shown:
        """Sum up, close the tables, and leave the record in the run folder (by hand: leave nothing)."""
        exhibits = self._exhibits()
        self._stack.close()
        if self._folder:
            record = {
                "paper": self._paper.name,
                "controls": [asdict(control) for control in self._audit.tables.controls],
                "outcomes": [outcome.model_dump(mode="json") for outcome in self._outcomes],
                "claims": [result.model_dump(mode="json") for result in self._claims],
                "exhibits": exhibits.model_dump(mode="json"),
                "charts": [self._keep(chart) for chart in self._charts],
                "plants": [plant.model_dump() for plant in self._plants],
            }
            self._folder.record(self._paper.name).write_text(canonical_json(record), encoding="utf-8")
        by = {status: sum(outcome.status is status for outcome in self._outcomes) for status in Status}
        zh = (
            f"共完成{len(self._outcomes)}项检查：符合{by[Status.PASS]}项，不符合{by[Status.FAIL]}项，"
            f"未测试{by[Status.NOT_TESTED]}项，未能执行{by[Status.ERROR]}项。"
            if self._outcomes
            else "本底稿没有检查项。"
        )
        en = (
            f"{len(self._outcomes)} checks: {by[Status.PASS]} passed, {by[Status.FAIL]} failed, "
            f"{by[Status.NOT_TESTED]} not tested, {by[Status.ERROR]} errors."
            if self._outcomes
            else "This paper carries out no checks."
        )
        words = self._words(zh, en)
        return Shown(Markup("<p><strong>{}</strong></p>").format(words), words)

    def _exhibits(self) -> Exhibits:
        """What the appendix will show of this paper, taken whether or not a cell has shown it."""
        parts = [compared_exhibits(self._audit)] if self._paper.name.startswith("80") else []
        if len(self._paper.domains) == 1:
            parts.append(domain_exhibits(self._audit, self._paper.domains[0]))
        return Exhibits.together((*parts, claim_records(self._audit, self._claims)))

    def _drawn(self, exhibits: Exhibits) -> tuple[Chart, ...]:
        drawn = exhibit_charts(self._audit, exhibits, self._lang)
        self._charts += drawn
        return drawn

    def _pictures(self, drawn: tuple[Chart, ...]) -> Markup:
        return Markup("").join(
            Markup('<img alt="{}" style="max-width:100%" src="data:image/svg+xml;base64,{}">').format(
                chart.alt.get(self._lang), base64.b64encode(chart.svg).decode()
            )
            for chart in drawn
        )

    def _keep(self, chart: Chart) -> dict[str, Any]:
        if self._folder:
            (self._folder.proof / "charts" / f"{chart.name}.svg").write_bytes(chart.svg)
        return {"name": chart.name, "title": chart.title.model_dump(), "alt": chart.alt.model_dump()}

    def _words(self, zh: str, en: str) -> str:
        return zh if self._lang == "zh" else en
