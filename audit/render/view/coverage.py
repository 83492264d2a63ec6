"""What was not tested, and how all that was declared is accounted for; control totals and self-test."""

from __future__ import annotations

from collections import defaultdict

from audit.model import Family, Outcome, Status
from audit.render.document import Item, Items, Paragraph, Row, Section, Table, anchor
from audit.render.view.known import Known
from audit.render.view.pieces import cell, group, joined, plain, row, section


def untested(known: Known) -> Section:
    """What could not be carried out and what was not tested, by reason, the commonest first."""
    say = known.say
    parts = []
    for status, name in ((Status.ERROR, "not_carried_out"), (Status.NOT_TESTED, "not_tested")):
        rows = _by_reason(known, status)
        if rows:
            table = say.table(name, "matter:4 family:1.1 identifier:2.6", rows)
            parts.append(section(f"untested-{name}", say(name), table))
    missing = known.results.engagement.records.not_supplied
    if missing:
        items = tuple(
            Item(
                line=(
                    known.table(table),
                    plain(" "),
                    plain(table, f"table:{table}", look="code"),
                    plain(say("colon") + why.get(known.lang), "engagement"),
                )
            )
            for table, why in missing.items()
        )
        parts.append(section("untested-not_supplied", say("not_supplied"), Items(items=items)))
    nothing = None if parts else Paragraph(line=(plain(say("none")),))
    return section("untested", say("section.untested"), nothing, sections=parts)


def _by_reason(known: Known, status: Status) -> list[Row]:
    say = known.say
    by: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in known.results.outcomes:
        if outcome.status is status:
            by[outcome.reason.get(known.lang) or say("no_reason")].append(outcome)
    rows: list[Row] = []
    for reason, outcomes in sorted(by.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        counted = say.line("in_brackets", n=plain(len(outcomes), f"status:{status.value}"))
        rows.append(group(plain(reason, f"outcome:{outcomes[0].id}", look="strong"), *counted))
        rows += [_untested(known, outcome) for outcome in outcomes]
    return rows


def _untested(known: Known, outcome: Outcome) -> Row:
    of = f"outcome:{outcome.id}"
    linked = [known.claim_link(claim) for claim in outcome.claims if claim in known.shown_claims]
    return row(
        plain(outcome.title.get(known.lang), of),
        plain(known.say(f"family.{outcome.family.value}"), look="tag"),
        joined(linked, known.say("and")) or (plain(outcome.id, of, look="code"),),
        id=anchor("finding", outcome.id),
    )


def reconciliation(known: Known) -> Section:
    """Declared = passed + failed + not tested + errors; by table; and the control totals."""
    say = known.say
    rows = []
    for family in Family:
        counts, of = known.results.reconciliation[family], f"reconciliation:{family.value}"
        numbers = (counts.declared, counts.passed, counts.failed, counts.not_tested, counts.errors)
        balance = ("✓ " + say("yes")) if counts.balanced else ("× " + say("unbalanced"))
        rows.append(
            row(plain(say(f"family.{family.value}")), *(plain(number, of) for number in numbers), plain(balance))
        )
    columns = "family:1.6 #declared:1 #passed:1 #failed:1 #not_tested:1 #errors:1.1 balance:1"
    parts = [
        section("reconciliation-families", say("section.families"), say.table("reconciliation", columns, rows)),
        section("reconciliation-tables", say("section.tables"), _note(known), _tables(known)),
    ]
    if known.results.controls:
        parts.append(section("reconciliation-controls", say("section.controls"), _controls(known)))
    return section("reconciliation", say("section.reconciliation"), sections=parts)


def _note(known: Known) -> Paragraph | None:
    note = known.results.engagement.records.note.get(known.lang)
    return Paragraph(line=(plain(note, "engagement"),)) if note else None


def _tables(known: Known) -> Table:
    by: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in known.family(Family.EXPECTATION):
        by[outcome.id.partition("/")[0]].append(outcome)
    rows = []
    for table, mine in sorted(by.items()):
        of = f"table:{table}"
        counts = [sum(outcome.status is status for outcome in mine) for status in Status]
        numbers = (len(mine), *counts, sum(outcome.judged for outcome in mine))
        about = cell(known.table(table), plain(table, of, look="code"))
        rows.append(row(about, *(plain(number, of) for number in numbers)))
    columns = "table:2.4 #declared:0.8 #passed:0.8 #failed:0.9 #not_tested:0.9 #errors:1 #records_judged:1.6"
    return known.say.table("tables", columns, rows)


def _controls(known: Known) -> Table:
    say, rows = known.say, []
    for control in known.results.controls:
        of = f"control:{control.table}"
        sums = [(plain(column + " ", look="code"), plain(total, of)) for column, total in control.sums.items()]
        rows.append(
            row(
                cell(known.table(control.table), plain(control.file, of, look="code")),
                plain(control.rows, of),
                plain(control.size, of),
                cell(*sums) if sums else say.dash(),
                plain(say("and").join(control.ignored_columns) or say("dash"), of),
                plain(control.digest, of, look="code"),
            )
        )
    columns = "table:2.2 #rows:0.6 #size:0.7 sums:1.3 ignored:1 digest_full:2"
    return say.table("controls", columns, rows)


def selftest(known: Known) -> Section:
    """How many planted errors were caught, and by name those that were not."""
    say, results = known.say, known.results
    if not results.plants:
        return section("selftest", say("section.selftest"), say.paragraph("no_selftest"))
    caught, missed, exempt = (results.planted(name) for name in ("caught", "missed", "exempt"))
    score = say.paragraph(
        "selftest_score",
        planted=plain(caught + missed, "selftest"),
        caught=plain(caught, "selftest"),
        missed=plain(missed, "selftest"),
        exempt=plain(exempt, "selftest"),
    )
    lost = tuple(
        Item(line=(plain(plant.id, f"outcome:{plant.id}", look="code"), plain(" "), plain(plant.words, "selftest")))
        for plant in results.plants
        if plant.result == "missed"
    )
    return section("selftest", say("section.selftest"), score, Items(items=lost) if lost else None)
