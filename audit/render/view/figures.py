"""The conclusion, the published figures at a glance, and what each one rests on."""

from __future__ import annotations

from audit.findings.exhibits import ClaimRecords
from audit.model import ClaimResult, Family, Severity, Verdict
from audit.numbers import ROUNDINGS, reading
from audit.render.charts import Chart
from audit.render.document import Cell, Fold, Line, Paragraph, Picture, Piece, Row, Section, anchor
from audit.render.view.known import JUDGED, Known, held
from audit.render.view.pieces import cell, joined, lines, plain, row, section

_MOST_KEYS = 300
_NAMED = 2
_ASKING = (Verdict.DIFFERS, Verdict.IDENTITY_BROKEN, Verdict.IMPOSSIBLE, Verdict.ONLY_BY_TRUNCATION)


def conclusion(known: Known, lights: Chart) -> Section:
    """Three sentences and one picture."""
    results, say = known.results, known.say
    counts = results.reconciliation
    grades = {grade.value: sum(finding.severity is grade for finding in known.failures) for grade in Severity}
    open_ = {family.value: counts[family].not_tested for family in Family}
    return section(
        "conclusion",
        say("section.conclusion"),
        Paragraph(line=_verdicts(known), style="lead"),
        say.paragraph(
            "sentence_findings",
            "lead",
            total=plain(sum(grades.values()), "findings:all"),
            **{name: plain(count, f"findings:{name}") for name, count in grades.items()},
        ),
        say.paragraph(
            "sentence_untested",
            "lead",
            total=plain(sum(open_.values()), "reconciliation:all"),
            errors=plain(sum(counts[family].errors for family in Family), "reconciliation:all"),
            **{name: plain(count, f"reconciliation:{name}") for name, count in open_.items()},
        ),
        picture(known, lights, "verdict:all"),
    )


def _verdicts(known: Known) -> Line:
    """How many figures came out how, those that ask for attention by name, and what they were held against."""
    say, results = known.say, known.ordered
    by = {verdict: [result for result in results if result.verdict is verdict] for verdict in Verdict}
    counted = [_counted(known, verdict, mine) for verdict, mine in by.items() if mine]
    between = plain(say("and"))
    listed = [piece for place, line in enumerate(counted) for piece in ((between, *line) if place else line)]
    judged = [result for result in results if held(result)]
    tables = {table for result in judged if (measure := known.measure(result)) for table in measure.needs}
    key = "sentence_held_form" if tables and all(map(known.is_form, tables)) else "sentence_held"
    if known.results.engagement.records.illustrative:
        key = "sentence_held_illustrative"
    return (
        *say.line("sentence_figures", figures=plain(len(results), "verdict:all")),
        *listed,
        *say.line(key, held=plain(len(judged), "verdict:held")),
    )


def _counted(known: Known, verdict: Verdict, mine: list[ClaimResult]) -> Line:
    say = known.say
    name, number = plain(say(f"verdict.{verdict.value}")), plain(len(mine), f"verdict:{verdict.value}")
    said = say.line("count_of", name=name, n=number)
    if verdict not in _ASKING:
        return said
    named = [
        plain(f"{known.title(one)} {one.printed}", f"claim:{one.claim}", to=anchor("claim", one.claim))
        for one in mine[:_NAMED]
    ]
    others = say("and_others") if len(mine) > _NAMED else ""
    return (*said, plain(say("open")), *joined(named, say("and")), plain(others + say("close")))


def picture(known: Known, chart: Chart, of: str) -> Picture:
    """A chart in its place."""
    return Picture(name=chart.name, title=chart.title.get(known.lang), alt=chart.alt.get(known.lang), of=of)


def figures(known: Known) -> Section:
    """Every published figure with its light, and the equations between figures."""
    say = known.say
    columns = "#number:0.6 figure:3.6 #printed:1.3 verdict_column:1.7 #recalculated:1.4 base:1.2 #difference:0.8"
    rows = [_figure(known, place, result) for place, result in enumerate(known.ordered, start=1)]
    identities = known.family(Family.IDENTITY)
    equations = [
        row(
            cell(
                plain(one.title.get(known.lang), f"outcome:{one.id}"), plain(one.id, f"outcome:{one.id}", look="code")
            ),
            say.status(one.status, to=anchor("finding", one.id) if one.id in known.anchored else ""),
            plain(one.judged, f"outcome:{one.id}"),
            plain(one.failed, f"outcome:{one.id}"),
        )
        for one in identities
    ]
    parts = [section("figures-table", say("section.figures_table"), say.table("figures", columns, rows))]
    if equations:
        table = say.table("identities", "identity:5 status:1.2 #judged:0.9 #failed:0.9", equations)
        parts.append(section("figures-identities", say("section.identities"), table))
    return section("figures", say("section.figures"), sections=parts)


def _figure(known: Known, place: int, result: ClaimResult) -> Row:
    say, claim = known.say, known.claims.get(result.claim)
    of = f"claim:{result.claim}"
    rate = claim.rate if claim else "%" in result.printed
    printed: list[Piece] = [plain(result.printed, of, to=anchor("basis", result.claim), look="strong")]
    if claim and claim.unit and not (rate and claim.unit == "%"):
        printed += [plain(" "), plain(claim.unit, of, look="unit")]
    read_as = plain(reading(claim.figure).get(known.lang) if claim else "", of)
    value, beside = known.recalculated(result)
    rounding = _rounding(known, result.rounding or "")
    return row(
        plain(place, "order"),
        cell(plain(known.title(result), of), _about(known, result)),
        cell(tuple(printed), read_as),
        _light(known, result),
        cell(say.number(value, of), plain(beside, of), plain(rounding, of)),
        _base(known, result, rate),
        known.difference(f"claims/{result.claim}", claim),
        id=anchor("claim", result.claim),
    )


