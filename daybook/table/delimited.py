"""`DelimitedTable`: delimited text, of any size, read in blocks by pandas where it is as plain as most files are.

A block in which something is not plain (the header again, a line beside the table, a quote or a comma where it does
not belong) is read row by row instead, by `daybook.table.records` and `daybook.table.sections`.
"""

import contextlib
import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, BinaryIO, cast

import numpy as np
import pandas as pd

from daybook.errors import LimitError
from daybook.limits import Limits
from daybook.stages import READING, tell
from daybook.table import texts
from daybook.table.blocks import BLOCK_BYTES, Source, open_source, source_bytes, whole_records
from daybook.table.cells import clean
from daybook.table.layout import Code, Header, Known, Layout, Note, day_columns, note_of_lines
from daybook.table.records import CellKind, Records, Shape, has_oddity, may_be_shifted
from daybook.table.rows import (
    SAMPLE_ROWS,
    Chunk,
    Codes,
    Column,
    Grid,
    RowsTable,
    check_header,
    chunk_of,
    further_tables,
    table_of,
    title_of,
    undecorated,
)
from daybook.table.sections import Sections
from daybook.table.text import BLANKS, Broken, TextLayout, find_text, judged, spaced_rows, unwrapped, utf_8

_LARGE_BYTES = 64 * 1024 * 1024
"""From this size on a file's blocks are parsed ahead, beside the counting, where the limits allow threads for it."""

type _Read = tuple[bytes, Callable[[], pd.DataFrame | None]]
"""A block, and what parses it; None where it is not plain."""


@dataclass(slots=True)
class DelimitedTable:
    """An opened text file, and how it is read."""

    source: Source
    text: TextLayout
    """Its encoding, and where its rows begin."""
    top: Header
    base: Layout
    shape: Shape
    rows_of_head: list[list[str]]
    """Some of the rows below the header."""
    known: Known
    limits: Limits
    others: tuple[RowsTable, ...] = ()
    """Tables below this one; known once the rows have been read to the end."""
    _notes: tuple[Note, ...] = field(default=())

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.top.names

    @property
    def layout(self) -> Layout:
        """How the table lies; with all its notes once the rows have been read to the end."""
        return replace(self.base, encoding=self.text.label, notes=(*self.base.notes, *self._notes))

    @property
    def sample(self) -> list[list[str]]:
        """Some of the first rows, each with a text a column."""
        width = len(self.header)
        below = enumerate(self.rows_of_head[:SAMPLE_ROWS], 1)
        rows = Sections(self.top, self.known).rows(below, complete=False)
        return [[clean(cell) for cell in [*row, *[""] * (width - len(row))][:width]] for _, row in rows]

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:
        """The rows with the wanted columns.

        Raises:
            TableError: a row cannot be read with certainty.
            LimitError: too many rows, or a cell too long.
        """
        wanted = tuple(wanted)
        sections = Sections(self.top, self.known)
        records = Records(self.text.separator, len(self.header), self.shape)
        count, offset, broken = 0, 0, Broken()
        while offset >= 0:
            try:
                for block, read in self._reads(wanted, offset, broken):
                    chunk = self._chunk(block, read, wanted, sections, records)
                    offset += len(block) - len(self._front)
                    if chunk is None:
                        continue
                    count += chunk.rows
                    if count > self.limits.rows:
                        raise LimitError(texts.TOO_MANY_ROWS, limit=f"{self.limits.rows:,}", beyond=self.limits.beyond)
                    yield chunk
                    if sections.further:
                        break
                offset = -1
            except UnicodeDecodeError:
                # What was read so far is the same in the encoding that the whole file turns out to be in.
                self.text = self.text.of(judged(self.source, self.known, whole=True))
        sections.finish()
        self._notes = (*broken.note(self.text.header_lines), *records.notes, *sections.notes)
        if sections.further:
            below = self.top.index + self.top.height + sections.further.row - 1
            self.others = further_tables(
                self._grid(), below, sections.further.title, self.known, self.limits, self.layout
            )

    def _grid(self) -> Grid:
        return text_grid(self.source, self.text, self.top)

    @property
    def _front(self) -> bytes:
        # The row put in front fixes the width, and keeps pandas from reading a column of digits as numbers (001
        # would become 1).
        return self.text.separator.join(["x"] * len(self.header)).encode() + b"\n"

    def _reads(self, wanted: Sequence[int], offset: int, broken: Broken) -> Iterator[_Read]:
        """The blocks from an offset on, and what parses each: in order, ahead on threads where the limits allow it."""
        with open_source(self.source) as raw:
            stream = utf_8(raw, self.text.encoding, broken=broken)
            stream.read(self.text.header_bytes)
            _skip(stream, offset)
            blocks = whole_records(stream, self._front)
            threads, size = self.limits.parse_threads, source_bytes(self.source)
            if threads == 1 or size < _LARGE_BYTES:
                for block in blocks:
                    tell(READING, raw.tell(), size)
                    yield block, partial(self._read, block, wanted)
                return
            with ThreadPoolExecutor(threads) as pool:
                ahead: deque[tuple[bytes, Future[pd.DataFrame | None]]] = deque()
                for block in blocks:
                    tell(READING, raw.tell(), size)
                    ahead.append((block, pool.submit(self._read, block, wanted)))
                    if len(ahead) > threads:
                        first, future = ahead.popleft()
                        yield first, future.result
                for last, future in ahead:
                    yield last, future.result

    def _chunk(
        self,
        block: bytes,
        read: Callable[[], pd.DataFrame | None],
        wanted: Sequence[int],
        sections: Sections,
        records: Records,
    ) -> Chunk | None:
        frame = None if sections.holds else read()
        if frame is not None:
            columns = [self._column(frame[index], records.place) for index in wanted]
            if not has_oddity(columns, [self.header[index] for index in wanted], self.known):
                chunk = Chunk(records.place + 1, tuple(map(undecorated, columns)))
                records.place += chunk.rows
                return chunk
        lines = io.StringIO(block[len(self._front) :].decode(), newline="")
        return chunk_of(sections.rows(records.rows(lines), complete=False), wanted, self.limits)

    def _read(self, block: bytes, wanted: Sequence[int]) -> pd.DataFrame | None:
        """The block's columns, None where pandas might not read them as they were meant."""
        if b'"' in block and b'\\"' in block:
            return None
        width = len(self.header)
        block = block.replace(b"\0", b"") if b"\0" in block else block
        numbers = [index for index in wanted if self.shape.kinds[index] is CellKind.VALUES]
        frame = None
        if width == len(wanted):
            with contextlib.suppress(pd.errors.ParserError):
                frame = self._parse(block, names=range(width))
        if frame is None:
            # Told which columns to read, pandas passes over what stands behind the last column of the header: so the
            # column behind it is read too. Cells there may be blank: lines that end with a separator.
            separator = self.text.separator.encode()
            wider = block.replace(b"\n", separator + b"\n", 1)
            read = sorted({*wanted, *(index + 1 for index in numbers), width})
            try:
                frame = self._parse(wider, names=range(width + 1), usecols=read)
            except pd.errors.ParserError:
                return None
            cells = block.count(separator)
            even = b'"' in block or cells in (len(frame) * (width - 1), len(frame) * width - 1)
            if not even or any(str(text).strip() for text in frame[width].cat.categories):
                return None
        names = [index for index in wanted if self.shape.kinds[index] is CellKind.NAMES]
        beside = [index for index in numbers if index + 1 < width]
        shifted = self.text.separator == "," and may_be_shifted(frame, beside, names)
        return None if shifted or not self._all_lines(frame, block) else frame

    def _parse(self, block: bytes, **columns: Any) -> pd.DataFrame:
        frame: pd.DataFrame = pd.read_csv(
            io.BytesIO(block),
            sep=self.text.separator,
            header=None,
            index_col=False,
            skipinitialspace=b'"' in block,  # it makes quotes of those behind blanks, and costs a tenth
            dtype=cast("Any", "category"),
            keep_default_na=False,
            na_filter=False,
            low_memory=False,
            encoding="utf-8",
            **columns,
        )
        return frame

    def _all_lines(self, frame: pd.DataFrame, block: bytes) -> bool:
        """Whether each line is a row: no quote reaches over the end of one."""
        return b'"' not in block or block.count(b"\n") + (not block.endswith(b"\n")) == len(frame)

    def _column(self, series: "pd.Series[Any]", rows_before: int) -> Column:
        distinct = [str(text) for text in series.cat.categories]
        codes = cast("Codes", series.cat.codes.to_numpy()[1:])
        longest = max(range(len(distinct)), key=lambda index: len(distinct[index]))
        if len(distinct[longest]) > self.limits.cell_characters:
            row = rows_before + 1 + int(np.argmax(codes == longest))
            raise LimitError(texts.CELL_TOO_LONG, row=f"{row:,}", limit=f"{self.limits.cell_characters:,}")
        return Column(codes, distinct)


