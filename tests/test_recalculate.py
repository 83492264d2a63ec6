"""Figures recalculated from small tables whose right answers are plain to see."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from audit.clocks import official_calendar
from audit.engagement import Claim
from audit.errors import RulebookError
from audit.intake import read_tables
from audit.model import Outcome, Period, Severity, Status, Text, Verdict
from audit.numbers import Figure
from audit.query import Warehouse
from audit.recalculate import (
    Measured,
    judge_claim,
    judge_identity,
    judge_report,
    judge_rows,
    published_identity,
    take_measure,
    untested_years,
)
from audit.recalculate.verdicts import Broken
from audit.rulebook import Column, Identity, Measure, RowIdentity, Rule, Rulebook, TableSpec, load_rulebook
from audit.words import same

PERIOD = Period(2021, date(2021, 12, 31))
SHIPPED = Path(__file__).parents[1] / "expectations"


def text(word: str) -> Text:
    return Text(zh=word, en=word)


def column(kind: Any) -> Column:
    return Column(type=kind, title=text(""), codes={"yes": "是", "no": "否"} if kind == "code" else {})


def table(name: str, key: tuple[str, ...], columns: dict[str, str], **more: Any) -> TableSpec:
    named = {title: column(kind).model_copy(update={"title": text(title)}) for title, kind in columns.items()}
    return TableSpec(
        table=name, domain="disclosure", title=text(name), grain=text("row"), key=key, columns=named, **more
    )


LIMIT = Rule.model_validate(
    {
        "id": "T-20",
        "domain": "disclosure",
        "kind": "deadline",
        "citation": {"law": "条例"},
        "effective": {"from": date(2019, 5, 15), "selector": "received"},
        "severity": "warning",
        "certainty": "A",
        "verified": True,
        "title": text("期限"),
        "effect": text("x"),
        "recommendation": text("x"),
        "clock": {
            "table": "cases",
            "start": "received",
            "end": "closed",
            "limit": {"n": 20, "day_type": "working"},
        },
    }
)
CASES = table(
    "cases",
    ("case_no",),
    {"case_no": "text", "received": "date", "closed": "date", "ok": "code", "pages": "integer", "fee": "decimal"},
    judged=("t_20", "t_20_due"),
)
SUMS = table("sums", ("unit", "quarter"), {"unit": "text", "quarter": "integer"} | dict.fromkeys("abc", "integer"))
MONTHS = table(
    "months",
    ("month",),
    {"month": "integer", "fee": "decimal"},
    sources=("cases",),
    sql="SELECT month(received)::BIGINT AS month, sum(fee) AS fee FROM cases GROUP BY 1 ORDER BY 1",
)
WITH_SUMS = table(
    "with_sums",
    ("case_no",),
    {"case_no": "text", "a": "integer"},
    sources=("cases", "sums"),
    sql="SELECT case_no, coalesce((SELECT sum(a) FROM sums), 0)::BIGINT AS a FROM cases ORDER BY case_no",
)
TABLES = {"cases": CASES, "sums": SUMS, "months": MONTHS, "with_sums": WITH_SUMS}
CASE_ROWS = (
    "001,2021-01-04,2021-02-01,是,10,1.10",
    "002,2021-01-05,,否,20,2.20",
    "003,2021-09-10,2021-10-15,,30,",
    "004,2020-12-31,2021-01-04,是,-5,0.0001",
)
SUM_ROWS = ("001,1,3,2,1", "001,2,3,2,2", "002,1,,2,1", "002,2,9,8,0")

Open = Callable[..., Warehouse]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Write the rows of two tables as departments would, read them, and open a warehouse on them."""
    houses: list[Warehouse] = []

    def open_(cases: tuple[str, ...] | None = CASE_ROWS, sums: tuple[str, ...] | None = SUM_ROWS) -> Warehouse:
        folder = tmp_path / "huiji" / f"{2021 + len(houses)}"
        folder.mkdir(parents=True)
        absent = {}
        for spec, rows in ((CASES, cases), (SUMS, sums)):
            if rows is None:
                absent[spec.table] = same("未建台账")
            else:
                lines = "".join(f"{line}\n" for line in (",".join(spec.columns), *rows))
                (folder / f"{spec.table}.csv").write_text(lines, encoding="utf-8")
        book = Rulebook(TABLES, {}, {"T-20": LIMIT}, {}, (), ())
        houses.append(Warehouse(read_tables(folder, book.delivered, absent), book, PERIOD, official_calendar()))
        return houses[-1]

    yield open_
    for house in houses:
        house.__exit__()


def measure(kind: Any, sql: str, table: str = "cases", **more: Any) -> Measure:
    return Measure(
        id="cases.figure", domain="disclosure", kind=kind, rule="FIG-01", title=text("数"), table=table, sql=sql, **more
    )


def claim(printed: str, name: str = "cases.figure", **more: str) -> Claim:
    cells = dict.fromkeys(("unit", "scope", "flow_or_stock", "base", "locator", "note"), "") | more
    return Claim(cells.pop("id", name), name, Figure.parse(printed), **cells)


