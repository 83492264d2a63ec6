"""Bring in the departmental files: one typed reader, control totals, every repair on record, every fault at once."""

from audit.intake.controls import recheck, total
from audit.intake.faults import faults_path, write_faults
from audit.intake.reader import Stored, Table, Tables, read_tables
from audit.intake.record import Repair, intake_csv
from audit.intake.words import REPAIRS

__all__ = [
    "REPAIRS",
    "Repair",
    "Stored",
    "Table",
    "Tables",
    "faults_path",
    "intake_csv",
    "read_tables",
    "recheck",
    "total",
    "write_faults",
]
