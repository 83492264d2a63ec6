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

from audit.drafts import BAD, Comparison, Matched, Quantity, compare, read_draft, read_figures
from audit.drafts.marked import marked_page
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
    if html:
        _write(html, marked_page(text, comparison, recalculated, draft.name, compared=bool(named)))
    if as_json:
        print(json.dumps([_record(f, compared=bool(named)) for f in comparison.figures], ensure_ascii=False, indent=1))
    else:
        _show(comparison, compared=bool(named))
    for claim in comparison.missing:
        print(
            f"claim not printed in the draft: {claim.id} ({claim.printed}{claim.unit}, {claim.locator})",
            file=sys.stderr,
        )
    return 1 if named and (comparison.uncovered or comparison.bad) else 0


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
