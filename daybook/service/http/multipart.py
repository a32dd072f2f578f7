"""Multipart forms: files go to disk under names of our own as they come, fields stay in memory and are few."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from daybook.errors import LimitError, ParameterError
from daybook.service import texts
from daybook.service.errors import BodyError, MediaTypeError
from daybook.service.http.body import BlockWriter, Body, Pace, content_type

if TYPE_CHECKING:  # the library has the type for checkers alone
    from python_multipart.multipart import MultipartCallbacks

FORM = "multipart/form-data"
MAX_PARTS = 64
"""Fields and files in one form."""
FIELD_BYTES = 64 * 1024
"""Bytes of all fields together."""
OVERHEAD_BYTES = FIELD_BYTES + MAX_PARTS * 1024
"""What a form may have beyond its file's bytes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    path: Path
    """Where it lies while the request lasts, under a name of ours."""
    filename: str
    """What the sender calls it; never a path."""
    size: int


@dataclass(slots=True)
class MultipartForm:
    """A form, read whole."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    """By the names of their fields; the first of each."""
    lists: dict[str, list[Upload]] = field(default_factory=dict)
    """The same with all files of a field, in the order in which they came."""

    def file(self, name: str) -> Upload:
        """The file in the field ``name``.

        Raises:
            ParameterError: there is none.
        """
        if name not in self.files:
            raise ParameterError(texts.NO_FILE, field=name)
        return self.files[name]


async def read_form(
    request: Request,
    folder: Path,
    *,
    file_bytes: int,
    pace: Pace,
    name_length: int,
    repeated: Collection[str] = (),
) -> MultipartForm:
    """The form of ``request``, its files in ``folder``.

    Args:
        request: a request, its body not read yet.
        folder: an empty folder.
        file_bytes: what one file may have, and all of them together.
        pace: how quickly the body has to arrive.
        name_length: characters that a file's name may have.
        repeated: fields of which each may hold several files.

    Raises:
        MediaTypeError: it is no form.
        BodyError: it is a broken one.
        ParameterError: a name comes twice, or is too long.
        LimitError: it is too large.
    """
    if content_type(request) != FORM:
        raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted=FORM)
    boundary = parse_options_header(request.headers["content-type"])[1].get(b"boundary")
    if not boundary:
        raise BodyError(texts.BODY_BROKEN)
    body = Body(request, limit=file_bytes + OVERHEAD_BYTES, pace=pace)
    reader = _Reader(folder, file_bytes, name_length, repeated)
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        async for block in body.blocks():
            parser.write(block)
            await reader.store()
        parser.finalize()
        await reader.store()
    except FormParserError:
        raise BodyError(texts.BODY_BROKEN) from None
    finally:
        await reader.close()
    if not reader.ended:
        raise BodyError(texts.BODY_BROKEN)
    return reader.form


@dataclass(slots=True)
class _Part:
    name: str
    filename: str | None
    """None for a field."""
    path: Path | None = None
    size: int = 0
    text: bytearray = field(default_factory=bytearray)
    ended: bool = False


class _Reader:
    """Listens to the parser, which is not async: it notes what came, and `store` puts it away between two blocks."""

    def __init__(self, folder: Path, file_bytes: int, name_length: int, repeated: Collection[str]) -> None:
        self.form = MultipartForm()
        self.ended = False
        self._folder = folder
        self._file_bytes = file_bytes
        self._name_length = name_length
        self._repeated = repeated
        self._header_name = bytearray()
        self._header_value = bytearray()
        self._disposition = b""
        self._parts = 0
        self._field_bytes = 0
        self._part: _Part | None = None
        self._writer: BlockWriter | None = None
        self._writing: _Part | None = None
        self._events: list[tuple[_Part, bytes | memoryview | None]] = []
        """Pieces of files in order; None ends the file."""

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._on_part_begin,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    async def store(self) -> None:
        """Write what has come of files since the last call."""
        events, self._events = self._events, []
        for part, piece in events:
            if self._writing is not part:
                assert part.path is not None  # noqa: S101 - a part in the events is a file
                self._writer, self._writing = BlockWriter(part.path), part
            assert self._writer is not None  # noqa: S101
            if piece is None:
                await self.close()
            else:
                await self._writer.write(piece)

    async def close(self) -> None:
        """Finish the file that is being written."""
        writer, self._writer, self._writing = self._writer, None, None
        if writer is not None:
            async with writer:
                pass

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BodyError(texts.BODY_BROKEN)
        self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header_name.strip().lower() == b"content-disposition":
            self._disposition = bytes(self._header_value)
        self._header_name.clear()
        self._header_value.clear()

    def _on_headers_finished(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or b"name" not in options:
            raise BodyError(texts.BODY_BROKEN)
        name = _text(options[b"name"])
        if name in self.form.fields or (name in self.form.files and name not in self._repeated):
            raise ParameterError(texts.ONE_FILE, field=_shown(name))
        if b"filename" not in options:
            self._part = _Part(name, None)
            return
        filename = _text(options[b"filename"])
        if len(filename) > self._name_length:
            raise ParameterError(texts.NAME_TOO_LONG, limit=self._name_length)
        self._part = _Part(name, filename, self._folder / f"upload-{self._parts}")
        self._events.append((self._part, b""))

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part is None:
            return
        part.size += end - start
        if part.filename is not None:
            if part.size > self._file_bytes:
                raise LimitError(texts.BODY_TOO_LARGE, limit=self._file_bytes // 1_000_000)
            self._events.append((part, memoryview(data)[start:end]))  # no copy: a file passes here as it came
            return
        self._field_bytes += end - start
        if self._field_bytes > FIELD_BYTES:
            raise LimitError(texts.TEXT_TOO_LARGE, limit=FIELD_BYTES // 1024)
        part.text += data[start:end]

    def _on_part_end(self) -> None:
        part, self._part = self._part, None
        if part is None:
            return
        if part.filename is None:
            self.form.fields[part.name] = _text(bytes(part.text))
        elif part.path is not None:
            self._events.append((part, None))
            if not part.filename and not part.size:
                return  # what a browser sends for a file field that was left empty
            upload = Upload(part.path, _name_only(part.filename), part.size)
            self.form.files.setdefault(part.name, upload)
            self.form.lists.setdefault(part.name, []).append(upload)

    def _on_end(self) -> None:
        self.ended = True


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _name_only(filename: str) -> str:
    last = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())


def _shown(name: str) -> str:
    return _name_only(name)[:64]
