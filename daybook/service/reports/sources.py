"""Files that the service reads itself: below a folder its operator chose, or over https from hosts on its list."""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from daybook.errors import FileError, LimitError, ParameterError
from daybook.limits import Limits
from daybook.service import texts

MAX_REDIRECTS = 5
CHUNK_BYTES = 1 << 20
CONNECT_SECONDS = 10
READ_SECONDS = 60
"""Between two pieces of the file; the whole is bound by the job's own time limit."""


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
        FileError: it cannot be had.
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
    # is refused here, since no step may be a link. Non-blocking, for a pipe would wait for its writer.
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            inner = os.open(part, flags, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle


def _fetch(address: str, rules: SourceRules, path: Path, limits: Limits) -> None:
    with requests.Session() as session:
        session.trust_env = True
        for _ in range(MAX_REDIRECTS + 1):
            _check_address(address, rules)
            try:
                with session.get(
                    address,
                    stream=True,
                    allow_redirects=False,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    headers={"Accept-Encoding": "identity"},
                ) as response:
                    if response.is_redirect:
                        address = urljoin(address, response.headers["Location"])
                        continue
                    if response.status_code != requests.codes.ok:
                        raise FileError(texts.SOURCE_REFUSED, status=response.status_code)
                    _save(response, path, limits)
                    return
            except requests.Timeout:
                raise FileError(texts.SOURCE_TOO_SLOW) from None
            except (requests.RequestException, OSError):
                # the cause's text holds the address, and that may hold a signature
                raise FileError(texts.SOURCE_UNREACHABLE) from None
    raise FileError(texts.SOURCE_UNREACHABLE)


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


def _save(response: requests.Response, path: Path, limits: Limits) -> None:
    size = 0
    with path.open("xb") as file:
        for piece in response.iter_content(CHUNK_BYTES):
            size += len(piece)
            if size > limits.file_bytes:
                raise LimitError(texts.BODY_TOO_LARGE, limit=limits.file_bytes // 1_000_000)
            file.write(piece)
