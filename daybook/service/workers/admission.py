"""`Places`, `Quarantine`: how many requests may wait or work at a time, and which contents no worker gets any more."""

import asyncio
import contextlib
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from daybook.service.errors import QueueFullError, WorkerKilledError

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
CONTENTS = 1_000


@dataclass(slots=True)
class _Record:
    ends: int
    until: float


type Content = Path | str | tuple[Path, ...]
"""What a job works on: a file, the name of one elsewhere, or several files."""


class Quarantine:
    """Contents by their digest. Nothing is worked out as long as no worker has been ended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[bytes, _Record] = OrderedDict()

    async def check(self, content: Content) -> None:
        """Pass if ``content``, a file, several or the name of one elsewhere, has not ended `ENDS` workers.

        Raises:
            WorkerKilledError: it has.
        """
        now = self._clock()
        for digest in [digest for digest, record in self._records.items() if record.until < now]:
            del self._records[digest]
        if not self._records:
            return
        record = self._records.get(await _digest(content))
        if record is not None and record.ends >= ENDS:
            raise WorkerKilledError

    async def add(self, content: Content) -> None:
        """Note that ``content`` has ended a worker."""
        digest = await _digest(content)
        record = self._records.setdefault(digest, _Record(0, 0))
        record.ends += 1
        record.until = self._clock() + SECONDS
        self._records.move_to_end(digest)
        while len(self._records) > CONTENTS:
            self._records.popitem(last=False)


async def _digest(content: Content) -> bytes:
    return await asyncio.to_thread(_digest_now, content)


def _digest_now(content: Content) -> bytes:
    if isinstance(content, tuple):
        return hashlib.sha256(b"".join(map(_digest_now, content))).digest()
    if isinstance(content, str):
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
