"""The identities of the form: what breaks them, what leaves them open, and what real forms say."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from made_forms import Made, consistent

from audit.form import Equation, Form, within_form
from audit.form.cells import BLANK, UNREADABLE, Cell, State
from audit.form.keys import BLOCKS, COLUMNS, PARTS, RESULTS
from audit.form.tables import Cells

SEEDS = st.integers(0, 10**6)
LAYOUTS = st.sampled_from(["2019", "2021"])


def form_of(made: Made) -> Form:
    """The form as a file that holds these numbers would be read."""

    def cells(table: dict[str, dict[str, int | None]]) -> Cells:
        return {row: {name: count(number) for name, number in found.items()} for row, found in table.items()}

    return Form("made", made.year, made.format, made.place, {}, cells(made.table3), cells(made.table4))


def count(number: int | None) -> Cell:
    if number is None:
        return BLANK
    return Cell(number, State.COUNT if number >= 0 else State.NO_COUNT)


def at(equations: list[Equation]) -> dict[tuple[str, str], bool | None]:
    return {(equation.id, equation.key): equation.holds for equation in equations}


def touching(row: str, column: str) -> set[tuple[str, str]]:
    """The equations of table 3 in which one cell is a term."""
    found = {("GID-I03", row), ("GID-I07", row)}
    if row in PARTS or row == "outcome_total":
        found.add(("GID-I02", column))
    if row not in PARTS:
        found.add(("GID-I01", column))
    return found


@settings(deadline=None, max_examples=40)
@given(SEEDS, LAYOUTS)
def test_a_consistent_form_satisfies_every_identity(seed: int, layout: str) -> None:
    found = within_form(form_of(consistent(seed, layout)))
    rows = 25 if layout == "2021" else 23
    assert len(found) == 7 + 7 + rows + 3 + rows + 3
    assert {equation.holds for equation in found} == {True}


@settings(deadline=None, max_examples=60)
@given(SEEDS, LAYOUTS, st.data())
def test_one_cell_changed_breaks_exactly_the_identities_it_is_part_of(
    seed: int, layout: str, data: st.DataObject
) -> None:
    made = consistent(seed, layout)
    row, column = data.draw(st.sampled_from(made.rows)), data.draw(st.sampled_from(tuple(COLUMNS)))
    made.table3[row][column] = (made.table3[row][column] or 0) + data.draw(st.integers(1, 50))
    broken = {place for place, holds in at(within_form(form_of(made))).items() if holds is False}
    assert broken == touching(row, column) - {("GID-I07", row)}


@settings(deadline=None, max_examples=60)
@given(SEEDS, LAYOUTS, st.data())
def test_one_blank_leaves_open_exactly_the_identities_it_is_part_of(
    seed: int, layout: str, data: st.DataObject
) -> None:
    made = consistent(seed, layout)
    row, column = data.draw(st.sampled_from(made.rows)), data.draw(st.sampled_from(tuple(COLUMNS)))
    was, made.table3[row][column] = made.table3[row][column], None
    found = within_form(form_of(made))
    # A whole that is blank beside known parts stays open; so does a part, for the known ones cannot exceed the whole.
    assert {place for place, holds in at(found).items() if holds is not True} == touching(row, column)
    assert all(holds is not False for holds in at(found).values())
    for equation in found:
        if equation.holds is None and equation.id != "GID-I07":
            assert equation.blanks_as_zero == (was == 0)


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.sampled_from(tuple(BLOCKS)), st.sampled_from(tuple(RESULTS)))
def test_table_4_is_held_block_by_block(seed: int, block: str, result: str) -> None:
    made = consistent(seed)
    made.table4[block][result] = (made.table4[block][result] or 0) + 1
    broken = [place for place, holds in at(within_form(form_of(made))).items() if not holds]
    assert broken == [("GID-I05", block)]


def test_known_parts_above_the_whole_break_it_whatever_the_blanks_hold() -> None:
    made = consistent(1)
    made.table3["partial"]["business"] = None
    made.table3["granted"]["business"] = (made.table3["outcome_total"]["business"] or 0) + 1
    found = {(e.id, e.key): e for e in within_form(form_of(made))}
    equation = found["GID-I02", "business"]
    assert (equation.holds, equation.right) == (False, None)
    assert equation.blanks_as_zero is None


def test_known_parts_below_the_whole_leave_it_open_and_say_which_reading_it_needs() -> None:
    made = consistent(2)
    made.table3["granted"]["research"] = None
    made.table3["outcome_total"]["research"] = 500
    found = {(e.id, e.key): e for e in within_form(form_of(made))}
    assert (found["GID-I02", "research"].holds, found["GID-I02", "research"].blanks_as_zero) == (None, False)


def test_a_cell_that_could_not_be_read_is_no_zero_in_any_reading() -> None:
    form = form_of(consistent(3))
    form.table3["granted"]["total"] = UNREADABLE
    found = {(e.id, e.key): e for e in within_form(form)}
    for place in (("GID-I03", "granted"), ("GID-I02", "total"), ("GID-I07", "granted")):
        assert (found[place].holds, found[place].blanks_as_zero) == (None, None)


def test_less_than_nothing_and_parts_of_a_request_are_no_counts() -> None:
    form = form_of(consistent(4))
    form.table3["granted"]["total"] = Cell(-2, State.NO_COUNT)
    form.table3["partial"]["total"] = Cell(None, State.NO_COUNT)
    found = at(within_form(form))
    assert found["GID-I07", "granted"] is False
    assert found["GID-I07", "partial"] is False
    assert found["GID-I07", "carried_in"] is True


def test_an_empty_form_says_nothing() -> None:
    made = consistent(5)
    for table in (made.table3, made.table4):
        for cells in table.values():
            cells.update(dict.fromkeys(cells))
    assert {(e.holds, e.left if e.id != "GID-I07" else None) for e in within_form(form_of(made))} == {(None, None)}


def test_the_published_fixture_of_2025_satisfies_the_identities() -> None:
    # Totals and natural persons of a provincial capital's report for 2025, and table 4.
    blank: dict[str, int | None] = dict.fromkeys(COLUMNS)
    table3 = {row: dict(blank) for row in consistent(0).rows}
    columns = {"total": (14069, 560, 13810, 819), "natural_person": (13612, 535, 13364, 783)}
    for column, figures in columns.items():
        for row, figure in zip(("new_received", "carried_in", "outcome_total", "carried_out"), figures, strict=True):
            table3[row][column] = figure
    totals = {"reconsideration": (376, 97, 196, 121, 790), "litigation_direct": (16, 1, 12, 27, 56)}
    totals["litigation_after_reconsideration"] = (74, 1, 30, 51, 156)
    table4 = {block: dict(zip(RESULTS, figures, strict=True)) for block, figures in totals.items()}
    found = at(within_form(form_of(Made(table3, {b: dict(c) for b, c in table4.items()}, 2025))))
    for column in COLUMNS:
        assert found["GID-I01", column] is (True if column in columns else None)
    assert all(found["GID-I05", block] for block in BLOCKS)
    assert found["GID-I03", "new_received"] is None
