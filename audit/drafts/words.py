"""The words that surround a quantity in official Chinese: measure words, hedges, universal words.

Patterns cross spaces and never line ends: cells of a table often stand one a line.

Each measure word may carry the characters that make it the beginning of another word: 处 counts offices in
5处, and is half of 处理 in 5处理.
"""

from __future__ import annotations

import re

# Measure word -> characters that must not follow.  Written with 万 or 亿 before them they keep their meaning.
_MEASURES = {
    "个": "",
    "件": "套",
    "起": "草来到点步源底初重伏码施算止",
    "条": "例款件约块",
    "份": "",
    "本": "市区县级报年地科质身单院局机着次省州街镇乡部法条规办通",
    "人": "民社才工口力文均物事大",
    "名": "单称录誉",
    "次": "年日月序生要级席",
    "场": "所馆景地合",
    "期": "间限末内货望刊",
    "户": "籍外口型",
    "家": "庭属园长具电乡喻",
    "项": "",
    "类": "似别型案",
    "宗": "旨教族",
    "种": "植子业地",
    "例": "如行会外规",
    "批": "评准复示发量次",
    "套": "",
    "部": "门分委队长级属曲署位落",
    "篇": "",
    "册": "",
    "张": "贴榜",
    "幅": "度",
    "块": "",
    "处": "理罚于置分级长境",
    "所": "有属在需以得谓列",
    "座": "谈位",
    "间": "接隔距",
    "台": "账湾州风阶帐",
    "辆": "",
    "艘": "",
    "架": "构设",
    "匹": "",
    "棵": "",
    "株": "",
    "亩": "",
    "支": "持付出部撑行",
    "位": "于置列居次",
    "轮": "候岗换训值流胎",
    "节": "约能假日点省庆",
    "堂": "",
    "门": "户诊票店槛类口",
    "页": "",
    "封": "闭存锁",
    "通": "过知报告道行办用讯信",
    "单": "位独一项个方元",
    "笔": "记试者录",
    "票": "",
    "盏": "",
    "枚": "",
    "箱": "",
    "瓶": "",
    "桶": "",
    "袋": "",
    "盒": "",
    "包": "括含",
    "组": "织建成长合",
    "伙": "伴",
    "案": "件例卷由",
    "首": "次批席个先创要长",
    "字": "号样",
    "题": "",
    "岁": "",
    "倍": "增受",
    "则": "",
    "栋": "",
    "幢": "",
    "档": "案次",
    "根": "据本治",
    "面": "向对积临上",
    "分": "钟之别类局析为布级管行解享期批散成工配中院会数支段发",
    "天": "然津气河府下水门台长",
    "秒": "",
    "周": "年边期岁密",
    "人次": "",
    "件次": "",
    "场次": "",
    "批次": "",
    "宗次": "",
    "户次": "",
    "家次": "",
    "台次": "",
    "车次": "",
    "辆次": "",
    "艘次": "",
    "班次": "",
    "课次": "",
    "篇次": "",
    "条次": "",
    "个次": "",
    "项次": "",
    "频次": "",
    "学时": "",
    "课时": "",
    "学分": "",
    "小时": "",
    "分钟": "",
    "工作日": "",
    "自然日": "",
    "个工作日": "",
    "个自然日": "",
    "个学时": "",
    "个课时": "",
    "个学分": "",
    "个小时": "",
    "个月": "",
    "个百分点": "",
    "百分点": "",
    "周岁": "",
    "元": "旦素化月件宵年",
    "美元": "",
    "港元": "",
    "欧元": "",
    "人民币": "",
    "平方公里": "",
    "平方千米": "",
    "平方米": "",
    "立方米": "",
    "公里": "",
    "千米": "",
    "公顷": "",
    "公斤": "",
    "千克": "",
    "千瓦时": "",
    "千瓦": "",
    "海里": "景",
    "吨": "",
    "米": "",
    "克": "服难扣",
    "方面": "",
    "案件": "",
    "人员": "",
    "立方": "",
    "平方": "",
}
# Nouns that are counted without a measure word, after digits.
_COUNTED = dict.fromkeys(
    ("部门", "单位", "乡镇", "镇街", "街道", "社区", "行政村", "事项", "学校", "企业", "村", "镇", "乡", "县"), ""
)
_CANONICAL = {
    "个工作日": "工作日",
    "个自然日": "自然日",
    "个学时": "学时",
    "个课时": "课时",
    "个学分": "学分",
    "个小时": "小时",
    "个百分点": "百分点",
    "人民币": "元",
    "案件": "件",
    "人员": "人",
    "％": "%",
}
# What Chinese numerals count without being a name for something (三道防线, 三级联动, 三面红旗 are names).
_NOT_AFTER_HAN = frozenset("面根道首单票包题字周则案间块档克米岁组伙架分通节") | {
    "案件",
    "人员",
    "海里",
    "立方",
    "平方",
}
DURATIONS = ("天", "日", "小时", "分钟", "工作日", "自然日", "个月", "周", "秒")


