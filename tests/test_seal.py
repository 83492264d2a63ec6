"""A sealed run as other people's tools see it, and what its seal binds."""

import hashlib
import json
import re
import shutil
import stat
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import bagit  # type: ignore[import-untyped]
import pytest
from made_runs import FILES, account, fill, seal_one
from rocrate.rocrate import ROCrate  # type: ignore[import-untyped]
from runs import ROOT, Run

from audit.errors import AuditError
from audit.seal import open_run, seal_folder, seal_run
from audit.seal.verifier import join_modules, verifier
from audit.verify.chain import read_chain
from audit.verify.digests import list_digest, read_manifest, results_code, semantic_digest


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def seal_of(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((seal_folder(folder) / "seal.json").read_bytes())
    return document


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up run, sealed, to be looked at only."""
    return seal_one(tmp_path_factory.mktemp("made")).path.parent.with_name("0001")


# Other people's tools.


def test_sha256sum_agrees_with_both_manifests(huiji: Run) -> None:
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", name], cwd=huiji.folder, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_bagit_agrees_and_does_not_stumble_over_sm3(huiji: Run) -> None:
    done = subprocess.run(
        [sys.executable, str(bagit.__file__), "--validate", "--quiet", str(huiji.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    bag = bagit.Bag(str(huiji.folder))
    assert bag.info["Audited-Unit"].startswith("郑州市惠济区")
    files = [path for path in (huiji.folder / "data").rglob("*") if path.is_file()]
    assert bag.info["Payload-Oxum"] == f"{sum(path.stat().st_size for path in files)}.{len(files)}"
    (huiji.folder / "data").chmod(0o755)
    stray = huiji.folder / "data" / "stray.txt"
    try:
        stray.write_text("x", encoding="utf-8")
        assert not bagit.Bag(str(huiji.folder)).is_valid()
    finally:
        stray.unlink()


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="no SM3 in this Python's OpenSSL")
def test_sm3_is_that_of_openssl(made: Path) -> None:
    listed = read_manifest((made / "manifest-sm3.txt").read_text(encoding="utf-8"))
    name = "data/4-reference/inputs/huiji/2021/units.csv"
    done = subprocess.run(["openssl", "dgst", "-sm3", "-r", name], cwd=made, capture_output=True, text=True, check=True)
    assert listed[name] == done.stdout.split()[0]
    assert listed.keys() == read_manifest((made / "manifest-sha256.txt").read_text(encoding="utf-8")).keys()


def test_the_crate_opens_and_says_what_was_done(huiji: Run) -> None:
    crate = ROCrate(str(huiji.folder / "data"))
    listed = read_manifest(huiji.read("manifest-sha256.txt").decode())
    for name, digest in listed.items():
        if name != "data/ro-crate-metadata.json":
            entity = crate.get(name.removeprefix("data/"))
            assert entity["sha256"] == digest
            assert entity["contentSize"] == str((huiji.folder / name).stat().st_size)
    action = crate.get("#run")
    assert action.type == "CreateAction"
    assert action["actionStatus"] == "http://schema.org/CompletedActionStatus"
    assert action["startTime"] <= action["endTime"]
    assert {entity.id for entity in action["result"]} > {"1-conclusion/findings.json", "2-proof/outcomes.json"}
    assert "4-reference/inputs/huiji/2021/claims.csv" in {entity.id for entity in action["object"]}


class Page(HTMLParser):
    """What a page links to and loads, and its languages."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.languages: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.links += [values[name] or "" for name in ("href", "src") if name in values]
        self.languages += [values["lang"] or ""] if "lang" in values else []


def test_the_cover_is_offline_and_leads_to_what_is_there(huiji: Run) -> None:
    text = huiji.read("READ_ME_FIRST.html").decode()
    page = Page(text)
    assert page.languages == ["zh-CN", "zh-CN", "en"]
    assert len(page.links) >= 6
    for link in page.links:
        assert (huiji.folder / link).is_file(), link
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert page.tags.count("h1") == page.tags.count("main") == page.tags.count("title") == 1
    assert not re.search(r"https?:", text)
    assert seal_of(huiji.folder)["predicate"]["code"] in text
    assert 0 < text.index("所用部门记录为示例") < text.index("问题与疑问")
    assert 0 < text.index("The records are illustrative") < text.index("Findings:")


def test_what_a_cover_quotes_is_text(made: Path) -> None:
    text = (made / "READ_ME_FIRST.html").read_text(encoding="utf-8")
    assert "某区&lt;b&gt;" in text
    assert "<b>" not in text


def test_a_sealed_run_is_read_only(huiji: Run, made: Path) -> None:
    for path in (made, *made.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o222, path
    assert not (huiji.folder / "bagit.txt").stat().st_mode & 0o222


# The seal.


def test_the_seal_binds_the_manifests_and_the_manifests_bind_every_file(huiji: Run) -> None:
    statement = seal_of(huiji.folder)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "urn:fazhi-audit:seal:1"
    assert [(subject["name"], subject["digest"]["sha256"]) for subject in statement["subject"]] == [
        (f"huiji/2021/0001/{name}", sha256(huiji.folder / name))
        for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt")
    ]
    listed = {
        name
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt")
        for name in read_manifest(huiji.read(manifest).decode())
    }
    there = {path.relative_to(huiji.folder).as_posix() for path in huiji.folder.rglob("*") if path.is_file()}
    assert there - listed == {"tagmanifest-sha256.txt"}
    assert listed <= there


def test_the_seal_says_what_was_used_and_what_came_out(huiji: Run) -> None:
    said = seal_of(huiji.folder)["predicate"]
    manifest = read_manifest(huiji.read("manifest-sha256.txt").decode())
    assert (said["run"], said["status"], said["supersedes"]) == ("huiji/2021/0001", "complete", [])
    assert said["parameters"] == json.loads(huiji.read("data/3-plan/parameters.json"))
    assert said["reconciliation"] == huiji.findings["reconciliation"]
    failed = [finding["severity"] for finding in huiji.findings["findings"] if finding["status"] == "fail"]
    assert said["findings"] == {severity: failed.count(severity) for severity in ("critical", "warning", "info")}
    inputs = said["inputs"]["before"]
    assert inputs == said["inputs"]["after"]
    assert len(inputs) > 30
    for name, digest in inputs.items():
        assert digest == sha256(ROOT / "data" / name) == manifest[f"data/4-reference/inputs/{name}"]
    criteria = said["suites"] | said["rules"] | said["criteria"]
    own = {path.relative_to(ROOT / "expectations").as_posix() for path in (ROOT / "expectations").rglob("*.*")}
    assert criteria == {name: sha256(ROOT / "expectations" / name) for name in own}
    source = {name[24:]: digest for name, digest in manifest.items() if name.startswith("data/4-reference/source/")}
    assert source["audit/model.py"] == sha256(ROOT / "audit/model.py")
    assert said["source"] == list_digest(source)
    for name, digests in said["notebooks"].items():
        executed = json.loads(huiji.read(f"data/2-proof/notebooks/{name}.ipynb"))
        assert digests == {
            "source": sha256(ROOT / "notebooks" / f"{name}.ipynb"),
            "semantic": semantic_digest(executed),
        }
    assert len(said["notebooks"]) == len(list((ROOT / "notebooks").glob("[0-9]*.ipynb")))


def test_ledger_code_and_seal_agree_and_are_told(huiji: Run) -> None:
    said = seal_of(huiji.folder)["predicate"]
    lines, breaks = read_chain((huiji.out / "ledger.jsonl").read_bytes())
    assert breaks == []
    opened, sealed = lines[:2]
    assert (opened.event, sealed.event) == ("opened", "sealed")
    assert said["ledger"] == {"number": opened.number, "digest": opened.digest}
    results = {
        name: sha256(huiji.folder / "data" / shelf / name)
        for shelf, name in (
            ("1-conclusion", "claims.json"),
            ("2-proof", "control_totals.json"),
            ("1-conclusion", "findings.json"),
            ("2-proof", "outcomes.json"),
        )
    }
    code = results_code(results)
    path = seal_folder(huiji.folder) / "seal.json"
    criteria = {
        name: sha256(ROOT / "expectations" / name) for name in said["suites"] | said["rules"] | said["criteria"]
    }
    assert sealed.facts == {
        "seal": sha256(path),
        "manifest": sha256(huiji.folder / "manifest-sha256.txt"),
        "tagmanifest": sha256(huiji.folder / "tagmanifest-sha256.txt"),
        "code": code,
        "inputs": list_digest(said["inputs"]["before"]),
        "parameters": sha256(huiji.folder / "data/3-plan/parameters.json"),
        "criteria": list_digest(criteria),
    }
    assert said["code"] == code
    assert f"校验码 {code}，台账第 {sealed.number} 行" in huiji.done.stdout
    assert str(path) in huiji.done.stdout
    assert code in (huiji.out / "checkpoint.note").read_text(encoding="utf-8")
    assert not list(huiji.out.rglob("*.running"))


def test_nothing_of_this_machine_is_in_the_seal(huiji: Run) -> None:
    texts = [*huiji.folder.glob("*.*"), seal_folder(huiji.folder) / "seal.json", huiji.out / "ledger.jsonl"]
    for path in (*texts, huiji.folder / "data/ro-crate-metadata.json"):
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert str(huiji.out) not in text


def test_a_second_run_takes_the_next_number_and_says_what_it_supersedes(tmp_path: Path) -> None:
    runs = [seal_one(tmp_path), seal_one(tmp_path, problem="the disk is full"), seal_one(tmp_path)]
    assert [sealed.line.run[-4:] for sealed in runs] == ["0001", "0002", "0003"]
    last = json.loads(runs[2].path.read_bytes())["predicate"]
    assert last["supersedes"] == ["huiji/2021/0001"]
    assert seal_one(tmp_path, year=2022).line.run == "huiji/2022/0001"


def test_a_failed_run_is_kept_sealed_and_says_why(tmp_path: Path) -> None:
    sealed = seal_one(tmp_path, problem="the <disk> is full")
    folder = tmp_path / sealed.line.run
    said = json.loads(sealed.path.read_bytes())["predicate"]
    assert (said["status"], said["code"], sealed.line.event) == ("failed", "", "failed")
    assert said["failure"] == {"problem": "the <disk> is full", "where": "somewhere", "remedy": "run again"}
    assert bagit.Bag(str(folder)).is_valid()
    assert not [path for path in (folder / "data/1-conclusion").rglob("*") if path.is_file()]
    assert json.loads((folder / "data/2-proof/failure.json").read_bytes())["status"] == "failed"
    cover = (folder / "READ_ME_FIRST.html").read_text(encoding="utf-8")
    assert "没有结论" in cover
    assert "the &lt;disk&gt; is full" in cover
    assert ROCrate(str(folder / "data")).get("#run")["error"] == "the <disk> is full"


def test_a_run_without_its_results_cannot_be_sealed_as_complete(tmp_path: Path) -> None:
    with open_run(tmp_path, "huiji", 2021) as run:
        fill(run)
        (run.folder.proof / "outcomes.json").unlink()
        with pytest.raises(AuditError, match="a result file is missing"):
            seal_run(run, account(run))
        assert not (run.folder.path / "bagit.txt").exists()
        assert seal_run(run, account(run, "a file is missing")).line.event == "failed"
    assert bagit.Bag(str(run.folder.path)).is_valid()


def test_what_is_sealed_cannot_be_turned_into_a_failure(tmp_path: Path) -> None:
    with open_run(tmp_path, "huiji", 2021) as run:
        fill(run)
        seal_run(run, account(run))
        with pytest.raises(AuditError, match="as sealed already"):
            seal_run(run, account(run, "interrupted"))
    assert bagit.Bag(str(run.folder.path)).is_valid()
    assert (run.folder.conclusion / "findings.json").read_text(encoding="utf-8") == FILES[
        "data/1-conclusion/findings.json"
    ]


def test_a_results_folder_that_was_taken_away_is_told_in_words(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_run(out, "huiji", 2021) as run:
        fill(run)
        shutil.rmtree(out)
        with pytest.raises(AuditError, match="removed or replaced while huiji/2021/0001") as told:
            seal_run(run, account(run))
    assert told.value.where == str(out)


@pytest.mark.parametrize("name", ["a%0Ab.txt", "line\nbreak.txt", "back\\slash.txt", " space.txt"])
def test_a_name_that_tools_read_differently_is_refused(tmp_path: Path, name: str) -> None:
    with open_run(tmp_path, "huiji", 2021) as run:
        fill(run)
        (run.folder.proof / name).write_text("x", encoding="utf-8")
        with pytest.raises(AuditError, match="cannot stand in an archive"):
            seal_run(run, account(run))


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    with open_run(tmp_path / "out", "huiji", 2021) as run:
        fill(run)
        (run.folder.proof / "link").symlink_to(tmp_path / "secret")
        with pytest.raises(AuditError, match="a link"):
            seal_run(run, account(run))


# The verifier that lies in the archive.


def test_the_verifier_is_one_file_that_needs_only_python(made: Path) -> None:
    text = (made / "verify.py").read_text(encoding="utf-8")
    assert text == verifier()
    assert not re.search(r"^(from|import) audit", text, re.MULTILINE)
    for module in (ROOT / "audit" / "verify").glob("*.py"):
        for name in re.findall(r"^(?:def|class) (\w+)", module.read_text(encoding="utf-8"), re.MULTILINE):
            assert len(re.findall(rf"^(?:def|class) {name}\b", text, re.MULTILINE)) == 1, name
    code = f"import runpy; print(runpy.run_path({str(made / 'verify.py')!r})['digest_bytes'](b''))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True, env={"LC_ALL": "C"}
    )
    assert done.stdout.strip() == hashlib.sha256(b"").hexdigest()


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def test_modules_are_joined_in_the_order_they_need(tmp_path: Path) -> None:
    first = "\n".join(
        (
            '"""First\nin name."""',
            "import os",
            "from audit.verify.zeta import (",
            "    double,",
            ")",
            "SIX = double(3)",
        )
    )
    last = "\n".join(
        (
            "from audit.verify.alpha import SIX",
            "def main():",
            "    print(SIX)",
            "    return SIX",
            'if __name__ == "__main__":',
            "    raise SystemExit(main())",
        )
    )
    zeta = "from __future__ import annotations\nimport json\ndef double(x):\n    return json.loads(str(2 * x))\n"
    written(tmp_path, __init__='"""Room."""\n', alpha=first, zeta=zeta, __main__=last)
    path = tmp_path / "joined"
    path.write_text(join_modules(tmp_path), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", "-S", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (6, "6\n")
    assert "# First\n# in name.\n" in path.read_text(encoding="utf-8")


def test_modules_without_a_beginning_are_refused(tmp_path: Path) -> None:
    written(tmp_path, alpha="def other(): ...\n")
    with pytest.raises(ValueError, match="defines main"):
        join_modules(tmp_path)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("def same(): ...\n", "def same(): ...\n", "same is defined in"),
        ("from audit.verify.beta import main\n", "from audit.verify.alpha import other\n", "import one another"),
        ("from audit.verify import beta\n", "", "line 1"),
        ("from audit.verify.beta import main as m\n", "", "line 1"),
        ("from audit.errors import AuditError\n", "", "line 1"),
    ],
)
def test_modules_that_cannot_share_a_file_are_refused(tmp_path: Path, first: str, second: str, told: str) -> None:
    written(tmp_path, alpha=first, beta=f"{second}\ndef main(): ...\n")
    with pytest.raises(ValueError, match=told):
        join_modules(tmp_path)


def test_the_account_a_name_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_BY", "张三")
    assert json.loads(seal_one(tmp_path).path.read_bytes())["predicate"]["by"] == "张三"
    monkeypatch.setenv("AUDIT_BY", "张 三")
    with pytest.raises(AuditError, match="cannot be used as a name"):
        seal_one(tmp_path)
    assert {path.name for path in (tmp_path / "huiji/2021").iterdir()} == {"0001", "0001.seal"}
