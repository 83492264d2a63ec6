"""A published figure beside its recalculation: one of seven verdicts, the gravest that is true."""

from __future__ import annotations

from fractions import Fraction

from audit.engagement import Claim
from audit.model import ClaimResult, Family, Outcome, RecordRef, Severity, Status, Text, Verdict
from audit.numbers import ROUNDINGS, counts_that_give, fitting_roundings
from audit.numbers.figure import number
from audit.recalculate.measure import Measured
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


def judge_claim(
    claim: Claim, measured: Measured | None, base: Claim | None, broken: tuple[str, ...], candidates: Text | None = None
) -> tuple[ClaimResult, Outcome]:
    """The verdict on one claim, as a row of claims.json and as an outcome.

    `measured` is None when no measure is declared for it, `base` the claim that is its stated denominator,
    `broken` the published identities that it takes part in and that do not hold.  `candidates` is given where
    the records are illustrative: a rate is then reported by the printed figures that could be its base, and
    not by what such records give.
    """
    verdict, rounding = _verdict(claim, measured, base, broken)
    taken = measured if measured is not None and measured.value is not None else None
    result = ClaimResult(
        claim=claim.id,
        printed=claim.printed,
        verdict=verdict,
        recalculated=_recalculated(claim, taken) if taken else None,
        numerator=_count(taken.numerator) if taken else None,
        denominator=_count(taken.denominator) if taken else None,
        base=claim.base or None,
        rounding=rounding or None,
        locator=claim.locator,
        measure=claim.measure,
        records_digest=taken.digest if taken else None,
    )
    return result, _outcome(claim, result, measured, broken, candidates)


def _verdict(
    claim: Claim, measured: Measured | None, base: Claim | None, broken: tuple[str, ...]
) -> tuple[Verdict, str]:
    if broken:
        return Verdict.IDENTITY_BROKEN, ""
    if claim.rate and base is not None and base.figure.exact and base.figure.value is not None:
        counts = counts_that_give(claim.figure.digits, round(base.figure.value))
        if not any(counts.values()):
            return Verdict.IMPOSSIBLE, ""
    if measured is None or measured.value is None:
        return (Verdict.BASE_NOT_STATED if claim.rate and base is None else Verdict.NOT_TESTED), ""
    if claim.rate:
        return _rate_verdict(claim, measured, base)
    if measured.measure.kind == "universal":
        return _universal_verdict(measured), ""
    if claim.figure.value is None:  # a word for all cases asks for a measure of all cases
        return Verdict.NOT_TESTED, ""
    return (Verdict.AGREES if claim.figure.allows(measured.value) else Verdict.DIFFERS), ""


def _universal_verdict(measured: Measured) -> Verdict:
    """One counter-example refutes; without one, a record that cannot be judged leaves the claim untested."""
    if measured.exceptions:
        return Verdict.DIFFERS
    return Verdict.AGREES if measured.numerator == measured.denominator else Verdict.NOT_TESTED


def _rate_verdict(claim: Claim, measured: Measured, base: Claim | None) -> tuple[Verdict, str]:
    """A record that cannot be judged stays in the base and is no hit; a rate on another base than stated differs."""
    if measured.numerator is None or not measured.denominator:
        return Verdict.NOT_TESTED, ""
    if base is not None and base.figure.exact and base.figure.value != measured.denominator:
        return Verdict.DIFFERS, ""
    share = Fraction(100 * measured.numerator, measured.denominator)
    if not claim.figure.exact:
        return (Verdict.AGREES if claim.figure.allows(share) else Verdict.DIFFERS), ""
    if claim.figure.value == 100 and share != 100:  # "all" is no rounded number (RAT-06)
        return Verdict.DIFFERS, ""
    fits = fitting_roundings(claim.figure.digits, measured.numerator, measured.denominator)
    if not fits:
        return Verdict.DIFFERS, ""
    if fits == ("truncation",):
        return Verdict.ONLY_BY_TRUNCATION, "truncation"
    exact = fits == ROUNDINGS and share == claim.figure.value
    return Verdict.AGREES, "exact" if exact else "/".join(fits)


def _recalculated(claim: Claim, measured: Measured) -> str:
    value = measured.value or Fraction(0)
    if measured.measure.kind == "universal":
        return str(len(measured.exceptions))
    if measured.numerator is None or value.denominator == 1:
        return number(value)
    # Two decimals more than printed, cut and not rounded, so that the reader sees what was rounded.
    places = len(claim.figure.digits.partition(".")[2]) + 2
    units = value.numerator * 10**places // value.denominator
    exact = Fraction(units, 10**places) == value
    return f"{units // 10**places}.{units % 10**places:0{places}d}{'' if exact else '…'}"


