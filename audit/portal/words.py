"""Every word the portal prints of itself, in Chinese and in English."""

from __future__ import annotations

from audit.model import Text

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("审计运行总览", "Audit runs"),
    "skip": ("跳到正文", "Skip to the content"),
    "language": ("语言", "Language"),
    "lead": (
        "本页由每次运行结束时自动重写，只列出本文件夹里的运行，不作任何结论。",
        "This page is written anew at the end of every run. It lists the runs in this folder and concludes nothing.",
    ),
    "lead_ledger": ("台账共 {size} 行，最后一行记于 {at}。", "The ledger has {size} lines; the last is of {at}."),
    "lead_none": ("这里没有台账。", "There is no ledger here."),
    "unread": (
        "台账有 {n} 行无法读出。请运行 ./run audit verify。",
        "{n} lines of the ledger cannot be read. Run ./run audit verify.",
    ),
    "empty": (
        "这里还没有任何运行。运行 ./run audit 区县 年度，即有第一次。",
        "No run is here yet. ./run audit DISTRICT YEAR makes the first.",
    ),
    "overview": ("概况", "At a glance"),
    "engagements": ("审计项目", "engagements"),
    "runs": ("运行", "runs"),
    "standing.clear": ("已完成，未达门槛", "carried out, below the gate"),
    "standing.found": ("已完成，有达到门槛的问题", "carried out, findings at the gate"),
    "standing.broken": ("有部分未能执行", "part not carried out"),
    "standing.none": ("没有结论", "nothing concluded"),
    "by_year": ("各年度审计项目的结论", "Verdicts of the engagements, by year"),
    "by_year_note": (
        "每个审计项目只计最新完成的一次运行。",
        "Each engagement counts once, with its newest complete run.",
    ),
    "year": ("年度", "Year"),
    "years": ("区县与年度", "Districts and years"),
    "years_note": (
        "每格是该年度最新完成的一次运行：结论，以及严重／警示／提示各几项。点开即看那次的附录。",
        "Each cell is the newest complete run of that year: its verdict, and findings critical / warning / info. "
        "It opens that appendix.",
    ),
    "district": ("区县", "District"),
    "trend": ("历年问题", "Findings by year"),
    "trend_none": ("不足两年", "fewer than two years"),
    "none_year": ("无", "none"),
    "all": ("全部运行", "All runs"),
    "all_note": (
        "“门槛”是运行时选定的 --gate 等级。“封签”一栏只看文件在不在、与台账是否一致，不是验证；"
        "验证请运行 ./run audit verify。",
        "The gate is the --gate a run was made with. The column Seal only says whether the seal lies there and is the "
        "one on the ledger; that is no verification. For that, run ./run audit verify.",
    ),
    "run": ("运行", "Run"),
    "lang.zh": ("中文", "Chinese"),
    "lang.en": ("英文", "English"),
    "verdict": ("结论", "Verdict"),
    "findings": ("问题（严重／警示／提示）", "Findings (critical / warning / info)"),
    "claims": ("公布数字相符", "Figures that agree"),
    "sealing": ("封签", "Seal"),
    "open": ("打开", "Open"),
    "file.cover": ("封面", "cover"),
    "file.html": ("附录", "appendix"),
    "file.pdf": ("PDF", "PDF"),
    "file.excel": ("Excel", "Excel"),
    "folder": ("文件夹", "folder"),
    "critical": ("严重", "critical"),
    "warning": ("警示", "warning"),
    "info": ("提示", "info"),
    "exit.0": ("已完成，没有达到门槛（{gate}）的问题", "carried out; nothing at the gate ({gate})"),
    "exit.1": ("已完成，有达到门槛（{gate}）的问题", "carried out; findings at the gate ({gate})"),
    "exit.3": ("有部分审计未能执行", "part of the audit did not happen"),
    "state.failed": ("未能进行", "not carried out"),
    "state.unfinished": ("未完成：仍在进行，或中途停止", "unfinished: still running, or stopped half way"),
    "state.abandoned": ("中途停止", "stopped half way"),
    "state.unreadable": ("结果读不出，或不属于这个位置", "results unreadable, or not of this place"),
    "state.missing": ("台账有记录，文件夹不在", "on the ledger, but the folder is gone"),
    "status": ("退出码 {status}", "exit status {status}"),
    "superseded": ("已由 {run} 取代", "superseded by {run}"),
    "seal.none": ("未封存", "not sealed"),
    "seal.sealed": ("台账第 {number} 行", "ledger line {number}"),
    "seal.gone": ("台账第 {number} 行；封签文件不在", "ledger line {number}; the seal is gone"),
    "seal.other": ("封签与台账第 {number} 行不符", "the seal is not the one of ledger line {number}"),
    "code": ("代码", "code"),
    "signed": ("已签名", "signed"),
    "unsigned": ("未签名", "not signed"),
    "reviewed.accept": ("复核同意", "reviewed: accepted"),
    "reviewed.return": ("复核退回", "reviewed: returned"),
    "reviewed.other": ("已复核", "reviewed"),
    "illustrative": ("示例记录", "illustrative records"),
    "fictional": ("虚构地区", "fictional district"),
    "strange": ("未列入", "Left out"),
    "strange_note": (
        "下列 {n} 项不是运行文件夹（名称不符，或是链接），未列入。",
        "These {n} are no run folders (by their names, or because they are links) and are left out.",
    ),
    "more": ("另有 {n} 项", "and {n} more"),
    "filter": ("查找与筛选", "Search and filter"),
    "search": ("查找（区县、年度、代码、文字）", "Search (district, year, code, words)"),
    "only": ("结论", "Verdict"),
    "newest": ("只看为准的运行", "Only runs that stand"),
    "order": ("排序", "Order"),
    "order.newest": ("最近", "Newest first"),
    "order.gravest": ("最严重", "Gravest first"),
    "shown": ("列出", "Shown:"),
    "top": ("回到开头", "Back to the top"),
}


def word(key: str, **values: object) -> Text:
    """What is printed for `key`, in both languages.  Raises KeyError for a word nobody wrote down."""
    zh, en = _WORDS[key]
    return Text(zh=zh.format(**values), en=en.format(**values))
