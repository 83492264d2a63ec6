"""Printed figures as intervals and printed rates under named rounding rules, against worked examples."""

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.numbers import (
    ROUNDINGS,
    Figure,
    FigureError,
    Qualifier,
    counts_that_give,
    fitting_roundings,
    rounded_percent,
)
from audit.numbers.figure import UNIVERSAL_WORDS, number

# Printed figure -> least and greatest count it allows (None: unbounded).
DOMAIN_11: dict[str, tuple[int | None, int | None]] = {
    "35": (35, 35),
    "0": (0, 0),
    "两": (2, 2),
    "十": (10, 10),
    # x余, x多: above x, below the next unit of the last non-zero digit, at most ten per cent more.
    "10000余": (10001, 10999),
    "1200余": (1201, 1299),
    "2380余": (2381, 2389),
    "1200多": (1201, 1299),
    "100余": (101, 109),
    "1.2万余": (12001, 12999),
    "2万余": (20001, 21999),
    "2余万": (20001, 21999),
    # The cap of ten per cent would leave nothing for the commonest of all: 十余 is eleven to nineteen.
    "10余": (11, 19),
    "十余": (11, 19),
    "二十余": (21, 29),
    "一千二百余": (1201, 1299),
    "百余": (101, 109),
    "万余": (10001, 10999),
    "3千余": (3001, 3299),
    "百分之九十八": (98, 98),
    "百分之百": (100, 100),
    "1.2万亿": (1_200_000_000_000, 1_200_000_000_000),
    "不高于20": (None, 20),
    "低于20": (None, 19),
    "20余": (21, 29),
    "90余": (91, 99),
    "35余": (36, 36),
    # 近x: below x, by no more than a unit and no more than five per cent.
    "近1200": (1140, 1199),
    "将近2380": (2370, 2379),
    "接近10000": (9500, 9999),
    "近10": (9, 9),
    "近5": (4, 4),
    # 超过 and 不满 leave the number out, 以上 and 以下 take it in (Civil Code, article 1259).
    "超过1200": (1201, None),
    "逾1200": (1201, None),
    "突破1亿": (100_000_001, None),
    "1200以上": (1200, None),
    "不低于6": (6, None),
    "不少于6": (6, None),
    "至少6": (6, None),
    "不满1200": (None, 1199),
    "不足1200": (None, 1199),
    "1200以下": (None, 1200),
    "1200以内": (None, 1200),
    "不超过1200": (None, 1200),
    "至多1200": (None, 1200),
    # Units of counting, full-width forms, separators of thousands.
    "1.2万": (12_000, 12_000),
    "3亿": (300_000_000, 300_000_000),
    "１２００余": (1201, 1299),
    "１，２００": (1200, 1200),
    "１.２万": (12_000, 12_000),
    "115,226": (115_226, 115_226),
    "115 226": (115_226, 115_226),
    "1,234,567": (1_234_567, 1_234_567),
    " 约 1200 ": (1140, 1260),
}
NONSENSE = (
    "", " ", "许多", "若干", "abc", "35件", "-5", "+5", "1e5", "1/2", "12.", ".5", "1.2.3", "nan", "inf", "0x1F",
    "1,2", "12,34", "1,2345", "5 3", "35①", "35²", "½", "٣٥", "98.25%%", "5%万", "12亿万", "近1200余", "约1200左右",
    "余", "%", "百分之", "百分之百分之九", "一一", "十十", "万十", "应尽", "2021-03-05",
)  # fmt: skip

# Denominators up to 400 that can give 98.25 % by rounding.
DOMAIN_10_4_FEASIBLE = [57, 114, 171, 228, 229, 285, 286, 342, 343, 399, 400]
DOMAIN_10_4_INFEASIBLE = [745, 770, 2380, 2381, 2385, 2389, 25]

# Printed in stored official pages: numerator, denominator, printed, correctly rounded.
DOMAIN_10_2_TRUNCATED = [
    (140, 151, "92.71", "92.72"),
    (75, 151, "49.66", "49.67"),
    (16, 151, "10.59", "10.60"),
    (4, 151, "2.64", "2.65"),
]
DOMAIN_10_2_WRONG = [
    (29, 135, "19.2", "21.5"),  # the base was 151
    (708 - 682, 708, "27.71", "3.67"),
    (867 - 767, 867, "11.54", "11.53"),
    (159 - 85, 159, "46.55", "46.54"),
]
# GB/T 8170-2008, examples of section 3.2, scaled to percentages: value, decimals kept, rounded value.
GB_T_8170 = [
    ("12.1498", 0, "12"),
    ("12.1498", 1, "12.1"),
    ("12.68", 0, "13"),
    ("10.5002", 0, "11"),
    ("1.050", 1, "1.0"),
    ("0.35", 1, "0.4"),
    ("2.5", 0, "2"),
    ("3.5", 0, "4"),
    ("15.4546", 0, "15"),  # once, never in steps: 15.4546, 15.455, 15.46, 15.5, 16
]


