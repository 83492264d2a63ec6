"""A published figure beside its recalculation: one of seven verdicts, as a row and as an outcome in words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from audit import words
from audit.engagement import Claim
from audit.model import NOTHING, ClaimResult, Family, Outcome, RecordRef, Severity, Status, Text, Verdict
from audit.numbers import Qualifier, reading, slip_factor
from audit.numbers.figure import number
from audit.recalculate.growth import Growth
from audit.recalculate.measure import Measured
from audit.recalculate.profile import Profile
from audit.recalculate.verdicts import Broken, verdict_of
from audit.rulebook import Measure

_STATUS = {
    Verdict.AGREES: Status.PASS,
    Verdict.BASE_NOT_STATED: Status.NOT_TESTED,
    Verdict.NOT_TESTED: Status.NOT_TESTED,
}
_NO_MEASURE = Text(
    zh="没有部门记录可用于核对这一表述",
    en="no departmental record bears on this figure",
)
_UNKNOWN = Text(
    zh="没有发现反例，但有记录缺少判断所需的内容",
    en="no counter-example was found, but some records lack what is needed to judge them",
)
_WRONG_KIND = Text(
    zh="所列重算方法不能回答这一表述",
    en="the measure named cannot answer this figure",
)
_NO_BASE = Text(
    zh="报告未说明该比率的基数，也没有记录可以给出基数",
    en="the report states no base for this rate, and no record gives one",
)


_WORD_ON_A_COUNT = Text(
    zh="全称判断要逐件核对，不能用合计数或平均数证明",
    en="a word about each case is tested case by case; no count and no mean can bear it out",
)


def judge_claim(
    claim: Claim,
    measured: Measured | None,
    base: Claim | None,
    broken: Broken,
    candidates: Text | None = None,
    *,
    profile: Profile | None = None,
    growth: Growth | None = None,
    illustrative: bool = False,
) -> tuple[ClaimResult, Outcome]:
    """The verdict on one claim, as a row of claims.json and as an outcome.

    `measured` is None when no measure is declared for it, `base` the claim that is its stated denominator,
    `broken` the published identities that it takes part in and that do not hold, each with its rule, `growth` the
    figures that a growth rate connects.  `candidates` names the printed figures that could be the base of a rate;
    where the records are `illustrative` the rate is reported by them, and not by what such records give.  The
    document's `profile` grades a rate that comes out only by cutting.
    """
    verdict, rounding = verdict_of(claim, measured, base, broken, growth)
    taken = measured if measured is not None and measured.value is not None else None
    result = ClaimResult(
        claim=claim.id,
        printed=claim.printed,
        verdict=verdict,
        recalculated=growth.recalculated() if growth else _recalculated(claim, taken) if taken else None,
        numerator=_count(taken.numerator) if taken else None,
        denominator=_count(taken.denominator) if taken else None,
        base=claim.base or None,
        rounding=rounding or None,
        locator=claim.locator,
        measure=claim.measure,
        records_digest=taken.digest if taken else None,
    )
    beside = _Beside(base, broken, candidates, profile or Profile(), growth, illustrative)
    return result, _outcome(claim, result, measured, beside)


@dataclass(frozen=True)
class _Beside:
    """What stands beside a claim when its outcome is put into words."""

    base: Claim | None
    broken: Broken
    candidates: Text | None
    profile: Profile
    growth: Growth | None
    illustrative: bool


def _recalculated(claim: Claim, measured: Measured) -> str:
    value = measured.value or Fraction(0)
    if measured.measure.kind == "universal":
        return str(len(measured.exceptions))
    if measured.numerator is None or value.denominator == 1:
        return number(value)
    return _cut(value, claim)


def _cut(value: Fraction, claim: Claim) -> str:
    """Two decimals more than printed, cut and not rounded, so that the reader sees what was rounded."""
    places = len(claim.figure.digits.partition(".")[2]) + 2
    units = abs(value.numerator) * 10**places // value.denominator
    exact = Fraction(units, 10**places) == abs(value)
    sign = "-" if value < 0 else ""
    return f"{sign}{units // 10**places}.{units % 10**places:0{places}d}{'' if exact else '…'}"


def _outcome(claim: Claim, result: ClaimResult, measured: Measured | None, beside: _Beside) -> Outcome:
    status = _STATUS.get(result.verdict, Status.FAIL)
    measure = measured.measure if measured else None
    exceptions = measured.exceptions if measured and measured.measure.kind == "universal" else ()
    return Outcome(
        id=f"claims/{claim.id}",
        family=Family.CLAIM,
        rule=_rule(claim, result.verdict, measure, beside),
        domain=measure.domain if measure else "report",
        status=status,
        severity=_severity(result.verdict, measure, beside.profile),
        judged=measured.judged if measured else 0,
        failed=len(exceptions),
        title=measure.title if measure else Text(zh=claim.scope or claim.id, en=claim.id),
        condition=_condition(claim, result, measured, beside),
        reason=_reason(claim, result, measured, beside) if status is Status.NOT_TESTED else NOTHING,
        records=tuple(RecordRef(table=measured.measure.table, key=key) for key in exceptions) if measured else (),
        claims=(claim.id,),
        published=claim.printed,
        recalculated=result.recalculated or "",
        difference=_difference(claim, result.verdict, measured, beside.growth),
    )


def _reason(claim: Claim, result: ClaimResult, measured: Measured | None, beside: _Beside) -> Text:
    if beside.growth is not None:
        return beside.growth.words() if beside.growth.this_year else _NO_BASE
    if result.verdict is Verdict.BASE_NOT_STATED:
        return words.joined(_NO_BASE, beside.candidates) if beside.candidates else _NO_BASE
    if measured and measured.value is not None:
        wordy = claim.figure.qualifier is Qualifier.UNIVERSAL and measured.measure.kind != "universal"
        return _WORD_ON_A_COUNT if wordy else _UNKNOWN
    return measured.reason if measured and measured.reason.en else _NO_MEASURE


def _rule(claim: Claim, verdict: Verdict, measure: Measure | None, beside: _Beside) -> str:
    if beside.broken:
        return beside.broken[0][1]
    if beside.growth is not None:
        return "RAT-05"
    if verdict is Verdict.DIFFERS and claim.rate and claim.figure.value == 100:
        return "RAT-06"
    if verdict in (Verdict.IMPOSSIBLE, Verdict.ONLY_BY_TRUNCATION, Verdict.BASE_NOT_STATED) or claim.rate:
        return "RAT-02"
    return measure.rule if measure else "FIG-01"


def _severity(verdict: Verdict, measure: Measure | None, profile: Profile) -> Severity:
    if measure is not None and not measure.verified and verdict is not Verdict.IMPOSSIBLE:
        return Severity.INFO
    return profile.of_a_cut_rate if verdict is Verdict.ONLY_BY_TRUNCATION else Severity.CRITICAL


def _condition(claim: Claim, result: ClaimResult, measured: Measured | None, beside: _Beside) -> Text:
    printed, found = _printed(claim), result.recalculated
    match result.verdict:
        case Verdict.IDENTITY_BROKEN:
            names = ", ".join(name for name, _ in beside.broken)
            return Text(
                zh=f"公布数{printed.zh}与报告中其他公布数字不满足勾稽关系{names}",
                en=f"printed {printed.en} does not satisfy {names} with the other printed figures",
            )
        case Verdict.IMPOSSIBLE if beside.growth is not None:
            return beside.growth.words()
        case Verdict.IMPOSSIBLE:
            return Text(
                zh=f"以{_base(claim, beside).zh}为基数，任何整数按三种舍入方法都得不出{printed.zh}",
                en=f"with {_base(claim, beside).en} as base no whole number gives {printed.en} under any of three "
                "roundings",
            )
        case Verdict.ONLY_BY_TRUNCATION:
            return words.joined(_only_cut(claim, result, beside), beside.profile.words())
        case Verdict.DIFFERS if beside.growth is not None:
            return Text(
                zh=f"公布{printed.zh}，按公布的两年数为{found}%；{beside.growth.words().zh}",
                en=f"printed {printed.en}, the two printed counts give {found} %; {beside.growth.words().en}",
            )
        case Verdict.DIFFERS if claim.figure.value is None:
            return Text(
                zh=f"表述为“{claim.printed}”，但有{found}条记录不符合",
                en=f"stated of every case ({claim.printed}), but records break it: {found}",
            )
    gives = _gives(claim, result)
    said = Text(zh=f"公布数{printed.zh}，按记录重算为{gives.zh}", en=f"printed {printed.en}, recalculated {gives.en}")
    return words.joined(said, _slip(claim, measured)) if result.verdict is Verdict.DIFFERS else said


def _only_cut(claim: Claim, result: ClaimResult, beside: _Beside) -> Text:
    candidates = beside.candidates
    if beside.illustrative and candidates is not None:
        return Text(
            zh=f"以同一领域公布的数为基数，公布数只能由截尾得出，不能由舍入得出：{candidates.zh}",
            en="on the counts printed in its domain the printed rate comes out only by cutting digits, by no rounding: "
            + candidates.en,
        )
    if beside.growth is not None:
        said = beside.growth.words()
        return Text(zh=f"只能由截尾得出：{said.zh}", en=f"only by cutting digits: {said.en}")
    gives = _gives(claim, result) if result.recalculated else None
    return Text(
        zh=f"公布数{claim.printed}只能由截尾得出，四舍五入与四舍六入五成双均不能"
        + (f"；按记录为{gives.zh}" if gives else f"；基数为{_base(claim, beside).zh}"),
        en=f"printed {claim.printed} comes out only by cutting digits, by no rounding"
        + (f"; the records give {gives.en}" if gives else f"; the base is {_base(claim, beside).en}"),
    )


def _base(claim: Claim, beside: _Beside) -> Text:
    """The stated base by name, with the figure printed for it."""
    if beside.base is None:
        return Text(zh=claim.base, en=claim.base)
    printed = _printed(beside.base)
    return Text(zh=f"{claim.base}（{printed.zh}）", en=f"{claim.base} ({printed.en})")


def _printed(claim: Claim) -> Text:
    """The figure as printed, a hedged one with the convention under which it is read."""
    convention = reading(claim.figure)
    if not convention.en:
        return Text(zh=claim.printed, en=claim.printed)
    return Text(zh=f"{claim.printed}（{convention.zh}）", en=f"{claim.printed} ({convention.en})")


def _gives(claim: Claim, result: ClaimResult) -> Text:
    """What the records give; of few records the counts are said, and never a bare percentage."""
    found = result.recalculated or ""
    if not claim.rate or not result.numerator or not result.denominator:
        return Text(zh=found + ("%" if claim.rate else ""), en=found + (" %" if claim.rate else ""))
    share = words.share(int(result.numerator), int(result.denominator))
    if int(result.denominator) < words.FEW:
        return share
    return Text(zh=f"{found}%（{share.zh}）", en=f"{found} % ({share.en})")


def _slip(claim: Claim, measured: Measured | None) -> Text:
    """A factor of ten, a hundred, a thousand or ten thousand between print and records, by name."""
    if measured is None or measured.value is None or not claim.figure.exact or claim.figure.value is None or claim.rate:
        return NOTHING
    factor = slip_factor(claim.figure.value, measured.value)
    if factor is None:
        return NOTHING
    return Text(
        zh=f"两数约差{factor}倍，请查计量单位或小数点",
        en=f"the two differ by a factor of about {factor}: look at the unit and the decimal point",
    )


def _difference(claim: Claim, verdict: Verdict, measured: Measured | None, growth: Growth | None) -> str:
    """From the nearest value that the printed words allow to the recalculation; of rates in percentage points."""
    if measured is None or measured.value is None or claim.figure.value is None or growth is not None:
        return ""
    value, figure = measured.value, claim.figure
    if claim.rate and (measured.numerator is None or verdict in (Verdict.AGREES, Verdict.NOT_TESTED)):
        return "0" if verdict is Verdict.AGREES else ""
    if claim.rate and figure.exact:
        return _cut(value - claim.figure.value, claim)
    if figure.low is not None and value < figure.low:
        return number(value - figure.low)
    if figure.high is not None and value > figure.high:
        return number(value - figure.high)
    return "0"


def _count(value: int | None) -> str | None:
    return None if value is None else str(value)
