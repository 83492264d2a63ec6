"""What the appendix says, put together from the results in the order in which a reader needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from audit.findings import Results
from audit.render.charts import Chart, verdict_lights
from audit.render.document import Document, Fact, Paragraph
from audit.render.view.closing import PaperLink, explanations, rules, signatures
from audit.render.view.coverage import reconciliation, selftest, untested
from audit.render.view.exhibits import compared, flows, limits, sampling
from audit.render.view.figures import basis, conclusion, figures
from audit.render.view.findings import findings
from audit.render.view.known import Known
from audit.render.view.pieces import numbered, plain

__all__ = ["LIGHTS", "PaperLink", "appendix_document"]

LIGHTS = "verdict_lights"


def appendix_document(
    results: Results, lang: str, charts: Mapping[str, Chart], papers: Sequence[PaperLink]
) -> tuple[Document, dict[str, Chart]]:
    """The appendix of `results` in `lang` ("zh" or "en"), and the charts it shows, by name.

    `charts` are the exhibits' (`draw_exhibits`); the lights of the conclusion every appendix draws for itself.
    """
    known = Known(results, lang)
    shown = {**charts, LIGHTS: verdict_lights(results, lang)}
    sections = (
        conclusion(known, shown[LIGHTS]),
        figures(known),
        findings(known),
        limits(known, shown),
        flows(known, shown),
        compared(known, shown),
        sampling(known),
        untested(known),
        reconciliation(known),
        selftest(known),
        basis(known),
        rules(known),
        explanations(known, papers),
        signatures(known),
    )
    document = Document.model_validate({**_frame(known), "sections": numbered(sections, lang)})
    return document, shown


def _frame(known: Known) -> dict[str, object]:
    say, engagement = known.say, known.results.engagement
    name, year = engagement.district_name.get(known.lang), say("year_value", year=engagement.year)
    report = engagement.report
    code = known.code
    facts: list[Fact] = [say.fact("as_of", plain(engagement.as_of.isoformat(), "engagement"))]
    if report:
        facts.append(say.fact("publication", plain(report.title.get(known.lang), "engagement")))
        facts.append(say.fact("publisher", plain(report.publisher.get(known.lang), "engagement")))
        if report.published_on:
            facts.append(say.fact("published_on", plain(report.published_on.isoformat(), "engagement")))
    else:
        facts.append(say.fact("publication", plain(say("no_publication"))))
    facts.append(say.fact("code", plain(code, "code", look="strong")))
    return {
        "lang": known.lang,
        "title": f"{name} {year}",
        "subtitle": say("kind"),
        "running": say("running", name=name, year=year, code=code),
        "author": say("author"),
        "as_of": engagement.as_of.isoformat(),
        "code": code,
        "facts": facts,
        "banners": _banners(known),
        "contents": say("contents"),
    }


def _banners(known: Known) -> list[Paragraph]:
    engagement = known.results.engagement
    due = {"fictional": engagement.fictional, "illustrative": engagement.records.illustrative}
    said = [
        Paragraph(
            line=(plain(known.say(f"{name}_head"), look="strong"), plain(known.say(f"{name}_body"))), style="alarm"
        )
        for name, holds in due.items()
        if holds
    ]
    note = engagement.records.note.get(known.lang)
    if note and not said:
        head = plain(known.say("note_head"), look="strong")
        said.append(Paragraph(line=(head, plain(note, "engagement")), style="alarm"))
    return said
