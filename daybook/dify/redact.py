"""Makes text that came from elsewhere fit to be shown: no links, no keys, one line, not too long."""

import re
from collections.abc import Callable, Iterable

LONGEST = 300
"""Characters kept of another program's text."""

type Safe = Callable[[object], str]
"""`safe_text`, or the same with the secrets of a client."""

_LINK = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>，。；）)]+", re.IGNORECASE)
_KEY = re.compile(r"\b(?:app|dataset|sk)-[\w-]{8,}")
_BEARER = re.compile(r"(?i)\bbearer\s+\S+")
_SIGNED = re.compile(r"(?i)\b(sign|signature|nonce|access_token|token|secret|api[-_]?key|password)=[^\s&'\"]+")
_QUERY = re.compile(r"/files/\S*file-preview\?\S+")
_BLANKS = re.compile(r"\s+")


def safe_text(value: object, secrets: Iterable[str] = ()) -> str:
    """``value`` as one line without links, keys and signatures, cut at `LONGEST` characters.

    Args:
        value: another program's text, such as the error of a node; ``None`` gives an empty text.
        secrets: values that must not appear, whatever they look like.
    """
    text = "" if value is None else str(value)
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    text = _LINK.sub("***", text)
    text = _QUERY.sub("***", text)
    text = _BEARER.sub("***", text)
    text = _SIGNED.sub(r"\1=***", text)
    text = _KEY.sub("***", text)
    text = _BLANKS.sub(" ", text).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
