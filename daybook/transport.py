"""What all that speaks with servers has in common: `classify` for failures, `Redactor` for what is shown, `Clock`."""

import json
import logging
import re
import ssl
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, quote_plus

import requests
import urllib3.exceptions


@dataclass(frozen=True, slots=True)
class Clock:
    """A source of time.

    Attributes:
        now: Unix time in seconds, the same for every process of a store.
        sleep: waits for a number of seconds.
    """

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def now_ms(self) -> int:
        """Unix time in milliseconds, as DingTalk's signature takes it."""
        return round(self.now() * 1000)


REDACTED = "***"

LONGEST = 300
"""Characters kept of another program's text."""

_SIGNED = re.compile(
    r"\b(access_token|token|sign|signature|nonce|timestamp|secret|api[-_]?key|password)(=|%3D)[^&\s\"'<>)\]]*",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\bbearer\s+\S+", re.IGNORECASE)
_KEY = re.compile(r"\b(?:app|dataset|sk)-[\w-]{8,}")
"""A key of Dify's API, or of a model's."""
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>，。；、）)\]]*", re.IGNORECASE)
_DIFY_FILE = re.compile(r"/files/\S*file-preview\?\S+")
_SHORTEST = 4
"""Characters; a shorter value is no secret, and blotting it out would only garble the text."""


class Redactor:
    """Blots out given secrets, however they are quoted, and whatever looks like a key or a signed query."""

    def __init__(self, *secrets: str) -> None:
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._secrets = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    def __call__(self, text: str) -> str:
        """``text`` without the secrets, and without whatever looks like a key or a signed query."""
        if self._secrets:
            text = self._secrets.sub(REDACTED, text)
        text = _SIGNED.sub(rf"\1\2{REDACTED}", text)
        return _KEY.sub(REDACTED, _BEARER.sub(REDACTED, text))

    def line(self, value: object, limit: int = LONGEST) -> str:
        """Another program's text, without secrets and addresses, on one line of at most ``limit`` characters.

        Args:
            value: such as the error of a node, or DingTalk's ``errmsg``; ``None`` gives an empty text.
            limit: characters; a longer text is cut with an ellipsis.
        """
        text = "" if value is None else str(value)
        for address in (_ADDRESS, _DIFY_FILE):
            text = address.sub(REDACTED, text)
        line = " ".join(self(text).split())
        return line if len(line) <= limit else line[: limit - 1] + "…"


class QueryFilter(logging.Filter):
    """Takes a webhook's token and signature out of a log record, whose own words stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite ``record`` where its text holds a webhook's query; it is always let through."""
        text = record.getMessage()
        clean = _SIGNED.sub(rf"\1\2{REDACTED}", text)
        if clean != text:
            record.msg, record.args = clean, ()
        return True


def quiet_http_loggers() -> None:
    """Keep urllib3, which logs whole request lines, from logging a token or signature."""
    for name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry"):
        logger = logging.getLogger(name)
        if not any(isinstance(present, QueryFilter) for present in logger.filters):
            logger.addFilter(QueryFilter())


def _forms(secret: str) -> set[str]:
    once = quote(secret, safe="")
    return {secret, once, quote(secret), quote_plus(secret), quote(once, safe=""), json.dumps(secret)[1:-1]}


def class_and_places(error: BaseException) -> str:
    """An error for a log, by its class and where it came from: its words may hold a secret or a customer's data."""
    places = "; ".join(f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__))
    return f"{type(error).__name__} at {places}"


class Failure(Enum):
    """What is known of a request that got no answer. The first group never left this machine."""

    BAD_ADDRESS = "bad address"
    """The address is no http or https address."""
    UNTRUSTED = "untrusted"
    """The other side's certificate is not trusted."""
    NO_TLS = "no tls"
    """The encrypted connection could not be set up, for another reason than the certificate."""
    PROXY = "proxy"
    """A proxy on the way did not let the connection through."""
    CONNECT_TIMEOUT = "connect timeout"
    """No connection came about in time."""
    UNREACHABLE = "unreachable"
    """The connection was refused, or there is no such name or route."""
    TOO_MANY_REDIRECTS = "too many redirects"
    """Every answer named another address; none held what was asked for."""

    TOO_SLOW = "too slow"
    """The request left; the answer, or the rest of it, did not come in time."""
    CUT_OFF = "cut off"
    """The request may have left; the connection broke before the whole answer had come."""

    @property
    def never_left(self) -> bool:
        """Whether the other side cannot have taken the request, so that it may be sent again whatever it is."""
        return self not in (Failure.TOO_SLOW, Failure.CUT_OFF, Failure.TOO_MANY_REDIRECTS)


_BY_CLASS: tuple[tuple[tuple[type[BaseException], ...], Failure], ...] = (
    ((requests.exceptions.ProxyError, urllib3.exceptions.ProxyError), Failure.PROXY),
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), Failure.NO_TLS),
    ((requests.exceptions.TooManyRedirects,), Failure.TOO_MANY_REDIRECTS),
    (
        (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        Failure.CONNECT_TIMEOUT,
    ),
    (
        (requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError, TimeoutError),
        Failure.TOO_SLOW,
    ),
    # what came was no HTTP: a connection cut off, although requests files it under bad values
    ((requests.exceptions.InvalidHeader,), Failure.CUT_OFF),
    # requests' and urllib3's own for an address that is none, also one that a redirect names
    ((ValueError,), Failure.BAD_ADDRESS),
)
"""The first line that fits an error counts; any other error is a connection cut off."""


def classify(error: BaseException, *, sent: bool = False) -> Failure:
    """What a failed request means.

    Args:
        error: what requests or urllib3 raised. Its text holds the address, query and all: never show it.
        sent: whether some of the request had surely left this machine.
    """
    nested = tuple(_nested(error))
    if not sent:
        if any(isinstance(part, ssl.SSLCertVerificationError) for part in nested):
            return Failure.UNTRUSTED
        if any(isinstance(part, urllib3.exceptions.NewConnectionError) for part in nested):
            return Failure.PROXY if isinstance(error, requests.exceptions.ProxyError) else Failure.UNREACHABLE
    found = next(
        (failure for classes, failure in _BY_CLASS if any(isinstance(part, classes) for part in nested)),
        Failure.CUT_OFF,
    )
    return Failure.CUT_OFF if sent and found.never_left else found


def _nested(error: BaseException) -> Iterator[BaseException]:
    """The error and those it wraps: requests puts urllib3's into its arguments, and that one its reason."""
    found: object = error
    while isinstance(found, BaseException):
        yield found
        found = getattr(found, "reason", None) or next(iter(found.args), None)
