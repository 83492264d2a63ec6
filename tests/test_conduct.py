"""What papermill would let through: parameters, cells that never ran, hidden inputs, wrong directories, open ports."""

from __future__ import annotations

import ast
import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from audit.archive import Parameters, RunFolder
from audit.conduct import execute
from audit.conduct.engine import ReadableTranslator
from audit.conduct.execute import check_executed, execute_paper
from audit.conduct.folder import lay_out
from audit.conduct.lint import PARAMETERS, read_paper
from audit.conduct.page import page
from audit.errors import WorkingPaperError
from audit.findings import Results
from audit.home import Home
from audit.kernels import Kernels, kernels
from audit.papers import AppendixPaper, open_paper
from audit.programme import open_audit
from audit.programme.plan import PROGRAMME

DECLARATION = 'district = "huiji"\nyear = 2021\nrun = ""'
VALUES: dict[str, Any] = {"district": "惠济区“示例”", "year": 2022, "run": "007"}


def parameters_cell(source: str = DECLARATION) -> Any:
    return new_code_cell(source, metadata={"tags": ["parameters"]})


def write_paper(path: Path, *cells: Any) -> Path:
    """A working paper of a parameters cell and `cells`, each plain text for code or a cell of its own."""
    made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(new_notebook(cells=[parameters_cell(), *made]), path)
    return path


