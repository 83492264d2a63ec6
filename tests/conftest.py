"""What several tests start from."""

from pathlib import Path

import pytest
from hypothesis import settings
from runs import Run, run

import audit  # noqa: F401  # first of all: it hides what Great Expectations must not import

# A busy machine is no fault: properties are held for every example, however long one takes.
settings.register_profile("audit", deadline=None)
settings.load_profile("audit")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an engagement's files, still empty: Huiji 2021."""
    folder = tmp_path / "huiji" / "2021"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def huiji(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("huiji"), "huiji", 2021)
