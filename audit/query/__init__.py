"""SQL over the tables.  The only room that imports DuckDB."""

from audit.query.warehouse import Selection, Warehouse

__all__ = ["Selection", "Warehouse"]
