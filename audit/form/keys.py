"""The names of the form's rows and columns, in the order of the form, with the words printed beside them."""

from __future__ import annotations

COLUMNS = {
    "natural_person": "自然人",
    "business": "商业企业",
    "research": "科研机构",
    "public_interest": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_org": "其他",
    "total": "总计",
}
ROWS = {
    "new_received": "一、本年新收",
    "carried_in": "二、上年结转",
    "granted": "（一）予以公开",
    "partial": "（二）部分公开",
    "denied.state_secret": "（三）1.国家秘密",
    "denied.law_forbids": "（三）2.其他法律行政法规禁止",
    "denied.security_stability": "（三）3.三安全一稳定",
    "denied.third_party": "（三）4.第三方合法权益",
    "denied.internal": "（三）5.内部事务信息",
    "denied.process": "（三）6.过程性信息",
    "denied.case_file": "（三）7.行政执法案卷",
    "denied.query": "（三）8.行政查询事项",
    "unable.not_held": "（四）1.本机关不掌握",
    "unable.must_create": "（四）2.需要另行制作",
    "unable.unclear": "（四）3.补正后仍不明确",
    "not_processed.petition": "（五）1.信访举报投诉",
    "not_processed.repeat": "（五）2.重复申请",
    "not_processed.publication": "（五）3.公开出版物",
    "not_processed.excessive": "（五）4.大量反复申请",
    "not_processed.confirm": "（五）5.确认或重新出具",
    "other.no_correction": "（六）1.逾期不补正",
    "other.no_fee": "（六）2.逾期不缴费",
    "other.other": "（六）其他",
    "outcome_total": "（七）总计",
    "carried_out": "四、结转下年度",
}
BLOCKS = {
    "reconsideration": "行政复议",
    "litigation_direct": "未经复议直接起诉",
    "litigation_after_reconsideration": "复议后起诉",
}
RESULTS = {
    "maintained": "结果维持",
    "corrected": "结果纠正",
    "other_result": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}
DOCUMENTS = {"rules": "规章", "normative_documents": "行政规范性文件"}
STOCKS = {"issued": "本年制发", "repealed": "本年废止", "in_force": "现行有效"}

ONLY_2021 = ("other.no_correction", "other.no_fee")
PARTS = tuple(ROWS)[2:-2]
GROUPS = {"不予公开": "denied", "无法提供": "unable", "不予处理": "not_processed", "其他处理": "other"}
LEAVES = {
    group: tuple(row for row in ROWS if row.startswith(f"{group}."))
    for group in ("denied", "unable", "not_processed", "other")
}


def rows_of(form: str) -> tuple[str, ...]:
    """The rows of table 3 in the form of "2019" or "2021"."""
    return tuple(row for row in ROWS if form == "2021" or row not in ONLY_2021)
