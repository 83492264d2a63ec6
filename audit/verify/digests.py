"""Digests: of files, of lists of files, of results for the eye, and of what an executed notebook says."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

BUFFER = 1 << 20

RESULTS = ("claims.json", "control_totals.json", "findings.json", "outcomes.json")

# Crockford's base 32: no I, L, O or U, which are taken for other characters.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def offered(algorithms: Iterable[str]) -> tuple[str, ...]:
    """Those of the algorithms that this Python calculates; SM3 depends on the OpenSSL it was built with."""
    found = []
    for algorithm in algorithms:
        try:
            hashlib.new(algorithm)
        except ValueError:
            continue
        found.append(algorithm)
    return tuple(found)


def digest_bytes(content: bytes) -> str:
    """SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_file(path: str | os.PathLike[str], algorithms: Sequence[str] = ("sha256",)) -> dict[str, str]:
    """The file's digests by algorithm, in one reading of it.  Raises OSError; ValueError for an unknown algorithm."""
    hashers = [hashlib.new(algorithm) for algorithm in algorithms]
    buffer = bytearray(BUFFER)
    view = memoryview(buffer)
    with Path(path).open("rb", buffering=0) as file:
        while size := file.readinto(buffer):
            for hasher in hashers:
                hasher.update(view[:size])
    return {algorithm: hasher.hexdigest() for algorithm, hasher in zip(algorithms, hashers, strict=True)}


def digest_files(
    folder: Path, names: Sequence[str], algorithms: Sequence[str] = ("sha256",), workers: int | None = None
) -> dict[str, dict[str, str] | OSError]:
    """`digest_file` of many, by name below `folder`, several at a time; a file that cannot be read has its error."""

    def one(name: str) -> dict[str, str] | OSError:
        try:
            return digest_file(folder / name, algorithms)
        except OSError as error:
            return error

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        return dict(zip(names, pool.map(one, names), strict=True))


def manifest_text(digests: Mapping[str, str]) -> str:
    """A manifest, as `sha256sum -c` and BagIt read it: `<digest>  <name>` a line, sorted by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def read_manifest(text: str) -> dict[str, str]:
    """Digests by name.  Raises ValueError naming the first line that is none, or that repeats a name."""
    if not text.endswith("\n"):
        raise ValueError("the last line is cut off")
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        match = re.fullmatch(r"([0-9a-f]{64})[ \t]+\*?(\S.*)", line)
        if match is None:
            raise ValueError(f"line {number} is not a digest and a name")
        if match[2] in found:
            raise ValueError(f"line {number} names {match[2]} again")
        found[match[2]] = match[1]
    return found


def list_digest(digests: Mapping[str, str]) -> str:
    """SHA-256 over the manifest of some files: one digest for a list (source, criteria, inputs)."""
    return digest_bytes(manifest_text(digests).encode())


def results_code(digests: Mapping[str, str]) -> str:
    """XXXX-XXXX-XXXX: sixty bits of the list digest of the four result files (D-60), for a reader's eye."""
    number = int(list_digest(digests)[:16], 16) >> 4
    letters = "".join(CODE_ALPHABET[number >> shift & 31] for shift in range(55, -1, -5))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def semantic_digest(notebook: Mapping[str, Any]) -> str:
    """SHA-256 of what an executed notebook says: sources, counts and outputs; no metadata, ids or times.

    `notebook` is the parsed .ipynb.  Raises ValueError when it has not the shape of one.
    """
    try:
        cells = [
            [
                cell["cell_type"],
                _as_one_text(cell["source"]),
                cell.get("execution_count"),
                [_said(output) for output in cell.get("outputs", [])],
            ]
            for cell in notebook["cells"]
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a notebook: {error!r}") from None
    return digest_bytes(json.dumps(cells, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def _said(output: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: _as_one_text(output[key]) for key in ("output_type", "name", "text") if key in output}
    if "data" in output:
        said["data"] = {kind: _as_one_text(content) for kind, content in output["data"].items()}
    return said


def _as_one_text(lines: Any) -> Any:
    """nbformat keeps a text either whole or as a list of lines."""
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        return "".join(lines)
    return lines
