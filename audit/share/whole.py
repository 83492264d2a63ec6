"""The whole archive for sending: the bag, what lies beside it, and the ledger as far as it speaks of the run."""

from __future__ import annotations

from pathlib import Path

from audit.share.source import checkpoint_text, ledger_lines, sealed
from audit.verify.shelf import read_small

_MOST = 4 << 30


def pack_whole(archive: Path) -> tuple[dict[str, bytes], str]:
    """Files by name, laid out as in a results folder, and the run.

    Raises AuditError when the archive does not verify.
    """
    with sealed(archive) as case:
        run = str(case.predicate["run"])
        files = {f"{run}/{name}": read_small(case.archive.bag, name, _MOST) for name in case.archive.bag.entries}
        seal = case.archive.seal
        if seal is not None:
            files |= {f"{run}.seal/{name}": read_small(seal, name) for name in seal.entries}
        lines = ledger_lines(case)
        if lines:
            files["ledger.jsonl"] = b"".join(line.raw + b"\n" for line in lines)
            files["checkpoint.note"] = checkpoint_text(lines).encode()
        files |= {
            name: case.archive.beside[name] for name in ("allowed_signers", "tsa.pem") if name in case.archive.beside
        }
        return files, run
