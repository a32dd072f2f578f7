"""`WorkerProcess`: one worker as the server sees it: start, give it a job, read what it says, kill it.

It is started by forkserver: a worker is a fork of a small process that has loaded pandas once, so a replacement is
there in milliseconds, workers share pandas' memory, and none inherits the server's threads, sockets or secrets.

Memory is held to its limit by a look at the worker, and at all that it started, every `LOOK_INTERVAL` while it works; a
job can pass its limit by what it touches meanwhile. ``RLIMIT_AS`` was tried and left: pandas' address space is about
1.6 times what it really holds (Polars' and Arrow's is many times), and running out of it surfaces as ``MemoryError``,
``OSError 12`` or a parser's own error, from which a process does not always recover.
"""

import asyncio
import contextlib
import multiprocessing as mp
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import spawn
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, cast

import psutil

from daybook import tracing
from daybook.service.errors import (
    JobCrashedError,
    MemoryLimitError,
    NotTakenError,
    TimeLimitError,
    WorkerKilledError,
    WorkerLostError,
)
from daybook.service.workers import messages, worker
from daybook.service.workers.messages import (
    Began,
    Crashed,
    Done,
    Job,
    JobEvent,
    Printed,
    Progress,
    Ready,
    Refused,
    Reply,
    Steps,
)

RETIRE_JOBS = 500
"""Jobs after which a worker is worn, so that a slow leak in a function's code stays small."""
RETIRE_BYTES = 512 << 20
"""Memory that a worker may hold after a job; past it, it is worn."""
RETIRE_SHARE = 0.5
"""The same as a share of what a job may have: what one job leaves behind must not cost the next its life."""
LOOK_INTERVAL = 0.05
"""Seconds between two looks at the memory of a worker at work."""


