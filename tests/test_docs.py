"""The documents say only what is so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


def test_glossary_names_exist() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "audit").rglob("*.py"))
    terms = re.findall(r"^\| \*\*.*?\*\*(.*?)\|", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = [name for cell in terms for name in re.findall(r"`(\w+)`", cell)]
    assert len(named) >= 15
    for name in named:
        assert re.search(rf"^(class|def) {name}\b|^{name} = ", source, re.MULTILINE), name


@pytest.mark.parametrize("name", READMES)
def test_the_tree_and_the_links_name_what_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    tree = next(
        block for block in re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE) if block.startswith("run ")
    )
    for line in tree.splitlines():
        assert (ROOT / line.split()[0]).exists(), line
    for link in re.findall(r"\]\((?!http)([^)]+)\)", text):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("name", READMES)
def test_the_readme_shows_the_two_commands_and_the_exit_codes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "./run audit huiji 2021" in text
    assert "./run test" in text
    assert all(f"{code} " in text for code in (0, 1, 2, 3))


def test_decisions_are_numbered_in_order_and_none_twice() -> None:
    numbers = re.findall(r"^\*\*D-(\d+)", (ROOT / "DECISIONS.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in numbers] == sorted({int(number) for number in numbers})
    assert {int(number) for number in numbers} >= set(range(1, 16))


def test_code_cites_decisions_that_exist() -> None:
    decisions = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")
    for path in (ROOT / "audit").rglob("*.py"):
        for cited in re.findall(r"D-\d\d", path.read_text(encoding="utf-8")):
            assert f"**{cited}" in decisions
