"""Which row or column a label means, however it is numbered, cut, split or worded."""

from __future__ import annotations

import re

from audit.form.cells import plain
from audit.form.keys import BLOCKS, GROUPS, LEAVES, RESULTS

# The words that no other row of the form shares, so that a shortened or reworded label is still known.
_ROWS = {
    "new_received": r"新收|本年度?收到.{0,10}申请",
    "carried_in": r"上一?年度?末?结转|结转上年",
    "granted": r"(?<!不)予以公开",
    "partial": r"部分公开",
    "denied.state_secret": r"国家秘密",
    "denied.law_forbids": r"法规禁止|法律.{0,6}禁止公?开?|禁止公开",
    "denied.security_stability": r"三安全|一稳定|危及",
    "denied.third_party": r"第三[方人]",
    "denied.internal": r"内部事务",
    "denied.process": r"过程性",
    "denied.case_file": r"执法案卷",
    "denied.query": r"行政查询|查询事项",
    "unable.not_held": r"不掌握|未掌握",
    "unable.must_create": r"另行制作|没有现成|无现成",
    "unable.unclear": r"不明确",
    "not_processed.petition": r"信访",
    "not_processed.repeat": r"(?<!反)重复申请",
    "not_processed.publication": r"出版物",
    "not_processed.excessive": r"反复申请|大量反复",
    "not_processed.confirm": r"重新出具|要求.{0,6}确认",
    "other.no_correction": r"不补正|未补正",
    "other.no_fee": r"收费通知|缴纳费用|缴费|未按.{0,4}收费",
    "carried_out": r"结转下",
}
_ANY_ROW = re.compile("|".join(f"(?P<r{n}>{words})" for n, words in enumerate(_ROWS.values())))
_NAMES = tuple(_ROWS)
_LAST_LEAF = re.compile(r"(?:^|\d|处理|六)其[他它](?:情形|情况)?$")
_ONE_ROW = re.compile(r"其[他它]处理(?:情况|情形)?$")
_TOTAL = re.compile(r"(?:总计|合计|总数)$")
_ANY_GROUP = re.compile("|".join(GROUPS))
_ORDINAL = re.compile(r"(\d)[^\d]*$")
_OTHER_TABLE = re.compile(r"结果维持|尚未审结|结果纠正")
_NOT_A_WORD = re.compile(r"[^\u3400-\u9fff\d]")
_CJK = re.compile(r"[\u3400-\u9fff]")
_COLUMNS = (
    ("natural_person", re.compile(r"自然人")),
    ("business", re.compile(r"商业企业|企业")),
    ("research", re.compile(r"科研")),
    ("public_interest", re.compile(r"公益")),
    ("legal_service", re.compile(r"法律服务")),
    ("legal_person", re.compile(r"法人")),
    ("other_org", re.compile(r"^其[他它](?:组织|机构)?$")),
    ("total", re.compile(r"^(?:总计|合计|总数)$")),
)
ONE_OTHER = "other"


def words_of(text: str) -> str:
    """The characters of a label that carry meaning: Chinese characters and digits."""
    return _NOT_A_WORD.sub("", plain(text))


def has_words(text: str) -> bool:
    """True where there is Chinese text."""
    return bool(_CJK.search(text))


def rows_named(label: str, group: str) -> list[str]:
    """Every row that a label names, in the order of the label; the last is the one its figures belong to.

    `label` is all the text before the figures, cells joined; `group` is the part of （三）to（六）that the rows
    above belong to, and helps only where the words do not.  The single row （六） of 2019 is named "other".
    """
    text = words_of(label)
    if not text or _OTHER_TABLE.search(text):
        return []
    found = [(match.end(), _NAMES[int((match.lastgroup or "r0")[1:])]) for match in _ANY_ROW.finditer(text)]
    last = max((end for end, _ in found), default=0)
    for pattern, name in ((_ONE_ROW, ONE_OTHER), (_LAST_LEAF, "other.other"), (_TOTAL, "outcome_total")):
        match = pattern.search(text)
        if match and match.end() > last:
            return [*dict.fromkeys(row for _, row in found), name]
    if not found:
        return _by_number(text, group)
    return list(dict.fromkeys(row for _, row in found))


def _by_number(text: str, group: str) -> list[str]:
    ordinal = _ORDINAL.search(text)
    leaves = LEAVES.get(group, ())
    if ordinal and has_words(text[ordinal.start() :]) and 0 < int(ordinal[1]) <= len(leaves):
        return [leaves[int(ordinal[1]) - 1]]
    return []


def group_in(label: str, group: str) -> str:
    """The part of （三）to（六）that a label opens, or `group` where it opens none."""
    found = _ANY_GROUP.findall(words_of(label).replace("其它", "其他"))
    return GROUPS[found[-1]] if found else group


def column_named(text: str) -> str:
    """The column that one header cell names, "legal_person" for the five together, "" for none."""
    label = words_of(text)
    return next((name for name, pattern in _COLUMNS if len(label) <= 12 and pattern.search(label)), "")


def block_named(text: str) -> str:
    """The block of table 4 that a header names, or ""."""
    label = words_of(text)
    if "复议后" in label:
        return "litigation_after_reconsideration"
    if "直接起诉" in label or "未经复议" in label:
        return "litigation_direct"
    return "reconsideration" if "行政复议" in label and "诉讼" not in label else ""


def result_named(text: str) -> str:
    """The result of table 4 that a header cell names, or ""."""
    label = words_of(text)
    if len(label) > 8:
        return ""
    short = {"维持": "maintained", "纠正": "corrected", "其他结果": "other_result", "其它结果": "other_result"}
    short |= {"审结": "pending", "总计": "total", "合计": "total"}
    return next((name for words, name in short.items() if words in label), "")


TABLE_4 = tuple((block, result) for block in BLOCKS for result in RESULTS)
