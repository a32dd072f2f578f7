"""Files on their way to Dify: their types, how they are sent without being held in memory, how an input names them."""

import mimetypes
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from secrets import token_hex
from typing import Any, BinaryIO

from urllib3.fields import RequestField

FILE_MIME_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
"""Said here because the operating system's own table differs from machine to machine; Dify stores what it is told."""

_KINDS: Mapping[str, frozenset[str]] = {
    "image": frozenset({"jpg", "jpeg", "png", "webp", "gif", "svg"}),
    "audio": frozenset({"mp3", "m4a", "wav", "amr", "mpga"}),
    "video": frozenset({"mp4", "mov", "mpeg", "webm"}),
}


def extension(filename: str) -> str:
    """The extension of a file's name, in lower case and without the dot."""
    return PurePath(filename).suffix.lstrip(".").lower()


def mime_type(filename: str) -> str:
    """The MIME type by the extension; Dify refuses a file without any."""
    return FILE_MIME_TYPES.get(extension(filename)) or mimetypes.guess_type(filename)[0] or "application/octet-stream"


def file_kind(filename: str) -> str:
    """Dify's kind of file by the extension. A CSV or workbook must be a document, or the run is refused."""
    suffix = extension(filename)
    return next((kind for kind, suffixes in _KINDS.items() if suffix in suffixes), "document")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that Dify has taken. It belongs to the user that it was uploaded for."""

    id: str
    name: str
    size: int
    """Bytes."""
    extension: str
    mime_type: str
    created_by: str = ""
    """Dify's own id of the user."""
    created_at: int | None = None
    """Seconds since 1970."""
    source_url: str = field(default="", repr=False)
    """A signed link to the file: whoever has it can read the file for as long as it is valid."""

    def as_input(self) -> dict[str, str]:
        """The value of a workflow's file input. For a list of files put several of them into a list."""
        return uploaded_file_input(self.id, self.name)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "UploadedFile":
        """The file in Dify's answer to an upload."""
        return cls(
            id=str(answer["id"]),
            name=str(answer.get("name") or ""),
            size=int(answer.get("size") or 0),
            extension=str(answer.get("extension") or ""),
            mime_type=str(answer.get("mime_type") or ""),
            created_by=str(answer.get("created_by") or ""),
            created_at=answer.get("created_at"),
            source_url=str(answer.get("source_url") or ""),
        )


def uploaded_file_input(file_id: str, filename: str) -> dict[str, str]:
    """The value of a file input for a file that was uploaded before."""
    return {"type": file_kind(filename), "transfer_method": "local_file", "upload_file_id": file_id}


def linked_file_input(url: str, filename: str = "") -> dict[str, str]:
    """The value of a file input for a file that Dify and the plugin fetch themselves."""
    name = filename or PurePath(url.partition("?")[0]).name
    return {"type": file_kind(name), "transfer_method": "remote_url", "url": url}


class MultipartFile:
    """A multipart body of fields and one file, read piece by piece as it is sent.

    ``requests`` itself would build the whole body in memory.
    """

    def __init__(self, fields: Mapping[str, str], filename: str, content: BinaryIO) -> None:
        self.boundary = token_hex(16)
        self.content_type = f"multipart/form-data; boundary={self.boundary}"
        self.file_bytes = content.seek(0, os.SEEK_END)
        content.seek(0)
        head = b"".join(self._part(RequestField.from_tuples(name, value)) for name, value in fields.items())
        part = RequestField.from_tuples("file", (filename, b"", mime_type(filename)))
        self._head = head + self._part(part, end=b"")
        self._content = content
        self._tail = f"\r\n--{self.boundary}--\r\n".encode()
        self._length = len(self._head) + self.file_bytes + len(self._tail)

    def _part(self, part: RequestField, end: bytes = b"\r\n") -> bytes:
        data = part.data if isinstance(part.data, bytes) else str(part.data).encode()
        return f"--{self.boundary}\r\n{part.render_headers()}".encode() + data + end

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """The next ``size`` bytes at most; empty at the end."""
        if self._head:
            piece, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return piece + self.read() if size < 0 else piece
        if piece := self._content.read(size):
            return piece + self.read() if size < 0 else piece
        piece, self._tail = (self._tail, b"") if size < 0 else (self._tail[:size], self._tail[size:])
        return piece
