"""Links that open one report without a key, for a while: signed, so that nobody makes one up."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import time

from itsdangerous import BadData, URLSafeSerializer

from daybook.service import texts
from daybook.service.errors import ExpiredError, LinkError

PARAMETER = "link"
"""The query parameter that carries the signature."""
DOCUMENTS = "documents"
"""What a link to the OpenAPI documents names in the place of a report."""
_SALT = "daybook report"


class LinkSigner:
    """Signs and checks links."""

    def __init__(self, secret: str, lifetime_seconds: float, clock: Callable[[], float] = time) -> None:
        self._serializer = URLSafeSerializer(secret, salt=_SALT)
        self._lifetime = lifetime_seconds
        self._clock = clock

    def token(self, report_id: str) -> str:
        """What makes a link to ``report_id`` open."""
        return str(self._serializer.dumps([report_id, round(self._clock() + self._lifetime)]))

    def check(self, token: str, report_id: str) -> None:
        """Pass if ``token`` was made for ``report_id`` and is still good.

        Raises:
            LinkError: it was not.
            ExpiredError: it is too old.
        """
        try:
            named, expires = self._serializer.loads(token)
        except (BadData, ValueError, TypeError):
            raise LinkError(texts.BAD_LINK) from None
        if named != report_id:
            raise LinkError(texts.BAD_LINK)
        if self._clock() > expires:
            raise ExpiredError(texts.OLD_LINK)


def kept_secret(folder: Path) -> str:
    """The secret that lies in ``folder``; made the first time, so that links outlive a restart."""
    path = folder / "link-secret"
    if not path.exists():
        handle, made = tempfile.mkstemp(prefix="link-secret-", dir=folder)  # readable by this user alone
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):  # another service was quicker: its secret is the one
            os.link(made, path)
        Path(made).unlink()
    return path.read_text("ascii")
