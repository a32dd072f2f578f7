"""A fixed number of worker processes and a bounded queue in front of them.

``concurrent.futures`` gives up its whole pool when one worker dies and cannot stop a running job; Pebble can, but its
workers share one channel under a lock, so a worker that is killed while it holds the lock breaks the pool, and it has
neither a bounded queue nor progress. Here every worker has its own socket, and nothing is shared.
"""

import asyncio
import atexit
import contextlib
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from daybook import tracing
from daybook.service.errors import (
    JobCrashedError,
    MemoryLimitError,
    NotReadyError,
    NotTakenError,
    TimeLimitError,
    WorkerKilledError,
    WorkerLostError,
)
from daybook.service.workers.admission import Places
from daybook.service.workers.messages import Job, JobEvent
from daybook.service.workers.process import WorkerProcess

log = logging.getLogger(__name__)

START_FAILURES = 3
"""Failed starts in a row after which the pool says that it is not ready."""
ATTEMPTS = 5
"""Workers that are given a job, one after the other, if they die before they begin it."""
LONGEST_PAUSE = 5.0
"""Seconds between two attempts to start a worker that keeps failing."""


@dataclass(frozen=True, slots=True)
class PoolState:
    """A look at the pool."""

    workers: int
    """Workers that are alive."""
    running: int
    """Jobs in a worker."""
    waiting: int
    """Jobs that wait for one."""
    places_taken: int
    """Requests that hold a place: they wait or run."""
    places: int
    """Requests that may hold one at a time: workers and queue together."""


