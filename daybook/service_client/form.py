"""`Form`: a multipart form whose files are read from disk while they are sent, and again for another attempt."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PIECE_BYTES = 1 << 16


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


class Form:
    """A body for `requests`: it has a length, and gives its bytes in pieces."""

    def __init__(self, fields: Mapping[str, str], files: Mapping[str, Attachment]) -> None:
        boundary = secrets.token_hex(16)
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
