"""Parquet, held to a size before it is unpacked."""

from __future__ import annotations

import io

from audit.intake.sheets import Delivery, Sheet
from audit.intake.words import Place, RefusedError, fault

_MOST_CELLS = 40_000_000
_MOST_BYTES = 2**30


def read_parquet(content: bytes, shown: str) -> Delivery:
    """The rows of a Parquet file, the column names as the first.  Raises RefusedError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(io.BytesIO(content))
        about = source.metadata
        unpacked = sum(about.row_group(n).total_byte_size for n in range(about.num_row_groups))
        if about.num_rows * about.num_columns > _MOST_CELLS or unpacked > _MOST_BYTES:
            raise RefusedError(fault("too_wide", Place(shown), rows=about.num_rows, columns=about.num_columns))
        table = source.read()
        columns = [column.to_pylist() for column in table.columns]  # by position: names may occur twice
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        raise RefusedError(fault("no_parquet", Place(shown))) from None
    rows = [(1, tuple(table.column_names)), *enumerate(zip(*columns, strict=True), start=2)]
    return Delivery((Sheet("", tuple(rows)),))
