"""`RowsTable`: a table whose rows come as cells, from whatever kind of file; `Chunk`: a stretch of rows."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.errors import LimitError, TableError
from daybook.limits import Limits
from daybook.stages import READING, tell
from daybook.table import texts
from daybook.table.cells import clean, is_decorated
from daybook.table.fields import DOCUMENTED, named
from daybook.table.layout import (
    SEARCHED_ROWS,
    Code,
    Header,
    Known,
    Layout,
    Note,
    day_columns,
    find_header,
    is_whole_day,
    note_of_lines,
)
from daybook.table.sections import Row, Sections

CHUNK_ROWS = 65_536
"""Rows of a chunk from a file whose rows come as cells, not as a block of text."""

type Codes = npt.NDArray[np.signedinteger]


class Column(NamedTuple):
    """One column of a chunk: row ``i`` holds ``texts[codes[i]]``, unread."""

    codes: Codes
    texts: list[str]

    def at(self, rows: npt.NDArray[np.intp]) -> "Column":
        """The column at some rows alone."""
        return Column(self.codes[rows], self.texts)


class Chunk(NamedTuple):
    """Rows in the order of the file, with the columns that were wanted. Wholly blank rows may be among them."""

    first_row: int
    """The place of the first row in the file, as a person counts it: 1 is the first row below the header."""
    columns: tuple[Column, ...]
    begins: bool = False
    """Whether another file or sheet begins with it, so that no cell of the rows before stands for its own."""

    @property
    def rows(self) -> int:
        """Rows in the chunk."""
        return len(self.columns[0].codes)

    def at(self, rows: npt.NDArray[np.intp]) -> "Chunk":
        """Some of the rows alone."""
        return self._replace(columns=tuple(column.at(rows) for column in self.columns))


SAMPLE_ROWS = 100
_TITLE = 200
_HELD_ROWS = 1_024
_NAMES_OF_DAYS = 3


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells, the header somewhere among the first: a sheet, a table of a web page, lines of text."""

    name: str
    """The sheet's name; empty where there is none."""
    read: Callable[[], Iterator[Sequence[str]]]
    """All rows from the top, blank ones too, so that their places count; called again for another pass."""
    notes: tuple[Note, ...] = ()
    check: Callable[[Mapping[int, str], int], tuple[Note, ...]] = lambda _wanted, _above: ()
    """Called with the wanted columns and their names, and the number of rows above the first data row, before they are
    read: gives notes on what is wrong with their cells, or raises an error."""
    size: Callable[[], int] = lambda: 0
    """How many rows there are; 0 where that is not known before they are read."""

    def header(self, known: Known) -> Header | None:
        """The header among the first rows."""
        return find_header(list(islice(self.read(), SEARCHED_ROWS)), known)


@dataclass(slots=True)
class RowsTable:
    """An opened table of rows."""

    grid: Grid
    top: Header
    """The header, and where it stands in the grid."""
    base: Layout
    known: Known
    limits: Limits
    start: int = 0
    """Rows of the grid that are not looked at: those of a table above."""
    others: tuple["RowsTable", ...] = ()
    """Tables below this one; known once the rows have been read to the end."""
    _notes: tuple[Note, ...] = field(default=())

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.top.names

    @property
    def layout(self) -> Layout:
        """How the table lies; with all its notes once the rows have been read to the end."""
        return replace(self.base, notes=(*self.base.notes, *self.grid.notes, *self._notes))

    @property
    def sample(self) -> list[list[str]]:
        """Some of the first rows, each with a text a column."""
        width = len(self.header)
        rows = islice(Sections(self.top, self.known).rows(self._below(), complete=False), SAMPLE_ROWS)
        return [[clean(cell) for cell in [*cells[:width], *[""] * (width - len(cells))]] for _, cells in rows]

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:
        """The rows with the wanted columns.

        Raises:
            TableError: what the wanted columns hold is not there to be read.
            LimitError: too many rows, or a cell too long.
        """
        above = self.start + self.top.index + self.top.height
        noted = self.grid.check({index: self.header[index] for index in wanted}, above)
        sections = Sections(self.top, self.known)
        rows, count, size = sections.rows(self._below()), 0, self.grid.size() - above
        tell(READING, 0, size)
        while chunk := chunk_of(islice(rows, CHUNK_ROWS), wanted, self.limits):
            count += chunk.rows
            if count > self.limits.rows:
                raise LimitError(texts.TOO_MANY_ROWS, limit=f"{self.limits.rows:,}", beyond=self.limits.beyond)
            tell(READING, count, size)
            yield chunk
        self._notes = (*noted, *sections.notes)
        if sections.further:
            below = self.start + self.top.index + self.top.height + sections.further.row - 1
            self.others = further_tables(self.grid, below, sections.further.title, self.known, self.limits, self.base)

    def plain_rows(self) -> Iterator[Sequence[str]]:
        """The cells of each row."""
        return (cells for _, cells in Sections(self.top, self.known).rows(self._below()))

    def _below(self) -> Iterator[Row]:
        first = self.start + self.top.index + self.top.height
        return enumerate(islice(self.grid.read(), first, None), 1)


def table_of(grid: Grid, layout: Layout, known: Known, limits: Limits) -> RowsTable:
    """The table of a grid, where its header was found.

    Raises:
        TableError: the grid is blank.
        LimitError: too many columns, or a name without end.
    """
    header = grid.header(known)
    if header is None:
        raise TableError(texts.EMPTY, columns=named(DOCUMENTED))
    check_header(header, limits)
    above = [row for row in islice(grid.read(), header.index) if any(map(clean, row))]
    notes = (note_of_lines(Code.ABOVE, above),) if above else ()
    title = title_of(above)
    base = replace(layout, header_row=header.index + header.height, title=title, notes=(*layout.notes, *notes))
    days = unfolded(grid, header, title, known)
    if days:
        grid, header = days, Header(0, 1, tuple(next(iter(days.read()))), _NAMES_OF_DAYS)
    return RowsTable(grid=grid, top=header, base=base, known=known, limits=limits)


