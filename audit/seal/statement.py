"""The seal: one statement, in the shape of an in-toto Statement, that binds all there is of a run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.archive.layout import CONCLUSION, PLAN, PROOF, REFERENCE
from audit.seal.bag import MANIFEST, TAG_MANIFEST, Payload
from audit.verify.chain import Line
from audit.verify.digests import RESULTS, list_digest, manifest_text, results_code, semantic_digest
from audit.verify.trees import tree_facts

STATEMENT, PREDICATE, ZONE = "https://in-toto.io/Statement/v1", "urn:fazhi-audit:seal:1", "Asia/Shanghai"
_SHELVES = {"claims.json": CONCLUSION, "findings.json": CONCLUSION}
_SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class Account:
    """What a run tells of itself that its folder does not.

    `before` and `after` are the inputs' digests, by `district/year/file`; `failure` says why it came to no result.
    """

    by: str
    started: str
    finished: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    failure: dict[str, str] | None = None

    @property
    def status(self) -> str:
        """complete or failed."""
        return "failed" if self.failure else "complete"


def predicate(folder: Path, payload: Payload, account: Account, opening: Line, supersedes: list[str]) -> dict[str, Any]:
    """Everything the seal says of the run.  Raises OSError."""
    findings = _read(folder / CONCLUSION / "findings.json")
    criteria = payload.below(f"{PLAN}/expectations")
    suites, rules = ({n: d for n, d in criteria.items() if n.startswith(part)} for part in ("suites/", "rules/"))
    failed = [finding["severity"] for finding in findings.get("findings", ()) if finding["status"] == "fail"]
    return {
        "run": opening.run,
        "status": account.status,
        "code": code_of(payload),
        "parameters": _read(folder / PLAN / "parameters.json"),
        "inputs": {"before": account.before, "after": account.after},
        "suites": suites,
        "rules": rules,
        "criteria": {name: digest for name, digest in criteria.items() if name not in suites and name not in rules},
        "source": list_digest(payload.below(f"{REFERENCE}/source")),
        "notebooks": _notebooks(folder, payload),
        "reconciliation": findings.get("reconciliation", {}),
        "findings": {severity: failed.count(severity) for severity in _SEVERITIES} if findings else {},
        "by": account.by,
        "started": account.started,
        "finished": account.finished,
        "zone": ZONE,
        "ledger": {"number": opening.number, "digest": opening.digest},
        "supersedes": supersedes,
        **({"failure": account.failure} if account.failure else {}),
    }


def statement(run: str, manifest: str, tag_manifest: str, said: dict[str, Any]) -> dict[str, Any]:
    """The statement about the two manifests, which between them list every file of the bag."""
    subjects = {MANIFEST: manifest, TAG_MANIFEST: tag_manifest}
    return {
        "_type": STATEMENT,
        "subject": [{"name": f"{run}/{name}", "digest": {"sha256": digest}} for name, digest in subjects.items()],
        "predicateType": PREDICATE,
        "predicate": said,
    }


def ledger_facts(seal: str, manifest: str, tag_manifest: str, payload: Payload, said: dict[str, Any]) -> dict[str, str]:
    """What the ledger's line says of a sealed run; `seal` is the digest of seal.json."""
    return {
        "seal": seal,
        "manifest": manifest,
        "tagmanifest": tag_manifest,
        "code": said["code"],
        "inputs": list_digest(said["inputs"]["before"]),
        "parameters": payload.sha256.get(f"{PLAN}/parameters.json", ""),
        "criteria": list_digest(payload.below(f"{PLAN}/expectations")),
    }


def trees(folder: Path, payload: Payload) -> dict[str, Any]:
    """The roots over the manifest's lines and over the results, for sharing part of the run.  Raises OSError."""
    findings, claims = (_read_any(folder / CONCLUSION / name) for name in ("findings.json", "claims.json"))
    return tree_facts(manifest_text(payload.sha256), findings or {}, claims or [])


def code_of(payload: Payload) -> str:
    """The code of the four result files; empty when the run came to no result."""
    paths = {name: f"{_SHELVES.get(name, PROOF)}/{name}" for name in RESULTS}
    if any(path not in payload.sha256 for path in paths.values()):
        return ""
    return results_code({name: payload.sha256[path] for name, path in paths.items()})


def _notebooks(folder: Path, payload: Payload) -> dict[str, dict[str, str]]:
    """For each executed notebook the digest of its source, and of what it says; empty where there is none."""
    made = {}
    for path in sorted((folder / PROOF / "notebooks").glob("*.ipynb")):
        try:
            said = semantic_digest(json.loads(path.read_bytes()))
        except ValueError:  # cut off when its run died
            said = ""
        source = payload.sha256.get(f"{REFERENCE}/source/notebooks/{path.name}", "")
        made[path.stem] = {"source": source, "semantic": said}
    return made


def _read(path: Path) -> dict[str, Any]:
    """A JSON object of the run, or nothing when the run did not come to write it."""
    content = _read_any(path)
    return content if isinstance(content, dict) else {}


def _read_any(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
