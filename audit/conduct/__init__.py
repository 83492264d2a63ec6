"""Carry out a run: papermill over the working papers, in order, in a folder of its own."""

from audit.conduct.run import SEALING, Conclusion, RunReport, run_audit

__all__ = ["SEALING", "Conclusion", "RunReport", "run_audit"]
