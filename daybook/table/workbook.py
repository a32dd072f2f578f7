"""A sales file as a workbook (XLSX, XLS): its rows as the texts a person would have typed."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from daybook.errors import LimitError, ParameterError, TableError
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.blocks import Source, open_source
from daybook.table.chunk import CHUNK_ROWS, Chunk, Column
from daybook.table.columns import FIELDS, named, quoted

_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class WorkbookTable:
    """An opened sheet of a workbook."""

    sheet: CalamineSheet
    header: list[str]
    limits: Limits

    @property
    def sample(self) -> list[list[str]]:
        """Some of the first rows below the header."""
        width = len(self.header)
        rows = islice(_rows(self.sheet), 1, 1 + _SAMPLE_ROWS)
        return [([cell_text(cell) for cell in row[:width]] + [""] * width)[:width] for row in rows]

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:
        """The rows below the header, with the wanted columns.

        Raises:
            LimitError: too many rows, or a cell too long.
        """
        count = 0
        below = islice(_rows(self.sheet), 1, None)
        while rows := list(islice(below, CHUNK_ROWS)):
            chunk = Chunk(count + 1, tuple(self._column(rows, index, count) for index in wanted))
            count += len(rows)
            if count > self.limits.rows:
                raise LimitError(texts.TOO_MANY_ROWS, limit=f"{self.limits.rows:,}", beyond=self.limits.beyond)
            yield chunk

    def _column(self, rows: list[Sequence[Any]], index: int, rows_before: int) -> Column:
        cells = [cell_text(row[index]) if index < len(row) else "" for row in rows]
        codes, distinct = pd.factorize(cast("Any", np.array(cells, dtype=object)))
        for text in distinct:
            if len(text) > self.limits.cell_characters:
                row = rows_before + 1 + cells.index(text)
                raise LimitError(texts.CELL_TOO_LONG, row=f"{row:,}", limit=f"{self.limits.cell_characters:,}")
        return Column(codes.astype(np.int64), list(distinct))


def open_workbook(source: Source, sheet: str | None, limits: Limits) -> WorkbookTable:
    """Open a sheet, the first where none is named; its first row that is not blank is the header.

    Raises:
        TableError: locked, damaged or empty.
        ParameterError: there is no such sheet.
        LimitError: it unfolds too far, or has too many columns.
    """
    opened = _sheet(source, sheet, limits)
    header = next((cells for row in _rows(opened) if any(cells := [cell_text(cell).strip() for cell in row])), None)
    if header is None:
        raise TableError(texts.EMPTY, columns=named(FIELDS))
    while not header[-1]:
        header.pop()
    if len(header) > limits.columns:
        raise LimitError(texts.TOO_MANY_COLUMNS, count=len(header), limit=limits.columns, columns=named(FIELDS))
    return WorkbookTable(sheet=opened, header=header, limits=limits)


def cell_text(value: object) -> str:
    """A cell's value as text: a whole number without a point, a date in ISO form, a truth value in capitals."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case _:
            return str(value)


def _sheet(source: Source, sheet: str | None, limits: Limits) -> CalamineSheet:
    _check_expansion(source, limits)
    try:
        with open_source(source) as stream:
            book = CalamineWorkbook.from_filelike(stream)
        names = book.sheet_names
        wanted = next((name for name in names if name.strip() == sheet.strip()), None) if sheet else names[0]
        if wanted is None:
            raise ParameterError(texts.NO_SHEET, sheet=quoted([sheet or ""]), sheets=quoted(names))
        return book.get_sheet_by_name(wanted)
    except PasswordError:
        raise TableError(texts.LOCKED) from None
    except (CalamineError, OSError, IndexError):
        raise TableError(texts.LOCKED if _is_encrypted(source) else texts.BROKEN_WORKBOOK) from None


def _is_encrypted(source: Source) -> bool:
    """Whether this is what Excel makes of a workbook with a password to open it, which calamine takes for no workbook.

    Source: MS-OFFCRYPTO 2.3.4.4, the stream EncryptedPackage of a compound file.
    """
    with open_source(source) as stream:
        return "EncryptedPackage".encode("utf-16-le") in stream.read()


def _rows(sheet: CalamineSheet) -> Iterator[Sequence[Any]]:
    """The rows that hold anything: a sheet may be formatted far below its last row."""
    return (row for row in sheet.iter_rows() if any(cell not in ("", None) for cell in row))


def _check_expansion(source: Source, limits: Limits) -> None:
    with open_source(source) as stream:
        data = io.BytesIO(source) if isinstance(source, bytes) else stream
        if not zipfile.is_zipfile(data):
            return
        with zipfile.ZipFile(data) as archive:
            expanded = sum(entry.file_size for entry in archive.infolist())
    if expanded > limits.expanded_bytes:
        raise LimitError(texts.EXPANDS_TOO_FAR, limit=limits.expanded_bytes // 1_000_000)
