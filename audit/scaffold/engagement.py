"""`audit new`: the folder of an engagement, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

from audit.engagement import Engagement
from audit.engagement.responses import COLUMNS as RESPONSES
from audit.errors import UsageError
from audit.home import Home
from audit.model import Text
from audit.rulebook import Rulebook, load_rulebook
from audit.scaffold.carry import Carried, carry, claims_csv, follow_up_csv
from audit.scaffold.guide import guide
from audit.scaffold.template import template

_NAME = re.compile(r"\w[\w-]{0,39}")
_CLASH = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)


def create_engagement(home: Home, district: str, year: int, carried_from: int | None = None) -> Path:
    """Make `data/<district>/<year>` and give its path.

    Raises UsageError when the folder exists or a name will not do, EngagementError or IntakeError when the earlier
    year cannot be used.  Nothing is left behind then.
    """
    if not _NAME.fullmatch(district) or _CLASH.fullmatch(district):
        remedy = "use letters, digits, - and _, such as huiji"
        raise UsageError(f"{district!r} will not do as the name of a folder", where="DISTRICT", remedy=remedy)
    target = home.engagement(district, year)
    if target.exists() or target.is_symlink():
        remedy = "choose another year, or move that folder away; nothing is ever overwritten"
        raise UsageError(f"there is already an engagement {district} {year}", where=str(target), remedy=remedy)
    if carried_from == year:
        raise UsageError("a year cannot carry over from itself", where="--from", remedy="name an earlier year")
    book = load_rulebook(home.expectations)
    carried = Carried() if carried_from is None else carry(home.data, home.outputs, district, carried_from)
    parent_was_there = target.parent.exists()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{year}.", dir=target.parent))
    except OSError as error:
        remedy = "choose a folder that you may write to, with --data"
        raise UsageError("the folder cannot be made", where=f"{target}: {error.strerror}", remedy=remedy) from None
    try:
        _fill(partial, district, year, book, carried)
        partial.chmod(0o755)
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        if not parent_was_there:
            target.parent.rmdir()
        raise
    return target


def _fill(folder: Path, district: str, year: int, book: Rulebook, carried: Carried) -> None:
    written = {
        "engagement.toml": plan_toml(district, year, carried),
        "claims.csv": claims_csv(carried.claims),
        "responses.csv": "\ufeff" + ",".join(RESPONSES) + "\n",
        "README.md": guide(district, year, book, carried),
    }
    if carried.plan:
        written["follow_up.csv"] = follow_up_csv(carried.open)
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    (folder / "templates").mkdir()
    for name, spec in book.delivered.items():
        (folder / "templates" / f"{name}.xlsx").write_bytes(template(spec))


def plan_toml(district: str, year: int, carried: Carried) -> str:
    """engagement.toml: valid as it stands, with what must be filled in said beside it."""
    plan = carried.plan
    name = (plan.district_name.zh, plan.district_name.en) if plan else (district, district)
    lines = [
        "# 本次审计的计划：审谁的数、哪一年、截至哪一天、记录从哪里来。",
        "# The plan of this audit: whose figures, for which year, until which day, from which records.",
        "",
        f"district = {_toml(district)}",
        f"year = {year}",
        f"as_of = {year}-12-31  # 截止日 the cut-off date: what is open on this day counts as open",
    ]
    lines += ["fictional = true"] if plan and plan.fictional else []
    lines += ["", "[district_name]  # 印在附录上 printed in the appendix"]
    lines += [f"zh = {_toml(name[0])}", f"en = {_toml(name[1])}", "", *_report(year, plan)]
    lines += ["", "[records]"]
    lines += [f"illustrative = {str(bool(plan and plan.fictional)).lower()}  # 示例记录写 true；真实记录写 false"]
    lines += ["", "# 拿不到的表写在下面并说明原因 name each table that you cannot get, with the reason"]
    lines += ["[records.not_supplied]", '# litigation_cases = { zh = "法院未提供", en = "the court did not deliver" }']
    lines += [f"{table} = {_reason(why)}" for table, why in (plan.records.not_supplied if plan else {}).items()]
    return "\n".join(lines) + "\n"


def _reason(why: Text) -> str:
    return _toml(why.zh) if why.zh == why.en else f"{{ zh = {_toml(why.zh)}, en = {_toml(why.en)} }}"


def _report(year: int, plan: Engagement | None) -> list[str]:
    """The report's block: last year's words with the year moved on, or a sample behind number signs."""
    if plan is None or plan.report is None:
        return [
            "# [report]",
            f'# title = {{ zh = "某区{year}年度法治政府建设情况报告", en = "Report for {year}" }}',
            '# publisher = { zh = "某区人民政府", en = "People\'s Government of …" }',
            f"# published_on = {year + 1}-03-31",
        ]
    moved = [text.replace(str(plan.year), str(year)) for text in (plan.report.title.zh, plan.report.title.en)]
    publisher = plan.report.publisher
    return [
        "[report]",
        f"title = {{ zh = {_toml(moved[0])}, en = {_toml(moved[1])} }}",
        f"publisher = {{ zh = {_toml(publisher.zh)}, en = {_toml(publisher.en)} }}",
    ]


def _toml(text: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
