"""The damages: what is done to a copy, and the steps of which one must catch it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from audit.archive.layout import CONCLUSION, PLAN, PROOF, REFERENCE
from audit.drill.copies import Copy, forge, papers_of
from audit.model import Text


@dataclass(frozen=True)
class Damage:
    """One way to damage an archive.  `do` raises LookupError where the archive has nothing of the kind."""

    name: Text
    steps: tuple[str, ...]
    do: Callable[[Copy], object]


def flip(content: bytes) -> bytes:
    """The content with one bit of its middle byte changed."""
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _byte(zh: str, en: str, folder: str, ending: str) -> Damage:
    def do(copy: Copy) -> None:
        copy.edit(copy.first(folder, ending), flip)

    return Damage(Text(zh=f"改动一个字节：{zh}", en=f"one bit changed in {en}"), ("V1",), do)


BYTES = (
    _byte("附录网页", "the appendix page", f"{CONCLUSION}/appendix", ".html"),
    _byte("附录 PDF", "the appendix PDF", f"{CONCLUSION}/appendix", ".pdf"),
    _byte("附录工作簿", "the appendix workbook", f"{CONCLUSION}/appendix", ".xlsx"),
    _byte("发现", "the findings", f"{CONCLUSION}/findings", ".json"),
    _byte("数字", "the claims", f"{CONCLUSION}/claims", ".json"),
    _byte("全部结果", "the outcomes", f"{PROOF}/outcomes", ".json"),
    _byte("已执行的底稿", "an executed working paper", f"{PROOF}/notebooks/", ".ipynb"),
    _byte("底稿网页", "a working paper's page", f"{PROOF}/notebooks/", ".html"),
    _byte("底稿记录", "a working paper's record", f"{PROOF}/records/", ".json"),
    _byte("图", "a chart", f"{PROOF}/charts/", ".svg"),
    _byte("期望", "a suite", f"{PLAN}/expectations/suites/", ".json"),
    _byte("规则", "a rule file", f"{PLAN}/expectations/rules/", ".yml"),
    _byte("输入数据", "an input", f"{REFERENCE}/inputs/", ".csv"),
    _byte("程序源码", "the source", f"{REFERENCE}/source/audit/", ".py"),
    _byte("依赖清单", "the lock", f"{REFERENCE}/requirements", ".lock"),
    _byte("核验程序", "the verifier", "verify", ".py"),
    _byte("封面", "the cover", "READ_ME", ".html"),
)


def _add(name: str) -> Callable[[Copy], object]:
    return lambda copy: copy.files.update({copy.bag(name): b"added\n"})


def _remove(copy: Copy) -> None:
    del copy.files[copy.bag(copy.first(f"{PROOF}/records/", ".json"))]


def _rename(copy: Copy) -> None:
    name = copy.first(f"{PROOF}/records/", ".json")
    copy.files[copy.bag(name.replace(".json", "_.json"))] = copy.files.pop(copy.bag(name))


def _link(copy: Copy) -> None:
    name = copy.bag(f"{CONCLUSION}/claims.json")
    copy.links[name] = f"{copy.run.rpartition('/')[2]}-elsewhere"
    del copy.files[name]


def _truncate(copy: Copy) -> None:
    copy.edit(f"{PROOF}/outcomes.json", lambda content: content[: len(content) // 2])


def _drop_tag(name: str) -> Callable[[Copy], object]:
    return lambda copy: copy.files.pop(copy.bag(name))


def _finding_changed(copy: Copy) -> None:
    copy.edit_json(f"{CONCLUSION}/findings.json", lambda d: d["findings"].pop())


def _forged(upto: str, do: Callable[[Copy], object]) -> Callable[[Copy], object]:
    def both(copy: Copy) -> None:
        do(copy)
        forge(copy, upto)

    return both


FILES = (
    Damage(
        Text(zh="载荷内多一个文件", en="a file added to the payload"), ("V1-unlisted",), _add("data/2-proof/extra.json")
    ),
    Damage(Text(zh="载荷外多一个文件", en="a file added outside the payload"), ("V1-unlisted",), _add("extra.txt")),
    Damage(Text(zh="少一个文件", en="a file removed"), ("V1",), _remove),
    Damage(Text(zh="文件改名", en="a file renamed"), ("V1", "V1-unlisted"), _rename),
    Damage(Text(zh="文件换成链接", en="a link in place of a file"), ("V0",), _link),
    Damage(Text(zh="文件截短", en="a file cut off"), ("V1", "V0-size"), _truncate),
    Damage(Text(zh="删去封存标志", en="the mark of a whole bag removed"), ("V0",), _drop_tag("bagit.txt")),
    Damage(Text(zh="删去清单", en="the manifest removed"), ("V1",), _drop_tag("manifest-sha256.txt")),
    Damage(
        Text(zh="删一项发现并重做清单", en="a finding removed, manifests rebuilt"),
        ("V2",),
        _forged("manifest", _finding_changed),
    ),
    Damage(
        Text(zh="删一项发现并重做清单和封存声明", en="a finding removed, manifests and seal rebuilt"),
        ("V2-ledger",),
        _forged("seal", _finding_changed),
    ),
)


def _number_in_page(content: bytes) -> bytes:
    """The first printed figure of the page that is a number of its own, one more than it was."""
    text = content.decode()
    start = text.index('id="claim-')
    return _one_more(text, start).encode()


def _one_more(text: str, start: int) -> str:
    """The first number from `start` on that stands alone in its element, and stands out."""
    match = re.compile(r"(<\w+[^>]*strong[^>]*>)(\d+)(<)|(<strong[^>]*>)(\d+)(<)").search(text, start)
    if match is None:
        raise LookupError("no printed number")
    before, number, after = (group for group in match.groups() if group is not None)
    return f"{text[: match.start()]}{before}{int(number) + 1}{after}{text[match.end() :]}"


def _in_workbook(content: bytes) -> bytes:
    """The workbook with the claims' printed figures changed, wherever its sheets keep them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "xl/sharedStrings.xml":
                part = re.sub(rb">(\d)(\d*[^<]*)</t>", lambda m: b">%d%s</t>" % ((int(m[1]) + 1) % 10, m[2]), part)
            elif info.filename.startswith("xl/worksheets/sheet"):
                part = re.sub(
                    rb"(<c [^>]*?(?<! t=\"s\")><v>)(\d+)(</v>)", lambda m: b"%s%d%s" % (m[1], int(m[2]) + 1, m[3]), part
                )
            new.writestr(info.filename, part)
    return out.getvalue()


