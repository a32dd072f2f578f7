"""Keeps tokens, secrets and signatures out of everything that people or logs see."""

import json
import logging
import re
from urllib.parse import quote, quote_plus

REDACTED = "***"

_QUERY = re.compile(r"(access_token|sign|timestamp)(=|%3D)[^&\s\"'<>)\]]*", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:https?|ftp)://[^\s\"'<>，。；、]*", re.IGNORECASE)
_SHORTEST = 4
"""Characters; a shorter value is no secret, and blotting it out would only garble the text."""


class Redactor:
    """Blots out given secrets, however they are quoted, and whatever looks like a webhook's query."""

    def __init__(self, *secrets: str) -> None:
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._secrets = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if forms else None

    def __call__(self, text: str) -> str:
        """``text`` without the secrets."""
        if self._secrets:
            text = self._secrets.sub(REDACTED, text)
        return _QUERY.sub(rf"\1\2{REDACTED}", text)

    def clipped(self, text: str, limit: int = 200) -> str:
        """``text`` without secrets and addresses, on one line of at most ``limit`` characters."""
        line = " ".join(_ADDRESS.sub("", self(text)).split())
        return line if len(line) <= limit else line[: limit - 1] + "…"


class QueryFilter(logging.Filter):
    """Takes a webhook's token and signature out of a log record, whose own words stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite ``record`` where its text holds a webhook's query; it is always let through."""
        text = record.getMessage()
        clean = _QUERY.sub(rf"\1\2{REDACTED}", text)
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