class QueuePlace:
    """The right to run jobs: what a request holds from the last byte of its data to its answer."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool

    async def run(self, job: Job, on_event: Callable[[JobEvent], None] | None = None) -> Any:
        """The result of ``job``, once a worker is free. To cancel the call is to stop the job.

        Args:
            job: what is to be done.
            on_event: called in the event loop with each `Progress` and `Printed` of the job.

        Raises:
            DaybookError: whatever `WorkerProcess.call` raises.
            NotReadyError: one worker after the other died before it had begun the job.
        """
        return await self._pool._run(job, on_event)  # noqa: SLF001 - a place is the pool's own handle


class Pool:
    """Worker processes behind a bounded queue. Lives in one event loop."""

    def __init__(self, workers: int, queue: int, preload: Sequence[str] = ()) -> None:
        """A pool that is not started yet.

        Args:
            workers: processes that work at a time.
            queue: requests that may wait beyond those that are worked on.
            preload: modules that every worker has loaded before its first job.
        """
        self.size = workers
        self.ended: Counter[tuple[str, str]] = Counter()
        """Jobs ended, by name and outcome (done, refused, crashed, time_limit, memory_limit, killed, lost,
        cancelled)."""
        self.replaced: Counter[str] = Counter()
        """Workers replaced, by reason (lost, stopped, retired, recycled)."""
        self._preload = preload
        self._places = Places(workers + queue, workers)
        self._running = 0
        self.failures = 0
        """Failed starts of a worker in a row."""
        self._closing = False
        self._everyone: set[WorkerProcess] = set()
        self._idle: deque[WorkerProcess] = deque()
        self._stale: set[WorkerProcess] = set()
        self._waiting: deque[asyncio.Future[WorkerProcess]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start all workers and wait for the first of them."""
        atexit.register(self._kill_all)
        tasks = [self._begin(self._add_worker()) for _ in range(self.size)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, seconds: float = 0) -> None:
        """Let no new request in, give those inside ``seconds`` to finish, then end all workers."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._places.all_left()
        for task in self._tasks:
            task.cancel()
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(NotReadyError())
        self._kill_all()
        atexit.unregister(self._kill_all)

    @property
    def ready(self) -> bool:
        """Whether there is a worker to do a job."""
        return not self._closing and bool(self._everyone)

    @property
    def state(self) -> PoolState:
        """A look at the pool now."""
        return PoolState(
            workers=len(self._everyone),
            running=self._running,
            waiting=sum(not waiting.done() for waiting in self._waiting),
            places_taken=self._places.taken,
            places=self._places.most,
        )

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that are alive."""
        return [worker.pid for worker in self._everyone]

    def check_room(self) -> None:
        """Pass if a request that sends its data from now on can hope for a place; raises as `place` does."""
        self._check_ready()
        self._places.check_room()

    @contextlib.contextmanager
    def place(self) -> Iterator[QueuePlace]:
        """A place in the queue, or an error at once.

        Raises:
            QueueFullError: every place is taken.
            NotReadyError: the service goes down, or no worker could be started.
        """
        self._check_ready()
        with self._places.take():
            yield QueuePlace(self)

    @contextlib.asynccontextmanager
    async def place_soon(self) -> AsyncIterator[QueuePlace]:
        """A place as soon as one is free: for a request whose data is here already.

        Raises:
            QueueFullError: there was none for a while.
            NotReadyError: the service goes down, or no worker could be started.
        """
        async with self._places.take_soon():
            self._check_ready()
            yield QueuePlace(self)

    async def run(self, job: Job, on_event: Callable[[JobEvent], None] | None = None) -> Any:
        """`place` and `QueuePlace.run` in one, for a job whose data is already here."""
        with self.place() as place:
            return await place.run(job, on_event)

    def recycle(self) -> None:
        """Replace every worker by a fresh one, each as soon as its running job is done.

        For new versions of modules that workers have loaded.
        """
        self._stale |= self._everyone
        idle, self._idle = self._idle, deque()
        for worker in idle:
            self._give_back(worker)

    def _check_ready(self) -> None:
        if self._closing or (self.failures >= START_FAILURES and not self._everyone):
            raise NotReadyError

    async def _run(self, job: Job, on_event: Callable[[JobEvent], None] | None) -> Any:
        outcome = "cancelled"
        with tracing.span(f"job {job.title}") as span:
            try:
                result = await self._done_by_any_worker(replace(job, traced=tracing.recording()), on_event)
                outcome = "done"
            except Exception as error:
                outcome = _outcome(error)
                raise
            else:
                return result
            finally:
                self.ended[job.title, outcome] += 1
                span.note({"daybook.outcome": outcome})

    async def _done_by_any_worker(self, job: Job, on_event: Callable[[JobEvent], None] | None) -> Any:
        for attempt in range(ATTEMPTS):
            async with self._lease(has_waited=attempt > 0) as worker:
                try:
                    with tracing.span("work", {"process.pid": worker.pid, "daybook.attempt": attempt + 1}):
                        return await worker.call(job, on_event)
                except NotTakenError:
                    log.info("job not begun, given to another worker", extra={"worker_pid": worker.pid})
        raise NotReadyError

    @contextlib.asynccontextmanager
    async def _lease(self, *, has_waited: bool) -> AsyncIterator[WorkerProcess]:
        if self._closing and not self._everyone:
            raise NotReadyError  # no worker will come
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[WorkerProcess] = loop.create_future()
        (self._waiting.appendleft if has_waited else self._waiting.append)(turn)
        self._hand_out()
        try:
            with tracing.span("wait for a worker"):
                worker = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._give_back(turn.result())
            raise
        finally:
            with contextlib.suppress(ValueError):
                self._waiting.remove(turn)
        self._running += 1
        started = loop.time()
        try:
            yield worker
        finally:
            self._running -= 1
            self._places.note_seconds(loop.time() - started)
            self._give_back(worker)

    def _hand_out(self) -> None:
        while self._idle and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(self._idle.popleft())

    def _give_back(self, worker: WorkerProcess) -> None:
        if not worker.alive:
            return
        if worker in self._stale:
            self._replace(worker, "recycled")
        elif worker.is_worn:
            self._replace(worker, "retired")
        else:
            self._idle.append(worker)
            self._hand_out()

    def _replace(self, worker: WorkerProcess, reason: str) -> None:
        self._everyone.discard(worker)
        self._stale.discard(worker)
        self.replaced[reason] += 1
        worker.kill()
        if not self._closing:
            self._begin(self._add_worker())

    def _on_lost(self, worker: WorkerProcess) -> None:
        if worker not in self._everyone:
            return
        with contextlib.suppress(ValueError):
            self._idle.remove(worker)
        self._replace(worker, "stopped" if worker.stopped else "lost")
        if not worker.stopped and not self._closing:
            self._begin(self._log_loss(worker))

    async def _log_loss(self, worker: WorkerProcess) -> None:
        log.warning("worker lost", extra={"worker_pid": worker.pid, "exit_code": await worker.exit_code()})

    async def _add_worker(self) -> None:
        while not self._closing:
            try:
                worker = await WorkerProcess.start(self._preload, self._on_lost)
            except Exception as error:  # noqa: BLE001 - whatever it is, requests must not wait for ever
                self.failures += 1
                log.error("worker did not start", extra={"failures": self.failures, "error": type(error).__name__})  # noqa: TRY400 - the reason is on the worker's own stderr
                await asyncio.sleep(min(LONGEST_PAUSE, 0.1 * 2**self.failures))
                continue
            self.failures = 0
            self._everyone.add(worker)
            self._give_back(worker)
            return

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _kill_all(self) -> None:
        everyone, self._everyone = self._everyone, set()
        self._idle.clear()
        for worker in everyone:
            worker.kill()


def _outcome(error: Exception) -> str:
    match error:
        case TimeLimitError():
            return "time_limit"
        case MemoryLimitError():
            return "memory_limit"
        case WorkerKilledError():
            return "killed"
        case WorkerLostError() | NotReadyError():
            return "lost"
        case JobCrashedError():
            return "crashed"
        case _:
            return "refused"
