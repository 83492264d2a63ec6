"""SQL over the tables.  The only room that imports DuckDB and Spark."""

from audit.query.clock import deadlines
from audit.query.machine import ENGINES, MEMORY, Engine, Machine
from audit.query.scan import scanner
from audit.query.session import check_spark
from audit.query.spark import SparkWarehouse
from audit.query.store import SqlError, Store, literal, parquet, quoted
from audit.query.tally import KEPT, Tally
from audit.query.warehouse import Selection, Warehouse

__all__ = [
    "ENGINES",
    "KEPT",
    "MEMORY",
    "Engine",
    "Machine",
    "Selection",
    "SparkWarehouse",
    "SqlError",
    "Store",
    "Tally",
    "Warehouse",
    "check_spark",
    "deadlines",
    "literal",
    "parquet",
    "quoted",
    "scanner",
]