def _in_attachment(content: bytes) -> bytes:
    """The PDF with a number changed in a file attached to it."""
    for match in re.finditer(rb"/Type\s*/EmbeddedFile\b.*?stream\r?\n", content, re.DOTALL):
        end = content.find(b"endstream", match.end())
        packed = b"/FlateDecode" in match[0]
        body = zlib.decompressobj().decompress(content[match.end() : end]) if packed else content[match.end() : end]
        changed = re.sub(rb"\d", b"7", body, count=1) if b"7" not in body[:40] else re.sub(rb"\d", b"1", body, count=1)
        if changed != body:
            return content[: match.end()] + (zlib.compress(changed) if packed else changed) + content[end:]
    raise LookupError("nothing is attached")


def _cell(change: Callable[[dict[str, Any]], object], *, injected: bool = False) -> Callable[[Copy], object]:
    def do(copy: Copy) -> None:
        def changed(document: Any) -> None:
            code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
            tagged = [c for c in code if ("injected-parameters" in c["metadata"].get("tags", [])) == injected]
            change(tagged[-1])

        copy.edit_json(papers_of(copy), changed)

    return do


def _insert(name: str, what: bytes) -> Callable[[Copy], object]:
    return lambda copy: copy.edit(name, lambda content: content.replace(b"</main>", what + b"</main>", 1))


