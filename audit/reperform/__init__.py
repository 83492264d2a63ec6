"""Perform a sealed run again from its own inputs, and say how far the results are the same."""

from audit.reperform.certificate import Certificate, LevelResult, record_certificate
from audit.reperform.perform import reperform

__all__ = ["Certificate", "LevelResult", "record_certificate", "reperform"]
