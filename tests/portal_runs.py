"""Run folders made by hand, with their ledger: what the portal reads, without the twenty seconds of a run."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ZEROS = "0" * 64


@dataclass
class Made:
    """An outputs folder in the making."""

    out: Path
    lines: list[str] = field(default_factory=list)

    def folder(self, place: str) -> Path:
        return self.out / place

    def write(self, place: str, name: str, content: object) -> Path:
        path = self.out / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
        path.write_text(text, encoding="utf-8")
        return path

    def record(self, event: str, place: str, at: str = "2026-11-28T05:33:12Z", **facts: Any) -> None:
        """One more line of the ledger."""
        previous = hashlib.sha256(self.lines[-1].encode()).hexdigest() if self.lines else ZEROS
        number = len(self.lines) + 1
        line = {"at": at, "event": event, "facts": facts, "number": number, "previous": previous, "run": place}
        self.lines.append(json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
        self.out.mkdir(parents=True, exist_ok=True)
        with (self.out / "ledger.jsonl").open("a", encoding="utf-8") as ledger:
            ledger.write(f"{self.lines[-1]}\n")

    def begin(self, place: str, *, name: str = "", gate: str = "critical", more: str = "") -> None:
        """A run that has begun: parameters, the engagement, an `opened` line."""
        district, year, _ = place.split("/")
        self.record("opened", place)
        self.write(
            place,
            "data/3-plan/parameters.json",
            {"district": district, "year": int(year), "lang": "zh", "engine": "pandas", "gate": gate},
        )
        if name:
            quoted = json.dumps(name, ensure_ascii=False)
            toml = f"{more}\n[district_name]\nzh = {quoted}\nen = {quoted}\n"
            self.write(place, f"data/4-reference/inputs/{district}/{year}/engagement.toml", toml)

    def conclude(self, place: str, counts: Sequence[int] = (0, 0, 0), errors: int = 0, padding: int = 0) -> None:
        """A complete run with so many critical, warning and info findings."""
        district, year, _ = place.split("/")
        kinds = [
            *((("fail", severity), count) for severity, count in zip(SEVERITIES, counts, strict=True)),
            (("error", "info"), errors),
            (("not_tested", "critical"), 3),
        ]
        findings = [
            {"id": f"{status}-{severity}-{number}", "status": status, "severity": severity, "words": "文" * padding}
            for (status, severity), count in kinds
            for number in range(count)
        ]
        part = {"declared": 44, "passed": 31, "failed": 1, "not_tested": 12, "errors": 0}
        families = ("rules", "expectations", "claims", "identities")
        document = {
            "schema": "findings/1",
            "engagement": {"district": district, "year": int(year), "as_of": f"{year}-12-31"},
            "reconciliation": dict.fromkeys(families, part),
            "findings": findings,
        }
        self.write(place, "data/1-conclusion/findings.json", document)
        self.write(place, "data/1-conclusion/appendix.html", "<!DOCTYPE html><title>附录</title>")

    def fail(self, place: str, problem: str = "a cell failed") -> None:
        """A run that could not be carried out."""
        failure = {"status": "failed", "problem": problem, "where": "", "remedy": ""}
        self.write(place, "data/2-proof/failure.json", failure)

    def seal(
        self, place: str, event: str = "sealed", code: str = "7K2M-Q9XA-03BN", signed: bool = False, review: str = ""
    ) -> None:
        """A seal beside the run, and its line."""
        path = self.write(f"{place}.seal", "seal.json", {"predicate": {"run": place, "code": code}})
        if signed:
            self.write(f"{place}.seal", "seal.json.preparer.sig", "-----BEGIN SSH SIGNATURE-----")
        if review:
            self.write(f"{place}.seal", "review.json.reviewer.sig", "-----BEGIN SSH SIGNATURE-----")
        self.record(event, place, seal=hashlib.sha256(path.read_bytes()).hexdigest(), code=code)
        if review:
            self.record("reviewed", place, decision=review)


SEVERITIES = ("critical", "warning", "info")


def many(out: Path, districts: int, years: Sequence[int], padding: int = 0) -> Made:
    """A year's work: every district with one sealed run per year."""
    made = Made(out)
    for district in range(districts):
        for year in years:
            place = f"county{district:03d}/{year}/0001"
            made.begin(place, name=f"示例县第{district:03d}号")
            made.conclude(place, (district % 3 == year % 3, (district + year) % 7, district % 11), padding=padding)
            made.seal(place)
    return made
