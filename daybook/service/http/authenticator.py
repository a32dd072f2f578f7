"""`Authenticator`, `LinkSigner`: who may use the service.

Holders of a key may, or, where none is set, programs on this machine. A link opens one thing without a key, for a
while: a report, a day of a book, or a book with all its days. It is signed, so that it cannot be made up.
"""

import datetime as dt
import hmac
import secrets
from collections.abc import Callable
from time import time
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import Request
from itsdangerous import BadData, URLSafeSerializer

from daybook.service import texts
from daybook.service.errors import CrossOriginError, ExpiredError, LinkError, UnauthorizedError
from daybook.service.robots import KeptValues
from daybook.service.settings import Settings, is_this_machine

_OF_PROXIES = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Authenticator:
    """Lets requests through, or says why not."""

    def __init__(self, settings: Settings) -> None:
        self._keys = [key.get_secret_value().encode() for key in settings.api_keys]
        self._header = settings.key_header

    def check(self, request: Request) -> None:
        """Pass if a request may be served.

        Raises:
            UnauthorizedError: it carries no key, or a wrong one.
            CrossOriginError: no key is needed, but a web page from elsewhere has sent it through a user's browser.
        """
        if self._keys:
            if not self._has_key(request):
                raise UnauthorizedError(f"Authorization (Bearer) / {self._header}")
        elif not self._is_from_here(request):
            raise CrossOriginError(texts.STRANGER)

    def _has_key(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        sent = [request.headers.get(self._header, "")]
        if scheme.lower() == "bearer":
            sent.append(token.strip())
        # every key is compared with all that was sent, so that the time tells nothing of which was nearly right
        matches = [hmac.compare_digest(key, text.encode("utf-8", "replace")) for key in self._keys for text in sent]
        return any(matches)

    def _is_from_here(self, request: Request) -> bool:
        # A browser says for which host it asks (which a page may have pointed at this machine), and, when a page from
        # elsewhere sends something, that page's origin. A program names this machine, and no origin.
        origin = request.headers.get("origin")
        # What a proxy passes on comes from another machine, however near the proxy is.
        return (
            _is_here(_host("//" + request.headers.get("host", "")))
            and (origin is None or _is_here(_host(origin)))
            and not any(name in request.headers for name in _OF_PROXIES)
        )


def _is_here(host: str | None) -> bool:
    return host is not None and is_this_machine(host)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


PARAMETER = "link"
"""The query parameter that carries the signature."""
DOCUMENTS = "documents"
"""What a link to the OpenAPI documents names in the place of a report."""
MORNINGS = "mornings"
"""What a link to the page of the mornings names."""
_SALT = "daybook report"
_DAY_SECONDS = 86_400


class Opened(NamedTuple):
    """What a link opens, and when it ends, in seconds of the epoch."""

    what: str
    expires: float


def book_of_link(name: str) -> str:
    """What a link names that opens a book: its page, its weeks and all its days."""
    return f"book/{name}"


def day_of_link(name: str, day: dt.date) -> str:
    """What a link names that opens one day of a book, and nothing else."""
    return f"day/{name}/{day}"


def explanation_of_link(name: str, day: dt.date) -> str:
    """What a link names by which one may say why a day of a book was as it was: no link to read is as good."""
    return f"explain/{name}/{day}"


class LinkSigner:
    """Signs and checks links."""

    def __init__(self, secret: str, lifetime_seconds: float, clock: Callable[[], float] = time) -> None:
        self._serializer = URLSafeSerializer(secret, salt=_SALT)
        self._lifetime = lifetime_seconds
        self._clock = clock

    def token(self, what: str, expires: float | None = None, *, days: float | None = None) -> str:
        """What makes a link open ``what``, a report's id for one; it ends after the usual time if none is given."""
        lifetime = self._lifetime if days is None else days * _DAY_SECONDS
        return str(self._serializer.dumps([what, round(self._clock() + lifetime if expires is None else expires)]))

    def check(self, token: str, *things: str) -> Opened:
        """What ``token`` opens, if it was made for one of ``things`` and is still good.

        Raises:
            LinkError: it was not.
            ExpiredError: it is too old.
        """
        try:
            named, expires = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            raise LinkError(texts.BAD_LINK) from None
        if named not in things:
            raise LinkError(texts.BAD_LINK)
        if self._clock() > expires:
            raise ExpiredError(texts.OLD_LINK)
        return Opened(named, expires)


def kept_secret(kept: KeptValues) -> str:
    """The secret that all instances have in common; made the first time, so that links outlive a restart."""
    return kept.first("link-secret", secrets.token_urlsafe(32))
