"""Files from a web server, with the day in their address; https, or http within the machine."""

import datetime as dt
import ipaddress
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, NoReturn
from urllib.parse import urljoin, urlsplit

import requests
from pydantic import Field, SecretStr, field_validator

from daybook.errors import LimitError, ParameterError, SourceDownError, SourceError
from daybook.limits import Limits
from daybook.sources import texts
from daybook.sources.files import PatternSource
from daybook.sources.pattern import DayPattern
from daybook.table import texts as table_texts
from daybook.transport_errors import Failure, classify

CONNECT_SECONDS = 10
PIECE_BYTES = 1 << 20
MAX_REDIRECTS = 5
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSED = frozenset({401, 403, 407})
_GONE = frozenset({404, 410})


class WebSource(PatternSource):
    """Files from a web server."""

    kind: Literal["https"]

    url: SecretStr = Field(description="The file's address, such as https://files.example.com/sales_{day:%Y%m%d}.csv")
    headers: dict[str, SecretStr] = Field({}, description="Headers to send, such as Authorization")
    seconds: float = Field(60, gt=0, le=86_400, description="What may pass between two pieces of a file")

    @field_validator("url")
    @classmethod
    def _address(cls, url: SecretStr) -> SecretStr:
        DayPattern(url.get_secret_value())
        if not _is_allowed(url.get_secret_value()):
            raise ValueError("an address that begins with https:// is wanted")
        return url

    @cached_property
    def by_day(self) -> DayPattern:
        """The address of a day's file."""
        return DayPattern(self.url.get_secret_value())

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The day of the run, where the address has no day in it.

        Raises:
            ParameterError: a web server does not say which days it has.
        """
        if self.by_day.has_day:
            raise ParameterError(texts.DAY_NEEDED, name=self.name)
        return today

    def found(self, pattern: str) -> list[str]:
        """The one address: whether something is there shows when it is fetched."""
        return [pattern]

    def fetched(self, paths: Sequence[str], folder: Path, limits: Limits) -> list[Path]:
        """The file of a day; none where the server has none."""
        with requests.Session() as session:
            try:
                return [path for address in paths if (path := self._fetched(session, address, folder, limits))]
            except (requests.RequestException, OSError) as error:
                self._refuse(classify(error))

    def _fetched(self, session: requests.Session, address: str, folder: Path, limits: Limits) -> Path | None:
        own = urlsplit(address).netloc
        for _ in range(MAX_REDIRECTS + 1):
            if not _is_allowed(address):
                raise SourceError(texts.NO_TABLE, name=self.name)
            headers = {"Accept-Encoding": "identity"}
            if urlsplit(address).netloc == own:  # what opens one server is not for another
                headers |= {name: value.get_secret_value() for name, value in self.headers.items()}
            with session.get(
                address, headers=headers, stream=True, allow_redirects=False, timeout=(CONNECT_SECONDS, self.seconds)
            ) as response:
                if response.is_redirect:
                    address = urljoin(address, response.headers["Location"])
                    continue
                if response.status_code in _GONE:
                    return None
                if response.status_code in _REFUSED:
                    raise SourceError(texts.LOGIN, name=self.name)
                if response.status_code in _BUSY:
                    raise SourceDownError(texts.DOWN, name=self.name)
                if response.status_code != requests.codes.ok:
                    raise SourceError(texts.NO_TABLE, name=self.name)
                return _saved(response, folder / "file", limits)
        raise SourceError(texts.NO_TABLE, name=self.name)

    def _refuse(self, failure: Failure) -> NoReturn:
        match failure:
            case Failure.UNTRUSTED | Failure.NO_TLS:
                raise SourceError(texts.UNTRUSTED, name=self.name) from None
            case Failure.BAD_ADDRESS:
                raise SourceError(texts.NO_TABLE, name=self.name) from None
            case _:
                raise SourceDownError(texts.DOWN, name=self.name) from None


def _saved(response: requests.Response, path: Path, limits: Limits) -> Path:
    size = 0
    with path.open("xb") as file:
        for piece in response.iter_content(PIECE_BYTES):
            size += len(piece)
            if size > limits.file_bytes:
                raise LimitError(table_texts.TOO_MANY_BYTES, limit=limits.file_bytes // 1_000_000, beyond=limits.beyond)
            file.write(piece)
    return path


def _is_allowed(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "http":
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
    return parts.scheme == "https" and bool(host)
