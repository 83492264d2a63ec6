"""The edition's cover: figures and findings in both languages, offline, without script.

It follows from what the edition proves, byte for byte, and so a verifier makes it again.  Another look is another
form of edition: give it another EDITION_SCHEMA.
"""

from __future__ import annotations

from html import escape
from typing import Any

EDITION_STYLE = """
body { font: 1rem/1.7 "Songti SC", SimSun, "Noto Serif CJK SC", serif; color: #1a1a1a; background: #fff;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #767676; padding: .3rem .6rem .3rem 0; }
code, pre { font-family: Consolas, Menlo, "DejaVu Sans Mono", monospace; background: #f2f2ef; } pre { padding: .6rem; }
"""
EDITION_VERDICTS = {
    "agrees": "✓ 相符 agrees",
    "differs": "× 不符 differs",
    "identity_broken": "≠ 勾稽不平 identity broken",
    "impossible": "⊘ 不可能 impossible",
    "only_by_truncation": "↓ 仅截尾可得 only by truncation",
    "base_not_stated": "? 未写明基数 base not stated",
    "not_tested": "○ 未测试 not tested",
}
EDITION_GRADES = {"critical": "■ 严重 critical", "warning": "▲ 警示 warning", "info": "● 提示 info"}


def edition_page(predicate: dict[str, Any], results: dict[str, Any], proofs: int) -> str:
    """READ_ME_FIRST.html of an edition."""
    engagement = results["engagement"]
    title = f"{engagement['district']} {engagement['year']} 审计结果（共享版）"
    failed = [finding for finding in results["findings"] if finding["status"] == "fail"]
    claims = "".join(
        f"<tr><th scope=row><code>{_e(claim['claim'])}</code></th><td>{_e(claim['printed'])}</td>"
        f"<td>{_e(EDITION_VERDICTS.get(claim['verdict'], claim['verdict']))}</td>"
        f"<td>{_e(claim['recalculated'])}</td></tr>\n"
        for claim in results["claims"]
    )
    findings = "".join(
        f"<tr><th scope=row>{_e(finding['title']['zh'])}<br><span lang=en>{_e(finding['title']['en'])}</span></th>"
        f"<td>{_e(EDITION_GRADES.get(finding['severity'], finding['severity']))}</td>"
        f"<td>{_e(finding['condition']['zh'])}<br><span lang=en>{_e(finding['condition']['en'])}</span></td>"
        f"<td>{_e(finding['judged'])} / {_e(finding['records'])}</td></tr>\n"
        for finding in failed
    )
    families = "".join(
        f"<tr><th scope=row>{_e(family)}</th>{''.join(f'<td>{_e(value)}</td>' for value in counts.values())}</tr>\n"
        for family, counts in results["reconciliation"].items()
    )
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{_e(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>{EDITION_STYLE}</style></head><body><main>
<h1>{_e(title)}</h1>
<p>本共享版只含发现、数字和审计标准，不含记录、输入和底稿；{proofs}项结果各有证明，出自封存的运行
<code>{_e(predicate["run"])}</code>，校验码 <code>{_e(predicate["code"])}</code>。</p>
<p lang="en">Findings, figures and criteria only: no records, inputs or working papers. Each of the {proofs} results
carries the proof that it comes from the sealed run.</p>
<pre>python3 -I -S verify.py</pre>
<p>证明说明内容出自封存、未被改动；不说明统计数字属实。
<span lang="en">A proof shows where it comes from, not that the statistics are true.</span></p>
<h2>勾稽 Reconciliation</h2>
{_edition_table("类别 family|应核 declared|通过 passed|未通过 failed|未测试 not tested|未能执行 errors", families)}
<h2>公布数字 Published figures</h2>
{_edition_table("数字 figure|印载 printed|结果 verdict|重算 recalculated", claims)}
<h2>问题与疑问 Findings</h2>
{_edition_table("事项 matter|等级 severity|情况 condition|判定/涉及记录 judged/records", findings)}
</main></body></html>
"""


def _edition_table(head: str, body: str) -> str:
    columns = "".join(f"<th scope=col>{_e(name)}</th>" for name in head.split("|"))
    label = _e(head.partition("|")[0])
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table><thead><tr>{columns}</tr></thead>'
        f"<tbody>\n{body}</tbody></table></div>"
    )


def _e(value: object) -> str:
    return escape("" if value is None else str(value))
