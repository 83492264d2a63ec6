"""Sums, shares, growth and repeats inside one text, in sentences of our own."""

import json
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import audit

from audit.drafts import find_relations, read_figures

HOLDS = {
    "开展文件清理3次，其中专项清理2次，全面清理1次。": "sum",
    "收到复议申请60件，分为行政处罚类40件、信息公开类20件。": "sum",
    "共有执法人员120人：区级80人；镇级40人。": "sum",
    "专班20人，由公安12人、司法8人组成。": "sum",
    "审核合同30件、协议12件，合计42件。": "sum",
    "办理案件100件，其中新收80件，上年结转20件，办结95件。": "sum",
    "行政复议、行政应诉案件共60件，分别为35件和25件。": "sum",
    "发放资料1000余份，即手册600余份、折页400余份。": "sum",
    "收到申请12件，上年结转3件，答复13件，结转下年2件。": "sum",
    "处理公开申请46件，办结40件，占86.96%。": "share",
    "收到复议申请39件，受理35件，受理率89.74%。": "share",
    "全区受理案件745件，办结732件，办结率98.25%。": "share",
    "收到案件46件。办结40件，占总数的86.96%。": "share",
    "收到案件40件，办结36件，办结率达到90%以上。": "share",
    "办理应诉案件69件，同比增长76.9%（上年39件）。": "growth",
    "去年受理案件50件，今年受理40件，同比下降20%。": "growth",
    "接收申请286件，比上年减少14件，下降4.67%。": "growth",
    "结案320件，移送12件，案件数同比增长15.9%（上年276件）。": "growth",
    "2022年审核行政合同142件。总的来看，2022年审核行政合同142件。": "repeat",
    "受理复议案件35件。全年受理复议案件30余件。": "repeat",
}
BROKEN = {
    "开展文件清理3次，其中专项清理2次，全面清理2次。": "sum",
    "收到复议申请60件，分为行政处罚类40件、信息公开类15件。": "sum",
    "共有执法人员120人：区级80人；镇级30人。": "sum",
    "专班20人，由公安12人、司法9人组成。": "sum",
    "审核合同30件、协议12件，合计43件。": "sum",
    "发放资料200余份，其中手册180份，折页90份。": "sum",
    "处理公开申请46件，办结40件，占88.96%。": "share",
    "收到复议申请39件，受理35件，受理率98.74%。": "share",
    "收到案件40件，办结30件，办结率达到90%以上。": "share",
    "办理应诉案件69件，同比增长67.9%（上年39件）。": "growth",
    "去年受理案件50件，今年受理40件，同比下降25%。": "growth",
    "接收申请286件，比上年减少14件，下降5.67%。": "growth",
    "2022年，审核各类行政合同142件。总的来看，2022年，审核各类行政合同145件。": "repeat",
}
UNDECIDED = {
    "集中学习17次，其中法治专题4次。": "sum",
    "受理案件60件，其中涉企40件，网上办理50件。": "sum",
    "发放资料1000余份，其中手册600份，折页450份。": "sum",
    "全区参赛率98.25%。": "share",
    "有执法证745个，参赛732人，参赛率98.25%。": "share",
    "受理复议39件，办结35件，按期办结率100%。": "share",
    "受理复议39件，调解20件，占同类纠纷的13.5%。": "share",
    "上年结转10件，受理39件，办结45件，办结率91.84%。": "share",
    "办理应诉案件69件，同比增长76.9%。": "growth",
    "办理应诉案件69件，同比增长76.8%。": "growth",
    "接待群众约300人次，同比增长20%。": "growth",
    "审核行政合同142件。总的来看，审核行政合同145件。": "repeat",
}
NOTHING = (
    "全区17个镇街均已建站，立即整改30个问题，包括企业和个人。",
    "去年受理20件，2021、2022年分别为50件、60件。",
    "开展培训3次。各镇开展培训5次。",
    "通过平台发布信息，其中，网站359条，公众号1088条。",
    "废止文件1份，停止执行3份文件中的部分内容。",
    "区委学习习近平法治思想14次，区政府学习10次，共开展中心组学习80余场。",
    "挂钩14家重点企业和26个重点项目。",
    "力争办结率达到98%以上，确保满意率90%。",
    "时限由20个工作日压缩至5个工作日，其中受理2个工作日。",
    "办结时间较上年缩短5天，费用为3.5万元。",
    "办理案件35件，即时办结30件。",
    "第一季度受理案件30件。第二季度受理案件40件。第一季度占全年工作重点。",
    "企业贷款利率4.35%，税率13%。",
    "受理率同比提高2.3个百分点。",
    "从七个方面提出28条措施，分为若干类。",
    "自然人 | 12 | 3\n总计 | 16 | 4",
    "其中专项清理2次，全面清理1次。",
    "配备一名分管领导和一名经办人员，每人不低于6个学时，其中线上4个学时。",
)
# False alarms that a naive reading gives: found, and not called broken.
NO_ALARM = (
    "全区17个镇街，其中3个镇街建成30个调解室。",
    "全区17个镇街，其中建成调解室30个。",
    "全区17个镇街，其中调解室30个、警务室5个。",
    "区司法局审核行政合同142件。区教育局审核行政合同15件。",
    "受理复议39件，其中决定维持20件，同时办理信访50件。",
    "处理公开案件46件，办结40件，其中涉企45件。",
    "案件100件，其中行政60件（其中处罚20件），民事40件。",
    "检查企业20家，其中发现并整改问题30家。",
    "收到复议39件。涉及处罚20件，受理10件，占案件总数的25.6%。",
    "经费1.2万元，即宣传0.7万元、培训0.6万元。",
    "审结行政诉讼20件，胜诉18件，败诉2件，胜诉率90%。",
    "受理69件，同比增长76.9%，审结45件，上年39件。",
    "一是2021年审核行政合同142件。二是2022年审核行政合同145件。",
    "区教育局2022年审核各类行政合同14件。区卫健委2022年审核各类行政合同25件。",
)