@dataclass(frozen=True)
class Bench:
    """Somewhere to execute throw-away working papers."""

    folder: Path
    kernels: Kernels

    def carry_out(self, *cells: Any, name: str = "paper", directory: Path | None = None, **values: Any) -> Any:
        """The executed notebook of `cells`, run with `values` from `directory`."""
        source = write_paper(self.folder / f"{name}.ipynb", *cells)
        target = self.folder / f"{name}.executed.ipynb"
        execute_paper(
            source,
            target,
            {**VALUES, **values},
            directory=directory or self.folder,
            kernels=self.kernels,
            on_step=lambda _: None,
        )
        return nbformat.read(target, as_version=4)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with kernels(cold=True) as opened:
        yield Bench(tmp_path, opened)


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Execute what `read_paper` would refuse, to prove the second line of defence."""
    monkeypatch.setattr(execute, "read_paper", lambda _: None)


def printed(notebook: Any) -> str:
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


# Parameters.


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({**VALUES, "yaer": 2021}, "unknown parameter 'yaer'"),
        ({"district": "huiji", "year": 2021}, "the parameter run is missing"),
        ({**VALUES, "year": "2021"}, "the parameter year is '2021'"),
        ({**VALUES, "year": True}, "the parameter year is True"),
        ({**VALUES, "year": 2021.0}, "the parameter year is 2021.0"),
        ({**VALUES, "run": 7}, "the parameter run is 7"),
        ({**VALUES, "district": None}, "the parameter district is None"),
        ({**VALUES, "year": 20211}, "the year 20211 is out of range"),
        ({**VALUES, "year": 1989}, "the year 1989 is out of range"),
        ({**VALUES, "x=1;open('made','w');y": 1}, "unknown parameter"),
        ({**VALUES, "class": 1}, "unknown parameter 'class'"),
    ],
    ids=["unknown", "missing", "text", "truth", "fraction", "number", "none", "late", "early", "code", "keyword"],
)
def test_a_parameter_that_cannot_be_meant_is_refused_before_any_kernel_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], told: str
) -> None:
    def started(*_: Any, **__: Any) -> None:
        pytest.fail("papermill was called")

    monkeypatch.setattr(papermill, "execute_notebook", started)
    source = write_paper(tmp_path / "paper.ipynb", "print(run)")
    with kernels(cold=True) as opened:
        monkeypatch.setattr(opened.manager_class, "_async_start_kernel", started)
        with pytest.raises(WorkingPaperError, match=re.escape(told)):
            execute_paper(
                source, tmp_path / "out.ipynb", values, directory=tmp_path, kernels=opened, on_step=lambda _: None
            )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["paper.ipynb"]


@pytest.mark.parametrize(
    "text",
    ["惠济区", "007", "1e5", "", 'a"b', "a'b", "a\\b", "a\\nb\nc", '"); print("in', "{run}", "鿰", "𫠠", "\u2028"],
)
def test_a_text_parameter_is_written_so_that_it_reads_back_exactly(text: str) -> None:
    code = ReadableTranslator.translate(text)
    assert ast.literal_eval(code) == text
    assert len(code.splitlines()) == 1 or text == "\u2028"
    assert not [sign for sign in text if sign.isalpha() and sign not in code]


# One executed working paper, looked at from all sides.

LOOKING = """
import json, os, socket
from ipykernel.connect import get_connection_info
print(json.dumps({
    "parameters": [district, year, run],
    "startup": "threshold_of_the_profile" in globals(),
    "cwd": os.getcwd(), "pid": os.getpid(), "environment": dict(os.environ),
    "connection": get_connection_info(unpack=True)["transport"],
}))
"""
LISTENING = """
import os, time
from pathlib import Path
Path("pid").write_text(str(os.getpid()))
deadline = time.time() + 60
while not Path("seen").exists() and time.time() < deadline: time.sleep(0.02)
"""
HOSTILE = """
from IPython.display import HTML, display
display(HTML('<p>kept</p><script>alert(1)</script><link rel="stylesheet" href="https://evil.example/x.css">'))
"""


@dataclass(frozen=True)
class Executed:
    notebook: Any
    page: str
    told: dict[str, Any]
    directory: Path
    user: Path
    listening: list[str]
    parent_directories: tuple[Path, Path]


def listening_sockets(pid: int) -> list[str]:
    """The TCP addresses on which one process listens, as the system tells them."""
    listening = {}
    for family in ("tcp", "tcp6"):
        for entry in Path(f"/proc/{pid}/net/{family}").read_text().splitlines()[1:]:
            fields = entry.split()
            if fields[3] == "0A":
                listening[f"socket:[{fields[9]}]"] = fields[1]
    open_files = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return [listening[name] for name in open_files if name in listening]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """A paper executed under a user whose profile, paths and directory would all change what it sees."""
    folder, user, elsewhere = (tmp_path_factory.mktemp(name) for name in ("paper", "user", "区 {目录}"))
    startup = user / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-threshold.py").write_text("threshold_of_the_profile = 5\n", encoding="utf-8")
    (user / "sitecustomize.py").write_text("import builtins; builtins.threshold_of_the_user = 5\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute, "read_paper", lambda _: None)
        for name in ("HOME", "PYTHONPATH", "JUPYTER_CONFIG_DIR"):
            patch.setenv(name, str(user))
        patch.setenv("IPYTHONDIR", str(user / "ipython"))
        patch.setenv("A_SECRET", "hidden")
        before = Path.cwd()
        with kernels(cold=True) as opened, ThreadPoolExecutor(1) as pool:
            outside = pool.submit(watch, elsewhere)
            notebook = Bench(folder, opened).carry_out(
                new_markdown_cell("# 底稿\n\n[链接](#目标)"),
                LOOKING,
                "print('threshold_of_the_user' in dir(__import__('builtins')))",
                LISTENING,
                HOSTILE,
                directory=elsewhere,
            )
        written = (folder / "paper.executed.html").read_text(encoding="utf-8")
        told: dict[str, Any] = json.loads(printed(notebook).splitlines()[0])
        return Executed(notebook, written, told, elsewhere, user, outside.result(), (before, Path.cwd()))


def watch(folder: Path) -> list[str]:
    """Wait for the kernel to say who it is, look at its sockets, let it go on."""
    told, deadline = folder / "pid", time.monotonic() + 60
    while not (told.exists() and told.read_text()):
        assert time.monotonic() < deadline, "the kernel did not report"
        time.sleep(0.02)
    found = listening_sockets(int(told.read_text()))
    (folder / "seen").touch()
    return found


def test_chinese_is_readable_in_the_injected_cell_and_codes_keep_their_zeros(executed: Executed) -> None:
    (injected,) = [c for c in executed.notebook.cells if "injected-parameters" in c.metadata.get("tags", ())]
    assert 'district = "惠济区“示例”"' in injected.source
    assert 'run = "007"' in injected.source
    assert executed.told["parameters"] == ["惠济区“示例”", 2022, "007"]


def test_nothing_of_the_users_profile_reaches_the_kernel(executed: Executed) -> None:
    assert executed.told["startup"] is False
    assert printed(executed.notebook).splitlines()[1] == "False"
    environment = executed.told["environment"]
    assert "A_SECRET" not in environment
    assert environment["TZ"] == "Asia/Shanghai"
    assert environment["PYTHONHASHSEED"] == "0"
    assert not [value for value in environment.values() if str(executed.user) in value]


def test_stock_papermill_does_let_a_startup_file_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-threshold.py").write_text("threshold_of_the_profile = 5\n", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    source = write_paper(tmp_path / "paper.ipynb", "print(threshold_of_the_profile)")
    done = papermill.execute_notebook(str(source), None, kernel_name="python3", progress_bar=False, cwd=str(tmp_path))
    assert printed(done) == "5\n"


def test_the_kernel_works_in_the_directory_it_was_given_and_the_parent_stays_where_it_was(executed: Executed) -> None:
    assert executed.told["cwd"] == str(executed.directory)
    assert executed.parent_directories[0] == executed.parent_directories[1]


def test_notebook_and_kernel_talk_through_files(executed: Executed) -> None:
    assert executed.told["connection"] == "ipc"


def test_the_watcher_sees_a_listening_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert f"0100007F:{server.getsockname()[1]:04X}" in listening_sockets(os.getpid())


def test_the_kernel_listens_on_no_network_port(executed: Executed) -> None:
    assert executed.listening == []


def test_the_kernel_is_gone_afterwards(executed: Executed) -> None:
    assert gone(executed.told["pid"])


class Addresses(HTMLParser):
    """What a page would fetch or run: addresses, handlers of events, elements that do either."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.active: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.active += [tag] if tag in ("script", "link", "iframe", "object", "embed", "base", "form") else []
        self.active += [name for name, _ in attrs if name.startswith("on")]
        fetching = ("src", "href", "data", "poster", "srcset", "action", "xlink:href")
        self.links += [value or "" for name, value in attrs if name in fetching]

    def outside(self) -> list[str]:
        return [link for link in self.links if not link.startswith(("#", "data:"))]