def _alternatives(words: dict[str, str]) -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(word + (f"(?![{words[word]}])" if words[word] else "") for word in ordered)


_WITH_TIMES = "".join(word for word in _MEASURES if f"{word}次" in _MEASURES)
_SHARED = rf"(?P<paired>[{_WITH_TIMES}]) *[(/、] *次\)?"  # 场（次）, 人/次
UNIT = re.compile(rf" *(?:{_SHARED}|(?P<unit>[%‰]|{_alternatives(_COUNTED | _MEASURES)}))")
HAN_UNIT = re.compile(
    rf"(?:{_SHARED}|(?P<unit>"
    + _alternatives({word: after for word, after in _MEASURES.items() if word not in _NOT_AFTER_HAN})
    + "))"
)


def unit_name(found: re.Match[str]) -> str:
    """The unit's one name: 个工作日 is 工作日, 场（次） is 场次."""
    if found["paired"]:
        return f"{found['paired']}次"
    return _CANONICAL.get(found["unit"], found["unit"])


# A hedge before the number, longest first; the guards keep 签约20家 and 附近20户 from being hedged.
BEFORE = re.compile(
    r"(?:不低于|不少于|不小于|不高于|不多于|不大于|不超过|不超|至少|最少|最低|至多|最多|最高|超过|突破|高于|多于"
    r"|大于|低于|少于|小于|未满|不满|不足|将近|接近|大约|(?<!逾期)逾|(?<![赶反])超"
    r"|(?<![附最接邻临相])近|(?<![签预节制公条契合缔履守违邀相集特简])约)(?P<more>了|达到?|为|占|有)? *$"
)
ROUND = re.compile(r"[上过]$")  # 上万份, 过百件: only before a bare 百, 千, 万
BROAD = re.compile(r"大(?P<unit>方面|类)")  # 五大方面 counts, 三大举措 is a name
OVER_TIME = re.compile(r" *个[多余](?P<unit>月|小时)")
NAMED = re.compile(r"大(?!量|多|部分|约|概|型|幅|会|家|力)")
AFTER = re.compile(
    r" *(?:以上(?![内问情数])|以下(?![简问几方措工事内情])|以内|之内|左右|上下(?![联功游级一贯同齐])|有余)"
)


def hedge_word(found: re.Match[str] | None) -> str:
    """The hedge as `Figure` knows it: 约为 is 约, 上 before a bare 万 is 至少."""
    if found is None:
        return ""
    word = found[0].strip().removesuffix(found.groupdict().get("more") or "").strip()
    return {"上": "至少", "过": "超过"}.get(word, word)


WITHIN = re.compile(r" *内(?![部容外设控在])")
FALL = re.compile(r"(?:下降|减少|降低|下滑|回落|下跌|递减|缩减|负增长|降幅|减幅|少)(?:了|达|为|约|近|超过|逾|超)? *$")
_RISE_OR_FALL = r"同比|环比|比上年|比去年|较上年|较去年|较上一年|较前一年|比20\d\d年|较20\d\d年|上年同期|去年同期"
COMPARED = re.compile(_RISE_OR_FALL)

UNIVERSAL = re.compile(
    r"应([^\W\d_]{1,4})尽\1"
    r"|(?<![平年月日亩])(?<!\D[人户])均(?![衡等价匀值线])"
    r"|(?<![首成花故古京武丰于旧建])都(?![市会江督匀安昌城灵])"
    r"|每(?!每)[^\W\d_](?:每)[^\W\d_]|每"
    r"|各级各[^\W\d_]{2}|各(?![种类样式自有异界族抒司])"
    r"|全部(?!门)|所有(?![权制者])|(?<![安完健保])全员|一律|全体(?!会议|大会)"
)
