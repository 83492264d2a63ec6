"""READ_ME_FIRST.html and bag-info.txt: what the archive is, what came out, how to check it; for people, offline."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from audit import __version__
from audit.archive.layout import CONCLUSION, PLAN, PROOF
from audit.model import Text
from audit.seal.statement import Account

_STYLE = """
:root { color-scheme: light; }
body { font: 1.05rem/1.7 "Songti SC", SimSun, "Noto Serif CJK SC", serif; color: #1a1a1a; background: #fff;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.3; } h2 { font-size: 1.2rem; margin-top: 2rem; }
code, pre { font-family: Consolas, Menlo, "DejaVu Sans Mono", monospace; background: #f2f2ef; }
pre { padding: .7rem; overflow-x: auto; } code { padding: 0 .25rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
  border-bottom: 1px solid #767676; padding: .35rem .6rem .35rem 0; } th { font-weight: 600; width: 34%; }
a { color: #0b4f8a; } .code { font-size: 1.4rem; letter-spacing: .06em; } .failed { border-left: .4rem solid #a3211b;
  padding-left: .8rem; } section[lang=en] { border-top: 3px double #767676; margin-top: 3rem; }
"""


# What nobody may conclude, where the plan says so; the appendix says the same on its face.
_ILLUSTRATIVE = Text(
    zh="所用部门记录为示例，不得据以判断该地区。",
    en="The records are illustrative: nothing follows about the district.",
)
_FICTIONAL = Text(zh="所称地区为虚构。", en="The district is fictional.")


@dataclass(frozen=True)
class Plan:
    """What engagement.toml says of the audit; the folder's own names where it is not there."""

    unit: Text
    matter: Text
    period: str
    warnings: tuple[Text, ...] = ()


def read_plan(folder: Path, run: str) -> Plan:
    """The plan as archived in data/3-plan; a run that died early has none."""
    district, year, _ = run.split("/")
    try:
        plan: dict[str, Any] = tomllib.loads((folder / PLAN / "engagement.toml").read_text(encoding="utf-8-sig"))
        unit = Text.model_validate(plan["district_name"])
        title = plan["report"]["title"] if "report" in plan else {"zh": f"{year}年度报告", "en": f"report for {year}"}
        said = {_ILLUSTRATIVE: plan.get("records", {}).get("illustrative"), _FICTIONAL: plan.get("fictional")}
        warnings = tuple(text for text, holds in said.items() if holds)
        return Plan(unit, Text.model_validate(title), f"{year}-01-01/{plan['as_of']}", warnings)
    except (OSError, ValueError, KeyError, TypeError):
        return Plan(Text(zh=district, en=district), Text(zh=f"{year}年度报告", en=f"report for {year}"), year)


def bag_info(run: str, plan: Plan, account: Account, said: dict[str, Any]) -> str:
    """The nine items of a Chinese audit working paper, and what BagIt asks for; Payload-Oxum is added by the bag."""
    counts = ", ".join(f"{severity} {count}" for severity, count in said["findings"].items())
    result = f"校验码 code {said['code']}; {counts}" if said["code"] else "没有结果 no result"
    number = run.rpartition("/")[2]
    lines = {
        "Audited-Unit": f"{plan.unit.zh} / {plan.unit.en}",
        "Audit-Matter": f"{plan.matter.zh} / {plan.matter.en}",
        "Audit-Period": plan.period,
        "Audit-Process": f"{PROOF}/notebooks (已执行的工作底稿 executed working papers)",
        "Audit-Conclusion": "; ".join((account.status, result, *(w.zh + w.en for w in plan.warnings), CONCLUSION)),
        "Index-Number": run,
        "Prepared-By": f"{account.by}, {account.finished}",
        "Reviewed-By": f"../{number}.seal/review.json (复核后在此签署 signed there once reviewed)",
        "Other-Records": "data/3-plan, data/4-reference",
        "Retention-Class": "由档案部门确定 to be set by the archive: permanent, 30 years or 10 years",
        "External-Identifier": f"fazhi-audit:{run}",
        "Bagging-Date": account.finished[:10],
        "Bag-Software-Agent": f"fazhi-audit {__version__}",
    }
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in lines.items())


def cover(run: str, plan: Plan, account: Account, said: dict[str, Any], files: dict[str, str]) -> str:
    """The cover page; `files` are the payload's names, so that nothing is linked that is not there."""
    title = f"{plan.unit.zh} {run.split('/')[1]} 年度统计数字审计档案"
    sections = "".join(_section(lang, run, plan, account, said, files) for lang in ("zh", "en"))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<style>{_STYLE}</style></head>\n<body><main>\n<h1>{escape(title)}</h1>\n{sections}</main></body></html>\n"
    )


def _section(lang: str, run: str, plan: Plan, account: Account, said: dict[str, Any], files: dict[str, str]) -> str:
    zh = lang == "zh"
    number = run.rpartition("/")[2]
    rows = {
        ("被审计单位", "Audited unit"): plan.unit.get(lang),
        ("审计事项", "Matter"): plan.matter.get(lang),
        ("期间与截止日", "Period and cut-off"): plan.period,
        ("索引号", "Index number"): run,
        ("编制人与时间", "Prepared by, when"): f"{account.by}，{account.finished}"
        if zh
        else f"{account.by}, {account.finished}",
        ("台账", "Ledger"): f"第 {said['ledger']['number']} 行开立"
        if zh
        else f"opened at line {said['ledger']['number']}",
        ("替代的运行", "Takes the place of"): "、".join(said["supersedes"]) or ("无" if zh else "none"),
        ("复核", "Review"): f"../{number}.seal/review.json" + ("（复核后才有）" if zh else " (once reviewed)"),
    }
    table = "".join(
        f'<tr><th scope="row">{label[0] if zh else label[1]}</th><td>{escape(value)}</td></tr>\n'
        for label, value in rows.items()
    )
    head = "这是什么" if zh else "What this is"
    intro = (
        "这是一次统计数字审计的封存档案：结论、已执行的工作底稿、所用标准和资料都在其中，可以核对，也可以重新执行。"
        if zh
        else "The sealed archive of one audit of published figures: conclusions, executed working papers, criteria and "
        "reference material, to be checked and performed again."
    )
    told = ("" if zh else " ").join(text.get(lang) for text in plan.warnings)
    warning = f'<p class="failed"><strong>{escape(told)}</strong></p>\n' if told else ""
    opening = f'<section lang="{"zh-CN" if zh else "en"}">\n<h2>{head}</h2>\n<p>{intro}</p>\n{warning}'
    opening += f"<table>\n{table}</table>\n"
    return opening + _result(zh, account, said, files) + _checks(zh, number) + "</section>\n"


def _result(zh: bool, account: Account, said: dict[str, Any], files: dict[str, str]) -> str:
    parts = [f"<h2>{'结果' if zh else 'Result'}</h2>\n"]
    if account.failure:
        told = "".join(f"<br>{escape(account.failure[key])}" for key in ("where", "remedy") if account.failure[key])
        words = "本次审计未能完成，没有结论。" if zh else "This audit was not carried out; it has no conclusion."
        parts.append(f'<p class="failed"><strong>{words}</strong><br>{escape(account.failure["problem"])}{told}</p>\n')
        return "".join(parts)
    names = {"critical": "严重", "warning": "警示", "info": "提示"}
    counts = "，".join(f"{names[s]} {n} 项" for s, n in said["findings"].items())
    counts_en = ", ".join(f"{n} {s}" for s, n in said["findings"].items())
    parts.append(f"<p>{'问题与疑问：' + counts if zh else 'Findings: ' + counts_en}{'。' if zh else '.'}</p>\n")
    words = (
        "校验码（与附录、台账所印的逐字比对）" if zh else "Code, to be compared by eye with the appendix and the ledger"
    )
    parts.append(f'<p>{words}{"：" if zh else ": "}<code class="code">{said["code"]}</code></p>\n<ul>\n')
    titles = {
        f"{CONCLUSION}/appendix.html": ("审计附录（网页）", "Audit appendix (web page)"),
        f"{CONCLUSION}/appendix.pdf": ("审计附录（PDF）", "Audit appendix (PDF)"),
        f"{CONCLUSION}/appendix.xlsx": ("审计附录（表格）", "Audit appendix (workbook)"),
        f"{CONCLUSION}/findings.csv": ("问题与疑问清单", "List of findings"),
        f"{PROOF}/notebooks/00_sources.html": ("第一份工作底稿", "First working paper"),
    }
    parts += [f'<li><a href="{p}">{t[not zh]}</a></li>\n' for p, t in titles.items() if p in files]
    return "".join(parts) + "</ul>\n"


def _checks(zh: bool, number: str) -> str:
    head = "怎样核对" if zh else "How to check"
    steps = (
        ("全部核对（只需 Python，不联网）", "Everything; needs Python only, no network", "python3 -I -S verify.py"),
        ("只核对文件是否完好", "The files only", "sha256sum -c manifest-sha256.txt"),
        (
            "签名",
            "A signature",
            "ssh-keygen -Y verify -f allowed_signers -I NAME -n audit-seal@v1 \\\n"
            f"  -s ../{number}.seal/seal.json.preparer.sig < ../{number}.seal/seal.json",
        ),
        (
            "在装有本程序的机器上重新执行",
            "Perform it again, where this program is installed",
            "./run audit reperform ARCHIVE",
        ),
    )
    items = "".join(f"<p>{s[not zh]}{'：' if zh else ':'}</p>\n<pre>{escape(s[2])}</pre>\n" for s in steps)
    note = (
        "封存只能显示改动，不能防止改动，也不证明统计数字属实。清单防误改，签名防他人改动，"
        "台账防删除和倒填日期，重新执行才能发现结果本身的错误。"
        if zh
        else "Sealing shows changes; it does not prevent them, and it does not say that the statistics are true. "
        "Manifests show accidents, signatures show changes by others, the ledger shows deletion and back-dating; "
        "only performing the audit again shows that its results were wrong."
    )
    head_note = "它证明什么，不证明什么" if zh else "What it proves, and what not"
    return f"<h2>{head}</h2>\n{items}<h2>{head_note}</h2>\n<p>{note}</p>\n"