def test_the_page_has_neither_script_nor_outside_address(executed: Executed) -> None:
    found = Addresses(executed.page)
    assert "<p>kept</p>" in executed.page
    assert "<script" not in executed.page.lower()
    assert found.links
    assert found.outside() == []
    assert found.active == []
    assert "url(" not in executed.page
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in executed.page


OUTSIDE = '<img src="https://evil.example/a.png">'


@pytest.mark.parametrize(
    "cell",
    [
        *(
            new_code_cell("x", outputs=[new_output("display_data", data={"text/html": html})])
            for html in ("<SCRIPT\nx>alert(1)</SCRIPT>", '<LINK href="https://evil.example/a.css">')
        ),
        *(
            cell
            for cell in (
                new_code_cell("x", outputs=[new_output("display_data", data={"text/html": OUTSIDE})]),
                new_code_cell("x", outputs=[new_output("display_data", data={"text/html": '<b onclick="alert(1)">'})]),
                new_markdown_cell("![x](https://evil.example/a.png)"),
            )
        ),
    ],
    ids=["script", "link", "picture", "handler", "picture in words"],
)
def test_whatever_a_cell_shows_the_page_fetches_and_runs_nothing(cell: Any) -> None:
    found = Addresses(page(new_notebook(cells=[cell]), "title"))
    assert found.outside() == []
    assert found.active == []


# Cells that failed, were skipped, or never ran.


def test_a_notebook_that_leaves_half_way_is_refused_although_papermill_is_content(bench: Bench, unread: None) -> None:
    with pytest.raises(WorkingPaperError, match="without stopping the notebook") as refused:
        bench.carry_out("import sys\nsys.exit(0)", "print('never')")
    assert "paper.ipynb" in refused.value.where
    assert "import sys" in refused.value.where
    left = nbformat.read(bench.folder / "paper.executed.ipynb", as_version=4)
    assert left.cells[-1].execution_count is None
    assert not (bench.folder / "paper.executed.html").exists()


