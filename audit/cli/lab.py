"""`audit lab`: JupyterLab on the audit programme."""

from __future__ import annotations

import os
import subprocess
import sys

from audit.lab.server import PACK, has_chinese, lab_command, lab_environment


def open_lab(lang: str, *, browser: bool, port: int | None) -> int:
    """Become JupyterLab: its signals and its exit status are ours."""
    if lang == "zh" and not has_chinese():
        print(
            f"JupyterLab 的中文界面没有安装，界面为英文。安装：.venv/bin/python -m pip install {PACK}\n"
            "JupyterLab's Chinese interface is not installed; the interface is English.",
            file=sys.stderr,
        )
    command, environment = lab_command(browser=browser, port=port), lab_environment(lang, os.environ)
    if os.name == "nt":
        return subprocess.call(command, env=environment)
    sys.stdout.flush()
    os.execve(command[0], command, environment)
