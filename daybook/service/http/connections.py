"""`Listener`, `BoundedProtocol`: takes connections within a bound, and bounds what each may hold and delay.

uvicorn on h11 was chosen by measurement. Of stock uvicorn, hypercorn and granian, under pipelined requests whose
answers are not read and endless headers, uvicorn on httptools grew to 1.1 GB and 1.0 GB; on h11 it stayed at 30 MB, as
hypercorn and granian do, and it takes uploads nearly as quickly (240 MiB/s for 293). Out of file descriptors, all but
hypercorn stop to answer. What h11 lacks is here: `BoundedProtocol` bounds a connection, and `Listener` looks at each
once a second, because a connection has no timers.

asyncio's own accept loop, out of descriptors, tries a backlog's length of times, logs each, and plans as many later
attempts: the more it fails, the busier it is.
"""

import asyncio
import contextlib
import errno
import heapq
import json
import logging
import resource
import socket
from collections.abc import Callable, Collection
from typing import Any, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from daybook.errors import SettingsError
from daybook.language import Language, Text
from daybook.service import texts

HEAD_BYTES = 64 << 10
"""Bytes of a request's line and headers together; of the trailer, and of what stands between two pieces, of a body."""
HEADERS = 100
HEAD_SECONDS = 10.0
"""From the connection, or from the first byte of a later request, to the end of its headers."""
UNREAD_SECONDS = 30.0
UNREAD_BYTES = 32 << 10
"""Of an answer that waits for its reader, so much has to go off in that time."""
CLOSE_SECONDS = 5.0
"""What a connection that is being closed has for its last bytes."""
LINGER_SECONDS = 2.0
"""How long a refused client's bytes are still taken, and thrown away, so that it reads why."""

_REFUSALS: dict[int, tuple[str, str, Text]] = {
    400: ("Bad Request", "body", texts.NOT_HTTP),
    408: ("Request Timeout", "slow_body", texts.HEAD_TOO_SLOW),
    431: ("Request Header Fields Too Large", "headers", texts.LARGE_HEADERS),
    503: ("Service Unavailable", "too_many_connections", texts.MANY_CONNECTIONS),
}

_quiet = logging.getLogger("daybook.service.connections")
_quiet.setLevel(logging.ERROR)  # uvicorn warns of each request that is no HTTP: whoever sends them would fill the disk


class BoundedProtocol(H11Protocol):
    """One connection; its refusals are in ``language``."""

    def __init__(self, *arguments: Any, language: Language, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.logger = _quiet
        self.conn = self._bounded = _Connection(h11.SERVER, HEAD_BYTES)
        self.since = self.loop.time()
        """When it became idle."""
        self._language = language
        self._ends_at = self.since + HEAD_SECONDS
        self._in_head = False
        self._deaf = False
        self._closing_since: float | None = None
        self._unread = 0
        self._unread_since = self.since

    @property
    def is_idle(self) -> bool:
        """Whether it has no request that is worked on, so that nothing is lost with it."""
        return (self.cycle is None or self.cycle.response_complete) and not self.transport.is_closing()

    def check(self, now: float) -> None:
        """End the connection if its time is over; to be called about once a second."""
        if self.transport.is_closing():
            self._closing_since = self._closing_since or now
            if now - self._closing_since > CLOSE_SECONDS:
                self.transport.abort()
        elif self.is_idle and now > self._ends_at:
            if self._in_head and not self._deaf:
                self._refuse(408)
            else:
                self.transport.close()
        else:
            self._check_reader(now)

    def data_received(self, data: bytes) -> None:
        """Part of `asyncio.Protocol`."""
        if self._deaf:
            return
        if self.is_idle and not self._in_head:
            self._in_head = True
            self._ends_at = self.loop.time() + HEAD_SECONDS
        super().data_received(data)

    def on_response_complete(self) -> None:
        """Called by a request's cycle once its answer is written."""
        self.since = self.loop.time()
        self._in_head = False
        self._ends_at = self.since + self.timeout_keep_alive
        super().on_response_complete()
        self._unset_keepalive_if_required()  # `check` sees to it

    def resume_writing(self) -> None:
        """Part of `asyncio.Protocol`: the client reads."""
        self._unread = 0
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """Called where the client sends what is no HTTP, or too much of it."""
        self._refuse(self._bounded.refused)

    def _refuse(self, status: int) -> None:
        self._deaf = True
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE, h11.ERROR} and self.is_idle:
            self.transport.write(refusal(status, self._language))
            self.transport.write_eof()
            self._ends_at = self.loop.time() + LINGER_SECONDS
        else:
            self.transport.close()

    def _check_reader(self, now: float) -> None:
        unread = self.transport.get_write_buffer_size()
        if not unread or not self._unread or unread <= self._unread - UNREAD_BYTES:
            self._unread, self._unread_since = unread, now
        elif now - self._unread_since > UNREAD_SECONDS:
            self.transport.abort()


