"""The command line.  Exit status: 0 carried out, 1 findings at or above the gate, 2 wrong usage, 3 not carried out."""

from __future__ import annotations

import re
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from audit.cli import evidence, proving, sample
from audit.cli.terminal import all_written, forgive_encoding, tell
from audit.errors import AuditError, UsageError

app = typer.Typer(
    name="audit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Reproducible statistical audit of the figures in rule-of-law government reports.",
)


app.add_typer(sample.app, name="sample")
app.command()(evidence.seal)
app.command()(evidence.sign)


class Lang(StrEnum):
    """The languages of an appendix."""

    zh = "zh"
    en = "en"


class Engine(StrEnum):
    """What can run the suites."""

    pandas = "pandas"
    duckdb = "duckdb"
    spark = "spark"


class Gate(StrEnum):
    """The severities that can hold back a publication."""

    critical = "critical"
    warning = "warning"


District = Annotated[str, typer.Argument(help="The district's folder below data/, such as huiji.")]
Year = Annotated[int, typer.Argument(help="The year under audit.", min=1990, max=2100)]


@app.command()
def run(
    district: District,
    year: Year,
    data: Annotated[Path | None, typer.Option(help="Folder that holds DISTRICT/YEAR.", file_okay=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.", file_okay=False)] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the appendix.")] = Lang.zh,
    engine: Annotated[Engine, typer.Option(help="What runs the suites; the results are the same.")] = Engine.pandas,
    memory: Annotated[str, typer.Option(help="What DuckDB may take before it uses the disk.")] = "1GB",
    cold: Annotated[bool, typer.Option("--cold", help="Start every kernel from nothing.")] = False,
    gate: Annotated[Gate, typer.Option(help="Exit 1 from this severity on.")] = Gate.critical,
) -> None:
    """Audit one district and year: working papers, findings, appendix."""
    from audit.archive import Parameters
    from audit.cli.running import run_and_show

    asked = Parameters(district=district, year=year, lang=lang, engine=engine.value, memory=memory, gate=gate)
    raise typer.Exit(run_and_show(asked, data, out, cold))


@app.command()
def batch(
    engagements: Annotated[list[str] | None, typer.Argument(help="DISTRICT/YEAR, any number of them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every engagement below the data folder.")] = False,
    workers: Annotated[int | None, typer.Option(help="Engagements at once; as fits the machine.", min=1)] = None,
    memory: Annotated[float, typer.Option(help="Gigabytes that no single process may exceed.", min=0.5)] = 4.0,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask cluster to send them to.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what is sealed for the same files.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder that holds DISTRICT/YEAR.", file_okay=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the results.", file_okay=False)] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the appendix.")] = Lang.zh,
    engine: Annotated[Engine, typer.Option(help="What runs the suites.")] = Engine.pandas,
    gate: Annotated[Gate, typer.Option(help="Exit 1 from this severity on.")] = Gate.critical,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document and nothing else.")] = False,
) -> None:
    """Audit many engagements; one that fails stops no other, and what is sealed is not done again."""
    from audit.batch import Pool
    from audit.cli.batching import all_engagements, run_batch
    from audit.home import Home

    usual = Home()
    home = Home((data or usual.data).resolve(), (out or usual.outputs).resolve())
    if bool(engagements) == everything:
        raise UsageError("no engagement is named", where="audit batch", remedy="name some as DISTRICT/YEAR, or --all")
    common = {"lang": lang.value, "engine": engine.value, "gate": gate.value}
    names = all_engagements(home.data) if everything else engagements or []
    pool = Pool.of_machine(workers, memory)
    raise typer.Exit(run_batch(names, home, common, pool, scheduler, again=again, as_json=as_json))


@app.command()
def rules(
    on: Annotated[str | None, typer.Option(help="The day, as 2021-12-31; today if left out.")] = None,
    domain: Annotated[str | None, typer.Option(help="One domain only, such as disclosure.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document and nothing else.")] = False,
) -> None:
    """The rule catalogue in force on a day."""
    from audit.cli.catalogue import show_rules

    raise typer.Exit(show_rules(_day(on, "--on"), domain, as_json))


