"""How JupyterLab is started on the audit programme: its layout, its language, and nothing fetched from outside."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from audit.home import ROOT

START = "notebooks/start.ipynb"
PACK = "jupyterlab-language-pack-zh-CN"
_HERE = Path(__file__).parent
_WORKSPACE = "audit"
_CONTENTS = "@jupyterlab/toc:plugin"  # the table of contents, as JupyterLab restores it


def has_chinese() -> bool:
    """Whether JupyterLab's Chinese interface pack is installed (the optional extra `zh`)."""
    return find_spec("jupyterlab_language_pack_zh_CN") is not None


def lab_command(*, browser: bool = True, port: int | None = None) -> list[str]:
    """The command that serves the project on this machine only and opens the start notebook."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"]
    command += [f"--LabApp.workspaces_dir={_make_workspace()}", f"--LabApp.default_url=/lab/workspaces/{_WORKSPACE}"]
    command += [] if browser else ["--no-browser"]
    if os.name != "nt" and os.geteuid() == 0:  # as in a container; served to this machine only, behind a token
        command.append("--allow-root")
    return command + ([] if port is None else [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"])


def lab_environment(lang: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment with our settings before all others; the user's own choices stay below them."""
    places = [str(_HERE / "settings")]
    if lang == "zh" and has_chinese():
        places.append(str(_HERE / "settings-zh"))
    given = environment.get("JUPYTER_CONFIG_PATH")
    return {
        **environment,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), environment.get("PYTHONPATH")))),
        "JUPYTER_CONFIG_PATH": os.pathsep.join([*places, *([given] if given else [])]),
    }


def _make_workspace() -> Path:
    """A fresh workspace, so that every start shows the programme: the start notebook and its table of contents."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    place = Path(sys.prefix) / "cache" / "lab"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:  # an environment that belongs to somebody else
        place = Path(tempfile.mkdtemp(prefix="audit-lab-"))
    WorkspacesManager(str(place)).save(_WORKSPACE, _layout())
    return place


def _layout() -> str:
    notebook = f"notebook:{START}"
    data: dict[str, Any] = {
        "layout-restorer:data": {
            "main": {"dock": {"type": "tab-area", "currentIndex": 0, "widgets": [notebook]}, "current": notebook},
            "down": {"size": 0, "widgets": []},
            "left": {
                "collapsed": False,
                "visible": True,
                "current": _CONTENTS,
                "widgets": ["filebrowser", "running-sessions", _CONTENTS],
            },
            "right": {"collapsed": True, "visible": True, "widgets": ["jp-property-inspector", "debugger-sidebar"]},
            "relativeSizes": [0.24, 0.76, 0],
            "top": {"simpleVisibility": True},
        },
        notebook: {"data": {"path": START, "factory": "Notebook"}},
        "file-browser-filebrowser:cwd": {"path": "notebooks"},
    }
    return json.dumps({"data": data, "metadata": {"id": _WORKSPACE}})
