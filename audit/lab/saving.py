"""What JupyterLab saves of the working papers: their cells, and never what a run by hand put out."""

from __future__ import annotations

from typing import Any

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def forget_results(model: dict[str, Any], path: str, **_: object) -> None:
    """Strip results from a notebook below notebooks/ before it is saved; JupyterLab calls this for every file.

    The programme is a plan; its results belong to a run's folder, and those of a run by hand nowhere.
    """
    if model.get("type") != "notebook" or path.strip("/").partition("/")[0] != "notebooks":
        return
    content = model["content"]
    content["metadata"] = dict(_METADATA)
    for cell in content["cells"]:
        for passing in ("execution", "trusted", "collapsed", "scrolled", "papermill"):
            cell.get("metadata", {}).pop(passing, None)
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