def test_a_failing_cell_stops_the_paper_and_is_named_and_leaves_no_kernel(bench: Bench, unread: None) -> None:
    fail = "from pathlib import Path; import os\nPath('pid').write_text(str(os.getpid()))\n1 / 0"
    with pytest.raises(WorkingPaperError, match="ZeroDivisionError") as stopped:
        bench.carry_out(fail, "print('never')")
    assert stopped.value.where.startswith("paper.ipynb, cell ")
    assert gone(int((bench.folder / "pid").read_text()))
    assert "ZeroDivisionError" in (bench.folder / "paper.executed.ipynb").read_text(encoding="utf-8")


def test_tags_that_would_hide_a_cell_have_no_power_over_the_engine(bench: Bench, unread: None) -> None:
    ran = new_code_cell("open('ran', 'w').close()", metadata={"tags": ["skip-execution"]})
    failing = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    with pytest.raises(WorkingPaperError, match="ZeroDivisionError"):
        bench.carry_out(ran, failing, "open('after', 'w').close()")
    assert (bench.folder / "ran").exists()
    assert not (bench.folder / "after").exists()


def test_an_error_that_a_cell_only_shows_is_noticed(bench: Bench, unread: None) -> None:
    with pytest.raises(WorkingPaperError, match="ValueError: hidden"):
        bench.carry_out("try:\n    raise ValueError('hidden')\nexcept ValueError:\n    get_ipython().showtraceback()")


def ran(count: int | None, status: str = "completed", outputs: tuple[Any, ...] = (), **more: Any) -> Any:
    facts = {"papermill": {"status": status, "exception": False, **more}}
    return new_code_cell("x = 1\ny = 2", metadata=facts, execution_count=count, outputs=list(outputs))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (ran(None), "a cell never ran"),
        (ran(3), "a cell never ran"),
        (ran(2, "pending"), "a cell never ran"),
        (new_code_cell("x = 1", execution_count=2), "a cell never ran"),
        (ran(2, exception=True), "a cell failed"),
        (ran(2, outputs=(new_output("error", ename="E", evalue="", traceback=[]),)), "a cell failed"),
    ],
    ids=["skipped", "out of order", "pending", "not by papermill", "exception", "handled error"],
)
def test_a_gap_in_the_executed_notebook_is_named(cell: Any, told: str) -> None:
    check_executed(new_notebook(cells=[ran(1), ran(2)]), "paper.ipynb")
    with pytest.raises(WorkingPaperError, match=told) as refused:
        check_executed(new_notebook(cells=[ran(1), new_markdown_cell("#"), cell, ran(3)]), "paper.ipynb")
    assert refused.value.where == "paper.ipynb, code cell 2: x = 1"


def test_a_kernel_that_dies_stops_the_paper_in_three_lines(bench: Bench, unread: None) -> None:
    with pytest.raises(WorkingPaperError):
        bench.carry_out("import os\nos._exit(1)")


@pytest.mark.parametrize("empty", [new_code_cell(""), new_markdown_cell("")], ids=["code", "markdown"])
def test_an_empty_cell_is_refused_beforehand_or_does_no_harm(bench: Bench, empty: Any) -> None:
    try:
        read_paper(write_paper(bench.folder / "paper.ipynb", empty, "print(run)"))
    except WorkingPaperError:
        return
    assert printed(bench.carry_out(empty, "print(run)")) == "007\n"


