"""The shape of the package: one way, no cycles, each heavy library in one room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "audit"
# A room may import only rooms above it, or itself.
ORDER = (
    "errors",
    "home",
    "verify",
    "model",
    "words",
    "spreadsheet",
    "numbers",
    "chance",
    "engagement",
    "drafts",
    "rulebook",
    "clocks",
    "intake",
    "form",
    "query",
    "validate",
    "recalculate",
    "findings",
    "sampling",
    "archive",
    "render",
    "programme",
    "selftest",
    "papers",
    "kernels",
    "scaffold",
    "seal",
    "portal",
    "conduct",
    "lab",
    "batch",
    "reperform",
    "share",
    "drill",
    "cli",
    "__main__",
)
HOMES = {
    "great_expectations": "validate",
    "matplotlib": "render",
    "papermill": "conduct",
    "duckdb": "query",
    "pyspark": "query",
    "jupyter_client": "kernels",
    "chinese_calendar": "clocks",
    "scipy": "chance",
    "typer": "cli",
    "pdfplumber": "drafts",
    "distributed": "batch",
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"audit.{alias.name}" for alias in node.names) if node.module == "audit" else [node.module])


def test_every_module_lies_in_a_named_room() -> None:
    assert {room(path) for path in modules()} == set(ORDER)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    own = ORDER.index(room(path))
    for name in imports(path):
        if name.startswith("audit.") and name != "audit.__version__":
            assert ORDER.index(name.split(".")[1]) <= own, f"{path.name} imports {name}"


@pytest.mark.parametrize(("library", "home"), HOMES.items())
def test_each_heavy_library_lives_in_one_room(library: str, home: str) -> None:
    users = {room(path) for path in modules() for name in imports(path) if name.split(".")[0] == library}
    assert users == {home}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"
