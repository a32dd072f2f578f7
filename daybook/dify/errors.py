"""What can go wrong between us and Dify: one sentence each, and whether trying again is right.

The table follows the service API of Dify 1.13: errors come as ``{code, message, status}``; a gateway in front of
Dify answers with HTML instead. Two questions are answered for each:

- ``retryable``: is the cause temporary, so that the same call may succeed later?
- ``ambiguous``: may Dify have taken the call although we saw no answer? Then look before calling again.
"""

from typing import Any, NamedTuple

from daybook.dify import texts
from daybook.dify.redact import Safe, safe_text
from daybook.errors import WorkflowError
from daybook.language import Text


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


class Problem(NamedTuple):
    """One row of the table."""

    text: Text
    retryable: bool = False


_BY_CODE: dict[str, Problem] = {
    "not_workflow_app": Problem(texts.NOT_WORKFLOW),
    "not_chat_app": Problem(texts.NOT_CHAT),
    "app_unavailable": Problem(texts.APP_UNAVAILABLE),
    "conversation_completed": Problem(texts.CONVERSATION_COMPLETED),
    "provider_not_initialize": Problem(texts.PROVIDER_NOT_READY),
    "provider_quota_exceeded": Problem(texts.PROVIDER_QUOTA),
    "model_currently_not_support": Problem(texts.MODEL_UNSUPPORTED),
    "completion_request_error": Problem(texts.MODEL_FAILED),
    "rate_limit_error": Problem(texts.QUOTA),
    "too_many_requests": Problem(texts.TOO_MANY, retryable=True),
    "no_file_uploaded": Problem(texts.NO_FILE),
    "too_many_files": Problem(texts.ONE_FILE),
    "file_too_large": Problem(texts.FILE_TOO_LARGE),
    "unsupported_file_type": Problem(texts.FILE_TYPE),
}

_BY_MESSAGE: tuple[tuple[str, Problem], ...] = (
    ("Too many requests", Problem(texts.TOO_MANY, retryable=True)),
    ("Arg user must be provided", Problem(texts.USER_MISSING)),
    ("Workflow not published", Problem(texts.NOT_PUBLISHED)),
    ("Invalid upload file", Problem(texts.UPLOAD_INVALID)),
    ("Detected file type does not match", Problem(texts.FILE_KIND)),
    ("File extension", Problem(texts.FILE_TYPE)),
)
"""Beginnings of the message of an ``invalid_param``."""

_IN_MESSAGE: tuple[tuple[str, Problem], ...] = (
    ("is required in input form", Problem(texts.INPUT_MISSING)),
    ("in input form must be", Problem(texts.INPUT_WRONG)),
)
"""Parts of the message of an ``invalid_param``."""

_BY_STATUS: dict[int, Problem] = {
    401: Problem(texts.UNAUTHORIZED),
    403: Problem(texts.FORBIDDEN),
    408: Problem(texts.BUSY, retryable=True),
    413: Problem(texts.FILE_TOO_LARGE),
    415: Problem(texts.FILE_TYPE),
    425: Problem(texts.BUSY, retryable=True),
    429: Problem(texts.TOO_MANY, retryable=True),
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
    problem = _problem(status, code, message, known=bool(code))
    ambiguous = may_start and (status >= _SERVER or status == _REQUEST_TIMEOUT)
    kind = NotFoundError if problem.text in (texts.RUN_NOT_FOUND, texts.CONVERSATION_NOT_FOUND) else DifyError
    return kind(
        problem.text,
        retryable=problem.retryable,
        ambiguous=ambiguous,
        status=status,
        code=safe(code),
        retry_after=retry_after,
        detail=detail,
    )


def _problem(status: int, code: str, message: str, *, known: bool) -> Problem:
    return _BY_CODE.get(code) or _by_message(message) or _by_status(status, message, known=known)


def _by_message(message: str) -> Problem | None:
    found = (problem for beginning, problem in _BY_MESSAGE if message.startswith(beginning))
    inside = (problem for part, problem in _IN_MESSAGE if part in message)
    return next(found, None) or next(inside, None)


def _by_status(status: int, message: str, *, known: bool) -> Problem:
    if status == _NOT_FOUND:
        return _not_found(message, known=known)
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= _SERVER:
        return Problem(texts.SERVER_ERROR if known or status == _SERVER else texts.GATEWAY, retryable=True)
    return Problem(texts.REFUSED if known else texts.REFUSED_STATUS)


def _not_found(message: str, *, known: bool) -> Problem:
    words = message.lower()
    if not known:
        return Problem(texts.NOT_DIFY)
    if "conversation" in words:
        return Problem(texts.CONVERSATION_NOT_FOUND)
    if "run" in words.split():
        return Problem(texts.RUN_NOT_FOUND)
    return Problem(texts.WORKFLOW_NOT_FOUND if "workflow" in words else texts.REFUSED)
