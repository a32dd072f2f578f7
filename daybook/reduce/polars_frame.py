"""`text_frame`: a sales file as a lazy Polars frame, a column of texts a field, null where a cell is blank."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, Self

import polars as pl

from daybook.limits import Limits
from daybook.reduce import texts as say
from daybook.reduce.plain import NotPlainError, most_separators, separators_in, tidy
from daybook.stages import READING, Step, follower
from daybook.table import Table
from daybook.table.delimited import DelimitedTable
from daybook.table.layout import is_value
from daybook.table.parquet import ParquetTable
from daybook.table.records import CellKind, may_be_name

BEHIND = "behind the last column"
"""The column that holds what stands behind the last one of the header: nothing in a plain file."""
HEAD_ROWS = 1_000
LAST = "the last column"
"""The last column of the header, whatever it holds: blank where a line is too short."""


@dataclass(slots=True)
class TextFrame:
    """A file as a lazy frame, and what has to hold so that it is the same table as for a reader row by row."""

    lazy: pl.LazyFrame
    """A column of texts a field, `BEHIND` and `LAST`."""
    head: pl.LazyFrame
    """The same of some of the first rows."""
    limits: Limits
    last: str = ""
    """The field that stands in `LAST`, if one does."""
    table: DelimitedTable | None = None
    places: Mapping[str, int] = field(default_factory=dict)
    separators: "Future[int] | None" = None

    def followed(self) -> Self:
        """The same, its rows counted for whoever follows the work as a pass over them goes on."""
        hear = follower()
        if hear is None:
            return self
        rows, lock = 0, Lock()

        def count(batch: pl.DataFrame) -> pl.DataFrame:  # in threads of Polars
            nonlocal rows
            with lock:
                rows += len(batch)
            hear(Step(READING, rows, self._all_rows()))
            return batch

        return replace(self, lazy=self.lazy.map_batches(count, streamable=True, validate_output_schema=False))

    def _all_rows(self) -> int:
        """The rows of the file, as soon as its separators are counted; 0 before, and where they are not."""
        known = self.separators
        if self.table is None or known is None or not known.done() or known.exception() is not None:
            return 0
        return known.result() // (len(self.table.header) - 1)

    def check_rows(self, rows: int, short: int) -> None:
        """Check that no line has more cells than the header, once the rows are counted.

        Args:
            rows: all lines.
            short: those with a blank in `LAST`.
        """
        if self.table is None or self.separators is None:
            return
        most = len(self.table.header) - 1
        found = self.separators.result()
        if not short and found != rows * most:
            raise NotPlainError(say.CELLS)
        if short and most_separators(self.table.source, self.table.text) > most:
            raise NotPlainError(say.CELLS)

    def check_texts(self, name: str, texts: Sequence[str]) -> None:
        """Check that none of a field's distinct texts asks for a closer look at the rows around it."""
        if any(len(text) > self.limits.cell_characters for text in texts):
            raise NotPlainError(say.LONG_CELL)
        if self.table is None:
            return
        place = self.places[name]
        header = self.table.header[place]
        if any(may_be_name(text, header, self.table.known) for text in texts):
            raise NotPlainError(say.NAMES)
        if self.is_split_by(name) and any(map(is_value, tidy(texts))):
            raise NotPlainError(say.NUMBERS_AMONG_NAMES)

    def is_split_by(self, name: str) -> bool:
        """Whether a number among the names of a column may be the tail of one that a comma has split."""
        if self.table is None or self.table.text.separator != ",":
            return False
        kinds = self.table.shape.kinds
        ahead = [place for field, place in self.places.items() if kinds[place] is CellKind.VALUES and field != "date"]
        return kinds[self.places[name]] is CellKind.NAMES and self.places[name] > min(ahead, default=len(kinds))


def text_frame(table: Table, places: Mapping[str, int], threads: ThreadPoolExecutor) -> TextFrame:
    """The wanted fields of a table as texts.

    Raises:
        NotPlainError: the table is of a kind, or lies in a way, that Polars does not read as it is meant.
    """
    match table:
        case DelimitedTable():
            return _delimited(table, places, threads)
        case ParquetTable():
            return _parquet(table, places)
        case _:
            raise NotPlainError(say.KIND)


def _delimited(table: DelimitedTable, places: Mapping[str, int], threads: ThreadPoolExecutor) -> TextFrame:
    width = len(table.header)
    if width < 2:  # noqa: PLR2004  a line without separators says nothing
        raise NotPlainError(say.SEPARATOR)
    if (table.text.encoding.codec, table.text.encoding.broken) != ("utf-8", False):
        raise NotPlainError(say.ENCODING)
    source = str(table.source) if isinstance(table.source, Path) else table.source
    settings: dict[str, Any] = {
        "has_header": False,
        "skip_lines": table.text.header_lines,
        "separator": table.text.separator,
        "quote_char": '"',
        "schema": {f"{place}": pl.String for place in range(width + 1)},
        "missing_columns": "insert",
        "glob": False,
    }
    columns = [pl.col(f"{place}").alias(name) for name, place in places.items()]
    columns += [pl.col(f"{width}").alias(BEHIND), pl.col(f"{width - 1}").alias(LAST)]
    whole, head = (pl.scan_csv(source, **settings, n_rows=rows).select(columns) for rows in (None, HEAD_ROWS))
    last = next((name for name, place in places.items() if place == width - 1), "")
    separators = threads.submit(separators_in, table.source, table.text)
    return TextFrame(whole, head, table.limits, last, table, dict(places), separators)


def _parquet(table: ParquetTable, places: Mapping[str, int]) -> TextFrame:
    if table.lazy is None:
        raise NotPlainError(say.KIND)
    schema = table.lazy.collect_schema()
    columns = [_as_text(table.header[place], schema[table.header[place]]).alias(name) for name, place in places.items()]
    nothing = [pl.lit(None, pl.String).alias(name) for name in (BEHIND, LAST)]
    texts = table.lazy.select(*columns, *nothing)
    return TextFrame(texts, texts.head(HEAD_ROWS), table.limits)


def _as_text(name: str, kind: Any) -> pl.Expr:
    """A column of Parquet as `daybook.table.workbook_sheet.cell_text` writes its cells."""
    column = pl.col(name)
    if kind == pl.String or isinstance(kind, (pl.Categorical, pl.Enum)) or kind.is_integer():
        return column.cast(pl.String)
    if kind.is_decimal() and kind.scale <= 6:  # noqa: PLR2004  Python writes no exponent up to here
        return column.cast(pl.String)
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    raise NotPlainError(say.KIND)
