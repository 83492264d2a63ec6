"""The layout of a run folder: four folders in the order of a Chinese audit file, and the records in them."""

from audit.archive.layout import Parameters, RunFolder, read_findings, read_record

__all__ = ["Parameters", "RunFolder", "read_findings", "read_record"]
