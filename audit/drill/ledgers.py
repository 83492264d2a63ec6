"""Damages to the ledger, its checkpoint and the seal."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from audit.drill.copies import CHECKPOINT, LEDGER, Copy, chained
from audit.drill.damages import Damage, flip
from audit.model import Text
from audit.verify.chain import FAILED, OPENED, SEALED


def _ledger(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Copy], object]:
    def do(copy: Copy) -> None:
        copy.files[LEDGER] = b"".join(line + b"\n" for line in change(copy.files[LEDGER].split(b"\n")[:-1]))

    return do


def _missing_number(copy: Copy) -> None:
    lines = copy.lines()
    engagement, _, number = copy.run.rpartition("/")
    entries = [(line.at, line.event, line.run, line.facts) for line in lines]
    entries.append((lines[-1].at, OPENED, f"{engagement}/{int(number) + 5:04d}", {"by": "drill"}))
    copy.put_lines(chained(entries))


def _back_dated(copy: Copy) -> None:
    copy.put_lines(chained([(f"2001{line.at[4:]}", line.event, line.run, line.facts) for line in copy.lines()]))


def _another_run(copy: Copy) -> None:
    engagement, _, number = copy.run.rpartition("/")
    other = f"{engagement}/{int(number) + 1:04d}"
    copy.files = {name.replace(copy.run, other, 1): raw for name, raw in copy.files.items()}
    copy.run = other


def _another_year(copy: Copy) -> None:
    district, year, number = copy.run.split("/")
    other = f"{district}/{int(year) + 1}/{number}"
    copy.files = {name.replace(copy.run, other, 1): raw for name, raw in copy.files.items()}
    copy.run = other


def _key_twice(copy: Copy) -> None:
    """Readers that take the first of two keys would read another line."""
    *lines, last = copy.lines()
    copy.put_lines([*lines, replace(last, raw=last.raw.replace(b'"facts":{', b'"facts":{},"facts":{', 1))])


def _failed_after_all(copy: Copy) -> None:
    lines = copy.lines()
    events = [FAILED if line.event == SEALED and line.run == copy.run else line.event for line in lines]
    copy.put_lines(chained([(line.at, event, line.run, line.facts) for line, event in zip(lines, events, strict=True)]))


_ROOT = re.compile(rb"(?m)^[A-Za-z0-9+/]{43}=$")
LEDGERS = (
    Damage(Text(zh="台账少一行", en="a line of the ledger dropped"), ("V2-ledger",), _ledger(lambda lines: lines[1:])),
    Damage(
        Text(zh="台账末行被删", en="the ledger's last line dropped"), ("V2-checkpoint",),
        _ledger(lambda lines: lines[:-1]),
    ),
    Damage(
        Text(zh="台账换了次序", en="lines of the ledger exchanged"), ("V2-ledger",),
        _ledger(lambda lines: [lines[1], lines[0], *lines[2:]]),
    ),
    Damage(
        Text(zh="改台账一行", en="a line of the ledger edited"), ("V2-ledger",),
        _ledger(lambda lines: [re.sub(rb'"by":"[^"]*"', b'"by":"nobody"', lines[0]), *lines[1:]]),
    ),
    Damage(Text(zh="运行编号缺号", en="a run number missing"), ("V2-runs",), _missing_number),
    Damage(Text(zh="倒签日期，台账重做", en="back-dated, the ledger rebuilt"), ("V2-ledger",), _back_dated),
    Damage(
        Text(zh="检查点换成别的", en="the checkpoint of another ledger"), ("V2-checkpoint",),
        lambda c: c.files.update({CHECKPOINT: _ROOT.sub(b"A" * 43 + b"=", c.files[CHECKPOINT])}),
    ),
    Damage(Text(zh="冒充另一次运行", en="passed off as another run"), ("V2",), _another_run),
    Damage(Text(zh="放到另一年度之下", en="passed off as another year's"), ("V2",), _another_year),
    Damage(Text(zh="台账一行有两个同名项", en="a key twice in a line of the ledger"), ("V2-ledger",), _key_twice),
    Damage(Text(zh="台账改称运行未完成", en="the ledger says that it failed"), ("V2-ledger",), _failed_after_all),
    Damage(
        Text(zh="封存旁多一个签名", en="another signature put beside the seal"), ("V2",),
        lambda c: c.files.update({c.seal("seal.json.minister.sig"): b"-----BEGIN SSH SIGNATURE-----\n"}),
    ),
    Damage(
        Text(zh="封存旁有假证书", en="a false certificate beside the seal"), ("V2-certificates",),
        lambda c: c.files.update({c.seal("certificates/2001-01-01-L5.json"): b'{"level":"L5"}\n'}),
    ),
    Damage(
        Text(zh="封存声明改一个字", en="one bit changed in the seal"), ("V2", "V2-ledger"),
        lambda c: c.files.update({c.seal("seal.json"): flip(c.files[c.seal("seal.json")])}),
    ),
)  # fmt: skip