@cache
def feasible(rule: str, last: int = 3000) -> tuple[int, ...]:
    """The denominators that can give 98.25 % under `rule`."""
    return tuple(n for n in range(1, last + 1) if counts_that_give("98.25", n)[rule])


# Printed figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("printed", "interval"), DOMAIN_11.items(), ids=DOMAIN_11)
def test_printed_words_allow_the_interval_that_the_note_gives(
    printed: str, interval: tuple[int | None, int | None]
) -> None:
    figure = Figure.parse(printed)
    assert (figure.low, figure.high) == interval
    for bound, outside in zip(interval, (-1, 1), strict=True):
        if bound is not None:
            assert figure.allows(bound)
            assert not figure.allows(bound + outside)
        else:
            assert figure.allows(outside * 10**12)


def test_the_text_is_kept_exactly_as_printed() -> None:
    assert Figure.parse("１，２００ 余").text == "１，２００ 余"


@pytest.mark.parametrize("word", [*UNIVERSAL_WORDS, "应审尽审", "应公开尽公开"])
def test_universal_words_are_no_number(word: str) -> None:
    figure = Figure.parse(word)
    assert (figure.qualifier, figure.value, figure.low, figure.high) == (Qualifier.UNIVERSAL, None, None, None)
    assert not figure.percent


@pytest.mark.parametrize("text", NONSENSE)
def test_what_is_no_figure_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(FigureError):
        Figure.parse(text)


def test_about_is_five_per_cent_on_either_side_of_a_precise_figure() -> None:
    for printed in ("约2387", "2387左右", "2387上下", "大约2387"):
        figure = Figure.parse(printed)
        assert (figure.low, figure.high) == (Fraction(226765, 100), Fraction(250635, 100)), printed


def test_a_measured_value_between_two_steps_is_held_against_the_words() -> None:
    half = Fraction(1, 2)
    assert Figure.parse("不满6").allows(6 - half)
    assert Figure.parse("超过6").allows(6 + half)
    assert Figure.parse("超过98%").allows(98 + half)
    assert not Figure.parse("不满6").allows(6)
    assert not Figure.parse("超过6").allows(6)
    assert not Figure.parse("不低于6").allows(6 - half)


def test_a_percentage_keeps_its_digits_and_its_sign_apart() -> None:
    for printed in ("98.50%", "９８．５０％"):
        figure = Figure.parse(printed)
        assert (figure.value, figure.digits, figure.percent) == (Fraction(197, 2), "98.50", True)
    assert not Figure.parse("98.50").percent


def test_bounds_are_shown_in_digits() -> None:
    shown = {"1200余": "1201-1299", "不低于6": ">= 6", "35": "35", "1200以下": "<= 1200", "均": "", "98.25%": "98.25"}
    assert {printed: Figure.parse(printed).bounds() for printed in shown} == shown


def test_numbers_are_written_exactly() -> None:
    written = {"12": Fraction(12), "-0.5": Fraction(-1, 2), "12.25": Fraction(49, 4), "1/3": Fraction(1, 3), "": None}
    assert {number(value): value for value in written.values()} == written


@given(st.integers(1, 10**9))
def test_over_and_under_are_never_empty_and_never_reach_the_number(x: int) -> None:
    unit = 10 ** (len(str(x)) - len(str(x).rstrip("0")))
    over, under = Figure.parse(f"{x}余"), Figure.parse(f"近{x}")
    assert over.low is not None
    assert over.high is not None
    assert x < over.low <= over.high < max(x + 2, x + unit)
    assert over.high <= x + max(Fraction(10), Fraction(x, 10))
    assert under.low is not None
    assert under.high is not None
    assert x - unit <= under.low <= under.high < x
    assert under.low >= min(Fraction(x - 1), Fraction(19 * x, 20))
    assert not over.allows(x)
    assert not under.allows(x)


@given(st.integers(0, 10**6), st.fractions(0, 10**6, max_denominator=12))
def test_opposite_words_share_no_value_and_miss_none(x: int, value: Fraction) -> None:
    for word, opposite in (("超过", "不超过"), ("不低于", "不满"), ("至少", "不足")):
        assert Figure.parse(f"{word}{x}").allows(value) != Figure.parse(f"{opposite}{x}").allows(value)


