"""`RequestMiddleware`, `error_response`: an answer to every request, whatever happens.

Around it stand the request's id, its log line and its figures. That something went wrong is said in one
sentence, with a code for programs and the request's id.

The status of an answer also decides who sends the request again. Dify's HTTP-request node repeats 429, 500, 502, 503
and 504 three times by itself, whatever its settings, and loses the sentence on the way. So those are for what a repeat
may mend (a full queue, a worker killed from outside), and all that comes from the request itself is a 4xx.

A plain ASGI application rather than one of the framework's own middleware classes: those hide from a handler that its
client has gone.
"""

import asyncio
import contextlib
import logging
import re
import time
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daybook import tracing
from daybook.database import DatabaseError
from daybook.errors import (
    DaybookError,
    DeliveryError,
    FileError,
    FunctionError,
    LimitError,
    ParameterError,
    QuestionError,
    SettingsError,
    TableError,
)
from daybook.language import Language
from daybook.page import frame
from daybook.service import errors, texts
from daybook.service.errors import UnexpectedError
from daybook.service.telemetry import (
    REQUEST_ID,
    RUN_ID,
    Metrics,
    RequestContext,
    begin_request,
    current_request,
    fields,
)

STATUS: tuple[tuple[type[DaybookError], HTTPStatus], ...] = (
    (errors.TimeLimitError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (LimitError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (TableError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (FileError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ParameterError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (SettingsError, HTTPStatus.UNPROCESSABLE_ENTITY),
    # what DingTalk refuses too: a repeat mends nothing, and after a lost answer might double the message
    (DeliveryError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (FunctionError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.UnauthorizedError, HTTPStatus.UNAUTHORIZED),
    (errors.CrossOriginError, HTTPStatus.FORBIDDEN),
    (errors.LinkError, HTTPStatus.FORBIDDEN),
    (errors.ExpiredError, HTTPStatus.GONE),
    (errors.ResourceNotFoundError, HTTPStatus.NOT_FOUND),
    (errors.MethodError, HTTPStatus.METHOD_NOT_ALLOWED),
    (errors.BodyError, HTTPStatus.BAD_REQUEST),
    (errors.MediaTypeError, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (errors.SlowBodyError, HTTPStatus.REQUEST_TIMEOUT),
    (errors.JobCrashedError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.WorkerKilledError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.QueueFullError, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.NotReadyError, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.WorkerLostError, HTTPStatus.SERVICE_UNAVAILABLE),
    (DatabaseError, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.StorageFullError, HTTPStatus.INSUFFICIENT_STORAGE),
    (errors.UnexpectedError, HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""Status of each error; the first class that fits counts. The answer holds the error's own code, and its kind: the
class's."""

CLIENT_GONE = 499
"""What the log says of a request whose client went away; nobody receives it."""


def error_response(error: DaybookError, language: Language) -> JSONResponse:
    """The answer that says ``error`` in ``language``."""
    status = status_of(error)
    context = current_request()
    context.error = error.code
    content: dict[str, Any] = {
        "detail": error.sentence(language),
        "code": error.code,
        "kind": error.kind,
        "request_id": context.request_id,
    }
    headers = {}
    if isinstance(error, QuestionError):
        choices = [{"value": choice.value, "meaning": choice.meaning.to(language)} for choice in error.choices]
        content["question"] = {"parameter": error.parameter, "choices": choices}
    if error.readiness:
        content["readiness"] = error.readiness.model_dump(mode="json")
    if context.run_id:
        content["run_id"] = headers[RUN_ID] = context.run_id
    if (seconds := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(seconds)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.MethodError):
        headers["Allow"] = str(error.values["allowed"])
    return JSONResponse(content, status, headers)


def _error_page(answer: JSONResponse, error: DaybookError, language: Language) -> Response:
    """The same for a person who opened a link in a browser."""
    shown = {"sentence": error.sentence(language), "request_id": current_request().request_id}
    kept = {name: answer.headers[name] for name in ("retry-after", "www-authenticate") if name in answer.headers}
    headers = {"Content-Security-Policy": frame.POLICY, "Cache-Control": "no-store", "Vary": "Accept", **kept}
    return HTMLResponse(frame.render("error.html", language, shown), answer.status_code, headers)


def add_error_handlers(app: FastAPI, language: Language) -> None:
    """Have every error of ``app`` answered in one form, in ``language`` where the request names none."""

    def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, DaybookError)  # noqa: S101 - the class it is registered for
        if isinstance(error, errors.JobCrashedError):
            current_request().crash = error.crash
        wanted = wanted_language(request, language)
        answer = error_response(error, wanted)
        is_page = request.method == "GET" or request.url.path.endswith(".html")
        is_for_people = is_page and "text/html" in request.headers.get("accept", "")
        return _error_page(answer, error, wanted) if is_for_people and request.url.path.startswith("/v1/") else answer

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - the class it is registered for
        return known(request, parameter_error(str(error.errors()[0]["loc"][-1]), str(error.errors()[0]["type"])))

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - the class it is registered for
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return known(
                request,
                errors.MethodError(texts.WRONG_METHOD, method=request.method[:16], allowed=_methods_of(request)),
            )
        if error.status_code == HTTPStatus.NOT_FOUND:
            # an id that cannot be one is no other address, but a report that there is not
            a_report = re.fullmatch(r"/v1/reports/[^/]+", request.url.path)
            return known(request, errors.ResourceNotFoundError(texts.NO_REPORT if a_report else texts.NO_ENDPOINT))
        return known(request, errors.BodyError(texts.WRONG_VALUE, name="body"))

    def gone(_: Request, __: Exception) -> Response:
        return Response(status_code=CLIENT_GONE)

    app.add_exception_handler(DaybookError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(errors.ClientGoneError, gone)


def _methods_of(request: Request) -> str:
    """Every method that the request's address takes: a route says its own alone, and an address may have several."""
    routes = request.app.state.addresses
    path = next((route.path for route in routes if route.matches(request.scope)[0] is not Match.NONE), None)
    return ", ".join(sorted({method for route in routes if route.path == path for method in route.methods}))


def parameter_error(name: str, kind: str) -> ParameterError:
    """What is said of a parameter that pydantic refused, from the place and the type of its error."""
    return ParameterError(texts.MISSING if kind == "missing" else texts.WRONG_VALUE, name=name[:64])


def wanted_language(request: Request, default: Language) -> Language:
    """The language that a request asks for: its parameter ``language``, else its ``Accept-Language``."""
    named = current_request().language or request.query_params.get("language")
    if named:
        return Language.of(named, default)
    return Language.of(request.headers.get("accept-language", ""), default)


def status_of(error: DaybookError) -> HTTPStatus:
    """The status of an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), HTTPStatus.UNPROCESSABLE_ENTITY)


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
        with tracing.carried(headers.get(tracing.HEADER), alone=True):
            if scope["path"] in _QUIET:
                await self._answer(scope, exchange)
                return
            with tracing.span(scope["method"], kind=tracing.Kind.SERVER) as span:
                await self._answer(scope, exchange)
                _note_request(span, scope, exchange)

    async def _answer(self, scope: Scope, exchange: "_Exchange") -> None:
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


def _note_request(span: tracing.Span, scope: Scope, exchange: _Exchange) -> None:
    # neither path nor query: ids and signed links stand in them
    context = exchange.context
    span.rename(f"{scope['method']} {context.endpoint}")
    span.note(
        {
            "http.request.method": scope["method"],
            "http.route": context.endpoint,
            "http.response.status_code": exchange.status,
            "http.request.body.size": context.body_bytes,
            "url.scheme": scope["scheme"],
            "daybook.request_id": context.request_id,
        }
        | fields(
            **{
                "daybook.rows": context.rows,
                "daybook.engine": context.engine.partition(":")[0],
                "daybook.run_id": context.run_id,
            }
        )
    )
    if exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.fail(context.error or str(exchange.status))
    elif context.error:
        span.note({"error.type": context.error})


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
