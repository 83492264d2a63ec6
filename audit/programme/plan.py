"""The working papers of the programme, in order, and the domains each one answers for."""

from __future__ import annotations

from dataclasses import dataclass

from audit.model import Text
from audit.rulebook.book import DOMAINS


@dataclass(frozen=True)
class Paper:
    """One working paper: the notebook's name without ending, its title, the domains whose tables it reads."""

    name: str
    title: Text
    domains: tuple[str, ...]


PROGRAMME = (
    Paper("00_sources", Text(zh="数据来源与控制总数", en="Sources and control totals"), DOMAINS),
    Paper("10_normative_documents", Text(zh="行政规范性文件", en="Normative documents"), ("normative",)),
    Paper("20_reconsideration", Text(zh="行政复议", en="Administrative reconsideration"), ("reconsideration",)),
    Paper("30_disclosure", Text(zh="政府信息公开", en="Disclosure of government information"), ("disclosure",)),
    Paper("40_enforcement", Text(zh="行政执法", en="Enforcement"), ("enforcement",)),
    Paper("50_litigation_and_mediation", Text(zh="行政应诉与化解", en="Litigation and mediation"), ("litigation",)),
    Paper("60_governance", Text(zh="决策审核、学法与宣传", en="Review, training and publicity"), ("governance",)),
    Paper("70_published_figures", Text(zh="公布数字总览", en="Published figures"), ()),
    Paper("80_year_on_year", Text(zh="年度衔接、单位比较与抽样", en="Year on year, units, samples"), DOMAINS),
    Paper("85_self_test", Text(zh="自检", en="Self-test"), DOMAINS),
    Paper("90_appendix", Text(zh="审计附录", en="Audit appendix"), ()),
)
PAPERS = {paper.name: paper for paper in PROGRAMME}
