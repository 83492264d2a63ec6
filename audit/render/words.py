"""Every word that the appendix and the charts print of themselves, in Chinese and in English."""

from __future__ import annotations

from audit.model import Text

_DIGITS = "零一二三四五六七八九"

_WORDS: dict[str, tuple[str, str]] = {
    # Frame
    "skip": ("跳到正文", "Skip to the content"),
    "kind": ("统计数字审计附录", "Audit appendix on published figures"),
    "year": ("年度", "Year"),
    "year_value": ("{year} 年", "{year}"),
    "as_of": ("截止日", "Cut-off date"),
    "publication": ("受审公布物", "Publication"),
    "publisher": ("公布机关", "Published by"),
    "published_on": ("公布日期", "Published on"),
    "no_publication": ("未载明", "not stated"),
    "contents": ("目录", "Contents"),
    "none": ("无。", "None."),
    "dash": ("—", "—"),
    "and": ("、", ", "),
    "colon": ("：", ": "),
    "open": ("（", " ("),
    "close": ("）", ")"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "top": ("回到开头", "Back to the top"),
    # Banners
    "illustrative_head": ("示例记录，不得据以判断该地区", "Illustrative records: nothing follows about the district"),
    "illustrative_body": (
        "本附录所用部门记录均为示例，并非真实记录。“相符”只说明示例记录是按公布数字编制的，"
        "“不符”等结论亦同；由此不能对该地区得出任何结论。",
        "The departmental records used here are illustrative; they are not real records. “Agrees” only says that "
        "illustrative records were made to agree, and the other verdicts say no more than that; nothing follows "
        "from them about the district.",
    ),
    "fictional_head": ("虚构地区", "Fictional district"),
    "fictional_body": (
        "本附录所称地区为虚构，并不存在。",
        "The district named in this appendix is fictional; it does not exist.",
    ),
    # Verdict
    "verdict": ("审计结果", "Result"),
    "sentence_figures": (
        "公布数字共 {figures} 项，其中 {held} 项已与部门记录核对，{agree} 项相符。",
        "Of {figures} published figures, {held} were held against departmental records and {agree} agree.",
    ),
    "sentence_figures_illustrative": (
        "公布数字共 {figures} 项，其中 {held} 项已与示例记录核对，{agree} 项与示例记录相符。",
        "Of {figures} published figures, {held} were held against illustrative records and {agree} agree with those.",
    ),
    "sentence_findings": (
        "审计发现共 {total} 项：严重 {critical} 项，警示 {warning} 项，提示 {info} 项。",
        "There are {total} findings: {critical} critical, {warning} warning, {info} info.",
    ),
    "sentence_untested": (
        "未测试 {total} 项（规则 {rules} 项，数据期望 {expectations} 项，公布数字 {claims} 项，"
        "勾稽关系 {identities} 项），未能执行 {errors} 项，原因见第三部分。",
        "Not tested: {total} (rules {rules}, expectations {expectations}, figures {claims}, identities "
        "{identities}); {errors} could not be carried out. Section 3 says why.",
    ),
    "reconciliation": (
        "应核 = 通过 + 未通过 + 未测试 + 未能执行",
        "Declared = passed + failed + not tested + errors",
    ),
    "balance": ("平衡", "Balances"),
    "unbalanced": ("不平衡", "does not balance"),
    "family": ("类别", "Family"),
    "family.rules": ("规则", "Rules"),
    "family.expectations": ("数据期望", "Expectations"),
    "family.claims": ("公布数字", "Published figures"),
    "family.identities": ("勾稽关系", "Identities"),
    "declared": ("应核", "Declared"),
    "passed": ("通过", "Passed"),
    "failed": ("未通过", "Failed"),
    "not_tested": ("未测试", "Not tested"),
    "errors": ("未能执行", "Errors"),
    # Status, verdict, severity, disposition
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
    "disposition.open": ("待答复", "Open"),
    "disposition.explained": ("已说明", "Explained"),
    "disposition.accepted": ("已认可", "Accepted"),
    "disposition.corrected": ("已更正", "Corrected"),
    # Sections
    "section.figures": ("公布数字", "Published figures"),
    "section.findings": ("审计发现", "Findings"),
    "section.untested": ("未测试事项及原因", "What was not tested, and why"),
    "section.records": ("所审记录", "Records judged"),
    "section.rules": ("所依规则", "Rules"),
    "section.papers": ("工作底稿", "Working papers"),
    "section.limits": ("本附录未说明的事项与签署", "What this appendix does not say; signatures"),
    # 1 Published figures
    "claims_caption": ("每项公布数字及其核对结果", "Every published figure and how it came out"),
    "number": ("序号", "No."),
    "figure": ("数字事项", "Figure"),
    "printed": ("印载", "Printed"),
    "verdict_column": ("结果", "Verdict"),
    "recalculated": ("重算", "Recalculated"),
    "of": ("{numerator} / {denominator}", "{numerator} of {denominator}"),
    "base": ("基数", "Base"),
    "not_stated": ("未载明", "not stated"),
    "rounding": ("适用修约", "Rounding that fits"),
    "exceptions": ("例外 {n}", "{n} exceptions"),
    "rounding.exact": ("整除，无需修约", "exact"),
    "rounding.half_up": ("四舍五入", "half up"),
    "rounding.half_even": ("四舍六入五成双", "half to even"),
    "rounding.truncation": ("截尾", "truncation"),
    "difference": ("差额", "Difference"),
    "place": ("位置", "Place"),
    "scope": ("范围", "Scope"),
    "note": ("备注", "Note"),
    "definition_unverified": ("口径未经查证", "definition not verified"),
    "see_finding": ("见发现", "See finding"),
    "see_untested": ("见未测试事项", "See what was not tested"),
    "figures_table": ("核对结果", "How each figure came out"),
    "identities_table": ("勾稽关系", "Identities"),
    "identities_caption": ("数字之间的勾稽关系", "Equations that the figures must satisfy"),
    "identity": ("关系", "Identity"),
    "judged": ("判定数", "Judged"),
    # 2 Findings
    "criteria": ("标准", "Criteria"),
    "citation": ("依据", "Citation"),
    "certainty": ("依据确度", "Certainty"),
    "condition": ("事实", "Condition"),
    "effect": ("影响", "Effect"),
    "recommendation": ("建议", "Recommendation"),
    "amounts": ("数额", "Amounts"),
    "amount": (
        "公布 {published}　重算 {recalculated}　差额 {difference}",
        "published {published}; recalculated {recalculated}; difference {difference}",
    ),
    "figures_concerned": ("所涉数字", "Figures concerned"),
    "extent": ("判定", "Judged"),
    "extent_value": ("{judged} 条，其中未通过 {failed} 条", "{judged}, of which {failed} failed"),
    "extent_judged": ("{judged} 条", "{judged}"),
    "records_concerned": ("所涉记录", "Records"),
    "more": ("及另外 {n} 条，见 findings.json", "and {n} more, see findings.json"),
    "disposition": ("处理", "Disposition"),
    "identifier": ("编号", "Identifier"),
    "unverified": (
        "该规则未经查证，仅供参考，不构成指责。",
        "This rule is not verified: it only advises and accuses nobody.",
    ),
    "verified": ("已查证", "Verified"),
    "not_verified": ("未查证", "Not verified"),
    "certainty.A": ("A 法规全文核读", "A statute read in full"),
    "certainty.B": ("B 存档网页", "B stored page"),
    "certainty.C": ("C 表式转录", "C form as reproduced"),
    "certainty.D": ("D 推导", "D derived"),
    "certainty.K+": ("K+ 已知，较确定", "K+ own knowledge, firm"),
    "certainty.K": ("K 已知，未见原文", "K own knowledge"),
    "certainty.K-": ("K- 已知，存疑", "K- own knowledge, doubtful"),
    # 3 Not tested
    "count_items": ("{n} 项", "{n}"),
    "no_reason": ("未载明原因", "No reason given"),
    "not_carried_out": ("未能执行", "Not carried out"),
    # 4 Records
    "by_table": ("各表判定情况", "By table"),
    "tables_caption": ("各表数据期望的判定情况", "Expectations by table"),
    "table": ("数据表", "Table"),
    "records_judged": ("判定记录数（各期望合计）", "Records judged (all expectations)"),
    "controls": ("控制总数", "Control totals"),
    "controls_caption": ("读入前所取控制总数", "Control totals, taken before anything else"),
    "file": ("文件", "File"),
    "rows": ("行数", "Rows"),
    "sums": ("列合计", "Column sums"),
    "size": ("字节", "Bytes"),
    "ignored": ("未读列", "Columns left unread"),
    "digest": ("摘要值（前 12 位）", "Digest (first 12 digits)"),
    "not_supplied": ("未提供的数据表", "Tables not supplied"),
    "charts": ("图示", "Charts"),
    # 5 Rules
    "rules_caption": ("规则、依据、施行期间与结果", "Rules with citation, effective dates and outcome"),
    "rule": ("规则", "Rule"),
    "effective": ("施行期间", "In force"),
    "from_on": ("{start} 起", "from {start}"),
    "from_to": ("{start} 至 {end}", "{start} to {end}"),
    "status": ("结果", "Outcome"),
    "domain.normative": ("行政规范性文件", "Normative documents"),
    "domain.reconsideration": ("行政复议", "Administrative reconsideration"),
    "domain.disclosure": ("政府信息公开", "Information disclosure"),
    "domain.enforcement": ("行政执法", "Administrative enforcement"),
    "domain.litigation": ("行政诉讼与调解", "Litigation and mediation"),
    "domain.governance": ("综合", "Governance"),
    "selftest": ("自检", "Self-test"),
    "selftest_score": (
        "在数据的副本里为检查、公布数字、勾稽关系和报告规则植入错误{planted}处，按名查出{caught}处，漏过{missed}处；"
        "{exempt}项没有数据可供植入，理由见自检底稿。",
        "{planted} errors were planted in a copy of the data, for expectations, figures, identities and report rules: "
        "{caught} were caught by name, {missed} missed; {exempt} could not be planted (reasons: self-test paper).",
    ),
    # 7 Limits
    "limits_head": ("本附录未说明的事项", "What this appendix does not say"),
    "limit.true": (
        "“相符”只说明公布数字等于由所提供记录重算的结果，不说明数字真实，也不说明记录完整、真实。",
        "“Agrees” says that the published figure equals what was recalculated from the records delivered. "
        "It does not show that the figure is true, nor that the records are complete or true.",
    ),
    "limit.advice": (
        "未经查证的规则仅供参考；审计发现不是对责任的认定。",
        "Rules that are not verified only advise; a finding settles nobody's responsibility.",
    ),
    "limit.sampling": (
        "未作抽样：所提供的记录全部判定；未提供的记录未作判定。",
        "No sampling: every record delivered was judged; records not delivered were not.",
    ),
    "limit.sampled": (
        "抽样核查的记录只说明抽取它的登记簿；没有登记的事项，样本查不出来。所提供的表仍全部判定。",
        "Records drawn for a file review speak for the register they were drawn from, and never for what was not "
        "entered in it; the tables delivered were judged in full.",
    ),
    "limit.untested": (
        "未测试不是通过；凡未测试的，均列于第三部分并说明原因。",
        "Not tested is not passed; all that was not tested is listed in section 3 with its reason.",
    ),
    "limit.seal": (
        "封存之后，改动可以被察觉；本页在封存之前不能证明其未被改动，封存也不能证明其内容真实。",
        "Sealing makes later changes evident. Before it is sealed this page cannot show that it is unchanged, "
        "and no seal shows that what it says is true.",
    ),
    "limit.keys": (
        "本附录只列记录的表名与键值，不列姓名与内容。",
        "Records are named here by table and key only, never by name or content.",
    ),
    "signatures": ("签署", "Signatures"),
    "signatures_caption": ("由编制人、复核人手写签署", "To be signed by hand"),
    "role": ("职责", "Role"),
    "name": ("姓名", "Name"),
    "date": ("日期", "Date"),
    "preparer": ("编制人", "Preparer"),
    "reviewer": ("复核人", "Reviewer"),
    # Charts
    "lights_title": ("公布数字核对结果", "How the published figures came out"),
    "no_records": ("无记录", "no records"),
    "days": ("日", "days"),
    "limit_line": ("期限 {n} 日", "limit {n} days"),
    "in_time": ("期限内 {n}", "within the limit {n}"),
    "late": ("超期 {n}", "beyond it {n}"),
    "longest": ("最长 {n} 日", "longest {n} days"),
    "days_axis": ("用时（日）", "Days taken"),
    "month": ("{n}月", "{n}"),
    "month_axis": ("", "Month"),
    "this_year": ("本年", "this year"),
    "last_year": ("上年", "year before"),
}


def word(key: str, lang: str, **values: object) -> str:
    """The words called `key` in `lang`, with `values` filled in.  Plain text: escape it before it meets HTML."""
    zh, en = _WORDS[key]
    text = zh if lang == "zh" else en
    return text.format(**values) if values else text


def both(key: str, **values: object) -> Text:
    """The words called `key` in both languages."""
    return Text(zh=word(key, "zh", **values), en=word(key, "en", **values))


def known(key: str) -> bool:
    """Whether there are words called `key`."""
    return key in _WORDS


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals.

    >>> numeral(3), numeral(10), numeral(12), numeral(20), numeral(45)
    ('三', '十', '十二', '二十', '四十五')
    """
    tens, units = divmod(number, 10)
    if not tens:
        return _DIGITS[units]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[units] if units else "")


def heading(lang: str, *place: int) -> str:
    """The number before a heading: 一、 （一） 1. in Chinese, 1 and 1.1 and 1.1.1 in English."""
    if lang != "zh":
        return ".".join(str(part) for part in place) + " "
    last = place[-1]
    return (f"{numeral(last)}、", f"（{numeral(last)}）", f"{last}．")[min(len(place), 3) - 1]
