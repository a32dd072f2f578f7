"""`DifyError`, and `api_error`: what can go wrong with Dify, a sentence each, and whether trying again is right.

The table follows the service API of Dify 1.13: errors come as ``{code, message, status}``; a gateway in front of
Dify answers with HTML instead. Two questions are answered for each:

- ``retryable``: is the cause temporary, so that the same call may succeed later?
- ``ambiguous``: may Dify have taken the call although we saw no answer? Then look before calling again.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from daybook.dify import texts
from daybook.errors import WorkflowError
from daybook.language import Text
from daybook.transport import Redactor

type Safe = Callable[[object], str]
"""Makes another program's text fit to show, see `Redactor.line`."""

safe_text: Safe = Redactor().line
"""Without the secrets of a client."""


class DifyError(WorkflowError):
    """Dify did not do what was asked. ``str(error)`` is safe to show and to log."""

    def __init__(
        self,
        text: Text,
        *,
        retryable: bool = False,
        ambiguous: bool = False,
        status: int | None = None,
        code: str = "",
        retry_after: float | None = None,
        **values: Any,
    ) -> None:
        super().__init__(text, status=status, **values)
        self.retryable = retryable
        self.ambiguous = ambiguous
        self.status = status
        self.dify_code = code
        self.retry_after = retry_after
        """Seconds that Dify asked to wait, where it said so."""


class NotFoundError(DifyError):
    """Dify does not know the run, conversation or message that was asked for."""


class StartUnknownError(DifyError):
    """A run was asked for, no answer came, and no trace of it was found. Never retryable."""


class ErrorMeaning(NamedTuple):
    """One row of the table."""

    text: Text
    retryable: bool = False
    kind: type[DifyError] = DifyError


_BY_CODE: dict[str, ErrorMeaning] = {
    "not_workflow_app": ErrorMeaning(texts.NOT_WORKFLOW),
    "not_chat_app": ErrorMeaning(texts.NOT_CHAT),
    "app_unavailable": ErrorMeaning(texts.APP_UNAVAILABLE),
    "conversation_completed": ErrorMeaning(texts.CONVERSATION_COMPLETED),
    "provider_not_initialize": ErrorMeaning(texts.PROVIDER_NOT_READY),
    "provider_quota_exceeded": ErrorMeaning(texts.PROVIDER_QUOTA),
    "model_currently_not_support": ErrorMeaning(texts.MODEL_UNSUPPORTED),
    "completion_request_error": ErrorMeaning(texts.MODEL_FAILED),
    "rate_limit_error": ErrorMeaning(texts.QUOTA),
    "too_many_requests": ErrorMeaning(texts.TOO_MANY, retryable=True),
    "no_file_uploaded": ErrorMeaning(texts.NO_FILE),
    "too_many_files": ErrorMeaning(texts.ONE_FILE),
    "file_too_large": ErrorMeaning(texts.FILE_TOO_LARGE),
    "unsupported_file_type": ErrorMeaning(texts.FILE_TYPE),
}

_BY_MESSAGE: tuple[tuple[str, ErrorMeaning], ...] = (
    ("Too many requests", ErrorMeaning(texts.TOO_MANY, retryable=True)),
    ("Arg user must be provided", ErrorMeaning(texts.USER_MISSING)),
    ("Workflow not published", ErrorMeaning(texts.NOT_PUBLISHED)),
    ("Invalid upload file", ErrorMeaning(texts.UPLOAD_INVALID)),
    ("Detected file type does not match", ErrorMeaning(texts.FILE_KIND)),
    ("File extension", ErrorMeaning(texts.FILE_TYPE)),
    ("File validation failed", ErrorMeaning(texts.FILE_KIND)),
    ("Invalid workflow_id", ErrorMeaning(texts.WORKFLOW_NOT_FOUND)),
)
"""Beginnings of the message of an ``invalid_param``."""

_IN_MESSAGE: tuple[tuple[str, ErrorMeaning], ...] = (
    ("is required in", ErrorMeaning(texts.INPUT_MISSING)),
    ("in input form must be", ErrorMeaning(texts.INPUT_WRONG)),
)
"""Parts of the message of an ``invalid_param``."""

_BY_STATUS: dict[int, ErrorMeaning] = {
    401: ErrorMeaning(texts.UNAUTHORIZED),
    403: ErrorMeaning(texts.FORBIDDEN),
    408: ErrorMeaning(texts.BUSY, retryable=True),
    413: ErrorMeaning(texts.FILE_TOO_LARGE),
    415: ErrorMeaning(texts.FILE_TYPE),
    425: ErrorMeaning(texts.BUSY, retryable=True),
    429: ErrorMeaning(texts.TOO_MANY, retryable=True),
}

_SERVER = 500
_NOT_FOUND = 404
_REQUEST_TIMEOUT = 408


def api_error(
    status: int,
    answer: object,
    *,
    may_start: bool,
    retry_after: float | None = None,
    safe: Safe = safe_text,
) -> DifyError:
    """The error that an answer of the API means.

    Args:
        status: the HTTP status, or the status inside an ``error`` event.
        answer: the decoded JSON of the body; anything else where it was none.
        may_start: whether the call may have started something, so that a failure of the server leaves that open.
        retry_after: seconds of the ``Retry-After`` header.
        safe: makes Dify's own words fit to show.
    """
    envelope: dict[str, Any] = answer if isinstance(answer, dict) else {}
    code = str(envelope.get("code") or "")
    message = str(envelope.get("message") or "")
    detail = safe(message).rstrip(".。") or texts.NO_DETAIL
    verdict = _verdict(status, code, message, known=bool(code))
    ambiguous = may_start and (status >= _SERVER or status == _REQUEST_TIMEOUT)
    return verdict.kind(
        verdict.text,
        retryable=verdict.retryable,
        ambiguous=ambiguous,
        status=status,
        code=safe(code),
        retry_after=retry_after,
        detail=detail,
    )


def _verdict(status: int, code: str, message: str, *, known: bool) -> ErrorMeaning:
    return _BY_CODE.get(code) or _by_message(message) or _by_status(status, message, known=known)


def _by_message(message: str) -> ErrorMeaning | None:
    found = (verdict for beginning, verdict in _BY_MESSAGE if message.startswith(beginning))
    inside = (verdict for part, verdict in _IN_MESSAGE if part in message)
    return next(found, None) or next(inside, None)


def _by_status(status: int, message: str, *, known: bool) -> ErrorMeaning:
    if status == _NOT_FOUND:
        return _not_found(message, known=known)
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= _SERVER:
        return ErrorMeaning(texts.SERVER_ERROR if known or status == _SERVER else texts.GATEWAY, retryable=True)
    return ErrorMeaning(texts.REFUSED if known else texts.REFUSED_STATUS)


def _not_found(message: str, *, known: bool) -> ErrorMeaning:
    words = message.lower()
    if not known:
        return ErrorMeaning(texts.NOT_DIFY)
    if "conversation" in words:
        return ErrorMeaning(texts.CONVERSATION_NOT_FOUND, kind=NotFoundError)
    if "run" in words.split():
        return ErrorMeaning(texts.RUN_NOT_FOUND, kind=NotFoundError)
    return ErrorMeaning(texts.WORKFLOW_NOT_FOUND if "workflow" in words else texts.REFUSED)
