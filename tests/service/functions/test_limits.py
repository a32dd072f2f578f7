"""What a function may take, and what becomes of one that takes more: it is stopped, named, and called once."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from daybook.errors import FunctionError
from daybook.functions.results import Result
from daybook.functions.texts import STOPPED
from daybook.service.functions.runs import Run, RunStore
from tests.service.functions.conftest import MODULES
from tests.service.harness import ServiceProcess, until


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service with one worker, which may not take much."""
    settings = {"time_limit": 2, "memory_limit_mb": 300, "language": "en_US"}
    folder = tmp_path_factory.mktemp("strict")
    with ServiceProcess(folder, workers=1, functions="tryout", functions_folder=MODULES, **settings) as running:
        yield running


def greeting(service: ServiceProcess) -> str:
    answer: str = service.client.post("/functions/greet").json()["result"]
    return answer


@pytest.mark.parametrize(
    ("how", "status", "code", "english", "chinese"),
    [
        (
            "time",
            422,
            "time_limit",
            "The function begun took longer than the 2 seconds that the service allows (DAYBOOK_TIME_LIMIT)",
            "函数 begun 的运行时间超过服务允许的 2 秒（DAYBOOK_TIME_LIMIT）",
        ),
        (
            "memory",
            413,
            "memory_limit",
            "The function begun needed more than the 300 MB of memory that the service allows (DAYBOOK_MEMORY",
            "函数 begun 占用的内存超过服务允许的 300 MB（DAYBOOK_MEMORY_LIMIT_MB）",
        ),
        (
            "die",
            422,
            "function_lost",
            "The process that ran the function begun was stopped before it could answer",
            "运行函数 begun 的进程在完成之前被终止",
        ),
    ],
)
def test_a_function_that_takes_too_much_is_stopped_and_never_begun_again(
    strict: ServiceProcess, tmp_path: Path, how: str, status: int, code: str, english: str, chinese: str
) -> None:
    assert greeting(strict) == "HELLO YOU!"
    [before] = strict.all_workers()
    notes = tmp_path / "notes"
    response = strict.client.post("/functions/begun", json={"path": str(notes), "how": how})
    told = response.json()
    assert (response.status_code, told["code"]) == (status, code)
    assert told["detail"].startswith(english)
    assert "part of its work may be done" in told["detail"]
    assert "Retry-After" not in response.headers
    assert notes.read_text("utf-8") == "begun\n"

    kept = strict.client.get(f"/v1/runs/{told['run_id']}", headers={"Accept-Language": "zh-CN"}).json()
    assert (kept["state"], kept["error"]["code"], kept["result"], kept["files"]) == ("failed", code, None, [])
    assert kept["error"]["detail"].startswith(chinese)

    assert greeting(strict) == "HELLO YOU!"
    assert [worker.pid for worker in strict.all_workers()] != [before.pid]
    until(lambda: strict.queue()["places_taken"] == 0)


def test_what_was_printed_before_the_limit_is_kept_with_a_run_that_nobody_waits_for(
    strict: ServiceProcess, tmp_path: Path
) -> None:
    asked = {"path": str(tmp_path / "never")}
    begun = strict.client.post("/functions/wait", json=asked, headers={"Prefer": "respond-async"}).json()
    address = f"/v1/runs/{begun['run_id']}"
    run = until(lambda: (seen := strict.client.get(address).json())["state"] == "failed" and seen)
    assert (run["error"]["code"], run["printed"], run["message"]) == ("time_limit", "began\n", "waiting")


def test_a_worker_that_dies_before_it_began_the_function_leaves_it_to_another(
    strict: ServiceProcess, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    Path(f"{notes}.never").touch()

    def ask() -> httpx.Response:
        return strict.client.post("/functions/begun", json={"path": str(notes), "how": "time"})

    with ThreadPoolExecutor(1) as background, strict.halted() as workers:
        asked = background.submit(ask)
        until(lambda: strict.queue()["running"] == 1)
        for worker in workers:
            os.kill(worker.pid, signal.SIGKILL)
        assert asked.result().status_code == 200
    assert notes.read_text("utf-8") == "begun\n"


def test_a_run_is_over_once_its_result_is_there(tmp_path: Path) -> None:
    book = RunStore(tmp_path / "runs", keep_seconds=60)
    book.open()
    run = book.begin("f")
    run.keep(Result(b"1", "one", ()))
    assert (run.is_over, run.result_json()) == (False, b"1")
    run.end()
    assert (run.is_over, run.result_json()) == (True, b"1")
    read = RunStore(tmp_path / "runs", keep_seconds=60).get(run.id)
    assert (read.state, read.text, read.result_json()) == ("done", "one", b"1")


def test_a_result_that_the_disk_does_not_take_leaves_no_half_of_it(tmp_path: Path) -> None:
    run = Run("0" * 32, "f", tmp_path)
    run.keep(Result(b"{", "", ()))
    run.end(FunctionError(STOPPED, function="f"), "storage_full")
    assert (run.state, run.result_json()) == ("failed", b"null")
    elsewhere = Run("0" * 32, "f", tmp_path / "gone")
    with pytest.raises(OSError, match="gone"):
        elsewhere.keep(Result(b"1", "", ()))
    elsewhere.end()
    assert elsewhere.is_over
