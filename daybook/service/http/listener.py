"""`Listener`: takes connections within a bound, and gets over a lack of file descriptors.

asyncio's own accept loop, out of descriptors, tries a backlog's length of times, logs each, and plans as many later
attempts: the more it fails, the busier it is.
"""

import asyncio
import contextlib
import errno
import heapq
import logging
import resource
import socket
from collections.abc import Callable, Collection
from typing import cast

from daybook.errors import SettingsError
from daybook.language import Language
from daybook.service import texts
from daybook.service.http.protocol import BoundedProtocol, refusal

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