def title_of(rows: Sequence[Sequence[str]]) -> str:
    """What rows above a header say, on one line."""
    return " ".join(text for row in rows for cell in row if (text := clean(cell)))[:_TITLE]


def further_tables(
    grid: Grid, start: int, title: str, known: Known, limits: Limits, layout: Layout
) -> tuple[RowsTable, ...]:
    """The table whose header is the grid's row ``start``; those below it are found when it is read."""
    part = replace(grid, read=lambda: islice(grid.read(), start, None), notes=())
    header = find_header(list(islice(part.read(), 2)), known)
    if header is None:
        return ()
    base = replace(layout, header_row=start + 1, title=title, notes=())
    return (RowsTable(grid=grid, top=header, base=base, known=known, limits=limits, start=start),)


def check_header(header: Header, limits: Limits) -> None:
    """Refuse a header past the limits."""
    if len(header.names) > limits.columns:
        raise LimitError(
            texts.TOO_MANY_COLUMNS, count=len(header.names), limit=limits.columns, columns=named(DOCUMENTED)
        )
    if any(len(name) > limits.cell_characters for name in header.names):
        raise LimitError(texts.CELL_TOO_LONG, row="0", limit=f"{limits.cell_characters:,}")


def chunk_of(rows: Iterable[Row], wanted: Sequence[int], limits: Limits) -> Chunk | None:
    """Rows as a chunk of the wanted columns, None where there are none.

    Few rows are held at a time: thousands of lists keep Python's collector of garbage busy for longer than they take.
    """
    rows = iter(rows)
    places: list[int] = []
    coded: list[tuple[dict[str, int], list[int]]] = [({}, []) for _ in wanted]
    while part := list(islice(rows, _HELD_ROWS)):
        places += [place for place, _ in part]
        for index, (known, codes) in zip(wanted, coded, strict=True):
            codes += [known.setdefault(text, len(known)) for text in _cells(part, index)]
    if not places:
        return None
    for known, codes in coded:
        for code, text in enumerate(known):
            if len(text) > limits.cell_characters:
                row = places[codes.index(code)]
                raise LimitError(texts.CELL_TOO_LONG, row=f"{row:,}", limit=f"{limits.cell_characters:,}")
    columns = [undecorated(Column(np.array(codes, np.int64), list(known))) for known, codes in coded]
    return Chunk(places[0], tuple(columns))


def _cells(rows: Sequence[Row], index: int) -> list[str]:
    try:
        return [cells[index] for _, cells in rows]
    except IndexError:
        return [cells[index] if index < len(cells) else "" for _, cells in rows]


def undecorated(column: Column) -> Column:
    """The column without decoration around its texts, which stay distinct."""
    if not is_decorated(column.texts):
        return column
    codes, distinct = pd.factorize(cast("Any", np.array([clean(text) for text in column.texts], dtype=object)))
    return Column(codes.astype(np.int64)[column.codes], list(distinct))


_MONEY = re.compile(
    r"销售额|銷售額|金额|金額|营业额|營業額|收入|sales|revenue|amount|turnover|umsatz|ventas|chiffre|faturamento|売上|매출",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"数量|數量|销量|銷量|件数|qty|quantity|units|orders|订单数|menge|cantidad|個数|수량", re.IGNORECASE
)
_TOTAL = re.compile(
    r"合计|合計|总计|總計|小计|小計|总和|汇总|(?:grand |sub)?total|sum|gesamt|summe|合计金额|합계", re.IGNORECASE
)
_DATE, _SALES = "Date", "Sales"


def unfolded(grid: Grid, header: Header, title: str, known: Known) -> Grid | None:
    """The grid with a row for each day; None where its columns are no days.

    Raises:
        TableError: the days have no year, or nothing says that the figures are money.
    """
    days = day_columns(header.names)
    if not days:
        return None
    labels = [
        index
        for index, name in enumerate(header.names)
        if index not in days and known([name]) and not _TOTAL.fullmatch(name)
    ]
    words = " ".join((title, grid.name, *(header.names[index] for index in labels)))
    whole = all(is_whole_day(header.names[index]) for index in days)
    if not whole or not labels or _COUNT.search(words) or not _MONEY.search(words):
        raise TableError(texts.CROSSTAB)
    names = [header.names[index] for index in labels]
    dates = [header.names[index] for index in days]

    def read() -> Iterator[Sequence[str]]:
        yield [*names, _DATE, _SALES]
        for row in islice(grid.read(), header.index + header.height, None):
            cells = [clean(cell) for cell in row]
            label = [cells[index] if index < len(cells) else "" for index in labels]
            if not any(label):
                continue
            for index, day in zip(days, dates, strict=True):
                if index < len(cells) and cells[index]:
                    yield [*label, day, cells[index]]

    check = partial(_checked, grid, days, header)
    return replace(grid, read=read, notes=(*grid.notes, Note(Code.CROSSTAB, count=len(days))), check=check)


def _checked(grid: Grid, days: Sequence[int], header: Header, _wanted: object, _above: int) -> tuple[Note, ...]:
    wanted = {index: header.names[index] for index in days}
    return grid.check(wanted, header.index + header.height)
