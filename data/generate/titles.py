"""Titles that nobody can take for those of real documents."""

_DIGITS = "〇一二三四五六七八九"


def illustrative(what: str, number: int) -> str:
    """Title the nth thing of its kind: 示例文件一, 示例文件十二."""
    if not 1 <= number <= 99:
        raise ValueError(f"no Chinese ordinal for {number}")
    tens, ones = divmod(number, 10)
    ordinal = (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
    return f"示例{what}{ordinal}"
