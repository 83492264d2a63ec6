"""What a verification found: steps, the level they add up to, and the page that people read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A thing said in both languages: Chinese, English.
Say = tuple[str, str]

STEP_PASS, STEP_FAIL, STEP_OPEN = "pass", "fail", "not_checked"
STEP_MARKS = {STEP_PASS: "✓", STEP_FAIL: "×", STEP_OPEN: "○"}
FAULTS_SHOWN, FAULT_LENGTH = 6, 400

# Every step there is, in order, with its name.
STEP_TITLES: dict[str, Say] = {
    "V0": ("结构与名称", "shape and names"),
    "V0-size": ("大小与件数", "sizes and numbers of files"),
    "V1": ("SHA-256 摘要", "SHA-256 digests"),
    "V1-unlisted": ("没有清单之外的文件", "no file outside the manifests"),
    "V1-sm3": ("SM3 摘要", "SM3 digests"),
    "V2": ("封存声明与清单相符", "the seal states these manifests"),
    "V2-signature": ("编制人签名", "the preparer's signature"),
    "V2-review": ("复核人签名", "the reviewer's signature"),
    "V2-people": ("复核人不是编制人", "the reviewer is not the preparer"),
    "V2-certificates": ("重新执行的证书", "certificates of re-performance"),
    "V2-appendix": ("随签名重排的附录 PDF", "the appendix as set for signing"),
    "V2-time": ("时间戳", "time stamp"),
    "V2-ledger": ("台账有此次运行且未断链", "the ledger has the run and is unbroken"),
    "V2-runs": ("运行编号连续", "no run number is missing"),
    "V2-checkpoint": ("台账检查点", "checkpoint of the ledger"),
    "V2-code": ("结果校验码", "code of the results"),
    "V3": ("每个单元格都已执行", "every cell was executed"),
    "V3-reconciliation": ("应核 = 通过 + 未通过 + 未测试 + 未能执行", "everything declared came out"),
    "V3-outputs": ("应有的文件都在", "every file due is there"),
    "V4": ("执行的就是存档的源码", "what was executed is the archived source"),
    "V4-parameters": ("注入的参数与记录相符", "the injected parameters are those on record"),
    "V4-criteria": ("规则、期望与源码的摘要", "digests of criteria and source"),
    "V5": ("输入未变", "the inputs did not change"),
    "V5-controls": ("控制总数与输入相符", "control totals agree with the inputs"),
    "V6": ("附录中的每个数字都有出处", "every number in the appendix resolves"),
    "V6-findings": ("每项发现都有结果和记录", "every finding has its result and records"),
    "V6-records": ("涉及的记录在输入中", "the records named are in the inputs"),
    "V6-csv": ("findings.csv 与 findings.json 一致", "findings.csv agrees with findings.json"),
    "V6-xlsx": ("工作簿一致", "the workbook agrees"),
    "V6-pdf": ("PDF 所附文件一致", "the files attached to the PDF agree"),
    "V7": ("文件格式", "file formats"),
    "V7-address": ("网页没有外部地址和脚本", "no outside address or script in a page"),
    "V8": ("没有口令、密钥、证件号", "no passwords, keys or identity numbers"),
    "V9": ("发现的处理", "dispositions of the findings"),
    "S1": ("共享版文件的摘要", "digests of the shared files"),
    "S2": ("出自封存的运行", "drawn from the sealed run"),
    "S3": ("发现出自封存的结果", "findings drawn from the sealed results"),
    "S4": ("不含记录与输入", "no records and no inputs"),
    "S5": ("签名与台账", "signatures and ledger"),
}
LEVEL_WORDS: dict[str, Say] = {
    "none": ("未达到任何一级", "no level"),
    "L0": ("L0 完好", "L0 intact"),
    "L1": ("L1 来源可信", "L1 authentic"),
    "L2": ("L2 完整一致", "L2 complete and consistent"),
}
LEVEL_STEPS = {"L0": ("V0", "V1"), "L1": ("V2",), "L2": ("V3", "V4", "V5", "V6", "V7", "V8", "V9")}
# Steps that must pass, and not merely not fail, for their level.
LEADING_STEPS = ("V0", "V1", "V2", "V3", "V4", "V6")


class UnusableError(Exception):
    """What was given cannot be taken for an archive at all."""

    def __init__(self, zh: str, en: str) -> None:
        """The reason in both languages."""
        self.said = (zh, en)
        super().__init__(f"{zh} / {en}")


@dataclass(frozen=True)
class Step:
    """One step and how it came out: `status` is pass, fail or not_checked, and says why."""

    id: str
    status: str
    zh: str
    en: str

    @property
    def detail(self) -> str:
        """Both languages in one line."""
        return f"{self.zh} / {self.en}"


def passed(step: str, zh: str, en: str) -> Step:
    """A step that was carried out and found nothing wrong."""
    return Step(step, STEP_PASS, zh, en)


def unchecked(step: str, zh: str, en: str) -> Step:
    """A step that was not carried out, and why."""
    return Step(step, STEP_OPEN, zh, en)


def judged(step: str, faults: Sequence[Say], zh: str, en: str) -> Step:
    """A step that fails with its faults, or passes with the words given."""
    if not faults:
        return passed(step, zh, en)
    shown = [(zh[:FAULT_LENGTH], en[:FAULT_LENGTH]) for zh, en in faults[:FAULTS_SHOWN]]
    more = len(faults) - FAULTS_SHOWN
    tail = (f"；另有{more}处", f"; and {more} more") if more > 0 else ("", "")
    return Step(step, STEP_FAIL, "；".join(f[0] for f in shown) + tail[0], "; ".join(f[1] for f in shown) + tail[1])


@dataclass(frozen=True)
class Report:
    """All steps on one archive; `own_list` is whether the list of signers came with the archive itself."""

    name: str
    steps: tuple[Step, ...]
    own_list: bool = False

    @property
    def verified(self) -> bool:
        """Whether no step failed; what was not checked says so for itself."""
        return bool(self.steps) and all(step.status != STEP_FAIL for step in self.steps)

    @property
    def level(self) -> str:
        """The highest level whose steps, and those of every level below it, hold; its leading step must pass.

        What an edition leaves out cannot be judged: only its signature, by a list from outside it, makes it authentic.
        """
        shared = {step.id: step.status for step in self.steps if step.id.startswith("S")}
        if shared:
            sound = [shared.get(step) == STEP_PASS for step in ("S1", "S2", "S3")]
            authentic = all(sound) and self.verified and self.signed and not self.own_list
            return "none" if not sound[0] else "L1" if authentic else "L0"
        reached = "none"
        for level, groups in LEVEL_STEPS.items():
            mine = [step for step in self.steps if step.id.partition("-")[0] in groups]
            leading = {step.id: step.status for step in mine}
            held = all(step.status != STEP_FAIL for step in mine)
            if not held or any(leading.get(group) != STEP_PASS for group in groups if group in LEADING_STEPS):
                return reached
            reached = level
        return reached

    @property
    def signed(self) -> bool:
        """Whether the preparer's signature was verified."""
        return any(step.id == "V2-signature" and step.status == STEP_PASS for step in self.steps)

    def failed(self) -> tuple[str, ...]:
        """The ids of the steps that failed."""
        return tuple(step.id for step in self.steps if step.status == STEP_FAIL)

    def document(self) -> dict[str, object]:
        """The report for machines."""
        steps = [{"id": step.id, "status": step.status, "detail": step.detail} for step in self.steps]
        return {"level": self.level, "steps": steps, "verified": self.verified}


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps in the order of STEP_TITLES."""
    order = list(STEP_TITLES)
    return tuple(sorted(steps, key=lambda step: order.index(step.id) if step.id in order else len(order)))


def report_json(report: Report) -> str:
    """The report as one JSON document."""
    return json.dumps(report.document(), ensure_ascii=False, indent=2) + "\n"


def report_page(report: Report) -> str:
    """The report as one page in Chinese and English."""
    level = LEVEL_WORDS[report.level]
    verdict = ("核验通过", "verified") if report.verified else ("核验未通过", "verification FAILED")
    counts = {status: sum(step.status == status for step in report.steps) for status in STEP_MARKS}
    lines = [
        "核验报告 Verification report",
        f"档案 Archive: {report.name}",
        f"结论 Verdict: {verdict[0]}，{level[0]} / {verdict[1]}, {level[1]}",
        f"✓ 通过 pass {counts[STEP_PASS]}   × 未通过 fail {counts[STEP_FAIL]}   ○ 未核 not checked {counts[STEP_OPEN]}",
        "",
    ]
    for step in report.steps:
        zh, en = STEP_TITLES.get(step.id, (step.id, step.id))
        lines.append(f"{STEP_MARKS[step.status]} {step.id}  {zh} {en}")
        lines.append(f"    {step.zh}")
        lines.append(f"    {step.en}")
    lines.append("")
    if not report.signed:
        lines.append("没有经核验的签名：只能说明内容自封存以来未变，不能说明由谁负责。")
        lines.append("No signature was verified: this shows an unchanged seal, not whose word it is.")
    elif report.own_list:
        lines.append("签名人名单随档案而来，谁都能自己做一份；要知道由谁负责，请用 --signers 给出本单位的名单。")
        lines.append(
            "The list of signers came with the archive, and anyone can make one: give the office's, --signers."
        )
    lines.append("核验能发现改动，不能防止改动；任何一级都不说明统计数字属实。")
    lines.append("Tamper-evident, not tamper-proof; no level says that the statistics are true.")
    return "\n".join(lines) + "\n"
