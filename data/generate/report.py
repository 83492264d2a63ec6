"""The report of the fictional district: its plan of audit, and every figure that it prints."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

Claim = dict[str, str]
Claims = dict[str, Claim]  # by claim_id, in the order of the report

_TEMPLATE = Path(__file__).with_name("sample") / "report.csv"
_ENGAGEMENT = """\
# The plan of this audit.  Nothing in it is real: district, report and records were made by data/generate.

district = "sample"
year = 2022
as_of = 2022-12-31
fictional = true

[district_name]
zh = "示例区（虚构）"
en = "Sample District (fictional)"

[report]
title = { zh = "示例区2022年度法治政府建设情况报告", en = "Sample District: report on rule-of-law government for 2022" }
publisher = { zh = "示例区人民政府（虚构）", en = "People's Government of Sample District (fictional)" }

[records]
illustrative = true

[records.note]
zh = "区、报告和记录都是虚构的。记录和公布数里故意埋有差错，全部列在 answer_key.csv。"
en = "District, report and records are invented. Errors were planted in records and figures; answer_key.csv lists them."

[records.not_supplied]
disclosure_form = { zh = "年度报告表格不在本项目之内", en = "the report's form is not part of this engagement" }
"""


def drafted(counts: Mapping[str, int]) -> Claims:
    """Fill the places of sample/report.csv: {a count}, {the sum of + counts}, {a rate of one / another}."""
    with _TEMPLATE.open(encoding="utf-8", newline="") as file:
        claims = {row["claim_id"]: row for row in csv.DictReader(file)}
    for claim in claims.values():
        claim["printed"] = re.sub(r"\{(.+)\}", lambda place: _figure(place[1], counts), claim["printed"])
    return claims


def _figure(wanted: str, counts: Mapping[str, int]) -> str:
    numerator, _, base = wanted.partition("/")
    count = sum(counts[name] for name in numerator.split("+"))
    return percent(count, counts[base]) if base else str(count)


def percent(count: int, base: int) -> str:
    """Print a rate with two decimals, rounded half up."""
    hundredths = (count * 20000 + base) // (base * 2)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def write(claims: Claims, folder: Path, engagement: str = _ENGAGEMENT) -> None:
    """Write engagement.toml and claims.csv."""
    (folder / "engagement.toml").write_text(engagement, encoding="utf-8", newline="\n")
    with (folder / "claims.csv").open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.DictWriter(file, list(next(iter(claims.values()))), lineterminator="\n")
        out.writeheader()
        out.writerows(claims.values())