@given(st.integers(0, 10**12))
def test_one_number_is_read_alike_however_it_is_written(n: int) -> None:
    full_width = str(n).translate({ord("0") + i: chr(ord("０") + i) for i in range(10)})
    for printed in (f"{n:,}", f"{n:,}".replace(",", "，"), f"{n:,}".replace(",", "\u2009"), full_width, f" {n} "):
        assert Figure.parse(printed).value == n


@given(st.decimals(0, 10**6, places=4, allow_nan=False), st.sampled_from([("万", 10**4), ("亿", 10**8)]))
def test_ten_thousands_and_hundred_millions_are_multiplied_exactly(x: object, scale: tuple[str, int]) -> None:
    word, factor = scale
    assert Figure.parse(f"{x}{word}").value == Fraction(str(x)) * factor


@given(st.text(alphabet="0123456789.,% 余多近约超过不满低于足以上下万亿均十两①²①", max_size=8) | st.text(max_size=8))
def test_any_text_is_read_or_refused_and_never_breaks_the_reader(text: str) -> None:
    try:
        figure = Figure.parse(text)
    except FigureError:
        return
    assert figure.value is None or figure.value >= 0
    assert (figure.value is None) == (figure.qualifier is Qualifier.UNIVERSAL)


# Rates --------------------------------------------------------------------------------------------------


def test_domain_10_4_the_bases_that_can_give_98_25_by_rounding() -> None:
    for rule in ("half_up", "half_even"):
        assert [n for n in feasible(rule) if n <= 400] == DOMAIN_10_4_FEASIBLE
        assert not set(DOMAIN_10_4_INFEASIBLE) & set(feasible(rule))
    assert counts_that_give("98.25", 57)["half_up"] == (56,)


def test_domain_10_4_745_gives_98_25_only_by_cutting_732() -> None:
    assert counts_that_give("98.25", 745) == {"half_up": (), "half_even": (), "truncation": (732,)}
    assert fitting_roundings("98.25", 732, 745) == ("truncation",)
    assert fitting_roundings("98.26", 732, 745) == ("half_up", "half_even")


@pytest.mark.parametrize("base", [770, 25, 39, 46, 142, *range(2380, 2390)])
def test_statistics_4_1_no_other_printed_figure_can_be_the_base_of_98_25(base: int) -> None:
    assert not any(counts_that_give("98.25", base).values())


def test_statistics_3_1_how_many_bases_up_to_3000_can_give_98_25() -> None:
    assert len(feasible("half_up")) == 450
    assert feasible("half_even") == feasible("half_up")
    assert len(feasible("truncation")) == 456
    assert sum(1 for n in feasible("half_up") if n <= 1000) == 55


def test_statistics_4_1_the_bases_around_745_and_2380() -> None:
    windows = {"half_up": [*range(741, 745)], "truncation": [*range(743, 748)]}
    assert {rule: [n for n in feasible(rule) if 730 < n < 760] for rule in windows} == windows
    rounding, cutting = feasible("half_up"), feasible("truncation")
    assert [n for n in rounding if 2340 <= n < 2420] == [*range(2340, 2350), *range(2394, 2407)]
    assert [n for n in cutting if 2340 <= n < 2420] == [*range(2343, 2357), *range(2400, 2414)]


def test_statistics_3_1_half_up_and_half_even_part_at_20000() -> None:
    counts = counts_that_give("98.25", 20_000)
    assert set(counts["half_up"]) - set(counts["half_even"]) == {19_649}


def test_validation_1_10_half_up_and_half_even_differ_for_80_pairs_up_to_200() -> None:
    pairs = [
        (k, n)
        for n in range(1, 201)
        for k in range(n + 1)
        if rounded_percent(k, n, 1, "half_up") != rounded_percent(k, n, 1, "half_even")
    ]
    assert len(pairs) == 80
    assert pairs[0] == (1, 16)
    assert (rounded_percent(1, 16, 1, "half_up"), rounded_percent(1, 16, 1, "half_even")) == ("6.3", "6.2")


def test_validation_1_10_few_percentages_can_occur_on_a_small_base() -> None:
    for n in (39, 46):
        assert len({rounded_percent(k, n, 1, "half_up") for k in range(n + 1)}) == n + 1

    def pairs(printed: str) -> list[tuple[int, int]]:
        return [(k, n) for n in range(1, 61) for k in counts_that_give(printed, n)["half_up"]]

    assert pairs("89.7") == [(26, 29), (35, 39), (52, 58)]
    assert pairs("87.0") == [(20, 23), (40, 46), (47, 54)]
    assert pairs("86.9") == []


