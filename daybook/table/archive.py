"""`unpacked`, `gunzipped`: what a ZIP or gzip file holds, within the limits of a file that came as it is."""

import gzip
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import NamedTuple

from daybook.errors import LimitError, TableError
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.blocks import Source, open_source

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
