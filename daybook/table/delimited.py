"""A sales file as delimited text: CSV, TSV, semicolons; UTF-8, GB18030, UTF-16."""

import codecs
import contextlib
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, cast

import numpy as np
import pandas as pd

from daybook.errors import LimitError, TableError
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.blocks import Recoded, Source, open_source, source_bytes, whole_records
from daybook.table.chunk import Chunk, Codes, Column
from daybook.table.columns import FIELDS, named

DELIMITERS = ",\t;"
_HEAD_BYTES = 256 * 1024
_SAMPLE_ROWS = 200
_LARGE_BYTES = 64 * 1024 * 1024
"""From this size on a file's blocks are parsed ahead, beside the counting, where the limits allow threads for it."""


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """An opened text file, and how it is read."""

    source: Source
    encoding: str
    delimiter: str
    header: list[str]
    header_bytes: int
    """Bytes of the head, in UTF-8, up to the first data row."""
    sample: list[list[str]]
    limits: Limits

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:
        """The rows with the wanted columns.

        Raises:
            TableError: a row has too many cells, or a quote is never closed.
            LimitError: too many rows, or a cell too long.
        """
        rows = 0
        # The row put in front fixes the width, and keeps pandas from reading a column of digits as numbers (001
        # would become 1).
        front = self.delimiter.join(["x"] * len(self.header)).encode() + b"\n"
        with open_source(self.source) as raw:
            stream = _utf8(raw, self.encoding)
            stream.read(self.header_bytes)
            for read in self._reads(whole_records(stream, front), wanted):
                chunk = self._chunk(read, wanted, rows)
                rows += chunk.rows
                if rows > self.limits.rows:
                    raise LimitError(texts.TOO_MANY_ROWS, limit=f"{self.limits.rows:,}", beyond=self.limits.beyond)
                yield chunk

    def _reads(self, blocks: Iterable[bytes], wanted: Sequence[int]) -> Iterator[Callable[[], pd.DataFrame]]:
        """What reads each block, in order; called, it gives the block or raises what is wrong with it."""
        threads = self.limits.parse_threads
        if threads == 1 or source_bytes(self.source) < _LARGE_BYTES:
            for block in blocks:
                yield partial(self._read, block, wanted)
            return
        with ThreadPoolExecutor(threads) as pool:
            ahead: deque[Future[pd.DataFrame]] = deque()
            for block in blocks:
                ahead.append(pool.submit(self._read, block, wanted))
                if len(ahead) > threads:
                    yield ahead.popleft().result
            for future in ahead:
                yield future.result

    def _chunk(self, read: Callable[[], pd.DataFrame], wanted: Sequence[int], rows_before: int) -> Chunk:
        width = len(self.header)
        try:
            frame = read()
        except pd.errors.ParserError as error:
            raise self._broken(str(error), rows_before) from None
        if width in frame:
            self._check_width(frame[width], rows_before)
        return Chunk(rows_before + 1, tuple(self._column(frame[index], rows_before) for index in wanted))

    def _read(self, block: bytes, wanted: Sequence[int]) -> pd.DataFrame:
        width = len(self.header)
        if width == len(wanted):
            with contextlib.suppress(pd.errors.ParserError):
                return self._read_columns(block, names=range(width))
        # Told which columns to read, pandas passes over what stands behind the last column of the header: so the
        # column behind it is read too. Cells there may be blank: lines that end with a separator.
        wider = block.replace(b"\n", self.delimiter.encode() + b"\n", 1)
        return self._read_columns(wider, names=range(width + 1), usecols=[*wanted, width])

    def _read_columns(self, block: bytes, **columns: Any) -> pd.DataFrame:
        frame: pd.DataFrame = pd.read_csv(
            io.BytesIO(block),
            sep=self.delimiter,
            header=None,
            index_col=False,
            dtype=cast("Any", "category"),
            keep_default_na=False,
            na_filter=False,
            low_memory=False,
            encoding="utf-8",
            **columns,
        )
        return frame

    def _column(self, series: "pd.Series[Any]", rows_before: int) -> Column:
        distinct = [str(text) for text in series.cat.categories]
        codes = cast("Codes", series.cat.codes.to_numpy()[1:])
        longest = max(range(len(distinct)), key=lambda index: len(distinct[index]))
        if len(distinct[longest]) > self.limits.cell_characters:
            row = rows_before + 1 + int(np.argmax(codes == longest))
            raise LimitError(texts.CELL_TOO_LONG, row=f"{row:,}", limit=f"{self.limits.cell_characters:,}")
        return Column(codes, distinct)

    def _check_width(self, extra: "pd.Series[Any]", rows_before: int) -> None:
        filled = [index for index, text in enumerate(extra.cat.categories) if str(text).strip()]
        if filled:
            row = rows_before + int(np.argmax(extra.cat.codes.isin(filled).to_numpy()))
            raise TableError(texts.RAGGED, row=f"{row:,}", columns=len(self.header))

    def _broken(self, message: str, rows_before: int) -> TableError:
        # pandas counts lines from 1 and rows from 0; the row put in front is the first of both.
        line, row = (re.search(pattern, message) for pattern in (r"in line (\d+)", r"at row (\d+)"))
        place = f"{rows_before + (int(line[1]) - 1 if line else int(row[1]) if row else 1):,}"
        if "EOF inside string" in message:
            return TableError(texts.OPEN_QUOTE, row=place)
        return TableError(texts.RAGGED, row=place, columns=len(self.header))


