"""What the Dify double is made of: uploads, runs, the start node's variables, and the faults that a call can meet."""

import json
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

type Json = dict[str, Any]

WORKFLOW_ID = "9a7c3c5e-0000-4000-8000-000000000001"


class NodeError(Exception):
    """A node fails with this text. With ``handled`` the workflow goes on by its fail branch, to ``outputs``."""

    def __init__(self, text: str, *, handled: bool = False, outputs: Json | None = None) -> None:
        super().__init__(text)
        self.handled = handled
        self.outputs = outputs or {}


class Kind(StrEnum):
    """What can go wrong with one call."""

    ANSWER = auto()
    """Answer ``status`` with ``body``, and do nothing."""
    ANSWER_AFTER = auto()
    """Do as asked, then answer ``status`` with ``body`` all the same."""
    DROP = auto()
    """Hang up without an answer, and do nothing."""
    DROP_AFTER = auto()
    """Do as asked, then hang up without an answer."""
    CUT = auto()
    """Break a stream after ``events`` events."""
    STALL = auto()
    """Send pings only, for ever, from after ``events`` events on."""
    EVENT = auto()
    """Send ``body`` as the event after ``events`` events, and end."""
    QUEUED = auto()
    """As with a dead worker: accept, send pings only, and start nothing until `DifyDouble.work` is called."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, with the next call to a path that ends in ``path``."""

    kind: Kind
    path: str = "/workflows/run"
    status: int = 500
    body: str = "<html><body>Internal Server Error</body></html>"
    headers: Mapping[str, str] = field(default_factory=dict)
    events: int = 0
    method: str = "POST"


def envelope(status: int, code: str, message: str) -> str:
    """The body of an error as Dify writes it."""
    return json.dumps({"code": code, "message": message, "status": status}, ensure_ascii=False)


TOO_MANY_429 = Fault(Kind.ANSWER, status=429, body=envelope(429, "too_many_requests", "Too many requests."))
TOO_MANY_400 = Fault(
    Kind.ANSWER, status=400, body=envelope(400, "invalid_param", "Too many requests. Please try again later...")
)
QUOTA_429 = Fault(Kind.ANSWER, status=429, body=envelope(429, "rate_limit_error", "Rate Limit Error"))
INTERNAL_500 = Fault(Kind.ANSWER, status=500, body=envelope(500, "internal_server_error", "Internal Server Error"))
GATEWAY_504 = Fault(Kind.ANSWER, status=504, body="<html><h1>504 Gateway Time-out</h1></html>")


@dataclass
class Upload:
    """A file that was taken."""

    id: str
    name: str
    mime_type: str
    content: bytes
    user: str

    @property
    def extension(self) -> str:
        """As Dify tells it: in lower case, without the dot."""
        return self.name.rpartition(".")[2].lower()


@dataclass
class Run:
    """A run that was accepted."""

    id: str
    task_id: str
    user: str
    inputs: Json
    number: int
    status: str = "running"
    outputs: Json = field(default_factory=dict)
    error: str | None = None
    logged: bool = False
    started: bool = False
    created_at: int = field(default_factory=lambda: int(time.time()))
    finished_at: int | None = None
    events: queue.Queue[Json | None] = field(default_factory=queue.Queue)
    stop: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the start node."""

    name: str
    type: str = "text-input"
    required: bool = False
    max_length: int = 48


SALES_FORM = (
    Variable("sales_data", "file", required=True),
    Variable("date"),
    Variable("title"),
    Variable("run_key", max_length=128),
)
