"""Verification from end to end, and the command line of an archive's own verify.py."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from audit.verify.bag import digest_steps, shape_steps
from audit.verify.books import book_steps
from audit.verify.case import AbsentError, Case
from audit.verify.edition import edition_steps
from audit.verify.figures import figure_steps
from audit.verify.formats import format_steps
from audit.verify.intake import input_steps
from audit.verify.papers import paper_steps
from audit.verify.place import LIST_ENCLOSED, is_there, open_archive
from audit.verify.report import Report, Step, UnusableError, in_order, judged, report_json, report_page
from audit.verify.seals import seal_steps
from audit.verify.traces import trace_steps
from audit.verify.witness import witness_steps

# Each group of steps with the step that fails when the archive keeps the group from being carried out at all.
STEP_GROUPS: tuple[tuple[str, Callable[[Case], Iterator[Step]]], ...] = (
    ("V0", shape_steps),
    ("V1", digest_steps),
    ("V2", seal_steps),
    ("V2-signature", witness_steps),
    ("V2-ledger", book_steps),
    ("V3", paper_steps),
    ("V5", input_steps),
    ("V6", figure_steps),
    ("V6-findings", trace_steps),
    ("V7", format_steps),
)
EDITION_GROUPS: tuple[tuple[str, Callable[[Case], Iterator[Step]]], ...] = (
    ("S1", edition_steps),
    ("V2-signature", witness_steps),
)


def verify_archive(path: Path, *, sm3: bool = False, given: dict[str, Path] | None = None) -> Report:
    """Every step on the archive at `path`, a bag's folder or a zip of one; the first failure does not stop the rest.

    `given` are files to take instead of those beside the archive, such as {"allowed_signers": …}.  With `sm3` the
    SM3 digests of a large archive are checked too.  Raises UnusableError for what is no sealed archive.
    """
    archive = open_archive(path, given)
    try:
        case = Case(archive, sm3)
        steps: list[Step] = []
        for name, group in EDITION_GROUPS if archive.edition else STEP_GROUPS:
            steps += carried_out(name, group, case)
        enclosed = archive.signers_from == LIST_ENCLOSED and "allowed_signers" in archive.beside
        return Report(archive.name, in_order(steps), enclosed)
    finally:
        archive.close()


def carried_out(name: str, group: Callable[[Case], Iterator[Step]], case: Case) -> list[Step]:
    """The steps of a group; whatever an archive holds that nobody thought of is a failure, never a traceback."""
    done: list[Step] = []
    try:
        for step in group(case):
            done.append(step)
    except AbsentError as error:
        done.append(judged(name, [error.said], "", ""))
    except Exception as error:
        kind = f"{type(error).__name__}: {error}"[:200]
        done.append(
            judged(
                name, [(f"内容使核验无法进行（{kind}）", f"the archive keeps it from being judged ({kind})")], "", ""
            )
        )
    return done


def main(arguments: list[str] | None = None) -> int:
    """Print the report; 0 verified, 1 verification failed, 2 wrong usage, 3 no usable archive or nowhere to write."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(
        prog="verify.py", description="核验封存的审计档案 / verify a sealed audit archive", allow_abbrev=False
    )
    here = Path(__file__).resolve().parent
    parser.add_argument("archive", nargs="?", type=Path, default=here, help="档案文件夹或 zip / its folder or zip")
    parser.add_argument("--json", action="store_true", help="JSON")
    parser.add_argument("--sm3", action="store_true", help="大档案也核对 SM3 / SM3 of a large archive too")
    parser.add_argument("--signers", type=Path, help="allowed_signers")
    parser.add_argument("--ledger", type=Path, help="ledger.jsonl")
    parser.add_argument("--checkpoint", type=Path, help="checkpoint.note")
    parser.add_argument("--tsa", type=Path, help="时间戳机构证书 / certificates of the time-stamp authority")
    options = parser.parse_args(arguments)
    given = {"allowed_signers": options.signers, "ledger.jsonl": options.ledger, "tsa.pem": options.tsa}
    given["checkpoint.note"] = options.checkpoint
    return show_verification(
        options.archive, options.json, options.sm3, {name: path for name, path in given.items() if path is not None}
    )


def show_verification(archive: Path, as_json: bool, sm3: bool, given: dict[str, Path]) -> int:
    """Verify and print, in UTF-8 as JSON or for people; gives the exit status."""
    try:
        report = verify_archive(archive, sm3=sm3, given=given)
    except UnusableError as error:
        zh, en = error.said
        print_safely(f"audit: {en}\n{zh}", sys.stderr)
        unusable = Report("", (judged("V0", [error.said], "", ""),))
        status = 3 if is_there(archive) else 2
        return written_out(report_json(unusable), as_json, status) if as_json else status
    return written_out(report_json(report) if as_json else report_page(report), as_json, 0 if report.verified else 1)


def written_out(text: str, as_json: bool, status: int) -> int:
    """Write to standard output, JSON in UTF-8 whatever the locale; gives `status`, or 3 when it cannot be written."""
    try:
        if sys.stdout is None:
            raise OSError("it is closed")
        if as_json:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        else:
            print_safely(text, sys.stdout)
        sys.stdout.flush()
    except OSError as error:
        reason = error.strerror or error
        print_safely(f"audit: the report cannot be written: {reason}\n报告无法写出：{reason}", sys.stderr)
        forget_output()
        return 3
    return status


def forget_output() -> None:
    """Let what standard output did not take go nowhere: Python would try once more at its end, and complain."""
    if sys.stdout is not None:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_safely(text: str, stream: TextIO | None) -> None:
    """Print, with what the terminal cannot show escaped; nowhere, if there is no such stream."""
    if stream is not None:
        encoding = getattr(stream, "encoding", None) or "utf-8"
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream)
