"""`audit figures`: the figures of a draft as a table for people, as JSON for programs, as a marked page."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text as Words

from audit.drafts import (
    BAD,
    Comparison,
    Matched,
    Quantity,
    Relation,
    Status,
    compare,
    find_relations,
    read_draft,
    read_figures,
)
from audit.drafts.marked import KIND_WORDS, STATUS_WORDS, marked_page
from audit.drafts.place import Places
from audit.errors import UsageError
from audit.home import Home
from audit.model import Verdict

_VERDICTS = {
    Verdict.AGREES: ("相符", "green"),
    Verdict.DIFFERS: ("不符", "red"),
    Verdict.IDENTITY_BROKEN: ("勾稽不平", "red"),
    Verdict.IMPOSSIBLE: ("不可能", "red"),
    Verdict.ONLY_BY_TRUNCATION: ("仅截尾可得", "yellow"),
    Verdict.BASE_NOT_STATED: ("基数未说明", "yellow"),
    Verdict.NOT_TESTED: ("未测试", "cyan"),
}
_STATUS = {Status.HOLDS: "green", Status.BROKEN: "red", Status.UNDECIDED: "yellow"}


def show_figures(draft: Path, engagement: str, data: Path | None, *, as_json: bool, html: Path | None) -> int:
    """Print the figures of `draft`; gives the exit status.  Raises UsageError, DraftError, AuditError."""
    named = _engagement(engagement)
    text = read_draft(draft)
    reading = read_figures(text)
    if named:
        from audit.programme import carry_out

        results = carry_out(Home(data=(data or Home().data).resolve()), *named)
        verdicts = {result.claim: result.verdict for result in results.claim_results}
        comparison = compare(reading, results.claims, verdicts)
        recalculated = {result.claim: result.recalculated or "" for result in results.claim_results}
    else:
        places = Places(text)
        comparison = Comparison(tuple(Matched(q, places.at(q.start)) for q in reading.quantities), ())
        recalculated = {}
    relations = find_relations(reading)
    if html:
        page = marked_page(text, comparison, recalculated, draft.name, relations=relations, compared=bool(named))
        _write(html, page)
    if as_json:
        print(json.dumps([_record(f, compared=bool(named)) for f in comparison.figures], ensure_ascii=False, indent=1))
    else:
        _show(comparison, compared=bool(named))
        _show_relations(relations, Places(text), reading.quantities)
    for claim in comparison.missing:
        print(
            f"claim not printed in the draft: {claim.id} ({claim.printed}{claim.unit}, {claim.locator})",
            file=sys.stderr,
        )
    broken = any(found.status is Status.BROKEN for found in relations)
    return 1 if broken or (named and (comparison.uncovered or comparison.bad)) else 0


def _engagement(named: str) -> tuple[str, int] | None:
    if not named:
        return None
    match = re.fullmatch(r"([^/\\.][^/\\]*)/(\d{4})", named)
    if not match:
        raise UsageError(
            f"{named!r} names no engagement", where="--engagement", remedy="write DISTRICT/YEAR: huiji/2021"
        )
    return match[1], int(match[2])


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        why = error.strerror or "not writable"
        raise UsageError(f"the page cannot be written: {why}", where=str(path), remedy="name another file") from None


def _record(found: Matched, *, compared: bool) -> dict[str, Any]:
    quantity, figure = found.quantity, found.quantity.figure
    record = {
        "text": quantity.text,
        "start": quantity.start,
        "end": quantity.end,
        "value": _plain(figure.value),
        "low": _plain(figure.low),
        "high": _plain(figure.high),
        "unit": quantity.unit,
        "qualifier": figure.qualifier.value,
        "sentence": quantity.sentence,
    }
    return record | ({"claim": found.claim or None, "verdict": found.verdict} if compared else {})


def _plain(value: Fraction | None) -> int | float | None:
    """JSON's number: whole ones whole, others as the shortest decimal that reads back alike."""
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else float(value)


def _show(comparison: Comparison, *, compared: bool) -> None:
    console = Console()
    table = Table("数字", "单位", "读作", "位置", *(("公布数字", "结论") if compared else ("句子",)))
    for found in comparison.figures:
        quantity = found.quantity
        reading = "无例外" if quantity.figure.qualifier == "universal" else quantity.figure.bounds()
        cells = [_clip(quantity.text), quantity.unit, reading, found.place]
        if compared:
            word, colour = _VERDICTS[found.verdict] if found.verdict else ("没有对应的公布数字", "red")
            rest = [Words(found.claim or found.remark), Words(word, style=colour)]
        else:
            rest = [Words(_clip(quantity.sentence, 40))]
        table.add_row(*map(Words, cells), *rest)
    console.print(table)
    console.print(_summary(comparison, compared=compared))


def _show_relations(relations: tuple[Relation, ...], places: Places, quantities: tuple[Quantity, ...]) -> None:
    """The second table: what the figures say of each other inside the text."""
    if not relations:
        return
    console, table = Console(), Table("关系", "文中的数字", "位置", "结论")
    for found in relations:
        words = Words(STATUS_WORDS[found.status], style=_STATUS[found.status])
        place = places.at(quantities[min(found.items)].start)
        table.add_row(Words(KIND_WORDS[found.kind]), Words(found.words), Words(place), words)
    console.print(table)
    counted = Counter(STATUS_WORDS[found.status] for found in relations)
    console.print("文中关系：" + "，".join(f"{word}{number}" for word, number in counted.items()))


def _summary(comparison: Comparison, *, compared: bool) -> str:
    spans = {found.quantity.start: found.quantity for found in comparison.figures}
    universal = sum(1 for quantity in spans.values() if _universal(quantity))
    counted = f"数字{len(spans) - universal}处，全称表述{universal}处"
    if not compared:
        return counted
    verdicts = Counter(_VERDICTS[found.verdict][0] for found in comparison.figures if found.verdict)
    listed = "，".join(f"{word}{number}" for word, number in verdicts.items())
    contradicted = sum(1 for found in comparison.figures if found.verdict in BAD)
    return (
        f"{counted}；{listed or '没有相符的数字'}；与记录矛盾{contradicted}；"
        f"没有对应公布数字{len(comparison.uncovered)}；草稿没有印出的公布数字{len(comparison.missing)}"
    )


def _universal(quantity: Quantity) -> bool:
    return quantity.figure.qualifier == "universal"


def _clip(text: str, longest: int = 24) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
