"""Reproducible statistical audit of the figures in rule-of-law government reports.

Data flows one way through the rooms of this package; `tests/test_architecture.py` holds the order.
"""

import os
import sys

__version__ = "0.1.0"

# Great Expectations must never call home; set before anything can import it.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

# jsonschema, which Great Expectations and Jupyter import, parses a grammar of internationalised addresses
# for two seconds where this optional package is installed.  Nothing here validates an address (D-15).
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
