"""`WorkContext`: what a request needs to run a job: queue place, folder, cancellation on disconnect."""

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Request

from daybook.service.errors import ClientGoneError, StorageFullError, WorkerKilledError
from daybook.service.http.multipart import MultipartForm, read_form
from daybook.service.state import ServiceState
from daybook.service.workers.admission import JobContent
from daybook.service.workers.messages import Job, JobEvent
from daybook.service.workers.pool import QueuePlace

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of the errors of a disk that is full."""


class Background(NamedTuple):
    """What a job has that works on when its request is answered."""

    place: QueuePlace
    hear: Callable[[JobEvent], None]
    """Told what the job says while it works."""


@dataclass(frozen=True, slots=True)
class WorkContext:
    """What a request has to work with."""

    request: Request
    service: ServiceState
    folder: Path
    _upload: contextlib.ExitStack
    """What is held while the body arrives."""
    background: Background | None = None
    """None where the client waits for the answer."""

    async def form(self, *repeated: str) -> MultipartForm:
        """The request's form, its files in `folder`; fields that are ``repeated`` may hold several files."""
        settings = self.service.settings
        return await read_form(
            self.request,
            self.folder,
            file_bytes=self.service.limits.file_bytes,
            pace=self.service.pace,
            name_length=settings.max_name_length,
            repeated=repeated,
        )

    async def run(self, function: Any, content: JobContent, **arguments: Any) -> Any:
        """The result of ``function`` in a worker; the job is stopped if the client goes away meanwhile.

        Args:
            function: what a worker does, with ``content`` first.
            content: the files, or the name of one elsewhere, to which it is put down if the worker does not survive.
            arguments: the others.

        Raises:
            ClientGoneError: it went.
            WorkerKilledError: the job ends workers.
        """
        done = self._run(self.service.job(function, content=content, **arguments), content)
        return await (done if self.background else unless_gone(self.request, done))

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[QueuePlace]:
        """A place in the queue, now that the body is here.

        Raises:
            QueueFullError: there is none.
        """
        async with self.service.pool.place_soon() as place:
            self._upload.close()
            yield place

    async def _run(self, job: Job, content: JobContent) -> Any:
        quarantine = self.service.quarantine
        await quarantine.check(content)
        background = self.background
        async with contextlib.nullcontext(background.place) if background else self.place() as place:
            try:
                return await place.run(job, background and background.hear)
            except WorkerKilledError:
                await quarantine.add(content)
                raise


def wants_no_wait(request: Request) -> bool:
    """Whether the client wants the address of a run instead of waiting for its end; RFC 7240, 4.1."""
    return "respond-async" in request.headers.get("prefer", "").replace(" ", "").split(",")


@contextlib.asynccontextmanager
async def work_context(request: Request, service: ServiceState) -> AsyncIterator[WorkContext]:
    """A folder, and leave to send a body, for a request that can hope for a place in the queue.

    A body that arrives holds no place: a slow client must not keep a worker from the others.

    Raises:
        QueueFullError: no place is free, or too many bodies arrive.
        StorageFullError: the disk filled up meanwhile.
    """
    try:
        service.pool.check_room()
        with contextlib.ExitStack() as upload:
            upload.enter_context(service.uploads.begin())
            async with service.workspace.request_folder() as folder:
                yield WorkContext(request, service, folder, upload)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFullError from None
        raise


async def unless_gone[T](request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``, which is cancelled as soon as the client of ``request`` is gone.

    The request's body must have been read.

    Raises:
        ClientGoneError: it went first.
    """
    job = asyncio.create_task(work)
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({job, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            raise ClientGoneError
        return job.result()
    finally:
        for task in (job, gone):
            task.cancel()
        await asyncio.gather(job, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
