"""The rules by which all was judged, the working papers, what the appendix does not say, and where it is signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from audit.model import Text
from audit.render.document import Cell, Item, Items, Row, Section, Table, anchor, relative
from audit.render.view.known import JUDGED, Known
from audit.render.view.pieces import cell, group, plain, row, section
from audit.rulebook import Rule

_BLANK = Cell()


@dataclass(frozen=True)
class PaperLink:
    """A working paper and where it lies, relative to the appendix.  Refuses an address that leaves the archive."""

    href: str
    title: Text

    def __post_init__(self) -> None:
        """Refuse an address that leaves the archive."""
        relative(self.href)


def rules(known: Known) -> Section:
    """Every rule with citation, effective dates, certainty and outcome, by domain."""
    say = known.say
    by: dict[str, list[Rule]] = defaultdict(list)
    for rule in known.results.book.rules.values():
        by[rule.domain].append(rule)
    rows: list[Row] = []
    for domain, mine in by.items():
        rows.append(group(plain(say.domain(domain), "" if domain.isalpha() else "words")))
        rows += [_rule(known, rule) for rule in mine]
    columns = "rule:3 citation:2.4 effective:1.4 certainty:1.4 status:1.6 #judged:0.8"
    return section("rules", say("section.rules"), say.table("rules", columns, rows))


def _rule(known: Known, rule: Rule) -> Row:
    say, of, lang = known.say, f"rule:{rule.id}", known.lang
    outcome = known.outcomes.get(f"rules/{rule.id}")
    start, end = rule.effective.from_.isoformat(), rule.effective.to.isoformat() if rule.effective.to else ""
    held = say("from_to", start=start, end=end) if end else say("from_on", start=start)
    found = [finding for finding in known.failures if finding.rule == rule.id]
    seen = None
    if found:
        count = say.line("in_brackets", n=plain(len(found), f"rule-findings:{rule.id}"))
        seen = (known.finding_link(found[0].id, say("see_finding")), *count)
    return row(
        cell(plain(rule.title.get(lang), of), plain(rule.id, of, look="code")),
        plain(str(rule.citation), of),
        plain(held, of),
        cell(
            plain(say(f"certainty.{rule.certainty}")), plain(say("verified") if rule.verified else say("not_verified"))
        ),
        cell((say.status(outcome.status),) if outcome else say.dash(), seen),
        plain(outcome.judged, f"outcome:{outcome.id}") if outcome and outcome.status in JUDGED else say.dash(),
        id=anchor("rule", rule.id),
    )


def explanations(known: Known, papers: Sequence[PaperLink]) -> Section:
    """What the appendix does not say, and the working papers behind it."""
    say = known.say
    sampled = any(
        outcome.status in JUDGED and known.results.book.rules[outcome.rule].samples is not None
        for outcome in known.results.outcomes
        if outcome.rule in known.results.book.rules and outcome.id == f"rules/{outcome.rule}"
    )
    keys = ("true", "untested", "advice", "sampled" if sampled else "sampling", "keys", "language", "seal")
    said = Items(items=tuple(Item(line=say.line(f"limit.{key}")) for key in keys))
    listed = Items(
        items=tuple(
            Item(
                line=(
                    plain(paper.title.get(known.lang), "paper", href=paper.href),
                    plain(" "),
                    plain(paper.href, "paper", look="code"),
                )
            )
            for paper in papers
        )
    )
    parts = [section("limits-said", say("section.not_said"), said)]
    parts.append(section("papers", say("section.papers"), listed if papers else say.paragraph("none")))
    return section("explanations", say("section.explanations"), sections=parts)


def signatures(known: Known) -> Section:
    """Lines to be signed by hand, and the code by which the signers know what they sign."""
    say, code = known.say, known.code
    rows = tuple(Row(cells=(cell(plain(say(role))), _BLANK, _BLANK, _BLANK)) for role in ("preparer", "reviewer"))
    made = say.table("signatures", "role:1 name:1.5 date:1.3 code_copied:1.6", rows)
    table = Table.model_validate({**made.model_dump(), "sign": True})
    return section(
        "signatures",
        say("section.signatures"),
        say.paragraph("code_said", "lead", code=plain(code, "code", look="strong")),
        say.paragraph("code_meant"),
        table,
    )
