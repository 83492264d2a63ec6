"""The engagement's own files: its plan, the published figures, the answers to findings."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from audit.engagement import Claim, read_claims, read_engagement, read_responses
from audit.engagement.claims import COLUMNS
from audit.errors import AuditError, DataFault, EngagementError, IntakeError
from audit.model import Text
from audit.numbers import Figure, Qualifier

PLAN = """
district = "huiji"
district_name = {zh = "惠济区", en = "Huiji District"}
year = 2021
as_of = 2021-12-31
"""
HEAD = ",".join(COLUMNS) + "\n"
ANSWERS = "finding_id,status,by,on,text\n"


def refused_plan(folder: Path, plan: str | bytes) -> str:
    (folder / "engagement.toml").write_bytes(plan if isinstance(plan, bytes) else plan.encode())
    with pytest.raises(EngagementError) as refused:
        read_engagement(folder)
    assert refused.value.exit_status == 3
    assert refused.value.remedy
    return str(refused.value)


def claims(folder: Path, *rows: str) -> tuple[Claim, ...]:
    (folder / "claims.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_claims(folder)


def claim_faults(folder: Path, *rows: str) -> tuple[DataFault, ...]:
    with pytest.raises(IntakeError) as refused:
        claims(folder, *rows)
    return refused.value.faults


def answer_faults(folder: Path, *rows: str) -> tuple[DataFault, ...]:
    (folder / "responses.csv").write_text(ANSWERS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(IntakeError) as refused:
        read_responses(folder)
    return refused.value.faults


def parameters(printed: str, measure: str = "disclosure.closed") -> dict[str, int | float]:
    return Claim("c", measure, Figure.parse(printed), "件", "", "", "", "", "").parameters()


# engagement.toml ----------------------------------------------------------------------------------------


def test_a_short_plan_is_enough_and_gives_the_period(folder: Path) -> None:
    (folder / "engagement.toml").write_text(PLAN, encoding="utf-8-sig")
    plan = read_engagement(folder)
    assert (plan.district, plan.year, plan.fictional, plan.report) == ("huiji", 2021, False, None)
    assert (plan.period.start, plan.period.end) == (date(2021, 1, 1), date(2021, 12, 31))
    assert plan.period.as_of == date(2021, 12, 31)
    assert (plan.records.not_supplied, plan.records.illustrative) == ({}, False)


def test_a_plan_names_what_was_not_supplied_and_why(folder: Path) -> None:
    more = "[records]\nillustrative = true\n[records.not_supplied]\n"
    more += 'units = { zh = "未建台账", en = "no register" }\ncleanups = "无"\n'
    (folder / "engagement.toml").write_text(PLAN + more, encoding="utf-8")
    records = read_engagement(folder).records
    assert (records.not_supplied, records.illustrative) == (
        {"units": Text(zh="未建台账", en="no register"), "cleanups": Text(zh="无", en="无")},
        True,
    )


def test_a_missing_plan_names_district_and_year(folder: Path) -> None:
    with pytest.raises(EngagementError) as refused:
        read_engagement(folder)
    assert refused.value.problem == "there is no engagement huiji 2021"
    assert "engagement.toml" in refused.value.where
    assert refused.value.remedy


PLANS: dict[str, tuple[str | bytes, str]] = {
    "no TOML": (PLAN + "year 2021\n", "huiji/2021/engagement.toml: Expected '=' after a key"),
    "not UTF-8": (PLAN.encode("gb18030"), "not valid TOML"),
    "a key written twice": (PLAN + "year = 2021\n", "not valid TOML"),
    "an unknown key": (PLAN + 'colour = "red"\n', "huiji/2021/engagement.toml: colour: Extra inputs"),
    "an unknown key within": (PLAN + "[records]\nilustrative = true\n", "records.ilustrative"),
    "a key left out": (PLAN.replace("as_of = 2021-12-31\n", ""), "as_of: Field required"),
    "a year in words": (PLAN.replace("year = 2021", 'year = "二〇二一"'), "year: Input should be a valid integer"),
    "no such day": (PLAN.replace('as_of = 2021-12-31', 'as_of = "2021-02-30"'), "as_of"),
    "one language": (PLAN.replace(', en = "Huiji District"', ""), "district_name.en"),
    "another district": (PLAN.replace('"huiji"', '"jinshui"'), "engagement.toml is about jinshui 2021"),
    "another year": (PLAN.replace("year = 2021", "year = 2020"), "engagement.toml is about huiji 2020"),
}  # fmt: skip


@pytest.mark.parametrize("case", PLANS)
def test_a_plan_that_cannot_be_used_is_refused_with_file_and_key(folder: Path, case: str) -> None:
    plan, words = PLANS[case]
    message = refused_plan(folder, plan)
    assert words in message
    assert "huiji/2021/engagement.toml" in message


# claims.csv ---------------------------------------------------------------------------------------------


def test_claims_are_read_in_their_order_as_printed(folder: Path) -> None:
    rate, base = claims(
        folder,
        'c2,quiz.rate, 98.25% ,%,"全区, 执法人员",,c1,第3页,"a, b"',
        "c1,certificates.enforcement,745,个,截至2021-12-31,stock,,第3页,",
    )
    assert (rate.id, rate.printed, rate.rate, rate.base, rate.scope) == ("c2", "98.25%", True, "c1", "全区, 执法人员")
    assert (base.id, base.printed, base.rate, base.flow_or_stock) == ("c1", "745", False, "stock")
    assert rate.parameter == "quiz_rate"


def test_an_engagement_without_claims_publishes_nothing(folder: Path) -> None:
    assert read_claims(folder) == ()
    assert claims(folder) == ()
    assert claims(folder, ",,,,,,,,", "") == ()


def test_claims_with_a_byte_order_mark_are_read(folder: Path) -> None:
    (folder / "claims.csv").write_text(HEAD + "c1,,35,件,,,,,\n", encoding="utf-8-sig")
    assert [claim.printed for claim in read_claims(folder)] == ["35"]


HEADS = {
    "a column renamed": HEAD.replace("printed", "figure"),
    "columns reordered": HEAD.replace("claim_id,measure", "measure,claim_id"),
    "a column left out": HEAD.replace(",note", ""),
    "a column too many": HEAD.replace(",note", ",note,extra"),
    "nothing": "",
}


@pytest.mark.parametrize("case", HEADS)
def test_claims_under_another_header_are_refused(folder: Path, case: str) -> None:
    (folder / "claims.csv").write_text(HEADS[case], encoding="utf-8")
    with pytest.raises(EngagementError) as refused:
        read_claims(folder)
    assert "huiji/2021/claims.csv" in refused.value.where
    assert refused.value.remedy.endswith(",".join(COLUMNS))


def test_claims_that_are_no_text_or_no_csv_are_refused(folder: Path) -> None:
    path = folder / "claims.csv"
    for content in ((HEAD + "c1,,35,件,,,,,\n").encode("gb18030"), (HEAD + 'c1,,35,"件,,,,,\nc2,,36,,,,,,\n').encode()):
        path.write_bytes(content)
        with pytest.raises(EngagementError, match=r"claims\.csv is not"):
            read_claims(folder)


def test_every_faulty_claim_is_reported_at_once(folder: Path) -> None:
    found = claim_faults(
        folder,
        "c1,,许多,件,,,,,",
        "c2,,35,件,,daily,,,",
        ",,36,件,,,,,",
        "c4,,37,件",
        "c5,,38,件,,,c9,,",
        "c6,,39,件,,,c1,,",
        "c5,,40,件,,flow,,,",
    )
    assert [(fault.row, fault.column, fault.value) for fault in found] == [
        (2, "printed", "许多"),
        (3, "flow_or_stock", "daily"),
        (4, "claim_id", ""),
        (5, "", ""),
        (None, "", "c5"),
        (None, "", "c9"),
    ]
    assert {fault.file for fault in found} == {"huiji/2021/claims.csv"}
    assert all(fault.remedy for fault in found)


def test_a_base_that_is_there_but_unreadable_is_not_called_unknown(folder: Path) -> None:
    (fault,) = claim_faults(folder, "c1,,许多,件,,,,,", "c2,,98%,%,,,c1,,")
    assert fault.column == "printed"


# What suites may ask for --------------------------------------------------------------------------------


def test_an_exact_figure_offers_itself_and_its_bounds() -> None:
    names = ("disclosure_closed", "disclosure_closed_low", "disclosure_closed_high")
    assert parameters("40") == dict.fromkeys(names, 40)
    assert parameters("1.2万") == dict.fromkeys(names, 12_000)
    assert all(isinstance(value, int) for value in parameters("1.2万").values())


def test_a_hedged_figure_offers_its_bounds_and_never_a_number_it_does_not_state() -> None:
    assert parameters("1200余") == {"disclosure_closed_low": 1201, "disclosure_closed_high": 1299}
    assert parameters("近1200") == {"disclosure_closed_low": 1140, "disclosure_closed_high": 1199}
    assert parameters("超过1200") == {"disclosure_closed_low": 1201}
    assert parameters("不超过1200") == {"disclosure_closed_high": 1200}
    assert parameters("不低于6") == {"disclosure_closed": 6, "disclosure_closed_low": 6}


def test_a_rate_a_universal_word_and_a_claim_without_measure_offer_nothing() -> None:
    assert parameters("98.25%") == parameters("均") == parameters("40", measure="") == {}


# responses.csv ------------------------------------------------------------------------------------------


def test_answers_are_kept_by_finding(folder: Path) -> None:
    rows = 'F-1,explained,王某,2022-03-01,"口径不同, 见附件"\n\nF-2,open,,,\n,,,,\n'
    (folder / "responses.csv").write_text(ANSWERS + rows, encoding="utf-8-sig")
    found = read_responses(folder)
    assert {finding: answer.status for finding, answer in found.items()} == {"F-1": "explained", "F-2": "open"}
    assert (found["F-1"].by, found["F-1"].on, found["F-1"].text) == ("王某", "2022-03-01", "口径不同, 见附件")


def test_no_file_means_that_nothing_was_answered(folder: Path) -> None:
    assert read_responses(folder) == {}


def test_every_faulty_answer_is_reported_at_once(folder: Path) -> None:
    found = answer_faults(
        folder,
        "F-1,settled,王某,2022-03-01,x",
        "F-2,explained,,2022-03-01,x",
        "F-3,accepted,王某,,x",
        "F-4,corrected,王某,2022-03-01,",
        "F-5,open,,,",
        "F-5,open,,,",
        "F-6,explained,王某,2022-03-01,因为,所以",
        ",explained,王某,2022-03-01,x",
    )
    assert [(fault.row, fault.value) for fault in found] == [
        (2, "F-1"),
        (3, "F-2"),
        (4, "F-3"),
        (5, "F-4"),
        (7, "F-5"),
        (8, "F-6"),
        (9, ""),
    ]
    assert {fault.file for fault in found} == {"huiji/2021/responses.csv"}
    assert all(fault.remedy for fault in found)


def test_answers_under_another_header_or_in_no_csv_are_refused(folder: Path) -> None:
    for content in (
        b"",
        b"finding_id,status,by,date,text\n",
        (ANSWERS + "F-1,open,,,王某\n").encode("gb18030"),
        (ANSWERS + 'F-1,open,,,"x\nF-2,open,,,\n').encode(),
    ):
        (folder / "responses.csv").write_bytes(content)
        with pytest.raises(AuditError, match=r"responses\.csv (has not the columns|is not)"):
            read_responses(folder)


@pytest.mark.parametrize(
    ("name", "read"),
    [("engagement.toml", read_engagement), ("claims.csv", read_claims), ("responses.csv", read_responses)],
)
def test_a_folder_in_place_of_a_file_is_told_in_words(folder: Path, name: str, read: Callable[[Path], object]) -> None:
    (folder / name).mkdir()
    with pytest.raises(EngagementError, match=rf"{name} cannot be read") as refused:
        read(folder)
    assert refused.value.where == f"huiji/2021/{name}"
    assert refused.value.remedy


@pytest.mark.parametrize("qualifier", Qualifier)
def test_every_hedge_is_reachable_from_print(qualifier: Qualifier) -> None:
    printed = {"exact": "6", "over": "6余", "under": "近6", "about": "约6", "at_least": "至少6", "at_most": "至多6"}
    assert Figure.parse(printed.get(qualifier.value, "均")).qualifier is qualifier
