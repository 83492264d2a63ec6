"""SQL over the tables.  The only room that imports DuckDB and Spark."""

from audit.query.store import MEMORY, SqlError, Store, literal, parquet, quoted
from audit.query.warehouse import Selection, Warehouse

__all__ = ["MEMORY", "Selection", "SqlError", "Store", "Warehouse", "literal", "parquet", "quoted"]
