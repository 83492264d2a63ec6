"""`audit reperform` as people see it: each level with what differs, and where the certificate lies."""

from __future__ import annotations

import sys
from pathlib import Path

from audit.cli.progress import LiveProgress
from audit.programme.plan import PROGRAMME
from audit.reperform import Certificate, record_certificate, reperform
from audit.seal.people import this_person
from audit.verify.place import whole_path

_LEVELS = {
    "L3": ("重新绘制，逐字节相同", "rendered again, identical bytes"),
    "L4": ("重新执行，结果相同", "performed again, equal results"),
    "L5": ("以第二种方法重算，数字相同", "recalculated a second way, equal figures"),
}
_MARKS = {"pass": "✓", "fail": "×", "not_checked": "○"}


def show_reperformance(archive: Path, inputs: Path | None, *, as_json: bool) -> int:
    """Perform an archive again, write its certificate and print what came out; 0 equal, 1 something differs."""
    archive, by = whole_path(archive), this_person()  # a name that cannot be used is told before the work, not after
    with LiveProgress("zh", PROGRAMME) as progress:
        certificate = reperform(archive, inputs, progress, lambda words: print(words, file=sys.stderr))
    path, line = record_certificate(certificate, archive, by)
    if as_json:
        print(path.read_text(encoding="utf-8"), end="")
    else:
        _show(certificate)
        print(path)
        if line is not None:
            print(f"台账第 {line} 行 / line {line} of the ledger")
    return 0 if certificate.equal else 1


def _show(certificate: Certificate) -> None:
    print(f"{certificate.run}：达到 {certificate.reached} / reached {certificate.reached}")
    for level, result in certificate.levels.items():
        zh, en = _LEVELS[level]
        print(f"{_MARKS[result.status]} {level}  {zh} / {en}\n    {result.detail}")
        for difference in result.differences:
            print("    - " + "; ".join(f"{key}: {value}" for key, value in difference.items()))
    for name, reason in certificate.uncovered.items():
        print(f"○ {name}：没有第二种算法 / {reason}")
    for name, reason in certificate.shared.items():
        print(f"○ {name}：两种方法用同一读入程序 / read by the same reader: {reason}")
    versions = certificate.versions
    if not versions["same_source"]:
        old, new = versions["package"]["archived"], versions["package"]["here"]
        print(f"注意：档案由另一版程序制作（{old}，本机 {new}）/ made by another version of the package")
    if versions["libraries_only_archived"] or versions["libraries_only_here"]:
        count = len(versions["libraries_only_archived"])
        print(f"注意：{count}个程序库与封存时不同 / {count} libraries are not those of the archive")