def test_two_papers_at_once_each_work_in_their_own_directory(bench: Bench, unread: None) -> None:
    names = ("甲", "乙")
    for name in names:
        (bench.folder / name).mkdir()
    meet = """
import os, time
from pathlib import Path
Path("here").touch()
deadline, both = time.time() + 30, [Path("..", name, "here") for name in ("甲", "乙")]
while not all(path.exists() for path in both) and time.time() < deadline: time.sleep(0.02)
print(all(path.exists() for path in both))
"""
    before = Path.cwd()

    def carry_out(name: str) -> str:
        directory = bench.folder / name
        return printed(bench.carry_out(meet, "print(os.getcwd(), run)", name=name, run=name, directory=directory))

    with ThreadPoolExecutor(2) as pool:
        under_way = [pool.submit(carry_out, name) for name in names]
        while not all(paper.done() for paper in under_way):
            assert Path.cwd() == before
            time.sleep(0.02)
    assert [paper.result() for paper in under_way] == [f"True\n{bench.folder / name} {name}\n" for name in names]


def test_the_steps_told_are_the_headings_of_the_paper(bench: Bench) -> None:
    steps: list[str] = []
    source = write_paper(bench.folder / "paper.ipynb", new_markdown_cell("## 程序1　核查\n\n说明"), "print(run)")
    execute_paper(
        source,
        bench.folder / "out.ipynb",
        VALUES,
        directory=bench.folder,
        kernels=bench.kernels,
        on_step=steps.append,
    )
    assert steps == ["程序1　核查"]


# What a working paper may contain.


def tagged(*tags: str) -> Any:
    return new_code_cell("print(run)", metadata={"tags": list(tags)})


FORBIDDEN = {
    "skip-execution": (tagged("skip-execution"), "the tag skip-execution"),
    "raises-exception": (tagged("raises-exception"), "the tag raises-exception"),
    "injected": (tagged("injected-parameters"), "the tag injected-parameters"),
    "line magic": ("%pwd", "not plain Python"),
    "cell magic": ("%%time\nprint(run)", "not plain Python"),
    "shell": ("!ls", "not plain Python"),
    "shell value": ("files = !ls", "not plain Python"),
    "help": ("print?", "not plain Python"),
    "try": ("try:\n    print(run)\nexcept Exception:\n    print(1)", "holds no Try"),
    "def": ("def f():\n    print(run)", "holds no FunctionDef"),
    "class": ("class A:\n    x = 1", "holds no ClassDef"),
    "for": ("for x in run:\n    print(x)", "holds no For"),
    "while": ("while True:\n    print(run)", "holds no While"),
    "if": ("if run:\n    print(run)", "holds no If"),
    "with": ("with open(run) as f:\n    print(f)", "holds no With"),
    "del": ("del run", "holds no Delete"),
    "assert": ("assert run", "holds no Assert"),
    "raise": ("raise SystemExit", "holds no Raise"),
    "comprehension": ("x = [y for y in run]", "holds no ListComp"),
    "generator": ("print(sum(y for y in run))", "holds no GeneratorExp"),
    "lambda": ("f = lambda: run", "holds no Lambda"),
    "await": ("await run", "holds no Await"),
    "import": ("import os", "holds no Import"),
    "import from": ("from audit.programme import carry_out", "holds no ImportFrom"),
    "import below": ("from audit.papers.paper import Path", "holds no ImportFrom"),
    "long": ("\n".join(["print(run)"] * 9), "over 8 lines"),
}


@pytest.mark.parametrize(("cell", "told"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_a_cell_that_does_more_than_call_is_refused_by_notebook_and_number(
    tmp_path: Path, cell: Any, told: str
) -> None:
    path = write_paper(tmp_path / "20_paper.ipynb", new_markdown_cell("# 题"), "print(run)", cell, "print(year)")
    with pytest.raises(WorkingPaperError, match=told) as refused:
        read_paper(path)
    assert refused.value.where == "20_paper.ipynb, cell 3"


def test_cells_that_call_assign_and_import_the_papers_are_allowed(tmp_path: Path) -> None:
    allowed = "from audit.papers import open_paper\n\npaper = open_paper('00', district, year, run)\npaper"
    notebook = read_paper(write_paper(tmp_path / "paper.ipynb", allowed, "print(paper)", new_markdown_cell("!ls")))
    assert len(notebook.cells) == 4


@pytest.mark.parametrize("cell", ["ls", "pwd", "who"])
def test_a_magic_without_its_sign_is_refused(tmp_path: Path, cell: str) -> None:
    with pytest.raises(WorkingPaperError):
        read_paper(write_paper(tmp_path / "paper.ipynb", cell))


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([new_code_cell("print(1)")], "the first code cell, and no other"),
        ([], "the first code cell, and no other"),
        ([parameters_cell(), parameters_cell()], "the first code cell, and no other"),
        ([new_code_cell("print(1)"), parameters_cell()], "the first code cell, and no other"),
        ([parameters_cell('district = ""\nyear = 2021')], "declares district, year"),
        ([parameters_cell(DECLARATION + "\nthreshold = 5")], "declares district, year, run, threshold"),
    ],
    ids=["none", "no cells", "two", "late", "too few", "too many"],
)
def test_a_paper_has_one_parameters_cell_that_declares_exactly_the_parameters(
    tmp_path: Path, cells: list[Any], told: str
) -> None:
    path = tmp_path / "20_paper.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    with pytest.raises(WorkingPaperError, match=told) as refused:
        read_paper(path)
    assert refused.value.where == "20_paper.ipynb"


