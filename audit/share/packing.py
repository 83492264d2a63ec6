"""Files as a folder or as a zip that is the same, byte for byte, whenever and wherever it is made."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

from audit.errors import UsageError
from audit.seal.files import in_words, write_whole
from audit.verify.digests import digest_bytes, list_digest
from audit.verify.place import whole_path

_STAMP = (1980, 1, 1, 0, 0, 0)


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """The files in a zip: sorted names, one date, nothing packed, since packers differ from version to version."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _STAMP)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            packed.writestr(info, files[name], zipfile.ZIP_STORED)
    return out.getvalue()


def write_packed(files: Mapping[str, bytes], to: Path, top: str) -> str:
    """Write the files to a zip or into a new folder `to`; gives a digest of it.  `top` is their folder in a zip.

    Raises UsageError when `to` is taken, AuditError when it cannot be written.
    """
    with in_words("it cannot be written", str(to)):
        if to.is_symlink() or (to.exists() and not (to.is_dir() and not any(to.iterdir()))):
            raise UsageError(f"{to} is there already", where="--to", remedy="name a new file or folder")
        if to.suffix.lower() == ".zip":
            to.parent.mkdir(parents=True, exist_ok=True)
            content = zip_bytes({f"{top}/{name}" if top else name: raw for name, raw in files.items()})
            write_whole(to, content)
            return digest_bytes(content)
        _write_folder(files, whole_path(to))
    return list_digest({name: digest_bytes(raw) for name, raw in files.items()})


def _write_folder(files: Mapping[str, bytes], to: Path) -> None:
    """Write the files below `to`, new or empty, so that it is never seen half written.  Raises OSError."""
    draft = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        for name, raw in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        if to.exists():
            to.rmdir()
        draft.rename(to)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
