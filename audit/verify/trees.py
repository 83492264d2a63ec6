"""Trees over a sealed run, whose roots its seal states: any one file or result can be shown to belong to it.

`files`    the lines of manifest-sha256.txt, as they stand
`results`  the head of findings.json, every finding and every claim, in their order, each without its records
"""

from __future__ import annotations

import json
from typing import Any

from audit.verify.merkle import leaf_hash, root_of

HEAD_KEYS = ("schema", "engagement", "reconciliation")


def manifest_leaves(text: str) -> list[bytes]:
    """One leaf a line of a manifest."""
    return [line.encode("utf-8", "surrogatepass") for line in text.splitlines()]


def shareable(kind: str, entry: dict[str, Any]) -> dict[str, Any]:
    """A finding with the number of its records in place of their keys; a claim without the digest of its records."""
    if kind == "finding":
        return {**entry, "records": len(entry.get("records") or ())}
    return {key: value for key, value in entry.items() if key != "records_digest"}


def result_entries(findings: dict[str, Any], claims: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """What the tree of results is over: kind and shareable form, in order; of no results, nothing."""
    if not findings:
        return []
    head = {key: findings.get(key) for key in HEAD_KEYS}
    return [
        ("head", head),
        *(("finding", shareable("finding", entry)) for entry in findings.get("findings", ())),
        *(("claim", shareable("claim", entry)) for entry in claims),
    ]


def result_leaf(kind: str, entry: dict[str, Any]) -> bytes:
    """The bytes of one result's leaf."""
    return json.dumps([kind, entry], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def tree_facts(manifest: str, findings: dict[str, Any], claims: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What a seal states of the two trees."""
    leaves = {
        "files": manifest_leaves(manifest),
        "results": [result_leaf(kind, entry) for kind, entry in result_entries(findings, claims)],
    }
    return {
        name: {"size": len(found), "root": root_of([leaf_hash(leaf) for leaf in found]).hex()}
        for name, found in leaves.items()
    }
