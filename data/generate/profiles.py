"""What is to be generated: one profile is one district in one year, with the figures to reconcile with."""

from dataclasses import dataclass
from datetime import date
from random import Random

from directory import UNITS, Unit


@dataclass(frozen=True)
class Docket:
    """A year's intake of cases; `received` leaves out the carry-in and includes the carry-out.

    The carry-in of a year is the carry-out of the year before: the same profile fields, unit directory and
    district give the same cases. `received_last_year` numbers them.
    """

    received: int
    carried_in: int
    carried_out: int
    received_last_year: int = 0


@dataclass(frozen=True)
class Normative:
    """Normative documents, clean-ups and consultations on city legislation."""

    documents: int
    special_cleanups: int
    general_cleanups: int
    consultations: int


@dataclass(frozen=True)
class Reconsideration:
    """Reconsideration cases; `extended` of the year's own concluded cases took more than 60 days."""

    docket: Docket
    refused: int
    told_elsewhere: int
    extended: int


@dataclass(frozen=True)
class Disclosure:
    """Disclosure requests and published items; the special clocks fall on the year's own closed requests."""

    docket: Docket
    extended: int
    corrected: int
    consulted: int
    items: int
    items_published: int


@dataclass(frozen=True)
class Litigation:
    """Litigation dockets of the year, first instance unless counted here, and the meetings around them."""

    docket: Docket
    second: int
    retrial: int
    settlements: int
    pretrials: int


@dataclass(frozen=True)
class Enforcement:
    """The certificate register at year end, the quiz among its enforcement officers, the acts filed."""

    certificates: int
    supervision: int
    cancelled: int
    cancelled_supervision: int
    last_issue: date
    quiz_took_part: int
    quiz_from: date
    quiz_to: date
    acts: int
    penalty_cases: int


@dataclass(frozen=True)
class Session:
    """A term or a study session; a study is held on one day of the period."""

    law_title: str
    first: date
    last: date


@dataclass(frozen=True)
class Governance:
    """Training, legality review of contracts and agenda items, publicity before a day and mostly from it on."""

    staff: int
    terms: tuple[Session, ...]
    studies: tuple[Session, ...]
    contracts: int
    agenda_items: int
    opinions: int
    materials: int
    distributed: int
    materials_from: date
    subjects: tuple[str, str]


@dataclass(frozen=True)
class Profile:
    """One district in one year; `mark` opens every number that the district gives."""

    district: str
    year: int
    mark: str
    units: tuple[Unit, ...]
    normative: Normative
    reconsideration: Reconsideration
    disclosure: Disclosure
    litigation: Litigation
    enforcement: Enforcement
    governance: Governance

    @property
    def as_of(self) -> date:
        """The day on which the registers are read: the last of the year."""
        return date(self.year, 12, 31)

    def number(self, series: str, number: int, year: int | None = None) -> str:
        """Number a record within its series and year; 示 says that it illustrates: 惠政复示〔2021〕001号."""
        return f"{self.mark}{series}示〔{year or self.year}〕{number:03d}号"

    def rng(self, stream: str, year: int | None = None) -> Random:
        """Open a stream of draws of its own, so that changing one table leaves the others as they are."""
        return Random(f"{self.district}/{year or self.year}/{stream}")


HUIJI_2021 = Profile(
    district="huiji",
    year=2021,
    mark="惠政",
    units=UNITS,
    normative=Normative(documents=5, special_cleanups=2, general_cleanups=1, consultations=3),
    reconsideration=Reconsideration(Docket(39, 3, 5, received_last_year=31), refused=2, told_elsewhere=2, extended=2),
    disclosure=Disclosure(
        Docket(44, 2, 6, received_last_year=37),
        extended=3,
        corrected=2,
        consulted=1,
        items=4852,
        items_published=3237,
    ),
    litigation=Litigation(Docket(84, 9, 21), second=18, retrial=2, settlements=9, pretrials=6),
    enforcement=Enforcement(
        certificates=745,
        supervision=25,
        cancelled=31,
        cancelled_supervision=1,
        last_issue=date(2021, 7, 30),
        quiz_took_part=732,
        quiz_from=date(2021, 9, 6),
        quiz_to=date(2021, 9, 30),
        acts=115226,
        penalty_cases=120,
    ),
    governance=Governance(
        staff=2386,
        terms=(
            Session("依法行政专题课程", date(2021, 4, 6), date(2021, 5, 28)),
            Session("依法行政专题课程", date(2021, 9, 13), date(2021, 11, 12)),
        ),
        studies=(
            Session("法治中国建设规划（2020—2025年）", date(2021, 2, 22), date(2021, 3, 31)),
            Session("河南省优化营商环境条例", date(2021, 4, 12), date(2021, 5, 14)),
            Session(
                "最高人民法院关于正确确定县级以上地方人民政府行政诉讼被告资格若干问题的规定",
                date(2021, 6, 1),
                date(2021, 6, 30),
            ),
            Session("中华人民共和国行政处罚法", date(2021, 7, 15), date(2021, 8, 31)),
        ),
        contracts=142,
        agenda_items=14,
        opinions=1247,
        materials=9,
        distributed=10640,
        materials_from=date(2021, 7, 20),
        subjects=("行政处罚法学习手册", "灾后法律服务问答"),
    ),
)

