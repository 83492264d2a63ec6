"""A measure on tables that stay out of memory: its numbers and its digest, and the first of its records."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from audit.query.store import Asked, quoted

KEPT = 10_000


@dataclass(frozen=True)
class Tally:
    """What a measure selects, counted without keeping it.

    `known` are the records with a value, `hits` those whose value is true, `total` and `least` what the others come
    to; `digest` is that of all keys with their marks; `marks` and `missed` (value false) are the first of them.
    """

    rows: int
    known: int
    hits: int
    total: Any
    least: Any
    digest: str
    marks: tuple[tuple[str, str], ...]
    missed: tuple[str, ...]


def tally(store: Asked, sql: str, values: Mapping[str, Any], key: tuple[str, ...], value: str | None) -> Tally:
    """Count what `sql` selects.  Raises SqlError."""
    joined = " || '|' || ".join(f"coalesce(CAST({quoted(name)} AS STRING), 'None')" for name in key)
    found = quoted(value) if value else "1"
    selected = f'SELECT {", ".join(map(quoted, key))}, {joined} AS "key§", {found} AS "value§" FROM ({sql}) AS found'
    kind = store.columns(f"({selected}) AS found", values)["value§"]
    truth = kind == "BOOLEAN"
    totals = "NULL, NULL" if truth else 'sum("value§"), min("value§")'
    hits = 'count(*) FILTER (WHERE "value§")' if truth else "0"
    rows, known, hit, total, least = store.rows(
        f'SELECT count(*), count("value§"), {hits}, {totals} FROM ({selected}) AS found', values
    )[0]
    mark = 'CAST("value§" AS INTEGER)' if truth else '"value§"'
    order = ", ".join(f"{name} NULLS LAST" for name in (*map(quoted, key), '"value§"'))
    lines = f"""SELECT "key§" || chr(9) || coalesce(CAST({mark} AS STRING), '') || chr(10) AS line
        FROM ({selected}) AS found ORDER BY {order}"""
    digest, marks = hashlib.sha256(), list[tuple[str, str]]()
    for batch in store.batches(lines, values):
        digest.update(_content(batch.column(0)))
        if len(marks) < KEPT:
            kept = batch.column(0).slice(0, KEPT - len(marks)).to_pylist()
            marks += [(key, mark) for key, mark in (line[:-1].rsplit("\t", 1) for line in kept)]
    missed = []
    if truth:
        not_held = f'SELECT "key§" FROM ({selected}) AS found WHERE NOT "value§" ORDER BY {order} LIMIT {KEPT}'
        missed = [row[0] for row in store.rows(not_held, values)]
    return Tally(rows, known, hit, total, least, digest.hexdigest(), tuple(marks), tuple(missed))


def _content(texts: pa.Array) -> memoryview:
    """The bytes of all texts of a column, one after another, as Arrow holds them."""
    large = texts.cast(pa.large_string())
    _, places, content = large.buffers()
    ends = np.frombuffer(places, dtype=np.int64)[large.offset : large.offset + len(large) + 1]
    return memoryview(content)[ends[0] : ends[-1]] if content is not None else memoryview(b"")
