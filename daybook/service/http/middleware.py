"""Around every request: its id, its log line, its figures, and an answer whatever happens.

A plain ASGI application rather than one of the framework's own middleware classes: those hide from a handler that its
client has gone.
"""

import asyncio
import contextlib
import logging
import time
import traceback
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daybook.language import Language
from daybook.service import texts
from daybook.service.errors import UnexpectedError
from daybook.service.http.error_responses import error_response
from daybook.service.telemetry import REQUEST_ID, Metrics, RequestContext, begin_request, fields

log = logging.getLogger("daybook.service")

LINGER_BYTES = 64 << 20
"""What is still read of a body after its request was refused: a client that is told while it sends, and finds the
connection closed, sees a broken connection instead of the reason."""
LINGER_SECONDS = 10.0
LINGER_SILENCE = 0.5
"""Seconds without a byte after which nothing more is waited for."""
_QUIET = frozenset({"/health/live", "/health/ready", "/metrics", "/status"})


class RequestMiddleware:
    """Gives every request an id, a log line, a count, and an answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics, language: Language) -> None:
        self._app = app
        self._metrics = metrics
        self._language = language

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        exchange = _Exchange(begin_request(headers.get(REQUEST_ID, "")), headers, receive, send)
        started = time.perf_counter()
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer and the log a line
            _log_fault(error)
            if exchange.status == 0:
                answer = error_response(UnexpectedError(texts.UNEXPECTED), self._language)
                await answer(scope, exchange.receive, exchange.send)
        finally:
            _name_endpoint(scope, exchange.context)
            seconds = time.perf_counter() - started
            self._metrics.count(scope["method"], exchange.status, seconds, exchange.context)
            _log_request(scope["method"], exchange, seconds)


class _Exchange:
    """One request and its answer, with the ways in and out that the application gets."""

    def __init__(self, context: RequestContext, headers: Headers, receive: Receive, send: Send) -> None:
        self.context = context
        self.status = 0
        self._receive = receive
        self._send = send
        self._body_pending = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        self._waits_for_leave = "expect" in headers

    async def receive(self) -> Message:
        self._waits_for_leave = False
        message = await self._receive()
        self.context.body_bytes += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self._body_pending = False
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = self.context.request_id
            headers["X-Content-Type-Options"] = "nosniff"
            if self._body_pending:
                headers["Connection"] = "close"
        elif self._body_pending and not self._waits_for_leave and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._linger()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def _linger(self) -> None:
        enough = self.context.body_bytes + LINGER_BYTES
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while self._body_pending and self.context.body_bytes < enough:
                    await asyncio.wait_for(self.receive(), LINGER_SILENCE)


def _name_endpoint(scope: Scope, context: RequestContext) -> None:
    route = scope.get("route")
    path = getattr(route, "path_format", None)
    if path:
        context.endpoint = path


def _log_request(method: str, exchange: _Exchange, seconds: float) -> None:
    context = exchange.context
    level = logging.DEBUG if context.endpoint in _QUIET and exchange.status < 400 else logging.INFO  # noqa: PLR2004
    log.log(
        level,
        "request",
        extra={
            "method": method,
            "endpoint": context.endpoint,
            "status": exchange.status,
            "ms": round(seconds * 1000, 1),
        }
        | fields(
            body_bytes=context.body_bytes,
            rows=context.rows,
            engine=context.engine,
            error=context.error,
            run_id=context.run_id,
        ),
    )
    if context.crash is not None:
        log.error("job crashed", extra={"kind": context.crash.kind, "frames": context.crash.frames})


def _log_fault(error: Exception) -> None:
    frames = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    log.error("fault", extra={"kind": type(error).__name__, "frames": frames})
