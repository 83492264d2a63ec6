"""Bring in the departmental files: one typed reader, control totals first, every fault at once."""

from audit.intake.controls import recheck
from audit.intake.reader import Table, Tables, read_tables

__all__ = ["Table", "Tables", "read_tables", "recheck"]
