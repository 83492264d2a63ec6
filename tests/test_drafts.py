"""Every figure of a draft, in sentences of our own: what is one, what is none, and how each is read."""

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.drafts import Quantity, read_figures
from audit.numbers import Qualifier
from audit.numbers.han import read_han, write_han

# Sentence -> what is found in it: text, value (or low-high of a range), unit, qualifier.
FOUND: dict[str, list[tuple[str, str, str, str]]] = {
    "全年办理案件35件，办结率98.25%。": [("35件", "35", "件", "exact"), ("98.25%", "98.25", "%", "exact")],
    "发放资料１２００余份，满意率９８．５％。": [
        ("１２００余份", "1200", "份", "over"),
        ("９８．５％", "98.5", "%", "exact"),
    ],
    "备案115,226件，检查1，234次，登记12 345户。": [
        ("115,226件", "115226", "件", "exact"),
        ("1，234次", "1234", "次", "exact"),
        ("12 345户", "12345", "户", "exact"),
    ],
    "罚款1.2万元，补助3亿元，收费0元。": [
        ("1.2万元", "12000", "元", "exact"),
        ("3亿元", "300000000", "元", "exact"),
        ("0元", "0", "元", "exact"),
    ],
    "出动2余万人次、走访20多万户。": [("2余万人次", "20000", "人次", "over"), ("20多万户", "200000", "户", "over")],
    "举办讲座二十余场，参加者一千二百多人，十几家单位协办。": [
        ("二十余场", "20", "场", "over"),
        ("一千二百多人", "1200", "人", "over"),
        ("十几家", "10", "家", "over"),
    ],
    "百余名干部到场，资料上万份，近百家企业受益，逾千人次。": [
        ("百余名", "100", "名", "over"),
        ("上万份", "10000", "份", "at_least"),
        ("近百家", "100", "家", "under"),
        ("逾千人次", "1000", "人次", "over"),
    ],
    "约20%、近40件、超过300人、突破5万条、不足8名、大约9次。": [
        ("约20%", "20", "%", "about"),
        ("近40件", "40", "件", "under"),
        ("超过300人", "300", "人", "over"),
        ("突破5万条", "50000", "条", "over"),
        ("不足8名", "8", "名", "under"),
        ("大约9次", "9", "次", "about"),
    ],
    "不低于6个学时，不少于2次，至少3场，50人以上，90%以上，5件以内，10人左右，7个工作日内。": [
        ("不低于6个学时", "6", "学时", "at_least"),
        ("不少于2次", "2", "次", "at_least"),
        ("至少3场", "3", "场", "at_least"),
        ("50人以上", "50", "人", "at_least"),
        ("90%以上", "90", "%", "at_least"),
        ("5件以内", "5", "件", "at_most"),
        ("10人左右", "10", "人", "about"),
        ("7个工作日内", "7", "工作日", "at_most"),
    ],
    "签约20家，附近3户，公约8条，反超2名。": [
        ("20家", "20", "家", "exact"),
        ("3户", "3", "户", "exact"),
        ("8条", "8", "条", "exact"),
        ("2名", "2", "名", "exact"),
    ],
    "百分之九十八点五，三分之二，近九成，1/4左右，千分之三。": [
        ("百分之九十八点五", "98.5", "%", "exact"),
        ("三分之二", "2/3", "", "exact"),
        ("近九成", "90", "%", "under"),
        ("1/4左右", "1/4", "", "about"),
        ("千分之三", "3", "千分之一", "exact"),
    ],
    "总量翻了一番，收案增长2倍，达到去年的3倍。": [
        ("翻了一番", "2", "倍", "exact"),
        ("2倍", "2", "倍", "exact"),
        ("3倍", "3", "倍", "exact"),
    ],
    "同比增长12.3%，较上年减少15件，败诉率下降2.3个百分点。": [
        ("12.3%", "12.3", "%", "exact"),
        ("减少15件", "-15", "件", "exact"),
        ("下降2.3个百分点", "-2.3", "百分点", "exact"),
    ],
    "减少材料15份。": [("15份", "15", "份", "exact")],
    "每季度召开一次会议，配备一名联络员，查处一起案件。": [
        ("一次", "1", "次", "exact"),
        ("一名", "1", "名", "exact"),
        ("一起", "1", "起", "exact"),
    ],
    "受理行政处罚类2100，占33.9%；申请数量分别为10、20、30件。": [
        ("2100", "2100", "", "exact"),
        ("33.9%", "33.9", "%", "exact"),
        ("10", "10", "", "exact"),
        ("20", "20", "", "exact"),
        ("30件", "30", "件", "exact"),
    ],
    "普法120场（次），惠及3.5万人（次），3个多月完成。": [
        ("120场（次）", "120", "场次", "exact"),
        ("3.5万人（次）", "35000", "人次", "exact"),
        ("3个多月", "3", "个月", "over"),
    ],
    "时限由20个工作日压缩至5个工作日，15日内答复，不超过30日。": [
        ("20个工作日", "20", "工作日", "exact"),
        ("5个工作日", "5", "工作日", "exact"),
        ("15日内", "15", "日", "at_most"),
        ("不超过30日", "30", "日", "at_most"),
    ],
    "从三个方面提出21条举措，五大方面、四张清单、两类主体。": [
        ("三个", "3", "个", "exact"),
        ("21条", "21", "条", "exact"),
        ("五大方面", "5", "方面", "exact"),
        ("四张", "4", "张", "exact"),
        ("两类", "2", "类", "exact"),
    ],
    "全市17个镇街、6部门联合检查3000余家（次）。": [
        ("17个", "17", "个", "exact"),
        ("6部门", "6", "部门", "exact"),
        ("3000余家（次）", "3000", "家次", "over"),
    ],
    "通过12345热线1200件，接听电话300次。": [("1200件", "1200", "件", "exact"), ("300次", "300", "次", "exact")],
    "1.35件已结。": [("35件", "35", "件", "exact")],
    "经济总量1.2万亿元。": [("1.2万亿元", "1200000000000", "元", "exact")],
}
RANGES: dict[str, tuple[str, int, int, str]] = {
    "每次抽查3—5件。": ("3—5件", 3, 5, "件"),
    "配备10至20名人员。": ("10至20名", 10, 20, "名"),
    "幅度为5%-10%。": ("5%-10%", 5, 10, "%"),
    "需要3件到5件样品。": ("3件到5件", 3, 5, "件"),
    "约七八次。": ("约七八次", 7, 8, "次"),
    "发出三四十份。": ("三四十份", 30, 40, "份"),
}
NOTHING = (
    "2021年3月5日，2021-03-05 16:30，二〇二一年，2020—2025年，1-6月，上半年，第一季度，前三季度。",
    "国办发〔2018〕37号，国务院令第711号，（2021）豫01行初5号。",
    "一、总体情况\n（二）主要做法\n1.加强领导\n（3）落实责任\n一是强化学习。二是完善制度。",
    "第三条第二款、第一责任人、第十四个五年规划、第三方评估、第二、三批示范点。",
    "党的十九大、二十大和十九届五中、六中全会精神，十四五规划。",
    "坚持“三项制度”，开展“万人助万企”“双创”活动，推行“一件事”和“4.15”宣传。",
    "电话：0371-63639999，邮编：450044，手机13812345678，12345热线，12348平台，拨打110报警。",
    "《法治建设规划（2021—2025年）》《关于开展第八个五年普法的通知》《办法（修订3件）》",
    "一把手负责，一票否决，统一部署，一定程度，进一步，一系列，一批，一种，一流，一起努力，一次性告知，一企一策。",
    "四个意识、两个维护、八项规定、三位一体、三大攻坚战、三级联动、五级书记。",
    "www.example.gov.cn/t2021_35.htm，a35@example.cn，大楼5号楼14层203室。",
    "数十次、几十家、多次、多种、若干件、许多人。",
    "三、收到申请情况 | 13612 | 252 | 0 | 45\n行政处罚 | 75件 | 49.66%",
    "行政许可\t2293\n行政强制\t42件\n35\n98.5%\n",
    "本报告由总体情况等六个部分组成，共七部分。",
    "位居全省前十名，位列第3名，7×24小时服务，24小时自助区，15分钟服务圈，“1+3+N”模式。",
    "近6年来、连续三年、十余年、三十年、5年规划。",
    "5.属于三类内部事务信息0000006.属于四类过程性信息",
    "每10万人配一个中心。",
    "信息内容\n12\n项目数\n345\n万元\n规章\n3\n",
    "",
)
UNIVERSAL = {
    "3件均按时答复，各单位都备案，每人每年参加。": ["均", "各", "都", "每人每年"],
    "全部整改，所有乡镇，一律公开，全员参加，全体干部，各级各部门。": [
        "全部",
        "所有",
        "一律",
        "全员",
        "全体",
        "各级各部门",
    ],
    "做到“应公开尽公开”、应收尽收。": ["应公开尽公开", "应收尽收"],
    "平均用时，均衡发展，首都，成都，都市，所有权，各类，各种，全体会议，安全员。": [],
    "办结率、备案率均达100%。": [],
    "落实《各单位均应备案办法》。": [],
}


