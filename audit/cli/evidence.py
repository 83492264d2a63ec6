"""The commands about sealed runs; everything heavy is imported when one is called."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path | None, typer.Option(help="Folder of the results.", file_okay=False)]


class Role(StrEnum):
    """Who signs a seal."""

    preparer = "preparer"
    reviewer = "reviewer"


class Decision(StrEnum):
    """What a reviewer decides."""

    accept = "accept"
    return_ = "return"


def seal(
    run: Annotated[str | None, typer.Argument(help="DISTRICT/YEAR/RUN or its folder; all runs if left out.")] = None,
    out: Out = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Show which runs are sealed and signed; a run that died is put on record and, if named, sealed as failed."""
    from audit.cli.sealing import show_seals

    raise typer.Exit(show_seals(run, out, as_json=as_json))


def sign(  # noqa: PLR0913 - one parameter an option
    run: Annotated[str, typer.Argument(help="DISTRICT/YEAR/RUN or its folder.")],
    role: Annotated[Role, typer.Option("--as", help="The reviewer must be another person with another key.")],
    key: Annotated[Path, typer.Option(help="Your private SSH key; it stays where it is.")],
    by: Annotated[str, typer.Option(help="Your name; AUDIT_BY or that of the account if left out.")] = "",
    decision: Annotated[Decision | None, typer.Option(help="The reviewer's decision.")] = None,
    extent: Annotated[str, typer.Option(help="How far the review went.")] = "",
    stamp: Annotated[Path | None, typer.Option(help="RFC 3161 time stamp over seal.json.", dir_okay=False)] = None,
    stamp_command: Annotated[str, typer.Option(help="Gets the request file, prints the time stamp.")] = "",
    out: Out = None,
) -> None:
    """Sign a sealed run with an SSH key, as its preparer or its reviewer."""
    from audit.cli.sealing import Stamping, review_of, sign_archive

    review = review_of(role, decision or "", extent)
    raise typer.Exit(sign_archive(run, out, key, by, review, Stamping(stamp, stamp_command)))
