"""The samples of an engagement: frames of record keys, filled worksheets, and what they allow one to say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from audit.model import NOTHING, Family, Outcome, RecordRef, Severity, Status, Text
from audit.recalculate.units import ILLUSTRATIVE
from audit.rulebook import Rule
from audit.sampling import DIRECTION, Worksheet, evaluate, read_worksheet

if TYPE_CHECKING:
    from audit.programme.audit import Audit

FOLDER = "sample"
_NO_SAMPLE = Text(zh="没有抽取样本（sample/为空）", en="no sample was drawn (there is no sample/ folder)")
_CHANGED = Text(
    zh="{table}：登记簿在抽样之后变了，或者抽样不能重现，不能据此作结论",
    en="{table}: the register changed after the draw, or the draw cannot be repeated; nothing follows from it",
)
_OPEN = Text(zh="{table}：还有{open}条没有填写", en="{table}: {open} drawn records are not answered")
_UNSEEN = Text(zh="{table}：没有该表的记录", en="{table}: the table has no records here")


def read_samples(folder: Path) -> tuple[Worksheet, ...]:
    """Every sample of an engagement's folder, by table name.  Raises IntakeError for a worksheet that is unusable."""
    return tuple(read_worksheet(path) for path in sorted((folder / FOLDER).glob("*.json")))


def frame_of(audit: Audit, table: str) -> tuple[str, ...]:
    """The keys of a table's records, sorted: what a sample of it is drawn from."""
    return audit.warehouse.keys(table) if audit.warehouse.has(table) else ()


def judge_samples(audit: Audit, rule: Rule) -> Outcome:
    """All samples of the engagement as one outcome: it fails when one cannot bear out its tolerable rate."""
    if not audit.samples or audit.accuses_nobody:
        return _outcome(rule, Status.NOT_TESTED, _NO_SAMPLE if not audit.samples else ILLUSTRATIVE)
    statuses: list[Status] = []
    said: list[Text] = []
    for sheet in audit.samples:
        status, text = _judged(audit, sheet)
        statuses.append(status)
        said.append(text)
    status = min(statuses, key=(Status.FAIL, Status.NOT_TESTED, Status.PASS).index)
    together = Text(zh="；".join(text.zh for text in said), en=" ".join(text.en for text in said))
    return _outcome(rule, status, together, audit.samples)


def review_samples(audit: Audit) -> tuple[tuple[Worksheet, Text], ...]:
    """Each sample with what it allows one to say; none where the records are illustrative."""
    return () if audit.accuses_nobody else tuple((sheet, _judged(audit, sheet)[1]) for sheet in audit.samples)


def _judged(audit: Audit, sheet: Worksheet) -> tuple[Status, Text]:
    drawing = sheet.drawing
    spec = audit.book.tables.get(drawing.table)
    title = spec.title if spec else Text(zh=drawing.table, en=drawing.table)
    frame = frame_of(audit, drawing.table)
    missing = _UNSEEN if not frame else None if drawing.repeats(frame) else _CHANGED
    missing = missing or (_OPEN if sheet.open else None)
    if missing is not None:
        zh, en = (words.format(table=title.get(lang), open=sheet.open) for words, lang in _pairs(missing))
        return Status.NOT_TESTED, Text(zh=zh, en=en)
    found = evaluate(
        drawing.n,
        len(sheet.deviating),
        Fraction(drawing.terms.confidence),
        population=drawing.population,
        tolerable=Fraction(drawing.terms.tolerable),
        causes=[cause for _, cause in sheet.deviating],
    )
    causes = "；".join(f"{cause} {count}" for cause, count in found.causes)
    zh = f"{title.zh}：{found.conclusion.zh}{f'偏差原因：{causes}。' if causes else ''}{DIRECTION.zh}"
    en = f"{title.en}: {found.conclusion.en}{f' Causes: {causes}.' if causes else ''} {DIRECTION.en}"
    return (Status.PASS if found.supported else Status.FAIL), Text(zh=zh, en=en)


def _pairs(text: Text) -> tuple[tuple[str, str], tuple[str, str]]:
    return (text.zh, "zh"), (text.en, "en")


def _outcome(rule: Rule, status: Status, said: Text, samples: tuple[Worksheet, ...] = ()) -> Outcome:
    untested = status is Status.NOT_TESTED
    deviating = [(sheet.drawing.table, key) for sheet in samples for key, _ in sheet.deviating]
    return Outcome(
        id=f"rules/{rule.id}",
        family=Family.RULE,
        rule=rule.id,
        domain=rule.domain,
        status=status,
        severity=Severity.INFO if untested else rule.severity,
        judged=0 if untested else sum(sheet.drawing.n for sheet in samples),
        failed=0 if untested else len(deviating),
        title=rule.title,
        condition=NOTHING if untested else said,
        reason=said if untested else NOTHING,
        records=() if untested else tuple(RecordRef(table=table, key=key) for table, key in deviating),
    )
