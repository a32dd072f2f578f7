"""`Places`, `Quarantine`: how many requests may wait or work at a time, and which contents no worker gets any more."""

import asyncio
import contextlib
import datetime as dt
import hashlib
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from sqlalchemy import delete, func, select, update

from daybook.database import Database
from daybook.service.errors import QueueFullError, WorkerKilledError
from daybook.service.tables import deadly_files

HOPE_SECONDS = 60.0
"""How long a request whose data is here waits for a place."""
LONGEST_RETRY = 60


class Places:
    """A bounded number of places.

    Args:
        most: how many there are.
        workers: how many of them are worked on at a time.
    """

    def __init__(self, most: int, workers: int) -> None:
        self.most = most
        self.taken = 0
        self.mean_seconds = 1.0
        """What a job takes lately, for the time after which to come back."""
        self._workers = workers
        self._hoping = 0
        """Requests whose data is here, and for which there is no place yet."""
        self._freed = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def check_room(self) -> None:
        """Pass if a request that sends its data from now on can hope for a place.

        Raises:
            QueueFullError: every place is taken, or hoped for.
        """
        if self.taken + self._hoping >= self.most:
            raise self._full()

    @contextlib.contextmanager
    def take(self) -> Iterator[None]:
        """A place, or an error at once.

        Raises:
            QueueFullError: every place is taken.
        """
        if self.taken >= self.most:
            raise self._full()
        self.taken += 1
        self._empty.clear()
        try:
            yield
        finally:
            self.taken -= 1
            self._freed.set()
            if not self.taken:
                self._empty.set()

    @contextlib.asynccontextmanager
    async def take_soon(self) -> AsyncIterator[None]:
        """A place as soon as one is free.

        Raises:
            QueueFullError: there was none for `HOPE_SECONDS`.
        """
        self._hoping += 1
        try:
            async with asyncio.timeout(HOPE_SECONDS):
                while self.taken >= self.most:
                    self._freed.clear()
                    await self._freed.wait()
        except TimeoutError:
            raise self._full() from None
        finally:
            self._hoping -= 1
        with self.take():
            yield

    def note_seconds(self, seconds: float) -> None:
        """Note what a job took."""
        self.mean_seconds += 0.2 * (seconds - self.mean_seconds)

    async def all_left(self) -> None:
        """Wait until no place is taken."""
        await self._empty.wait()

    def _full(self) -> QueueFullError:
        return QueueFullError(min(LONGEST_RETRY, max(1, math.ceil(self.mean_seconds * self.taken / self._workers))))


ENDS = 2
"""Workers that one content may end."""
SECONDS = 3_600.0
"""How long it is remembered: the fault may be ours, and mended."""
LOOK_SECONDS = 2.0
"""How long it is taken for granted that no other instance of the service has lost a worker."""


type JobContent = Path | str | tuple[Path, ...]
"""What a job works on: a file, the name of one elsewhere, or several files."""


class Quarantine:
    """Contents by their digest, for all instances. Nothing is worked out as long as no worker has been ended."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._looked = -LOOK_SECONDS
        self._any = False

    async def check(self, content: JobContent) -> None:
        """Pass if ``content``, a file, several or the name of one elsewhere, has not ended `ENDS` workers.

        Raises:
            WorkerKilledError: it has.
            DatabaseError: nobody knows.
        """
        if not self._any and self._clock() - self._looked < LOOK_SECONDS:
            return
        if await asyncio.to_thread(self._is_deadly, content):
            raise WorkerKilledError

    async def add(self, content: JobContent) -> None:
        """Note that ``content`` has ended a worker."""
        await asyncio.to_thread(self._add, content)

    def _is_deadly(self, content: JobContent) -> bool:
        with self._database.reading() as connection:
            lasting = deadly_files.c.until > dt.datetime.now(dt.UTC)
            self._any = bool(connection.execute(select(func.count()).where(lasting)).scalar_one())
            self._looked = self._clock()
            if not self._any:
                return False
            found = select(deadly_files.c.ends).where(deadly_files.c.digest == _digest(content), lasting)
            return (connection.execute(found).scalar() or 0) >= ENDS

    def _add(self, content: JobContent) -> None:
        digest, now = _digest(content), dt.datetime.now(dt.UTC)
        until = now + dt.timedelta(seconds=SECONDS)
        with self._database.writing() as connection:
            connection.execute(delete(deadly_files).where(deadly_files.c.until < now))
            if not self._database.insert_once(connection, deadly_files, {"digest": digest, "ends": 1, "until": until}):
                more = update(deadly_files).where(deadly_files.c.digest == digest)
                connection.execute(more.values(ends=deadly_files.c.ends + 1, until=until))
        self._any = True


def _digest(content: JobContent) -> str:
    if isinstance(content, tuple):
        return hashlib.sha256("".join(map(_digest, content)).encode()).hexdigest()
    if isinstance(content, str):
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
