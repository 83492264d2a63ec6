"""V0 and V1: the shape of the bag, and every file by its digest; a file on no list fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from audit.verify.case import KEPT_FILE, AbsentError, Case, take_digests
from audit.verify.digests import offered, read_manifest
from audit.verify.report import Say, Step, judged, passed, unchecked
from audit.verify.shelf import folders_above, shown_name

BAG_DECLARATION = re.compile(r"BagIt-Version: (0\.97|1\.0)\r?\nTag-File-Character-Encoding: UTF-8\r?\n?")
UNLISTED_ALLOWED = ("tagmanifest-sha256.txt", "tagmanifest-sm3.txt")
SM3_ALL = 64 << 20


def shape_steps(case: Case) -> Iterator[Step]:
    """V0: what a bag needs, names safe on every system, sizes as declared."""
    bag, seal = case.archive.bag, case.archive.seal
    faults: list[Say] = [*bag.faults, *(seal.faults if seal is not None else [])]
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"):
        if name in bag.folders:
            faults.append((f"{name} 是文件夹", f"{name} is a folder"))
        elif not case.has(name):
            faults.append((f"没有 {name}", f"{name} is missing"))
    if not any(name.startswith("data/") for name in bag.entries):
        faults.append(("没有 data/", "there is no data/"))
    if case.has("bagit.txt"):
        try:
            if not BAG_DECLARATION.fullmatch(case.text("bagit.txt")):
                faults.append(("bagit.txt 不合格式", "bagit.txt does not declare a bag"))
        except AbsentError as error:
            faults.append(error.said)
    count = len(bag.entries)
    yield judged("V0", faults, f"{count}个文件，没有链接，名称安全", f"{count} files, no links, safe names")
    yield _sizes(case)


def _declared(case: Case) -> tuple[int, int] | None:
    """Bytes and files of the payload, as bag-info.txt has them; None when it does not.  Raises AbsentError."""
    match = re.search(r"(?m)^Payload-Oxum: *(\d{1,18})\.(\d{1,12})\s*$", case.text("bag-info.txt"))
    return (int(match[1]), int(match[2])) if match else None


def _sizes(case: Case) -> Step:
    try:
        declared = _declared(case)
    except AbsentError as error:
        return judged("V0-size", [error.said], "", "")
    if declared is None:
        return judged("V0-size", [("bag-info.txt 没有 Payload-Oxum", "bag-info.txt has no Payload-Oxum")], "", "")
    sizes = [size for name, size in case.archive.bag.entries.items() if name.startswith("data/")]
    found = sum(sizes), len(sizes)
    wrong = (f"应为{declared[1]}个文件{declared[0]}字节，实为{found[1]}个{found[0]}字节",
             f"{declared[1]} files of {declared[0]} bytes declared, {found[1]} of {found[0]} found")  # fmt: skip
    right = f"{found[1]}个文件，{found[0]}字节", f"{found[1]} files, {found[0]} bytes"
    return judged("V0-size", [] if found == declared else [wrong], *right)


def digest_steps(case: Case) -> Iterator[Step]:
    """V1: SHA-256 of every listed file, nothing unlisted, SM3 where it is to be had."""
    bag = case.archive.bag
    faults: list[Say] = []
    listed: dict[str, str] = {}
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        try:
            found = read_manifest(case.text(manifest))
        except AbsentError as error:
            faults.append(error.said)
            continue
        except ValueError as error:
            faults.append((f"{manifest} 无法解读：{error}", f"{manifest} cannot be read: {error}"))
            continue
        for name, digest in found.items():
            if name.startswith("data/") != (manifest == "manifest-sha256.txt"):
                faults.append(
                    (f"{manifest} 不应列出 {shown_name(name)}", f"{manifest} must not list {shown_name(name)}")
                )
            else:
                listed[name] = digest
    sm3 = case.has("manifest-sm3.txt") and "sm3" in offered(("sm3",))
    total = sum(bag.entries.values())
    wanted = ("sha256", "sm3") if sm3 and (case.sm3 or total <= SM3_ALL) else ("sha256",)
    case.digests = take_digests(case, bag, _worth_reading(case, listed), wanted)
    for name, digest in sorted(listed.items()):
        if name in case.errors:
            said = shown_name(name), case.errors[name]
            faults.append((f"无法读取 {said[0]}：{said[1]}", f"{said[0]} cannot be read: {said[1]}"))
        elif name not in bag.entries:
            faults.append((f"缺少 {shown_name(name)}", f"{shown_name(name)} is missing"))
        elif name not in case.digests:
            faults.append((f"{shown_name(name)} 比全部内容还大", f"{shown_name(name)} is more than all should be"))
        elif case.digests[name]["sha256"] != digest:
            faults.append((f"{shown_name(name)} 已改动", f"{shown_name(name)} was changed"))
    yield judged("V1", faults, f"{len(listed)}个文件的摘要相符", f"the digests of {len(listed)} files agree")
    yield _unlisted(case, listed)
    yield _sm3(case, "sm3" in wanted, total)


def _worth_reading(case: Case, listed: dict[str, str]) -> list[str]:
    """Files to take digests of: not a large one on no list, nor one larger than the whole payload should be.

    A file of terabytes may take no room on a disk, and hours to be read, only to fail by its name or size alone.
    """
    try:
        declared = _declared(case)
    except AbsentError:
        declared = None
    entries = case.archive.bag.entries.items()
    small = {name for name, size in entries if size <= KEPT_FILE}
    over = {name for name, size in entries if declared and name.startswith("data/") and size > declared[0]}
    return [name for name, _ in entries if name in small or (name in listed and name not in over)]


def _unlisted(case: Case, listed: dict[str, str]) -> Step:
    faults = [
        (f"清单之外：{shown_name(name)}", f"not on any list: {shown_name(name)}")
        for name in sorted(case.archive.bag.entries)
        if name not in listed and name not in UNLISTED_ALLOWED
    ]
    used = folders_above(name for name in listed if case.has(name))
    faults += [
        (f"清单之外的文件夹：{shown_name(name)}", f"folder on no list: {shown_name(name)}")
        for name in sorted(case.archive.bag.folders - used)
    ]
    return judged("V1-unlisted", faults + case.archive.stray, "没有多余的文件", "no other files")


def _sm3(case: Case, taken: bool, total: int) -> Step:
    if not case.has("manifest-sm3.txt"):
        return unchecked("V1-sm3", "档案没有 SM3 清单", "the archive has no SM3 manifest")
    if not taken:
        if "sm3" not in offered(("sm3",)):
            return unchecked("V1-sm3", "本机不提供 SM3", "this machine does not offer SM3")
        size = total >> 20
        return unchecked(
            "V1-sm3",
            f"共{size} MB，SM3 较慢；加 --sm3 核对",
            f"{size} MB, and SM3 is slow; ask for it with --sm3",
        )
    faults: list[Say] = []
    count = 0
    for manifest in ("manifest-sm3.txt", "tagmanifest-sm3.txt"):
        if not case.has(manifest):
            continue
        try:
            listed = read_manifest(case.text(manifest))
        except ValueError as error:
            faults.append((f"{manifest} 无法解读：{error}", f"{manifest} cannot be read: {error}"))
            continue
        count += len(listed)
        faults += [
            (f"SM3 不符：{shown_name(name)}", f"SM3 differs: {shown_name(name)}")
            for name, digest in sorted(listed.items())
            if case.digests.get(name, {}).get("sm3") != digest
        ]
        if manifest == "manifest-sm3.txt":
            payload = {name for name in case.archive.bag.entries if name.startswith("data/")}
            faults += [
                (f"SM3 清单没有 {shown_name(name)}", f"not on the SM3 manifest: {shown_name(name)}")
                for name in sorted(payload - set(listed))
            ]
    if faults:
        return judged("V1-sm3", faults, "", "")
    return passed("V1-sm3", f"{count}个文件的 SM3 相符", f"the SM3 digests of {count} files agree")
