"""environment.yml, pyproject.toml and the lock say the same; the repository names no host and no machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ASKED_FOR = {"jupyterlab", "papermill", "pandas", "great-expectations", "matplotlib", "pytest"}


def bounds(requirement: str) -> tuple[str, frozenset[str]]:
    match = re.fullmatch(r"([A-Za-z0-9_.-]+?(?:\[\w+\])?)([<>=].*)?", requirement)
    assert match
    return match[1].lower(), frozenset((match[2] or "").split(","))


def test_environment_and_pyproject_have_the_same_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = dict(map(bounds, project["project"]["dependencies"] + project["dependency-groups"]["test"]))
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    named = dict(bounds(entry) for entry in entries if isinstance(entry, str) and entry != "pip")
    assert named.pop("python") == frozenset(project["project"]["requires-python"].split(","))
    assert set(named) == ASKED_FOR
    assert {name: declared[name] for name in named} == named


LOCKS = {"requirements.lock": ("setup",), "requirements.dev.lock": ("setup", "test", "benchmark")}


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_the_locks_pin_everything_with_hashes_and_name_no_index(name: str) -> None:
    lock = (ROOT / name).read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = list(project["project"]["dependencies"])
    for group in LOCKS[name]:
        wanted += project["dependency-groups"][group]
    for requirement in wanted:
        assert re.sub(r"\[.*", "", bounds(requirement)[0]).replace("_", "-") in pins(name)
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock


def test_the_tests_run_on_what_an_audit_runs_on() -> None:
    assert pins("requirements.lock").items() <= pins("requirements.dev.lock").items()


def test_tracked_files_name_no_machine_and_no_registry() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # Written in two parts so that this file does not find itself.
    words = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "py" + "pi.org", "npm" + "js", "deb" + "ian.org"]
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if path.suffix in (".png", ".svg", ".pdf", ".xlsx") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not [word for word in words if word in text], name
