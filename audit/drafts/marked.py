"""The draft as a page to work from: green, red and grey figures, each with what was found of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from audit.drafts.match import BAD, Comparison, Matched
from audit.drafts.passage import Relation
from audit.model import Verdict

_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; line-height: 2; font-family: serif; }
mark { padding: 0 .15em; border-radius: .2em; background: #e6e6e6; color: inherit; }
mark.supported { background: #cfeccf; } mark.contradicted { background: #f6c6c6; }
mark.uncovered { background: #f6c6c6; border-bottom: 2px dashed #b00; } mark.doubtful { background: #f7e9b5; }
mark small { color: #555; padding-left: .3em; } li { line-height: 1.6; }
table { border-collapse: collapse; line-height: 1.6; } td { border-top: 1px solid #ccc; padding: .2em .6em .2em 0; }
td.holds { color: #176b17; } td.broken { color: #b00; font-weight: bold; } td.undecided { color: #7a5b00; }
"""
_WORDS = {
    "supported": "相符",
    "contradicted": "不符",
    "uncovered": "没有对应的公布数字",
    "doubtful": "存疑",
    "untested": "未测试",
}
KIND_WORDS = {"sum": "部分与整体", "share": "占比", "growth": "增减", "repeat": "重复"}
STATUS_WORDS = {"holds": "成立", "broken": "不成立", "undecided": "不能判定"}


def marked_page(
    text: str,
    comparison: Comparison,
    recalculated: Mapping[str, str],
    title: str,
    *,
    relations: Sequence[Relation] = (),
    compared: bool,
) -> str:
    """One self-contained page without script.  `recalculated` is by claim; `compared` says whether there was one."""
    at: dict[tuple[int, int], list[Matched]] = {}
    for found in comparison.figures:
        at.setdefault((found.quantity.start, found.quantity.end), []).append(found)
    parts, end = [], 0
    for (start, stop), group in sorted(at.items()):
        if start < end:  # inside another figure, such as a list that was counted
            continue
        parts.append(escape(text[end:start]))
        parts.append(
            _mark(text[start:stop], group, recalculated) if compared else f"<mark>{escape(text[start:stop])}</mark>"
        )
        end = stop
    body = "".join([*parts, escape(text[end:])]).replace("\n", "<br>\n")
    missing = "".join(f"<li>{escape(f'{c.id}：{c.printed}{c.unit}（{c.locator}）')}</li>" for c in comparison.missing)
    foot = f"<h2>草稿没有印出的公布数字</h2><ul>{missing}</ul>" if missing else ""
    foot += _relations(relations)
    return (
        f'<!doctype html>\n<html lang="zh"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>\n<body><h1>{escape(title)}</h1>\n{body}\n{foot}</body></html>\n"
    )


def _relations(relations: Sequence[Relation]) -> str:
    rows = "".join(
        f"<tr><td>{KIND_WORDS[found.kind]}</td><td>{escape(found.words)}</td>"
        f'<td class="{found.status}">{STATUS_WORDS[found.status]}</td></tr>\n'
        for found in relations
    )
    return f"<h2>文中数字之间的关系</h2>\n<table>{rows}</table>" if rows else ""


def _mark(shown: str, group: list[Matched], recalculated: Mapping[str, str]) -> str:
    kinds = [_kind(found) for found in group]
    worst = next((kind for kind in ("uncovered", "contradicted", "doubtful", "untested") if kind in kinds), "supported")
    notes = [f"{found.claim} {recalculated.get(found.claim, '')}".strip() or found.remark for found in group]
    hint = f"{_WORDS[worst]}：{'；'.join(notes)}"
    beside = "；".join(value for found in group if (value := recalculated.get(found.claim, "")))
    small = f"<small>{escape(beside)}</small>" if beside else ""
    return f'<mark class="{worst}" title="{escape(hint)}">{escape(shown)}{small}</mark>'


def _kind(found: Matched) -> str:
    if found.verdict is None:
        return "uncovered"
    if found.verdict in BAD:
        return "contradicted"
    if found.verdict in (Verdict.ONLY_BY_TRUNCATION, Verdict.BASE_NOT_STATED):
        return "doubtful"
    return "supported" if found.verdict is Verdict.AGREES else "untested"
