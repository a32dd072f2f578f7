"""What an attacker does to a running service: raw connections, floods, and a watch on the service's memory."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psutil

from tests.service.harness import ServiceProcess

MB = 1_000_000


def connect(service: ServiceProcess, seconds: float = 5) -> socket.socket:
    """A bare connection."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), seconds)
    connection.settimeout(seconds)
    return connection


def pump(connection: socket.socket, pieces: Iterable[bytes], most: int, seconds: float = 10) -> int:
    """Send ``pieces`` until the service takes no more, or ``most`` bytes are sent; gives the number of bytes."""
    sent, ends = 0, time.monotonic() + seconds
    connection.settimeout(1)
    with contextlib.suppress(OSError):
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                if sent >= most or time.monotonic() > ends:
                    return sent
                with contextlib.suppress(TimeoutError):
                    count = connection.send(rest)
                    sent, rest = sent + count, rest[count:]
    return sent


def heard(connection: socket.socket, seconds: float = 20) -> bytes:
    """All that comes until the service ends the connection."""
    connection.settimeout(seconds)
    data = bytearray()
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(1 << 16):
            data += piece
    return bytes(data)


def repeated(first: bytes, rest: bytes) -> Iterator[bytes]:
    """``first``, then ``rest`` for ever."""
    return itertools.chain([first], itertools.repeat(rest))


def answers(service: ServiceProcess, seconds: float = 5) -> float | None:
    """Seconds until ``/health/live`` answers on a new connection; None if it does not."""
    begun = time.monotonic()
    try:
        with connect(service, seconds) as connection:
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return time.monotonic() - begun if b"live" in heard(connection, seconds) else None
    except OSError:
        return None


@dataclass
class Watch:
    """The memory of the service's own process while something is done to it."""

    base: int
    peak: int = 0

    @property
    def grown_mb(self) -> float:
        return (self.peak - self.base) / MB


@contextlib.contextmanager
def watched(service: ServiceProcess) -> Iterator[Watch]:
    """Looks at the memory every 20 ms."""
    process = psutil.Process(service.process.pid)
    watch = Watch(process.memory_info().rss)
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.02):
            watch.peak = max(watch.peak, process.memory_info().rss)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()
