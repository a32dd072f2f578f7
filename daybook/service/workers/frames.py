"""Messages between the server and a worker: pickles with their length in front, over a socket pair."""

import pickle
import socket
import struct
from typing import Any

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