def test_validation_1_10_the_rates_of_the_report_at_three_precisions() -> None:
    assert [rounded_percent(35, 39, places, "half_up") for places in range(3)] == ["90", "89.7", "89.74"]
    assert [rounded_percent(40, 46, places, "half_up") for places in range(3)] == ["87", "87.0", "86.96"]


@pytest.mark.parametrize(("part", "whole", "printed", "rounded"), DOMAIN_10_2_TRUNCATED)
def test_domain_10_2_systematic_truncation_is_recognized(part: int, whole: int, printed: str, rounded: str) -> None:
    assert fitting_roundings(printed, part, whole) == ("truncation",)
    assert rounded_percent(part, whole, 2, "half_up") == rounded_percent(part, whole, 2, "half_even") == rounded


@pytest.mark.parametrize(("part", "whole", "printed", "right"), DOMAIN_10_2_WRONG)
def test_domain_10_2_wrong_percentages_fit_no_rounding(part: int, whole: int, printed: str, right: str) -> None:
    assert fitting_roundings(printed, part, whole) == ()
    assert "half_up" in fitting_roundings(right, part, whole)


def test_domain_10_2_the_wrong_base_is_the_one_that_fits() -> None:
    assert fitting_roundings("19.2", 29, 151) == ROUNDINGS
    assert counts_that_give("19.2", 135)["half_up"] == ()


@pytest.mark.parametrize(("value", "places", "rounded"), GB_T_8170)
def test_gb_t_8170_rounds_half_to_even_and_once(value: str, places: int, rounded: str) -> None:
    share = Fraction(value) / 100
    assert rounded_percent(share.numerator, share.denominator, places, "half_even") == rounded


def test_trailing_zeros_claim_precision() -> None:
    assert fitting_roundings("98.5", 197, 200) == fitting_roundings("98.50", 197, 200) == ROUNDINGS
    assert fitting_roundings("98.5", 9846, 10_000) == ("half_up", "half_even")
    assert fitting_roundings("98.50", 9846, 10_000) == ()


def test_a_rate_needs_a_base_and_counts_that_are_counts() -> None:
    with pytest.raises(ZeroDivisionError):
        rounded_percent(0, 0, 2, "half_up")
    assert counts_that_give("100", 0) == dict.fromkeys(ROUNDINGS, ())
    with pytest.raises(ValueError, match="unknown rounding rule"):
        rounded_percent(1, 2, 2, "bankers")
    for part, whole in ((-1, 2), (1, -2)):
        with pytest.raises(ValueError, match="negative"):
            rounded_percent(part, whole, 2, "half_up")


counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.integers(0, 4))
def test_every_rounding_brackets_the_exact_value(count: tuple[int, int], places: int) -> None:
    k, n = count
    exact, step = Fraction(100 * k, n), Fraction(1, 10**places)
    printed = {rule: Fraction(rounded_percent(k, n, places, rule)) for rule in ROUNDINGS}
    assert printed["truncation"] <= exact < printed["truncation"] + step
    assert -step / 2 < printed["half_up"] - exact <= step / 2
    assert abs(printed["half_even"] - exact) <= step / 2
    if abs(printed["half_even"] - exact) == step / 2:
        assert (printed["half_even"] / step) % 2 == 0


@given(counts, st.integers(0, 4))
def test_a_printed_rate_has_as_many_decimals_as_asked_for(count: tuple[int, int], places: int) -> None:
    for rule in ROUNDINGS:
        assert len(rounded_percent(*count, places, rule).partition(".")[2]) == places


@given(st.integers(1, 300), st.integers(0, 3).flatmap(lambda p: st.decimals(0, 101, places=p)))
def test_feasible_counts_are_exactly_those_found_by_trying_every_count(n: int, printed: object) -> None:
    text = str(printed)
    fitting = [fitting_roundings(text, k, n) for k in range(n + 1)]
    tried = {rule: tuple(k for k, rules in enumerate(fitting) if rule in rules) for rule in ROUNDINGS}
    assert counts_that_give(text, n) == tried


@given(counts, st.integers(0, 4), st.sampled_from(ROUNDINGS))
def test_a_count_is_found_again_in_the_rate_it_gave(count: tuple[int, int], places: int, rule: str) -> None:
    k, n = count
    printed = rounded_percent(k, n, places, rule)
    assert k in counts_that_give(printed, n)[rule]
    assert rule in fitting_roundings(printed, k, n)
