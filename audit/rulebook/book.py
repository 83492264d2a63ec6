"""The whole rulebook, read and held against itself: nothing may name what is not declared."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from audit.errors import RulebookError
from audit.rulebook.breaks import Break, read_breaks
from audit.rulebook.clocks import with_judgements
from audit.rulebook.measures import Identity, Measure, RowIdentity, read_identities, read_measures
from audit.rulebook.rules import Rule, read_rules
from audit.rulebook.suites import PERIOD_PARAMETERS, RECALCULATED, Suite, read_suites
from audit.rulebook.tables import TableSpec, read_tables

DOMAINS = ("normative", "reconsideration", "disclosure", "enforcement", "litigation", "governance")


@dataclass(frozen=True)
class Rulebook:
    """All criteria of an audit.  Pure data; every cross-reference in it has been checked."""

    tables: dict[str, TableSpec]
    suites: dict[str, Suite]
    rules: dict[str, Rule]
    measures: dict[str, Measure]
    identities: tuple[Identity, ...]
    row_identities: tuple[RowIdentity, ...]
    breaks: tuple[Break, ...] = ()

    @property
    def delivered(self) -> dict[str, TableSpec]:
        """The tables that departments deliver."""
        return {name: spec for name, spec in self.tables.items() if not spec.sql}

    @property
    def computed(self) -> dict[str, TableSpec]:
        """The tables that are computed from delivered ones."""
        return {name: spec for name, spec in self.tables.items() if spec.sql}


def load_rulebook(folder: Path) -> Rulebook:
    """Read `folder` (tables, suites, rules, measures, identities).  Raises RulebookError."""
    rules = read_rules(folder / "rules")
    tables = with_judgements(read_tables(folder / "tables"), rules)
    figures, rows = read_identities(folder / "identities.yml")
    book = Rulebook(
        tables=tables,
        suites=read_suites(folder / "suites", tables),
        rules=rules,
        measures=read_measures(folder / "measures.yml"),
        identities=figures,
        row_identities=rows,
        breaks=read_breaks(folder / "breaks.yml"),
    )
    _check_references(book)
    return book


def _check_references(book: Rulebook) -> None:
    for suite in book.suites.values():
        for line in suite.expectations:
            where = f"suites/{suite.table}.json, {line.check}"
            _known(line.rule, book.rules, "rule", where)
            for asked in line.parameters:
                figure = asked.removeprefix(RECALCULATED)
                if asked not in PERIOD_PARAMETERS and _measure_of(figure, book) is None:
                    raise RulebookError(f"no measure is called {asked}", where=where, remedy="correct $PARAMETER")
    for rule in book.rules.values():
        for name in _measures_named(rule):
            _known(name, book.measures, "measure", f"rules, {rule.id}")
        for needed in rule.units.needs if rule.units else ():
            _known(needed, book.tables, "table", f"rules, {rule.id}")
    for measure in book.measures.values():
        _known(measure.rule, book.rules, "rule", f"measures.yml, {measure.id}")
        for needed in measure.needs:
            _known(needed, book.tables, "table", f"measures.yml, {measure.id}")
    for identity in book.identities:
        _known(identity.rule, book.rules, "rule", f"identities.yml, {identity.id}")
        for term in (*identity.left, *identity.right):
            _known(term, book.measures, "measure", f"identities.yml, {identity.id}")
    for within in book.row_identities:
        _known(within.rule, book.rules, "rule", f"identities.yml, {within.id}")
        _known(within.table, book.tables, "table", f"identities.yml, {within.id}")
        integers = [name for name, column in book.tables[within.table].columns.items() if column.type == "integer"]
        for column in (*within.left, *within.right):
            _known(column, integers, "integer column", f"identities.yml, {within.id}")
    for broken in book.breaks:
        for name in broken.measures:
            _known(name, book.measures, "measure", f"breaks.yml, {broken.id}")
    for table in book.tables.values():
        for source in table.sources:
            _known(source, book.tables, "table", f"tables/{table.table}.yml")
    _check_domains(book)


def _check_domains(book: Rulebook) -> None:
    """A misspelt domain would belong to no working paper, and nobody would carry it out."""
    domains = {f"tables/{name}.yml": spec.domain for name, spec in book.tables.items()}
    domains |= {f"measures.yml, {name}": measure.domain for name, measure in book.measures.items()}
    domains |= {f"rules, {name}": rule.domain for name, rule in book.rules.items()}
    domains |= {f"identities.yml, {identity.id}": identity.domain for identity in book.identities}
    domains |= {f"identities.yml, {within.id}": within.domain for within in book.row_identities}
    for where, domain in domains.items():
        if domain not in DOMAINS:
            raise RulebookError(f"unknown domain {domain}", where=where, remedy=f"use one of {', '.join(DOMAINS)}")


def _measures_named(rule: Rule) -> tuple[str, ...]:
    if rule.test is None:
        return ()
    return rule.test.missing + (rule.test.question.measures if rule.test.question else ())


def _known(name: str, among: Container[str], what: str, where: str) -> None:
    if name not in among:
        raise RulebookError(f"there is no {what} called {name!r}", where=where, remedy="correct the name")


def _measure_of(parameter: str, book: Rulebook) -> Measure | None:
    for measure in book.measures.values():
        name = measure.id.replace(".", "_")
        if parameter in (name, f"{name}_low", f"{name}_high"):
            return measure
    return None
