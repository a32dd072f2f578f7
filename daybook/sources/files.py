"""Files with the day in their names: `FolderSource` of a folder, `WebSource` of a web server."""

import datetime as dt
import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, NoReturn
from urllib.parse import urljoin, urlsplit

import requests
from pydantic import AfterValidator, Field, SecretStr, field_validator

from daybook.errors import LimitError, ParameterError, SourceDownError, SourceError
from daybook.limits import Limits
from daybook.sources import texts
from daybook.sources.base import SourcePart, SourceSettings, Window
from daybook.table import open_table
from daybook.table import texts as table_texts
from daybook.transport import Failure, classify

_ISO = "%Y-%m-%d"
_WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
_BETWEEN = "\0"
_WHOLE = ("%Y", "%m", "%d")


class DayPattern:
    """A pattern; ``{day}`` in it stands for the day as 2023-10-27, ``{day:%Y%m%d}`` for it in another form.

    Raises:
        ValueError: braces stand for something else, or a form has nothing of a day in it.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._parts = [(text, (form or _ISO) if name == "day" else None) for text, name, form, _ in _parsed(pattern)]

    def at(self, day: dt.date) -> str:
        """The path of one day."""
        return "".join(text + (day.strftime(form) if form else "") for text, form in self._parts)

    @property
    def has_day(self) -> bool:
        """Whether different days have different paths."""
        return any(form for _, form in self._parts)

    @property
    def any_day(self) -> str:
        """A pattern for the paths of all days, with ``*`` for each day."""
        return "".join(text + (_steps(form, "*") if form else "") for text, form in self._parts)

    def days(self, paths: Iterable[str]) -> list[dt.date]:
        """The days that paths are of, by their ends; a path that is of no day is passed over."""
        matches = filter(None, map(self._expression.search, paths))
        return sorted(filter(None, (self._day(match.groups()) for match in matches)))

    def _day(self, said: Sequence[str]) -> dt.date | None:
        """The day that a path's parts say together; None where they say none, or several."""
        forms = [form for _, form in self._parts if form]
        whole = next((place for place, form in enumerate(forms) if all(part in form for part in _WHOLE)), None)
        try:
            if whole is None:
                day = dt.datetime.strptime(_BETWEEN.join(said), _BETWEEN.join(forms)).date()  # noqa: DTZ007
            else:
                day = dt.datetime.strptime(said[whole], forms[whole]).date()  # noqa: DTZ007
        except (ValueError, re.error):
            return None
        return day if [day.strftime(form) for form in forms] == list(said) else None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        parts = [_literal(text) + (f"({_steps(form, '[^/]+?')})" if form else "") for text, form in self._parts]
        return re.compile("(?:^|/)" + "".join(parts) + "$", re.DOTALL)


def _steps(form: str, step: str) -> str:
    """What a day's text in a path looks like: it has as many steps as its form."""
    return "/".join([step] * (form.count("/") + 1))


def _parsed(pattern: str) -> Iterable[tuple[str, str | None, str | None, str | None]]:
    parts = list(Formatter().parse(pattern))
    for _, name, form, conversion in parts:
        if name is not None and (name != "day" or conversion or (form and "%" not in form)):
            raise ValueError("{day} or {day:%Y%m%d} is wanted")
    return parts


def _literal(text: str) -> str:
    return "".join(_WILD.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*|\*|\?)", text))


def checked_pattern(pattern: str) -> str:
    """The pattern, if it is one.

    Raises:
        ValueError: it is none.
    """
    DayPattern(pattern)
    return pattern


type Pattern = Annotated[str, Field(min_length=1), AfterValidator(checked_pattern)]
"""A path with ``{day}`` or ``{day:%Y%m%d}`` in it, and ``*`` for what is not known."""


class PatternSource(SourceSettings):
    """Files whose paths have the day in them: each speaks for the days that its path names, and for no other.

    An export of a day may hold orders of other days too. They stand in the files of those days as well, and would be
    counted twice.
    """

    @property
    def by_day(self) -> DayPattern:
        """Where the files of a day are."""
        raise NotImplementedError

    def found(self, pattern: str) -> list[str]:
        """The files of a pattern without days, by path, in order."""
        raise NotImplementedError

    def fetched(self, paths: Sequence[str], folder: Path, limits: Limits) -> list[Path]:
        """Files as local ones, which may lie in ``folder``."""
        raise NotImplementedError

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The latest day not after ``today`` that has a file; ``today`` where files are of no day."""
        if not self.by_day.has_day:
            return today
        return max((day for day in self.by_day.days(self.found(self.by_day.any_day)) if day <= today), default=None)

    @contextmanager
    def opened(self, window: Window, folder: Path, limits: Limits) -> Iterator[Iterator[SourcePart]]:
        """The tables of the files of the reported day and of those it is compared with."""
        yield self._parts(window, folder, limits)

    def _parts(self, window: Window, folder: Path, limits: Limits) -> Iterator[SourcePart]:
        days: dict[str, set[dt.date]] = {}
        for day in reversed(window.days):
            days.setdefault(self.by_day.at(day), set()).add(day)
        for number, (pattern, own) in enumerate(days.items()):
            paths = self.found(pattern) if own & window.compared else []
            if paths:
                below = folder / str(number)
                below.mkdir()
                files = self.fetched(paths, below, limits)
                if not files:
                    continue
                table = open_table(files, columns=self.columns, sheet=self.sheet, limits=limits)
                yield SourcePart(table, frozenset(own) if self.by_day.has_day else None)


class FolderSource(PatternSource):
    """Files in a folder of this machine."""

    kind: Literal["folder"]
    folder: Path = Field(description="The folder, by its path from that of the settings file")
    pattern: Pattern = Field(description="The files' paths below the folder, such as sales_{day:%Y%m%d}.csv")

    @cached_property
    def by_day(self) -> DayPattern:
        """Where the files of a day are, below the folder."""
        return DayPattern(self.pattern)

    def found(self, pattern: str) -> list[str]:
        """The files below the folder."""
        try:
            if not self.folder.is_dir():
                raise SourceError(texts.NO_TABLE, name=self.name)
            root = self.folder.resolve()
            return sorted(
                str(path)
                for path in self.folder.glob(pattern)
                if path.is_file() and path.resolve().is_relative_to(root)
            )
        except (NotImplementedError, ValueError):  # an absolute pattern
            raise SourceError(texts.NO_TABLE, name=self.name) from None
        except PermissionError:
            raise SourceError(texts.RIGHTS, name=self.name) from None
        except OSError:  # a network drive, say
            raise SourceDownError(texts.DOWN, name=self.name) from None

    def fetched(self, paths: Sequence[str], folder: Path, limits: Limits) -> list[Path]:  # noqa: ARG002  they are here
        """The files themselves."""
        return list(map(Path, paths))


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
