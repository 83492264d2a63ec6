"""Reproducible statistical audit of the figures in rule-of-law government reports.

Data flows one way through the rooms of this package; `tests/test_architecture.py` holds the order.
"""

import os

__version__ = "0.1.0"

# Great Expectations must never call home; set before anything can import it.
os.environ["GX_ANALYTICS_ENABLED"] = "false"
