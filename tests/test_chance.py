"""Exact statements of chance and sample sizes, against the tables of their authorities."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.chance import detectable_range, lower_limit, outside_funnel, upper_limit
from audit.errors import UsageError
from audit.sampling import Plan, draw, evaluate, frame_digest, parse_rate, plan_sample
from audit.sampling.plan import Method

SURE = Fraction(95, 100)

# Tolerable and expected rate in percent; n and allowed by binomial, n by hypergeometric.
STATISTICS_4_4 = [
    ("1", "0", 299, 0, 298),
    ("1", "0.5", 1182, 6, 1178),
    ("2", "0", 149, 0, 149),
    ("2", "0.5", 313, 2, 313),
    ("2", "1", 590, 6, 589),
    ("5", "0", 59, 0, 59),
    ("5", "0.5", 93, 1, 93),
    ("5", "1", 93, 1, 93),
]
# Population; n at 1, 2 and 5 percent, none expected, hypergeometric.
STATISTICS_4_4_SMALL = {
    745: (232, 134, 56), 770: (None, 131, None), 2380: (278, 143, 58), 2389: (279, 144, 58),
}  # fmt: skip
# Tolerable percent; n for 0, 1, 2 deviations at 95 % and 0, 1 at 90 % (computed, binomial, large population).
DOMAIN_9_5 = {
    1: (299, 473, 628, 230, 388), 2: (149, 236, 313, 114, 194), 3: (99, 157, 208, 76, 129),
    5: (59, 93, 124, 45, 77), 7: (42, 66, 88, 32, 55), 10: (29, 46, 61, 22, 38),
}  # fmt: skip
# The note prints 78.1 for the one-sided limit of 35 of 39; in exact fractions it is 78.048.
# Count and n; two-sided 95 % Clopper-Pearson limits and the one-sided lower 95 % limit, in percent (statistics 4.3).
STATISTICS_4_3 = {
    (5, 5): (47.8, 100, 54.9), (15, 15): (78.2, 100, 81.9), (35, 39): (75.8, 97.1, 78.0), (40, 46): (73.7, 95.1, 75.9),
}  # fmt: skip


def plan(population: int, tolerable: str, expected: str, sure: str = "0.95", method: Method | None = None) -> Plan:
    return plan_sample(population, Fraction(tolerable) / 100, Fraction(expected) / 100, Fraction(sure), method)


@pytest.mark.parametrize(("tolerable", "expected", "n", "allowed", "finite"), STATISTICS_4_4)
def test_statistics_4_4_sample_sizes(tolerable: str, expected: str, n: int, allowed: int, finite: int) -> None:
    binomial = plan(115_226, tolerable, expected)
    assert (binomial.method, binomial.n, binomial.allowed) == ("binomial", n, allowed)
    assert plan(115_226, tolerable, expected, method="hypergeometric").n == finite


@pytest.mark.parametrize("population", STATISTICS_4_4_SMALL)
def test_statistics_4_4_small_registers(population: int) -> None:
    for tolerable, n in zip(("1", "2", "5"), STATISTICS_4_4_SMALL[population], strict=True):
        planned = plan(population, tolerable, "0")
        assert planned.method == "hypergeometric"
        assert n in (None, planned.n)


@pytest.mark.parametrize("tolerable", DOMAIN_9_5)
def test_domain_9_5_sizes_are_the_least_that_bear_their_deviations(tolerable: int) -> None:
    conditions = ((0, SURE), (1, SURE), (2, SURE), (0, Fraction(9, 10)), (1, Fraction(9, 10)))
    for n, (allowed, sure) in zip(DOMAIN_9_5[tolerable], conditions, strict=True):
        limit = tolerable / 100
        assert upper_limit(allowed, n, sure) <= limit < upper_limit(allowed, n - 1, sure)


def test_aicpa_expected_counts_are_rational() -> None:
    # 3.5 % of 400 is 14 and 7 % of 1300 is 91; in floating point both are a little more, and a ceiling adds one.
    assert math.ceil(0.035 * 400) == 15
    found = plan(10**7, "5", "3.5", "0.90")
    assert (found.n, found.allowed) == (400, 14)
    found = plan(10**7, "8", "7", "0.90")
    assert (found.n, found.allowed) == (1300, 91)


@pytest.mark.parametrize("expected", ["1", "1.5"])
def test_statistics_4_4_what_is_expected_cannot_be_ruled_out(expected: str) -> None:
    with pytest.raises(UsageError, match="not below the tolerable"):
        plan(115_226, "1", expected)


def test_a_handful_is_examined_whole() -> None:
    for population in (1, 5):
        found = plan(population, "5", "0")
        assert (found.n, found.allowed, found.census) == (population, 0, True)
    assert plan(5, "5", "0", method="binomial").census


def test_a_probability_that_equals_the_risk_is_within_it() -> None:
    # One marked of twenty is missed by nineteen draws with probability 1/20 exactly.
    assert plan(20, "5", "0").n == 19


@settings(max_examples=60, deadline=None)
@given(st.integers(6, 400), st.integers(2, 20), st.integers(0, 4))
def test_a_hypergeometric_plan_is_the_least_by_counting_samples(population: int, tolerable: int, expected: int) -> None:
    if expected >= tolerable:
        return
    found = plan(population, str(tolerable), str(expected))
    marked, rate = math.ceil(Fraction(tolerable * population, 100)), Fraction(expected, 100)

    def supports(n: int) -> bool:
        allowed = math.ceil(rate * n)
        ways = sum(math.comb(marked, i) * math.comb(population - marked, n - i) for i in range(min(allowed, n) + 1))
        return Fraction(ways, math.comb(population, n)) <= 1 - SURE

    least = next((n for n in range(1, population) if supports(n)), population)
    assert found.n == least


@pytest.mark.parametrize("counts", STATISTICS_4_3)
def test_statistics_4_3_clopper_pearson_limits(counts: tuple[int, int]) -> None:
    low, high, one_sided = STATISTICS_4_3[counts]
    two_sided = Fraction(975, 1000)
    assert round(100 * lower_limit(*counts, two_sided), 1) == low
    assert round(100 * upper_limit(*counts, two_sided), 1) == high
    assert round(100 * lower_limit(*counts, SURE), 1) == one_sided


def test_statistics_4_4_read_out_of_93() -> None:
    assert [round(100 * upper_limit(found, 93, SURE), 2) for found in range(4)] == [3.17, 5.00, 6.62, 8.13]


def test_domain_9_5_one_deviation_in_fifty() -> None:
    assert round(100 * upper_limit(1, 50, SURE), 2) == 9.14


def test_statistics_4_3_clean_items_that_support_95_and_99_percent() -> None:
    for clean, least in ((59, 0.95), (299, 0.99)):
        assert lower_limit(clean, clean, SURE) >= least > lower_limit(clean - 1, clean - 1, SURE)


@pytest.mark.parametrize(("count", "low", "high"), [(84, 60, 112), (39, 23, 59), (46, 29, 67), (5, 0, 14)])
def test_statistics_3_4_detectable_ranges(count: int, low: int, high: int) -> None:
    assert detectable_range(count) == (low, high)


def test_statistics_3_4_at_115226_a_change_of_nought_point_eight_percent_shows() -> None:
    low, high = detectable_range(115_226)
    assert 0.0075 < 1 - low / 115_226 < 0.0085
    assert 0.0075 < high / 115_226 - 1 < 0.0085


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_a_limit_of_counts_that_cannot_be_is_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="count <= n"):
        upper_limit(count, n, SURE)


def test_a_funnel_flags_only_what_exact_limits_flag() -> None:
    half, risk = Fraction(1, 2), Fraction(2, 1000)
    # All of ten heads has probability 1/1024 < 1/1000; all of nine 1/512.
    assert outside_funnel(10, 10, half, risk)
    assert outside_funnel(0, 10, half, risk)
    assert not outside_funnel(9, 9, half, risk)
    assert not outside_funnel(1, 1, Fraction(999, 1000), risk)


# Drawing and evaluating ---------------------------------------------------------------------------------

FRAME = [f"（2022）示{n:03d}号" for n in range(1, 201)]


def test_a_draw_repeats_from_its_seed_whatever_the_order_of_the_rows() -> None:
    drawn = draw(FRAME, 20, 7)
    assert drawn == draw(FRAME[::-1], 20, 7) != draw(FRAME, 20, 8)
    assert [one.position for one in drawn] == sorted({one.position for one in drawn})
    assert all(sorted(FRAME)[one.position - 1] == one.key for one in drawn)
    assert frame_digest(FRAME) == frame_digest(FRAME[::-1]) != frame_digest(FRAME[1:])
    # Pinned, so that a change of generator cannot pass unseen: an archived draw must be repeatable.
    assert [one.position for one in draw(FRAME, 5, 2021)] == PINNED


PINNED = [38, 64, 106, 120, 154]


@given(st.integers(1, 60), st.integers(0, 2**32), st.data())
def test_any_draw_has_its_size_and_no_record_twice(population: int, seed: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, population))
    drawn = draw(FRAME[:population], n, seed)
    assert len({one.key for one in drawn}) == len(drawn) == n


def test_every_record_has_the_same_chance() -> None:
    times = [0] * 10
    for seed in range(3000):
        for one in draw(FRAME[:10], 3, seed):
            times[one.position - 1] += 1
    assert all(abs(count - 900) < 5 * math.sqrt(3000 * 0.3 * 0.7) for count in times)


@pytest.mark.parametrize("n", [0, 201])
def test_more_than_there_are_cannot_be_drawn(n: int) -> None:
    with pytest.raises(UsageError, match="cannot be drawn"):
        draw(FRAME, n, 1)


def test_an_evaluation_says_what_it_supports_and_counts_causes() -> None:
    found = evaluate(93, 1, SURE, tolerable=Fraction(5, 100), causes=["无签名"])
    assert found.supported
    assert "no more than 5.00%" in found.conclusion.en
    more = evaluate(93, 2, SURE, tolerable=Fraction(5, 100), causes=["无签名", "日期倒置", "无签名"])
    assert not more.supported
    assert "cannot be ruled out" in more.conclusion.en
    assert more.causes == (("无签名", 2), ("日期倒置", 1))


def test_a_full_count_has_no_interval() -> None:
    found = evaluate(5, 0, SURE, population=5, tolerable=Fraction(5, 100))
    assert (found.upper, found.lower, found.census, found.supported) == (0, 0, True, True)
    assert "no interval" in found.conclusion.en
    assert "confidence" not in found.conclusion.en
    assert not evaluate(5, 1, SURE, population=5, tolerable=Fraction(5, 100)).supported


def test_an_upper_limit_is_never_printed_below_itself() -> None:
    assert "3.17%" in evaluate(93, 0, SURE).conclusion.en  # 3.1698…
    assert "4.96%" in evaluate(59, 0, SURE).conclusion.en  # 4.950…, rounded up


@pytest.mark.parametrize("text", ["", "x", "1.5", "-0.1", "5%%", "1/0", "120%"])
def test_what_is_no_rate_is_refused_by_its_option(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_rate(text, "--tolerable")
    assert refused.value.where == "--tolerable"


def test_rates_are_read_exactly() -> None:
    assert parse_rate("5%", "") == parse_rate("0.05", "") == parse_rate("1/20", "") == Fraction(1, 20)
