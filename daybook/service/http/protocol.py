"""`BoundedProtocol`: uvicorn's HTTP protocol, with bounds on what one connection may hold and delay.

uvicorn on h11 was chosen by measurement. Of stock uvicorn, hypercorn and granian, under pipelined requests whose
answers are not read and endless headers, uvicorn on httptools grew to 1.1 GB and 1.0 GB; on h11 it stayed at 30 MB, as
hypercorn and granian do, and it takes uploads nearly as quickly (240 MiB/s for 293). Out of file descriptors, all but
hypercorn stop to answer. What h11 lacks is here and in `daybook.service.http.listener`, which looks at each connection
once a second: a connection has no timers.
"""

import json
import logging
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

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
