"""The archive's own verify.py: the modules of audit/verify joined into one file that needs only Python."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import audit.verify

_ROOM = "audit.verify"
_HEAD = '''#!/usr/bin/env python3
"""Verify the sealed archive in which this file lies.  Needs Python 3.11 or later, nothing else, and no network.

    python3 -I -S verify.py [--json] [ARCHIVE]

校验本文件所在的封存档案。只需 Python 3.11 以上，不需安装任何软件，不联网。
Joined from the modules of audit/verify, which lie in data/4-reference/source.
"""

from __future__ import annotations

'''


@dataclass(frozen=True)
class _Module:
    """One module: its own text without imports, what it imports from Python (modules, and names of modules), and
    from its neighbours.
    """

    name: str
    text: str
    imports: frozenset[tuple[str, str]]
    neighbours: frozenset[str]
    defined: frozenset[str]


@cache
def verifier() -> str:
    """The text of verify.py."""
    return join_modules(Path(audit.verify.__file__).parent)


def join_modules(folder: Path) -> str:
    """Join the modules of `folder`, each after those it imports; the one whose `main` is called comes last.

    Raises ValueError when the modules cannot share one file: a name defined twice, a neighbour imported whole or
    under another name, a library that is not Python's own; or when none of them defines `main`.
    """
    modules = {path.stem: _take_apart(path) for path in sorted(folder.glob("*.py")) if path.stem != "__init__"}
    order = _ordered(modules)
    defined: dict[str, str] = {}
    for module in order:
        for name in module.defined:
            if name in defined:
                raise ValueError(f"{name} is defined in {defined[name]} and in {module.name}")
            defined[name] = module.name
    if "main" not in defined:
        raise ValueError(f"no module of {folder} defines main")
    imports = _import_lines({pair for module in order for pair in module.imports} | {("sys", "")})
    parts = [f"# ---- {module.name} ----\n\n{module.text.strip()}\n" for module in order if module.text.strip()]
    end = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'
    text = _HEAD + imports + "\n\n" + "\n\n".join(parts) + end
    compile(text, "verify.py", "exec")
    return text


def _take_apart(path: Path) -> _Module:
    """Split a module; its docstring becomes a comment, so that the joined file keeps the words."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    tree = ast.parse(text)
    imports, neighbours, defined = set(), set(), set()
    for node in tree.body:
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        gone = False
        match node:
            case ast.ImportFrom(module="__future__"):
                gone = True
            case ast.ImportFrom(module=str(source)) if source == _ROOM or source.startswith("audit"):
                if source.count(".") != 2 or any(name.asname for name in node.names):
                    raise ValueError(f"{path.name} line {node.lineno}: import names of {_ROOM}.<module>, as they are")
                neighbours.add(source.rpartition(".")[2])
                gone = True
            case ast.Import():
                imports |= {(ast.unparse(name), "") for name in node.names}
                gone = True
            case ast.ImportFrom(module=str(source)):
                imports |= {(source, ast.unparse(name)) for name in node.names}
                gone = True
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                gone = True
            case _:
                defined |= _names(node)
        if gone:
            lines[first:last] = [""] * (last - first)
    docstring = ast.get_docstring(tree)
    if docstring is not None:
        node = tree.body[0]
        lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    comment = "".join(f"# {line}".rstrip() + "\n" for line in (docstring or "").splitlines())
    text = f"{comment}\n{''.join(lines).strip()}"
    return _Module(path.stem, text, frozenset(imports), frozenset(neighbours), frozenset(defined))


def _import_lines(imports: set[tuple[str, str]]) -> str:
    """One line a module, those imported whole first."""
    whole = [f"import {module}\n" for module, name in sorted(imports) if not name]
    named: dict[str, list[str]] = {}
    for module, name in sorted(imports):
        if name:
            named.setdefault(module, []).append(name)
    return "".join(whole + [f"from {module} import {', '.join(names)}\n" for module, names in named.items()])


def _names(node: ast.stmt) -> set[str]:
    """The names that a statement of a module gives to the whole of it."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = [inner for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)]
    return {target.id for target in targets} if isinstance(node, ast.Assign | ast.AnnAssign) else set()


def _ordered(modules: dict[str, _Module]) -> list[_Module]:
    """Each module after those it imports, otherwise by name; `__main__` last.  Raises ValueError for a circle."""
    order: list[_Module] = []
    left = dict(modules)
    while left:
        ready = [
            m for m in left.values() if not m.neighbours & left.keys() and (m.name != "__main__" or len(left) == 1)
        ]
        if not ready:
            raise ValueError(f"{', '.join(left)} import one another")
        order.append(left.pop(ready[0].name))
    return order