# The year before, made up but for what it hands to 2021.
HUIJI_2020 = Profile(
    district="huiji",
    year=2020,
    mark="惠政",
    units=UNITS,
    normative=Normative(documents=6, special_cleanups=1, general_cleanups=1, consultations=2),
    reconsideration=Reconsideration(Docket(31, 2, 3, received_last_year=27), refused=2, told_elsewhere=1, extended=1),
    disclosure=Disclosure(
        Docket(37, 3, 2, received_last_year=34),
        extended=2,
        corrected=2,
        consulted=1,
        items=4310,
        items_published=2874,
    ),
    litigation=Litigation(Docket(71, 8, 9), second=14, retrial=1, settlements=7, pretrials=5),
    enforcement=Enforcement(
        certificates=731,
        supervision=24,
        cancelled=22,
        cancelled_supervision=1,
        last_issue=date(2020, 9, 30),
        quiz_took_part=702,
        quiz_from=date(2020, 9, 7),
        quiz_to=date(2020, 9, 30),
        acts=109341,
        penalty_cases=97,
    ),
    governance=Governance(
        staff=2341,
        terms=(
            Session("依法行政专题课程", date(2020, 5, 11), date(2020, 6, 24)),
            Session("依法行政专题课程", date(2020, 9, 14), date(2020, 11, 13)),
        ),
        studies=(
            Session("优化营商环境条例", date(2020, 3, 2), date(2020, 3, 31)),
            Session("重大行政决策程序暂行条例", date(2020, 5, 6), date(2020, 5, 29)),
            Session("中华人民共和国民法典", date(2020, 7, 1), date(2020, 8, 31)),
        ),
        contracts=128,
        agenda_items=12,
        opinions=1093,
        materials=8,
        distributed=8720,
        materials_from=date(2020, 6, 1),
        subjects=("优化营商环境条例问答", "民法典问答"),
    ),
)

# Half of the offices: most kinds of department, and a few of the others.
_FEWER_UNITS = (*UNITS[:14], *UNITS[20:23], *UNITS[27:29], *UNITS[30:34], UNITS[37])

SAMPLE_2022 = Profile(
    district="sample",
    year=2022,
    mark="样例",
    units=_FEWER_UNITS,
    normative=Normative(documents=8, special_cleanups=2, general_cleanups=1, consultations=4),
    reconsideration=Reconsideration(Docket(57, 5, 7, received_last_year=49), refused=4, told_elsewhere=3, extended=3),
    disclosure=Disclosure(
        Docket(63, 4, 8, received_last_year=55),
        extended=4,
        corrected=3,
        consulted=2,
        items=612,
        items_published=431,
    ),
    litigation=Litigation(Docket(46, 6, 11), second=9, retrial=1, settlements=8, pretrials=5),
    enforcement=Enforcement(
        certificates=318,
        supervision=14,
        cancelled=17,
        cancelled_supervision=1,
        last_issue=date(2022, 8, 31),
        quiz_took_part=304,
        quiz_from=date(2022, 9, 5),
        quiz_to=date(2022, 9, 30),
        acts=41873,
        penalty_cases=64,
    ),
    governance=Governance(
        staff=902,
        terms=(
            Session("依法行政专题课程", date(2022, 4, 11), date(2022, 5, 27)),
            Session("依法行政专题课程", date(2022, 9, 13), date(2022, 11, 11)),
        ),
        studies=(
            Session("信访工作条例", date(2022, 4, 6), date(2022, 4, 29)),
            Session("中华人民共和国噪声污染防治法", date(2022, 6, 1), date(2022, 6, 30)),
            Session("中华人民共和国民法典", date(2022, 8, 8), date(2022, 8, 31)),
        ),
        contracts=76,
        agenda_items=11,
        opinions=534,
        materials=7,
        distributed=3460,
        materials_from=date(2022, 5, 5),
        subjects=("行政处罚法学习手册", "民法典问答"),
    ),
)

PROFILES = (HUIJI_2020, HUIJI_2021, SAMPLE_2022)
