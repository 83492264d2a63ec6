"""ro-crate-metadata.json (RO-Crate 1.1, Process Run Crate 0.5): the archive told to other people's tools."""

from __future__ import annotations

import mimetypes
from typing import Any
from urllib.parse import quote

from audit import __version__
from audit.archive.layout import CONCLUSION, PLAN, PROOF, REFERENCE
from audit.model import Text
from audit.seal.bag import Payload
from audit.seal.statement import Account

_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_CRATE, _PROCESS = "https://w3id.org/ro/crate/1.1", "https://w3id.org/ro/wfrun/process/0.5"
_SHELVES = {
    CONCLUSION: Text(zh="结论类", en="conclusions"),
    PROOF: Text(zh="证明类", en="proofs"),
    PLAN: Text(zh="立项类", en="plan and criteria"),
    REFERENCE: Text(zh="备查类", en="reference"),
}
_MORE_TYPES = {".ipynb": "application/x-ipynb+json", ".yml": "application/yaml", ".toml": "application/toml"}
_MORE_TYPES |= {".lock": "text/plain", ".j2": "text/plain", ".md": "text/markdown", ".py": "text/x-python"}
_MORE_TYPES |= {".csv": "text/csv", ".json": "application/json", ".html": "text/html", ".svg": "image/svg+xml"}


def crate(run: str, unit: Text, payload: Payload, account: Account) -> dict[str, Any]:
    """The crate of a run; its root is the bag's data folder.  `unit` is the audited district's name."""
    files = {name.removeprefix("data/"): digest for name, digest in sorted(payload.sha256.items())}
    inputs = [name for name in files if name.startswith(("4-reference/inputs", "3-plan/"))]
    results = [name for name in files if name.startswith(("1-conclusion/", "2-proof/"))]
    year = run.split("/")[1]
    graph: list[dict[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": _CRATE},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "identifier": f"fazhi-audit:{run}",
            "name": f"{unit.zh}{year}年度法治政府建设统计数字审计 / Audit of figures, {unit.en}, {year}",
            "description": f"审计运行 {run} 的封存档案。Sealed archive of audit run {run}, {account.status}.",
            "datePublished": account.finished,
            "license": {"@id": "#terms"},
            "conformsTo": {"@id": _PROCESS},
            "hasPart": [{"@id": f"{folder.removeprefix('data/')}/"} for folder in _SHELVES],
            "mentions": {"@id": "#run"},
        },
        {
            "@id": _PROCESS,
            "@type": "CreativeWork",
            "name": "Process Run Crate",
            "version": "0.5",
        },
        _action(run, account, inputs, results),
        {"@id": "#audit", "@type": "SoftwareApplication", "name": "fazhi-audit", "softwareVersion": __version__},
        {"@id": "#who", "@type": "Person", "name": account.by},
        {
            "@id": "#terms",
            "@type": "CreativeWork",
            "name": "Terms of use",
            "description": "由保管本档案的机关决定。Set by the office that keeps this archive.",
        },
    ]
    for folder, title in _SHELVES.items():
        own = folder.removeprefix("data/") + "/"
        parts = [{"@id": quote(name)} for name in files if name.startswith(own)]
        graph.append({"@id": own, "@type": "Dataset", "name": f"{title.zh} / {title.en}", "hasPart": parts})
    graph += [_file(name, payload.sizes[f"data/{name}"], digest) for name, digest in files.items()]
    return {"@context": _CONTEXT, "@graph": graph}


def _action(run: str, account: Account, inputs: list[str], results: list[str]) -> dict[str, Any]:
    ended = "FailedActionStatus" if account.failure else "CompletedActionStatus"
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"audit run {run}",
        "instrument": {"@id": "#audit"},
        "agent": {"@id": "#who"},
        "object": [{"@id": quote(name)} for name in inputs],
        "result": [{"@id": quote(name)} for name in results],
        "startTime": account.started,
        "endTime": account.finished,
        "actionStatus": {"@id": f"http://schema.org/{ended}"},
        **({"error": account.failure["problem"]} if account.failure else {}),
    }


def _file(name: str, size: int, digest: str) -> dict[str, Any]:
    ending = f".{name.rpartition('.')[2]}" if "." in name else ""
    kind = _MORE_TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "@id": quote(name),
        "@type": "File",
        "name": name.rpartition("/")[2],
        "contentSize": str(size),
        "encodingFormat": kind,
        "sha256": digest,
    }