@app.command()
def deadline(
    rule: Annotated[str, typer.Argument(help="The rule, such as GID-T01.")],
    event_date: Annotated[str, typer.Argument(help="The day of the event, as 2021-09-10; day one is the next.")],
    extended: Annotated[bool, typer.Option("--extended", help="With the extension the rule allows.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document and nothing else.")] = False,
) -> None:
    """When something is due, with the citation."""
    from audit.cli.catalogue import show_deadline

    raise typer.Exit(show_deadline(rule, _day(event_date, "EVENT_DATE"), extended, as_json))


@app.command()
def selftest(
    district: District,
    year: Year,
    data: Annotated[Path | None, typer.Option(help="Folder that holds DISTRICT/YEAR.", file_okay=False)] = None,
) -> None:
    """Plant known errors in a copy of the data and show that each is caught; exit 1 if one is missed."""
    from audit.cli.selftesting import run_selftest

    raise typer.Exit(run_selftest(district, year, data))


@app.command()
def figures(
    draft: Annotated[Path, typer.Argument(help="The draft report: txt, html, docx or pdf.")],
    engagement: Annotated[str, typer.Option(help="DISTRICT/YEAR whose claims the draft should print.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list and nothing else.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the draft marked up: green, red, grey.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder that holds DISTRICT/YEAR.", file_okay=False)] = None,
) -> None:
    """List every figure of a draft and, with an engagement, what supports it.

    Sums, shares, growth rates and repeats are tested inside the text; --json lists the figures alone.  Cells of
    tables are left to `audit form`.  Exit 0: no such relation is broken and, with --engagement, every figure is
    covered by a claim and none is contradicted.  Exit 1: a relation is broken, a figure is covered by no claim, or
    its verdict is differs, identity_broken or impossible; claims that the draft does not print are listed and leave
    the exit status alone.  Exit 2: wrong usage.  Exit 3: the draft or the engagement cannot be read.
    """
    from audit.cli.drafting import show_figures

    raise typer.Exit(show_figures(draft, engagement, data, as_json=as_json, html=html))


@app.command()
def form(
    files: Annotated[list[Path], typer.Argument(help="Disclosure reports: web page, Word, Excel or text.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Read statutory disclosure report forms and check their identities, across years too."""
    from audit.cli.forms import check_forms

    raise typer.Exit(check_forms(files, as_json=json))


@app.command()
def new(
    district: District,
    year: Year,
    carried_from: Annotated[
        int | None, typer.Option("--from", help="Carry over from this year.", metavar="YEAR")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder to hold DISTRICT/YEAR.", file_okay=False)] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of earlier results.", file_okay=False)] = None,
) -> None:
    """Make the folder of a new engagement, with Excel templates for the departments."""
    from audit.home import Home
    from audit.scaffold import create_engagement

    usual = Home()
    home = Home((data or usual.data).resolve(), (out or usual.outputs).resolve())
    print(create_engagement(home, district, year, carried_from))


@app.command()
def lab(
    lang: Annotated[Lang, typer.Option(help="Language of the interface; zh needs the extra of that name.")] = Lang.zh,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    port: Annotated[int | None, typer.Option(help="Serve on this port of this machine.", min=1024, max=65535)] = None,
) -> None:
    """Open JupyterLab on the audit programme."""
    from audit.cli.lab import open_lab

    raise typer.Exit(open_lab(lang, browser=browser, port=port))


@app.command()
def doctor() -> None:
    """Say what is missing on this machine, and what is there."""
    from audit.cli.doctor import examine

    raise typer.Exit(examine())


for command in (proving.verify, proving.reperform, proving.share, proving.drill):
    app.command()(command)


def _day(text: str | None, where: str) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no date", where=where, remedy="write it as 2021-09-10") from None


def main() -> None:
    """Run the command line.  `audit DISTRICT YEAR` is short for `audit run DISTRICT YEAR`."""
    forgive_encoding()
    arguments = sys.argv[1:]
    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    if len(arguments) > 1 and arguments[0] not in commands and re.fullmatch(r"\d{4}", arguments[1]):
        arguments = ["run", *arguments]
    try:
        with all_written():
            app(arguments)
    except AuditError as error:
        tell(f"audit: {error}")
        sys.exit(error.exit_status)
