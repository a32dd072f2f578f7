"""`ServiceConnection`: how every client of the analysis service speaks to it, and reads what it answers."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

import requests
import tenacity
import urllib3.exceptions
from pydantic import ValidationError

from daybook import tracing
from daybook.errors import Choice, DaybookError, QuestionError, ServiceError
from daybook.language import Language, Text, literal
from daybook.readiness import Readiness
from daybook.service_client import texts
from daybook.transport import Failure, classify

CONNECT_SECONDS = 10.0
BUSY_SECONDS = 60.0
"""How long a busy service is asked again."""
ATTEMPTS_TO_CONNECT = 3
"""A service that is only restarting is back by the last."""
MAX_ANSWER_BYTES = 64 << 20
"""What an answer may have that is held in memory; the service keeps a function's result under 16 MB."""
PIECE_BYTES = 1 << 16
LIST_SECONDS = 4.0
"""What a list may take: a person looks at a form meanwhile."""

NOT_BEGUN = frozenset({"queue_full", "not_ready", "too_many_connections", texts.UNREACHABLE.code})
"""Codes of a request that was not begun, so that it may be sent again, whatever it is."""
MAY_HAVE_RUN = frozenset(
    {
        "worker_lost",
        "function_lost",
        "unexpected",
        texts.TOO_SLOW.code,
        texts.BROKEN_OFF.code,
        texts.IN_BETWEEN.code,
    }
)
"""Codes after which it is not known whether the work was done."""

_OF_A_PROXY = frozenset({502, 503, 504})
_REFUSED_BY_A_PROXY = frozenset({413, 429})


class UnknownTexts(NamedTuple):
    """What a person is told where it is not known what became of a request."""

    too_slow: Text
    broken_off: Text
    values: Mapping[str, Any] = {}
    """For the fields of the two."""


