"""The words of charts and marks and what the appendix cannot say, in Chinese and in English."""

from __future__ import annotations

LEGENDS: dict[str, tuple[str, str]] = {
    "family.rules": ("规则", "Rules"),
    "family.expectations": ("检查项", "Expectations"),
    "family.claims": ("公布数字", "Published figures"),
    "family.identities": ("勾稽关系", "Identities"),
    "status.pass": ("通过", "Pass"),
    "status.fail": ("未通过", "Fail"),
    "status.not_tested": ("未测试", "Not tested"),
    "status.error": ("未能执行", "Not carried out"),
    "verdict.agrees": ("相符", "Agrees"),
    "verdict.differs": ("不符", "Differs"),
    "verdict.identity_broken": ("勾稽不平", "Identity broken"),
    "verdict.impossible": ("不可能成立", "Impossible"),
    "verdict.only_by_truncation": ("仅截尾可得", "Only by truncation"),
    "verdict.base_not_stated": ("基数未载明", "Base not stated"),
    "verdict.not_tested": ("未测试", "Not tested"),
    "severity.critical": ("严重", "Critical"),
    "severity.warning": ("警示", "Warning"),
    "severity.info": ("提示", "Info"),
    "domain.normative": ("行政规范性文件", "Normative documents"),
    "domain.reconsideration": ("行政复议", "Administrative reconsideration"),
    "domain.disclosure": ("政府信息公开", "Information disclosure"),
    "domain.enforcement": ("行政执法", "Administrative enforcement"),
    "domain.litigation": ("行政诉讼与调解", "Litigation and mediation"),
    "domain.governance": ("综合", "Governance"),
    "lights_title": ("公布数字核对结果", "How the published figures came out"),
    "no_records": ("无记录", "no records"),
    "this_year": ("本年", "this year"),
    "last_year": ("上年", "year before"),
    "margin_kind.working": ("以工作日计", "in working days"),
    "margin_kind.calendar": ("以日历日计", "in calendar days"),
    "margin_axis": (
        "横轴：距期限最后一日的日数；虚线左侧按期，右侧（斜纹）超期",
        "Days from the last day of the limit: left of the line in time, right of it (hatched) late",
    ),
    "margin_title": ("办结时距期限最后一日的日数", "Days from the last day of the limit when cases ended"),
    "carried_in": ("上年结转", "Carried in"),
    "came": ("新收", "Came in"),
    "went": ("办结", "Closed"),
    "open_at_end": ("月末未结", "Open at month end"),
    "other_units": ("其余{n}个单位合计", "the other {n} units together"),
    "units_all": ("全部 {hits} / {base}", "all: {hits} of {base}"),
    "units_axis": ("单位的基数", "base of the unit"),
    "limit.true": (
        "“相符”只说明公布数字等于由所提供记录重算的结果，不说明数字真实，也不说明记录完整、真实。",
        "“Agrees” says that the published figure equals what was recalculated from the records "
        "delivered. It does not show that the figure is true, nor that the records are complete or "
        "true.",
    ),
    "limit.advice": (
        "未经查证的规则仅供参考；问题与疑问不是对责任的认定。",
        "Rules that are not verified only advise; a finding settles nobody's responsibility.",
    ),
    "limit.sampling": (
        "未作抽样：所提供的记录全部判定；未提供的记录未作判定。",
        "No sampling: every record delivered was judged; records not delivered were not.",
    ),
    "limit.sampled": (
        "抽样核查的记录只说明抽取它的登记簿；没有登记的事项，样本查不出来。所提供的表仍全部判定。",
        "Records drawn for a file review speak for the register they were drawn from, and never "
        "for what was not entered in it; the tables delivered were judged in full.",
    ),
    "limit.untested": (
        "未测试不是通过；凡未测试的，均列于第八部分并说明原因。",
        "Not tested is not passed; all that was not tested is listed in section 8 with its reason.",
    ),
    "limit.seal": (
        "封存之后，改动可以被察觉；本页在封存之前不能证明其未被改动，封存也不能证明其内容真实。",
        "Sealing makes later changes evident. Before it is sealed this page cannot show that it is "
        "unchanged, and no seal shows that what it says is true.",
    ),
    "limit.keys": (
        "本附录只列记录的表名与键值，不列姓名与内容。",
        "Records are named here by table and key only, never by name or content.",
    ),
    "limit.language": (
        "位置、范围、备注和法规引文照原文。",
        "Places, scopes, notes and citations are quoted in Chinese, as they stand in the report and the statutes.",
    ),
}
