"""What is said of a fault, in English for the terminal and in Chinese for the departments."""

from __future__ import annotations

_AGAIN = ("ask the department for the file again", "请部门重新提供")
_RESAVE = ("open it in Excel or WPS and save it again as .xlsx", "用Excel或WPS打开，另存为.xlsx")
_TRIM = ("take out what is no record and save it again as .xlsx or CSV", "删去不是记录的内容，另存为.xlsx或CSV")
_ISO = ("write it as 2021-03-05", "写成2021-03-05")
_WHOLE = ("write a whole number in digits", "写成阿拉伯数字的整数")
_DIGITS = ("write a number in digits", "写成阿拉伯数字")
_QUOTE = ("put text that holds a comma in quotation marks, or head the column", "含逗号的文字加引号，或给该列加表头")
_LONG_TEXT = ("format the column as text and write it again", "把该列设为文本后重新填写")
_EXACT = ("write the exact number", "写准确数")
FAULTS: dict[str, tuple[str, str, str, str]] = {
    name: (en, remedy[0], zh, remedy[1])
    for name, (en, zh, remedy) in {
        "missing": (
            "the file is missing ({title})",
            "缺少该文件（{title}）",
            (
                "ask the department for it, or name the table under not_supplied in engagement.toml",
                "请部门提供；确实没有的，写入engagement.toml的not_supplied",
            ),
        ),
        "other_kind": (
            "the file is missing ({title}); {name} is here, which is no table",
            "缺少该文件（{title}）；{name}不是数据表",
            ("save its table as .xlsx or CSV", "把其中的表另存为.xlsx或CSV"),
        ),
        "not_clean": (
            "this needs a repair that is not made in so large a file: {what}",
            "文件过大，不作修正：{what}",
            ("correct it in the file", "请在文件中改正"),
        ),
        "not_typed": (
            "the column is of the type {found}, and is declared as {type}",
            "该列在文件中的类型是{found}，应为{type}",
            ("write the file with the declared type, or as text", "按应有的类型或文本重新写出"),
        ),
        "more_like_it": (
            "{count} more cells of this column are like these",
            "该列还有{count}处同样的问题",
            ("correct them too", "一并改正"),
        ),
        "two_files": ("there is also {name}", "另有{name}", ("keep one of the two", "只留一个")),
        "declared_absent": (
            "the table is declared as not supplied, but it is here",
            "已写明未提供该表，但文件在",
            (
                "remove the table from not_supplied in engagement.toml, or take the file away",
                "从engagement.toml的not_supplied中删去该表，或移走文件",
            ),
        ),
        "unreachable": (
            "the file cannot be read: {error}",
            "文件不能读取：{error}",
            ("check that it is a file and that you may read it", "检查它是否文件、是否有权读取"),
        ),
        "empty": ("the file is empty", "文件是空的", _AGAIN),
        "too_big": (
            "the file is too large to be a departmental table ({size} MB)",
            "文件过大（{size} MB）",
            ("save it as Parquet, or split it", "另存为Parquet，或拆分"),
        ),
        "mismatch": (
            "the name says {suffix}, the content is {what}",
            "文件名是{suffix}，内容却是{what}",
            (
                "save it again as {suffix}, or give it the ending of what it is",
                "另存为{suffix}，或改用与内容相符的扩展名",
            ),
        ),
        "not_text": (
            "this is not text in UTF-8, GB18030 or UTF-16",
            "不是UTF-8、GB18030或UTF-16文本",
            ("save the file as CSV UTF-8", "另存为CSV UTF-8"),
        ),
        "not_csv": (
            "this is not CSV: {error}",
            "不是正确的CSV：{error}",
            ("close every quotation mark, or save the file as CSV UTF-8 again", "引号要成对，或重新另存为CSV UTF-8"),
        ),
        "no_workbook": ("the workbook cannot be opened", "工作簿打不开", _RESAVE),
        "password": (
            "the workbook is protected by a password",
            "工作簿有密码保护",
            ("take the password off (save as, without one) and send it again", "取消密码后重新提供"),
        ),
        "bomb": ("the workbook unpacks to more than {limit} MB", "工作簿解压后超过{limit} MB", _TRIM),
        "lying": (
            "the workbook is packed wrongly: a part is larger than it says",
            "工作簿压缩信息不实，某部分大于所标大小",
            _AGAIN,
        ),
        "too_wide": (
            "the sheet reaches to row {rows}, column {columns}: far more cells than records",
            "表页延伸到第{rows}行第{columns}列，远超记录数",
            _TRIM,
        ),
        "no_parquet": (
            "the Parquet file cannot be opened",
            "Parquet文件打不开",
            ("write the file again", "重新写出该文件"),
        ),
        "no_table": (
            "there is no table in this web page",
            "网页里没有表格",
            ("save the table as .xlsx or CSV", "把表格另存为.xlsx或CSV"),
        ),
        "no_header": ("the file has no header", "没有表头", _AGAIN),
        "no_match": (
            "no row holds the headers of this table ({title})",
            "没有一行是本表的表头（{title}）",
            ("head the columns {headers}", "表头写作：{headers}"),
        ),
        "many_sheets": (
            "more than one sheet holds this table: {names}",
            "不止一个表页是本表：{names}",
            ("keep one, or put all records on one sheet", "只留一个，或把记录合并到一个表页"),
        ),
        "hidden_only": (
            "the sheet that holds this table is hidden",
            "本表所在的表页是隐藏的",
            ("show the sheet (right click, unhide), or take it out", "取消隐藏，或删去"),
        ),
        "missing_column": (
            "the column {title} is missing",
            "缺少“{title}”列",
            ("add it, headed {headers} or {name}", "补上该列，表头写作{headers}或{name}"),
        ),
        "double_column": ("two columns are read as {title}", "有两列都是“{title}”", ("keep one", "只留一列")),
        "header_unit": (
            "the header gives the unit {unit}, this column is in {expected}",
            "表头的单位是{unit}，本列应为{expected}",
            ("convert the values and head the column {title}", "换算后表头写作{title}"),
        ),
        "overlong": ("the row has more cells than the header", "该行的单元格比表头多", _QUOTE),
        "empty_key": (
            "the key is empty",
            "编号为空",
            ("every record needs its key; fill it in or remove the row", "每条记录都要有编号：补上，或删去该行"),
        ),
        "example_changed": (
            "the row is marked as the example, but it has been changed",
            "该行标着“示例”，内容却已改动",
            ("take the mark 【示例】 off if it is a record, or remove the row", "是记录就去掉【示例】，不是就删去该行"),
        ),
        "banner": (
            "a merged cell lies across this row",
            "该行有横向合并的单元格",
            ("unmerge it, or remove the row if it is no record", "取消合并；不是记录就删去该行"),
        ),
        "merged_number": (
            "the number is merged over several rows",
            "数字跨行合并",
            ("unmerge it and write each row's own number", "取消合并，各行写各自的数"),
        ),
        "total_differs": (
            "the totals row says {said}, the records sum to {sum}",
            "合计行写{said}，各记录相加为{sum}",
            ("correct the total or the records, or say which is right", "更正合计或记录，或说明以哪个为准"),
        ),
        "formula": (
            "the formula was never calculated",
            "公式没有计算结果",
            ("open and save the file in Excel or WPS, or write the value", "用Excel或WPS打开并保存，或直接写值"),
        ),
        "cell_error": (
            "the cell holds a spreadsheet's error",
            "单元格是表格软件的错误值",
            ("correct the formula, or write the value", "改正公式，或直接写值"),
        ),
        "code": ("unknown code", "不在代码表内", ("write one of {labels}", "写作下列之一：{labels}")),
        "date": ("this is no date", "不是日期", _ISO),
        "date_order": ("this is no date that can be read in one way only", "日期的年月日次序不明", _ISO),
        "date_year": ("the date has a year of two digits", "年份只有两位", _ISO),
        "date_time": ("this is no date alone: it has a time of day", "日期后带有时刻", _ISO),
        "date_range": ("this is no date of our time (1900 to 2100)", "日期不在1900年至2100年之间", _ISO),
        "integer": ("this is no integer", "不是整数", _WHOLE),
        "decimal": ("this is no decimal", "不是数", _DIGITS),
        "integer_hedged": ("this is no integer: the number is hedged", "是约数，不是准确的整数", _EXACT),
        "decimal_hedged": ("this is no decimal: the number is hedged", "是约数，不是准确数", _EXACT),
        "integer_unit": (
            "this is no integer in the column's unit ({expected})",
            "单位与本列（{expected}）不符",
            _WHOLE,
        ),
        "decimal_unit": (
            "this is no decimal in the column's unit ({expected})",
            "单位与本列（{expected}）不符",
            _DIGITS,
        ),
        "long_number": (
            "a number of more than 15 digits, which spreadsheets round",
            "超过15位的数，表格软件会四舍五入",
            _LONG_TEXT,
        ),
        "date_for_text": ("a date where a number or name was meant", "应为编号或名称，却成了日期", _LONG_TEXT),
    }.items()
}
