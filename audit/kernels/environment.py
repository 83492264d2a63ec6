"""What a kernel inherits: nothing of the user's profile, a fixed locale, hash seed and time zone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")


def clean_environment(scratch: Path) -> dict[str, str]:
    """The environment of every kernel of a run whose scratch folder is `scratch`.

    No library may start a thread of its own: the tables are small, and a process with threads cannot be forked.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(scratch),
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLCONFIGDIR": str(Path(sys.prefix) / "cache" / "matplotlib"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONNOUSERSITE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "LC_ALL": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "GX_ANALYTICS_ENABLED": "false",
    }
