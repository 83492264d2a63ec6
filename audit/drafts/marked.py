"""The draft as a page to work from: every figure with a sign, a colour and what was found of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from audit.drafts.match import BAD, Comparison, Matched
from audit.drafts.passage import Relation
from audit.engagement import Claim
from audit.model import Verdict

_HEAD = (
    '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n'
)
_WORDS = {
    "supported": "相符",
    "contradicted": "不符",
    "uncovered": "没有对应的公布数字",
    "doubtful": "存疑",
    "untested": "未测试",
}
_SIGNS = {"supported": "✓", "contradicted": "×", "uncovered": "＋", "doubtful": "?", "untested": "○"}
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
    parts, notes, end = [], [], 0
    for (start, stop), group in sorted(at.items()):
        if start < end:  # inside another figure, such as a list that was counted
            continue
        parts.append(escape(text[end:start]))
        if compared:
            note = _note(text[start:stop], group, recalculated)
            notes.append(note)
            parts.append(_mark(note, len(notes), group, recalculated))
        else:
            parts.append(f"<mark>{escape(text[start:stop])}</mark>")
        end = stop
    draft = "".join([*parts, escape(text[end:])]).replace("\n", "<br>\n")
    legend = "".join(
        f'<li><mark class="{kind}"><span class="sign">{_SIGNS[kind]}</span></mark> {words}</li>'
        for kind, words in _WORDS.items()
    )
    rows = [
        (f"{number}", escape(shown), f'<td class="verdict {kind}">{_SIGNS[kind]} {_WORDS[kind]}</td>', escape(said))
        for number, (shown, kind, said) in enumerate(notes, start=1)
    ]
    style = (Path(__file__).parent / "marked.css").read_text(encoding="utf-8").strip()
    return (
        f"{_HEAD}<title>{escape(title)}</title>\n<style>\n{style}\n</style></head>\n"
        f"<body><main><h1>{escape(title)}</h1>\n"
        + (f'<ul class="legend" aria-label="图例">{legend}</ul>\n' if compared else "")
        + f'<div class="draft">{draft}</div>\n{_figures(rows)}{_missing(comparison.missing)}{_relations(relations)}'
        "</main></body></html>\n"
    )


def _figures(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """Every marked figure with its verdict in words, for who sees no colour and holds no mouse."""
    body = "".join(
        f'<tr id="f{number}"><td>{number}</td><th scope="row">{shown}</th>{verdict}<td>{said}</td></tr>\n'
        for number, shown, verdict, said in rows
    )
    return _table("文中的数字", ("序号", "数字", "结论", "说明"), body)


def _missing(claims: Sequence[Claim]) -> str:
    items = "".join(f"<li>{escape(f'{c.id}：{_printed(c)}（{c.locator}）')}</li>\n" for c in claims)
    return f"<h2>草稿没有印出的公布数字</h2>\n<ul>{items}</ul>\n" if items else ""


def _printed(claim: Claim) -> str:
    return claim.printed if claim.printed.endswith(claim.unit) else claim.printed + claim.unit


def _relations(relations: Sequence[Relation]) -> str:
    body = "".join(
        f'<tr><th scope="row">{KIND_WORDS[found.kind]}</th><td>{escape(found.words)}</td>'
        f'<td class="verdict {found.status}">{STATUS_WORDS[found.status]}</td></tr>\n'
        for found in relations
    )
    return _table("文中数字之间的关系", ("关系", "内容", "结论"), body)


def _table(title: str, head: Sequence[str], body: str) -> str:
    """A section with a table that scrolls by itself on a narrow screen; nothing when it has no rows."""
    if not body:
        return ""
    columns = "".join(f'<th scope="col">{name}</th>' for name in head)
    return (
        f'<h2>{title}</h2>\n<div class="scroll" role="region" tabindex="0" aria-label="{title}"><table>\n'
        f"<thead><tr>{columns}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def _note(shown: str, group: list[Matched], recalculated: Mapping[str, str]) -> tuple[str, str, str]:
    """The figure as printed, the worst that was found of it, and what that was."""
    kinds = [_kind(found) for found in group]
    worst = next((kind for kind in ("uncovered", "contradicted", "doubtful", "untested") if kind in kinds), "supported")
    notes = [f"{found.claim} {recalculated.get(found.claim, '')}".strip() or found.remark for found in group]
    return shown, worst, "；".join(filter(None, notes))


def _mark(note: tuple[str, str, str], number: int, group: list[Matched], recalculated: Mapping[str, str]) -> str:
    shown, kind, _ = note
    beside = "；".join(value for found in group if (value := recalculated.get(found.claim, "")))
    small = f"<small>{escape(beside)}</small>" if beside else ""
    words = f"{_WORDS[kind]}，说明{number}"
    sign = f'<a class="sign" href="#f{number}" aria-label="{words}">{_SIGNS[kind]}{number}</a>'
    return f'<mark class="{kind}">{escape(shown)}{small}{sign}</mark>'


def _kind(found: Matched) -> str:
    if found.verdict is None:
        return "uncovered"
    if found.verdict in BAD:
        return "contradicted"
    if found.verdict in (Verdict.ONLY_BY_TRUNCATION, Verdict.BASE_NOT_STATED):
        return "doubtful"
    return "supported" if found.verdict is Verdict.AGREES else "untested"
