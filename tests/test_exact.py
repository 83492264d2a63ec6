"""Printed figures against each other: rates on any base, growth turned round, questions, two years, units, samples."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from runs import ROOT, audit, run

from audit.engagement import Claim, read_claims
from audit.engagement.plan import YearOnYear
from audit.home import Home
from audit.model import NOTHING, Outcome, Severity, Status, Text, Verdict
from audit.numbers import (
    ROUNDINGS,
    Figure,
    counts_that_give,
    growth_fits,
    last_years_counts,
    reading,
    rules_that_fit,
    slip_factor,
    whole_numbers,
)
from audit.programme import Audit, carry_out, open_audit
from audit.recalculate import judge_claim
from audit.recalculate.growth import growth_of
from audit.recalculate.profile import document_profile
from audit.recalculate.rates import rate_rows
from audit.recalculate.units import beyond_chance, outstanding_changes
from audit.recalculate.years import pairs_of_years
from audit.rulebook import Break
from audit.rulebook.rules import UnitTest


def claim(printed: str, name: str = "r", **more: str) -> Claim:
    cells = dict.fromkeys(("measure", "unit", "scope", "flow_or_stock", "base", "locator", "note"), "") | more
    return Claim(name, cells.pop("measure"), Figure.parse(printed), **cells)


# Can this rate exist? -----------------------------------------------------------------------------------


def by_hand(k: int, n: int, places: int, rule: str) -> Fraction:
    """Another way to round than the checker's: Python's own exact round, and floor of a half more."""
    scaled = Fraction(100 * k, n) * 10**places
    rounded = {
        "half_even": round(scaled),
        "half_up": (scaled + Fraction(1, 2)) // 1,
        "truncation": scaled // 1,
    }[rule]
    return Fraction(rounded, 10**places)


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 500), st.integers(0, 3), st.sampled_from(ROUNDINGS), st.data())
def test_the_rate_checker_agrees_with_brute_force(n: int, places: int, rule: str, data: st.DataObject) -> None:
    printed = data.draw(
        st.one_of(
            st.integers(0, n).map(lambda k: by_hand(k, n, places, rule)),
            st.integers(0, 100 * 10**places).map(lambda units: Fraction(units, 10**places)),
        )
    )
    text = str((Decimal(printed.numerator) / printed.denominator).quantize(Decimal(1).scaleb(-places)))
    tried = tuple(k for k in range(n + 1) if by_hand(k, n, places, rule) == printed)
    assert counts_that_give(text, n)[rule] == tried
    assert (rule in (rules_that_fit(text, n, n) or ())) == bool(tried)


@pytest.mark.parametrize("base", [770, 25, *range(2380, 2390)])
def test_statistics_4_1_98_25_is_impossible_on_every_other_printed_figure(base: int) -> None:
    assert rules_that_fit("98.25", base, base) == ()


def test_statistics_4_1_an_approximate_base_is_tried_at_every_integer() -> None:
    assert rules_that_fit("98.25", 2381, 2389) == ()
    # "If 2380-odd may reach 2399, six bases open up", by rounding.
    opened = [n for n in range(2381, 2400) if rules_that_fit("98.25", n, n)]
    assert opened == [2394, 2395, 2396, 2397, 2398, 2399]
    assert rules_that_fit("98.25", 2381, 2399) == ("half_up", "half_even")
    assert rules_that_fit("98.25", 745, 745) == ("truncation",)
    assert rules_that_fit("98.25", 57, None) is None


def test_statistics_4_1_57_is_the_least_base_by_rounding() -> None:
    fits = [n for n in range(1, 58) if set(rules_that_fit("98.25", n, n) or ()) & {"half_up", "half_even"}]
    assert fits == [57]


def test_a_base_that_tells_nothing_is_not_tried_to_the_end() -> None:
    assert rules_that_fit("98.25", 1, 10**12) == ROUNDINGS
    assert rules_that_fit("101", 1, 200) == ()


def test_the_integers_of_a_hedged_figure() -> None:
    shown = {"2380余": (2381, 2389), "35": (35, 35), "约2387": (2268, 2506), "不低于6": (6, None), "不超过8": (0, 8)}
    assert {printed: whole_numbers(Figure.parse(printed)) for printed in shown} == shown
    assert whole_numbers(Figure.parse("均")) is None


def test_a_hedged_figure_is_shown_with_its_convention() -> None:
    assert reading(Figure.parse("1200余")).en == "read by our convention as 1201 to 1299"
    assert reading(Figure.parse("不低于6")).zh == "读作不小于6（含本数）"
    assert reading(Figure.parse("超过1200")).en == "read as more than 1200"
    assert reading(Figure.parse("98%以上")).en == "read as 98% or more"
    assert not reading(Figure.parse("35")).en
    _, outcome = judge_claim(claim("98.25%", base="b"), None, claim("2380余", "b"), ())
    assert "2380余 (read by our convention as 2381 to 2389)" in outcome.condition.en


# Fangcheng 2024 printed ten rates that all come of cutting ; these are four of them.
CUT = [claim(f"{rate}%", f"c{rate}", base="all") for rate in ("92.71", "49.66", "10.59", "2.64")]
ROUNDED = [claim(f"{rate}%", f"r{rate}", base="all") for rate in ("92.72", "49.67")]
ALL = claim("151", "all")


def test_statistics_3_1_the_document_decides_how_a_cut_rate_is_graded() -> None:
    lone = claim("98.25%", "lone", base="b")
    grades = {}
    for name, others in {"cuts": CUT, "rounds": ROUNDED, "mixes": CUT + ROUNDED, "open": []}.items():
        profile = document_profile((ALL, *others))
        assert profile.habit == name
        result, outcome = judge_claim(lone, None, claim("745", "b"), (), profile=profile)
        assert result.verdict is Verdict.ONLY_BY_TRUNCATION
        grades[name] = outcome.severity
    warned, told = Severity.WARNING, Severity.INFO
    assert grades == {"cuts": told, "rounds": warned, "mixes": warned, "open": told}


def test_a_profile_counts_only_rates_that_tell_the_rules_apart() -> None:
    profile = document_profile((ALL, *CUT, *ROUNDED, claim("100%", "x", base="all"), claim("33.33%", "y", base="all")))
    assert (len(profile.cut), len(profile.rounded), profile.either, profile.neither) == (4, 2, ("x",), ("y",))
    assert "2 come out only by rounding and 4 only by cutting" in profile.words().en
    assert not document_profile((ALL,)).words().en


def test_without_a_base_the_figures_of_the_document_are_tried_and_said() -> None:
    claims = (claim("98.25%"), claim("745", "a"), claim("57", "b"), claim("2380余", "c"), claim("115226", "d"))
    (row,) = rate_rows(claims, {})
    assert [text.en for text in row.by_rule] == ["57", "57", "745"]
    assert "of 3 figures" in row.base.en
    (row,) = rate_rows((claim("98.25%", base="a"), claim("745", "a")), {})
    assert [text.en for text in row.by_rule] == ["none", "none", "732/745"]
    (row,) = rate_rows((claim("98.25%", base="d"), claim("115226", "d")), {})
    assert "too large" in row.by_rule[0].en


def test_a_rate_that_nothing_can_check_says_what_could_be_its_base() -> None:
    result, outcome = judge_claim(claim("98.25%"), None, None, (), Text(zh="候选", en="candidates"))
    assert result.verdict is Verdict.BASE_NOT_STATED
    assert outcome.reason.en.endswith("; candidates")


# Growth -------------------------------------------------------------------------------------------------


def test_statistics_3_2_69_up_76_9_percent_fixes_last_year_at_39() -> None:
    fitting = last_years_counts(69, "76.9", falling=False)
    assert [fitting[rule] for rule in ROUNDINGS] == [range(39, 40)] * 3


@pytest.mark.parametrize(
    ("now", "before", "printed", "right"),
    [(682, 708, "27.71", "3.67"), (767, 867, "11.54", "11.53"), (85, 159, "46.55", "46.54")],
)
def test_domain_10_2_wrong_falls_fit_no_rounding(now: int, before: int, printed: str, right: str) -> None:
    assert growth_fits(now, before, printed, falling=True) == ()
    assert "half_up" in growth_fits(now, before, right, falling=True)
    assert before in (last_years_counts(now, right, falling=True)["half_up"] or ())


@settings(deadline=None)
@given(st.integers(0, 120), st.integers(0, 1200), st.integers(0, 1), st.booleans())
def test_growth_turned_round_agrees_with_trying_every_count(now: int, units: int, places: int, falling: bool) -> None:
    printed = str(Decimal(units).scaleb(-1)) if places else str(units // 10)
    top = 3000
    for rule, fitting in last_years_counts(now, printed, falling=falling).items():
        tried = [n for n in range(1, top) if rule in growth_fits(now, n, printed, falling=falling)]
        if fitting is None:
            assert tried[-1:] == [top - 1] or not tried
        else:
            assert [n for n in fitting if n < top] == tried


@pytest.mark.parametrize("printed", ["99", "99.9", "100", "100.0", "100.1"])
def test_a_fall_to_almost_nothing_has_no_greatest_count(printed: str) -> None:
    runs = last_years_counts(1, printed, falling=True)
    for rule in ROUNDINGS:
        run = runs[rule]
        far = rule in growth_fits(1, 10**7, printed, falling=True)
        assert far == (run is None)


GROWN = {"scope": "同比增长", "base": "now"}
# The rate, this year's figure, last year's figure beside it, the verdict.
GROWTHS: dict[str, tuple[Claim, list[Claim], Verdict]] = {
    "it follows": (claim("76.9%", **GROWN), [claim("69", "now"), claim("39", "now.last_year")], Verdict.AGREES),
    "it does not follow": (
        claim("76.9%", **GROWN), [claim("69", "now"), claim("40", "now.last_year")], Verdict.DIFFERS,
    ),
    "the wrong direction": (
        claim("76.9%", scope="同比下降", base="now"), [claim("69", "now"), claim("39", "now.last_year")],
        Verdict.DIFFERS,
    ),
    "by cutting only": (
        claim("66.6%", **GROWN), [claim("5", "now"), claim("3", "now.last_year")], Verdict.ONLY_BY_TRUNCATION,
    ),
    "no count fits": (claim("76.93%", **GROWN), [claim("70", "now")], Verdict.IMPOSSIBLE),
    "last year unknown": (claim("76.9%", **GROWN), [claim("69", "now")], Verdict.NOT_TESTED),
    "of no figure": (claim("76.9%", scope="同比增长"), [claim("69", "now")], Verdict.BASE_NOT_STATED),
    "last year's figure is the base": (
        claim("76.9%", scope="同比增长", base="now.last_year"), [claim("69", "now"), claim("39", "now.last_year")],
        Verdict.AGREES,
    ),
    "of an approximate figure": (claim("76.9%", **GROWN), [claim("60余", "now")], Verdict.NOT_TESTED),
}  # fmt: skip


@pytest.mark.parametrize("case", GROWTHS)
def test_a_growth_rate_is_held_against_both_years(case: str) -> None:
    rate, others, verdict = GROWTHS[case]
    growth = growth_of(rate, (rate, *others), ())
    assert growth is not None
    base = next((other for other in others if other.id == rate.base), None)
    result, outcome = judge_claim(rate, None, base, (), growth=growth)
    assert (result.verdict, outcome.rule) == (verdict, "RAT-05")
    if verdict is Verdict.NOT_TESTED and others[0].figure.exact:
        assert "fix last year's figure at 39" in outcome.reason.en


def test_last_year_s_figure_may_stand_in_last_year_s_report() -> None:
    rate, now = claim("76.9%", **GROWN), claim("69", "now", measure="m")
    growth = growth_of(rate, (rate, now), (claim("39", "other", measure="m"),))
    assert growth is not None
    assert growth.verdict()[0] is Verdict.AGREES
    assert growth_of(claim("76.9%", base="now"), (now,), ()) is None


# Two years ----------------------------------------------------------------------------------------------


def test_factor_slips_are_named() -> None:
    named = {(460, 46): 10, (46, 460): 10, (4600, 46): 100, (46_000, 46): 1000, (460_000, 46): 10_000, (470, 46): 10}
    assert {pair: slip_factor(Fraction(pair[0]), Fraction(pair[1])) for pair in named} == named
    for pair in ((92, 46), (30, 3), (0, 46), (1300, 100), (46, 46)):
        assert slip_factor(Fraction(pair[0]), Fraction(pair[1])) is None


@contextmanager
def sample(data: Path, year: int = 2022) -> Iterator[Audit]:
    with open_audit(Home(data=data), "sample", year, ()) as opened:
        yield opened


@pytest.fixture
def two_years(tmp_path: Path) -> Path:
    """The sample district with a year before it, whose report prints the same figures."""
    shipped = ROOT / "data/sample/2022"
    shutil.copytree(shipped, tmp_path / "sample/2022")
    shutil.copytree(shipped, tmp_path / "sample/2021")
    plan = tmp_path / "sample/2021/engagement.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("year = 2022", "year = 2021").replace("2022-12-31", "2021-12-31"), encoding="utf-8")
    return tmp_path


def reprint(folder: Path, name: str, printed: str) -> None:
    path = folder / "claims.csv"
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    found = [row for row in rows if row.split(",")[0] == name]
    assert len(found) == 1
    cells = found[0].split(",")
    cells[2] = printed
    rows[rows.index(found[0])] = ",".join(cells)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")


def came_out(opened: Audit) -> dict[str, Outcome]:
    return {outcome.rule: outcome for outcome in opened.comparisons()}


def test_without_a_change_there_is_nothing_to_explain(two_years: Path) -> None:
    with sample(two_years) as opened:
        out = came_out(opened)
        assert {out[rule].status for rule in ("YOY-01", "YOY-02")} == {Status.PASS}
        assert out["YOY-01"].judged > 40
        sources = {pair.claim.id: pair.source for pair in opened.pairs}
    assert sources["litigation.new"] == "report"  # this report prints last year's beside it
    assert sources["litigation.heard"] == "report_before"


def test_a_change_beyond_both_limits_asks_for_an_explanation(two_years: Path) -> None:
    for printed, status in (("41", Status.PASS), ("42", Status.FAIL), ("20", Status.FAIL), ("21", Status.PASS)):
        reprint(two_years / "sample/2022", "litigation.heard", printed)  # 31 the year before
        with sample(two_years) as opened:
            outcome = came_out(opened)["YOY-01"]
            assert (outcome.status, printed) == (status, printed)
            assert outcome.claims == (("litigation.heard",) if status is Status.FAIL else ())
    reprint(two_years / "sample/2022", "litigation.heard", "42")
    with sample(two_years) as opened:
        assert "31→42 (+11, +35.5 %)" in came_out(opened)["YOY-01"].condition.en
    plan = two_years / "sample/2022/engagement.toml"
    limits = "\n[year_on_year]\nmore_than_cases = 11\nmore_than_percent = 5\n"
    plan.write_text(plan.read_text(encoding="utf-8") + limits, encoding="utf-8")
    with sample(two_years) as opened:
        assert came_out(opened)["YOY-01"].status is Status.PASS


def test_a_slip_is_named_and_warns(two_years: Path) -> None:
    reprint(two_years / "sample/2022", "acts.filed", "418000")
    with sample(two_years) as opened:
        outcome = came_out(opened)["YOY-02"]
    assert (outcome.status, outcome.severity, outcome.claims) == (Status.FAIL, Severity.WARNING, ("acts.filed",))
    assert "a factor of about 10" in outcome.condition.en


def test_a_hedged_figure_is_compared_by_the_least_change_it_allows() -> None:
    now, before = claim("1200余", "a", measure="m"), claim("近1100", "a", measure="m")
    title: Any = {"m": type("M", (), {"title": Text(zh="数", en="count")})()}
    (pair,) = pairs_of_years((now,), (before,), lambda _: None, title, lambda _: None)
    assert pair.least_change == (Fraction(102), Fraction(100 * 102, 1099))
    assert pair.slip is None
    assert pair.beyond(YearOnYear(more_than_percent=Decimal(9)))
    assert not pair.beyond(YearOnYear(more_than_percent=Decimal("9.5")))


def test_from_nothing_any_percent_is_exceeded_and_the_cases_decide() -> None:
    title: Any = {"m": type("M", (), {"title": Text(zh="数", en="count")})()}
    for printed, beyond in (("10", False), ("11", True)):
        now, before = claim(printed, "a", measure="m"), claim("0", "a", measure="m")
        (pair,) = pairs_of_years((now,), (before,), lambda _: None, title, lambda _: None)
        assert pair.beyond(YearOnYear()) is beyond


def test_domain_4_6_a_break_in_series_is_marked_and_not_flagged(two_years: Path) -> None:
    shutil.move(two_years / "sample/2022", two_years / "sample/2024")
    shutil.move(two_years / "sample/2021", two_years / "sample/2023")
    for year in (2024, 2023):
        plan = two_years / f"sample/{year}/engagement.toml"
        text = plan.read_text(encoding="utf-8")
        plan.write_text(text.replace(str(year - 2), str(year)), encoding="utf-8")
    reprint(two_years / "sample/2024", "reconsideration.admitted", "600")
    with sample(two_years, 2024) as opened:
        pair = next(pair for pair in opened.pairs if pair.claim.id == "reconsideration.admitted")
        assert isinstance(pair.broken, Break)
        assert pair.broken.id == "REC-2024"
        assert pair.slip == 10
        assert {came_out(opened)[rule].status for rule in ("YOY-01", "YOY-02")} == {Status.PASS}
    plan = two_years / "sample/2024/engagement.toml"
    ours = '\n[year_on_year]\nignore_breaks = ["REC-2024"]\n'
    plan.write_text(plan.read_text(encoding="utf-8") + ours, encoding="utf-8")
    with sample(two_years, 2024) as opened:
        assert {came_out(opened)[rule].status for rule in ("YOY-01", "YOY-02")} == {Status.FAIL}


def test_a_slip_between_print_and_records_is_named() -> None:
    with open_audit(Home(), "huiji", 2021, ("disclosure",)) as opened:
        handled = opened.measured("disclosure.handled")
    assert "factor of about 10" in judge_claim(claim("460"), handled, None, ())[1].condition.en
    assert "factor" not in judge_claim(claim("47"), handled, None, ())[1].condition.en


def test_few_records_are_said_in_counts_and_many_with_their_rate() -> None:
    with open_audit(Home(), "huiji", 2021, ("normative", "enforcement")) as opened:
        few, many = opened.measured("normative.filing_rate"), opened.measured("quiz.participation_rate")
    said = judge_claim(claim("80%"), few, None, ())[1].condition
    assert (said.zh, said.en) == ("公布数80%，按记录重算为5中的5", "printed 80%, recalculated 5 of 5")
    assert "732 of 745" in judge_claim(claim("80%"), many, None, ())[1].condition.en


# Units --------------------------------------------------------------------------------------------------

HB = UnitTest(kind="change", what=NOTHING, needs=("t",), sql="", least=10)
FUNNEL = UnitTest(kind="funnel", what=NOTHING, needs=("t",), sql="", least=30)


def ratios(*pairs: tuple[int, int]) -> tuple[dict[str, int], dict[str, int]]:
    names = [f"{n:03d}" for n in range(1, len(pairs) + 1)]
    now = {name: a for name, (a, _) in zip(names, pairs, strict=True)}
    return now, {name: b for name, (_, b) in zip(names, pairs, strict=True)}


STEADY = [(100 + n, 100) for n in (-4, -3, -2, -1, 0, 1, 2, 3, 4)]


def test_a_unit_that_stands_out_is_named_whatever_its_direction() -> None:
    for odd in ((400, 100), (25, 100)):
        found = outstanding_changes(*ratios(*STEADY, odd), HB)
        assert found is not None
        assert (found.compared, found.outstanding) == (10, ("010",))


def test_size_counts_and_small_units_do_not_stand_out_so_soon() -> None:
    steady = [(1000 + n, 1000) for n in (-40, -30, -20, -10, 0, 10, 20, 30, 40)]
    large, small = (outstanding_changes(*ratios(*steady, odd), HB) for odd in ((1300, 1000), (13, 10)))
    assert large is not None
    assert small is not None
    assert (large.outstanding, small.outstanding) == (("010",), ())


def test_statistics_2_the_quartiles_decide_and_are_those_of_banff() -> None:
    # Position (n + 1) p: of ten values the quartiles lie at 2.75 and 8.25; numpy's default puts them at 3.25 and 7.75.
    import numpy as np

    values = np.arange(1.0, 11.0)
    assert list(np.quantile(values, [0.25, 0.75], method="weibull")) == [2.75, 8.25]
    assert list(np.quantile(values, [0.25, 0.75])) == [3.25, 7.75]


def test_nine_units_are_not_compared_and_zeros_are_listed_apart() -> None:
    assert outstanding_changes(*ratios(*STEADY), HB) is None
    assert outstanding_changes(*ratios(*STEADY, (0, 100)), HB) is None
    found = outstanding_changes(*ratios(*STEADY, (101, 100), (0, 100), (100, 0)), HB)
    assert found is not None
    assert (found.compared, found.outstanding, found.aside) == (10, (), ("011", "012"))


def test_a_funnel_needs_thirty_units_and_a_rate_that_can_vary() -> None:
    even = [(f"{n:03d}", 10, 20) for n in range(29)]
    assert beyond_chance(even, FUNNEL) is None
    whole = [(f"{n:03d}", 20, 20) for n in range(40)]
    assert beyond_chance(whole, FUNNEL) is None
    found = beyond_chance([*even, ("odd", 0, 20)], FUNNEL)
    assert found is not None
    assert (found.compared, found.outstanding) == (30, ("odd",))


def test_illustrative_records_of_a_real_district_compare_no_units() -> None:
    with open_audit(Home(), "huiji", 2021, ()) as opened:
        out = came_out(opened)
    assert {out[rule].status for rule in ("UNI-01", "UNI-02", "SMP-01", "YOY-01")} == {Status.NOT_TESTED}


# Samples ------------------------------------------------------------------------------------------------


def one(*arguments: str | Path) -> Any:
    done = audit("sample", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_statistics_4_4_the_plan_of_the_command_line() -> None:
    asked = ("plan", "--population", "115226", "--tolerable", "0.05", "--expected", "0", "--confidence", "0.95")
    assert one(*asked) == {
        "population": 115226, "confidence": 0.95, "tolerable": 0.05, "expected": 0.0, "method": "binomial",
        "n": 59, "allowed": 0, "census": False,
    }  # fmt: skip
    assert one(*asked, "--method", "hypergeometric")["method"] == "hypergeometric"


def test_the_evaluation_of_the_command_line() -> None:
    found = one("evaluate", "--n", "93", "--deviations", "1", "--confidence", "0.95")
    assert {"n", "deviations", "upper_limit", "lower_limit", "upper", "confidence", "method", "conclusion"} <= set(
        found
    )
    assert (found["n"], found["deviations"], round(found["upper_limit"], 4)) == (93, 1, 0.05)
    assert "not entered" in found["direction"]["en"]
    assert (one("range", "84")["low"], one("range", "84")["high"]) == (60, 112)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["plan", "--population", "0"], "empty"),
        (["plan", "--population", "100", "--tolerable", "x"], "no rate"),
        (["plan", "--population", "100", "--expected", "0.1"], "not below"),
        (["evaluate", "--n", "5"], "two counts"),
        (["evaluate", "--n", "5", "--deviations", "6"], "cannot be"),
        (["draw", "huiji", "2021", "nothing"], "no table nothing"),
    ],
)
def test_a_sample_that_cannot_be_is_refused_in_words(arguments: list[str], word: str) -> None:
    done = audit("sample", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert word in done.stderr
    assert "to do:" in done.stderr


def fill(path: Path, deviating: dict[int, str]) -> None:
    book = load_workbook(path)
    for row in range(5, book["sample"].max_row + 1):
        book["sample"].cell(row, 4).value = "是" if row - 4 in deviating else "否"
        book["sample"].cell(row, 5).value = deviating.get(row - 4)
    book.save(path)


TABLE = "disclosure_requests"


def sampled(data: Path) -> Outcome:
    with open_audit(Home(data=data), "sample", 2022, ("disclosure",)) as opened:
        return came_out(opened)["SMP-01"]


def test_a_sample_from_plan_to_conclusion(tmp_path: Path) -> None:
    folder = tmp_path / "sample/2022"
    shutil.copytree(ROOT / "data/sample/2022", folder)
    register = folder / f"{TABLE}.csv"
    text = register.read_text(encoding="utf-8-sig")
    register.write_text(text.replace("样例公开示〔2022〕001号", "=1+1"), encoding="utf-8-sig")
    drawing = one("draw", "sample", "2022", TABLE, "--seed", "7", "--n", "40", "--data", tmp_path)
    assert (drawing["n"], drawing["seed"], len(drawing["drawn"])) == (40, 7, 40)
    sheet = folder / f"sample/{TABLE}.xlsx"
    assert all(cell.data_type != "f" for row in load_workbook(sheet)["sample"].iter_rows() for cell in row)
    again = audit("sample", "draw", "sample", "2022", TABLE, "--data", tmp_path)
    assert (again.returncode, "was drawn from before" in again.stderr) == (2, True)

    assert (sampled(tmp_path).status, "40 drawn records" in sampled(tmp_path).reason.en) == (Status.NOT_TESTED, True)
    unanswered = audit("sample", "evaluate", "--worksheet", folder / f"sample/{TABLE}.json")
    assert (unanswered.returncode, "40 of 40" in unanswered.stderr) == (2, True)

    fill(sheet, {})
    found = one("evaluate", "--worksheet", folder / f"sample/{TABLE}.json")
    assert (found["deviations"], found["tolerable"], found["causes"]) == (0, 0.05, {})

    fill(sheet, {3: "无回执", 9: "无回执"})
    outcome = sampled(tmp_path)
    assert (outcome.status, outcome.judged, outcome.failed) == (Status.FAIL, 40, 2)
    keys = {entry["key"] for place, entry in enumerate(drawing["drawn"], start=1) if place in (3, 9)}
    assert {record.key for record in outcome.records} == keys
    assert "无回执 2" in outcome.condition.zh
    assert "not entered" in outcome.condition.en

    register.write_text(register.read_text(encoding="utf-8-sig").rstrip("\n").rpartition("\n")[0], "utf-8-sig")
    assert "changed after the draw" in sampled(tmp_path).reason.en


def test_a_worksheet_that_was_tampered_with_stops_the_audit_by_place(tmp_path: Path) -> None:
    folder = tmp_path / "sample/2022"
    shutil.copytree(ROOT / "data/sample/2022", folder)
    one("draw", "sample", "2022", TABLE, "--seed", "7", "--n", "40", "--data", tmp_path)
    sheet = folder / f"sample/{TABLE}.xlsx"
    book = load_workbook(sheet)
    book["sample"].delete_rows(6)
    book["sample"].cell(5, 4).value = "也许"
    book.save(sheet)
    done = audit("run", "sample", "2022", "--data", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "not the record that was drawn" in done.stderr
    assert "也许" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".xlsx"]  # the workbook for the department


def test_two_years_and_a_sample_go_into_the_run(two_years: Path) -> None:
    one("draw", "sample", "2022", TABLE, "--seed", "7", "--n", "40", "--data", two_years)
    fill(two_years / f"sample/2022/sample/{TABLE}.xlsx", {1: "无回执", 2: "无回执"})
    (two_years / "out").mkdir()
    done = run(two_years / "out", "sample", 2022, "--data", two_years)
    assert done.done.returncode == 1, done.done.stderr
    direct = carry_out(Home(data=two_years), "sample", 2022)
    assert [finding["id"] for finding in done.findings["findings"]] == [finding.id for finding in direct.findings]
    assert "rules/SMP-01" in {finding.id for finding in direct.failures()}
    assert (done.folder / f"data/4-reference/inputs/sample/2022/sample/{TABLE}.json").is_file()
    assert "years-side-by-side" in {path.stem for path in (done.folder / "data/2-proof/charts").glob("*.svg")}
    page = (done.folder / "data/2-proof/notebooks/80_year_on_year.html").read_text(encoding="utf-8")
    assert "本年与上年并列" in page
    assert "没有登记的事项，样本查不出来" in (done.folder / "data/1-conclusion/appendix.html").read_text(
        encoding="utf-8"
    )


def test_the_figures_of_huiji_are_asked_and_never_asserted() -> None:
    claims = read_claims(ROOT / "data/huiji/2021")
    with open_audit(Home(), "huiji", 2021, ()) as opened:
        out = {outcome.rule: outcome for outcome in opened.report_rules()}
    questions = [out[rule] for rule in ("PLA-01", "PLA-02", "PLA-03")]
    assert {(q.status, q.severity) for q in questions} == {(Status.FAIL, Severity.INFO)}
    # 48 calendar days, 154.7 acts a certificate, 7.7 to 8.3 opinions an item.
    for question, ratio in zip(questions, ("47.6", "154.7", "7.7–8.3"), strict=True):
        assert f"约{ratio}" in question.condition.zh
    assert out["RAT-08"].claims == tuple(c.id for c in claims if c.printed == "100%")
