"""How the service says that something went wrong: one sentence, a code for programs, and the request's id.

The status of an answer also decides who sends the request again. Dify's HTTP-request node repeats 429, 500, 502, 503
and 504 three times by itself, whatever its settings, and loses the sentence on the way. So those are for what a repeat
may mend (a full queue, a worker killed from outside), and all that comes from the request itself is a 4xx.
"""

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

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
from daybook.service import errors, texts
from daybook.service.telemetry import RUN_ID, current_request

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
    if context.run_id:
        content["run_id"] = headers[RUN_ID] = context.run_id
    if (seconds := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(seconds)
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.MethodError):
        headers["Allow"] = str(error.values["allowed"])
    return JSONResponse(content, status, headers)


def add_error_handlers(app: FastAPI, language: Language) -> None:
    """Have every error of ``app`` answered in one form, in ``language`` where the request names none."""

    def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, DaybookError)  # noqa: S101 - the class it is registered for
        if isinstance(error, errors.JobCrashedError):
            current_request().crash = error.crash
        return error_response(error, wanted_language(request, language))

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
