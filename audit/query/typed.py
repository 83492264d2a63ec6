"""From a delivered column to a declared type, in SQL: the value where it is plain, and where it is doubtful."""

from __future__ import annotations

from dataclasses import dataclass

from audit.intake.body import NOTE, TOTAL
from audit.query.store import literal
from audit.rulebook.examples import MARK
from audit.rulebook.tables import Column

# What Python's strip takes off, and the invisible characters that the usual reader takes off with it.
_SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u200c\u200d\u2060"
)
_BREAKS = r"[\n\r\x0b\x0c\x{2028}\x{2029}]"
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT")
_BINARY = ("FLOAT", "DOUBLE")


@dataclass(frozen=True)
class Typed:
    """A column's value, missing where the cell is doubtful, and when it is so; `refused` is a type not taken at all."""

    value: str = ""
    doubtful: str = ""
    refused: str = ""


def typed(column: str, kind: str, declared: Column, *, is_key: bool) -> Typed:
    """The column `column` of DuckDB's type `kind`, read as `declared`."""
    if kind.startswith("ENUM"):
        column, kind = f"CAST({column} AS VARCHAR)", "VARCHAR"
    family = kind.partition("(")[0]
    found = _text(column, declared) if family == "VARCHAR" else _native(column, family, declared)
    if found.refused:
        return Typed(refused=kind)
    doubtful = f"coalesce({found.doubtful}, false)"
    if is_key:
        doubtful = f"({doubtful} OR {found.value} IS NULL)"
    return Typed(found.value, doubtful)


def no_record(key: str, declared: Column, texts: list[str], headers: list[str]) -> str:
    """Rows that are no records: totals, notes, the example, a header once more.  The usual reader leaves them out."""
    # Looked at closely only where a total or a note is possible at all: this is asked of every record.
    colons = " OR ".join(f"contains({key}, {literal(colon)})" for colon in ":：﹕︓")
    narrow = f"translate({key}, '０１２３４５６７８９：﹕︓', '0123456789:::')"
    squeezed = f"regexp_replace({narrow}, '\\s', '', 'g')"
    codes = ", ".join(map(literal, {*declared.codes, *declared.codes.values()}))
    total = f"(contains({key}, '计') AND regexp_full_match({squeezed}, {literal(TOTAL)}))"
    parts = [
        f"({total} AND {key} NOT IN ({codes}))" if codes else total,
        f"(({colons}) AND regexp_full_match({squeezed}, {literal('(?s)' + NOTE)}))",
        f"{key} IN ({', '.join(map(literal, headers))})",
        *(f"starts_with(CAST({text} AS VARCHAR), {literal(MARK)})" for text in texts),
    ]
    return f"coalesce({' OR '.join(f'coalesce({part}, false)' for part in parts)}, false)"


def _text(column: str, declared: Column) -> Typed:
    """A column of text.  An empty cell is a missing one, of whatever type."""
    plain = f"({column} <> trim({column}, {literal(_SPACES)}) OR {column} IN ({', '.join(map(literal, _ERRORS))}))"
    match declared.type:
        case "text":
            return Typed(f"nullif({column}, '')", f"({plain} OR regexp_matches({column}, {literal(_BREAKS)}))")
        case "code":
            known = {
                **{label: code for code, label in declared.codes.items()},
                **{code: code for code in declared.codes},
            }
            cases = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in known.items())
            value = f"CASE {column} {cases} END"
        case "date":
            iso = f"regexp_full_match({column}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
            day = f"CASE WHEN {iso} THEN TRY_CAST({column} AS DATE) END"
            value = f"CASE WHEN year({day}) BETWEEN 1900 AND 2100 THEN CAST({day} AS TIMESTAMP) END"
        case "integer":
            value = f"CASE WHEN regexp_full_match({column}, '-?0*[0-9]{{1,18}}') THEN TRY_CAST({column} AS BIGINT) END"
        case _:
            exact = f"regexp_full_match({column}, '-?0*[0-9]{{1,14}}([.][0-9]{{1,4}}0*)?')"
            value = f"CASE WHEN {exact} THEN TRY_CAST({column} AS DECIMAL(18,4)) END"
    return Typed(value, f"({column} <> '' AND {value} IS NULL)")


def _native(column: str, family: str, declared: Column) -> Typed:
    """A column that is typed in the file itself.  The type must be the declared one, or hold nothing else."""
    match declared.type:
        case "date" if family in ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
            day = f"CAST({column} AS TIMESTAMP)"
            fits = f"year({column}) BETWEEN 1900 AND 2100 AND {day} = date_trunc('day', {day})"
            return Typed(day, f"NOT ({fits})")
        case "integer" if family in _WHOLE:
            return Typed(
                f"CAST({column} AS BIGINT)", f"{column} NOT BETWEEN -999999999999999999 AND 999999999999999999"
            )
        case "decimal" if family in (*_WHOLE, "DECIMAL", *_BINARY):
            value = f"TRY_CAST({column} AS DECIMAL(18,4))"
            same = f"CAST({value} AS DOUBLE) = {column}" if family in _BINARY else f"{value} = {column}"
            return Typed(value, f"({column} IS NOT NULL AND ({value} IS NULL OR NOT {same}))")
        case "integer" if family in (*_BINARY, "DECIMAL"):
            value = f"TRY_CAST({column} AS BIGINT)"
            return Typed(value, f"({column} IS NOT NULL AND ({value} IS NULL OR {value} <> {column}))")
    return Typed(refused=family)
