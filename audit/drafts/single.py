"""When 一 counts: 一名分管领导 and 不少于一次 do, 一种 and 一系列 and 一起努力 do not."""

from __future__ import annotations

import re

_NOT_BEFORE = re.compile(r"[每任另同这那某统第唯其进逐多首上下新近前后不之了有是为作成]$|[一二三四五六七八九十]是$")
_COUNTED = ("名", "位", "家", "例", "宗", "件", "起")
_NOT_BEHIND = {"家": "[人之]", "件": "[事件]", "名": "[副]", "位": ""}
_CASE = re.compile(r"[^,。;]{0,8}(?:案|事件|事故|诉讼|纠纷|争议)")
_FREQUENCY = re.compile(r"(?:每[^\W\d_]{1,5}|至少|仅|只|年均|月均)[^,。;]{0,8}$")
_TIMES = ("次", "期", "场", "轮", "批次", "场次")
_DURATION = ("工作日", "小时", "个月", "学时", "百分点")


def counts_one(plain: str, start: int, end: int, unit: str, hedged: bool) -> bool:
    """Whether the 一 at `start` is a count of one; `end` is where its unit ends."""
    if not unit or unit == "大":
        return False
    if hedged or unit in ("%", "元", "万元", "倍"):
        return True
    before = plain[max(0, start - 14) : start]
    if unit in _TIMES:
        return bool(_FREQUENCY.search(before)) and not plain.startswith(("性", "办"), end)
    if unit in _DURATION:
        return bool(re.match(r"\s*(?:以?内|之内)", plain[end : end + 3])) or plain[end - 1] == "内"
    if unit not in _COUNTED or (_NOT_BEFORE.search(before) and unit not in ("名", "件", "起")):
        return False
    if before.endswith(("每", "任", "另", "同", "这", "那", "某", "第", "唯", "逐")):
        return False
    if unit == "起":
        return bool(_CASE.match(plain, end))
    behind = _NOT_BEHIND.get(unit, "")
    return not (behind and re.match(behind, plain[end : end + 1]))