def _about(known: Known, result: ClaimResult) -> Line:
    """Id, place, scope and note of a figure."""
    say, claim, of = known.say, known.claims.get(result.claim), f"claim:{result.claim}"
    parts = [plain(result.claim, of, look="code")]
    place = result.locator or (claim.locator if claim else "")
    scope = claim.scope if claim and claim.scope != known.title(result) else ""
    for key, text in (("place", place), ("scope", scope), ("note", claim.note if claim else "")):
        if text:
            parts.append(plain(say(key) + say("colon") + text, of))
    measure = known.measure(result)
    if measure and not measure.verified:
        parts.append(plain(say("definition_unverified")))
    return joined(parts, " · ")


def _light(known: Known, result: ClaimResult) -> Cell:
    say = known.say
    failed = [known.numbered_link(one.id) for one in known.failures if result.claim in one.claims]
    seen = (plain(say("see_finding") + " "), *joined(failed, say("and"))) if failed else None
    untested = [
        (known.finding_link(finding.id, say("see_untested")),)
        for finding in known.results.findings
        if finding.status not in JUDGED and result.claim in finding.claims and finding.id in known.anchored
    ]
    return Cell(lines=(*lines((say.verdict(result.verdict),), seen), *untested))


def _rounding(known: Known, rounding: str) -> str:
    names = rounding.replace(",", " ").replace("/", " ").replace("|", " ").split()
    if names and all(name in (*ROUNDINGS, "exact") for name in names):
        return known.say("and").join(known.say(f"rounding.{name}") for name in names)
    return rounding


def _base(known: Known, result: ClaimResult, rate: bool) -> Cell | Piece:
    say, claim = known.say, known.claims.get(result.claim)
    base = result.base or (claim.base if claim else "")
    if base in known.claims:
        other = known.claims[base]
        of, to = f"claim:{base}", anchor("claim", base) if base in known.shown_claims else ""
        measure = known.results.book.measures.get(other.measure)
        name = measure.title.get(known.lang) if measure else other.scope or base
        return cell(plain(f"{other.printed} {other.unit}".strip(), of, to=to), plain(name, of))
    return plain(base or (say("not_stated") if rate else say("dash")), f"claim:{result.claim}")


def basis(known: Known) -> Section:
    """What each figure rests on: its definition, its tables, and the keys of its records."""
    say = known.say
    records = {one.claim: one for one in known.results.exhibits.records}
    rows = [_basis(known, result, records.get(result.claim)) for result in known.ordered]
    table = say.table("basis", "figure:2.3 #printed:1.2 definition:3.4 sources:1.6 records:2.1", rows)
    return section("basis", say("section.basis"), say.paragraph("basis_intro"), table)


def _basis(known: Known, result: ClaimResult, records: ClaimRecords | None) -> Row:
    say, of, measure = known.say, f"claim:{result.claim}", known.measure(result)
    defined = measure.definition.get(known.lang) or measure.title.get(known.lang) if measure else say("no_measure")
    needs = [known.table(name) for name in (dict.fromkeys(measure.needs) if measure else ())]
    digest = result.records_digest or ""
    shown = (plain(say("digest") + " "), plain(digest[:12], of, look="code")) if digest else None
    return row(
        cell(plain(known.title(result), of), known.claim_link(result.claim)),
        cell(plain(result.printed, of, look="strong"), (say.verdict(result.verdict),)),
        plain(defined, f"measure:{result.measure}" if result.measure else ""),
        cell(joined(needs, say("and")) or (say.dash(),)),
        Cell(lines=lines(shown) if records else lines(say.dash()), folds=_folds(known, records) if records else ()),
        id=anchor("basis", result.claim),
    )


def _folds(known: Known, records: ClaimRecords) -> tuple[Fold, ...]:
    """The keys by what they contribute: all, or for a rate those in the numerator, those not, those not known."""
    measure = next((r.measure for r in known.results.claim_results if r.claim == records.claim), "")
    kind = known.results.book.measures[measure].kind if measure in known.results.book.measures else ""
    if kind not in ("rate", "universal"):
        return (_fold(known, records.claim, "fold.all", [_with_mark(kind, key, mark) for key, mark in records.marks]),)
    parts = (("fold.hit", "1"), ("fold.miss", "0"), ("fold.unknown", ""))
    keys = {name: [key for key, mark in records.marks if mark == value] for name, value in parts}
    whole = _fold(known, records.claim, "fold.base", [], len(records.marks))
    made = [_fold(known, records.claim, name, keys[name]) for name, _ in parts if keys[name] or name == "fold.hit"]
    return (*made, whole)


def _with_mark(kind: str, key: str, mark: str) -> str:
    return key if kind == "count" else f"{key}: {mark}"


def _fold(known: Known, claim: str, name: str, keys: list[str], count: int | None = None) -> Fold:
    say = known.say
    number = plain(len(keys) if count is None else count, f"claim:{claim}")
    more = say("fold.more", n=len(keys) - _MOST_KEYS) if len(keys) > _MOST_KEYS else ""
    return Fold(summary=say.line(name, n=number), keys=tuple(keys[:_MOST_KEYS]), more=more)
