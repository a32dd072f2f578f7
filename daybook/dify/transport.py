"""One call to Dify's service API: headers, timeouts, and every failure turned into a `DifyError`."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.auth import AuthBase

from daybook.dify import texts
from daybook.dify.errors import DifyError, api_error
from daybook.dify.redact import Safe, safe_text
from daybook.dify.stream import Event, StreamBrokenError, events
from daybook.transport_errors import never_connected

_REDIRECTS = range(300, 400)
_ERRORS = 400


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait. None of them bounds a run: a run has a deadline of its own."""

    connect: float = 10.0
    answer: float = 60.0
    """For an ordinary answer, after the request was sent."""
    upload: float = 300.0
    """For the answer to an upload, and for each piece of it to be taken."""
    silence: float = 60.0
    """In a stream, where Dify pings every 10 s: longer silence means that the connection is gone."""


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
    ) -> None:
        self.base_url = api_address(base_url)
        self.timeouts = timeouts
        self._session = session or requests.Session()
        extra = {name: str(value) for name, value in (extra_headers or {}).items()}
        self.safe: Safe = partial(safe_text, secrets=(api_key.strip(), *extra.values()))
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
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                auth=self._auth,
                timeout=(self.timeouts.connect, wait),
                allow_redirects=False,
                stream=True,
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

    def stream(
        self,
        path: str,
        body: Mapping[str, Any],
        take: Callable[[Event], bool],
        ends: float,
        clock: Callable[[], float],
    ) -> None:
        """Posts ``body`` and hands over the events until one was the last, the stream broke or the time is up.

        Args:
            path: the path below the base URL.
            body: what to send.
            take: takes an event, and says whether it was the last.
            ends: the moment of ``clock`` at which to stop listening. Pings may go on for ever, so that no read
                timeout would.
            clock: seconds that only go forward.

        Raises:
            DifyError: the call was refused; or, where ``ambiguous`` is set, what came of it is not known.
        """

        def check() -> None:
            if clock() >= ends:
                raise StreamBrokenError

        silence = max(min(self.timeouts.silence, ends - clock()), 1.0)
        with self.send("POST", path, may_start=True, timeout=silence, json=body) as response:
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise DifyError(texts.NOT_DIFY, ambiguous=True, status=response.status_code)
            with suppress(StreamBrokenError):
                any(take(event) for event in events(response, check))

    def _refusal(self, response: requests.Response, *, may_start: bool) -> DifyError:
        try:
            answer = self._read(response, may_start=may_start)
        except DifyError:  # the body broke off: the status says enough
            answer = None
        return api_error(
            response.status_code,
            answer,
            may_start=may_start,
            retry_after=_seconds(response.headers.get("Retry-After")),
            safe=self.safe,
        )

    @staticmethod
    def _read(response: requests.Response, *, may_start: bool) -> Any:
        try:
            return response.json()
        except requests.JSONDecodeError:
            return None
        except (requests.RequestException, OSError) as error:
            raise connection_error(error, may_start=may_start, sent=True) from None


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


def connection_error(error: Exception, *, may_start: bool, sent: bool = False) -> DifyError:
    """The error that a broken connection means.

    Args:
        error: what ``requests`` raised; its text holds the address and is never shown.
        may_start: whether the call may start something.
        sent: whether the request had surely left, so that the server may have taken it.
    """
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return DifyError(texts.CERTIFICATE)
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return DifyError(texts.BAD_ADDRESS)
    if not sent and _never_left(error):
        return DifyError(texts.UNREACHABLE, retryable=True)
    return DifyError(texts.NO_ANSWER, retryable=True, ambiguous=may_start)


def _never_left(error: Exception) -> bool:
    """Whether no connection was made at all: refused, no such name, timed out while connecting."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    return isinstance(error, requests.exceptions.ConnectionError) and never_connected(error)


def _seconds(value: str | None) -> float | None:
    """The seconds of a ``Retry-After`` header; the form with a date is rare and passed over."""
    return float(value) if value and value.strip().isdecimal() else None
