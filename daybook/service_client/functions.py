"""`FunctionsClient`: calls the functions that an analysis service offers: list them, run one, fetch its files.

A `FormBody` reads the files that it sends from disk while they are sent, and again for another attempt.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex
from typing import Any, Self
from urllib.parse import quote

import requests

from daybook.errors import DaybookError, FunctionError, LimitError, ParameterError, ServiceError
from daybook.language import Language
from daybook.limits import DIFY_TOOL_SECONDS
from daybook.service_client import texts
from daybook.service_client.connection import (
    NOT_BEGUN,
    BusyError,
    ServiceConnection,
    UnknownTexts,
    parse_answer,
    retrying_while_busy,
)

PIECE_BYTES = 1 << 16
CALL_SECONDS = DIFY_TOOL_SECONDS - 20
"""What a call may take, where its caller does not say."""
FILE_SECONDS = 60.0
"""What a file of a result may take."""

_REFUSALS: dict[str | int, type[DaybookError]] = {
    HTTPStatus.NOT_FOUND.value: ParameterError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value: LimitError,
    HTTPStatus.UNPROCESSABLE_ENTITY.value: FunctionError,
    "parameter": ParameterError,
    "time_limit": LimitError,
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send."""

    name: str
    content: bytes | Path
    """What is in it, or where it lies."""
    mime_type: str = "application/octet-stream"

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def pieces(self) -> Iterator[bytes]:
        """Its content, piece by piece."""
        if isinstance(self.content, bytes):
            yield self.content
            return
        left = self.size  # a file that grows meanwhile is sent as long as it was announced
        with self.content.open("rb") as file:
            while left and (piece := file.read(min(PIECE_BYTES, left))):
                left -= len(piece)
                yield piece


class FormBody:
    """A body for `requests`: it has a length, and gives its bytes in pieces."""

    def __init__(self, fields: Mapping[str, str], files: Mapping[str, Attachment]) -> None:
        boundary = token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._parts = [
            *((_head(boundary, name), Attachment("", value.encode())) for name, value in fields.items()),
            *((_head(boundary, name, file), file) for name, file in files.items()),
        ]
        self._end = f"--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return sum(len(head) + content.size + 2 for head, content in self._parts) + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        for head, content in self._parts:
            yield head
            yield from content.pieces()
            yield b"\r\n"
        yield self._end


def _head(boundary: str, name: str, file: Attachment | None = None) -> bytes:
    filename = "" if file is None else f'; filename="{_quoted(file.name)}"'
    kind = "" if file is None else f"\r\nContent-Type: {_one_line(file.mime_type)}"
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"{filename}{kind}\r\n\r\n'.encode()


def _quoted(text: str) -> str:
    # as HTML's standard has browsers write it
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _one_line(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


@dataclass(frozen=True, slots=True)
class Offered:
    """A function that the service offers."""

    name: str
    summary: str


class FunctionsClient:
    """The functions of one analysis service."""

    def __init__(
        self,
        url: str,
        key: str = "",
        language: Language = Language.CHINESE,
        *,
        session: requests.Session | None = None,
        seconds: float = CALL_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """The functions of the service at ``url``.

        Args:
            url: the service's address.
            key: its key, where it needs one.
            language: of the errors that the service words.
            session: to send with.
            seconds: what a call may take, once all is sent.
            sleep: waits between attempts.
        """
        self._seconds = seconds
        self._connection = ServiceConnection(url, key, language, session)
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def offered(self) -> list[Offered]:
        """The functions that can be called.

        Raises:
            ServiceError: the list is not available.
        """
        listed = self._connection.listed("/functions", "functions", texts.LIST_FAILED)
        try:
            return [Offered(str(each["name"]), str(each["summary"])) for each in listed]
        except KeyError:
            raise ServiceError(texts.NO_SERVICE) from None

    def call(self, name: str, arguments: Mapping[str, Any], files: Mapping[str, Attachment]) -> dict[str, Any]:
        """Run a function and wait for its end; gives the run with its result, as the service describes it.

        A call is sent again only where the service says that it did not begin it: a function may do something that
        must not be done twice.

        Raises:
            ParameterError: there is no such function.
            FunctionError: the function refused the call, or failed.
            LimitError: it needed more than it may.
            ServiceError: the service cannot be reached, or did not answer.
        """
        return retrying_while_busy(lambda: self._call_once(name, arguments, files), self._sleep)

    def fetch(self, run_id: str, name: str, limit: int) -> bytes:
        """A file of a run's result, which may have ``limit`` bytes.

        Raises:
            ServiceError: it is not available.
        """
        data = bytearray()
        self._receive(run_id, name, limit, data.extend)
        return bytes(data)

    def save(self, run_id: str, name: str, path: Path) -> None:
        """Put a file of a run's result at ``path``, whole or not at all.

        Raises:
            ServiceError: it is not available.
            OSError: it cannot be written there.
        """
        part = path.with_name(f".{token_hex(8)}")
        try:
            with part.open("xb") as file:
                self._receive(run_id, name, None, file.write)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _receive(self, run_id: str, name: str, limit: int | None, take: Callable[[bytes], object]) -> None:
        path = f"/v1/runs/{quote(run_id, safe='')}/files/{quote(name, safe='')}"
        size = 0
        gone = ServiceError(texts.FILE_GONE, name=name)
        try:
            with self._connection.stream("GET", path, seconds=FILE_SECONDS) as (status, _, pieces):
                for piece in pieces if status == HTTPStatus.OK else ():
                    size += len(piece)
                    if limit is not None and size > limit:
                        break
                    take(piece)
        except (ServiceError, BusyError):
            raise gone from None
        if status != HTTPStatus.OK or (limit is not None and size > limit):
            raise gone

    def _call_once(self, name: str, arguments: Mapping[str, Any], files: Mapping[str, Attachment]) -> dict[str, Any]:
        body: dict[str, Any] = {"json": dict(arguments)}
        if files:
            form = FormBody({key: _as_text(value) for key, value in arguments.items()}, files)
            body = {"data": form, "headers": {"Content-Type": form.content_type}}
        told = UnknownTexts(texts.CALL_TOO_SLOW, texts.CALL_BROKEN_OFF, {"function": name})
        path = f"/functions/{quote(name, safe='')}"
        answer = self._connection.send("POST", path, seconds=self._seconds, on_unknown=told, **body)
        run = parse_answer(answer, NOT_BEGUN, _REFUSALS)
        if "run_id" not in run:
            raise ServiceError(texts.NO_SERVICE)
        return run


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
