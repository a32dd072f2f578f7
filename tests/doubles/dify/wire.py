"""`Wire`: the wire under the Dify double: answers, event streams, broken connections, multipart bodies."""

import gzip
import json
import re
import socket
import struct
import sys
import threading
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

type Json = dict[str, Any]

PING = b"event: ping\n\n"
GIGABYTES = 1_500_000_000


class HangUp(Exception):  # noqa: N818 (the double means to)
    """Close the connection without another byte."""

    def __init__(self, *, reset: bool = True) -> None:
        super().__init__()
        self.reset = reset


class Part(NamedTuple):
    """A part of a multipart body."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes


def multipart(content_type: str, body: bytes) -> list[Part]:
    """The parts of a body; none where it is no multipart body."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if not boundary:
        return []
    return [_part(raw) for raw in body.split(b"--" + boundary.encode())[1:-1]]


def _part(raw: bytes) -> Part:
    head, _, content = raw.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    text = head.decode()
    name, filename, content_type = (
        re.search(pattern, text)
        for pattern in (r'; name="([^"]*)"', r'; filename="([^"]*)"', r"(?i)content-type: (\S+)")
    )
    return Part(
        name[1] if name else "",
        filename[1] if filename else None,
        content_type[1] if content_type else None,
        content.removesuffix(b"\r\n"),
    )


class Server(ThreadingHTTPServer):
    """A thread a connection; callers that hang up are no news."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says what went wrong in the double itself."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Wire(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    chunked = True

    def log_message(self, *_: Any) -> None:
        """Quiet: the double keeps its own list of calls."""

    @property
    def content_length(self) -> int:
        """Bytes of the request's body."""
        return int(self.headers.get("Content-Length") or 0)

    def drain(self) -> None:
        """Takes the body without holding it."""
        left = self.content_length
        while left:
            left -= len(self.rfile.read(min(left, 65536)))

    def answer(self, status: int, body: Json | str, headers: dict[str, str] | None = None) -> None:
        """An answer of one piece."""
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "application/json" if text.startswith("{") else "text/html; charset=utf-8"
        data = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def answer_gzip(self) -> None:
        """A JSON answer of 1.5 GB, packed into a few megabytes."""
        packed = gzip.compress(b" " * 10_000_000, 1, mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            for _ in range(GIGABYTES // 10_000_000):  # a gzip file may have many members
                self.wfile.write(packed)

    def flood(self) -> None:
        """A line that does not end, until the caller hangs up."""
        self.close_connection = True
        with suppress(OSError):
            self.write(b"data: ")
            for _ in range(GIGABYTES // 1_000_000):
                self.write(b"x" * 1_000_000)

    def trickle(self, closing: threading.Event) -> None:
        """A line that does not end, a byte at a time."""
        self.close_connection = True
        with suppress(OSError):
            self.write(b"data: ")
            while not closing.wait(0.05):
                self.write(b"x")

    def fall_silent(self, idle: float, closing: threading.Event) -> None:
        """A stream that pings once and says no more, until Dify ends it."""
        self.open_stream()
        self.write(PING)
        closing.wait(idle)
        self.close_stream()

    def open_stream(self) -> None:
        """The head of an event stream."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        if self.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def event(self, event: Json) -> None:
        """One event."""
        self.write(f"data: {json.dumps(event)}\n\n".encode())

    def write(self, data: bytes) -> None:
        """Bytes of a stream."""
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data) if self.chunked else data)
        self.wfile.flush()

    def close_stream(self) -> None:
        """The end of a stream."""
        if self.chunked:
            self.wfile.write(b"0\r\n\r\n")

    def hang_up(self, *, reset: bool) -> None:
        """A closed connection; with ``reset`` what was on its way is lost too."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
