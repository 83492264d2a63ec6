"""Reproducible statistical audit of the figures in rule-of-law government reports.

Data flows one way through the rooms of this package; `tests/test_architecture.py` holds the order.
"""

import os
import sys

__version__ = "0.1.0"

# Great Expectations must never call home; set before anything can import it.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

# Optional packages that others import when they find them, hidden until a room asks (D-15, D-61):
# jsonschema parses a grammar of internationalised addresses for two seconds; Great Expectations imports
# Spark, and Spark's client without its own extras ends the process with status 0.
for _name in ("rfc3987_syntax", "pyspark", "pyspark.sql.connect"):
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]
