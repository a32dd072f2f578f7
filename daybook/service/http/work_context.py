"""A request that has a job done: its place in the queue, its folder, and its end when the client goes away."""

import asyncio
import contextlib
import errno
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request

from daybook.service.errors import ClientGoneError, StorageFullError
from daybook.service.http.multipart import Form, read_form
from daybook.service.state import ServiceState
from daybook.service.workers.pool import Place

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of the errors of a disk that is full."""


@dataclass(frozen=True, slots=True)
class WorkContext:
    """What a request has to work with."""

    request: Request
    service: ServiceState
    place: Place
    folder: Path

    async def form(self) -> Form:
        """The request's form, its files in `folder`."""
        settings = self.service.settings
        return await read_form(
            self.request,
            self.folder,
            file_bytes=self.service.limits.file_bytes,
            seconds=settings.upload_seconds,
            name_length=settings.max_name_length,
        )

    async def run(self, function: Any, **arguments: Any) -> Any:
        """The result of ``function`` in a worker; the job is stopped if the client goes away meanwhile.

        Raises:
            ClientGoneError: it went.
        """
        return await unless_gone(self.request, self.place.run(self.service.job(function, **arguments)))


@contextlib.asynccontextmanager
async def work_context(request: Request, service: ServiceState) -> AsyncIterator[WorkContext]:
    """A place in the queue and a folder, taken before the body is read and given back at the end.

    Raises:
        QueueFullError: no place is free.
        StorageFullError: the disk filled up meanwhile.
    """
    try:
        with service.pool.place() as place:
            async with service.workspace.request_folder() as folder:
                yield WorkContext(request, service, place, folder)
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
