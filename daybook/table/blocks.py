"""A delimited text file as blocks of whole records in UTF-8, so that any size is read in little memory."""

import codecs
import io
import re
from collections.abc import Buffer, Iterator
from pathlib import Path
from typing import BinaryIO

type Source = bytes | Path
"""A sales file: its bytes, or where it is on this machine."""

BLOCK_BYTES = 4 * 1024 * 1024
"""What is parsed at once: large enough that the cost of a parse does not show, small beside pandas itself."""
_LONGEST_RECORD = 64 * 1024 * 1024
_RECODE_BYTES = 256 * 1024
_SIGN_OF_BACKSLASH = {"cp932": "¥", "euc_jp": "¥", "cp949": "₩"}
"""What stands where ASCII has the backslash, in the fonts of those who write in these encodings."""
_MONEY_SIGN = re.compile(r"\\(?=[ \-−]?\d|$)")


def open_source(source: Source) -> BinaryIO:
    """The file as a stream of bytes."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def source_bytes(source: Source) -> int:
    """The file's size in bytes."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size


class Recoded(io.RawIOBase):
    """A stream of text in another encoding, read as UTF-8 without byte order marks.

    Bytes that do not fit the encoding become U+FFFD, one for each; `broken` says in which lines.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self.broken: list[int] = []
        """The lines with broken bytes, counted from 1 where the stream stood."""
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._sign = _SIGN_OF_BACKSLASH.get(encoding, "")
        self._line = 1
        self._ready = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill ``buffer`` as far as the text at hand goes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        while not self._ready:
            data = self._stream.read(_RECODE_BYTES)
            text = self._decoder.decode(data, not data).replace("\ufeff", "")
            if self._sign:
                text = _MONEY_SIGN.sub(self._sign, text)
            self._ready = text.encode("utf-8", "replace")
            self._note(text)
            if not data:
                break
        taken, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(taken)] = taken
        return len(taken)

    def _note(self, text: str) -> None:
        if "\ufffd" in text:
            lines = text.split("\n")
            self.broken += [self._line + index for index, line in enumerate(lines) if "\ufffd" in line]
        self._line += self._ready.count(b"\n")


def whole_records(stream: BinaryIO, front: bytes, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Blocks of about ``size`` bytes that end where a record ends, each with ``front`` before it.

    A record ends at a newline that is not between double quotes; a quote that is never closed makes one block of
    up to 64 MiB, which the parser then refuses.
    """
    while data := stream.read(size):
        block = b"".join((front, data, stream.readline(_LONGEST_RECORD)))
        del data
        if b'"' in block and block.count(b'"') % 2:
            block += b"".join(_closing_lines(stream))
        yield block


def _closing_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines up to the one that closes a double quote."""
    taken = 0
    while taken < _LONGEST_RECORD and (line := stream.readline(_LONGEST_RECORD)):
        yield line
        taken += len(line)
        if line.count(b'"') % 2:
            return
