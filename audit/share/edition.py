"""The shareable edition: findings, figures and criteria, and for each the proof that it belongs to the seal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from audit.archive.layout import CONCLUSION, PLAN, PROOF
from audit.errors import AuditError, UsageError
from audit.findings import canonical_json
from audit.seal.verifier import verifier
from audit.share.source import checkpoint_text, ledger_lines, sealed
from audit.verify.case import Case, listing, mapping
from audit.verify.digests import digest_bytes
from audit.verify.edition import EDITION_LEDGER, EDITION_PAGE, EDITION_RESULTS, EDITION_SCHEMA, EDITION_SEAL, PROOFS
from audit.verify.merkle import inclusion_proof, leaf_hash
from audit.verify.page import edition_page
from audit.verify.shelf import read_small
from audit.verify.trees import HEAD_KEYS, manifest_leaves, result_entries, result_leaf

_WHOLE = (f"{PROOF}/control_totals.json", f"{PLAN}/parameters.json", f"{PLAN}/engagement.toml")
_APPENDIX = tuple(f"{CONCLUSION}/appendix.{kind}" for kind in ("html", "pdf", "xlsx"))


def make_edition(archive: Path, findings: tuple[str, ...], *, with_appendix: bool) -> tuple[dict[str, bytes], str]:
    """The edition's files by name, and the run.  `findings` picks some by id; none means all.

    The appendix names record keys, so it comes only when asked for.  Raises AuditError when the archive does not
    verify, UsageError for a finding that it does not have.
    """
    with sealed(archive) as case:
        predicate = case.predicate
        if "tree" not in predicate:
            raise AuditError("the seal states no trees to prove anything by", remedy="share the whole archive: --whole")
        if case.failure:
            raise AuditError(f"the run failed, so it has no results to share: {case.failure}")
        files = {EDITION_SEAL + name: case.seal_file(name) or b"" for name in _seal_files(case)}
        proofs: dict[str, Any] = {"schema": EDITION_SCHEMA, "run": predicate["run"], "code": predicate["code"]}
        proofs["files"] = _files(case, files, with_appendix)
        results, proofs["results"] = _results(case, findings)
        proofs["ledger"] = _ledger(case, files)
        files |= {
            name: case.archive.beside[name] for name in ("allowed_signers", "tsa.pem") if name in case.archive.beside
        }
        files[EDITION_RESULTS] = canonical_json(results).encode()
        files[PROOFS] = canonical_json(proofs).encode()
        files["verify.py"] = verifier().encode()
        files[EDITION_PAGE] = edition_page(predicate, results, len(proofs["results"])).encode()
        return files, str(predicate["run"])


def _seal_files(case: Case) -> list[str]:
    seal = case.archive.seal
    return [name for name in (seal.entries if seal else ()) if not name.startswith(("certificates/", "appendix"))]


def _files(case: Case, files: dict[str, bytes], with_appendix: bool) -> list[dict[str, Any]]:
    """Files that are shared as they are, each with its line's place and proof."""
    lines = manifest_leaves(case.text("manifest-sha256.txt"))
    hashes = [leaf_hash(line) for line in lines]
    place = {line.decode().partition("  ")[2]: number for number, line in enumerate(lines)}
    wanted = [*_WHOLE, *(_APPENDIX if with_appendix else ()), *case.below(f"{PLAN}/expectations/")]
    listed = []
    for name in sorted(name for name in wanted if name in place):
        content = read_small(case.archive.bag, name)
        files[name] = content
        proof = [step.hex() for step in inclusion_proof(place[name], hashes)]
        listed.append({"name": name, "sha256": digest_bytes(content), "index": place[name], "proof": proof})
    return listed


def _results(case: Case, chosen: tuple[str, ...]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The results without records, those chosen, and the proof of each."""
    findings = mapping(case.json(f"{CONCLUSION}/findings.json"))
    claims = [mapping(claim) for claim in listing(case.json(f"{CONCLUSION}/claims.json"))]
    entries = result_entries(findings, claims)
    hashes = [leaf_hash(result_leaf(kind, entry)) for kind, entry in entries]
    unknown = set(chosen) - {entry.get("id") for _, entry in entries}
    if unknown:
        raise UsageError(f"the run has no finding {sorted(unknown)[0]}", where="--finding")
    about = {claim for _, entry in entries if entry.get("id") in chosen for claim in entry.get("claims", ())}
    document: dict[str, Any] = {key: findings.get(key) for key in HEAD_KEYS} | {"findings": [], "claims": []}
    proofs = []
    for number, (kind, entry) in enumerate(entries):
        if chosen and kind != "head" and entry.get("id") not in chosen and entry.get("claim") not in about:
            continue
        if kind != "head":
            document[f"{kind}s"].append(entry)
        proofs.append({"index": number, "proof": [step.hex() for step in inclusion_proof(number, hashes)]})
    return document, proofs


def _ledger(case: Case, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """The ledger's lines about the run, each with its proof against the checkpoint."""
    lines = ledger_lines(case)
    if not lines:
        return []
    hashes = [leaf_hash(line.raw) for line in lines]
    mine = [number for number, line in enumerate(lines) if line.run == case.predicate["run"]]
    files[EDITION_LEDGER] = b"".join(lines[number].raw + b"\n" for number in mine)
    files["checkpoint.note"] = checkpoint_text(lines).encode()
    return [{"index": number, "proof": [step.hex() for step in inclusion_proof(number, hashes)]} for number in mine]
