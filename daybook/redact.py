"""`Redactor`: keeps tokens, secrets, signatures and addresses out of everything that people or logs see."""

import json
import logging
import re
import traceback
from urllib.parse import quote, quote_plus

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