def _verdict(document: list[dict[str, Any]]) -> None:
    for claim in document:
        if claim["verdict"] != "agrees":
            claim["verdict"] = "agrees"
            return
    document[0]["verdict"] = "differs"


def _sealed(zh: str, en: str, steps: tuple[str, ...], do: Callable[[Copy], object]) -> Damage:
    """A damage that a forger hides as far as anyone can without the keys: manifests, seal, ledger, checkpoint anew."""
    return Damage(Text(zh=f"{zh}，其余全部重做", en=f"{en}, all else rebuilt"), steps, _forged("ledger", do))


_PAGE, _BOOK, _PDF = (f"{CONCLUSION}/appendix.{kind}" for kind in ("html", "xlsx", "pdf"))


def _edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Copy], object]:
    return lambda copy: copy.edit(name, change)


CONTENT = (
    _sealed("只改网页上一个数字", "a number changed in the page only", ("V6",), _edit(_PAGE, _number_in_page)),
    _sealed("只改工作簿的数字", "numbers changed in the workbook only", ("V6-xlsx",), _edit(_BOOK, _in_workbook)),
    _sealed("只改 PDF 附件", "a number changed in the PDF's attachment", ("V6-pdf",), _edit(_PDF, _in_attachment)),
    _sealed(
        "只改 findings.csv", "a row changed in findings.csv only", ("V6-csv",),
        lambda c: c.edit(f"{CONCLUSION}/findings.csv", lambda raw: raw.rstrip(b"\n").rpartition(b"\n")[0] + b"\n"),
    ),
    _sealed("删一项发现", "a finding removed", ("V6-findings", "V3-reconciliation"), _finding_changed),
    _sealed(
        "改一个结论", "a verdict changed", ("V2-code",), lambda c: c.edit_json(f"{CONCLUSION}/claims.json", _verdict)
    ),
    _sealed(
        "删去一个数字所依的记录", "a record behind a figure removed", ("V6-findings",),
        lambda c: c.edit(f"{PROOF}/claim_records.csv", lambda raw: raw.rstrip(b"\n").rpartition(b"\n")[0] + b"\n"),
    ),
    _sealed("一格没有执行", "a cell that never ran", ("V3",), _cell(lambda cell: cell.update(execution_count=None))),
    _sealed("改一格的源码", "a cell's source changed", ("V4",), _cell(lambda cell: cell.update(source="paper"))),
    _sealed(
        "改一格的输出", "a cell's output edited", ("V4-criteria",),
        _cell(lambda cell: cell["outputs"].append({"output_type": "stream", "name": "stdout", "text": "41"})),
    ),
    _sealed(
        "改注入的参数", "the injected parameters changed", ("V4-parameters",),
        _cell(lambda cell: cell.update(source='district = "other"\nyear = 2021\nrun = ""'), injected=True),
    ),
    _sealed(
        "改一条规则", "a rule changed", ("V4-criteria",),
        lambda c: c.edit(c.first(f"{PLAN}/expectations/rules/", ".yml"), lambda raw: raw + b"# changed\n"),
    ),
    _sealed(
        "换一个输入", "an input exchanged", ("V5",),
        lambda c: c.edit(c.first(f"{REFERENCE}/inputs/", ".csv"), lambda raw: raw + b"\n"),
    ),
    _sealed(
        "网页加外部脚本", "a script from outside in a page", ("V7-address",),
        _insert(_PAGE, b'<script src="//x.example/a.js"></script>'),
    ),
    _sealed("加一个程序文件", "a program file added", ("V7",), _add("data/2-proof/tool.exe")),
    _sealed(
        "混入私钥", "a private key in the payload", ("V8",),
        lambda c: c.files.update(
            {c.bag("data/2-proof/note.txt"): b"-----BEGIN " b"PRIVATE KEY-----\n" + b"MIIEvQIBADANBgkqhkiG9w0B\n"}
        ),
    ),
)  # fmt: skip