def _outcome(
    claim: Claim, result: ClaimResult, measured: Measured | None, broken: tuple[str, ...], candidates: Text | None
) -> Outcome:
    status = _STATUS.get(result.verdict, Status.FAIL)
    measure = measured.measure if measured else None
    exceptions = measured.exceptions if measured and measured.measure.kind == "universal" else ()
    reason = Text(zh="", en="")
    if status is Status.NOT_TESTED:
        reason = measured.reason if measured and measured.reason.en else _NO_MEASURE
        reason = _NO_BASE if result.verdict is Verdict.BASE_NOT_STATED else reason
        if measured and measured.value is not None:
            reason = _UNKNOWN if measured.measure.kind == "universal" else _WRONG_KIND
    return Outcome(
        id=f"claims/{claim.id}",
        family=Family.CLAIM,
        rule=_rule(claim, result.verdict, measure),
        domain=measure.domain if measure else "report",
        status=status,
        severity=_severity(result.verdict, measure),
        judged=measured.judged if measured else 0,
        failed=len(exceptions),
        title=measure.title if measure else Text(zh=claim.scope or claim.id, en=claim.id),
        condition=_condition(claim, result, broken, candidates),
        reason=reason,
        records=tuple(RecordRef(table=measured.measure.table, key=key) for key in exceptions) if measured else (),
        claims=(claim.id,),
        published=claim.printed,
        recalculated=result.recalculated or "",
        difference=_difference(claim, measured),
    )


def _rule(claim: Claim, verdict: Verdict, measure: Measure | None) -> str:
    if verdict in (Verdict.IMPOSSIBLE, Verdict.ONLY_BY_TRUNCATION, Verdict.BASE_NOT_STATED) or claim.rate:
        return "RAT-02"
    return measure.rule if measure else "FIG-01"


def _severity(verdict: Verdict, measure: Measure | None) -> Severity:
    advisory = measure is not None and not measure.verified and verdict is not Verdict.IMPOSSIBLE
    if advisory or verdict is Verdict.ONLY_BY_TRUNCATION:
        return Severity.INFO
    return Severity.CRITICAL


def _condition(claim: Claim, result: ClaimResult, broken: tuple[str, ...], candidates: Text | None) -> Text:
    printed, found = claim.printed, result.recalculated
    share = f"（{result.denominator}中的{result.numerator}）" if result.numerator and claim.rate else ""
    share_en = f" ({result.numerator} of {result.denominator})" if result.numerator and claim.rate else ""
    match result.verdict:
        case Verdict.IDENTITY_BROKEN:
            names = ", ".join(broken)
            return Text(
                zh=f"公布数{printed}与报告中其他数字不满足勾稽关系{names}",
                en=f"printed {printed} does not satisfy {names} with the other printed figures",
            )
        case Verdict.IMPOSSIBLE:
            return Text(
                zh=f"以{claim.base}为基数，任何整数按三种舍入方法都得不出{printed}",
                en=f"with {claim.base} as base no whole number gives {printed} under any of three roundings",
            )
        case Verdict.ONLY_BY_TRUNCATION if candidates is not None:
            return Text(
                zh=f"公布数只能由截尾得出，不能由舍入得出：{candidates.zh}",
                en=f"the printed rate comes out only by cutting digits, by no rounding: {candidates.en}",
            )
        case Verdict.ONLY_BY_TRUNCATION:
            return Text(
                zh=f"公布数{printed}只能由截尾得出，四舍五入与四舍六入五成双均不能；按记录为{found}%{share}",
                en=f"printed {printed} comes out only by cutting digits, by no rounding; "
                f"the records give {found} %{share_en}",
            )
        case Verdict.DIFFERS if claim.figure.value is None:
            return Text(
                zh=f"表述为“{printed}”，但有{found}条记录不符合",
                en=f"stated of every case ({printed}), but {found} records break it",
            )
        case Verdict.DIFFERS:
            return Text(
                zh=f"公布数{printed}，按记录重算为{found}{'%' + share if claim.rate else ''}",
                en=f"printed {printed}, recalculated {found}{' %' + share_en if claim.rate else ''}",
            )
    return Text(zh=f"公布数{printed}，重算为{found}", en=f"printed {printed}, recalculated {found}")


def _difference(claim: Claim, measured: Measured | None) -> str:
    if measured is None or measured.value is None or claim.figure.value is None or claim.rate:
        return ""
    value, figure = measured.value, claim.figure
    if figure.low is not None and value < figure.low:
        return number(value - figure.low)
    if figure.high is not None and value > figure.high:
        return number(value - figure.high)
    return "0"


def _count(value: int | None) -> str | None:
    return None if value is None else str(value)
