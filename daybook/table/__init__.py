"""What a sales file is: its format, encoding, columns and cells. From bytes or a path to coded rows.

A file is CSV (comma, tab or semicolon; UTF-8, GB18030 or UTF-16), a workbook (XLSX, XLS) or Parquet. The rule by
which a cell is read stands in `daybook.table.cells`, the names of columns in `daybook.table.columns`.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from daybook.errors import LimitError, ParameterError, TableError
from daybook.language import Text
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.blocks import Source, open_source, source_bytes
from daybook.table.columns import FIELDS, known, named

if TYPE_CHECKING:  # numpy is loaded when first needed
    from daybook.table.chunk import Chunk

__all__ = ["FIELDS", "Source", "Table", "open_table"]


class Table(Protocol):
    """An opened sales file."""

    @property
    def header(self) -> Sequence[str]:
        """The names of the columns as they stand."""

    @property
    def sample(self) -> Sequence[Sequence[str]]:
        """Some of the first rows below the header, each with a text a column, unread: to judge columns by."""

    def chunks(self, wanted: Sequence[int]) -> "Iterator[Chunk]":
        """The rows with the wanted columns, in that order; may be called again."""


_ZIP, _OLE, _PARQUET = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"PAR1"
_KINDS: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", texts.PDF),
    (b"\x89PNG", texts.IMAGE),
    (b"\xff\xd8\xff", texts.IMAGE),
    (b"GIF8", texts.IMAGE),
    (b"\x1f\x8b", texts.ARCHIVE),
    (b"Rar!", texts.ARCHIVE),
    (b"7z\xbc\xaf", texts.ARCHIVE),
)
_HTML = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<table", b"<script")


def open_table(source: Source, *, sheet: str | None = None, limits: Limits) -> Table:
    """Open a sales file by what its bytes say it is; a file's name is not asked.

    Args:
        source: the file's bytes, or its path.
        sheet: the sheet of a workbook; the first where none is given.
        limits: what may be held.

    Raises:
        TableError: the file is no sales table.
        ParameterError: ``sheet`` names what is not there.
        LimitError: the file is past ``limits``.
    """
    from daybook.table.delimited import open_text  # noqa: PLC0415  pandas is loaded when first needed

    if source_bytes(source) > limits.file_bytes:
        raise LimitError(texts.TOO_MANY_BYTES, limit=limits.file_bytes // 1_000_000, beyond=limits.beyond)
    with open_source(source) as stream:
        head = stream.read(4096)
    if not head.strip():
        raise TableError(texts.EMPTY, columns=named(FIELDS))
    if head.startswith((_ZIP, _OLE)):
        from daybook.table.workbook import open_workbook  # noqa: PLC0415  loaded when first needed

        return open_workbook(source, sheet, limits, known)
    if sheet:
        raise ParameterError(texts.SHEET_OF_TEXT)
    if head.startswith(_PARQUET):
        from daybook.table.parquet import open_parquet  # noqa: PLC0415  loaded when first needed

        return open_parquet(source, limits)
    _refuse_other_kinds(head)
    return open_text(source, limits, known)


def _refuse_other_kinds(head: bytes) -> None:
    kind = next((kind for magic, kind in _KINDS if head.startswith(magic)), None)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        kind = texts.HTML
    if kind is None and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        controls = sum(byte < 32 and byte not in b"\t\n\r\f\v\0\x1a\x1b" for byte in head)  # noqa: PLR2004  ASCII
        if controls > len(head) // 50:
            kind = texts.BINARY
    if kind:
        raise TableError(texts.NOT_A_TABLE, kind=kind)
