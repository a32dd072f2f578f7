"""The HTTP client of HTTP-request nodes, with the repetitions that Dify does not show.

Dify's own client (``core/helper/ssrf_proxy.py``) sends any request again after 429, 500, 502, 503, 504 and after
timeouts and lost connections, three times, whatever the node's retry setting says.
"""

from typing import Any

import httpx
from graphon.http.client import HttpxHttpClient
from graphon.http.response import HttpResponse

REPEATS = 3
"""SSRF_DEFAULT_MAX_RETRIES."""
REPEATED = frozenset({429, 500, 502, 503, 504})


class RepeatsExhaustedError(Exception):
    """Every repetition failed."""


class RepeatingClient:
    """Sends requests as Dify sends them, without its waits between repetitions."""

    max_retries_exceeded_error = RepeatsExhaustedError
    request_error = httpx.RequestError

    def __init__(self) -> None:
        self._client = HttpxHttpClient()

    def get(self, url: str, max_retries: int = 0, **kwargs: Any) -> HttpResponse:
        """Send a GET request."""
        return self._send("get", url, max_retries, kwargs)

    def head(self, url: str, max_retries: int = 0, **kwargs: Any) -> HttpResponse:
        """Send a HEAD request."""
        return self._send("head", url, max_retries, kwargs)

    def post(self, url: str, max_retries: int = 0, **kwargs: Any) -> HttpResponse:
        """Send a POST request."""
        return self._send("post", url, max_retries, kwargs)

    def put(self, url: str, max_retries: int = 0, **kwargs: Any) -> HttpResponse:
        """Send a PUT request."""
        return self._send("put", url, max_retries, kwargs)

    def delete(self, url: str, max_retries: int = 0, **kwargs: Any) -> HttpResponse:
        """Send a DELETE request."""
        return self._send("delete", url, max_retries, kwargs)

    def patch(self, url: str, max_retries: int = 0, **kwargs: Any) -> HttpResponse:
        """Send a PATCH request."""
        return self._send("patch", url, max_retries, kwargs)

    def _send(self, method: str, url: str, max_retries: int, kwargs: dict[str, Any]) -> HttpResponse:
        _ = max_retries  # Dify's client repeats whatever the node says
        send = getattr(self._client, method)
        for _ in range(REPEATS + 1):
            try:
                response: HttpResponse = send(url, trust_env=False, **kwargs)
            except httpx.RequestError:
                continue
            if response.status_code not in REPEATED:
                return response
        raise RepeatsExhaustedError(f"Reached maximum retries ({REPEATS}) for URL {url}")
