"""The worker pool: one job at a time in a process that can be stopped, replaced and bounded."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from daybook.errors import TableError
from daybook.language import Language
from daybook.service.errors import (
    JobCrashedError,
    MemoryLimitError,
    NotReadyError,
    NotTakenError,
    QueueFullError,
    TimeLimitError,
    WorkerKilledError,
    WorkerLostError,
)
from daybook.service.workers.messages import Job, JobEvent, Printed, Progress
from daybook.service.workers.pool import ATTEMPTS, Pool
from daybook.service.workers.process import WorkerProcess
from tests.service.workers import worker_jobs as jobs

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(workers=2, queue=1, preload=())
    await pool.start()
    yield pool
    await pool.close()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.005)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Held:
    """A job that runs until it is let go."""

    def __init__(self, pool: Pool, folder: Path, name: str) -> None:
        self.path = folder / name
        self.task = asyncio.create_task(pool.run(Job(jobs.wait_for, {"path": str(self.path)})))

    @property
    def started(self) -> bool:
        sign = Path(f"{self.path}.started")
        return sign.exists() and bool(sign.read_text())

    @property
    def pid(self) -> int:
        return int(Path(f"{self.path}.started").read_text())

    async def let_go(self) -> str:
        self.path.touch()
        return str(await self.task)


async def test_a_job_gives_its_result(pool: Pool) -> None:
    assert await pool.run(Job(jobs.add, {"left": 1, "right": 2})) == 3
    assert pool.ended["add", "done"] == 1


async def test_jobs_run_outside_the_server(pool: Pool) -> None:
    assert await pool.run(Job(jobs.process_id)) in pool.pids
    assert os.getpid() not in pool.pids


async def test_workers_have_loaded_what_was_asked() -> None:
    pool = Pool(workers=1, queue=0, preload=("json.tool",))
    await pool.start()
    assert await pool.run(Job(jobs.has_loaded, {"module": "json.tool"}))
    await pool.close()


async def test_an_error_for_a_person_crosses_in_both_languages(pool: Pool) -> None:
    with pytest.raises(TableError) as caught:
        await pool.run(Job(jobs.refuse, {"name": "Price"}))
    assert caught.value.sentence(Language.CHINESE) == "没有列 Price。"
    assert caught.value.sentence(Language.ENGLISH) == "No column Price."


async def test_an_error_class_of_the_workers_own_arrives_as_its_nearest_known_kin(pool: Pool) -> None:
    with pytest.raises(TableError) as caught:
        await pool.run(Job(jobs.refuse_at_home))
    assert type(caught.value) is TableError


async def test_an_unforeseen_exception_says_where_and_keeps_its_text_apart(pool: Pool) -> None:
    with pytest.raises(JobCrashedError) as caught:
        await pool.run(Job(jobs.crash, {"text": "a customer's cell"}))
    crash = caught.value.crash
    assert crash.kind == "builtins.ValueError"
    assert crash.message == "a customer's cell"
    assert any("worker_jobs.py" in frame and "crash" in frame for frame in crash.frames)
    assert "cell" not in "".join(crash.frames) + str(caught.value)


@pytest.mark.parametrize("function", [jobs.leave, jobs.unpicklable])
async def test_a_worker_survives_what_a_function_may_do(pool: Pool, function: Callable[[], object]) -> None:
    await until(lambda: len(pool.pids) == 2)
    before = set(pool.pids)
    with pytest.raises(JobCrashedError):
        await pool.run(Job(function))
    assert set(pool.pids) == before


async def test_a_dying_worker_is_replaced_and_its_job_gets_an_error(pool: Pool) -> None:
    with pytest.raises(WorkerKilledError):
        await pool.run(Job(jobs.die))
    assert await pool.run(Job(jobs.add, {"left": 1, "right": 1})) == 2
    await until(lambda: len(pool.pids) == 2)
    assert pool.replaced["lost"] == 1


async def test_an_idle_worker_that_is_killed_is_replaced(pool: Pool) -> None:
    await until(lambda: len(pool.pids) == 2)
    victim = pool.pids[0]
    os.kill(victim, signal.SIGKILL)
    await until(lambda: victim not in pool.pids and len(pool.pids) == 2)


@pytest.fixture
async def lone() -> AsyncIterator[Pool]:
    pool = Pool(workers=1, queue=2, preload=())
    await pool.start()
    yield pool
    await pool.close()


async def test_a_job_whose_worker_dies_before_it_began_is_done_by_another(lone: Pool) -> None:
    [victim] = lone.pids
    os.kill(victim, signal.SIGSTOP)
    asked = asyncio.create_task(lone.run(Job(jobs.process_id)))
    await until(lambda: lone.state.running == 1)
    waits = asyncio.create_task(lone.run(Job(jobs.process_id)))
    os.kill(victim, signal.SIGKILL)
    assert await asked not in {victim, os.getpid()}
    assert await waits == await asked
    assert lone.ended["process_id", "done"] == 2


async def test_a_worker_that_died_unnoticed_costs_no_job(lone: Pool) -> None:
    [victim] = lone.pids
    os.kill(victim, signal.SIGKILL)
    assert await lone.run(Job(jobs.add, {"left": 1, "right": 2})) == 3


async def test_a_worker_that_died_since_it_was_chosen_takes_no_job() -> None:
    worker = await WorkerProcess.start((), lambda _: None)
    worker.kill()
    with pytest.raises(NotTakenError):
        await worker.call(Job(jobs.process_id))


async def test_a_job_that_was_begun_is_never_begun_again(pool: Pool, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with pytest.raises(WorkerKilledError):
        await pool.run(Job(jobs.note_and_die, {"path": str(notes)}))
    assert notes.read_text("utf-8") == "begun\n"


async def test_a_job_that_no_worker_lives_to_begin_is_given_up(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    async def die(worker: WorkerProcess, *_: object) -> None:
        tried.append(worker.pid)
        raise NotTakenError

    monkeypatch.setattr(WorkerProcess, "call", die)
    with pytest.raises(NotReadyError):
        await pool.run(Job(jobs.process_id))
    assert len(tried) == ATTEMPTS
    assert pool.state.places_taken == 0


async def test_what_closing_stops_is_not_said_to_have_never_begun(lone: Pool) -> None:
    [victim] = lone.pids
    os.kill(victim, signal.SIGSTOP)
    asked = asyncio.create_task(lone.run(Job(jobs.process_id)))
    await until(lambda: lone.state.running == 1)
    await lone.close()
    with pytest.raises(WorkerLostError):
        await asked


async def test_a_job_that_takes_too_long_is_stopped(pool: Pool) -> None:
    with pytest.raises(TimeLimitError, match=r"0\.2 seconds"):
        await pool.run(Job(jobs.spin, seconds=0.2))
    await until(lambda: len(pool.pids) == 2)


async def test_a_job_that_takes_too_much_memory_is_stopped(pool: Pool) -> None:
    with pytest.raises(MemoryLimitError, match="150 MB"):
        await pool.run(Job(jobs.hold_memory, {"megabytes": 2000}, memory_bytes=150 << 20))
    assert pool.ended["hold_memory", "memory_limit"] == 1


async def test_what_a_job_leaves_in_memory_does_not_count_against_the_next(lone: Pool) -> None:
    first = await lone.run(Job(jobs.keep_memory, {"megabytes": 200}, memory_bytes=400 << 20))
    assert await lone.run(Job(jobs.keep_memory, {"megabytes": 200}, memory_bytes=400 << 20)) != first
    assert lone.replaced["retired"] >= 1
    assert lone.ended["keep_memory", "done"] == 2


async def test_a_stopped_job_takes_the_programs_it_started_with_it(pool: Pool, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    task = asyncio.create_task(pool.run(Job(jobs.start_child, {"path": str(note)})))
    await until(lambda: note.exists() and note.read_text())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: gone(int(note.read_text())))


async def test_a_full_queue_refuses_at_once(pool: Pool, tmp_path: Path) -> None:
    held = [Held(pool, tmp_path, name) for name in ("a", "b", "c")]
    await until(lambda: sum(job.started for job in held) == 2)
    assert (pool.state.running, pool.state.waiting, pool.state.places_taken) == (2, 1, 3)
    with pytest.raises(QueueFullError) as caught:
        await pool.run(Job(jobs.process_id))
    assert caught.value.retry_after >= 1
    assert [await job.let_go() for job in held] == ["done"] * 3
    assert pool.state.places_taken == 0


async def test_a_cancelled_job_stops_and_frees_its_place(pool: Pool, tmp_path: Path) -> None:
    held = [Held(pool, tmp_path, name) for name in ("a", "b", "c")]
    await until(lambda: sum(job.started for job in held) == 2)
    running = next(job for job in held if job.started)
    pid = running.pid
    running.task.cancel()
    await until(lambda: gone(pid))
    await until(lambda: all(job.started for job in held))
    for job in held:
        if job is not running:
            assert await job.let_go() == "done"


async def test_a_waiting_job_that_is_cancelled_never_runs(pool: Pool, tmp_path: Path) -> None:
    held = [Held(pool, tmp_path, name) for name in ("a", "b", "c")]
    await until(lambda: sum(job.started for job in held) == 2)
    waiting = next(job for job in held if not job.started)
    waiting.task.cancel()
    await until(waiting.task.done)
    assert pool.state.waiting == 0
    for job in held:
        if job is not waiting:
            await job.let_go()
    assert not waiting.started


async def test_progress_and_printing_arrive_while_a_job_runs(pool: Pool) -> None:
    events: list[JobEvent] = []
    assert await pool.run(Job(jobs.speak, capture_output=True), events.append) == "spoken"
    assert [event for event in events if isinstance(event, Progress)] == [Progress(0.25, "quarter"), Progress(1, "all")]
    assert "".join(event.text for event in events if isinstance(event, Printed)) == "hello\n错误\nno newline"


async def test_endless_printing_is_cut(pool: Pool) -> None:
    events: list[JobEvent] = []
    await pool.run(Job(jobs.print_much, {"characters": 1_200_000}, capture_output=True), events.append)
    assert sum(len(event.text) for event in events if isinstance(event, Printed)) == 1_000_000


async def test_recycling_replaces_every_worker_and_drops_no_job(pool: Pool, tmp_path: Path) -> None:
    await until(lambda: len(pool.pids) == 2)
    before = set(pool.pids)
    held = Held(pool, tmp_path, "a")
    await until(lambda: held.started)
    pool.recycle()
    await until(lambda: len(set(pool.pids) - before) == 1)
    assert await held.let_go() == "done"
    await until(lambda: len(set(pool.pids) - before) == 2)


async def test_closing_lets_running_jobs_finish(tmp_path: Path) -> None:
    pool = Pool(workers=1, queue=1, preload=())
    await pool.start()
    held = Held(pool, tmp_path, "a")
    await until(lambda: held.started)
    closing = asyncio.create_task(pool.close(seconds=20))
    await asyncio.sleep(0)
    with pytest.raises(NotReadyError):
        await pool.run(Job(jobs.process_id))
    assert await held.let_go() == "done"
    await closing
    await until(lambda: gone(held.pid))


async def test_a_pool_whose_workers_cannot_start_says_so() -> None:
    pool = Pool(workers=1, queue=1, preload=("daybook.no_such_module",))
    starting = asyncio.create_task(pool.start())
    await until(lambda: pool.failures >= 3)
    with pytest.raises(NotReadyError):
        await pool.run(Job(jobs.process_id))
    assert not pool.ready
    await pool.close()
    starting.cancel()


async def test_no_job_is_lost_when_workers_are_killed_at_random() -> None:
    pool = Pool(workers=2, queue=40, preload=())
    await pool.start()
    calls = [asyncio.create_task(pool.run(Job(jobs.add, {"left": number, "right": 0}))) for number in range(40)]
    for _ in range(6):
        await until(lambda: pool.pids)
        with contextlib.suppress(ProcessLookupError):  # it was killed already, and the pool has yet to notice
            os.kill(pool.pids[0], signal.SIGKILL)
        await asyncio.sleep(0)
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*calls, return_exceptions=True)
    for number, answer in enumerate(answers):
        assert answer == number or isinstance(answer, WorkerKilledError)
    assert sum(pool.ended.values()) == 40
    await pool.close()
