"""`classify`: what a failed HTTP request means, judged once and by the error's class, never by its name or text."""

import ssl
from collections.abc import Iterator
from enum import Enum

import requests
import urllib3.exceptions


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