def open_delimited(source: Source, limits: Limits) -> DelimitedTable:
    """Find encoding, separator and header from the head of a text file.

    Raises:
        TableError: no text, or an encoding that is none of ours.
        LimitError: too many columns, or a header without end.
    """
    with open_source(source) as raw:
        head = raw.read(_HEAD_BYTES)
    encoding = _encoding(source, head)
    with open_source(source) as raw:
        head = _utf8(raw, encoding).read(_HEAD_BYTES)
    text = head.decode("utf-8", "ignore")
    blank = len(text) - len(text.lstrip("\r\n"))
    delimiter, header, length = _header(text[blank:], limits)
    return DelimitedTable(
        source=source,
        encoding=encoding,
        delimiter=delimiter,
        header=header,
        header_bytes=len(text[: blank + length].encode()),
        sample=_sample(text[blank + length :], delimiter, len(header)),
        limits=limits,
    )


def _utf8(raw: BinaryIO, encoding: str) -> BinaryIO:
    if encoding != "utf-8":
        return cast("BinaryIO", io.BufferedReader(Recoded(raw, encoding)))
    if raw.read(3) != codecs.BOM_UTF8:
        raw.seek(0)
    return raw


def _encoding(source: Source, head: bytes) -> str:
    """The first encoding that fits the whole file."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError), open_source(source) as stream:
            decoder = codecs.getincrementaldecoder(encoding)()
            while data := stream.read(_HEAD_BYTES):
                decoder.decode(data)
            decoder.decode(b"", final=True)
            return encoding
    raise TableError(texts.ENCODING)


def _sample(text: str, delimiter: str, width: int) -> list[list[str]]:
    """The first rows of ``text``, each of ``width`` cells."""
    lines = text.splitlines(keepends=True)[:_SAMPLE_ROWS]
    rows = filter(any, csv.reader(lines, delimiter=delimiter))
    return [(row + [""] * width)[:width] for row in rows]


def _header(text: str, limits: Limits) -> tuple[str, list[str], int]:
    """The separator, the header's cells, and the header's length in characters."""
    if not text.strip():
        raise TableError(texts.EMPTY, columns=named(FIELDS))
    best = max((_first_record(text, delimiter) for delimiter in DELIMITERS), key=lambda found: len(found[1]))
    delimiter, cells, length = best
    if len(cells) > limits.columns:
        raise LimitError(texts.TOO_MANY_COLUMNS, count=len(cells), limit=limits.columns, columns=named(FIELDS))
    endless = length == len(text) > _HEAD_BYTES // 4
    if endless or max(map(len, cells)) > limits.cell_characters:
        raise LimitError(texts.CELL_TOO_LONG, row="0", limit=f"{limits.cell_characters:,}")
    return delimiter, cells, length


def _first_record(text: str, delimiter: str) -> tuple[str, list[str], int]:
    lines = io.StringIO(text, newline="")
    taken: list[str] = []

    def feed() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    csv.field_size_limit(2**31 - 1)
    cells = next(csv.reader(feed(), delimiter=delimiter), [])
    return delimiter, cells, sum(map(len, taken))
