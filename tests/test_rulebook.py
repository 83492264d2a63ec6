"""The rulebook refuses every entry that could be lost, misread or pass for want of sense."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from audit.errors import RulebookError
from audit.model import Severity
from audit.rulebook import Rulebook, TableSpec, load_rulebook
from audit.rulebook.suites import PERIOD_PARAMETERS, RECALCULATED, VOCABULARY, read_suites

SHIPPED = Path(__file__).parents[1] / "expectations"
Line = dict[str, Any]


@dataclass(frozen=True)
class Copy:
    """A copy of the shipped rulebook, to be spoilt."""

    folder: Path

    def load(self) -> Rulebook:
        return load_rulebook(self.folder)

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        content = path.read_text(encoding="utf-8")
        assert old in content, f"{name} no longer holds {old!r}"
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    def append(self, name: str, more: str) -> None:
        path = self.folder / name
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + more, encoding="utf-8")

    def suite(self, change: Callable[[Line], object], name: str = "disclosure_requests") -> None:
        path = self.folder / "suites" / f"{name}.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    def plant(self, *lines: Line) -> None:
        """Add lines to the end of one suite."""
        self.suite(lambda document: document["expectations"].extend(lines))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(Path(shutil.copytree(SHIPPED, tmp_path / "expectations")))


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook(SHIPPED)


def line(kind: str = "not_be_null", check: str = "planted", /, **kwargs: Any) -> Line:
    kind = kind if kind.startswith("expect_") else f"expect_column_values_to_{kind}"
    kwargs = kwargs if "column_A" in kwargs or kind.startswith("expect_table_") else {"column": "channel", **kwargs}
    meta = {"check": check, "rule": "REG-02", "title": {"zh": "试", "en": "trial"}}
    return {"type": kind, "kwargs": kwargs, "meta": meta, "severity": "info"}


def condition(column: str = "status", value: Any = "closed") -> Line:
    parameter = {"name": column}
    return {"type": "comparison", "column": parameter, "operator": "==", "parameter": value}


def refusal(copy: Copy, tables: dict[str, TableSpec] | None = None) -> str:
    """The message of a rulebook that must not load, or of its suites alone when `tables` are given."""
    with pytest.raises(RulebookError) as refused:
        read_suites(copy.folder / "suites", tables) if tables else copy.load()
    assert refused.value.exit_status == 3
    assert refused.value.remedy
    return str(refused.value)


# The shipped rulebook -----------------------------------------------------------------------------------


def test_the_shipped_rulebook_loads_whole(book: Rulebook) -> None:
    def declared(folder: str) -> set[str]:
        return {path.stem for path in (SHIPPED / folder).iterdir()}

    assert set(book.tables) == declared("tables")
    assert set(book.suites) == declared("suites")
    assert set(book.delivered) <= set(book.suites) <= set(book.tables)
    asked = {measure.table for measure in book.measures.values()} | {within.table for within in book.row_identities}
    assert set(book.computed) - set(book.suites) <= asked
    written = {path.stem: json.loads(path.read_bytes())["expectations"] for path in (SHIPPED / "suites").iterdir()}
    assert {table: [entry.content for entry in suite.expectations] for table, suite in book.suites.items()} == written
    assert len(book.rules) == sum(
        path.read_text(encoding="utf-8").count("\n- id:") + path.read_text(encoding="utf-8").startswith("- id:")
        for path in (SHIPPED / "rules").iterdir()
    )


def test_an_untouched_copy_loads_to_the_same_rulebook(copy: Copy, book: Rulebook) -> None:
    assert copy.load() == book


def test_every_table_s_key_is_held_to_be_present_and_unique(book: Rulebook) -> None:
    for name, spec in book.delivered.items():
        asked = {(entry.type, entry.columns) for entry in book.suites[name].expectations}
        if len(spec.key) == 1:
            assert ("expect_column_values_to_be_unique", spec.key) in asked, name
        else:
            compound = {frozenset(columns) for kind, columns in asked if kind == "expect_compound_columns_to_be_unique"}
            assert frozenset(spec.key) in compound, name


def test_only_a_verified_rule_may_accuse(book: Rulebook) -> None:
    assert any(not rule.verified for rule in book.rules.values())
    for rule in book.rules.values():
        grave = rule.model_copy(update={"severity": Severity.CRITICAL, "verified": False})
        assert grave.heaviest is Severity.INFO
    assert all(rule.heaviest is rule.severity for rule in book.rules.values() if rule.verified)
    weak = [rule.id for rule in book.rules.values() if rule.certainty.startswith("K") and rule.verified]
    assert weak == []


def test_a_rule_holds_from_its_first_day_to_its_last(book: Rulebook) -> None:
    effective = book.rules["GID-L02"].effective.model_copy(update={"to": date(2021, 12, 31)})
    assert effective.from_ == date(2019, 5, 15)
    days = (date(2019, 5, 14), date(2019, 5, 15), date(2021, 12, 31), date(2022, 1, 1))
    assert [effective.covers(day) for day in days] == [False, True, True, False]


def test_every_line_asks_only_for_figures_and_days_that_exist(book: Rulebook) -> None:
    names = {measure.replace(".", "_") + end for measure in book.measures for end in ("", "_low", "_high")}
    for suite in book.suites.values():
        for entry in suite.expectations:
            figures = {asked.removeprefix(RECALCULATED) for asked in entry.parameters}
            assert figures <= names | set(PERIOD_PARAMETERS), entry.id
            assert entry.type in VOCABULARY


def test_a_good_line_is_accepted_and_kept_in_its_place(copy: Copy) -> None:
    both = {
        "type": "and",
        "conditions": [condition(), {"type": "nullity", "column": {"name": "outcome"}, "is_null": False}],
    }
    copy.plant(
        line("be_in_set", value_set=["letter", "internet"], row_condition=both),
        line("be_in_set", "other", value_set=["internet", "in_person"], row_condition=both),
        line("be_in_set", "apart", value_set=["in_person"]),
        line("be_between", "dates", column="reply_date", min_value={"$PARAMETER": "as_of"}),
        line("expect_table_row_count_to_be_between", "rows", min_value=1, max_value=1),
    )
    found = copy.load().suites["disclosure_requests"].expectations[-5:]
    assert [entry.check for entry in found] == ["planted", "other", "apart", "dates", "rows"]
    assert (found[0].columns, found[3].parameters, found[3].shape) == (("channel",), ("as_of",), "map")


# Suites -------------------------------------------------------------------------------------------------

ACROSS_FILES = ("an unknown rule", "an unknown parameter")
LATER = "expect_column_pair_values_a_to_be_greater_than_b"
# What is planted, and words of the message beside the file's name.
LINES: dict[str, tuple[list[Line], tuple[str, ...]]] = {
    "a misspelt type": ([line("not_be_nul")], ("expect_column_values_to_not_be_nul", "does not know")),
    "a type of column checks": ([line("be_of_type", type_="str")], ("be_of_type", "does not know")),
    "no rule": ([line() | {"meta": {"check": "planted", "title": {"zh": "试", "en": "trial"}}}], ("meta must name",)),
    "an empty rule": ([line() | {"meta": line()["meta"] | {"rule": ""}}], ("meta must name rule",)),
    "a title in one language": ([line() | {"meta": line()["meta"] | {"title": {"zh": "试"}}}], ("en: Field required",)),
    "no meta at all": ([line() | {"meta": None}], ("no mappings",)),
    "arguments as a list": ([line() | {"kwargs": ["channel"]}], ("no mappings",)),
    "an unknown rule": (
        [line(column="outcome") | {"meta": line()["meta"] | {"rule": "REG-99"}}],
        ("planted", "'REG-99'"),
    ),
    "an id of its own": ([line() | {"id": "0f9d"}], ("exactly type, kwargs, meta and severity",)),
    "no severity": ([{k: v for k, v in line().items() if k != "severity"}], ("exactly type, kwargs",)),
    "an unknown severity": ([line() | {"severity": "grave"}], ("'grave'",)),
    "mostly": ([line(mostly=0.95)], ("mostly",)),
    "a condition as text": ([line(row_condition='status=="closed"')], ("condition as text",)),
    "a parameter in a condition": (
        [line(row_condition=condition("received_date", {"$PARAMETER": "as_of"}))],
        ("condition as text, or with a $PARAMETER",),
    ),
    "an unknown kind of condition": ([line(row_condition={"type": "not"})], ("kind of condition 'not'",)),
    "a condition on an unknown column": ([line(row_condition=condition("state"))], ("no column 'state'",)),
    "a condition on no column": ([line(row_condition={"type": "nullity", "column": "status"})], ("no column ''",)),
    "an unknown column deep in a condition": (
        [line(row_condition={"type": "or", "conditions": [condition(), condition("state")]})],
        ("no column 'state'",),
    ),
    "a condition parser alone": ([line(condition_parser="pandas")], ("condition_parser is not understood",)),
    "an unknown parameter": (
        [line("expect_table_row_count_to_equal", value={"$PARAMETER": "disclosure_handeld"})],
        ("planted", "disclosure_handeld"),
    ),
    "an unknown column": ([line(column="chanel")], ("'chanel'",)),
    "no column": ([line("expect_column_sum_to_be_between") | {"kwargs": {"min_value": 0}}], ("names no column",)),
    "a number asked of text": ([line("be_between", column="request_no", min_value=1)], ("request_no is text",)),
    "a pattern asked of a date": ([line("match_regex", column="reply_date", regex="^2021")], ("reply_date is date",)),
    "a date bound as text": ([line("be_between", column="reply_date", min_value="2021-01-01")], ("written as text",)),
    "a pair silent on missing dates": (
        [line(LATER, column_A="reply_date", column_B="received_date", or_equal=True)],
        ("what a missing date means",),
    ),
    "a pair that fails missing dates": (
        [
            line(
                LATER,
                column_A="reply_date",
                column_B="received_date",
                or_equal=True,
                ignore_row_if="both_values_are_missing",
            )
        ],
        ("what a missing date means",),
    ),
    "a set that is no list": ([line("be_in_set", value_set="internet")], ("names no set",)),
    "an empty set": ([line("be_in_set", value_set=[])], ("names no set",)),
    "two lines alike": (
        [line(column="outcome"), line("not_be_null", "again", column="outcome")],
        ("planted and again ask the same",),
    ),
    "two lines of one name": ([line(column="outcome"), line("be_null")], ("two entries are called planted",)),
    "two sets that exclude each other": (
        [line("be_in_set", value_set=["letter"]), line("be_in_set", "again", value_set=["internet"])],
        ("planted", "again", "cannot all hold"),
    ),
    "three sets that exclude one another": (
        [
            line("be_in_set", value_set=["letter", "internet"], row_condition=condition()),
            line("be_in_set", "second", value_set=["internet", "in_person"], row_condition=condition()),
            line("be_in_set", "third", value_set=["in_person", "letter"], row_condition=condition()),
        ],
        ("planted, second and third", "cannot all hold"),
    ),
    "a least above the greatest": (
        [line("expect_table_row_count_to_be_between", min_value=7, max_value=6)],
        ("at least 7 and at most 6",),
    ),
    "a line that is no mapping": (["expect_column_values_to_not_be_null"], ("exactly type",)),  # type: ignore[list-item]
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_a_line_that_cannot_be_judged_is_refused_by_file_and_entry(copy: Copy, book: Rulebook, case: str) -> None:
    planted, words = LINES[case]
    copy.plant(*planted)
    message = refusal(copy, None if case in ACROSS_FILES else book.tables)
    assert "suites/disclosure_requests.json" in message
    for word in words:
        assert word in message


def test_a_line_is_placed_by_its_number(copy: Copy, book: Rulebook) -> None:
    copy.suite(lambda document: document["expectations"].insert(3, line("not_be_nul")))
    assert "disclosure_requests.json, entry 4: expect_column_values_to_not_be_nul" in refusal(copy, book.tables)


SUITES: dict[str, tuple[Callable[[Line], object], str]] = {
    "empty": (lambda document: document["expectations"].clear(), "the suite is empty"),
    "without a list": (lambda document: document.pop("expectations"), "this is not a suite"),
    "named unlike its file": (lambda document: document.update(name="units"), "the suite is called 'units'"),
    "without a name": (lambda document: document.pop("name"), "the suite is called None"),
    "with an id": (lambda document: document.update(id="0f9d"), "unknown keys"),
}


@pytest.mark.parametrize("case", SUITES)
def test_a_suite_that_cannot_be_used_is_refused_by_file(copy: Copy, book: Rulebook, case: str) -> None:
    change, words = SUITES[case]
    copy.suite(change)
    message = refusal(copy, book.tables)
    assert "suites/disclosure_requests.json" in message
    assert words in message


def test_a_suite_of_no_table_is_refused(copy: Copy) -> None:
    (copy.folder / "suites" / "units.json").rename(copy.folder / "suites" / "unit.json")
    copy.suite(lambda document: document.update(name="unit"), "unit")
    assert "suites/unit.json" in refusal(copy)


def test_a_suite_that_is_no_json_is_refused(copy: Copy) -> None:
    copy.append("suites/units.json", "}")
    assert "units.json is not valid JSON" in refusal(copy)


# Tables, rules, measures, identities --------------------------------------------------------------------

MEASURE = """
planted.figure:
  domain: disclosure
  kind: count
  rule: FIG-01
  title: {zh: 试, en: trial}
  table: disclosure_requests
  sql: SELECT request_no FROM disclosure_requests
