"""`Places`: how many requests may wait or work at a time, and who has to come back later."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Iterator

from daybook.service.errors import QueueFullError

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
        """Wait until nobody has a place."""
        await self._empty.wait()

    def _full(self) -> QueueFullError:
        return QueueFullError(min(LONGEST_RETRY, max(1, math.ceil(self.mean_seconds * self.taken / self._workers))))
