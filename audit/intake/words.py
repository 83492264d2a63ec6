"""Faults and repairs: their places, and what a repair is called."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from audit.errors import DataFault
from audit.intake.catalogue import FAULTS
from audit.model import Text

REPAIRS: dict[str, Text] = {
    name: Text(zh=zh, en=en)
    for name, zh, en in (
        ("encoding", "转换编码", "encoding converted"),
        ("separator", "识别分隔符", "separator recognised"),
        ("content", "按实际内容读取", "read as what it is, not as its name says"),
        ("macros", "忽略宏", "macros left aside, never run"),
        ("hidden_sheet", "隐藏表页未读", "hidden sheet not read"),
        ("other_sheet", "其他表页未读", "other sheet not read"),
        ("title_row", "表头之上的标题行", "title row above the header"),
        ("header", "规范表头", "header recognised"),
        ("repeated_header", "重复的表头行", "header repeated"),
        ("example_row", "示例行未计入", "example row left out"),
        ("total_row", "合计行未计入", "totals row left out"),
        ("total_agrees", "合计与各记录之和相符", "total agrees with the records"),
        ("note_row", "附注行未计入", "note left out"),
        ("numbering_row", "只有序号的行未计入", "row with nothing but its number left out"),
        ("merged", "补上合并单元格", "merged cell filled in"),
        ("spaces", "去掉空格", "spaces taken off"),
        ("line_break", "去掉换行", "line break taken out"),
        ("width", "全角改半角", "full-width characters made narrow"),
        ("thousands", "去掉千分位", "thousands separators taken out"),
        ("unit", "去掉单位", "unit taken off"),
        ("scale", "换算万、亿", "万 or 亿 multiplied out"),
        ("float_noise", "去掉浮点尾差", "binary rounding taken off"),
        ("zeros", "去掉小数点后的零", "zeros after the point taken off"),
        ("code_form", "规范代码写法", "code recognised"),
        ("date_form", "规范日期写法", "date rewritten"),
        ("excel_serial", "由表格日期序号换算", "date from a spreadsheet's serial number"),
        ("midnight", "去掉零点时刻", "midnight cut off"),
        ("dash", "短横或斜线作空白", "dash or slash read as empty"),
        ("number_as_text", "数字作文本", "number kept as text"),
        ("date_as_text", "日期作文本", "date kept as text"),
    )
}
MASK = "（保密）"


_PERSON = re.compile(r"((?:填表|填报|制表|审核|负责|联系|经办|报送)人|(?:联系)?电话|手机号?)\s*[:：]\s*[^\s:：]+")


def nameless(text: str) -> str:
    """A title or note without the names and telephone numbers of those who filled the table in."""
    return _PERSON.sub(r"\1：…", text)


@dataclass(frozen=True)
class Place:
    """Where in the departmental files something lies."""

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    position: int | None = None

    def at(self, row: int | None, column: str = "", position: int | None = None) -> Place:
        """The same sheet, another cell."""
        return replace(self, row=row, column=column, position=position)


def fault(kind: str, place: Place, value: str = "", **fields: object) -> DataFault:
    """A fault of one kind at one place; a field may be Text, when it differs by language."""
    problem, remedy, problem_zh, remedy_zh = FAULTS[kind]
    en = {name: word.en if isinstance(word, Text) else word for name, word in fields.items()}
    zh = {name: word.zh if isinstance(word, Text) else word for name, word in fields.items()}
    return DataFault(
        place.file,
        problem.format(**en),
        remedy.format(**en),
        place.sheet,
        place.row,
        place.column,
        value,
        place.position,
        (problem_zh.format(**zh), remedy_zh.format(**zh)),
    )


class RefusedError(Exception):
    """A file that cannot be read at all; carries the fault."""

    def __init__(self, found: DataFault) -> None:
        """`found` names the file."""
        super().__init__(found.line())
        self.fault = found
