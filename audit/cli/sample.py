"""`audit sample`: plan, draw and evaluate a sample of records."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Sampling of records: how many, which ones, what the result says.")


class SampleMethod(StrEnum):
    """The distributions a size can be planned with."""

    binomial = "binomial"
    hypergeometric = "hypergeometric"


Tolerable = Annotated[str, typer.Option(help="The rate of deviations that can be borne, such as 0.05 or 5%.")]
Expected = Annotated[str, typer.Option(help="The rate of deviations that is expected.")]
Confidence = Annotated[str, typer.Option(help="The confidence of the conclusion.")]
Method = Annotated[SampleMethod | None, typer.Option(help="Hypergeometric below 5000 records, else binomial.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document and nothing else.")]
Data = Annotated[Path | None, typer.Option(help="Folder that holds DISTRICT/YEAR.", file_okay=False)]


@app.command()
def plan(
    population: Annotated[int, typer.Option(help="How many records there are.")],
    tolerable: Tolerable = "0.05",
    expected: Expected = "0",
    confidence: Confidence = "0.95",
    method: Method = None,
    as_json: Json = False,
) -> None:
    """How many records must be examined, and how many deviations they may show."""
    from audit.sampling import parse_rate, plan_sample

    found = plan_sample(
        population,
        parse_rate(tolerable, "--tolerable"),
        parse_rate(expected, "--expected"),
        parse_rate(confidence, "--confidence"),
        method.value if method else None,
    )
    if as_json:
        print(
            json.dumps(
                {
                    "population": found.population,
                    "confidence": float(found.confidence),
                    "tolerable": float(found.tolerable),
                    "expected": float(found.expected),
                    "method": found.method,
                    "n": found.n,
                    "allowed": found.allowed,
                    "census": found.census,
                }
            )
        )
        return
    if found.census:
        print(f"Examine all {found.n} records: no smaller sample could show it.")
    else:
        print(f"Examine {found.n} of {found.population} records ({found.method}); up to {found.allowed} may deviate.")


@app.command()
def draw(  # noqa: PLR0913  # typer reads one option from each parameter
    district: Annotated[str, typer.Argument(help="The district's folder below data/.")],
    year: Annotated[int, typer.Argument(help="The year under audit.", min=1990, max=2100)],
    table: Annotated[str, typer.Argument(help="The table to draw from, such as enforcement_certificates.")],
    n: Annotated[int | None, typer.Option(help="How many; without it the size is planned.")] = None,
    seed: Annotated[int | None, typer.Option(help="Any whole number; without it one is made and kept.")] = None,
    tolerable: Tolerable = "0.05",
    expected: Expected = "0",
    confidence: Confidence = "0.95",
    method: Method = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Draw records at random and write the worksheet for the file review into the engagement's sample folder."""
    from audit.cli.drawing import draw_and_write

    rates = (tolerable, expected, confidence)
    drawing, files = draw_and_write((district, year, table), n, seed, rates, method.value if method else None, data)
    if as_json:
        print(json.dumps(drawing.model_dump(mode="json"), ensure_ascii=False))
        return
    print(f"{drawing.n} of {drawing.population} records of {table} drawn; seed {drawing.seed}")
    print(f"frame {drawing.frame_digest}")
    for path in files:
        print(path)


@app.command()
def evaluate(
    n: Annotated[int | None, typer.Option(help="How many records were examined.")] = None,
    deviations: Annotated[int | None, typer.Option(help="How many of them deviate.")] = None,
    confidence: Confidence = "0.95",
    tolerable: Annotated[str | None, typer.Option(help="The rate that can be borne; for a conclusion.")] = None,
    population: Annotated[int | None, typer.Option(help="How many records there are in all.")] = None,
    worksheet: Annotated[Path | None, typer.Option(help="The draw (<table>.json) with its filled worksheet.")] = None,
    as_json: Json = False,
) -> None:
    """What the deviations found allow one to say of the records drawn from."""
    from audit.cli.drawing import evaluate_counts, evaluate_file, evaluation_document
    from audit.sampling import DIRECTION, parse_rate

    if worksheet is not None:
        found = evaluate_file(worksheet)
    else:
        limit = parse_rate(tolerable, "--tolerable") if tolerable else None
        found = evaluate_counts(n, deviations, parse_rate(confidence, "--confidence"), population, limit)
    if as_json:
        print(json.dumps(evaluation_document(found), ensure_ascii=False))
        return
    for said in (found.conclusion, DIRECTION):
        print(said.zh)
        print(said.en)
    for cause, count in found.causes:
        print(f"  {count}  {cause}")
    if not found.causes and found.deviations:
        print("Look into the cause of every deviation (ISA 530).")


@app.command(name="range")
def range_(
    count: Annotated[int, typer.Argument(help="This year's count.", min=0)],
    confidence: Confidence = "0.95",
    as_json: Json = False,
) -> None:
    """From which counts of last year this year's cannot be told (exact conditional Poisson test)."""
    from audit.chance import detectable_range
    from audit.sampling import parse_rate

    sure = parse_rate(confidence, "--confidence")
    low, high = detectable_range(count, sure)
    if as_json:
        print(json.dumps({"count": count, "confidence": float(sure), "low": low, "high": high}))
        return
    print(f"{count} cannot be told from any count between {low} and {high} last year.")
