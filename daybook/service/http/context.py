"""What is known of the request that is being served, for its log line, its metrics and its errors."""

import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass

from daybook.service.workers.jobs import Crashed

REQUEST_ID = "X-Request-ID"
RUN_ID = "X-Run-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(slots=True)
class RequestContext:
    """Notes on one request. Nothing in it is a cell, a name or a secret of a user."""

    request_id: str
    endpoint: str = "other"
    """The route's template, never the path: that may hold an id or a link."""
    error: str = ""
    """The code of the error that was answered."""
    crash: Crashed | None = None
    language: str = ""
    """The language that a parameter of the body asked for."""
    run_id: str = ""
    """The run of a function that the request began."""
    body_bytes: int = 0
    rows: int = 0


_current: ContextVar[RequestContext] = ContextVar("daybook_request")


def begin_request(claimed_id: str) -> RequestContext:
    """Notes on a new request, under the id that its sender gave it if that is a sane one."""
    context = RequestContext(claimed_id if _SANE.fullmatch(claimed_id) else uuid.uuid4().hex)
    _current.set(context)
    return context


def current_request() -> RequestContext:
    """The notes on the request that is being served."""
    return _current.get()


def current_request_id() -> str | None:
    """The id of the request that is being served; None outside one."""
    context = _current.get(None)
    return context.request_id if context else None
