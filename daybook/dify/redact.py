"""`safe_text`: another program's text, fit to be shown: no links, no keys, one line, not too long."""

from collections.abc import Callable, Iterable

from daybook.redact import LONGEST, Redactor

__all__ = ["LONGEST", "Safe", "safe_text"]

type Safe = Callable[[object], str]
"""`safe_text`, or the same with the secrets of a client."""


def safe_text(value: object, secrets: Iterable[str] = ()) -> str:
    """``value`` as `Redactor.line` shows it, without ``secrets``."""
    return Redactor(*secrets).line(value)