def relations(text: str) -> list[tuple[str, str]]:
    return [(found.kind, found.status.value) for found in find_relations(read_figures(text))]


@pytest.mark.parametrize(
    ("sentence", "kind", "status"),
    [
        (sentence, kind, status)
        for status, cases in (("holds", HOLDS), ("broken", BROKEN), ("undecided", UNDECIDED))
        for sentence, kind in cases.items()
    ],
)
def test_each_kind_of_relation_is_found_and_tested(sentence: str, kind: str, status: str) -> None:
    found = relations(sentence)
    assert (kind, status) in found
    assert status == "broken" or not [one for one in found if one[1] == "broken"]


@pytest.mark.parametrize("sentence", NOTHING)
def test_no_relation_is_made_up(sentence: str) -> None:
    assert relations(sentence) == []


@pytest.mark.parametrize("sentence", NO_ALARM)
def test_what_may_have_a_reason_is_not_called_broken(sentence: str) -> None:
    assert "broken" not in [status for _, status in relations(sentence)]


def test_a_rate_that_only_truncation_gives_says_so() -> None:
    (found,) = find_relations(read_figures("全区受理案件745件，办结732件，办结率98.25%。"))
    assert "仅截尾可得" in found.words


def test_growth_without_last_year_lists_the_whole_numbers_that_fit() -> None:
    one, other = (
        find_relations(read_figures(f"办理应诉案件69件，同比增长{rate}%。"))[0].words for rate in ("76.9", "76.8")
    )
    assert "39可得" in one
    assert "任何整数都得不出" in other


def test_a_broken_share_says_what_it_should_be() -> None:
    (found,) = find_relations(read_figures("收到复议申请39件，受理35件，受理率98.74%。"))
    assert "应为89.74%" in found.words
    assert [read_figures("收到复议申请39件，受理35件，受理率98.74%。").quantities[n].text for n in found.items] == [
        "35件",
        "39件",
        "98.74%",
    ]


@given(st.text(alphabet="其中分为共占率同比增长上年结转，。、：（）0123456789件%万余即由组成", max_size=60))
def test_any_text_is_searched(text: str) -> None:
    reading = read_figures(text)
    for found in find_relations(reading):
        assert all(0 <= item < len(reading.quantities) for item in found.items)


@pytest.mark.parametrize(
    "text", ["受理3件，其中" * 3000, "办结4件、" * 5000, "占5%，同比增长3%，" * 3000, "3件。" * 9000]
)
def test_long_texts_are_searched_in_time(text: str) -> None:
    reading = read_figures(text)
    begin = time.perf_counter()
    find_relations(reading)
    assert time.perf_counter() - begin < 20


def run(folder: Path, text: str, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "d.txt").write_text(text, encoding="utf-8")
    return audit("figures", folder / "d.txt", *more)


def test_the_command_shows_relations_and_a_broken_one_gives_status_1(tmp_path: Path) -> None:
    sound = run(tmp_path, "开展清理3次，其中专项2次，全面1次。")
    assert sound.returncode == 0
    assert "成立" in sound.stdout
    page = tmp_path / "d.html"
    broken = run(tmp_path, "开展清理3次，其中专项2次，全面2次。", "--html", str(page))
    assert broken.returncode == 1
    assert "不成立" in broken.stdout
    assert "文中数字之间的关系" in page.read_text(encoding="utf-8")
    listed = run(tmp_path, "开展清理3次，其中专项2次，全面2次。", "--json")
    assert listed.returncode == 1
    assert [record["text"] for record in json.loads(listed.stdout)] == ["3次", "2次", "2次"]
