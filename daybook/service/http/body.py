"""A request's body on its way in: counted, timed, and put on disk rather than in memory."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, Self

from fastapi import Request
from starlette.requests import ClientDisconnect

from daybook.errors import LimitError
from daybook.service import texts
from daybook.service.errors import BodyError, ClientGoneError, MediaTypeError, QueueFullError, SlowBodyError

BLOCK_BYTES = 1 << 20
"""What is collected before it is written: few system calls, little memory."""
JSON_BYTES = 64 * 1024
"""Bytes that a JSON body may have; it holds parameters, never data."""


WINDOW_SECONDS = 10.0
"""Over so much time a body must keep its least rate."""


class Turns:
    """Lets bodies that arrive at the same time on by turns, a block each, so that others are answered in between."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def take(self) -> None:
        """Wait for a turn: the event loop looks once at all that is ready before the next body has its own."""
        async with self._lock:
            await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly a body has to arrive."""

    seconds: float
    """For the whole of it."""
    bytes_per_second: float = 0
    """At least, over every `WINDOW_SECONDS`."""
    turns: Turns = field(default_factory=Turns, compare=False)
    """What all bodies of a service have in common."""


class Uploads:
    """Counts the bodies that arrive, and lets in no more than ``most`` at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.arriving = 0

    @contextlib.contextmanager
    def begin(self) -> Iterator[None]:
        """Leave for one more.

        Raises:
            QueueFullError: there are as many as there may be.
        """
        if self.arriving >= self._most:
            raise QueueFullError(retry_after=5)
        self.arriving += 1
        try:
            yield
        finally:
            self.arriving -= 1


class Body:
    """The body of one request."""

    def __init__(self, request: Request, *, limit: int, pace: Pace, is_text: bool = False) -> None:
        """The body of ``request``, at most ``limit`` bytes, which arrives at ``pace``.

        Args:
            request: its body not read yet.
            limit: in bytes.
            pace: from now on.
            is_text: whether it holds parameters, however many, and no file.
        """
        self._request = request
        self._limit = limit
        self._pace = pace
        self._is_text = is_text or limit <= JSON_BYTES
        self.received_bytes = 0

    async def blocks(self) -> AsyncIterator[bytes]:
        """The body, piece by piece as it comes.

        Raises:
            LimitError: it has more bytes than allowed.
            SlowBodyError: it did not arrive in time.
            ClientGoneError: the client is gone.
            MediaTypeError: it is compressed.
        """
        self._check_announcement()
        try:
            async with asyncio.timeout(self._pace.seconds):
                async for block in self._kept_pace(self._request.stream()):
                    self.received_bytes += len(block)
                    if self.received_bytes > self._limit:
                        raise self._too_large()
                    if block:
                        yield block
                        await self._pace.turns.take()
        except TimeoutError:
            raise SlowBodyError(texts.BODY_TOO_SLOW, seconds=f"{self._pace.seconds:g}") from None
        except ClientDisconnect:
            raise ClientGoneError from None

    async def _kept_pace(self, blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        rate = self._pace.bytes_per_second
        loop = asyncio.get_running_loop()
        ends, left = loop.time() + WINDOW_SECONDS, rate * WINDOW_SECONDS
        while True:
            try:
                async with asyncio.timeout_at(ends if left > 0 else None):
                    block = await anext(blocks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise SlowBodyError(texts.BODY_STALLED, kilobytes=f"{rate / 1000:g}") from None
            left -= len(block)
            if loop.time() > ends:
                ends, left = loop.time() + WINDOW_SECONDS, rate * WINDOW_SECONDS
            yield block

    async def to_file(self, path: Path) -> int:
        """Write the body to a new file at ``path``; gives its bytes."""
        async with BlockWriter(path) as file:
            async for block in self.blocks():
                await file.write(block)
        return self.received_bytes

    async def json_object(self, example: str) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            BodyError: it is none; the sentence shows ``example``.
        """
        data = bytearray()
        async for block in self.blocks():
            data += block
        try:
            # what is large takes a while, in which the service has to answer others
            value = json.loads(data) if len(data) <= JSON_BYTES else await asyncio.to_thread(json.loads, data)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise BodyError(texts.NO_JSON, example=example)
        return value

    def _check_announcement(self) -> None:
        headers = self._request.headers
        if headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
            raise MediaTypeError(texts.COMPRESSED_BODY)
        announced = headers.get("content-length", "")
        if announced.isascii() and announced.isdecimal() and int(announced) > self._limit:
            raise self._too_large()

    def _too_large(self) -> LimitError:
        if self._is_text:
            return LimitError(texts.TEXT_TOO_LARGE, limit=self._limit // 1024)
        return LimitError(texts.BODY_TOO_LARGE, limit=self._limit // 1_000_000)


class BlockWriter:
    """Writes a file in large blocks, off the event loop: a slow disk must not stop the service from answering."""

    def __init__(self, path: Path) -> None:
        # Unbuffered, because the pieces collected here are the buffer.
        self._file = path.open("xb", buffering=0)
        self._pieces: list[bytes | memoryview] = []
        self._size = 0

    async def write(self, data: bytes | memoryview) -> None:
        """Put ``data`` at the end of the file, now or soon."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= BLOCK_BYTES:
            await self._flush()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                await self._flush()
        finally:
            self._file.close()

    async def _flush(self) -> None:
        pieces, self._pieces, self._size = self._pieces, [], 0
        await asyncio.to_thread(_write_all, self._file, pieces)


def _write_all(file: FileIO, pieces: list[bytes | memoryview]) -> None:
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            rest = rest[file.write(rest) :]


def content_type(request: Request) -> str:
    """The media type of the request's body, without its parameters; empty where none is named."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