class _Connection(h11.Connection):
    """h11's own bounds the bytes of a head; this one the number of its headers too."""

    refused = 400
    """The status of the answer to what was not accepted."""

    def next_event(self) -> Any:
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            self.refused = 431 if error.error_status_hint == 431 else 400  # noqa: PLR2004
            raise
        if isinstance(event, h11.Request) and len(event.headers) > HEADERS:
            self.refused = 431
            raise h11.RemoteProtocolError("too many headers")
        return event


def refusal(status: int, language: Language) -> bytes:
    """A whole answer that says why the connection ends."""
    phrase, code, text = _REFUSALS[status]
    body = json.dumps({"detail": text.to(language), "code": code}, ensure_ascii=False).encode()
    again = "Retry-After: 1\r\n" if status == 503 else ""  # noqa: PLR2004
    head = (
        f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{again}"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


log = logging.getLogger("daybook.service")

CHECK_SECONDS = 1.0
"""Between two looks at all connections."""
RETRY_SECONDS = 0.1
LOG_SECONDS = 60.0
"""Between two log lines on one kind of pressure."""
SHED_AT_ONCE = 16
OWN_DESCRIPTORS = 64
"""What the service has open beside its connections and workers."""
WORKER_DESCRIPTORS = 4
CONNECTION_DESCRIPTORS = 2
"""A connection, and the file that its body is written to."""
FEWEST_CONNECTIONS = 16

_NO_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Listener:
    """Accepts connections on a socket that listens.

    Args:
        listening: the socket.
        protocol: makes the protocol of a connection.
        connections: those that are open; kept by their protocols.
        most: how many there may be at a time.
        language: of refusals.
    """

    def __init__(
        self,
        listening: socket.socket,
        protocol: Callable[[], BoundedProtocol],
        connections: Collection[object],
        most: int,
        language: Language,
    ) -> None:
        self._socket = listening
        self._protocol = protocol
        self._connections = cast("Collection[BoundedProtocol]", connections)
        self._most = most
        self._refusal = refusal(503, language)
        self._logged: dict[str, float] = {}

    async def run(self) -> None:
        """Accept until it is cancelled."""
        self._socket.settimeout(0)
        watch = asyncio.create_task(self._watch())
        try:
            while True:
                await self._accept()
        finally:
            watch.cancel()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            connection, _ = await loop.sock_accept(self._socket)
        except OSError as error:
            if error.errno in _NO_ROOM:
                self._log("file descriptors used up")
                self._shed(SHED_AT_ONCE)
            await asyncio.sleep(RETRY_SECONDS)
            return
        if len(self._connections) >= self._most and not self._shed(1):
            self._log("too many connections")
            _turn_away(connection, self._refusal)
        else:
            try:
                await loop.connect_accepted_socket(self._protocol, connection)
            except OSError:
                connection.close()
        await asyncio.sleep(0)  # a flood of connections must not keep the others waiting

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            now = loop.time()
            for connection in tuple(self._connections):
                connection.check(now)

    def _shed(self, count: int) -> int:
        """End the connections that are idle longest; gives their number."""
        idle = (connection for connection in self._connections if connection.is_idle)
        longest = heapq.nsmallest(count, idle, key=lambda connection: connection.since)
        for connection in longest:
            connection.transport.abort()
        return len(longest)

    def _log(self, what: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._logged.get(what, -LOG_SECONDS) >= LOG_SECONDS:
            self._logged[what] = now
            log.warning(what, extra={"connections": len(self._connections), "most": self._most})


def fitting_connections(wanted: int, workers: int) -> int:
    """How many connections the file descriptors of this process suffice for, at most ``wanted``.

    The soft limit of the process is raised as far as needed and allowed.

    Raises:
        SettingsError: there are too few for any sensible number.
    """
    others = OWN_DESCRIPTORS + WORKER_DESCRIPTORS * workers
    needed = others + CONNECTION_DESCRIPTORS * wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    fitting = (soft - others) // CONNECTION_DESCRIPTORS
    if fitting < FEWEST_CONNECTIONS:
        raise SettingsError(texts.FEW_DESCRIPTORS, there=soft, needed=needed)
    log.warning("fewer connections than set", extra={"connections": fitting, "descriptors": soft, "needed": needed})
    return fitting


def _turn_away(connection: socket.socket, answer: bytes) -> None:
    with connection, contextlib.suppress(OSError):
        connection.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            connection.recv(1 << 16)  # what came is read, or the close would destroy the answer on its way
        connection.send(answer)
        connection.shutdown(socket.SHUT_WR)