"""
RULE = """
- id: PLANTED
  domain: disclosure
  kind: completeness
  citation: {law: 本项目规则}
  effective: {from: 2000-01-01}
  severity: info
  certainty: D
  verified: true
  title: {zh: 试, en: trial}
  effect: {zh: 试, en: trial}
  recommendation: {zh: 试, en: trial}
"""
IDENTITY = """
  - id: PLANTED
    rule: REG-01
    domain: disclosure
    title: {zh: 试, en: trial}
    table: cleanups
    left: [examined]
    right: [kept]
"""
SELECTED = RULE.replace("{from: 2000-01-01}", "{from: 2000-01-01, selector: received_date}")
CLOCK = """  clock:
    table: disclosure_requests
    start: received_date
    end: reply_date
    limit: {n: 5, day_type: working}
"""
TEST = "  test: {kind: companions, printed: [disclosure.handled], missing: [disclosure.nowhere]}\n"

# File, what is added to its end, words of the message.
ADDED = {
    "a key written twice": ("tables/cleanups.yml", "table: cleanups\n", ("cleanups.yml", "'table' twice", "line")),
    "a measure written twice": ("measures.yml", MEASURE * 2, ("measures.yml", "'planted.figure' twice")),
    "a key that is no word": ("tables/cleanups.yml", "[a, b]: c\n", ("cleanups.yml is not valid YAML",)),
    "an unknown key": ("tables/cleanups.yml", "colour: red\n", ("cleanups.yml", "colour")),
    "YAML that is none": ("measures.yml", "  - : [\n", ("measures.yml is not valid YAML",)),
    "a second table of one name": ("tables/units.yml", "", ("units.yml", "called cleanups")),
    "a clock on an unknown table": (
        "rules/figures.yml", RULE + CLOCK.replace("disclosure_requests", "requests"), ("PLANTED", "'requests'"),
    ),
    "a clock on an unknown column": (
        "rules/figures.yml", RULE + CLOCK.replace("reply_date", "replied"), ("PLANTED", "'replied'"),
    ),
    "a clock that starts at no date": (
        "rules/figures.yml", RULE + CLOCK.replace("received_date", "channel"), ("PLANTED", "no date column 'channel'"),
    ),
    "a clock for an unknown code": (
        "rules/figures.yml", SELECTED + CLOCK + "    when: {status: [shut]}\n", ("PLANTED", "no code 'shut'"),
    ),
    "a clock whose version nothing selects": ("rules/figures.yml", RULE + CLOCK, ("PLANTED", "'as_of'")),
    "a deadline that nothing times": (
        "rules/figures.yml", RULE.replace("completeness", "deadline"), ("PLANTED", "deadline without a clock"),
    ),
    "a series without a clock": (
        "rules/figures.yml", RULE + "  series: PLANTED\n", ("PLANTED", "no clock"),
    ),
    "a clock with a misspelt key": ("rules/figures.yml", RULE + CLOCK + "    untill: x\n", ("PLANTED", "untill")),
    "SQL without sources": ("tables/cleanups.yml", "sql: SELECT 1\n", ("cleanups.yml", "both sql and sources")),
    "an unknown source": (
        "tables/cleanups.yml", "sql: SELECT 1\nsources: [cleanup]\n", ("tables/cleanups.yml", "'cleanup'"),
    ),
    "a measure of an unknown table": (
        "measures.yml", MEASURE.replace("table: disclosure_requests", "table: requests"),
        ("measures.yml, planted.figure", "'requests'"),
    ),
    "a measure from an unknown source": (
        "measures.yml", MEASURE + "  sources: [requests]\n", ("measures.yml, planted.figure", "'requests'"),
    ),
    "a measure under an unknown rule": (
        "measures.yml", MEASURE.replace("FIG-01", "FIG-99"), ("measures.yml, planted.figure", "'FIG-99'"),
    ),
    "a measure of an unknown kind": (
        "measures.yml", MEASURE.replace("kind: count", "kind: mean"), ("measures.yml, planted.figure", "'mean'"),
    ),
    "a measure of an unknown domain": (
        "measures.yml", MEASURE.replace("domain: disclosure", "domain: disclosures"),
        ("measures.yml, planted.figure", "unknown domain disclosures"),
    ),
    "a measure that is no mapping": ("measures.yml", "planted.figure: 7\n", ("measures.yml, planted.figure",)),
    "a rule with an unknown key": ("rules/figures.yml", RULE + "  limits: 5\n", ("figures.yml, PLANTED", "limits")),
    "a rule declared twice": ("rules/report.yml", RULE * 2, ("report.yml", "PLANTED is declared twice")),
    "a rule of an unknown domain": (
        "rules/figures.yml", RULE.replace("domain: disclosure", "domain: open"), ("PLANTED", "unknown domain open"),
    ),
    "a rule without its citation": (
        "rules/figures.yml", RULE.replace("  citation: {law: 本项目规则}\n", ""), ("figures.yml, PLANTED", "citation"),
    ),
    "a rule without an id": (
        "rules/figures.yml", RULE.replace("id: PLANTED", "ids: PLANTED"), ("figures.yml, entry", "no id"),
    ),
    "a rule that is no mapping": ("rules/figures.yml", "- PLANTED\n", ("figures.yml, entry",)),
    "a rule that misses an unknown figure": ("rules/report.yml", RULE + TEST, ("PLANTED", "'disclosure.nowhere'")),
    "an identity of an unknown column": (
        "identities.yml", IDENTITY.replace("[kept]", "[keep]"), ("identities.yml, PLANTED", "'keep'"),
    ),
    "an identity of dates": (
        "identities.yml", IDENTITY.replace("[kept]", "[finished_date]"), ("PLANTED", "'finished_date'"),
    ),
    "an identity of an unknown table": (
        "identities.yml", IDENTITY.replace("cleanups", "cleanup"), ("identities.yml, PLANTED", "'cleanup'"),
    ),
    "an identity under an unknown rule": (
        "identities.yml", IDENTITY.replace("REG-01", "REG-99"), ("identities.yml, PLANTED", "'REG-99'"),
    ),
    "an identity of an unknown domain": (
        "identities.yml", IDENTITY.replace("domain: disclosure", "domain: open"), ("PLANTED", "unknown domain open"),
    ),
    "an identity with an empty side": (
        "identities.yml", IDENTITY.replace("[kept]", "[]"), ("identities.yml", "right"),
    ),
    "an identity declared twice": ("identities.yml", IDENTITY * 2, ("identities.yml", "declared twice")),
}  # fmt: skip


@pytest.mark.parametrize("case", ADDED)
def test_an_entry_that_cannot_be_used_is_refused_by_file_and_name(copy: Copy, case: str) -> None:
    name, more, words = ADDED[case]
    if case == "a second table of one name":
        shutil.copy(copy.folder / "tables/cleanups.yml", copy.folder / name)
    copy.append(name, more)
    message = refusal(copy)
    for word in words:
        assert word in message


def test_the_planted_entries_are_refused_for_nothing_but_their_fault(copy: Copy) -> None:
    copy.append("measures.yml", MEASURE)
    copy.append("rules/figures.yml", SELECTED + CLOCK)
    copy.append("identities.yml", IDENTITY)
    book = copy.load()
    assert (book.measures["planted.figure"].id, book.rules["PLANTED"].id) == ("planted.figure", "PLANTED")
    assert book.row_identities[-1].id == "PLANTED"
    added = {"planted": "code", "planted_due": "date"}
    assert added.items() <= book.tables["disclosure_requests"].all_columns.items()
    assert not added.keys() & book.tables["disclosure_requests"].columns.keys()


# File, words in it, what they become, words of the message.
REPLACED = {
    "an identity of an unknown measure": (
        "identities.yml", "left: [disclosure.new, ", "left: [disclosure.fresh, ",
        ("identities.yml, GID-I01", "'disclosure.fresh'"),
    ),
    "an identity on nothing": ("identities.yml", "basis: [records]", "basis: []", ("identities.yml", "basis")),
    "years mixed with records": (
        "identities.yml", "basis: [years]", "basis: [years, records]", ("identities.yml", "mixes years"),
    ),
    "a key that is no column": ("tables/cleanups.yml", "key: [cleanup_no]", "key: [no]", ("cleanups.yml", "the key")),
    "a header of two columns": (
        "tables/cleanups.yml", "also: [事项]", "also: [清理编号]", ("cleanups.yml", "header 清理编号", "subject"),
    ),
    "codes that are not listed": (
        "tables/cleanups.yml", "cleanup_no: {type: text,", "cleanup_no: {type: code,", ("cleanups.yml", "cleanup_no"),
    ),
    "an unknown type of column": (
        "tables/cleanups.yml", "finished_date: {type: date", "finished_date: {type: datetime",
        ("cleanups.yml", "finished_date.type", "'datetime'"),
    ),
    "a table of an unknown domain": (
        "tables/cleanups.yml", "domain: normative", "domain: norms", ("tables/cleanups.yml", "unknown domain norms"),
    ),
    "a date that is no text": (
        "rules/figures.yml", 'text_version: "2008"', "text_version: 2008-07-16",
        ("figures.yml, RAT-02", "text_version"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLACED)
def test_an_entry_spoilt_in_one_word_is_refused_by_file_and_name(copy: Copy, case: str) -> None:
    name, old, new, words = REPLACED[case]
    copy.replace(name, old, new)
    message = refusal(copy)
    for word in words:
        assert word in message


@pytest.mark.parametrize("name", ["measures.yml", "identities.yml", "rules/figures.yml", "tables/cleanups.yml"])
@pytest.mark.parametrize("content", ["", "just words\n", "- a\n- b\n"])
def test_a_file_of_another_shape_is_refused_by_name(copy: Copy, name: str, content: str) -> None:
    (copy.folder / name).write_text(content, encoding="utf-8")
    assert name.rpartition("/")[2] in refusal(copy)


@pytest.mark.parametrize("name", ["measures.yml", "identities.yml"])
def test_a_file_that_is_gone_is_missed(copy: Copy, name: str) -> None:
    (copy.folder / name).unlink()
    assert f"{name} is missing" in refusal(copy)


def test_a_file_that_is_no_utf_8_is_refused(copy: Copy) -> None:
    path = copy.folder / "measures.yml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert "measures.yml is not valid YAML" in refusal(copy)
