"""The parts of the ledger that a verifier needs: chain, Merkle tree, checkpoint, digests, time stamps."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest
from authority import authority
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_inclusion  # type: ignore[import-untyped]

from audit.verify.chain import (
    BREAKS,
    Line,
    check_checkpoint,
    checkpoint_of,
    make_line,
    parse_line,
    read_chain,
    split_ledger,
)
from audit.verify.digests import digest_file, list_digest, read_manifest, results_code, semantic_digest
from audit.verify.merkle import (
    LEDGER_ORIGIN,
    inclusion_proof,
    leaf_hash,
    read_checkpoint,
    root_from_inclusion,
    root_of,
)
from audit.verify.stamps import read_stamp

CODE = "0123-4567-89AB"


def ledger(*events: tuple[str, str]) -> list[Line]:
    lines: list[Line] = []
    for minute, (event, run) in enumerate(events):
        facts = {"code": CODE} if event == "sealed" else {}
        lines.append(make_line(lines[-1] if lines else None, f"2026-11-28T05:{minute:02d}:00Z", event, run, facts))
    return lines


def content(lines: list[Line]) -> bytes:
    return b"".join(line.raw + b"\n" for line in lines)


GOOD = ledger(
    ("opened", "huiji/2021/0001"),
    ("sealed", "huiji/2021/0001"),
    ("signed", "huiji/2021/0001"),
    ("opened", "huiji/2021/0002"),
    ("opened", "sample/2022/0001"),
    ("abandoned", "huiji/2021/0002"),
    ("failed", "sample/2022/0001"),
    ("failed", "huiji/2021/0002"),
)


def test_an_unbroken_ledger_has_no_break() -> None:
    lines, breaks = read_chain(content(GOOD))
    assert lines == GOOD
    assert breaks == []
    assert read_chain(b"") == ([], [])


def test_lines_are_compact_json_with_sorted_keys() -> None:
    raw = make_line(None, "2026-11-28T05:33:12Z", "opened", "huiji/2021/0001", {"by": "张三"}).raw
    assert raw.decode() == (
        '{"at":"2026-11-28T05:33:12Z","event":"opened","facts":{"by":"张三"},"number":1,"previous":"'
        + "0" * 64
        + '","run":"huiji/2021/0001"}'
    )
    assert parse_line(raw).facts == {"by": "张三"}


def test_a_clock_set_back_does_not_set_the_ledger_back() -> None:
    first = make_line(None, "2026-11-28T05:33:12Z", "opened", "huiji/2021/0001", {})
    assert make_line(first, "2020-01-01T00:00:00Z", "failed", "huiji/2021/0001", {}).at == first.at


def kinds(raw: bytes) -> set[str]:
    return {found.kind for found in read_chain(raw)[1]}


@pytest.mark.parametrize("gone", range(len(GOOD) - 1))
def test_a_removed_line_shows(gone: int) -> None:
    assert "previous" in kinds(content(GOOD[:gone] + GOOD[gone + 1 :]))


@pytest.mark.parametrize("place", range(len(GOOD) - 1))
def test_two_lines_in_another_order_show(place: int) -> None:
    moved = [*GOOD[:place], GOOD[place + 1], GOOD[place], *GOOD[place + 2 :]]
    assert {"previous", "number", "time"} <= kinds(content(moved))


@given(st.data())
def test_no_byte_of_a_ledger_can_change_unseen(data: st.DataObject) -> None:
    raw = bytearray(content(GOOD))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    lines, breaks = read_chain(bytes(raw))
    checkpoint = checkpoint_of(GOOD, LEDGER_ORIGIN)
    assert breaks or check_checkpoint(split_ledger(bytes(raw))[0], checkpoint)
    assert len(lines) <= len(GOOD) + 1


@given(st.binary(max_size=400))
def test_whatever_a_ledger_holds_is_read_without_a_crash(raw: bytes) -> None:
    for found in read_chain(raw)[1]:
        assert found.kind in BREAKS


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ([("opened", "huiji/2021/0002")], "run_number"),
        ([("opened", "huiji/2021/0001"), ("opened", "huiji/2021/0003")], "run_number"),
        ([("opened", "huiji/2021/0001"), ("opened", "huiji/2021/0001")], "run_number"),
        ([("sealed", "huiji/2021/0001")], "run_order"),
        ([("opened", "huiji/2021/0001"), ("signed", "huiji/2021/0001")], "run_order"),
        ([("opened", "huiji/2021/0001"), ("failed", "huiji/2021/0001"), ("sealed", "huiji/2021/0001")], "run_order"),
        ([("opened", "huiji/2021/0001"), ("abandoned", "huiji/2021/0001"), ("sealed", "huiji/2021/0001")], "run_order"),
        ([(event, "huiji/2021/0001") for event in ("opened", "sealed", "signed", "signed")], "run_order"),
        ([(event, "huiji/2021/0001") for event in ("opened", "sealed", "reviewed")], "run_order"),
        ([(event, "huiji/2021/0001") for event in ("opened", "sealed", "reviewed", "signed")], "run_order"),
        ([(event, "huiji/2021/0001") for event in ("opened", "sealed", "signed", "reviewed", "reviewed")], "run_order"),
        ([(event, "huiji/2021/0001") for event in ("opened", "signed", "sealed")], "run_order"),
    ],
)
def test_runs_are_numbered_without_gap_and_closed_once(events: list[tuple[str, str]], kind: str) -> None:
    assert kinds(content(ledger(*events))) == {kind}


def test_a_run_may_be_signed_reviewed_performed_again_and_shared() -> None:
    events = ("opened", "failed", "shared", "signed", "reperformed", "reviewed", "shared", "reperformed")
    assert kinds(content(ledger(*[(event, "huiji/2021/0001") for event in events]))) == set()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"facts":{', b'"facts":{"by":"li"},"facts":{'),
        (b'"event":', b'"event": '),
        (b"}", b"} "),
        ("张".encode(), b"\\u5f20"),
        (b'"by":"', b'"size":1e1,"by":"'),
        (b'"by":"', b'"size":NaN,"by":"'),
    ],
)
def test_a_line_has_one_form(before: bytes, after: bytes) -> None:
    raw = make_line(None, "2026-11-28T05:33:12Z", "opened", "huiji/2021/0001", {"by": "张三"}).raw
    assert parse_line(raw).raw == raw
    with pytest.raises(ValueError, match="one form"):
        parse_line(raw.replace(before, after, 1))


def test_a_chain_made_anew_without_a_run_fails_its_checkpoint() -> None:
    checkpoint = checkpoint_of(GOOD, LEDGER_ORIGIN)
    anew = ledger(("opened", "huiji/2021/0001"), ("sealed", "huiji/2021/0001"))
    assert read_chain(content(anew))[1] == []
    assert [found.kind for found in check_checkpoint([line.raw for line in anew], checkpoint)] == ["dropped"]
    longer = ledger(*[("opened", f"huiji/2021/{number:04d}") for number in range(1, 12)])
    assert [found.kind for found in check_checkpoint([line.raw for line in longer], checkpoint)] == ["root"]
    grown = [*GOOD, make_line(GOOD[-1], "2026-11-29T00:00:00Z", "opened", "huiji/2021/0003", {})]
    assert check_checkpoint([line.raw for line in grown], checkpoint) == []


def test_the_checkpoint_is_a_note_and_comes_back() -> None:
    checkpoint = checkpoint_of(GOOD, LEDGER_ORIGIN)
    lines = checkpoint.text.split("\n")
    assert lines[:2] == ["fazhi-audit/ledger", str(len(GOOD))]
    assert lines[3:] == [f"huiji/2021/0001 {CODE}", "", ""]
    assert read_checkpoint(checkpoint.text + "— witness abc\n") == checkpoint
    for spoilt in ("", "a\nb\nc\n\n", checkpoint.text.replace("8", "08", 1), checkpoint.text.rstrip("\n")):
        with pytest.raises(ValueError, match=r"."):
            read_checkpoint(spoilt)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100])
def test_the_tree_is_that_of_another_library(size: int) -> None:
    entries = [f"line {number}".encode() for number in range(size)]
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    leaves = [leaf_hash(entry) for entry in entries]
    assert root_of(leaves) == tree.get_root()
    for index in range(size):
        proof = inclusion_proof(index, leaves)
        assert root_from_inclusion(leaves[index], index, size, proof) == root_of(leaves)
        theirs = tree.prove_inclusion(index + 1)
        assert [bytes.fromhex(step) for step in theirs.serialize()["path"]][1:] == proof
        verify_inclusion(leaves[index], root_of(leaves), theirs)
        if proof:
            assert root_from_inclusion(leaves[index], index, size, [bytes(32), *proof[1:]]) != root_of(leaves)
            with pytest.raises(ValueError, match="short"):
                root_from_inclusion(leaves[index], index, size, proof[:-1])
        with pytest.raises(ValueError, match="long"):
            root_from_inclusion(leaves[index], index, size, [*proof, bytes(32)])


def test_one_reading_gives_every_digest(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 3_000_001)
    found = digest_file(path, ("sha256", "sha512"))
    assert found == {name: hashlib.new(name, path.read_bytes()).hexdigest() for name in ("sha256", "sha512")}
    assert digest_file(path) == {"sha256": found["sha256"]}


def test_a_manifest_line_that_is_none_is_named() -> None:
    digest = "a" * 64
    assert read_manifest(f"{digest}  data/a b.txt\n") == {"data/a b.txt": digest}
    for text, line in (
        (f"{digest}\n", 1),
        (f"{digest}  a\n{digest}  a\n", 2),
        ("xyz  a\n", 1),
        (f"{digest}  a\n\n", 2),
    ):
        with pytest.raises(ValueError, match=f"line {line}"):
            read_manifest(text)


def test_the_code_and_the_list_digest_are_what_they_are_said_to_be() -> None:
    digests = {"b": "1" * 64, "a": "2" * 64}
    lines = f"{'2' * 64}  a\n{'1' * 64}  b\n".encode()
    assert list_digest(digests) == hashlib.sha256(lines).hexdigest()
    assert len(results_code(digests)) == 14
    assert results_code(digests) != results_code({**digests, "a": "3" * 64})


def notebook(**changes: object) -> dict[str, object]:
    output = {"output_type": "execute_result", "data": {"text/plain": ["4", "1"]}, "metadata": {}, "execution_count": 1}
    cell = {"cell_type": "code", "id": "a", "source": ["x\n", "y"], "execution_count": 1, "outputs": [output]}
    return {"cells": [cell | changes], "metadata": {"papermill": {"start_time": "now"}}}


def test_the_semantic_digest_hears_what_is_said_and_no_more() -> None:
    usual = semantic_digest(notebook())
    assert semantic_digest(notebook(id="b", metadata={"time": 3}, source="x\ny")) == usual
    assert semantic_digest(notebook(source="x\nz")) != usual
    assert semantic_digest(notebook(execution_count=2)) != usual
    assert semantic_digest(notebook(outputs=[])) != usual
    plain = [["code", "x\ny", 1, [{"data": {"text/plain": "41"}, "output_type": "execute_result"}]]]
    said = json.dumps(plain, separators=(",", ":"), sort_keys=True)
    assert usual == hashlib.sha256(said.encode()).hexdigest()
    for broken in ({}, {"cells": 3}, {"cells": [3]}, {"cells": [{"cell_type": "code"}]}):
        with pytest.raises(ValueError, match="not a notebook"):
            semantic_digest(broken)


def test_a_time_stamp_is_read_without_openssl(tmp_path: Path) -> None:
    path = tmp_path / "seal.json"
    path.write_text("{}", encoding="utf-8")
    own = authority(tmp_path / "tsa")
    reply = own.stamp(path)
    token = tmp_path / "token.der"
    own.openssl("ts", "-reply", "-in", reply, "-token_out", "-out", token)
    stamp = read_stamp(reply.read_bytes())
    assert (stamp.algorithm, stamp.digest) == ("sha256", hashlib.sha256(b"{}").hexdigest())
    said = own.openssl("ts", "-reply", "-in", reply, "-text")
    moment = datetime.strptime(stamp.at, "%Y-%m-%dT%H:%M:%SZ")
    assert f"Time stamp: {moment:%b} {moment.day:2d} {moment:%H:%M:%S %Y} GMT" in said
    assert read_stamp(token.read_bytes()) == stamp


@given(st.binary(max_size=200))
def test_what_is_no_time_stamp_says_nothing(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_stamp(raw)
