"""Files that the service reads itself: below a folder its operator chose, or over https from hosts on its list."""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from daybook.errors import FileError, LimitError, ParameterError
from daybook.guard import GuardedSession
from daybook.limits import Limits
from daybook.service import texts
from daybook.transport_errors import Failure, classify

CONNECT_SECONDS = 10
READ_SECONDS = 60
"""Between two pieces of the file."""
LONGEST_SECONDS = 3_600.0
"""For the whole file; the job's own time limit mostly ends it earlier."""


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What a request may name as its source."""

    folder: Path | None
    hosts: tuple[str, ...]
    """``host`` or ``host:port``, without the port for 443."""


@contextlib.contextmanager
def open_source_file(source: str, rules: SourceRules, folder: Path, limits: Limits) -> Iterator[Path]:
    """A path under which the file of ``source`` can be read while the context lasts.

    Args:
        source: a path below the rules' folder, or an https address.
        rules: what is allowed.
        folder: where a fetched file may lie.
        limits: how large it may be.

    Raises:
        ParameterError: the source is not allowed, or is none.
        FileError: it is not available.
        LimitError: it is too large.
    """
    if "://" in source:
        path = folder / "source"
        _fetch(source, rules, path, limits)
        yield path
        return
    handle = _open_below(source, rules)
    try:
        if os.fstat(handle).st_size > limits.file_bytes:
            raise LimitError(texts.BODY_TOO_LARGE, limit=limits.file_bytes // 1_000_000)
        # By its handle, not by its name: what is read is what was checked, whatever happens to the name meanwhile.
        yield Path(f"/dev/fd/{handle}")
    finally:
        os.close(handle)


def _open_below(source: str, rules: SourceRules) -> int:
    if rules.folder is None:
        raise ParameterError(texts.NO_SOURCE_FOLDER)
    if not source.strip() or "\0" in source or source.startswith("/"):
        raise ParameterError(texts.WRONG_SOURCE)
    try:
        root = rules.folder.resolve(strict=True)
        real = (root / source).resolve(strict=True)
        if not real.is_relative_to(root):
            raise ParameterError(texts.NO_SUCH_SOURCE)
        handle = _walk(root, real.relative_to(root).parts)
    except (OSError, RuntimeError, ValueError):
        raise ParameterError(texts.NO_SUCH_SOURCE) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ParameterError(texts.NO_SUCH_SOURCE)
    return handle


def _walk(root: Path, parts: tuple[str, ...]) -> int:
    # A link that leads out of the folder was refused above; one that is put there between that look and this open
    # is refused here, since no step may be a link. Non-blocking, because a pipe would wait for its writer.
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            inner = os.open(part, flags, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle


class _ListedSession(GuardedSession):
    """Asks the hosts on the operator's list alone, which may have private addresses."""

    def __init__(self, rules: SourceRules) -> None:
        super().__init__(LONGEST_SECONDS, anywhere=True)
        self._rules = rules

    def ask(self, address: str, **options: Any) -> requests.Response:
        _check_address(address, self._rules)
        return super().ask(address, **options)


def _fetch(address: str, rules: SourceRules, path: Path, limits: Limits) -> None:
    try:
        with _ListedSession(rules) as session, session.follow(address, (CONNECT_SECONDS, READ_SECONDS)) as response:
            if response.status_code != requests.codes.ok:
                raise FileError(texts.SOURCE_REFUSED, status=response.status_code)
            _save(session.pieces(response), path, limits)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError, OSError) as error:
        late = classify(error) in (Failure.CONNECT_TIMEOUT, Failure.TOO_SLOW)
        # the cause's text holds the address, and that may hold a signature
        raise FileError(texts.SOURCE_TOO_SLOW if late else texts.SOURCE_UNREACHABLE) from None


def _check_address(address: str, rules: SourceRules) -> None:
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port or 443
    except ValueError:
        raise ParameterError(texts.WRONG_SOURCE) from None
    if parts.scheme != "https" or not host or parts.username is not None:
        raise ParameterError(texts.WRONG_SOURCE)
    allowed = {entry.lower() for entry in rules.hosts}
    if f"{host}:{port}" not in allowed and not (port == 443 and host in allowed):  # noqa: PLR2004 - https
        raise ParameterError(texts.NO_SOURCE_HOSTS)


def _save(pieces: Iterator[bytes], path: Path, limits: Limits) -> None:
    size = 0
    with path.open("xb") as file:
        for piece in pieces:
            size += len(piece)
            if size > limits.file_bytes:
                raise LimitError(texts.BODY_TOO_LARGE, limit=limits.file_bytes // 1_000_000)
            file.write(piece)
