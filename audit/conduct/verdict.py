"""What a run came to, in words that a terminal and a notebook share."""

from __future__ import annotations

from collections import Counter

from audit.conduct.run import Conclusion
from audit.model import Severity, Status, Text
from audit.render.words import word

SEVERITIES = {
    severity: Text(zh=word(f"severity.{severity.value}", "zh"), en=word(f"severity.{severity.value}", "en").lower())
    for severity in Severity
}
_CLEAR = Text(zh="审计已完成，没有达到门槛（{gate}）的问题", en="carried out; nothing at the gate ({gate})")
_FOUND = Text(zh="审计已完成，有达到门槛（{gate}）的问题", en="carried out; findings at the gate ({gate})")
_BROKEN = Text(zh="有部分审计未能执行", en="part of the audit did not happen")


def verdict(report: Conclusion, gate: Severity) -> tuple[str, Text]:
    """The light of a run (✓ nothing at the gate, ✗ findings at the gate, ! not all carried out) and its words."""
    light, words = {0: ("✓", _CLEAR), 1: ("✗", _FOUND)}.get(report.exit_status(gate), ("!", _BROKEN))
    named = SEVERITIES[gate]
    return light, Text(zh=words.zh.format(gate=named.zh), en=words.en.format(gate=named.en))


def failures(report: Conclusion) -> dict[Severity, int]:
    """How many findings there are of each severity, gravest first."""
    found = Counter(finding["severity"] for finding in report.findings(Status.FAIL))
    return {severity: found[severity.value] for severity in Severity}
