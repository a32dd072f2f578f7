"""Dify's event stream, read as it comes.

``requests.iter_lines(chunk_size=1)`` would do for short events, but its cost grows with the square of a line's
length: 37 s for a line of 400 KB, which a run's outputs may be. Larger chunks hold back the first event, and with
it the run's id. So what the socket has is taken at once, and lines are cut here.
"""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any

import requests
from urllib3.exceptions import HTTPError

_CHUNK = 65536

type Event = dict[str, Any]


class StreamBrokenError(Exception):
    """The stream ended in the middle; what was going on at Dify goes on."""


def events(response: requests.Response, on_bytes: Callable[[], None]) -> Iterator[Event]:
    """The events of ``response`` that carry data, in order.

    Pings carry none and yield nothing.

    Args:
        response: an answer of type ``text/event-stream``, not read yet.
        on_bytes: called whenever anything came, pings too; the place to look at a clock.

    Raises:
        StreamBrokenError: the connection broke, or nothing came for as long as the read timeout says.
    """
    data: list[bytes] = []
    for line in _lines(response, on_bytes):
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif not line and data:
            event = _event(b"\n".join(data))
            data = []
            if event is not None:
                yield event


def _event(data: bytes) -> Event | None:
    try:
        event = json.loads(data)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _lines(response: requests.Response, on_bytes: Callable[[], None]) -> Iterator[bytes]:
    pending = bytearray()
    for chunk in _chunks(response):
        on_bytes()
        pending += chunk
        if b"\n" not in chunk:
            continue
        *lines, rest = bytes(pending).split(b"\n")
        pending = bytearray(rest)
        for line in lines:
            yield line.removesuffix(b"\r")


def _chunks(response: requests.Response) -> Iterator[bytes]:
    read1 = getattr(response.raw, "read1", None)
    try:
        if read1 is None:  # urllib3 1.26, which an older Airflow still holds
            yield from response.iter_content(chunk_size=1)
            return
        while chunk := read1(_CHUNK, decode_content=True):
            yield chunk
    except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
        raise StreamBrokenError from error
