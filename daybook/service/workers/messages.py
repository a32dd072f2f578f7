"""`Job`, `Reply`: what a worker process is asked to do, what it tells while it does it, and how both go over a socket.

Small values that pickle, with their length in front, over a socket pair.
"""

import pickle
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from daybook.errors import DaybookError
from daybook.tracing import Step


@dataclass(frozen=True, slots=True)
class Job:
    """One call of a function in a worker process.

    The function travels by name, so it lives at the top of a module; its arguments and its result travel as
    pickles. Large data travels as a path. Results are plain values (bytes, text, numbers, lists, dicts): the
    server must never have to import what only a worker needs.
    """

    function: Callable[..., Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the call."""
    name: str = ""
    """The name under which the job appears in logs and metrics; the function's own where none is given."""
    seconds: float = 300
    """Time from the start in the worker after which the job is stopped."""
    memory_bytes: int = 4 << 30
    """Resident memory of the worker past which the job is stopped."""
    capture_output: bool = False
    """Whether what the function prints arrives as `Printed` events instead of on the server's own output."""

    traced: bool = False
    """Whether the steps of the job arrive as `Steps`, before its end."""

    @property
    def title(self) -> str:
        """The name for logs and metrics."""
        return self.name or self.function.__name__


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the running job says it is."""

    fraction: float | None
    """From 0 to 1; None where the job cannot tell."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """Text that the running job printed."""

    text: str


type JobEvent = Progress | Printed


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded what it needs and waits for its first job."""


@dataclass(frozen=True, slots=True)
class Began:
    """The worker has the whole job and does it from now on; until then another could have it as well."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What the job did, and how long each step took; for the trace."""

    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Done:
    """The job ended with a result."""

    result: Any
    resident_bytes: int
    """Memory that the worker still holds after the job."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The job ended with an error made for a person."""

    error: DaybookError


@dataclass(frozen=True, slots=True)
class Crashed:
    """The job ended with an unexpected exception."""

    kind: str
    """The exception's class, as ``module.Name``."""
    message: str
    """The exception's own text. It may quote a cell of a user's data: not for logs of an analysis."""
    frames: tuple[str, ...]
    """Where it happened, outermost first, as ``module.py:12 function``: safe for a log."""


type Reply = Ready | Began | Progress | Printed | Steps | Done | Refused | Crashed


_LENGTH = struct.Struct("!Q")


def frame(message: Any) -> bytes:
    """``message`` as it goes over the socket."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Collects bytes as they come and gives back whole messages, still pickled."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that ``data`` completes."""
        self._buffer += data
        messages = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            messages.append(bytes(self._buffer[_LENGTH.size : end]))
            del self._buffer[:end]
        return messages


def receive(connection: socket.socket) -> bytes | None:
    """The next message on a blocking socket, still pickled; None once the other side is gone."""
    head = _exactly(connection, _LENGTH.size)
    if head is None:
        return None
    return _exactly(connection, _LENGTH.unpack(head)[0])


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        try:
            part = connection.recv(min(size - len(data), 1 << 20))
        except ConnectionError:
            return None
        if not part:
            return None
        data += part
    return bytes(data)
