"""Which measures make a flow, and which dates make a case come and go: declared once, for tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from audit.model import Text

TOTAL = "total"
# What stations are called in a flow, where the titles of their measures would be too long.
LABELS = {
    name: Text(zh=zh, en=en)
    for name, zh, en in (
        (TOTAL, "本年在办", "handled in the year"),
        ("reconsideration.received", "收到申请", "received"),
        ("reconsideration.admitted", "受理", "admitted"),
        ("reconsideration.refused", "不予受理", "refused"),
        ("reconsideration.told_elsewhere", "告知另行申请", "told to apply elsewhere"),
        ("reconsideration.transferred", "转送", "transferred"),
        ("reconsideration.abandoned", "视为放弃", "deemed abandoned"),
        ("reconsideration.withdrawn", "受理前撤回", "withdrawn"),
        ("reconsideration.pending", "审查中", "under examination"),
        ("reconsideration.carried_in", "上年结转", "carried in"),
        ("reconsideration.admitted_all", "本年受理", "admitted in the year"),
        ("reconsideration.concluded", "审结", "concluded"),
        ("reconsideration.carried_out", "结转下年", "carried out"),
        ("reconsideration.upheld", "维持", "upheld"),
        ("reconsideration.corrected", "纠正", "corrected"),
        ("reconsideration.rejected", "驳回", "rejected"),
        ("reconsideration.mediated", "调解", "mediated"),
        ("reconsideration.terminated", "终止", "terminated"),
        ("disclosure.carried_in", "上年结转", "carried in"),
        ("disclosure.new", "本年新收", "new in the year"),
        ("disclosure.handled", "本年在办", "handled in the year"),
        ("disclosure.closed", "办结", "closed"),
        ("disclosure.open", "结转下年", "carried out"),
        ("disclosure.granted", "予以公开", "granted"),
        ("disclosure.partial", "部分公开", "granted in part"),
        ("disclosure.denied", "不予公开", "denied"),
        ("disclosure.unable", "无法提供", "unable to supply"),
        ("disclosure.not_processed", "不予处理", "not processed"),
        ("disclosure.other", "其他处理", "other"),
        ("form.carried_in", "上年结转", "carried in"),
        ("form.new_received", "本年新收", "new in the year"),
        ("form.outcome_total", "办结", "closed"),
        ("form.carried_out", "结转下年", "carried out"),
        ("litigation.carried_in", "上年未结", "carried in"),
        ("litigation.new", "本年新收", "new in the year"),
        ("litigation.concluded", "审结", "concluded"),
        ("litigation.carried_out", "未结", "carried out"),
    )
}


@dataclass(frozen=True)
class FlowPlan:
    """Steps by stage: the measures of each stage; a stage that is (TOTAL,) is the sum of the stage before it.

    `parents` names, for each stage after the first, the step of the stage before that its steps come from; None for
    a stage that all of them run into.
    """

    name: str
    domain: str
    title: Text
    stages: tuple[tuple[str, ...], ...]
    parents: tuple[str | None, ...]


@dataclass(frozen=True)
class CasePlan:
    """The table of some cases with the dates on which one begins and ends."""

    name: str
    domain: str
    title: Text
    table: str
    begins: str
    ends: str


FLOWS = (
    FlowPlan(
        "reconsideration-applications",
        "reconsideration",
        Text(zh="行政复议申请：收到与审查结果", en="Reconsideration applications: received and disposed of"),
        (
            ("reconsideration.received",),
            (
                "reconsideration.admitted",
                "reconsideration.refused",
                "reconsideration.told_elsewhere",
                "reconsideration.transferred",
                "reconsideration.abandoned",
                "reconsideration.withdrawn",
                "reconsideration.pending",
            ),
        ),
        ("reconsideration.received",),
    ),
    FlowPlan(
        "reconsideration-cases",
        "reconsideration",
        Text(zh="行政复议案件：受理、审结与结转", en="Reconsideration cases: admitted, concluded, carried out"),
        (
            ("reconsideration.carried_in", "reconsideration.admitted_all"),
            (TOTAL,),
            ("reconsideration.concluded", "reconsideration.carried_out"),
            (
                "reconsideration.upheld",
                "reconsideration.corrected",
                "reconsideration.rejected",
                "reconsideration.mediated",
                "reconsideration.terminated",
            ),
        ),
        (None, TOTAL, "reconsideration.concluded"),
    ),
    FlowPlan(
        "disclosure-requests",
        "disclosure",
        Text(zh="政府信息公开申请：收到、办结与结转", en="Disclosure requests: received, closed, carried out"),
        (
            ("disclosure.carried_in", "disclosure.new"),
            ("disclosure.handled",),
            ("disclosure.closed", "disclosure.open"),
            (
                "disclosure.granted",
                "disclosure.partial",
                "disclosure.denied",
                "disclosure.unable",
                "disclosure.not_processed",
                "disclosure.other",
            ),
        ),
        (None, "disclosure.handled", "disclosure.closed"),
    ),
    FlowPlan(
        "disclosure-form",
        "disclosure",
        Text(
            zh="年度报告表格所列申请：收到、办结与结转",
            en="Requests in the report's form: received, closed, carried out",
        ),
        (("form.carried_in", "form.new_received"), (TOTAL,), ("form.outcome_total", "form.carried_out")),
        (None, TOTAL),
    ),
    FlowPlan(
        "litigation-cases",
        "litigation",
        Text(zh="行政诉讼案件：新收、审结与结转", en="Litigation: new, concluded, carried out"),
        (
            ("litigation.carried_in", "litigation.new"),
            (TOTAL,),
            ("litigation.concluded", "litigation.carried_out"),
        ),
        (None, TOTAL),
    ),
)

CASES = (
    CasePlan(
        "reconsideration-months",
        "reconsideration",
        Text(zh="行政复议案件按月受理、审结与未结", en="Reconsideration cases by month: admitted, concluded, open"),
        "reconsideration_cases",
        "admitted_date",
        "closed_date",
    ),
    CasePlan(
        "disclosure-months",
        "disclosure",
        Text(zh="政府信息公开申请按月收到、办结与未结", en="Disclosure requests by month: received, closed, open"),
        "disclosure_requests",
        "received_date",
        "reply_date",
    ),
    CasePlan(
        "penalty-months",
        "enforcement",
        Text(zh="行政处罚案件按月立案、决定与未结", en="Penalty cases by month: opened, decided, open"),
        "penalty_cases",
        "filed_date",
        "decided_date",
    ),
    CasePlan(
        "litigation-months",
        "litigation",
        Text(zh="行政诉讼案件按月立案、审结与未结", en="Litigation by month: docketed, closed, open"),
        "litigation_cases",
        "docketed_date",
        "closed_date",
    ),
)
