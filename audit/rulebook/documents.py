"""Reading the rulebook's files: YAML and JSON into strict records, with errors that name file and entry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from audit.engagement.plan import first_fault
from audit.errors import RulebookError
from audit.model import Strict

Record = TypeVar("Record", bound=Strict)


class _NoDuplicates(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml where built in
    """YAML that refuses a key written twice; plain YAML keeps the last and loses the first in silence."""


def _mapping(loader: _NoDuplicates, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, list | dict):
            raise yaml.constructor.ConstructorError(None, None, "a key that is no word", key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_NoDuplicates.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file.  Raises RulebookError when it is missing or cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_NoDuplicates)
    except FileNotFoundError:
        raise RulebookError(f"{path.name} is missing", where=str(path), remedy="restore it") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulebookError(
            f"{path.name} is not valid YAML",
            where=" ".join(str(error).split()),
            remedy="correct the line named",
        ) from None


def read_json(path: Path) -> Any:
    """The content of a JSON file.  Raises RulebookError when it cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RulebookError(
            f"{path.name} is not valid JSON", where=f"{path.name}: {error}", remedy="correct the line named"
        ) from None


def entries(content: Any, where: str) -> dict[str, Any]:
    """`content` as a mapping of names to mappings.  Raises RulebookError that names the entry."""
    if not isinstance(content, dict):
        raise RulebookError("this is no mapping", where=where, remedy="write name: value lines")
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, dict):
            raise RulebookError("this is no mapping", where=f"{where}, {name}", remedy="write name: value lines")
    return content


def record(kind: type[Record], content: Any, where: str) -> Record:
    """`content` as a strict record.  Raises RulebookError that names the entry, the key and the value."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise RulebookError(
            "the rulebook holds something unexpected",
            where=f"{where}: {first_fault(error)}",
            remedy="correct the key or value named",
        ) from None