@pytest.mark.parametrize("content", ["", "{", "{}", "\x00"])
def test_a_file_that_is_no_notebook_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "paper.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(WorkingPaperError, match=r"paper\.ipynb"):
        read_paper(tmp_path / "paper.ipynb")


@pytest.mark.parametrize("content", ["[]", '{"cells": 1, "nbformat": 4}', "computed"])
def test_a_strange_notebook_is_refused_in_three_lines(tmp_path: Path, content: str) -> None:
    path = tmp_path / "paper.ipynb"
    nbformat.write(new_notebook(cells=[parameters_cell(DECLARATION.replace("2021", "int('2021')"))]), path)
    if content != "computed":
        path.write_text(content, encoding="utf-8")
    with pytest.raises(WorkingPaperError):
        read_paper(path)


# The run folder.


def run_folder(tmp_path: Path, district: str, year: int) -> RunFolder:
    asked = Parameters(district=district, year=year)
    folder = lay_out(RunFolder(tmp_path / district / str(year) / "0001"))
    (folder.plan / "parameters.json").write_text(asked.model_dump_json(), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("district", "year"), [("erqi", 2021), ("huiji", 2020)], ids=["district", "year"])
def test_a_run_folder_of_another_district_or_year_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, district: str, year: int
) -> None:
    folder = run_folder(tmp_path, district, year)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkingPaperError, match=f"the run folder belongs to {district} {year}"):
        open_paper("70_published_figures", "huiji", 2021, folder.path.relative_to(tmp_path).as_posix())


def test_a_folder_that_is_no_run_is_refused_without_naming_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkingPaperError, match="not a run folder") as refused:
        open_paper("70_published_figures", "huiji", 2021, "huiji/2021/0001")
    assert str(tmp_path) not in str(refused.value)


# The shipped working papers.

PAPERS = sorted(Home().notebooks.glob("[0-9]*.ipynb"))
shipped = pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)


