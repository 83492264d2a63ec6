"""A copy of an archive in memory, to be damaged; and a forger who makes a damage look as sealed as he can."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.archive.layout import CONCLUSION, PLAN, PROOF
from audit.findings import canonical_json
from audit.verify.case import CRITERIA
from audit.verify.chain import CLOSING, REVIEWED, SIGNED, Line, checkpoint_of, make_line, read_chain
from audit.verify.digests import digest_bytes, list_digest, manifest_text, results_code
from audit.verify.merkle import LEDGER_ORIGIN
from audit.verify.seals import RESULT_FILES
from audit.verify.trees import tree_facts

LEDGER, CHECKPOINT = "ledger.jsonl", "checkpoint.note"


@dataclass
class Copy:
    """Files by name, laid out as in a results folder; `links` are put as links to what they name."""

    run: str
    files: dict[str, bytes]
    links: dict[str, str] = field(default_factory=dict)

    def bag(self, name: str) -> str:
        """A name inside the bag."""
        return f"{self.run}/{name}"

    def seal(self, name: str) -> str:
        """A name inside the seal's folder."""
        return f"{self.run}.seal/{name}"

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change a file of the bag.  Raises LookupError when that changes nothing."""
        before = self.files[self.bag(name)]
        after = change(before)
        if after == before:
            raise LookupError(f"nothing to change in {name}")
        self.files[self.bag(name)] = after

    def edit_json(self, name: str, change: Callable[[Any], object]) -> None:
        """Change a JSON file of the bag as a document."""

        def changed(content: bytes) -> bytes:
            document = json.loads(content)
            change(document)
            return (canonical_json(document) if name.endswith(".json") else json.dumps(document)).encode()

        self.edit(name, changed)

    def first(self, folder: str, ending: str) -> str:
        """The first file of the bag below a folder with this ending.  Raises LookupError when there is none."""
        start = self.bag(folder)
        found = sorted(name for name in self.files if name.startswith(start) and name.endswith(ending))
        if not found:
            raise LookupError(f"no {ending} below {folder}")
        return found[len(found) // 2][len(self.run) + 1 :]

    def lines(self) -> list[Line]:
        """The lines of the ledger."""
        return read_chain(self.files[LEDGER])[0]

    def put_lines(self, lines: list[Line], *, checkpoint: bool = True) -> None:
        """Write a ledger of these lines, and its checkpoint."""
        self.files[LEDGER] = b"".join(line.raw + b"\n" for line in lines)
        if checkpoint:
            self.files[CHECKPOINT] = checkpoint_of(lines, LEDGER_ORIGIN).text.encode()


def chained(entries: list[tuple[str, str, str, dict[str, Any]]]) -> list[Line]:
    """Lines made anew of times, events, runs and facts, each with the digest of the one before."""
    lines: list[Line] = []
    for at, event, run, facts in entries:
        lines.append(make_line(lines[-1] if lines else None, at, event, run, facts))
    return lines


def forge(copy: Copy, upto: str, change: Callable[[dict[str, Any]], object] | None = None) -> None:
    """Make a damage look sealed: rebuild the manifests, then also the seal, then also ledger and checkpoint.

    `upto` is manifest, seal or ledger; `change` alters what the seal states.  Nobody can forge signatures without
    the keys, so those go with the seal.
    """
    payload = {
        name[len(copy.run) + 1 :]: raw for name, raw in copy.files.items() if name.startswith(f"{copy.run}/data/")
    }
    _rebuild_manifests(copy, payload)
    if upto == "manifest":
        return
    seal = json.loads(copy.files[copy.seal("seal.json")])
    said = seal["predicate"]
    for subject in seal["subject"]:
        subject["digest"]["sha256"] = digest_bytes(copy.files[copy.bag(subject["name"].rpartition("/")[2])])
    findings, claims = (json.loads(payload[f"{CONCLUSION}/{name}.json"]) for name in ("findings", "claims"))
    said["tree"] = tree_facts(copy.files[copy.bag("manifest-sha256.txt")].decode(), findings, claims)
    said["code"] = results_code({name: digest_bytes(payload[path]) for name, path in RESULT_FILES.items()})
    if change is not None:
        change(said)
    copy.files[copy.seal("seal.json")] = canonical_json(seal).encode()
    for name in ("seal.json.preparer.sig", "review.json", "review.json.reviewer.sig", "seal.tsr"):
        copy.files.pop(copy.seal(name), None)
    if upto == "ledger":
        _rebuild_ledger(copy, payload, said)


def _rebuild_manifests(copy: Copy, payload: dict[str, bytes]) -> None:
    info = copy.files[copy.bag("bag-info.txt")].decode()
    oxum = f"{sum(len(raw) for raw in payload.values())}.{len(payload)}"
    copy.files[copy.bag("bag-info.txt")] = re.sub(r"(?m)^(Payload-Oxum: ).*$", rf"\g<1>{oxum}", info).encode()
    for algorithm in ("sha256", "sm3"):
        name = copy.bag(f"manifest-{algorithm}.txt")
        if name in copy.files:
            digests = {file: hashlib.new(algorithm, raw).hexdigest() for file, raw in payload.items()}
            copy.files[name] = manifest_text(digests).encode()
    own = f"{copy.run}/"
    tags = {
        name[len(own) :]: digest_bytes(raw)
        for name, raw in copy.files.items()
        if name.startswith(own) and not name.startswith((f"{own}data/", f"{own}tagmanifest"))
    }
    copy.files[copy.bag("tagmanifest-sha256.txt")] = manifest_text(tags).encode()


def _rebuild_ledger(copy: Copy, payload: dict[str, bytes], said: dict[str, Any]) -> None:
    criteria = {n[len(CRITERIA) :]: digest_bytes(raw) for n, raw in payload.items() if n.startswith(CRITERIA)}
    facts = {
        "seal": digest_bytes(copy.files[copy.seal("seal.json")]),
        "manifest": digest_bytes(copy.files[copy.bag("manifest-sha256.txt")]),
        "tagmanifest": digest_bytes(copy.files[copy.bag("tagmanifest-sha256.txt")]),
        "code": said["code"],
        "inputs": list_digest(said["inputs"]["before"]),
        "parameters": digest_bytes(payload[f"{PLAN}/parameters.json"]),
        "criteria": list_digest(criteria),
    }
    entries = [
        (line.at, line.event, line.run, facts if line.run == copy.run and line.event in CLOSING else line.facts)
        for line in copy.lines()
        if not (line.run == copy.run and line.event in (SIGNED, REVIEWED))
    ]
    copy.put_lines(chained(entries))


def write_copy(copy: Copy, base: Path, original: dict[str, bytes], to: Path) -> None:
    """Write a copy out; files that are as they were become hard links to those in `base`."""
    for name, raw in copy.files.items():
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if original.get(name) is raw:
            try:
                os.link(base / name, path)
                continue
            except OSError:
                pass
        path.write_bytes(raw)
    for name, target in copy.links.items():
        path = to / name
        path.unlink(missing_ok=True)
        path.symlink_to(target)


def papers_of(copy: Copy) -> str:
    """An executed notebook of the copy."""
    return copy.first(f"{PROOF}/notebooks/", ".ipynb")
