"""`Run`, `Upload`, `Variable` and `Fault`: what the Dify double is made of, and what can go wrong with a call."""

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
APP_ID = "0d5c1f6a-0000-4000-8000-000000000002"
NODES = (
    ("start", "start", "开始 Start"),
    ("analyze", "tool", "分析销售数据 Analyse sales"),
    ("push", "tool", "推送到钉钉 Push to DingTalk"),
    ("outcome", "code", "整理结果 Outcome"),
    ("end", "end", "结束 End"),
)
"""The nodes of a run: id, type, title. What the double's workflow does happens in the second."""
OUTPUTS = (
    "answer",
    "delivered",
    "problem",
    "again",
    "already_delivered",
    "ready",
    "ready_reason",
    "has_data",
    "analysis_date",
    "total_sales",
    "total_orders",
    "total_quantity",
    "average_order_value",
    "sales_change",
    "sales_change_week",
    "top_product",
    "top_region",
    "report_key",
    "correction",
)
"""The outputs of the shipped workflow. After a fail branch, those that no node made are null."""


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
    """As with a dead worker: accept, ping once, fall silent, and start nothing until `DifyDouble.work` is called."""
    FLOOD = auto()
    """After ``events`` events send a line that does not end, until the caller hangs up."""
    GZIP = auto()
    """Answer with 1.5 GB of JSON, in a few megabytes of gzip."""
    TRICKLE = auto()
    """After ``events`` events send a byte at a time of a line that does not end."""


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


BUSY = f"Too many requests. Please try again later. The current maximum concurrent requests allowed for {APP_ID} is 1."

TOO_MANY_429 = Fault(Kind.ANSWER, status=429, body=envelope(429, "too_many_requests", "Too many requests."))
TOO_MANY_400 = Fault(Kind.ANSWER, status=400, body=envelope(400, "invalid_param", BUSY))
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
        """As Dify tells it: in lower case, without the dot; empty for a name without one."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""

    def as_object(self, kind: str) -> Json:
        """The file as the inputs of a run show it."""
        return {
            "dify_model_identity": "__dify__file__",
            "id": None,
            "tenant_id": APP_ID,
            "type": kind,
            "transfer_method": "local_file",
            "remote_url": f"http://127.0.0.1/files/{self.id}/file-preview?timestamp=1&nonce=2&sign=c2VjcmV0",
            "related_id": self.id,
            "filename": self.name,
            "extension": f".{self.extension}",
            "mime_type": self.mime_type,
            "size": len(self.content),
            "url": f"http://127.0.0.1/files/{self.id}/file-preview?timestamp=1&nonce=2&sign=c2VjcmV0",
        }


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
    exceptions: int = 0
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
    label: str = ""
    options: tuple[str, ...] = ()
    file_types: tuple[str, ...] = ()
    file_extensions: tuple[str, ...] = ()
    upload_methods: tuple[str, ...] = ("local_file", "remote_url")

    def as_form(self) -> Json:
        """The variable as ``GET /parameters`` tells it."""
        told = {
            "variable": self.name,
            "label": self.label or self.name,
            "type": self.type,
            "required": self.required,
            "max_length": self.max_length,
            "options": list(self.options),
        }
        if self.type in ("file", "file-list"):
            told |= {
                "allowed_file_types": list(self.file_types),
                "allowed_file_extensions": list(self.file_extensions),
                "allowed_file_upload_methods": list(self.upload_methods),
            }
        else:
            told["default"] = ""
        return {self.type: told}


SALES_FORM = (
    Variable("sales_data", "file", label="销售数据（与数据源二选一）/ Sales data", file_types=("document",)),
    Variable("source", max_length=64),
    Variable("report_date"),
    Variable("report_title", max_length=64),
    Variable("run_key", max_length=128),
    Variable("book", max_length=64),
    Variable("traceparent", max_length=64),
    Variable("deadline", max_length=16),
)
"""The start node of the shipped workflow."""
