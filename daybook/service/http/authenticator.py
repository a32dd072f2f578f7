"""Who may use the service: holders of a key, or, where none is set, programs on this machine."""

import hmac
from urllib.parse import urlsplit

from fastapi import Request

from daybook.service import texts
from daybook.service.errors import CrossOriginError, UnauthorizedError
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
            CrossOriginError: no key is needed, but a web page from elsewhere has sent it through somebody's browser.
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
        # What a proxy passes on is somebody else's, however near the proxy is.
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
