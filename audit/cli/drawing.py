"""What `audit sample` does behind its options: read the frame, draw, read answers, put an evaluation into JSON."""

from __future__ import annotations

import secrets
from fractions import Fraction
from pathlib import Path
from typing import Any

from audit.errors import UsageError
from audit.home import Home
from audit.sampling import (
    DIRECTION,
    Drawing,
    Evaluation,
    draw,
    evaluate,
    frame_digest,
    parse_rate,
    plan_sample,
    read_worksheet,
    write_worksheet,
)
from audit.sampling.draw import Terms
from audit.sampling.plan import Method

_SEEDS = 2**32


def draw_and_write(
    where: tuple[str, int, str],
    n: int | None,
    seed: int | None,
    rates: tuple[str, str, str],
    method: Method | None,
    data: Path | None,
) -> tuple[Drawing, tuple[Path, Path]]:
    """Draw from the table `where` (district, year, table) and write draw and worksheet.  Raises AuditError."""
    from audit.programme import open_audit
    from audit.programme.samples import frame_of
    from audit.rulebook import load_rulebook

    district, year, table = where
    home = Home(data.resolve()) if data else Home()
    spec = load_rulebook(home.expectations).delivered.get(table)
    if spec is None:
        raise UsageError(f"there is no table {table}", where="TABLE", remedy="see expectations/tables")
    with open_audit(home, district, year, (spec.domain,)) as audit:
        keys = frame_of(audit, table)
    if not keys:
        raise UsageError(f"{table} has no records to draw from", where="TABLE", remedy="name a table that was supplied")
    tolerable, expected, confidence = (
        parse_rate(rate, name) for rate, name in zip(rates, ("--tolerable", "--expected", "--confidence"), strict=True)
    )
    plan = plan_sample(len(keys), tolerable, expected, confidence, method)
    chosen = seed if seed is not None else secrets.randbelow(_SEEDS)
    size = n if n is not None else plan.n
    drawing = Drawing(
        table=table,
        population=len(keys),
        frame_digest=frame_digest(keys),
        seed=chosen,
        n=size,
        terms=Terms(
            tolerable=str(tolerable),
            expected=str(expected),
            confidence=str(confidence),
            method=plan.method,
            allowed=plan.allowed,
        ),
        drawn=draw(keys, size, chosen),
    )
    title = f"{district} {year}　{spec.title.zh}（{table}）　抽样核查表"
    return drawing, write_worksheet(drawing, home.engagement(district, year) / "sample", title)


def evaluate_counts(
    n: int | None, deviations: int | None, confidence: Fraction, population: int | None, tolerable: Fraction | None
) -> Evaluation:
    """Evaluate two counts.  Raises UsageError when one is missing."""
    if n is None or deviations is None:
        raise UsageError(
            "two counts are needed", where="--n, --deviations", remedy="give both, or --worksheet with a draw"
        )
    return evaluate(n, deviations, confidence, population=population, tolerable=tolerable)


def evaluate_file(kept: Path) -> Evaluation:
    """Evaluate a filled worksheet.  Raises IntakeError for its faults and UsageError while answers are missing."""
    sheet = read_worksheet(kept.with_suffix(".json"))
    if sheet.open:
        raise UsageError(
            f"{sheet.open} of {sheet.drawing.n} drawn records are not answered",
            where=kept.with_suffix(".xlsx").name,
            remedy="write 是 or 否 for each; what cannot be found counts as a deviation",
        )
    terms = sheet.drawing.terms
    return evaluate(
        sheet.drawing.n,
        len(sheet.deviating),
        Fraction(terms.confidence),
        population=sheet.drawing.population,
        tolerable=Fraction(terms.tolerable),
        causes=[cause for _, cause in sheet.deviating],
    )


def evaluation_document(found: Evaluation) -> dict[str, Any]:
    """What `audit sample evaluate --json` prints; `upper` and `upper_limit` are the same number."""
    return {
        "n": found.n,
        "deviations": found.deviations,
        "upper_limit": found.upper,
        "lower_limit": found.lower,
        "confidence": float(found.confidence),
        "method": "census" if found.census else "clopper-pearson",
        "upper": found.upper,
        "tolerable": None if found.tolerable is None else float(found.tolerable),
        "supported": found.supported,
        "causes": dict(found.causes),
        "conclusion": found.conclusion.model_dump(),
        "direction": DIRECTION.model_dump(),
    }
