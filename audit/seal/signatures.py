"""SSH signatures, made and checked by ssh-keygen; what a signature says of its key is read here."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from audit.errors import AuditError
from audit.verify.digests import digest_bytes

NAMESPACE = "audit-seal@v1"
_TOOL = "ssh-keygen"
_ARMOUR = ("-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----")


@dataclass(frozen=True)
class Signature:
    """An armoured signature; `fingerprint` is that of its key as `ssh-keygen -l` prints it."""

    armoured: bytes
    kind: str
    key: str

    @property
    def fingerprint(self) -> str:
        """SHA256:… of the public key."""
        digest = bytes.fromhex(digest_bytes(base64.b64decode(self.key)))
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def sign(content: bytes, key: Path) -> Signature:
    """Sign with a private key, or with a public one whose private half an agent holds.

    Raises AuditError when ssh-keygen is not there or refuses; a passphrase is asked for on the terminal.
    """
    done = _run(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], content)
    if done.returncode:
        raise AuditError(
            "ssh-keygen did not sign",
            where=_last_line(done.stderr),
            remedy="name a private key with --key, such as ~/.ssh/id_ed25519; make one with: ssh-keygen -t ed25519",
        )
    try:
        return read_signature(done.stdout)
    except ValueError as error:
        raise AuditError(f"ssh-keygen gave no signature: {error}") from None


def check_allowed(content: bytes, signature: Signature, name: str, allowed: Path) -> None:
    """Raise AuditError unless `allowed` has `name` with this key, for this use, on this day."""
    beside = allowed.with_name(f".{allowed.name}.signature.part")
    try:
        beside.write_bytes(signature.armoured)
        done = _run(["-Y", "verify", "-f", str(allowed), "-I", name, "-n", NAMESPACE, "-s", str(beside)], content)
    finally:
        beside.unlink(missing_ok=True)
    if done.returncode:
        raise AuditError(
            f"the allowed signers have no {name} with this key, today",
            where=f"{allowed}: {_last_line(done.stderr or done.stdout)}",
            remedy=f"let the office add, with its dates:\n{allowed_line(name, signature, '')}",
        )


def allowed_line(name: str, signature: Signature, day: str) -> str:
    """The line for a file of allowed signers; `day` as 20261128, from which it is valid."""
    return f'{name} namespaces="{NAMESPACE}",valid-after="{day or "YYYYMMDD"}" {signature.kind} {signature.key}'


def read_signature(armoured: bytes) -> Signature:
    """Kind and public key of an armoured signature (OpenSSH PROTOCOL.sshsig).  Raises ValueError."""
    lines = armoured.decode("ascii", "replace").split("\n")
    begin, end = _ARMOUR
    if begin not in lines or end not in lines:
        raise ValueError("it is not armoured")
    blob = base64.b64decode("".join(lines[lines.index(begin) + 1 : lines.index(end)]))
    if blob[:6] != b"SSHSIG" or blob[6:10] != b"\x00\x00\x00\x01":
        raise ValueError("it is no SSH signature")
    key, rest = _field(blob[10:])
    namespace, _ = _field(rest)
    if namespace != NAMESPACE.encode():
        raise ValueError("it was made for another use")
    kind, _ = _field(key)
    return Signature(armoured, kind.decode("ascii", "replace"), base64.b64encode(key).decode())


def _field(blob: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 + size:
        raise ValueError("it is cut off")
    return blob[4 : 4 + size], blob[4 + size :]


def _run(arguments: list[str], content: bytes) -> subprocess.CompletedProcess[bytes]:
    tool = shutil.which(_TOOL)
    if tool is None:
        raise AuditError("ssh-keygen is not on this machine", remedy="install OpenSSH 8.2 or later")
    # The days in a file of allowed signers are those of a zone; verification takes them in UTC, wherever it is done.
    environment = {**os.environ, "TZ": "UTC"}
    return subprocess.run([tool, *arguments], input=content, capture_output=True, check=False, env=environment)


def _last_line(raw: bytes) -> str:
    lines = raw.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
