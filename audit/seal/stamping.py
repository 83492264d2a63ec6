"""RFC 3161 time stamps over seal.json: from a file, or from a command that the office plugs in."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path

from audit.errors import AuditError, UsageError
from audit.verify.digests import digest_bytes
from audit.verify.stamps import Stamp, read_stamp

STAMP = "seal.tsr"
# TimeStampReq: version 1, a SHA-256 imprint, the authority's certificate wanted.
_REQUEST = (bytes.fromhex("30390201013031300d060960864801650304020105000420"), bytes.fromhex("0101ff"))
_PATIENCE = 120


def stamp_request(content: bytes) -> bytes:
    """The request for a time stamp over `content`, as `openssl ts -query -sha256 -cert -no_nonce` makes it."""
    before, after = _REQUEST
    return before + bytes.fromhex(digest_bytes(content)) + after


def stamp_from_command(command: str, content: bytes) -> bytes:
    """The token for `content`: the command gets the request file as its last argument and prints the token.

    Raises AuditError when it fails, UsageError when there is no such command.
    """
    with tempfile.TemporaryDirectory(prefix="audit-stamp-") as folder:
        request = Path(folder) / "request.tsq"
        request.write_bytes(stamp_request(content))
        try:
            done = subprocess.run(
                [*shlex.split(command), str(request)], capture_output=True, check=False, timeout=_PATIENCE
            )
        except (OSError, ValueError) as error:
            raise UsageError(f"the command for time stamps cannot be run: {error}", where="--stamp-command") from None
        except subprocess.TimeoutExpired:
            raise AuditError(f"no time stamp came within {_PATIENCE} seconds", where="--stamp-command") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise AuditError(
            f"the command for time stamps ended with status {done.returncode}",
            where=told[-1] if told else "--stamp-command",
            remedy="sign without a time stamp, or see to the command",
        )
    return done.stdout


def check_stamp(token: bytes, content: bytes) -> Stamp:
    """What the token says.  Raises AuditError when it is none, or not over `content`."""
    try:
        stamp = read_stamp(token)
    except ValueError as error:
        raise AuditError(
            f"this is no time stamp: {error}", remedy="give the reply of an RFC 3161 authority, in DER"
        ) from None
    if (stamp.algorithm, stamp.digest) != ("sha256", digest_bytes(content)):
        raise AuditError("the time stamp is over something else", remedy="have seal.json stamped, with SHA-256")
    return stamp
