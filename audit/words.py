"""What is said of an outcome, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from audit.model import Text


def same(text: str) -> Text:
    """A name or a word that both languages share."""
    return Text(zh=text, en=text)


NO_ROWS = Text(zh="表中没有记录", en="the table has no rows")
NO_MATCH = Text(zh="没有记录符合适用条件", en="no record meets the condition under which it applies")
ALL_NULL = Text(zh="该列全部为空", en="every value of the column is missing")


def not_supplied(reason: Text) -> Text:
    """The table never came."""
    return Text(zh=f"未提供该表：{reason.zh}", en=f"the table was not supplied: {reason.en}")


def not_printed(names: Iterable[str]) -> Text:
    """The report prints no such figure."""
    listed = ", ".join(names)
    return Text(zh=f"报告未公布所需数字：{listed}", en=f"the report does not print: {listed}")


def raised(message: str) -> Text:
    """The expectation could not be evaluated."""
    return Text(zh=f"未能执行：{message}", en=f"could not be carried out: {message}")


def kept(judged: int) -> Text:
    """Every record judged satisfies it."""
    return Text(zh=f"核查{judged}条记录，全部符合", en=f"{judged} records judged, all satisfy it")


def broken(title: Text, judged: int, failed: int) -> Text:
    """Some records break it."""
    return Text(
        zh=f"核查{judged}条记录，其中{failed}条不符合“{title.zh}”",
        en=f"{failed} of {judged} records judged break: {title.en}",
    )


def observed(title: Text, found: str, published: str) -> Text:
    """A total beside the figure it should meet."""
    return Text(
        zh=f"{title.zh}：按记录得{found}，应为{published}",
        en=f"{title.en}: the records give {found}, expected {published}",
    )


FEW = 30  # below so many, counts are said and not percentages


def share(part: int, whole: int) -> Text:
    """So many of so many."""
    return Text(zh=f"{whole}中的{part}", en=f"{part} of {whole}")


def share_of(rate: str, base: str) -> Text:
    """A printed rate with its small base."""
    return Text(zh=f"{rate}（基数{base}）", en=f"{rate} (base {base})")


def joined(first: Text, second: Text | None) -> Text:
    """Two clauses in one; an empty second one leaves no trace."""
    if second is None or not second.en:
        return first
    return Text(zh=f"{first.zh}；{second.zh}", en=f"{first.en}; {second.en}")


def first_keys(count: int) -> Text:
    """Of very many failing records only the first are named."""
    return Text(zh=f"记录过多，只列出编号最靠前的{count}条", en=f"so many that only the first {count} keys are listed")
