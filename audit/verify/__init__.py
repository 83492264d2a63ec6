"""Verify a sealed archive with the standard library alone; these modules also make up an archive's own verify.py."""