COUNT = measure("count", "SELECT case_no FROM cases WHERE received BETWEEN $period_start AND $period_end")
SUM = measure("sum", "SELECT case_no, pages AS value FROM cases WHERE closed <= $as_of")
RATE = measure("rate", "SELECT case_no, ok = 'yes' AS hit FROM cases")
LEAST = measure("minimum", "SELECT case_no, fee AS value FROM cases")
EVERY = measure("universal", "SELECT case_no, ok = 'yes' AS holds FROM cases")
KINDS: dict[str, Measure] = {one.kind: one for one in (COUNT, SUM, RATE, LEAST, EVERY)}


# Measures -----------------------------------------------------------------------------------------------


def test_a_count_is_the_number_of_records_with_their_keys(opened: Open) -> None:
    taken = take_measure(COUNT, opened())
    assert taken.value == taken.judged == 3
    assert taken.marks == (("001", "1"), ("002", "1"), ("003", "1"))


def test_a_count_of_no_record_in_a_table_with_rows_is_zero_and_not_untaken(opened: Open) -> None:
    taken = take_measure(measure("count", "SELECT case_no FROM cases WHERE pages > 1000"), opened())
    assert taken.value == taken.judged == 0
    assert taken.digest


def test_a_sum_keeps_what_each_record_adds(opened: Open) -> None:
    taken = take_measure(SUM, opened())
    assert taken.value == 35
    assert taken.marks == (("001", "10"), ("003", "30"), ("004", "-5"))


def test_a_sum_of_amounts_is_exact(opened: Open) -> None:
    taken = take_measure(measure("sum", "SELECT case_no, fee AS value FROM cases"), opened())
    assert taken.value == Fraction(33001, 10_000)
    assert dict(taken.marks)["003"] == ""


def test_a_rate_counts_an_unknown_as_no_hit_and_keeps_it_in_the_base(opened: Open) -> None:
    taken = take_measure(RATE, opened())
    assert taken.value == 50
    assert (taken.numerator, taken.denominator) == (2, 4)
    assert taken.marks == (("001", "1"), ("002", "0"), ("003", ""), ("004", "1"))
    assert taken.exceptions == ("002",)


def test_a_least_value_is_taken_over_those_that_have_one(opened: Open) -> None:
    assert take_measure(LEAST, opened()).value == Fraction(1, 10_000)


def test_a_universal_statement_names_each_counter_example_and_no_record_that_is_merely_unknown(opened: Open) -> None:
    taken = take_measure(EVERY, opened())
    assert (taken.numerator, taken.denominator, taken.exceptions) == (2, 4, ("002",))


