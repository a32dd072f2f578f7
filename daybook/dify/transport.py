"""`Transport`: one call to Dify's service API: headers, timeouts, and every failure turned into a `DifyError`."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.auth import AuthBase

from daybook import tracing
from daybook.dify import texts
from daybook.dify.errors import DifyError, Safe, api_error
from daybook.dify.stream import LARGEST, Event, StreamBrokenError, TooLargeError, events, read_all
from daybook.limits import DIFY_TOOL_SECONDS
from daybook.transport import Clock, Failure, Redactor, classify

_REDIRECTS = range(300, 400)
_ERRORS = 400


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait. None of them bounds the call that runs a workflow, which has a deadline of its own."""

    connect: float = 10.0
    answer: float = 60.0
    """For an ordinary answer to begin after the request was sent, and for the rest of it."""
    upload: float = 300.0
    """For the answer to an upload, and for each piece of it to be taken."""
    silence: float = 60.0
    """In a stream, where Dify pings every 10 s: longer silence means that the connection or the worker is gone."""
    longest_run: float = 1200 + DIFY_TOOL_SECONDS
    """How long a run can last: ``WORKFLOW_MAX_EXECUTION_TIME``, which Dify looks at between nodes, and a node that
    began just before. What Dify calls running after that is over."""


class _AppKey(AuthBase):
    """Sets the headers of a call; being the call's ``auth``, it also keeps a ``.netrc`` from replacing them."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


class Transport:
    """Sends calls of one app. Holds the key; neither its ``repr`` nor any error shows it."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        extra_headers: Mapping[str, str] | None,
        session: requests.Session | None,
        timeouts: Timeouts,
        clock: Clock,
    ) -> None:
        self.base_url = api_address(base_url)
        self.timeouts = timeouts
        self.date: float | None = None
        """Unix time by the clock of Dify, as of its last answer."""
        self._clock = clock
        self._session = session or requests.Session()
        extra = {name: str(value) for name, value in (extra_headers or {}).items()}
        self.safe: Safe = Redactor(api_key.strip(), *extra.values()).line
        self._auth = _AppKey({**extra, "Authorization": f"Bearer {api_key.strip()}"})

    def json(
        self,
        method: str,
        path: str,
        *,
        may_start: bool = False,
        timeout: float | None = None,
        **request: Any,
    ) -> dict[str, Any]:
        """The JSON object that the API answers.

        Args:
            method: the HTTP method.
            path: the path below the base URL.
            may_start: whether the call may start something that an error would leave open.
            timeout: seconds to wait for the answer.
            request: what ``requests`` takes (``params``, ``json``, ``data``, ``headers``).

        Raises:
            DifyError: in every other case.
        """
        with self.send(method, path, may_start=may_start, timeout=timeout, **request) as response:
            answer = self._read(response, may_start=may_start)
            self.date = _date(response.headers.get("Date"))
        if not isinstance(answer, dict):
            raise DifyError(texts.NOT_DIFY, ambiguous=may_start, status=response.status_code)
        return answer

    def send(
        self,
        method: str,
        path: str,
        *,
        may_start: bool = False,
        timeout: float | None = None,
        **request: Any,
    ) -> requests.Response:
        """The answer to a call, its status checked and its body not read. To be closed by the caller."""
        wait = self.timeouts.answer if timeout is None else timeout
        headers = {**request.pop("headers", {}), **tracing.headers()}
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                auth=self._auth,
                timeout=(self.timeouts.connect, wait),
                allow_redirects=False,
                stream=True,
                headers=headers,
                **request,
            )
        except (requests.RequestException, OSError) as error:
            raise connection_error(error, may_start=may_start) from None
        if response.status_code in _REDIRECTS:
            response.close()
            raise DifyError(texts.REDIRECTED, status=response.status_code)
        if response.status_code >= _ERRORS:
            with response:
                raise self._refusal(response, may_start=may_start)
        return response

    def stream(self, path: str, body: Mapping[str, Any], take: Callable[[Event], bool], ends: float) -> bool:
        """Posts ``body`` and hands over the events until one was the last, the stream broke or the time is up.

        Args:
            path: the path below the base URL.
            body: what to send.
            take: takes an event, and says whether it was the last.
            ends: the moment of the clock at which to stop listening. Pings may go on for ever, so that no read
                timeout would.

        Returns:
            Whether Dify fell silent: it ended the stream before the last event, or sent nothing for too long.

        Raises:
            DifyError: the call was refused; or, where ``ambiguous`` is set, what came of it is not known.
        """

        def check() -> None:
            if self._clock.now() >= ends:
                raise StreamBrokenError

        silence = max(min(self.timeouts.silence, ends - self._clock.now()), 1.0)
        with self.send("POST", path, may_start=True, timeout=silence, json=body) as response:
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise DifyError(texts.NOT_DIFY, ambiguous=True, status=response.status_code)
            try:
                return not any(take(event) for event in events(response, check))
            except TooLargeError:
                return False
            except StreamBrokenError as broken:
                return isinstance(broken.__cause__, Exception) and (
                    classify(broken.__cause__, sent=True) is Failure.TOO_SLOW
                )

    def _refusal(self, response: requests.Response, *, may_start: bool) -> DifyError:
        try:
            answer = self._read(response, may_start=may_start)
        except DifyError:  # the body broke off or is too large: the status says enough
            answer = None
        return api_error(
            response.status_code,
            answer,
            may_start=may_start,
            retry_after=_seconds(response.headers.get("Retry-After")),
            safe=self.safe,
        )

    def _read(self, response: requests.Response, *, may_start: bool) -> Any:
        ends = self._clock.now() + self.timeouts.answer

        def check() -> None:
            if self._clock.now() >= ends:
                raise StreamBrokenError

        try:
            return json.loads(read_all(response, check))
        except TooLargeError:
            raise DifyError(texts.ANSWER_TOO_LARGE, ambiguous=may_start, megabytes=LARGEST // 2**20) from None
        except StreamBrokenError as broken:
            raise connection_error(broken.__cause__ or broken, may_start=may_start, sent=True) from None
        except (ValueError, RecursionError):
            return None


def api_address(base_url: str) -> str:
    """The API's address as the calls need it: with ``/v1`` where no path was given, without a slash at the end.

    Raises:
        DifyError: it is no http or https address, or carries a password, query or fragment.
    """
    parts = urlsplit(base_url.strip())
    try:
        sensible = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sensible = False
    if not sensible or parts.username or parts.password or parts.query or parts.fragment:
        raise DifyError(texts.BAD_ADDRESS)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") or "/v1", "", ""))


def connection_error(error: BaseException, *, may_start: bool, sent: bool = False) -> DifyError:
    """The error that a broken connection means.

    Args:
        error: what ``requests`` raised; its text holds the address and is never shown.
        may_start: whether the call may start something.
        sent: whether the request had surely left, so that the server may have taken it.
    """
    failure = classify(error, sent=sent)
    if failure is Failure.UNTRUSTED:
        return DifyError(texts.CERTIFICATE)
    if failure is Failure.BAD_ADDRESS:
        return DifyError(texts.BAD_ADDRESS)
    if failure.never_left:
        return DifyError(texts.UNREACHABLE, retryable=True)
    return DifyError(texts.NO_ANSWER, retryable=True, ambiguous=may_start)


def _date(header: str | None) -> float | None:
    try:
        return parsedate_to_datetime(header).timestamp() if header else None
    except (ValueError, OverflowError):
        return None


def _seconds(value: str | None) -> float | None:
    """The seconds of a ``Retry-After`` header; the form with a date is rare and passed over."""
    return float(value) if value and value.strip().isdecimal() else None
