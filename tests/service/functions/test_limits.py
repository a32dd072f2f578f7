"""What a function may take, and what becomes of one that takes more: it is stopped, named, and called once."""

import asyncio
import datetime as dt
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from daybook.database import Database, DatabaseError, sqlite_url
from daybook.database.errors import DOWN
from daybook.functions.results import Result, SavedFile
from daybook.functions.texts import STOPPED
from daybook.service import tables
from daybook.service.errors import StoppedError
from daybook.service.functions.runs import LOST_SECONDS, PART_BYTES, Run, RunStore
from daybook.service.workers.messages import Printed
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


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(sqlite_url(tmp_path / "daybook.sqlite"))
    found.open()
    yield found
    found.close()


def test_what_came_of_a_run_is_read_by_every_instance(database: Database, tmp_path: Path) -> None:
    one, other = (RunStore(database, tmp_path, keep_seconds=60) for _ in range(2))
    run = one.begin("f")
    run.hear(Printed("half\0 a \ud800"))
    assert (other.get(run.id).state, one.get(run.id).is_over) == ("waiting", False)
    data = b"x" * (2 * PART_BYTES + 1)
    run.results.mkdir()
    (run.results / "a.bin").write_bytes(data)
    large = b'"' + b"y" * PART_BYTES + b'"'
    one.end(run, Result(large, "one", (SavedFile("a.bin", "application/octet-stream", len(data)),)))
    read = other.get(run.id)
    assert (read.state, read.text, read.printed, read.progress) == ("done", "one", "half a ?", 1.0)
    assert read.result == large
    assert [file.name for file in read.files] == ["a.bin"]
    path, _ = other.file(run.id, "a.bin")
    assert path.read_bytes() == data
    assert run.folder is not None
    assert not run.folder.exists()


def test_a_failure_leaves_no_half_of_a_result(database: Database, tmp_path: Path) -> None:
    runs = RunStore(database, tmp_path, keep_seconds=60)
    run = runs.begin("f")
    run.failure = StoppedError(STOPPED, function="f")
    runs.end(run, Result(b"{", "", ()))
    read = runs.get(run.id)
    assert (read.state, read.result, read.error and read.error["code"]) == ("failed", None, StoppedError.kind)


def test_a_run_whose_end_the_database_does_not_take_is_kept_until_it_does(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (RunStore(database, tmp_path, keep_seconds=60) for _ in range(2))
    run = one.begin("f")

    def down() -> None:
        raise DatabaseError(DOWN)

    with monkeypatch.context() as away:
        away.setattr(database, "writing", down)
        one.end(run, Result(b"1", "one", ()))
    assert (one.get(run.id).state, one.get(run.id).result) == ("done", b"1")
    assert other.get(run.id).state == "waiting"
    one.beat()
    assert (other.get(run.id).state, other.get(run.id).result) == ("done", b"1")


def test_a_run_of_an_instance_that_is_gone_has_failed(database: Database, tmp_path: Path) -> None:
    gone, other = (RunStore(database, tmp_path, keep_seconds=60) for _ in range(2))
    run, lively = gone.begin("f"), other.begin("g")
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=LOST_SECONDS + 1)
    with database.writing() as connection:
        connection.execute(update(tables.runs).values(seen_at=long_ago))
    other.beat()
    read = other.get(run.id)
    assert (read.state, read.error and read.error["code"]) == ("failed", "function_lost")
    assert other.get(lively.id).state == "waiting"
    gone.end(run, Result(b"1", "one", ()))  # it was only slow
    assert other.get(run.id).state == "done"


def test_another_instance_asks_for_a_runs_end(database: Database, tmp_path: Path) -> None:
    one, other = (RunStore(database, tmp_path, keep_seconds=60) for _ in range(2))

    async def stopped() -> Run:
        run = one.begin("f")

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                run.failure = StoppedError(STOPPED, function="f")
                one.end(run, None)

        run.task = asyncio.create_task(work())
        watching = asyncio.create_task(one.watch())
        try:
            return await other.stop(run.id)
        finally:
            watching.cancel()

    assert asyncio.run(stopped()).state == "failed"