def test_compound_keys_are_joined_and_sorted(opened: Open) -> None:
    found = measure("sum", "SELECT quarter, unit, b AS value FROM sums ORDER BY quarter DESC", "sums")
    taken = take_measure(found, opened(sums=SUM_ROWS[::-1]))
    assert [key for key, _ in taken.marks] == ["001|1", "001|2", "002|1", "002|2"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_digest_names_the_records_and_not_their_order(opened: Open, kind: str) -> None:
    digests = [take_measure(KINDS[kind], opened(rows)).digest for rows in (CASE_ROWS, CASE_ROWS[::-1], CASE_ROWS)]
    assert digests[0] == digests[1] == digests[2]
    assert digests[0] is not None
    assert len(digests[0]) == 64
    assert take_measure(KINDS[kind], opened(CASE_ROWS[1:])).digest != digests[0]


def test_the_digest_changes_with_one_contribution(opened: Open) -> None:
    changed = (CASE_ROWS[0].replace(",10,", ",11,"), *CASE_ROWS[1:])
    assert take_measure(SUM, opened()).digest != take_measure(SUM, opened(changed)).digest


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_rows_leaves_every_kind_untaken_with_the_reason(opened: Open, kind: str) -> None:
    taken = take_measure(KINDS[kind], opened(()))
    assert (taken.value, taken.digest, taken.reason.en) == (None, None, "the table has no rows")


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_that_never_came_leaves_every_kind_untaken_with_its_reason(opened: Open, kind: str) -> None:
    taken = take_measure(KINDS[kind], opened(None))
    assert taken.value is None
    assert taken.reason == Text(zh="未提供该表：未建台账", en="the table was not supplied: 未建台账")


def test_a_further_source_that_is_missing_or_empty_leaves_the_measure_untaken(opened: Open) -> None:
    needs = measure("count", "SELECT case_no FROM cases", sources=("sums",))
    assert take_measure(needs, opened(sums=None)).reason.en == "the table was not supplied: 未建台账"
    assert take_measure(needs, opened(sums=())).reason.en == "the table has no rows"
    assert take_measure(needs, opened()).value == 4


@pytest.mark.parametrize("kind", ["sum", "rate", "minimum", "universal"])
def test_a_column_without_one_value_and_a_filter_without_one_record_are_told_apart(opened: Open, kind: str) -> None:
    bare = [f"00{n},2021-01-04,,,," for n in range(3)]
    house = opened(tuple(bare))
    sql = KINDS[kind].sql.replace("WHERE closed", "WHERE received")
    every = KINDS[kind].model_copy(update={"sql": sql})
    assert take_measure(every, house).reason.en == "every value of the column is missing"
    none = KINDS[kind].model_copy(update={"sql": f"SELECT * FROM ({sql}) WHERE case_no = '9'"})
    assert take_measure(none, house).reason.en == "no record meets the condition under which it applies"


UNUSABLE = {
    "a floating-point value": ("sum", "SELECT case_no, pages::DOUBLE AS value FROM cases", "DECIMAL"),
    "an average": ("minimum", "SELECT case_no, avg(fee) AS value FROM cases GROUP BY 1", "not an exact number"),
    "a truth value": ("sum", "SELECT case_no, ok = 'yes' AS value FROM cases", "gives bool"),
    "a text": ("minimum", "SELECT case_no, ok AS value FROM cases", "gives str"),
    "SQL that is none": ("count", "SELEC case_no FROM cases", "cannot be run"),
    "an unknown column": ("count", "SELECT case_no FROM cases WHERE state = 1", "cannot be run"),
    "no key": ("count", "SELECT pages FROM cases", "cannot be run"),
    "no value": ("sum", "SELECT case_no, pages FROM cases", "cannot be run"),
    "no hit": ("rate", "SELECT case_no, ok FROM cases", "cannot be run"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_measure_that_gives_nothing_exact_is_refused_by_name(opened: Open, case: str) -> None:
    kind, sql, words = UNUSABLE[case]
    with pytest.raises(RulebookError) as refused:
        take_measure(measure(kind, sql), opened())
    assert "measures.yml, cases.figure" in str(refused.value)
    assert words in str(refused.value)


def test_a_due_date_is_added_by_its_rule(opened: Open) -> None:
    late = measure("count", "SELECT case_no FROM cases WHERE closed > t_20_due")
    house = opened()
    # Twenty working days from 2021-09-10 end on 2021-10-14.
    assert take_measure(late, house).marks == (("003", "1"),)
    assert house.tables["cases"].frame["t_20_due"].dt.date.tolist()[2] == date(2021, 10, 14)


def test_a_computed_table_is_there_only_when_its_sources_are(opened: Open) -> None:
    per_month = measure("sum", "SELECT month, fee AS value FROM months", "months")
    taken = take_measure(per_month, opened())
    assert taken.value == Fraction(33001, 10_000)
    assert [key for key, _ in taken.marks] == ["1", "9", "12"]
    assert take_measure(per_month, opened(())).reason.en == "the table has no rows"
    assert take_measure(per_month, opened(None)).reason.en == "the table was not supplied: 未建台账"


def test_a_computed_table_is_empty_when_any_of_its_sources_is(opened: Open) -> None:
    joined = measure("sum", "SELECT case_no, a AS value FROM with_sums", "with_sums")
    assert take_measure(joined, opened()).value == 4 * 15
    assert take_measure(joined, opened(sums=())).reason.en == "the table has no rows"


def test_every_shipped_measure_runs_on_the_tables_as_declared(folder: Path) -> None:
    book = load_rulebook(SHIPPED)
    for name, spec in book.delivered.items():
        (folder / f"{name}.csv").write_text(",".join(spec.columns) + "\n", encoding="utf-8")
    asks = {"count": None, "sum": "value", "rate": "hit", "minimum": "value", "universal": "holds"}
    with Warehouse(read_tables(folder, book.delivered, {}), book, PERIOD, official_calendar()) as house:
        for one in book.measures.values():
            house.select(one.sql, book.tables[one.table], asks[one.kind], one.id)
            assert take_measure(one, house).value is None


# Claims -------------------------------------------------------------------------------------------------


def counted(value: int) -> Measured:
    return Measured(COUNT, Fraction(value), tuple((str(n), "1") for n in range(value)))


def rated(hits: int, base: int) -> Measured:
    marks = tuple((str(n), "1" if n < hits else "0") for n in range(base))
    missed = tuple(key for key, mark in marks if mark == "0")
    return Measured(RATE, Fraction(100 * hits, base), marks, hits, base, missed)


UNTAKEN = Measured(COUNT, None, reason=text("the table has no rows"))
BASE = claim("745", "cases.base")
HEDGED_BASE = claim("2380余", "cases.base")
Judged = tuple[Claim, Measured | None, Claim | None, Broken]
# What is judged, the verdict, and the rounding that is named.
VERDICTS: dict[str, tuple[Judged, Verdict, str | None]] = {
    "equal counts": ((claim("35"), counted(35), None, ()), Verdict.AGREES, None),
    "unequal counts": ((claim("35"), counted(36), None, ()), Verdict.DIFFERS, None),
    "nothing printed as none": ((claim("0"), counted(0), None, ()), Verdict.AGREES, None),
    "within 余": ((claim("1200余"), counted(1299), None, ()), Verdict.AGREES, None),
    "the number itself is not 余": ((claim("1200余"), counted(1200), None, ()), Verdict.DIFFERS, None),
    "beyond 余": ((claim("1200余"), counted(1300), None, ()), Verdict.DIFFERS, None),
    "at least": ((claim("不低于6"), counted(6), None, ()), Verdict.AGREES, None),
    "short of at least": ((claim("不低于6"), counted(5), None, ()), Verdict.DIFFERS, None),
    "a rate that is exact": ((claim("50%"), rated(2, 4), None, ()), Verdict.AGREES, "exact"),
    "a rate that is exact to its zeros": ((claim("50.00%"), rated(2, 4), None, ()), Verdict.AGREES, "exact"),
    "a rate below its tie": (
        (claim("33.3%"), rated(1, 3), None, ()), Verdict.AGREES, "half_up/half_even/truncation",
    ),
    "a rate rounded up": ((claim("89.74%"), rated(35, 39), None, ()), Verdict.AGREES, "half_up/half_even/truncation"),
    "a rate rounded": ((claim("98.26%"), rated(732, 745), None, ()), Verdict.AGREES, "half_up/half_even"),
    "a tie rounded up": ((claim("6.3%"), rated(1, 16), None, ()), Verdict.AGREES, "half_up"),
    "a tie rounded to even": ((claim("6.2%"), rated(1, 16), None, ()), Verdict.AGREES, "half_even/truncation"),
    "a rate cut": ((claim("98.25%"), rated(732, 745), None, ()), Verdict.ONLY_BY_TRUNCATION, "truncation"),
    "a rate with a zero too many": ((claim("98.50%"), rated(9846, 10_000), None, ()), Verdict.DIFFERS, None),
    "a wrong rate": ((claim("98.24%"), rated(732, 745), BASE, ()), Verdict.IMPOSSIBLE, None),
    "a possible rate that differs": ((claim("98.26%"), rated(731, 745), BASE, ()), Verdict.DIFFERS, None),
    "a universal statement kept": (
        (claim("均"), Measured(EVERY, Fraction(100), (("1", "1"),), 1, 1), None, ()), Verdict.AGREES, None,
    ),
    "a universal statement broken": (
        (claim("均"), Measured(EVERY, Fraction(0), (("1", "0"),), 0, 1, ("1",)), None, ()), Verdict.DIFFERS, None,
    ),
    "a universal statement with an unknown": (
        (claim("均"), Measured(EVERY, Fraction(50), (("1", "1"), ("2", "")), 1, 2), None, ()), Verdict.NOT_TESTED, None,
    ),
    "a rate on another base than stated": ((claim("98.26%"), rated(1464, 1490), BASE, ()), Verdict.DIFFERS, None),
    "no count gives the rate": ((claim("98.30%"), None, BASE, ()), Verdict.IMPOSSIBLE, None),
    "impossible before the records are asked": (
        (claim("98.30%"), rated(983, 1000), BASE, ()), Verdict.IMPOSSIBLE, None,
    ),
    "no integer of a hedged base gives the rate": (
        (claim("98.25%"), None, HEDGED_BASE, ()), Verdict.IMPOSSIBLE, None,
    ),
    "some integer of a hedged base gives the rate": (
        (claim("98.24%"), None, HEDGED_BASE, ()), Verdict.NOT_TESTED, None,
    ),
    "a base without an upper bound rules nothing out": (
        (claim("98.25%"), None, claim("超过2380", "cases.base"), ()), Verdict.NOT_TESTED, None,
    ),
    "on a hedged base with a count it does not allow": (
        (claim("98.24%"), rated(2345, 2387), claim("2390余", "cases.base"), ()), Verdict.DIFFERS, None,
    ),
    "only cutting gives the rate on its stated base": (
        (claim("98.25%"), None, BASE, ()), Verdict.ONLY_BY_TRUNCATION, "truncation",
    ),
    "a base is stated and the records are missing": ((claim("98.26%"), UNTAKEN, BASE, ()), Verdict.NOT_TESTED, None),
    "no base and no measure": ((claim("98.25%"), None, None, ()), Verdict.BASE_NOT_STATED, None),
    "no base and no records": ((claim("98.25%"), UNTAKEN, None, ()), Verdict.BASE_NOT_STATED, None),
    "no base but records": ((claim("98.26%"), rated(732, 745), None, ()), Verdict.AGREES, "half_up/half_even"),
    "a rate whose measure is no rate": ((claim("98.25%"), counted(98), BASE, ()), Verdict.NOT_TESTED, None),
    "a count without measure": ((claim("35"), None, None, ()), Verdict.NOT_TESTED, None),
    "a count without records": ((claim("35"), UNTAKEN, None, ()), Verdict.NOT_TESTED, None),
    "a universal word without records": ((claim("均"), UNTAKEN, None, ()), Verdict.NOT_TESTED, None),
    "broken before equal": ((claim("35"), counted(35), None, (("I-1", "RPT-03"),)), Verdict.IDENTITY_BROKEN, None),
    "broken before impossible": ((claim("98.30%"), None, BASE, (("I-1", "RPT-03"),)), Verdict.IDENTITY_BROKEN, None),
    "broken before untested": ((claim("35"), None, None, (("I-1", "RPT-03"),)), Verdict.IDENTITY_BROKEN, None),
}  # fmt: skip
FAILING = (Verdict.DIFFERS, Verdict.IDENTITY_BROKEN, Verdict.IMPOSSIBLE, Verdict.ONLY_BY_TRUNCATION)


@pytest.mark.parametrize("case", VERDICTS)
def test_the_verdict_is_the_gravest_that_is_true_and_names_the_rounding(case: str) -> None:
    judged, verdict, rounding = VERDICTS[case]
    result, outcome = judge_claim(*judged)
    assert (result.verdict, result.rounding) == (verdict, rounding)
    status = Status.PASS if verdict is Verdict.AGREES else Status.FAIL if verdict in FAILING else Status.NOT_TESTED
    assert (outcome.status, outcome.published) == (status, judged[0].printed)
    assert bool(outcome.reason.en) == (status is Status.NOT_TESTED)
    assert outcome.claims == (judged[0].id,)


def test_every_verdict_has_a_case() -> None:
    assert {verdict for _, verdict, _ in VERDICTS.values()} == set(Verdict)


def test_a_row_of_claims_json_is_complete() -> None:
    rate = claim("98.25%", base="cases.base", locator="第3页")
    result, outcome = judge_claim(rate, rated(732, 745), BASE, ())
    assert result.model_dump(mode="json") == {
        "claim": "cases.figure",
        "printed": "98.25%",
        "verdict": "only_by_truncation",
        "recalculated": "98.2550…",  # cut, so that the reader sees what was not rounded
        "numerator": "732",
        "denominator": "745",
        "base": "cases.base",
        "rounding": "truncation",
        "locator": "第3页",
        "measure": "cases.figure",
        "records_digest": rated(732, 745).digest,
    }
    assert (outcome.rule, outcome.severity, outcome.judged) == ("RAT-02", Severity.INFO, 745)


def test_nothing_is_recalculated_where_nothing_could_be() -> None:
    for measured in (None, UNTAKEN):
        result, outcome = judge_claim(claim("35"), measured, None, ())
        assert (result.recalculated, result.numerator, result.records_digest) == (None, None, None)
        assert (outcome.recalculated, outcome.difference, outcome.judged) == ("", "", 0)
    assert judge_claim(claim("35"), UNTAKEN, None, ())[1].reason.en == "the table has no rows"


def test_rates_are_shown_to_two_places_more_than_printed() -> None:
    shown = {"50%": (1, 2), "87.500": (7, 8), "33.333…": (1, 3)}
    printed = {"50%": "50%", "87.500": "87.5%", "33.333…": "33.3%"}
    for text_, (hits, base) in shown.items():
        result, _ = judge_claim(claim(printed[text_]), rated(hits, base), None, ())
        assert result.recalculated == text_.rstrip("%")


@pytest.mark.parametrize(
    ("printed", "value", "difference"),
    [("35", 36, "1"), ("35", 34, "-1"), ("35", 35, "0"), ("1200余", 1300, "1"), ("1200余", 1200, "-1"),
     ("1200余", 1250, "0"), ("不低于6", 4, "-2"), ("不低于6", 100, "0"), ("不超过6", 8, "2")],
)  # fmt: skip
def test_the_difference_is_measured_from_the_nearest_value_the_words_allow(
    printed: str, value: int, difference: str
) -> None:
    assert judge_claim(claim(printed), counted(value), None, ())[1].difference == difference


def test_a_broken_universal_statement_names_its_counter_examples(opened: Open) -> None:
    result, outcome = judge_claim(claim("均"), take_measure(EVERY, opened()), None, ())
    assert (result.verdict, result.recalculated) == (Verdict.DIFFERS, "1")
    assert [(ref.table, ref.key) for ref in outcome.records] == [("cases", "002")]
    assert (outcome.judged, outcome.failed) == (4, 1)


def test_a_universal_statement_that_cannot_be_judged_of_every_record_is_not_tested(opened: Open) -> None:
    result, outcome = judge_claim(claim("均"), take_measure(EVERY, opened((CASE_ROWS[0], CASE_ROWS[2]))), None, ())
    assert (result.verdict, outcome.status, outcome.failed) == (Verdict.NOT_TESTED, Status.NOT_TESTED, 0)
    assert "no counter-example was found" in outcome.reason.en


def test_an_unverified_definition_advises_and_never_accuses() -> None:
    advisory = Measured(COUNT.model_copy(update={"verified": False}), Fraction(36), (("1", "1"),))
    assert judge_claim(claim("35"), advisory, None, ())[1].severity is Severity.INFO
    assert judge_claim(claim("35"), counted(36), None, ())[1].severity is Severity.CRITICAL
    assert judge_claim(claim("98.30%"), advisory, BASE, ())[1].severity is Severity.CRITICAL


def test_a_printed_hundred_per_cent_bears_no_exception() -> None:
    assert judge_claim(claim("100%"), rated(200, 200), None, ())[0].verdict is Verdict.AGREES
    for hits in (199, 1999):
        assert judge_claim(claim("100%"), rated(hits, hits + 1), None, ())[0].verdict is Verdict.DIFFERS


@pytest.mark.parametrize("printed", ["98%以上", "不低于95%", "超过98%", "约98.5%", "不超过99.5%"])
def test_a_hedged_rate_agrees_with_every_value_it_allows(printed: str) -> None:
    assert judge_claim(claim(printed), rated(986, 1000), None, ())[0].verdict is Verdict.AGREES


def test_a_universal_word_is_not_borne_out_by_a_count() -> None:
    assert judge_claim(claim("均"), counted(35), None, ())[0].verdict is not Verdict.AGREES


# Identities ---------------------------------------------------------------------------------------------


def identity(left: str, relation: Any, right: str, **more: Any) -> Identity:
    sides = {"left": tuple(left.split()), "right": tuple(right.split())}
    return Identity(
        id="I-1", rule="I-1", domain="disclosure", title=text("式"), basis=("published",), relation=relation,
        **sides, **more,
    )  # fmt: skip


def published(equation: Identity, **printed: str) -> Outcome:
    claims = {name: claim(figure, name) for name, figure in printed.items()}
    measures = {name: COUNT.model_copy(update={"id": name, "title": text(name)}) for name in (*printed, "a", "b", "c")}
    return published_identity(equation, claims, measures)


PUBLISHED = {
    # printed a, relation, printed b, printed c: does b + c stand in the relation to a?
    "3 = 2 + 1": ("3", "=", "2", "1", True),
    "4 = 2 + 1": ("4", "=", "2", "1", False),
    "3 <= 2 + 1": ("3", "<=", "2", "1", True),
    "4 <= 2 + 1": ("4", "<=", "2", "1", False),
    "4 >= 2 + 1": ("4", ">=", "2", "1", True),
    "2 >= 2 + 1": ("2", ">=", "2", "1", False),
    # 10000余 is 10001 to 10999, so with 5 the sum is 10006 to 11004.
    "at the lower end": ("10006", "=", "10000余", "5", True),
    "below the lower end": ("10005", "=", "10000余", "5", False),
    "at the upper end": ("11004", "=", "10000余", "5", True),
    "beyond the upper end": ("11005", "=", "10000余", "5", False),
    "two intervals that meet": ("1200余", "=", "1300", "近10", False),
    "two intervals that touch": ("1300余", "=", "1200余", "2", True),
    "no upper bound": ("100000", "=", "超过10", "1", True),
    "below what has no upper bound": ("11", "=", "超过10", "1", False),
    "no lower bound": ("3", "=", "不超过10", "2", True),
    "an interval may be small enough": ("11000", "<=", "10000余", "5", True),
    "an interval that cannot be large enough": ("11005", "<=", "10000余", "5", False),
    "an interval that cannot be small enough": ("10005", ">=", "10000余", "5", False),
    "unbounded on either side": ("至少5", "=", "不超过10", "至少1", True),
}


@pytest.mark.parametrize("case", PUBLISHED)
def test_printed_figures_break_an_identity_only_if_no_values_they_allow_can_satisfy_it(case: str) -> None:
    a, relation, b, c, holds = PUBLISHED[case]
    outcome = published(identity("a", relation, "b c"), a=a, b=b, c=c)
    assert outcome.status is (Status.PASS if holds else Status.FAIL)
    assert (outcome.id, outcome.judged, outcome.failed) == ("identities/I-1/published", 3, int(not holds))
    assert outcome.claims == ("a", "b", "c")


def test_the_sides_of_a_printed_identity_are_shown_as_the_intervals_they_are() -> None:
    outcome = published(identity("a", "=", "b c"), a="11005", b="10000余", c="5")
    assert (outcome.published, outcome.recalculated, outcome.difference) == ("11005", "10006-11004", "")
    assert "10000余" in outcome.condition.en
    exact = published(identity("a", "=", "b c"), a="4", b="2", c="1")
    assert (exact.published, exact.recalculated, exact.difference) == ("4", "3", "-1")


def test_an_identity_with_a_term_that_is_not_printed_is_not_tested() -> None:
    for printed in ({"a": "3", "b": "2"}, {"a": "3", "b": "2", "c": "均"}):
        outcome = published(identity("a", "=", "b c"), **printed)
        assert (outcome.status, outcome.reason.en) == (Status.NOT_TESTED, "the report does not print: c")
        assert (outcome.severity, outcome.failed) == (Severity.INFO, 0)


def on_records(equation: Identity, left: dict[str, Measured], right: dict[str, Measured] | None = None) -> Outcome:
    return judge_identity(equation, "records", left.__getitem__, (right or left).__getitem__)


def test_an_identity_on_records_counts_what_it_looked_at() -> None:
    taken = {"a": counted(5), "b": counted(3), "c": counted(2)}
    good, bad = on_records(identity("a", "=", "b c"), taken), on_records(identity("a", "=", "b"), taken)
    assert (good.status, good.judged, good.difference) == (Status.PASS, 5, "0")  # each record once
    assert (bad.status, bad.published, bad.recalculated, bad.difference) == (Status.FAIL, "5", "3", "-2")
    assert on_records(identity("b", "<=", "a"), taken).status is Status.PASS
    assert on_records(identity("b", ">=", "a"), taken).status is Status.FAIL


def test_an_identity_on_records_waits_for_every_term() -> None:
    for taken in ({"a": UNTAKEN, "b": counted(3)}, {"a": counted(3), "b": UNTAKEN}):
        outcome = on_records(identity("a", "=", "b"), taken)
        assert (outcome.status, outcome.reason.en) == (Status.NOT_TESTED, "数: the table has no rows")


def test_across_years_the_right_side_is_last_year_s() -> None:
    equation = identity("a", "=", "b")
    this_year, last_year = {"a": counted(4), "b": counted(9)}, {"a": counted(7), "b": counted(4)}
    assert on_records(equation, this_year, last_year).status is Status.PASS
    assert on_records(equation, last_year, this_year).status is Status.FAIL
    without = untested_years(equation, text("no year before"))
    assert (without.id, without.status) == ("identities/I-1/years", Status.NOT_TESTED)


def within(relation: Any = "=") -> RowIdentity:
    return RowIdentity(
        id="R-1", rule="R-1", domain="disclosure", title=text("式"), table="sums", left=("a",), relation=relation,
        right=("b", "c"),
    )  # fmt: skip


def test_rows_that_break_an_identity_are_named_and_rows_with_a_gap_are_not_judged(opened: Open) -> None:
    outcome = judge_rows(within(), opened())
    assert (outcome.status, outcome.judged, outcome.failed) == (Status.FAIL, 3, 2)
    assert [(ref.table, ref.key) for ref in outcome.records] == [("sums", "001|2"), ("sums", "002|2")]
    below, above = judge_rows(within("<="), opened()), judge_rows(within(">="), opened())
    assert [ref.key for ref in below.records] == ["002|2"]
    assert [ref.key for ref in above.records] == ["001|2"]


def test_rows_that_keep_an_identity_pass_with_their_number(opened: Open) -> None:
    outcome = judge_rows(within(), opened(sums=("001,1,3,2,1", "001,2,4,2,2")))
    assert (outcome.status, outcome.judged, outcome.failed, outcome.records) == (Status.PASS, 2, 0, ())


def test_an_identity_within_rows_that_are_not_there_is_not_tested(opened: Open) -> None:
    for sums, reason in (
        (None, "the table was not supplied: 未建台账"),
        ((), "the table has no rows"),
        (("001,1,,,",), "every value of the column is missing"),
    ):
        outcome = judge_rows(within(), opened(sums=sums))
        assert (outcome.status, outcome.judged, outcome.reason.en) == (Status.NOT_TESTED, 0, reason)


# Report tests -------------------------------------------------------------------------------------------

FIGURES = {name: COUNT.model_copy(update={"id": name, "title": text(name)}) for name in ("a", "b", "c", "d")}


def asked(kind: str, *claims: Claim, **test: Any) -> Outcome:
    condition = text("printed {claim:a}, differing by {difference}, ratio {ratio}: {listed}; missing {missing}")
    rule = LIMIT.model_copy(update={"id": "RPT", "clock": None, "condition": condition})
    content = rule.model_dump(by_alias=True) | {"test": {"kind": kind, **test}}
    return judge_report(Rule.model_validate(content), claims, FIGURES)


STOCK, FLOW = {"flow_or_stock": "stock"}, {"flow_or_stock": "flow"}
PAIR: dict[str, Any] = {"printed": ["a", "b"], "missing": ["c", "d"]}
ONE_UNIT: dict[str, Any] = {"printed": ["a", "b"]}
NO_TEST: dict[str, Any] = {}
# Kind, test, claims, status, ids of the claims that broke it.
REPORTS: dict[str, tuple[str, dict[str, Any], list[Claim], Status, list[str]]] = {
    "companions printed": (
        "companions", PAIR, [claim("4", "a"), claim("3", "b"), claim("1", "c"), claim("0", "d")], Status.PASS, [],
    ),
    "a companion missing": (
        "companions", PAIR, [claim("4", "a"), claim("3", "b"), claim("1", "c")], Status.FAIL, ["a", "b"],
    ),
    "companions of what is not printed": ("companions", PAIR, [claim("4", "a")], Status.NOT_TESTED, []),
    "every rate with its base": (
        "base_stated", NO_TEST, [claim("50%", "a", base="b"), claim("4", "b")], Status.PASS, [],
    ),
    "a rate without its base": (
        "base_stated", NO_TEST, [claim("50%", "a", base="b"), claim("4", "b"), claim("25%", "c")], Status.FAIL, ["c"],
    ),
    "no rates": ("base_stated", NO_TEST, [claim("4", "b")], Status.NOT_TESTED, []),
    "a stock with its date": (
        "dated_stock", NO_TEST, [claim("745", "a", scope="截至2021年12月31日", **STOCK), claim("3", "b", **FLOW)],
        Status.PASS, [],
    ),
    "a stock with its date in digits": (
        "dated_stock", NO_TEST, [claim("745", "a", scope="全区 2021-12-31", **STOCK)], Status.PASS, [],
    ),
    "a stock to date": (
        "dated_stock", NO_TEST, [claim("745", "a", scope="截至目前", **STOCK), claim("3", "b", **FLOW)],
        Status.FAIL, ["a"],
    ),
    "no stocks": ("dated_stock", NO_TEST, [claim("3", "b", **FLOW)], Status.NOT_TESTED, []),
    "exact figures": ("exact", NO_TEST, [claim("35", "a"), claim("不低于6", "b"), claim("均", "c")], Status.PASS, []),
    "hedged figures": (
        "exact", NO_TEST, [claim("35", "a"), claim("1200余", "b"), claim("近10", "c"), claim("约5", "d")],
        Status.FAIL, ["b", "c", "d"],
    ),
    "universal words alone": ("exact", NO_TEST, [claim("均", "c")], Status.NOT_TESTED, []),
    "last year beside this": (
        "comparatives", NO_TEST, [claim("35", "a"), claim("30", "b", id="a.last_year")], Status.PASS, [],
    ),
    "last year left out": ("comparatives", NO_TEST, [claim("35", "a"), claim("3", "b")], Status.FAIL, ["a", "b"]),
    "figures of this year alone": (
        "comparatives", NO_TEST, [claim("35", "a"), claim("3", "b", id="b.this_year")],
        Status.FAIL, ["a", "b.this_year"],
    ),
    "nothing to compare": ("comparatives", NO_TEST, [claim("均", "c")], Status.NOT_TESTED, []),
    "stocks and flows apart": (
        "one_period", NO_TEST, [claim("7", "a", locator="一", **STOCK), claim("3", "b", locator="二", **FLOW)],
        Status.PASS, [],
    ),
    "stocks and flows in one paragraph": (
        "one_period", NO_TEST,
        [
            claim("7", "a", locator="一", **STOCK),
            claim("3", "b", locator="一", **FLOW),
            claim("1", "c", locator="二", **FLOW),
        ],
        Status.FAIL, ["a", "b"],
    ),
    "neither stocks nor flows": ("one_period", NO_TEST, [claim("7", "a")], Status.NOT_TESTED, []),
    "one unit": ("one_unit", ONE_UNIT, [claim("4", "a", unit="件"), claim("3", "b", unit="件")], Status.PASS, []),
    "two units": (
        "one_unit", ONE_UNIT, [claim("4", "a", unit="起"), claim("3", "b", unit="件"), claim("3", "c", unit="名")],
        Status.FAIL, ["a", "b"],
    ),
    "a unit of what is not printed": ("one_unit", ONE_UNIT, [claim("4", "a", unit="起")], Status.NOT_TESTED, []),
}  # fmt: skip


@pytest.mark.parametrize("case", REPORTS)
def test_a_report_is_asked_only_about_what_it_prints(case: str) -> None:
    kind, test, claims, status, broke = REPORTS[case]
    outcome = asked(kind, *claims, **test)
    assert (outcome.status, list(outcome.claims), outcome.failed) == (status, broke, len(broke))
    assert bool(outcome.condition.en) == (status is Status.FAIL)
    assert bool(outcome.reason.en) == (status is Status.NOT_TESTED)
    assert (outcome.judged > 0) == (status is not Status.NOT_TESTED)


def test_the_words_of_a_report_test_hold_the_printed_figures_and_what_is_missing() -> None:
    companions = asked("companions", claim("46", "a"), claim("40", "b"), **PAIR)
    assert companions.condition.en == "printed 46, differing by 6, ratio —: ; missing c, d"
    ratio = asked("companions", claim("115226", "a"), claim("745", "b"), **PAIR, ratio=["a", "b"])
    assert "ratio 154.7:" in ratio.condition.en
    assert "printed —" in asked("base_stated", claim("98.25%", "b")).condition.en


def test_statistics_4_1_the_candidates_for_a_missing_base_are_named_with_their_rounding() -> None:
    counts = [claim("745", "a"), claim("25", "b"), claim("57", "c"), claim("2380余", "d")]
    words = asked("base_stated", *counts, claim("98.25%", "a", id="r")).condition.en
    assert "745 (only by cutting, 732)" in words
    assert "57 (rounded, 56)" in words
    assert "25 (" not in words
    assert "2380" not in words


def test_a_rule_without_a_report_test_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="has no report test"):
        judge_report(LIMIT, (), {})