def calls(path: Path) -> list[tuple[str, list[Any]]]:
    """Every call in a working paper as (name, plain arguments)."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
                found.append((name, [arg.value for arg in node.args if isinstance(arg, ast.Constant)]))
    return found


def test_the_papers_shipped_are_those_of_the_programme() -> None:
    assert [path.stem for path in PAPERS] == [paper.name for paper in PROGRAMME]


@shipped
def test_a_shipped_paper_is_allowed_and_holds_no_results(path: Path) -> None:
    notebook = read_paper(path)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not [cell for cell in code if cell.outputs or cell.execution_count is not None]
    assert "papermill" not in notebook.metadata
    assert "\\u" not in path.read_text(encoding="utf-8")
    defaults = ast.parse(code[0].source).body
    assert [type(ast.literal_eval(node.value)) for node in defaults if isinstance(node, ast.Assign)] == list(
        PARAMETERS.values()
    )


@shipped
def test_a_shipped_paper_states_objective_procedure_evidence_result_and_conclusion_in_that_order(path: Path) -> None:
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
    headings = [re.split(r"\d|　", source.splitlines()[0].removeprefix("## "))[0] for source in cells[1:]]
    does = {name for name, _ in calls(path)}
    expected = ["目标", "程序"]
    expected += ["证据"] if does & {"charts", "records"} else []
    expected += ["结果"] if does & {"recalculate", "findings"} else []
    assert list(dict.fromkeys(headings)) == [*expected, "结论"]
    assert cells[0].startswith(f"# {path.stem[:2]}　")


@shipped
def test_a_shipped_paper_opens_itself_and_ends_with_its_conclusion(path: Path) -> None:
    made = calls(path)
    opened = ("open_appendix", []) if path.stem.startswith("90") else ("open_paper", [path.stem])
    assert made[0] == opened
    assert made[-1] == ("conclude", [])


def test_every_suite_domain_and_claim_has_its_cell_in_exactly_one_paper() -> None:
    asked: dict[str, list[str]] = {}
    for path in PAPERS:
        for name, arguments in calls(path):
            asked.setdefault(name, []).extend(arguments)
    with open_audit(Home(), "huiji", 2021, ()) as audit:
        assert sorted(asked["validate"]) == sorted(audit.book.suites)
        assert set(asked["recalculate"]) >= {audit.domain_of(claim) for claim in audit.claims}
        assert set(asked["identities"]) >= {
            identity.domain for identity in audit.book.identities if "records" in identity.basis
        }
    for name in ("validate", "recalculate", "identities", "charts"):
        assert len(asked[name]) == len(set(asked[name]))


# By hand.


def listing(*folders: Path) -> set[tuple[Path, int]]:
    return {(path, path.stat().st_mtime_ns) for folder in folders for path in folder.rglob("*") if path.is_file()}


def cells_by_hand(name: str) -> Callable[[dict[str, Any]], None]:
    code = [cell.source for cell in read_paper(Home().notebooks / f"{name}.ipynb").cells if cell.cell_type == "code"]

    def run_all(space: dict[str, Any]) -> None:
        for source in code:
            exec(source, space)

    return run_all


def test_a_paper_run_by_hand_says_it_is_no_evidence_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = listing(Home().outputs, Home().data, Home().notebooks)
    space: dict[str, Any] = {}
    cells_by_hand("70_published_figures")(space)
    shown = space["paper"]._repr_html_()
    assert re.search(r'<p role="note"[^>]*>手工运行——不作为证据', shown)
    assert "by hand: not evidence" in repr(space["paper"])
    assert listing(Home().outputs, Home().data, Home().notebooks) == before
    assert list(tmp_path.iterdir()) == []


def test_a_paper_opened_on_its_run_has_no_such_banner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run_folder(tmp_path, "huiji", 2021)
    home = Home()
    engagement = folder.home.engagement("huiji", 2021)
    engagement.mkdir(parents=True)
    for name in ("engagement.toml", "claims.csv"):
        (engagement / name).write_bytes((home.engagement("huiji", 2021) / name).read_bytes())
    folder.home.expectations.symlink_to(home.expectations)
    monkeypatch.chdir(tmp_path)
    paper = open_paper("70_published_figures", "huiji", 2021, folder.path.relative_to(tmp_path).as_posix())
    assert "手工运行" not in paper._repr_html_()
    assert "by hand" not in repr(paper)
    assert "示例数据" in paper._repr_html_()
    paper.conclude()
    assert folder.record("70_published_figures").is_file()


def appendix_by_hand() -> AppendixPaper:
    with open_audit(Home(), "huiji", 2021, ()) as audit:
        results = Results(audit.engagement, audit.book, audit.claims, (), (), (), {}, ())
    return AppendixPaper(results, "zh", None, [])


def test_the_appendix_by_hand_says_it_is_no_evidence_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = listing(Home().outputs)
    assert "手工运行——不作为证据" in appendix_by_hand().conclude()._repr_html_()
    assert listing(Home().outputs) == before
    assert list(tmp_path.iterdir()) == []


def test_the_appendix_by_hand_says_so_when_it_is_opened() -> None:
    paper = appendix_by_hand()
    assert "不作为证据" in repr(paper) + getattr(paper, "_repr_html_", str)()
