"""Whatever an archive is made of, verification ends with a verdict; a change of one byte is always found."""

import io
import json
import shutil
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_runs import seal_one

from audit.seal.files import unprotect
from audit.verify.case import AbsentError, parse_json
from audit.verify.check import verify_archive
from audit.verify.guard import page_faults
from audit.verify.keys import signature_key
from audit.verify.pdf import pdf_attachments
from audit.verify.report import UnusableError
from audit.verify.shelf import FolderShelf, read_small
from audit.verify.shown import numbers_in, read_page
from audit.verify.stamps import read_stamp
from audit.verify.tables import TABLE_ERRORS, xlsx_rows

SLOW = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fuzz")
    seal_one(out)
    unprotect(out)
    return out


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder in which each example makes a copy of its own."""
    return tmp_path


def files(out: Path) -> list[str]:
    return [p.relative_to(out).as_posix() for p in sorted(out.rglob("*")) if p.is_file() and p.suffix != ".lock"]


def fresh(base: Path, folder: Path) -> Path:
    target = folder / "copy"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(base, target)
    return target


@SLOW
@given(data=st.data())
def test_any_changed_byte_is_found(base: Path, copy: Path, data: st.DataObject) -> None:
    out = fresh(base, copy)
    name = data.draw(st.sampled_from(files(base)))
    content = bytearray((out / name).read_bytes())
    if not content:
        return
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    (out / name).write_bytes(bytes(content))
    before = set(verify_archive(base / "huiji/2021/0001").failed())
    after = set(verify_archive(out / "huiji/2021/0001").failed())
    assert {step for step in after if step[:2] in ("V0", "V1", "V2")} - before, name


@SLOW
@given(data=st.data())
def test_any_content_gets_a_verdict(base: Path, copy: Path, data: st.DataObject) -> None:
    out = fresh(base, copy)
    for name in data.draw(st.lists(st.sampled_from(files(base)), min_size=1, max_size=4, unique=True)):
        junk = st.one_of(
            st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
        )
        (out / name).write_bytes(data.draw(st.one_of(junk, JSON)))
    try:
        report = verify_archive(out / "huiji/2021/0001")
    except UnusableError:
        return
    assert not report.verified


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["findings", "cells", "predicate", "records", "id", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
).map(lambda value: json.dumps(value).encode())


NUL = "<nul>"


@SLOW
@given(names=st.lists(st.text(min_size=1, max_size=12), max_size=6, unique=True), content=st.binary(max_size=60))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_any_zip_gets_a_verdict(tmp_path: Path, names: list[str], content: bytes) -> None:
    packed = tmp_path / "any.zip"
    with zipfile.ZipFile(packed, "w") as zipped:
        for name in (*(name.encode("utf-8", "replace").decode().replace("\0", NUL) for name in names), "a/bagit.txt"):
            zipped.writestr(name, content)
    # zipfile itself writes no such name
    packed.write_bytes(packed.read_bytes().replace(NUL.encode(), b"\0" * len(NUL)))
    assert not verify_archive(packed).verified
    cut = packed.read_bytes()
    packed.write_bytes(cut[: len(cut) // 2] + content)
    with suppress(UnusableError):
        assert not verify_archive(packed).verified


@given(st.binary(max_size=400))
def test_readers_of_bytes_end(content: bytes) -> None:
    for reader in (read_stamp, signature_key, pdf_attachments):
        with suppress(ValueError):
            reader(content)
    with suppress(*TABLE_ERRORS):
        xlsx_rows(content)
    with suppress(AbsentError):
        parse_json(content, "x")


@given(st.text(alphabet=st.sampled_from("<>/=\"'abdhlrt1234567890.,%．１ -!data-of"), max_size=300))
def test_readers_of_pages_end(text: str) -> None:
    read_page(text)
    page_faults(text)
    assert all(number[0].isdigit() for number in numbers_in(text))


def test_a_workbook_cannot_expand(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("_rels/.rels", '<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>')
    with pytest.raises(ValueError, match="document type"):
        xlsx_rows(made.getvalue())


def test_a_small_file_is_read_without_room_for_a_large_one(tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"x" * 1000)
    shelf = FolderShelf(tmp_path)
    tracemalloc.start()
    assert len(read_small(shelf, "small", 4 << 30)) == 1000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20
    shelf.entries["small"] = 999  # it grew after it was listed
    with pytest.raises(ValueError, match="longer"):
        read_small(shelf, "small")
