"""The shipped notebook in a real Jupyter kernel, with somebody outside who calls the service meanwhile."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from difykit.runner.ports import free_port
from tests.service.harness import until

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "serve.ipynb"


class Kernel:
    """A real kernel that executes cells of the notebook, and others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        self.cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell in self.cells:
            cell.source = cell.source.replace("port=8000", f'port={self.port}, workers=1, state_folder="state"')
        self.client = NotebookClient(
            notebook, kernel_name="python3", timeout=60, resources={"metadata": {"path": folder}}
        )
        self.notebook = notebook

    def run(self, source: str | Any) -> str:
        """What a cell shows: its printing and its value as text. ``source`` may be a cell of the notebook."""
        cell = nbformat.v4.new_code_cell(source) if isinstance(source, str) else source
        self.notebook.cells.append(cell)
        done = self.client.execute_cell(cell, len(self.notebook.cells) - 1)
        shown = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in done.outputs]
        return "\n".join(shown)

    def start_cell(self, source: str) -> None:
        """Have the kernel begin a cell, and go on."""
        self.client.kc.execute(source)

    def post(self, function: str, **arguments: Any) -> httpx.Response:
        return httpx.post(f"{self.url}/functions/{function}", json=arguments, timeout=30, trust_env=False)


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DAYBOOK_TEMP_FOLDER", str(tmp_path / "temp"))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    made = Kernel(tmp_path)
    with made.client.setup_kernel():
        yield made


def test_the_notebook_runs_from_its_first_cell_to_its_last(kernel: Kernel) -> None:
    start, report, define, call, log, stop = kernel.cells
    assert kernel.url in kernel.run(start)
    assert "'total_sales': 1486.0" in kernel.run(report)
    assert "discount" in kernel.run(define)
    assert kernel.run(call) == "{'prices': [9.5, 18.9]}"

    # somebody else, while the kernel is idle
    answer = kernel.post("discount", prices=["10"], percent=50)
    assert answer.json()["result"] == {"prices": [5.0]}
    assert answer.json()["printed"] == "1 prices\n"
    refused = kernel.post("discount", prices=[], percent=101)
    assert (refused.status_code, refused.json()["code"]) == (422, "function_refused")
    assert refused.json()["detail"] == "percent has to be between 0 and 100."

    assert "run ended" in kernel.run(log)
    assert "已停止" in kernel.run(stop)
    with pytest.raises(httpx.ConnectError):
        kernel.post("discount", prices=[1])


def test_the_service_answers_while_the_kernel_is_busy(kernel: Kernel) -> None:
    start, _, define, *_ = kernel.cells
    kernel.run(start)
    kernel.run(define)
    started, enough = kernel.folder / "started", kernel.folder / "enough"
    kernel.start_cell(
        f"import pathlib\npathlib.Path({str(started)!r}).touch()\n"
        f"while not pathlib.Path({str(enough)!r}).exists():\n    sum(range(1000))"
    )
    until(started.exists)
    try:
        assert kernel.post("discount", prices=[10]).json()["result"] == {"prices": [9.0]}
        assert httpx.get(f"{kernel.url}/status", trust_env=False).json()["status"] == "running"
        assert not enough.exists(), "the kernel is still at its cell"
    finally:
        enough.touch()
    assert kernel.run("service.is_running") == "True"


def test_to_run_the_cell_again_gives_the_same_service_and_other_values_a_new_one(kernel: Kernel) -> None:
    start, *_ = kernel.cells
    kernel.run(start)
    kernel.run("before = service")
    kernel.run(start)
    assert kernel.run("service is before") == "True"
    kernel.run(start.source.replace("workers=1", "workers=2"))
    assert kernel.run("service is before, before.is_running, service.is_running") == "(False, False, True)"
    kernel.run("service.restart()")
    assert httpx.get(f"{kernel.url}/status", trust_env=False).json()["workers"] >= 1
    kernel.run("service.stop(); service.stop()")
    assert kernel.run("service.is_running") == "False"


def test_a_function_that_is_changed_is_served_as_it_is_now(kernel: Kernel) -> None:
    start, *_ = kernel.cells
    kernel.run(start)
    define = "import daybook\n@daybook.function\ndef times(number: int) -> int:\n    return number * factor"
    assert "times" in kernel.run("factor = 2\n" + define)
    assert kernel.post("times", number=4).json()["result"] == 8
    kernel.run("factor = 3")
    assert kernel.post("times", number=4).json()["result"] == 12
    assert "没有类型标注" in kernel.run("@daybook.function\ndef broken(number):\n    return number")
    assert kernel.post("times", number=4).json()["result"] == 12, "what was offered before stays"
    assert "暂无" in kernel.run("del times, broken")
    assert kernel.post("times", number=4).status_code == 404


def test_what_cannot_travel_is_said_under_the_cell(kernel: Kernel) -> None:
    kernel.run(kernel.cells[0])
    told = kernel.run(
        "import daybook, threading\nlock = threading.Lock()\n"
        "@daybook.function\ndef guarded() -> int:\n    with lock:\n        return 1"
    )
    assert "无法传送到服务的工作进程（TypeError）" in told
    told = kernel.run("lock = bytearray(80 << 20)\n@daybook.function\ndef guarded() -> int:\n    return len(lock)")
    assert "超过 64 MB" in told
    kernel.run("lock = b''")
    assert kernel.post("guarded").json()["result"] == 0


def test_a_port_that_is_taken_is_said_clearly(kernel: Kernel) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", kernel.port))
        other.listen()
        with pytest.raises(CellExecutionError, match=f"端口 {kernel.port} 已被其他程序"):
            kernel.run(kernel.cells[0])


def test_the_network_needs_a_key_and_is_told_its_addresses(kernel: Kernel) -> None:
    start = kernel.cells[0].source.replace("workers=1", 'workers=1, host="0.0.0.0"')
    shown = kernel.run(start)
    key = json.loads(kernel.run("import json; print(json.dumps(service.key))"))
    assert len(key) >= 16
    assert key not in shown
    assert httpx.get(f"{kernel.url}/functions", trust_env=False).status_code == 401
    headers = {"X-API-Key": key}
    assert httpx.get(f"{kernel.url}/functions", headers=headers, trust_env=False).status_code == 200
    addresses = json.loads(kernel.run("print(json.dumps(service.addresses))"))
    assert all(address.endswith(f":{kernel.port}") and "127.0.0.1" not in address for address in addresses)
    kernel.run(start)
    assert json.loads(kernel.run("print(json.dumps(service.key))")) == key, "callers keep their key"


def test_the_event_loop_of_the_kernel_stays_as_it_is(kernel: Kernel) -> None:
    kernel.run("import asyncio\nbefore = asyncio.get_running_loop(), asyncio.run, type(asyncio.get_running_loop())")
    kernel.run(kernel.cells[0])
    assert kernel.run("(asyncio.get_running_loop(), asyncio.run, type(asyncio.get_running_loop())) == before") == "True"
    assert kernel.run("'nest_asyncio' in __import__('sys').modules") == "False"


def test_the_notebook_is_kept_without_outputs() -> None:
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_notebook_says_what_keeps_the_kernel_alive() -> None:
    text = NOTEBOOK.read_text("utf-8")
    assert "DMS_KERNEL_IDLE_TIMEOUT=0" in text
    assert "资源释放时间" in text
