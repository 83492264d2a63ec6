"""V2: what may lie in .seal beside the seal, and what of it can be checked: certificates, the appendix as signed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audit.verify.books import run_lines
from audit.verify.case import AbsentError, Case, mapping, parse_json
from audit.verify.chain import REPERFORMED
from audit.verify.digests import digest_bytes
from audit.verify.report import Say, Step, judged, unchecked
from audit.verify.shelf import Shelf, shown_name

CERTIFICATES, SIGNED_APPENDIX = "certificates/", "appendix.pdf"
SEAL_FILES = re.compile(
    r"seal\.json(\.preparer\.sig)?|review\.json(\.reviewer\.sig)?|seal\.tsr|appendix\.pdf|certificates/[0-9A-Za-z.-]+\.json"
)


def seal_list_faults(seal: Shelf) -> list[Say]:
    """Files and folders that no seal has beside it."""
    names = [name for name in seal.entries if not SEAL_FILES.fullmatch(name)]
    names += [f"{name}/" for name in seal.folders if f"{name}/" != CERTIFICATES]
    return [
        (f".seal 中不应有 {shown_name(name)}", f"{shown_name(name)} does not belong in .seal") for name in sorted(names)
    ]


def attached_steps(case: Case) -> Iterator[Step]:
    """V2-certificates and V2-appendix, where there is something of the kind."""
    seal = case.archive.seal
    if seal is None:
        return
    names = sorted(name for name in seal.entries if name.startswith(CERTIFICATES))
    lines = [line.facts for line in run_lines(case) if line.event == REPERFORMED]
    kept_back = case.archive.edition  # an edition has the ledger's lines about certificates, and no certificates
    if names or (lines and not kept_back):
        yield _certificates(case, names, lines)
    if SIGNED_APPENDIX in seal.entries:
        yield unchecked(
            "V2-appendix",
            f"{SIGNED_APPENDIX} 在封存之后制作，没有封存的摘要可比；以封存的附录为准",
            f"{SIGNED_APPENDIX} was made after the sealing and no digest of it is sealed; the sealed appendix counts",
        )


def _certificates(case: Case, names: list[str], lines: list[dict[str, object]]) -> Step:
    """Each certificate is of this seal and is the one that the ledger took in."""
    faults: list[Say] = []
    alone: list[str] = []
    sealed = case.seal_file("seal.json") or b""
    for name in names:
        try:
            content = case.seal_file(name) or b""
            document = mapping(parse_json(content, name))
        except AbsentError as error:
            faults.append(error.said)
            continue
        mine = [facts for facts in lines if facts.get("file") == name[len(CERTIFICATES) :]]
        found = (digest_bytes(content), document.get("level"))
        if document.get("seal") != digest_bytes(sealed):
            faults.append((f"{shown_name(name)} 是另一份封存的", f"{shown_name(name)} is of another seal"))
        elif mine and found not in [(facts.get("certificate"), facts.get("level")) for facts in mine]:
            faults.append((f"{shown_name(name)} 与台账所记不同", f"{shown_name(name)} is not the one in the ledger"))
        elif not mine:
            alone.append(name)
    stated = {f"{CERTIFICATES}{facts.get('file')}" for facts in lines}
    gone = sorted(stated - set(names)) if not case.archive.edition else []
    if not faults and (alone or gone):
        parts = [(f"台账没有 {shown_name(n)}", f"the ledger at hand, if any, has no {shown_name(n)}") for n in alone]
        parts += [(f"台账所记的 {shown_name(n)} 不在", f"{shown_name(n)} is in the ledger, not here") for n in gone]
        return unchecked("V2-certificates", "；".join(p[0] for p in parts), "; ".join(p[1] for p in parts))
    count = len(names)
    return judged(
        "V2-certificates", faults, f"{count}份，与台账所记相同", f"{count} certificate(s), as the ledger has them"
    )
