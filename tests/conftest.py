"""What several tests start from."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from runs import ADDRESS, FORMULA, HOSTILE, Run, copy_of_huiji, edit, quoted, run

import audit  # noqa: F401  # first of all: it hides what Great Expectations must not import
from audit.seal.locks import FileLock

# A busy machine is no fault: properties are held for every example, however long one takes.
settings.register_profile("audit", deadline=None)
settings.load_profile("audit")

# Files whose few tests take longest, longest first: begun last, they would leave all other workers idle.
LONGEST = ("pages", "reperform", "verify", "spark", "batch", "run", "scaffold", "lab", "exact", "share", "selftest")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files so that the workers end at about the same time."""
    rank = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: whole runs and browsers wait about a fifth of their time."""
    return (os.cpu_count() or 1) + 1


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Run]) -> Run:
    """What `make` makes in a folder of this name, made once for all test workers and only read by their tests."""
    parent = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        parent = parent.parent
    folder, kept = parent / name, parent / f"{name}.made"
    lock = FileLock(parent / f"{name}.lock")
    lock.acquire(wait=True)
    try:
        if not kept.exists():
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
    finally:
        lock.release()
    made: Run = pickle.loads(kept.read_bytes())
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of an engagement's files, still empty: Huiji 2021."""
    folder = tmp_path / "huiji" / "2021"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def huiji(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return once(tmp_path_factory, "huiji", lambda out: run(out, "huiji", 2021))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return once(tmp_path_factory, "sample", lambda out: run(out, "sample", 2022, "--gate", "critical", "--lang", "en"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return once(tmp_path_factory, "hostile", hostile_run)


def hostile_run(out: Path) -> Run:
    """Huiji's files with a script in every cell that takes text, and formulas and script addresses in some."""
    data = copy_of_huiji(out.with_name("hostile-data"))
    for name, column in (
        ("normative_documents", "文件名称"),
        ("disclosure_requests", "申请编号"),
        ("publicity_materials", "资料名称"),
        ("units", "单位名称"),
    ):
        edit(data / f"{name}.csv", 1, column, HOSTILE)
        edit(data / f"{name}.csv", 2, column, FORMULA)
    for column in ("unit", "scope", "locator", "note"):
        edit(data / "claims.csv", 2, column, HOSTILE)
        edit(data / "claims.csv", 3, column, ADDRESS)
    edit(data / "claims.csv", 4, "locator", FORMULA)
    (data / "responses.csv").write_text(
        f"finding_id,status,by,on,text\nrules/RPT-01,explained,{quoted(HOSTILE)},2022-03-01,{quoted(HOSTILE)}\n",
        encoding="utf-8",
    )
    plan = (data / "engagement.toml").read_text(encoding="utf-8")
    (data / "engagement.toml").write_text(
        plan.replace('zh = "郑州市惠济区"', f"zh = '''郑州市惠济区{HOSTILE}'''"), encoding="utf-8"
    )
    return run(out, "huiji", 2021, "--data", data.parents[1])
