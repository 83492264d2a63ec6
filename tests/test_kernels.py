"""Warm kernels: the same as cold ones, with nothing shared, and none left behind."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbclient
import nbformat
import pytest
from nbclient.exceptions import DeadKernelError
from runs import ROOT

from audit.kernels import Kernels, kernels
from audit.kernels.warm import ForkServer

pytestmark = pytest.mark.skipif(not ForkServer.possible(), reason="this system cannot fork")


@pytest.fixture(scope="module")
def warm() -> Iterator[Kernels]:
    with kernels() as opened:
        yield opened


def execute(source: str, opened: Kernels, directory: Path = ROOT) -> str:
    """What the cells of a notebook print, one source cell per paragraph."""
    cells = [nbformat.v4.new_code_cell(part) for part in source.split("\n\n")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = nbclient.NotebookClient(
        notebook, kernel_manager_class=opened.manager_class, kernel_name="python3", shutdown_kernel="immediate"
    )
    client.execute(env=opened.environment, cwd=str(directory))
    return "".join(output.get("text", "") for cell in cells for output in cell.outputs)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pids: list[int], within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_a_warm_kernel_has_the_heavy_libraries_already(warm: Kernels) -> None:
    loaded = execute("import sys; print('great_expectations' in sys.modules, 'matplotlib' in sys.modules)", warm)
    assert loaded == "True True\n"


def test_the_preloaded_process_holds_no_thread_and_one_socket(warm: Kernels) -> None:
    execute("pass", warm)
    assert warm.server
    process = Path(f"/proc/{warm.server.pid}")
    assert len(list((process / "task").iterdir())) == 1
    sockets = [link for link in (process / "fd").iterdir() if str(link.readlink()).startswith("socket:")]
    assert len(sockets) == 1


def test_a_fork_is_refused_while_a_thread_lives() -> None:
    code = (
        "import threading, json\n"
        "from audit.kernels import zygote\n"
        "event = threading.Event(); threading.Thread(target=event.wait).start()\n"
        "print(zygote._answer({'do': 'fork'}, set(), None)); event.set()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "refused" in done.stdout
    assert "2 threads" in done.stdout


def test_nothing_leaks_from_one_notebook_to_the_next(warm: Kernels, tmp_path: Path) -> None:
    spoil = f"""
import audit, os, sys, random, warnings
secret = 1; audit.leaked = 1; os.environ["LEAKED"] = "1"; sys.path.insert(0, "/leaked"); os.chdir({str(tmp_path)!r})
"""
    execute(spoil, warm)
    look = """
import audit, os, sys
print("secret" in globals(), hasattr(audit, "leaked"), "LEAKED" in os.environ, "/leaked" in sys.path, os.getcwd())
"""
    assert execute(look, warm) == f"False False False False {ROOT}\n"


def test_kernels_are_strangers_to_each_other(warm: Kernels) -> None:
    tell = "import os, random; print(os.getpid(), os.getsid(0), os.getpgid(0), random.random())"
    first, second = execute(tell, warm).split(), execute(tell, warm).split()
    assert first[0] == first[1] == first[2]
    assert first[0] != second[0]
    assert first[3] != second[3]


def test_twelve_at_once_each_see_their_own_directory(warm: Kernels, tmp_path: Path) -> None:
    folders = [tmp_path / f"区{number}" for number in range(12)]
    for folder in folders:
        folder.mkdir()
    here = Path.cwd()
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda folder: execute("import os; print(os.getcwd())", warm, folder).strip(), folders))
    assert seen == [str(folder) for folder in folders]
    assert Path.cwd() == here


def test_a_warm_and_a_cold_kernel_have_the_same_environment(warm: Kernels) -> None:
    tell = """
import os, sys, json
other = ("JPY_", "PYDEVD", "HOME", "TMP", "IPYTHONDIR", "JUPYTER")
keep = {k: v for k, v in os.environ.items() if not k.startswith(other)}
print(json.dumps([sorted(keep.items()), sys.flags.hash_randomization, sys.executable, os.getcwd()]))
"""
    with kernels(cold=True) as cold:
        plain = execute(tell, cold)
    names = {
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "FORCE_COLOR",
        "GIT_PAGER",
        "MPLBACKEND",
        "PAGER",
        "TERM",
        "COLUMNS",
        "LINES",
    }
    forked, started = (json.loads(text) for text in (execute(tell, warm), plain))
    for facts in (forked, started):
        facts[0] = [item for item in facts[0] if item[0] not in names]
    assert forked == started


def test_a_killed_kernel_is_noticed_and_reaped(warm: Kernels) -> None:
    with pytest.raises(DeadKernelError):
        execute("import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)", warm)
    assert execute("print(1)", warm) == "1\n"


CHILDREN = """
import sys, time, threading, nbclient, nbformat
from audit.kernels import kernels
with kernels(cold={cold}) as opened:
    cell = nbformat.v4.new_code_cell("import os, subprocess, time; p = subprocess.Popen(['sleep', '600']); "
                                     "open('pids', 'w').write(f'{{os.getpid()}} {{p.pid}}'); time.sleep(600)")
    client = nbclient.NotebookClient(nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3",
                                     kernel_manager_class=opened.manager_class)
    print(opened.server.pid if opened.server else 0, flush=True)
    client.execute(env=opened.environment, cwd=sys.argv[1])
"""


@pytest.mark.parametrize(
    ("number", "cold"),
    [(signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGKILL, False), (signal.SIGINT, True)],
)
def test_no_process_survives_the_end_of_a_run(tmp_path: Path, number: signal.Signals, cold: bool) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILDREN.format(cold=cold), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout
    server = int(process.stdout.readline())
    deadline = time.monotonic() + 60
    while not (tmp_path / "pids").exists() or len((tmp_path / "pids").read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()] + ([server] if server else [])
    assert all(alive(pid) for pid in pids)
    process.send_signal(number)
    process.wait(30)
    assert gone(pids)


@pytest.mark.parametrize(
    "command", [["--help"], ["rules", "--on", "2021-12-31", "--json"], ["deadline", "GID-T01", "2021-09-10"]]
)
def test_light_commands_import_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys; sys.argv = ['audit', *sys.argv[1:]]\n"
        "from audit.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'great_expectations', 'pandas', 'scipy', 'matplotlib', 'papermill', 'duckdb', 'pyarrow', 'nbconvert',"
        " 'jupyter_client'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "[]"
