"""`audit verify`, `reperform`, `share` and `drill` on the command line; everything else is imported when called."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from audit.errors import UsageError

Archive = Annotated[str, typer.Argument(help="A run's folder, a zip of it, or DISTRICT/YEAR/RUN.")]
Out = Annotated[Path | None, typer.Option(help="Folder of the results, for DISTRICT/YEAR/RUN.", file_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def verify(
    archive: Archive,
    as_json: AsJson = False,
    sm3: Annotated[bool, typer.Option("--sm3", help="Check the SM3 digests of a large archive too (slow).")] = False,
    signers: Annotated[Path | None, typer.Option(help="The office's allowed_signers.", dir_okay=False)] = None,
    ledger: Annotated[Path | None, typer.Option(help="The ledger, if not beside it.", dir_okay=False)] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="A checkpoint kept elsewhere.", dir_okay=False)] = None,
    tsa: Annotated[Path | None, typer.Option(help="Time-stamp authority's certificate.", dir_okay=False)] = None,
    out: Out = None,
) -> None:
    """Verify a sealed archive, levels L0 to L2.  Exit 0 verified, 1 failed, 2 wrong usage, 3 no archive."""
    from audit.verify.check import show_verification

    given = {"allowed_signers": signers, "ledger.jsonl": ledger, "checkpoint.note": checkpoint, "tsa.pem": tsa}
    found = {name: path for name, path in given.items() if path is not None}
    raise typer.Exit(show_verification(find_archive(archive, out), as_json, sm3, found))


def reperform(
    archive: Archive,
    as_json: AsJson = False,
    inputs: Annotated[
        Path | None, typer.Option(help="Folder of the inputs, where only digests are archived.", file_okay=False)
    ] = None,
    out: Out = None,
) -> None:
    """Perform a sealed run again, levels L3 to L5.  Exit 0 equal, 1 something differs, 3 not possible."""
    from audit.cli.performing import show_reperformance

    raise typer.Exit(show_reperformance(find_archive(archive, out), inputs, as_json=as_json))


def share(
    archive: Archive,
    to: Annotated[Path, typer.Option(help="A new folder, or a file that ends in .zip.")],
    whole: Annotated[bool, typer.Option("--whole", help="The whole archive with its seal, records included.")] = False,
    finding: Annotated[list[str] | None, typer.Option(help="Only this finding, by id; may be repeated.")] = None,
    with_appendix: Annotated[bool, typer.Option("--with-appendix", help="It names the keys of records.")] = False,
    out: Out = None,
) -> None:
    """Make an edition without records that provably comes from the sealed run, or pack the whole archive."""
    from audit.cli.sharing import share_archive

    if whole and (finding or with_appendix):
        raise UsageError("the whole archive has everything in it", where="--whole", remedy="leave the other option out")
    raise typer.Exit(share_archive(find_archive(archive, out), to, tuple(finding or ()), whole, with_appendix))


def drill(archive: Archive, as_json: AsJson = False, out: Out = None) -> None:
    """Damage copies of a sealed archive in many ways and show that each is caught.  Exit 0 if all are, 1 if not."""
    from audit.cli.drilling import show_drill

    raise typer.Exit(show_drill(find_archive(archive, out), as_json=as_json))


def find_archive(given: str, out: Path | None) -> Path:
    """The path of an archive given as a path, or as DISTRICT/YEAR/RUN below the results.  Raises UsageError."""
    path = Path(given)
    try:
        if path.exists():
            return path
    except (OSError, ValueError):
        pass
    if re.fullmatch(r"[^/\\]+/\d{4}/\d{4,}", given):
        from audit.home import Home

        found = (out or Home().outputs) / given
        if found.exists():
            return found
    raise UsageError(
        f"there is no archive {given}",
        where="ARCHIVE",
        remedy="name the folder of a run, a zip of it, or DISTRICT/YEAR/RUN, such as huiji/2021/0001, with --out",
    )
