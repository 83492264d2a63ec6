"""SSH signatures: which key made one, and what ssh-keygen says of it and of the office's list of signers."""

from __future__ import annotations

import base64
import binascii
import os
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from audit.verify.digests import digest_bytes

SIGNING_NAMESPACE = "audit-seal@v1"
TOOL_PATIENCE = 60


def signature_key(armoured: bytes) -> str:
    """The fingerprint of the key in an armoured SSH signature of our namespace.  Raises ValueError."""
    lines = [line.strip() for line in armoured.decode("ascii", "replace").splitlines()]
    try:
        first, last = lines.index("-----BEGIN SSH SIGNATURE-----"), lines.index("-----END SSH SIGNATURE-----")
        blob = base64.b64decode("".join(lines[first + 1 : last]), validate=True)
    except (ValueError, binascii.Error):
        raise ValueError("not an armoured SSH signature") from None
    if blob[:10] != b"SSHSIG\x00\x00\x00\x01":
        raise ValueError("not an SSH signature")
    key, rest = _ssh_field(blob[10:])
    namespace, _ = _ssh_field(rest)
    if namespace != SIGNING_NAMESPACE.encode():
        raise ValueError("made for another use")
    digest = bytes.fromhex(digest_bytes(key))
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _ssh_field(blob: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 + size:
        raise ValueError("cut off")
    return blob[4 : 4 + size], blob[4 + size :]


def unsound(tool: str, armoured: bytes, signed: bytes) -> str | None:
    """Why the signature is not one over `signed`, whoever made it; None when it is."""
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        path = Path(folder) / "signature"
        path.write_bytes(armoured)
        return refusal([tool, "-Y", "check-novalidate", "-n", SIGNING_NAMESPACE, "-s", str(path)], signed)


def allowed_name(
    tool: str,
    armoured: bytes,
    signed: bytes,
    signers: bytes,
    names: Sequence[str],
    times: Sequence[datetime | None],
    search: bool,
) -> tuple[str, str]:
    """The first of the names whom the list of signers allows this signature at one of the times, else why none.

    A time of None is now.  With `search`, those that the list names for its key are tried after `names`.
    """
    refused = ""
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        signature, listed = Path(folder) / "signature", Path(folder) / "signers"
        signature.write_bytes(armoured)
        listed.write_bytes(signers)
        files = ["-f", str(listed), "-s", str(signature)]
        for at in times:
            when = [f"-Overify-time={at.strftime('%Y%m%d%H%M%S')}"] if at is not None else []
            found = _answer([tool, "-Y", "find-principals", *files, *when], b"")[1].splitlines() if search else []
            for name in [*names, *found]:
                reason = refusal([tool, "-Y", "verify", "-I", name, "-n", SIGNING_NAMESPACE, *files, *when], signed)
                if reason is None:
                    return name, ""
                refused = refused or reason
    return "", refused


def refusal(command: list[str], content: bytes) -> str | None:
    """Run a checker on `content`; None when it agrees, else its reason in a line."""
    agreed, said, complaint = _answer(command, content)
    lines = (complaint or said).strip().splitlines()
    return None if agreed else lines[-1].strip()[:200] if lines else "no reason given"


def _answer(command: list[str], content: bytes) -> tuple[bool, str, str]:
    """Whether a program agreed, and what it wrote to either stream."""
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, check=False, timeout=TOOL_PATIENCE, env=environment
        )
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return False, "", type(error).__name__
    return done.returncode == 0, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