class BusyError(Exception):
    """The service did not do the work, and may be asked again after ``seconds``."""

    def __init__(self, error: DaybookError, seconds: float) -> None:
        super().__init__(seconds)
        self.error = error
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """An answer of the service, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the request was served."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


def may_send_again(error: DaybookError, *, harmless: bool) -> bool:
    """Whether a request that ended in ``error`` may be sent once more.

    Args:
        error: what a client of this package raised.
        harmless: whether the work may be done twice.
    """
    return error.code in NOT_BEGUN or (harmless and error.code in MAY_HAVE_RUN)


class ServiceConnection:
    """One analysis service: its address, its key, and the language its answers are wanted in.

    The key goes to this address alone: redirects are not followed, and no address from an answer is called.
    """

    def __init__(
        self, url: str, key: str = "", language: Language = Language.CHINESE, session: requests.Session | None = None
    ) -> None:
        self._url = url.strip().rstrip("/")
        self._session = session or requests.Session()
        self._headers = {
            "Accept-Language": "zh-CN" if language is Language.CHINESE else "en",
            "Accept-Encoding": "identity",
        }
        if key.strip():
            self._headers["Authorization"] = f"Bearer {key.strip()}"

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        seconds: float,
        connect_seconds: float = CONNECT_SECONDS,
        on_unknown: UnknownTexts | None = None,
        **request: Any,
    ) -> ServiceAnswer:
        """What the service answers, whatever it is.

        Args:
            method: HTTP's.
            path: below the service's address.
            seconds: what the answer may take, once all is sent.
            connect_seconds: what the connection may take.
            on_unknown: what a person is told where it did not come.
            request: what `requests.Session.request` takes.

        Raises:
            ServiceError: there is no answer. `BusyError` where nothing was sent.
        """
        with self.stream(
            method, path, seconds=seconds, connect_seconds=connect_seconds, on_unknown=on_unknown, **request
        ) as (status, headers, pieces):
            body = bytearray()
            for piece in pieces:
                body += piece
                if len(body) > MAX_ANSWER_BYTES:
                    raise ServiceError(texts.OTHER_VERSION)
            return ServiceAnswer(status, headers, bytes(body))

    def listed(self, path: str, key: str, failed: Text) -> list[Mapping[str, Any]]:
        """What the service lists under ``key`` of its answer.

        Raises:
            ServiceError: there is no list: ``failed`` says so where no answer came.
        """
        try:
            answer = self.send(
                "GET",
                path,
                seconds=LIST_SECONDS,
                connect_seconds=LIST_SECONDS,
                on_unknown=UnknownTexts(failed, failed),
            )
            entries = parse_answer(answer, NOT_BEGUN, {}).get(key)
        except BusyError as busy:
            raise busy.error from None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise ServiceError(texts.NO_SERVICE)
        return entries

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        seconds: float,
        connect_seconds: float = CONNECT_SECONDS,
        on_unknown: UnknownTexts | None = None,
        **request: Any,
    ) -> Iterator[tuple[int, Mapping[str, str], Iterator[bytes]]]:
        """The same, with status and headers first, and a body in pieces as they come.

        Raises:
            ServiceError: as `send`; also while the pieces come, which may take ``seconds`` once more.
        """
        told = on_unknown or UnknownTexts(texts.TOO_SLOW, texts.BROKEN_OFF)
        with tracing.span(method, {"http.request.method": method}, tracing.Kind.CLIENT) as span, ExitStack() as held:
            headers = self._headers | tracing.headers() | request.pop("headers", {})
            try:
                response = self._session.request(
                    method,
                    self._url + path,
                    headers=headers,
                    timeout=(connect_seconds, seconds),
                    allow_redirects=False,
                    stream=True,
                    **request,
                )
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
                raise _failed(classify(error), seconds, told) from None
            held.callback(response.close)
            span.note({"http.response.status_code": response.status_code})
            yield response.status_code, response.headers, _pieces(response, seconds, told)


def _pieces(response: requests.Response, seconds: float, told: UnknownTexts) -> Iterator[bytes]:
    ends = time.monotonic() + seconds
    try:
        # as it is on the line: the service compresses nothing, and what unfolds has no bound
        for piece in response.raw.stream(PIECE_BYTES, decode_content=False):
            yield piece
            if time.monotonic() > ends:
                raise _failed(Failure.TOO_SLOW, seconds, told)
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise _failed(classify(error, sent=True), seconds, told) from None


def _failed(failure: Failure, seconds: float, told: UnknownTexts) -> Exception:
    match failure:
        case Failure.UNTRUSTED | Failure.NO_TLS:
            return ServiceError(texts.UNTRUSTED)
        case Failure.TOO_SLOW:
            return ServiceError(told.too_slow, seconds=f"{seconds:g}", **told.values)
        case Failure.CUT_OFF:
            return ServiceError(told.broken_off, **told.values)
        case Failure.UNREACHABLE:
            return BusyError(ServiceError(texts.UNREACHABLE), 1.0)
        case _:
            return ServiceError(texts.UNREACHABLE)


def parse_answer(
    answer: ServiceAnswer, again: frozenset[str], refusals: Mapping[str | int, type[DaybookError]]
) -> dict[str, Any]:
    """The JSON object of a good answer.

    Args:
        answer: what the service answered.
        again: kinds of errors after which the request may be sent again.
        refusals: the class of error for a kind of error or a status of the service, where it is no `ServiceError`.

    Raises:
        BusyError: the request may be sent again.
        DaybookError: the service refused it; the sentence and the code are the service's own.
    """
    try:
        values = json.loads(answer.body)
    except (ValueError, RecursionError):
        values = None
    status = answer.status
    if status == HTTPStatus.UNAUTHORIZED:
        raise ServiceError(texts.NO_KEY)
    if isinstance(values, dict) and answer.is_good:
        return values
    if not isinstance(values, dict) or "code" not in values:
        if status in _REFUSED_BY_A_PROXY:
            raise ServiceError(texts.REFUSED_IN_BETWEEN, status=status)
        raise ServiceError(texts.IN_BETWEEN, status=status) if status in _OF_A_PROXY else ServiceError(texts.NO_SERVICE)
    sentence, code = literal(" ".join(str(values.get("detail", "")).split())), str(values["code"])
    kind = str(values.get("kind", code))
    text = Text(en=sentence, zh=sentence, code=code)
    error = _question(text, values) or refusals.get(kind, refusals.get(status, ServiceError))(text)
    error.readiness = _readiness(values)
    if kind in again:
        raise BusyError(error, _seconds(answer.headers.get("Retry-After", "")))
    raise error


def _question(text: Text, values: Mapping[str, Any]) -> QuestionError | None:
    asked: Any = values.get("question")
    try:
        meanings = [(str(choice["value"]), literal(str(choice["meaning"]))) for choice in asked["choices"]]
        choices = [Choice(value, Text(en=meaning, zh=meaning)) for value, meaning in meanings]
        return QuestionError(text, parameter=str(asked["parameter"]), choices=choices)
    except (TypeError, KeyError):
        return None  # the service asked nothing


def _readiness(values: Mapping[str, Any]) -> Readiness | None:
    """What the service says of data that is not in yet, where somebody waits for it."""
    try:
        return Readiness.model_validate_json(json.dumps(values.get("readiness")), extra="ignore")
    except ValidationError:
        return None


def retrying_while_busy[T](call: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """The result of ``call``, repeated while it raises `BusyError`, as long as that makes sense.

    Raises:
        ServiceError: the service stays busy, or away.
    """
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(BusyError),
        stop=tenacity.stop_after_delay(BUSY_SECONDS) | _StopIfAway(),
        wait=_as_told,
        sleep=sleep,
        reraise=True,
    )
    try:
        return retrying(call)
    except BusyError as busy:
        raise busy.error from None


def _as_told(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.seconds if isinstance(error, BusyError) else 1.0


class _StopIfAway(tenacity.stop.stop_base):
    """Ends the attempts at a service that cannot be connected to before a person tires of waiting."""

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        away = isinstance(error, BusyError) and error.error.code == texts.UNREACHABLE.code
        return away and retry_state.attempt_number >= ATTEMPTS_TO_CONNECT


def _seconds(header: str) -> float:
    return min(30.0, float(header)) if header.isascii() and header.isdecimal() and len(header) < 10 else 2.0  # noqa: PLR2004