def shown(quantity: Quantity) -> tuple[str, str, str, str]:
    figure = quantity.figure
    value = figure.value
    number = (
        ""
        if value is None
        else str(value)
        if value.denominator in (1, 3, 4) and not figure.percent
        else f"{float(value):g}"
    )
    if value is not None and value.denominator == 1:
        number = str(value)
    return quantity.text, number, quantity.unit, figure.qualifier.value


def ends(quantity: Quantity) -> tuple[int, int]:
    assert quantity.figure.low is not None
    assert quantity.figure.high is not None
    return int(quantity.figure.low), int(quantity.figure.high)


def numbers(text: str) -> list[Quantity]:
    return [q for q in read_figures(text).quantities if q.figure.qualifier is not Qualifier.UNIVERSAL]


@pytest.mark.parametrize("sentence", FOUND, ids=lambda sentence: sentence[:12])
def test_each_quantity_is_found_with_value_unit_and_hedge(sentence: str) -> None:
    assert [shown(quantity) for quantity in numbers(sentence)] == FOUND[sentence]


@pytest.mark.parametrize("sentence", RANGES, ids=RANGES)
def test_a_range_is_one_quantity_with_two_ends(sentence: str) -> None:
    text, low, high, unit = RANGES[sentence]
    (quantity,) = numbers(sentence)
    assert (quantity.text, quantity.unit) == (text, unit)
    assert ends(quantity) == (low, high)
    assert quantity.figure.value is None


