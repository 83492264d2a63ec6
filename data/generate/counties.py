"""Write many fictional counties by three years, for benchmarks; every figure agrees with its records but a few.

.venv/bin/python data/generate/counties.py --into FOLDER [--counties 160] [--workers N]

The same numbers give the same files.  Each county hands its open cases to its next year.  In one engagement of four
one printed figure is off by one; misprints.csv in FOLDER lists them.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import records
import report
import selfcheck
import workdays
import writer
from figures import figures
from profiles import SAMPLE_2022, Docket, Profile, Session

YEARS = (2021, 2022, 2023)
_ATTEMPTS = 20
_REPOSITORY = Path(__file__).resolve().parents[2]
_ENGAGEMENT = """\
# Nothing in this is real: county, report and records were made by data/generate/counties.py for a benchmark.

district = "{district}"
year = {year}
as_of = {year}-12-31
fictional = true

[district_name]
zh = "示例县{number}（虚构）"
en = "Sample County {number} (fictional)"

[report]
title = {{ zh = "示例县{number}{year}年度报告（虚构）", en = "Sample County {number}: report for {year} (fictional)" }}
publisher = {{ zh = "示例县{number}（虚构）", en = "Sample County {number} (fictional)" }}

[records]
illustrative = true

[records.note]
zh = "县、报告和记录都是为测速虚构的。"
en = "County, report and records were invented to measure speed."

[records.not_supplied]
disclosure_form = {{ zh = "年度报告表格不在本项目之内", en = "the report's form is not part of this engagement" }}
"""
# Counts that no other printed figure is derived from, so that one misprint is one finding.
_MISPRINTED = ("certificates.cancelled", "contracts.reviewed", "opinions.issued", "publicity.leaflets", "acts.filed")


def profiles(number: int, attempt: int) -> Iterator[Profile]:
    """One county's years in order, each taking over what the one before left open."""
    rng = Random(f"county/{number}/{attempt}")
    size = rng.uniform(0.7, 1.3)
    before: Profile | None = None
    for year in YEARS:
        before = _profile(rng, number, year, size, before)
        yield before


def _profile(rng: Random, number: int, year: int, size: float, before: Profile | None) -> Profile:
    def count(usual: int) -> int:
        return max(1, int(usual * size * rng.uniform(0.9, 1.1)))

    def docket(usual: Docket, last: Docket | None) -> Docket:
        carried_in, received = (last.carried_out, last.received) if last else (usual.carried_in, usual.received)
        return Docket(count(usual.received), carried_in, usual.carried_out, received)

    usual = SAMPLE_2022
    certificates = count(usual.enforcement.certificates)
    contracts, agenda = count(usual.governance.contracts), count(usual.governance.agenda_items)
    items = count(usual.disclosure.items)
    return replace(
        usual,
        district=f"county{number:03d}",
        year=year,
        mark=f"样县{number:03d}",
        normative=replace(usual.normative, documents=count(usual.normative.documents)),
        reconsideration=replace(
            usual.reconsideration,
            docket=docket(usual.reconsideration.docket, before.reconsideration.docket if before else None),
        ),
        disclosure=replace(
            usual.disclosure,
            docket=docket(usual.disclosure.docket, before.disclosure.docket if before else None),
            items=items,
            items_published=items * 7 // 10,
        ),
        litigation=replace(
            usual.litigation,
            docket=docket(usual.litigation.docket, before.litigation.docket if before else None),
        ),
        enforcement=replace(
            usual.enforcement,
            certificates=certificates,
            last_issue=_in(year, usual.enforcement.last_issue),
            quiz_took_part=certificates - rng.randint(2, 9),
            quiz_from=_in(year, usual.enforcement.quiz_from),
            quiz_to=_in(year, usual.enforcement.quiz_to),
            acts=count(usual.enforcement.acts),
            penalty_cases=count(usual.enforcement.penalty_cases),
        ),
        governance=replace(
            usual.governance,
            staff=certificates * 2 + count(usual.governance.staff // 2),
            terms=tuple(_session(year, term) for term in usual.governance.terms),
            studies=tuple(_session(year, study) for study in usual.governance.studies),
            contracts=contracts,
            agenda_items=agenda,
            opinions=(contracts + agenda) * 6,
            distributed=count(usual.governance.distributed),
            materials_from=_in(year, usual.governance.materials_from),
        ),
    )


def _in(year: int, day: date) -> date:
    """The same day of another year, or the next on which offices work."""
    return workdays.on_or_after(day.replace(year=year))


def _session(year: int, session: Session) -> Session:
    return replace(session, first=_in(year, session.first), last=_in(year, session.last))


def make_county(into: Path, number: int) -> list[list[str]]:
    """Write one county's years; gives its misprints.

    A draw whose records break a promise (a reply that falls into the next year, say) is drawn again.  Raises
    ValueError when twenty draws do.
    """
    declared = list(writer.declarations(_REPOSITORY / "expectations" / "tables"))
    for attempt in range(_ATTEMPTS):
        made = [(profile, records.build(profile)) for profile in profiles(number, attempt)]
        if not any(selfcheck.faults(profile, tables, declared) for profile, tables in made):
            break
    else:
        raise ValueError(f"county {number}: {_ATTEMPTS} draws broke their promises")
    misprints: list[list[str]] = []
    last: dict[str, int] = {}
    for profile, tables in made:
        folder = into / profile.district / str(profile.year)
        writer.write(tables, declared, folder)
        counts = figures(tables, profile.year)
        claims = _claims(profile.year, counts, last)
        if (number + profile.year) % 4 == 0:
            claim = profile.rng("misprint").choice(_MISPRINTED)
            right = claims[claim]["printed"]
            claims[claim]["printed"] = str(int(right) + 1)
            misprints.append([profile.district, str(profile.year), claim, right])
        engagement = _ENGAGEMENT.format(district=profile.district, year=profile.year, number=f"{number:03d}")
        report.write(claims, folder, engagement)
        last = counts
    return misprints


def _claims(year: int, counts: dict[str, int], last: dict[str, int]) -> report.Claims:
    """What the county prints: the sample's report with the years moved; figures of the year before only if known."""
    claims = report.drafted(counts)
    for name in [name for name in claims if name.endswith(".last_year")]:
        figure = name.removesuffix(".last_year")
        if last:
            claims[name]["printed"] = str(last[figure])
        else:
            del claims[name]
    for claim in claims.values():
        claim["scope"] = re.sub(r"202[12](?=年)", lambda found: str(year - 2022 + int(found[0])), claim["scope"])
    return claims


def main() -> int:
    """Write every county."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--counties", type=int, default=160)
    parser.add_argument("--workers", type=int)
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(asked.workers) as pool:
        made = list(pool.map(partial(make_county, asked.into), range(1, asked.counties + 1)))
    with (asked.into / "misprints.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["district", "year", "claim_id", "right"])
        out.writerows(row for misprints in made for row in misprints)
    print(f"{asked.into}: {asked.counties} counties, {len(YEARS)} years each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
