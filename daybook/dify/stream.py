"""`events`: Dify's event stream, read as it comes; `RunEventReader` and `ChatEventReader`: what the events tell.

``requests.iter_lines(chunk_size=1)`` would do for short events, but its cost grows with the square of a line's
length: 37 s for a line of 400 KB, which a run's outputs may be. Larger chunks hold back the first event, and with
it the run's id. So what the socket has is taken at once, and lines are cut here. Nothing is held that is larger than
`LARGEST`, however it comes: in an endless line, or packed.
"""

import json
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from daybook import tracing
from daybook.dify.errors import DifyError, Safe, api_error, safe_text
from daybook.dify.outcome import (
    ChatAnswer,
    NodeFailure,
    RunHandle,
    RunOutcome,
    RunStatus,
    failure_text,
    json_object,
)

LARGEST = 32 * 1024 * 1024
"""Bytes of one event or one answer; the outputs of a run are far below."""
_PIECE = 16384
"""Bytes taken at once: packed ones unfold to a thousand times as many at most."""
_OBJECT = 64
"""Bytes that a line costs beside its own."""

type Event = dict[str, Any]


class StreamBrokenError(Exception):
    """The stream ended in the middle; what was going on at Dify goes on."""


class TooLargeError(Exception):
    """More came than may be held."""


def events(response: requests.Response, on_bytes: Callable[[], None]) -> Iterator[Event]:
    """The events of ``response`` that carry data, in order.

    Pings carry none and yield nothing.

    Args:
        response: an answer of type ``text/event-stream``, not read yet.
        on_bytes: called whenever anything came, pings too; the place to look at a clock.

    Raises:
        StreamBrokenError: the connection broke, or nothing came for as long as the read timeout says.
        TooLargeError: an event is larger than `LARGEST`.
    """
    data: list[bytes] = []
    held = 0
    for line in _lines(response, on_bytes):
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
            held += len(line) + _OBJECT
            if held > LARGEST:
                raise TooLargeError
        elif not line and data:
            event = _event(b"\n".join(data))
            data, held = [], 0
            if event is not None:
                yield event


def read_all(response: requests.Response, on_bytes: Callable[[], None]) -> bytes:
    """The whole body of an answer.

    Raises:
        StreamBrokenError: as in `events`.
        TooLargeError: it is larger than `LARGEST`.
    """
    body = bytearray()
    for piece in _pieces(response):
        on_bytes()
        body += piece
        if len(body) > LARGEST:
            raise TooLargeError
    return bytes(body)


def _event(data: bytes) -> Event | None:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _lines(response: requests.Response, on_bytes: Callable[[], None]) -> Iterator[bytes]:
    pending = bytearray()
    for piece in _pieces(response):
        on_bytes()
        pending += piece
        if len(pending) > LARGEST:
            raise TooLargeError
        if b"\n" not in piece:
            continue
        *lines, rest = bytes(pending).split(b"\n")
        pending = bytearray(rest)
        for line in lines:
            yield line.removesuffix(b"\r")


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """What came, as soon as it came, unpacked."""
    read1 = getattr(response.raw, "read1", None)
    try:
        if read1 is None:  # urllib3 1.26, which an older Airflow still holds
            yield from response.iter_content(chunk_size=1)
            return
        while piece := read1(_PIECE, decode_content=True):
            yield piece
    except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
        raise StreamBrokenError from error


_NODE_FAILED = ("failed", "exception")
"""States of a node that failed; ``exception`` where the workflow went on by its branch or default value."""


class RunEventReader:
    """Puts a workflow run together from its events."""

    def __init__(self, on_start: Callable[[RunHandle], None] | None = None, safe: Safe = safe_text) -> None:
        self.handle: RunHandle | None = None
        self.failures: tuple[NodeFailure, ...] = ()
        self.outcome: RunOutcome | None = None
        self._on_start = on_start
        self._safe = safe

    def take(self, event: Event) -> bool:
        """Takes one event; whether it was the last one that counts.

        Raises:
            DifyError: Dify gave up before it started the run.
        """
        run_id = str(event.get("workflow_run_id") or "")
        if run_id and self.handle is None:
            self.handle = RunHandle(run_id, str(event.get("task_id") or ""))
            if self._on_start:
                self._on_start(self.handle)
        data = json_object(event.get("data"))
        if event.get("event") == "node_finished":
            self._trace(data)
        match event.get("event"):
            case "node_finished" if data.get("status") in _NODE_FAILED:
                self._note_failure(data)
            case "workflow_finished" if self.handle:
                self.outcome = RunOutcome.of(data, self.handle, self.failures, safe=self._safe)
            case "error":
                self.outcome = self._given_up(event)
        return self.outcome is not None

    def _trace(self, node: Event) -> None:
        """A node as a step of the run: what Dify says of it, and nothing of what went in or came out."""
        end, seconds = time.time_ns(), node.get("elapsed_time")
        start = end - round(seconds * 1e9) if isinstance(seconds, int | float) else end
        status, kind = str(node.get("status") or ""), str(node.get("node_type") or "")
        name = self._safe(node.get("title")) or kind
        error = status if status in _NODE_FAILED else ""
        tracing.record([tracing.Step(name, tracing.Kind.INTERNAL, {"daybook.dify.node": kind}, start, end, error)])

    def _note_failure(self, node: Event) -> None:
        text = failure_text(node.get("error"), json_object(node.get("outputs")))
        failure = NodeFailure(str(node.get("node_id") or ""), self._safe(node.get("title")), self._safe(text))
        self.failures = (*self.failures, failure)

    def _given_up(self, event: Event) -> RunOutcome:
        error = _event_error(event, self._safe, may_start=True)
        if self.handle is None:
            raise error
        message = self._safe(event.get("message")) or str(error)
        data = {"status": RunStatus.FAILED, "error": message}
        return RunOutcome.of(data, self.handle, self.failures, safe=self._safe)


class ChatEventReader:
    """Puts the answer of a chat, agent or chatflow app together from its events."""

    def __init__(self, safe: Safe = safe_text) -> None:
        self._safe = safe
        self.conversation_id = ""
        self.message_id = ""
        self.task_id = ""
        self.answer: ChatAnswer | None = None
        self._pieces: list[str] = []

    def take(self, event: Event) -> bool:
        """Takes one event; whether the answer is complete.

        Raises:
            DifyError: the app failed.
        """
        self.conversation_id = str(event.get("conversation_id") or self.conversation_id)
        self.message_id = str(event.get("message_id") or self.message_id)
        self.task_id = str(event.get("task_id") or self.task_id)
        match event.get("event"):
            case "message" | "agent_message":
                self._pieces.append(str(event.get("answer") or ""))
            case "message_replace":  # moderation withdrew what was said so far
                self._pieces = [str(event.get("answer") or "")]
            case "message_end":
                self.answer = ChatAnswer(
                    "".join(self._pieces),
                    self.conversation_id,
                    self.message_id,
                    self.task_id,
                    json_object(event.get("metadata")),
                )
            case "error":
                raise _event_error(event, self._safe, may_start=False)
        return self.answer is not None


def _event_error(event: Event, safe: Safe, *, may_start: bool) -> DifyError:
    status = event.get("status")
    return api_error(status if isinstance(status, int) else 500, event, may_start=may_start, safe=safe)
