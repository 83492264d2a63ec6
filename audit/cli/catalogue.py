"""`audit rules` and `audit deadline`: the criteria in force, and when something is due under them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from audit.clocks import calendar_with
from audit.errors import UsageError
from audit.home import Home
from audit.rulebook.rules import Rule, read_rules


def show_rules(on: date, domain: str | None, as_json: bool) -> int:
    """Print the rules in force on a day, of one domain or of all."""
    rules = read_rules(Home().expectations / "rules")
    domains = sorted({rule.domain for rule in rules.values()})
    if domain is not None and domain not in domains:
        raise UsageError(f"there is no domain {domain}", where="--domain", remedy=f"use one of {', '.join(domains)}")
    listed = [r for r in rules.values() if r.effective.covers(on) and domain in (None, r.domain)]
    if as_json:
        print(json.dumps([_document(rule) for rule in listed], ensure_ascii=False, indent=2))
        return 0
    table = Table("规则", "要求", "出处", "生效", "期限", "等级", "确定程度")
    for rule in listed:
        until = f"—{rule.effective.to}" if rule.effective.to else "起"
        advisory = "" if rule.verified else "（未核实，只作提示）"
        table.add_row(
            rule.id,
            rule.title.zh,
            str(rule.citation),
            f"{rule.effective.from_}{until}",
            _limit(rule),
            rule.heaviest.value,
            rule.certainty + advisory,
        )
    Console().print(table)
    return 0


def show_deadline(rule_id: str, event: date, extended: bool, as_json: bool) -> int:
    """Print when something is due whose clock began on `event`.

    Raises UsageError for a rule that has no clock, was not in force that day, or knows no extension.
    """
    rules = read_rules(Home().expectations / "rules")
    rule = rules.get(rule_id)
    if rule is None or rule.clock is None:
        timed = ", ".join(rule.id for rule in rules.values() if rule.clock)
        raise UsageError(f"{rule_id} is no time limit", where="RULE", remedy=f"use one of {timed}")
    if not rule.effective.covers(event):
        others = [r.id for r in rules.values() if r.series and r.series == rule.series and r.effective.covers(event)]
        remedy = f"use {others[0]}, the version in force that day" if others else "check the date"
        raise UsageError(f"{rule_id} was not in force on {event}", where="EVENT_DATE", remedy=remedy)
    days = rule.clock.limit.n
    if extended and rule.clock.extension is None:
        raise UsageError(f"{rule_id} knows no extension", where="--extended", remedy="leave the option out")
    if extended and rule.clock.extension is not None:
        days += rule.clock.extension.n
    kind = rule.clock.limit.day_type
    begun = np.array([event], dtype="datetime64[D]")
    due = calendar_with(Home().data).add(begun, days, kind)[0].astype(date)
    raw = due if kind == "working" else (begun[0] + days).astype(date)
    if as_json:
        found = {
            "rule": rule.id,
            "citation": str(rule.citation),
            "event_date": event.isoformat(),
            "raw_due": raw.isoformat(),
            "due": due.isoformat(),
            "day_type": kind,
        }
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    rolled = f"（{raw}遇休息日顺延）" if raw != due else ""
    print(f"{due}{rolled}")
    print(f"{rule.id}　{rule.title.zh}：{days}个{'工作日' if kind == 'working' else '自然日'}")
    print(str(rule.citation))
    if not rule.verified:
        print("该规则未经核实，只作提示。")
    return 0


def _document(rule: Rule) -> dict[str, Any]:
    found = rule.model_dump(mode="json", by_alias=True, include=_SHOWN)
    return found | {"citation": str(rule.citation), "heaviest": rule.heaviest.value, "limit": _limit(rule) or None}


_SHOWN = {
    *("id", "domain", "kind", "title", "effective", "severity", "certainty", "verified"),
    *("effect", "recommendation", "series", "note"),
}


def _limit(rule: Rule) -> str:
    if rule.clock is None:
        return ""
    kind = {"working": "工作日", "calendar": "自然日"}[rule.clock.limit.day_type]
    more = f"，可延长{rule.clock.extension.n}" if rule.clock.extension else ""
    return f"{rule.clock.limit.n}个{kind}{more}"
