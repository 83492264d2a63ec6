"""The run folder as a BagIt bag (RFC 8493): all that lies in it, with digests; the mark of a whole bag comes last."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.errors import AuditError
from audit.seal.files import protect, write_whole
from audit.verify.chain import Line
from audit.verify.digests import digest_bytes, digest_file, digest_files, manifest_text, offered, read_manifest

BAGIT, BAG_INFO, COVER, VERIFIER = "bagit.txt", "bag-info.txt", "READ_ME_FIRST.html", "verify.py"
MANIFEST, SM3_MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "manifest-sm3.txt", "tagmanifest-sha256.txt"
CRATE = "data/ro-crate-metadata.json"
SEAL = "seal.json"
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True)
class Payload:
    """What lies below data/: digests by algorithm and name, sizes by name."""

    digests: dict[str, dict[str, str]]
    sizes: dict[str, int]

    @property
    def sha256(self) -> dict[str, str]:
        """SHA-256 by name."""
        return self.digests["sha256"]

    @property
    def oxum(self) -> str:
        """Bytes and files, as BagIt writes them."""
        return f"{sum(self.sizes.values())}.{len(self.sizes)}"

    def below(self, folder: str) -> dict[str, str]:
        """SHA-256 of what lies below `folder`, by name inside it."""
        return {
            name[len(folder) + 1 :]: digest for name, digest in self.sha256.items() if name.startswith(f"{folder}/")
        }

    def with_file(self, folder: Path, name: str) -> Payload:
        """The payload with one more file."""
        found = digest_file(folder / name, tuple(self.digests))
        digests = {algorithm: {**files, name: found[algorithm]} for algorithm, files in self.digests.items()}
        return Payload(digests, {**self.sizes, name: (folder / name).stat().st_size})


def seal_folder(folder: Path) -> Path:
    """What lies beside a run's folder because it is about it: `0001.seal`."""
    return folder.with_name(f"{folder.name}.seal")


def take_payload(folder: Path) -> Payload:
    """Read every file below data/ once.  Raises AuditError for what no manifest can list, OSError for the rest."""
    names = sorted(_names(folder))
    algorithms = offered(("sha256", "sm3"))
    found = digest_files(folder, names, algorithms)
    digests: dict[str, dict[str, str]] = {algorithm: {} for algorithm in algorithms}
    for name, made in found.items():
        if isinstance(made, OSError):
            raise made
        for algorithm, digest in made.items():
            digests[algorithm][name] = digest
    return Payload(digests, {name: (folder / name).stat().st_size for name in names})


def _names(folder: Path) -> list[str]:
    found = []
    for parent, folders, files in os.walk(folder / "data"):
        for name in (*files, *(name for name in folders if (Path(parent) / name).is_symlink())):
            path = Path(parent) / name
            if name.startswith(".") and name.endswith(".part"):  # left by a writer that was killed
                path.unlink()
                continue
            shown = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                raise AuditError("a link or a device cannot be sealed", where=shown, remedy="remove it")
            check_name(shown)
            found.append(shown)
    return found


def check_name(name: str) -> None:
    """Raise AuditError for a file name that a manifest cannot list for every tool alike."""
    plain = all(part == part.strip() for part in name.split("/")) and "%" not in name and "\\" not in name
    if not plain or not name.isprintable():
        raise AuditError(
            "a file's name cannot stand in an archive",
            where=ascii(name),
            remedy="rename the file; use no % or \\, no line break, and no space at the ends",
        )


def write_bag(folder: Path, payload: Payload, tags: Mapping[str, str]) -> tuple[str, str]:
    """Write the manifests and the tag files `tags`; gives the digests of both manifests.  Raises OSError.

    The folder is a bag only when `finish` has added bagit.txt.
    """
    manifests = {f"manifest-{algorithm}.txt": manifest_text(files) for algorithm, files in payload.digests.items()}
    info = {BAG_INFO: f"{tags[BAG_INFO]}Payload-Oxum: {payload.oxum}\n"}
    written = {**tags, **info, **manifests}
    for path in folder.iterdir():
        if path.name != "data" and path.name not in written:
            path.unlink()  # of an earlier, interrupted sealing
    for name, text in written.items():
        write_whole(folder / name, text)
    listed = {name: digest_bytes(text.encode()) for name, text in (*written.items(), (BAGIT, _DECLARATION))}
    tag_manifest = manifest_text(listed)
    write_whole(folder / TAG_MANIFEST, tag_manifest)
    return listed[MANIFEST], digest_bytes(tag_manifest.encode())


def finish(folder: Path, line: Line) -> bool:
    """Make a bag of the folder that `line` of the ledger seals; False when it is not the folder that was sealed.

    Raises OSError.
    """
    stated = {MANIFEST: "manifest", TAG_MANIFEST: "tagmanifest"}
    files = {folder / name: line.facts.get(fact) for name, fact in stated.items()}
    files[seal_folder(folder) / SEAL] = line.facts.get("seal")
    if any(not path.is_file() or digest_file(path)["sha256"] != digest for path, digest in files.items()):
        return False
    if not (folder / BAGIT).exists():
        write_whole(folder / BAGIT, _DECLARATION)
    protect(folder)
    return True


def check_whole(folder: Path, line: Line) -> None:
    """Raise AuditError unless the folder is, to the byte, what `line` of the ledger sealed; OSError likewise."""
    stated = {MANIFEST: line.facts.get("manifest"), TAG_MANIFEST: line.facts.get("tagmanifest")}
    listed: dict[str, str] = {name: digest for name, digest in stated.items() if digest}
    try:
        for name in stated:
            listed |= read_manifest((folder / name).read_text(encoding="utf-8"))
        found = {
            path.relative_to(folder).as_posix(): digest_file(path)["sha256"]
            for path in sorted(folder.rglob("*"))
            if not path.is_dir()
        }
        found[SEAL], listed[SEAL] = digest_file(seal_folder(folder) / SEAL)["sha256"], line.facts.get("seal", "")
    except (FileNotFoundError, ValueError) as error:
        raise AuditError(
            f"the archive is not whole: {error}", where=line.run, remedy="see ./run audit verify"
        ) from None
    other = sorted(name for name in found.keys() | listed.keys() if found.get(name) != listed.get(name))
    if other:
        raise AuditError(
            f"the archive is not what was sealed: {other[0]}" + (f" and {len(other) - 1} more" if other[1:] else ""),
            where=line.run,
            remedy="put the sealed files back from a copy; see ./run audit verify",
        )
