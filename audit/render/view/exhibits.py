"""Time limits, flows, two years, units and samples: the exhibits as tables, each with its picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from audit.findings.exhibits import Flow, FlowStep, LimitTally, UnitTable, YearPair
from audit.model import Status
from audit.render.charts import Chart
from audit.render.document import Paragraph, Picture, Row, Section, anchor
from audit.render.view.figures import picture
from audit.render.view.known import JUDGED, Known
from audit.render.view.pieces import cell, group, joined, plain, row, section
from audit.rulebook import Rule

Charts = Mapping[str, Chart]
_MONTHS = "month_series:2.2 #carried_in:1.2 " + " ".join(f"#month.{month}" for month in range(1, 13))


def limits(known: Known, charts: Charts) -> Section:
    """How many records each statutory limit was held against, and how they stand."""
    say, book = known.say, known.results.book
    tallies = [tally for tally in known.results.exhibits.limits if tally.judged]
    if not tallies:
        return section("limits", say("section.limits"), say.paragraph("no_limits"), _idle(known, set()))
    rows: list[Row] = []
    for domain in dict.fromkeys(book.rules[tally.rule].domain for tally in tallies):
        rows.append(group(plain(_domain(known, domain))))
        rows += [_limit(known, tally) for tally in tallies if book.rules[tally.rule].domain == domain]
    columns = "limit:4 #judged:0.9 #in_time_column:0.8 #late_column:0.8 #open_column:1 #overdue_column:1 status:1.3"
    drawn = _pictures(known, charts, [f"limits-{domain}" for domain in _domains(known, tallies)], "limit")
    return section(
        "limits",
        say("section.limits"),
        say.paragraph("limits_intro"),
        say.table("limits", columns, rows),
        _idle(known, {tally.rule for tally in tallies}),
        *drawn,
    )


def _domains(known: Known, tallies: Iterable[LimitTally]) -> list[str]:
    return list(dict.fromkeys(known.results.book.rules[tally.rule].domain for tally in tallies))


def _domain(known: Known, domain: str) -> str:
    return known.say.domain(domain)


def _limit(known: Known, tally: LimitTally) -> Row:
    rule, of = known.results.book.rules[tally.rule], f"limit:{tally.rule}"
    outcome = known.outcomes.get(f"rules/{tally.rule}")
    about = cell(
        plain(rule.title.get(known.lang), f"rule:{rule.id}"),
        (known.rule_link(rule.id), plain(" · "), plain(str(rule.citation), f"rule:{rule.id}")),
    )
    counts = (tally.judged, tally.in_time, tally.late, tally.open, tally.overdue)
    numbers = [
        plain(count, of, look="strong" if place in (2, 4) and count else "") for place, count in enumerate(counts)
    ]
    return row(about, *numbers, known.say.status(outcome.status) if outcome else known.say.dash())


def _idle(known: Known, judged: set[str]) -> Paragraph | None:
    """The limits that met no record: named, so that none is missing in silence."""
    clocked: list[Rule] = [rule for rule in known.results.book.rules.values() if rule.clock and rule.id not in judged]
    if not clocked:
        return None
    named = joined([known.rule_link(rule.id) for rule in clocked], known.say("and"))
    said = known.say.line("limits_idle", n=plain(len(clocked), "limits:idle"))
    return Paragraph(line=(*said, *named, plain(known.say("stop"))), style="note")


def flows(known: Known, charts: Charts) -> Section:
    """What came in and where it went: the year as a flow, month by month, and other counts."""
    say = known.say
    parts = [
        _part(known, charts, "flow", "flows", "flow_step:5 #count:1", _flow_rows(known)),
        _part(known, charts, "months", "months", _MONTHS, _month_rows(known)),
        _part(known, charts, "bars", "bars", "bar_label:5 #count:1", _bar_rows(known)),
    ]
    kept = [part for part in parts if part]
    nothing = None if kept else say.paragraph("no_flows")
    note = (
        say.paragraph("illustrative_note", "note") if kept and known.results.engagement.records.illustrative else None
    )
    return section("flows", say("section.flows"), nothing, note, sections=kept)


def _flow_rows(known: Known) -> dict[str, list[Row]]:
    made = {}
    for flow in known.results.exhibits.flows:
        of = f"flow:{flow.name}"
        rows = [group(plain(known.say.text(flow.title)))]
        rows += [
            row(plain("　" * step.stage + step.label.get(known.lang), of), plain(step.count, of))
            for step in _from_the_top(flow)
        ]
        made[flow.name] = rows
    return made


def _from_the_top(flow: Flow) -> list[FlowStep]:
    """Every step directly below the last of the steps that it comes from."""
    parents = {below: above for above, below in flow.links}

    def with_children(place: int) -> list[FlowStep]:
        children = [below for below in range(len(flow.steps)) if parents.get(below) == place]
        return [flow.steps[place], *(step for child in children for step in with_children(child))]

    tops = [place for place in range(len(flow.steps)) if place not in parents]
    return [step for top in tops for step in with_children(top)]


def _month_rows(known: Known) -> dict[str, list[Row]]:
    say, made = known.say, {}
    for one in known.results.exhibits.months:
        of = f"months:{one.name}"
        series = (("came", None, one.came), ("went", None, one.went), ("open_at_end", one.carried_in, one.open))
        made[one.name] = [group(plain(say.text(one.title)))] + [
            row(plain(say(key)), *(say.number(count, of) for count in (carried, *counts)))
            for key, carried, counts in series
        ]
    return made


def _bar_rows(known: Known) -> dict[str, list[Row]]:
    made = {}
    for one in known.results.exhibits.bars:
        of = f"bars:{one.name}"
        rows = [group(plain(known.say.text(one.title)))]
        pairs = zip(one.labels, one.values, strict=True)
        rows += [row(plain(label.get(known.lang), of), plain(value, of)) for label, value in pairs]
        made[one.name] = rows
    return made


def _part(
    known: Known, charts: Charts, kind: str, name: str, columns: str, rows: dict[str, list[Row]]
) -> Section | None:
    """One table of all exhibits of a kind, after their pictures."""
    if not rows:
        return None
    drawn = [picture(known, charts[one], f"{kind}:{one}") for one in rows if one in charts]
    table = known.say.table(name, columns, [line for group_ in rows.values() for line in group_], small=True)
    return section(f"flows-{name}", known.say(f"section.{kind}"), *drawn, table)


def _pictures(known: Known, charts: Charts, names: Iterable[str], kind: str) -> list[Picture]:
    return [picture(known, charts[name], f"{kind}:{name}") for name in names if name in charts]


def compared(known: Known, charts: Charts) -> Section:
    """This year beside the year before, and units beside each other."""
    return section(
        "compared",
        known.say("section.compared"),
        sections=[_years(known, charts), _units(known, charts)],
    )


def _years(known: Known, charts: Charts) -> Section:
    say, pairs = known.say, known.results.exhibits.years
    judged = _rule_lines(known, lambda rule: rule.years is not None)
    if not pairs:
        return section("compared-years", say("section.years"), say.paragraph("no_years"), *judged)
    columns = (
        "figure:3 #last_year_column:1 #this_year_column:1 #change:1 #change_percent:1 year_source:1.4 year_note:1.8"
    )
    table = say.table("years", columns, [_year(known, pair) for pair in pairs])
    return section(
        "compared-years",
        say("section.years"),
        *_pictures(known, charts, ["years-side-by-side"], "years"),
        table,
        *judged,
    )


def _year(known: Known, pair: YearPair) -> Row:
    say, of = known.say, f"year:{pair.claim}"
    note = say("year_asked") if pair.asked else ""
    if pair.broken.en:
        note = say("year_broken") + say.text(pair.broken)
    return row(
        cell(plain(say.text(pair.title), of), known.claim_link(pair.claim)),
        plain(pair.before, of),
        plain(pair.now, of),
        plain(pair.change, of),
        say.number(pair.percent, of),
        plain(say(f"year_source.{pair.source}")),
        plain(note or say("dash"), of),
    )


def _units(known: Known, charts: Charts) -> Section:
    say, tables = known.say, known.results.exhibits.units
    judged = _rule_lines(known, lambda rule: rule.units is not None)
    if not tables:
        return section("compared-units", say("section.units"), *judged)
    rows: list[Row] = []
    for table in tables:
        rows += _unit_rows(known, table)
    compared = [one.rule for one in known.results.outcomes if one.id == f"rules/{one.rule}" and one.status in JUDGED]
    drawn = _pictures(known, charts, [f"units-{t.rule.lower()}" for t in tables if t.rule in compared], "units")
    columns = "unit:3 #unit_value:1 #unit_beside:1 unit_note:1.2"
    shown = say.table("units", columns, rows, small=True)
    return section("compared-units", say("section.units"), *judged, *drawn, shown)


def _unit_rows(known: Known, table: UnitTable) -> list[Row]:
    say, of = known.say, f"units:{table.rule}"
    head = group(plain(say.text(table.title), f"rule:{table.rule}"), plain(" "), known.rule_link(table.rule))
    return [head] + [
        row(
            cell(plain(one.name, of), plain(one.code, of, look="code") if one.code != one.name else None),
            plain(one.value, of),
            say.number(one.beside, of),
            plain(say("stands_out") if one.stands_out else say("dash")),
        )
        for one in table.rows
    ]


def _rule_lines(known: Known, chosen: Callable[[Rule], bool]) -> list[Paragraph]:
    """How the rules of one kind came out, each with its reason or its condition."""
    made = []
    for rule in known.results.book.rules.values():
        outcome = known.outcomes.get(f"rules/{rule.id}")
        if outcome is None or not chosen(rule):
            continue
        of, to = f"outcome:{outcome.id}", anchor("finding", outcome.id) if outcome.id in known.anchored else ""
        open_ = outcome.status in (Status.NOT_TESTED, Status.ERROR)
        why = (outcome.reason if open_ else outcome.condition).get(known.lang)
        line = [known.say.status(outcome.status, to=to), plain(" " + rule.title.get(known.lang), f"rule:{rule.id}")]
        line += [plain(known.say("colon")), plain(why, of)] if why else []
        made.append(Paragraph(line=tuple(line), style="note"))
    return made


def sampling(known: Known) -> Section:
    """The samples of records: size, what was found, what follows."""
    say, reviews = known.say, known.results.exhibits.samples
    judged = _rule_lines(known, lambda rule: rule.samples is not None)
    if not reviews:
        return section("sampling", say("section.sampling"), say.paragraph("no_samples"), *judged)
    rows = []
    for one in reviews:
        of = f"sample:{one.table}"
        numbers = (one.population, one.n, one.answered, one.deviations)
        rows.append(
            row(
                cell(
                    plain(say.text(one.title)),
                    say.line(
                        "sample_terms",
                        seed=plain(one.seed, of),
                        tolerable=plain(one.tolerable, of),
                        confidence=plain(one.confidence, of),
                    ),
                ),
                *(plain(number, of) for number in numbers),
                plain(say.text(one.said), of),
            )
        )
    columns = "table:1.8 #population:0.8 #sample_size:0.8 #answered:0.8 #deviations:0.8 sample_said:3.4"
    return section("sampling", say("section.sampling"), say.table("samples", columns, rows), *judged)