class WorkerProcess(asyncio.Protocol):
    """A live worker process. Used from one event loop, by one job at a time."""

    def __init__(self, on_lost: Callable[["WorkerProcess"], None]) -> None:
        self.pid = 0
        self.alive = False
        self.stopped = False
        """Whether its end was our doing."""
        self._jobs_done = 0
        self._left_too_much = False
        self._on_lost = on_lost
        self._frames = messages.Frames()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answer: asyncio.Future[Done | Refused | Crashed] | None = None
        self._has_begun = False
        """Whether the job at hand may have had any effect. False proves that it had none: the worker says `Began` only
        of a complete job, and all that it said is read before its end is noticed."""
        self._on_event: Callable[[JobEvent], None] | None = None
        self._steps: list[tracing.Step] = []
        self._transport: asyncio.Transport | None = None
        self._process: ForkServerProcess | None = None

    @classmethod
    async def start(cls, preload: Sequence[str], on_lost: Callable[["WorkerProcess"], None]) -> "WorkerProcess":
        """A worker that has loaded ``preload`` and waits for its first job.

        ``on_lost`` is called once when the process is gone, whatever the reason.

        Raises:
            WorkerLostError: it ended before it was ready.
        """
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.to_thread(launch, theirs, tuple(preload))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self = cls(on_lost)
        self._process, self.pid, self.alive = process, process.pid or 0, True
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)
        try:
            await self._ready
        except BaseException:
            self.kill()
            raise
        return self

    async def call(self, job: Job, on_event: Callable[[JobEvent], None] | None = None) -> Any:
        """The result of ``job``. A call that is cancelled, or takes too much, costs the worker its life.

        Raises:
            DaybookError: the one that the job raised.
            TimeLimitError: it took longer than it may.
            MemoryLimitError: it needed more memory than it may.
            WorkerKilledError: the job ended the process.
            WorkerLostError: the process was stopped under the job.
            NotTakenError: it died before it had begun.
            JobCrashedError: it ended with any other exception.
        """
        if not self.alive:  # it died after it was chosen for the job
            raise NotTakenError
        assert self._transport is not None, "start() gives a connected worker"  # noqa: S101
        self._on_event, self._has_begun = on_event, False
        self._answer = asyncio.get_running_loop().create_future()
        guard = asyncio.create_task(self._guard_memory(job.memory_bytes))
        try:
            async with asyncio.timeout(job.seconds):
                self._transport.write(messages.frame(job))
                answer = await self._answer
        except TimeoutError:
            self.kill()
            raise TimeLimitError(job.seconds) from None
        except WorkerLostError:
            if guard.done() and not guard.cancelled():
                raise MemoryLimitError(job.memory_bytes) from None
            if self.stopped:
                raise
            raise (WorkerKilledError if self._has_begun else NotTakenError) from None
        except BaseException:
            self.kill()
            raise
        finally:
            guard.cancel()
            self._answer = self._on_event = None
            steps, self._steps = self._steps, []
            tracing.record(steps)
        self._jobs_done += 1
        match answer:
            case Done(result, resident_bytes):
                self._left_too_much = resident_bytes > min(RETIRE_BYTES, RETIRE_SHARE * job.memory_bytes)
                return result
            case Refused(error):
                raise error
            case Crashed():
                raise JobCrashedError(answer)

    def kill(self) -> None:
        """End the process now, with all that it started."""
        if not self.alive:
            return
        self.stopped = True
        self._kill_group()
        if self._transport is not None:
            self._transport.abort()
        self._lost()

    @property
    def is_worn(self) -> bool:
        """Whether a fresh worker should take its place, now that its job is done."""
        return self._left_too_much or self._jobs_done >= RETIRE_JOBS

    async def exit_code(self) -> int | None:
        """How the process ended, for the log: negative for a signal; None where that cannot be known."""
        if self._process is None:
            return None
        with contextlib.suppress(OSError, ValueError):
            await asyncio.to_thread(self._process.join, 1)
            return self._process.exitcode
        return None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of the protocol: the socket is open."""
        self._transport = cast("asyncio.Transport", transport)  # a stream's; uvloop's own is no subclass of it

    def data_received(self, data: bytes) -> None:
        """Part of the protocol: the worker said something."""
        for message in self._frames.feed(data):
            self._heard(pickle.loads(message))  # noqa: S301 - it comes from the process we started

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the reason does not matter
        """Part of the protocol: the worker is gone, or was told to go."""
        if self.alive:
            self._kill_group()
            self._lost()

    def _heard(self, reply: Reply) -> None:
        match reply:
            case Ready():
                if not self._ready.done():
                    self._ready.set_result(None)
            case Began():
                self._has_begun = True
            case Progress() | Printed():
                if self._on_event is not None:
                    self._on_event(reply)
            case Steps(steps):
                self._steps = steps
            case Done() | Refused() | Crashed():
                if self._answer is not None and not self._answer.done():
                    self._answer.set_result(reply)

    def _lost(self) -> None:
        self.alive = False
        for waiting in (self._ready, self._answer):
            if waiting is not None and not waiting.done():
                waiting.set_exception(WorkerLostError())
                waiting.exception()  # where no call waits, the death of a worker is no unretrieved error
        self._on_lost(self)

    def _kill_group(self) -> None:
        # The worker leads a session of its own; before it has come that far, only the process itself can be named.
        # What a function has put into another session is still below it, because the worker adopts its orphans.
        strays = [(os.kill, pid) for pid in descendants(self.pid)]
        for kill, target in ((os.killpg, self.pid), (os.kill, self.pid), *strays):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(target, signal.SIGKILL)

    async def _guard_memory(self, limit: int) -> None:
        with contextlib.suppress(psutil.Error):
            while not uses_more_than(self.pid, limit):  # noqa: ASYNC110 - the operating system has no event for it
                await asyncio.sleep(LOOK_INTERVAL)
            self.stopped = True
            self._kill_group()
            return
        await asyncio.Event().wait()


NAME = "daybook-worker"

_starting = threading.Lock()


def launch(connection: socket.socket, preload: tuple[str, ...]) -> ForkServerProcess:
    """A worker process, with its end of a socket pair and the modules that it loads before its first job."""
    context = mp.get_context("forkserver")
    with _starting, _without_main_module():
        context.set_forkserver_preload([*preload, worker.__name__])
        process = context.Process(target=worker.main, args=(connection, preload), name=NAME)
        process.start()
    return process


@contextlib.contextmanager
def _without_main_module() -> Iterator[None]:
    # multiprocessing has every child run the main module anew, for what might be unpickled from it. A worker needs
    # nothing of it; and where a script starts the service without a guard, each would start another.
    prepared = spawn.get_preparation_data

    def for_worker(name: str) -> dict[str, Any]:
        data = prepared(name)
        if name == NAME:  # other threads may start processes of their own meanwhile
            data.pop("init_main_from_path", None)
            data.pop("init_main_from_name", None)
        return data

    spawn.get_preparation_data = for_worker
    try:
        yield
    finally:
        spawn.get_preparation_data = prepared


def uses_more_than(pid: int, limit: int) -> bool:
    """Whether the tree of processes under ``pid`` holds more than ``limit`` bytes.

    Resident memory is quickly asked for, but counts what forks share for each of them. So what each holds in
    proportion decides, once the sum is past the limit.

    Raises:
        psutil.Error: the process is gone.
    """
    resident = psutil.Process(pid).memory_info().rss
    others = list(descendants(pid))
    if not others:
        return resident > limit
    for other in others:
        with contextlib.suppress(psutil.Error):
            resident += psutil.Process(other).memory_info().rss
    return resident > limit and sum(map(_share, (pid, *others))) > limit


def descendants(pid: int) -> Iterator[int]:
    """The processes that ``pid`` started, and those that they started."""
    # not psutil's children(), which reads every process of the machine
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                for child in map(int, (task / "children").read_text("ascii").split()):
                    yield child
                    yield from descendants(child)


def _share(pid: int) -> int:
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_full_info().pss)
    return 0
