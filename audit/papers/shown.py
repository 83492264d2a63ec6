"""What a cell shows: HTML for people, and the same in plain words for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from audit.findings.exhibits import LimitTally
from audit.intake import REPAIRS, Repair
from audit.model import ClaimResult, Control, Outcome, Plant, Status, Text
from audit.render import html_table, status_mark, verdict_mark
from audit.rulebook import Rulebook


class Shown:
    """Escaped HTML that a notebook displays."""

    def __init__(self, html: str | Markup, plain: str) -> None:
        """`html` must already be escaped."""
        self._html, self._plain = str(html), plain

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        return self._plain


_HEAD = {
    "outcomes": Text(zh="检查|结果|核查记录|不符合|说明", en="Check|Result|Judged|Failed|Words"),
    "claims": Text(
        zh="公布数字|公布|结论|重算|分子/分母|舍入|出处", en="Figure|Printed|Verdict|Recalculated|Of|Rounding|Place"
    ),
    "controls": Text(zh="表|文件|行数|合计|SHA-256", en="Table|File|Rows|Sums|SHA-256"),
    "repairs": Text(
        zh="文件|表页|列|处理|处数|例：行|例：原文|例：读作", en="File|Sheet|Column|Done|Times|Row|Such as|Read as"
    ),
    "limits": Text(
        zh="期限|判定|按期|超期|期限内未结|逾期未结", en="Limit|Judged|In time|Late|Open within|Open beyond"
    ),
    "keys": Text(zh="记录编号", en="Record key"),
}


def heading(kind: str, lang: str) -> list[str]:
    """The column headings of a kind of table."""
    return _HEAD[kind].get(lang).split("|")


def show_outcomes(outcomes: Iterable[Outcome], caption: str, lang: str) -> Shown:
    """A table of outcomes, in the order given."""
    listed = tuple(outcomes)
    rows = [
        (
            outcome.title.get(lang),
            status_mark(outcome.status, lang),
            outcome.judged,
            outcome.failed,
            (outcome.reason if outcome.status in (Status.NOT_TESTED, Status.ERROR) else outcome.condition).get(lang),
        )
        for outcome in listed
    ]
    counts = ", ".join(f"{status.value} {sum(o.status is status for o in listed)}" for status in Status)
    return Shown(html_table(heading("outcomes", lang), rows, caption, lang), f"{caption}: {counts}")


def show_claims(results: Sequence[ClaimResult], titles: Mapping[str, Text], caption: str, lang: str) -> Shown:
    """A table of published figures beside their recalculation; `titles` is what each is called, by claim."""
    rows = []
    for result in results:
        share = f"{result.numerator} / {result.denominator}" if result.denominator else ""
        mark = verdict_mark(result.verdict, lang)
        found = result.recalculated or "—"
        rows.append(
            (titles[result.claim].get(lang), result.printed, mark, found, share, result.rounding or "", result.locator)
        )
    plain = f"{caption}: " + ", ".join(f"{result.claim} {result.verdict.value}" for result in results)
    return Shown(html_table(heading("claims", lang), rows, caption, lang), plain)


def show_controls(controls: Iterable[Control], book: Rulebook, caption: str, lang: str) -> Shown:
    """The control totals of the delivered tables."""
    listed = tuple(controls)
    rows = [
        (
            book.tables[control.table].title.get(lang),
            control.file,
            control.rows,
            ", ".join(f"{name} {total}" for name, total in control.sums.items()),
            control.digest,
        )
        for control in listed
    ]
    plain = f"{caption}: {len(listed)} tables, {sum(control.rows for control in listed)} rows"
    return Shown(html_table(heading("controls", lang), rows, caption, lang), plain)


def show_plants(plants: Sequence[Plant], lang: str) -> Shown:
    """The score of a self-test, and every plant that was missed or is exempt."""
    by = Counter(plant.result for plant in plants)
    planted = len(plants) - by["exempt"]
    zh = f"植入错误{planted}处，查出{by['caught']}处，漏过{by['missed']}处；{by['exempt']}项无从植入"
    en = f"{by['caught']} of {planted} planted errors caught, {by['missed']} missed; {by['exempt']} exempt"
    caption = zh if lang == "zh" else en
    rows = [(plant.id, plant.result, plant.words) for plant in plants if plant.result != "caught"]
    head = ["检查", "结果", "说明"] if lang == "zh" else ["Check", "Result", "Words"]
    return Shown(html_table(head, rows, caption, lang), caption)


def show_repairs(repairs: Iterable[Repair], caption: str, lang: str) -> Shown:
    """The intake record by file, column and kind, each with its first place."""
    groups: dict[tuple[str, str, str, str], list[Repair]] = {}
    for repair in repairs:
        groups.setdefault((repair.file, repair.sheet, repair.column, repair.what), []).append(repair)
    rows = []
    for (file, sheet, column, what), alike in groups.items():
        done = ("、" if lang == "zh" else ", ").join(REPAIRS[word].get(lang) for word in what.split())
        first = alike[0]
        rows.append((file, sheet, column, done, len(alike), first.row, first.before[:80], first.after[:80]))
    total = sum(map(len, groups.values()))
    return Shown(html_table(heading("repairs", lang), rows, caption, lang), f"{caption}: {total}")


def show_limits(tallies: Sequence[LimitTally], book: Rulebook, lang: str) -> Shown:
    """How the records stand to each time limit that applies to any of them."""
    judged = [tally for tally in tallies if tally.judged]
    rows = [
        (book.rules[one.rule].title.get(lang), one.judged, one.in_time, one.late, one.open, one.overdue)
        for one in judged
    ]
    caption = "法定期限" if lang == "zh" else "Time limits"
    plain = f"{caption}: " + ", ".join(f"{one.rule} {one.judged}/{one.late + one.overdue}" for one in judged)
    return Shown(html_table(heading("limits", lang), rows, caption, lang), plain)


def show_keys(keys: Sequence[str], caption: str, lang: str) -> Shown:
    """The keys of some records."""
    return Shown(html_table(heading("keys", lang), [(key,) for key in keys], caption, lang), f"{caption}: {keys}")
