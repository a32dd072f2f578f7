"""The bytes of a sales file: unpacked where they came in a ZIP or gzip file, and as blocks of whole records."""

import codecs
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Buffer, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from daybook.errors import LimitError, TableError
from daybook.limits import Limits
from daybook.table import texts

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


_MOST_MEMBERS = 1_000
_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".json", ".jsonl", ".ndjson", ".html",
           ".htm", ".mht", ".mhtml", ".xml", ".parquet", ".gz")  # fmt: skip
_ENCRYPTED = 0x1


class Member(NamedTuple):
    """A file of an archive."""

    name: str
    content: bytes


def is_workbook(source: Source) -> bool:
    """Whether a ZIP file is a workbook, or damaged, rather than an archive of files."""
    try:
        with open_source(source) as stream, zipfile.ZipFile(stream) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()[:_MOST_MEMBERS]}
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return True
    return bool(names & {"[content_types].xml", "content.xml", "xl/workbook.xml", "xl/workbook.bin"})


def unpacked(source: Source, limits: Limits) -> tuple[list[Member], list[str]]:
    """The files of an archive that may be tables, and the names of the others.

    Raises:
        TableError: none may be, or they are locked or damaged.
        LimitError: together they are larger than a file may be.
    """
    members, others = [], []
    try:
        with open_source(source) as stream, zipfile.ZipFile(stream) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_hidden(entry.filename)]
            if len(entries) > _MOST_MEMBERS:
                raise LimitError(texts.TOO_MANY_MEMBERS, limit=f"{_MOST_MEMBERS:,}")
            named = [entry for entry in entries if entry.filename.lower().endswith(_TABLES)]
            left = limits.file_bytes
            for entry in named or entries[:1]:
                if entry.flag_bits & _ENCRYPTED:
                    raise TableError(texts.LOCKED_ARCHIVE)
                with archive.open(entry) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _too_large(limits)
                members.append(Member(PurePosixPath(entry.filename.replace("\\", "/")).name, content))
            others = [entry.filename for entry in entries if entry not in named and named]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise TableError(texts.BROKEN_ARCHIVE) from None
    if not members:
        raise TableError(texts.NOT_A_TABLE, kind=texts.ARCHIVE)
    return members, others


def gunzipped(source: Source, limits: Limits) -> bytes:
    """The content of a gzip file.

    Raises:
        TableError: it is damaged.
        LimitError: it is larger than a file may be.
    """
    try:
        with open_source(source) as stream, gzip.open(stream) as file:
            content = file.read(limits.file_bytes + 1)
    except (OSError, zlib.error, EOFError):
        raise TableError(texts.BROKEN_ARCHIVE) from None
    if len(content) > limits.file_bytes:
        raise _too_large(limits)
    return content


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1].lower() in ("thumbs.db", "desktop.ini")


def _too_large(limits: Limits) -> LimitError:
    return LimitError(texts.TOO_MANY_BYTES, limit=limits.file_bytes // 1_000_000, beyond=limits.beyond)
