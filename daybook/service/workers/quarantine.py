"""`Quarantine`: remembers what ended worker processes, so that nobody ends one after the other with it."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daybook.service.errors import WorkerKilledError

ENDS = 2
"""Workers that one content may end."""
SECONDS = 3_600.0
"""How long it is remembered: the fault may be ours, and mended."""
CONTENTS = 1_000


@dataclass(slots=True)
class _Record:
    ends: int
    until: float


class Quarantine:
    """Contents by their digest. Nothing is worked out as long as no worker has been ended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[bytes, _Record] = OrderedDict()

    async def check(self, content: Path | str) -> None:
        """Pass if ``content``, a file or the name of one elsewhere, has not ended `ENDS` workers.

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

    async def add(self, content: Path | str) -> None:
        """Note that ``content`` has ended a worker."""
        digest = await _digest(content)
        record = self._records.setdefault(digest, _Record(0, 0))
        record.ends += 1
        record.until = self._clock() + SECONDS
        self._records.move_to_end(digest)
        while len(self._records) > CONTENTS:
            self._records.popitem(last=False)


async def _digest(content: Path | str) -> bytes:
    return await asyncio.to_thread(_digest_now, content)


def _digest_now(content: Path | str) -> bytes:
    if isinstance(content, str):
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