def test_from_to_are_two_quantities() -> None:
    assert [q.text for q in numbers("申请从35件到46件。")] == ["35件", "46件"]


@pytest.mark.parametrize("text", NOTHING, ids=lambda text: text[:12])
def test_what_is_no_quantity_is_left_out(text: str) -> None:
    assert [quantity.text for quantity in numbers(text)] == []


@pytest.mark.parametrize("sentence", UNIVERSAL, ids=lambda sentence: sentence[:12])
def test_universal_words_are_listed_without_a_number(sentence: str) -> None:
    found = [q for q in read_figures(sentence).quantities if q.figure.qualifier is Qualifier.UNIVERSAL]
    assert [quantity.text for quantity in found] == UNIVERSAL[sentence]
    assert all(q.figure.value is None and q.figure.low is None and q.figure.high is None for q in found)


def test_a_hedged_quantity_allows_the_interval_that_a_claim_of_the_same_words_allows() -> None:
    (over,) = numbers("发放2380余份。")
    assert ends(over) == (2381, 2389)
    (fall,) = numbers("败诉率下降近12%。")
    assert fall.figure.value == -12
    assert fall.figure.low is not None
    assert fall.figure.high is not None
    assert -12 < fall.figure.low <= fall.figure.high


def test_of_two_hedges_the_one_at_the_number_counts() -> None:
    (quantity,) = numbers("走访约200余户。")
    assert quantity.text == "约200余户"
    assert ends(quantity) == (201, 219)


def test_offsets_and_sentences_are_those_of_the_text() -> None:
    text = "\n".join(FOUND) + "\n" + "\n".join(UNIVERSAL)
    found = read_figures(text)
    assert len(found.quantities) > 60
    for quantity in (*found.quantities, *found.set_aside):
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.text in quantity.sentence
        assert quantity.sentence in text
        assert "\n" not in quantity.sentence


def test_names_are_kept_aside_for_claims() -> None:
    assert {(q.text, q.aside) for q in read_figures("落实“三项制度”和三大举措。").set_aside} == {
        ("三项", "name"),
        ("三大", "heading"),
    }


@given(st.integers(0, 10**12 - 1))
def test_numbers_in_characters_are_read_back(n: int) -> None:
    assert read_han(write_han(n)) == n


@given(st.integers(11, 10**12 - 1))
def test_a_count_is_found_alike_in_digits_and_in_characters(n: int) -> None:
    for written in (str(n), f"{n:,}", write_han(n)):
        (quantity,) = numbers(f"受理案件{written}件。")
        assert shown(quantity)[1:3] == (str(n), "件")


def test_numerals_that_write_no_number_are_refused() -> None:
    for text in ("", "一一", "百十", "十十", "万万", "零零", "千百", "三x", "亿万亿"):
        assert read_han(text) is None, text
    with pytest.raises(ValueError, match="1000000000000"):
        write_han(10**12)


@given(st.text(alphabet="一二十百千万亿余多近约上下年月日第（）“”《》0123456789.,%/-—至件个次\n 均每", max_size=40))
def test_any_text_is_read_and_every_offset_is_exact(text: str) -> None:
    for quantity in read_figures(text).quantities:
        assert text[quantity.start : quantity.end] == quantity.text
        low, high = quantity.figure.low, quantity.figure.high
        assert low is None or high is None or low <= high


@pytest.mark.parametrize(
    "text",
    ["办理35件，", "1", "一", "《", "1,", " ", "a@", "、1", "第三", "“a"],
)
def test_a_huge_line_is_read_in_time(text: str) -> None:
    text *= 60_000 // len(text)
    begun = time.perf_counter()
    found = read_figures(text)
    assert time.perf_counter() - begun < 20
    assert all(len(quantity.sentence) < 1000 for quantity in found.quantities)


def test_values_are_exact() -> None:
    (quantity,) = numbers("参赛率98.25%。")
    assert quantity.figure.value == Fraction(393, 4)