def open_text(source: Source, limits: Limits, known: Known) -> DelimitedTable | RowsTable:
    """Open a text file: find its encoding, separator and header in its head.

    Raises:
        TableError: no text, or an encoding that is none of ours.
        QuestionError: two encodings would do.
        LimitError: too many columns, or a header without end.
    """
    found = find_text(source, known)
    text, header, rows = found
    check_header(header, limits)
    above = [row for row in rows[: header.index] if any(map(clean, row))]
    layout = Layout(
        kind="csv",
        encoding=text.label,
        separator=text.separator,
        header_row=text.header_lines,
        title=title_of(above),
        notes=(note_of_lines(Code.ABOVE, above),) if above else (),
    )
    if text.wrapped or text.separator == BLANKS or day_columns(header.names):
        return table_of(text_grid(source, text, header), replace(layout, notes=()), known, limits)
    below = rows[header.index + header.height :]
    width = len(header.names)
    return DelimitedTable(
        source=source,
        text=text,
        top=header,
        base=layout,
        shape=Shape.of(below, width),
        rows_of_head=below,
        known=known,
        limits=limits,
    )


def text_grid(source: Source, text: TextLayout, header: Header) -> Grid:
    """All rows of a text file from its top, as cells, whatever way it is written."""

    def read() -> Iterator[Sequence[str]]:
        with open_source(source) as raw:
            stream = utf_8(raw, text.encoding)
            stream.read(text.before)
            lines = (line.replace("\0", "") for line in io.TextIOWrapper(stream, "utf-8", "replace", newline=""))
            if text.separator == BLANKS:
                yield from spaced_rows(lines, header.names)
            elif text.wrapped:
                yield from (unwrapped(line, text.separator) for line in lines if line.strip())
            else:
                yield from (
                    cells for cells in csv.reader(lines, delimiter=text.separator, skipinitialspace=True) if cells
                )

    return Grid("", read)


def _skip(stream: BinaryIO, size: int) -> None:
    while size > 0 and (data := stream.read(min(size, BLOCK_BYTES))):
        size -= len(data)
