"""A sales file as Parquet, where Polars or pyarrow is installed."""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from daybook.errors import LimitError, TableError
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.blocks import Source, open_source
from daybook.table.layout import Layout
from daybook.table.rows import CHUNK_ROWS, Chunk, Column, undecorated
from daybook.table.workbook_sheet import cell_text

_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """An opened Parquet file."""

    header: list[str]
    values: Callable[[str, int | None], list[Any]]
    """The values of a column: all, or some of the first."""
    source: Source
    limits: Limits
    lazy: Any = None
    """The file as a lazy Polars frame, where Polars is installed."""
    others: tuple[()] = ()

    @property
    def layout(self) -> Layout:
        """Parquet says itself how it lies."""
        return Layout(kind="parquet", header_row=0)

    @property
    def sample(self) -> list[list[str]]:
        """Some of the first rows."""
        columns = [map(cell_text, self.values(name, _SAMPLE_ROWS)) for name in self.header]
        return [list(row) for row in zip(*columns, strict=True)]

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:
        """The rows with the wanted columns.

        Raises:
            LimitError: too many rows.
        """
        columns = [self.values(self.header[index], None) for index in wanted]
        rows = len(columns[0])
        if rows > self.limits.rows:
            raise LimitError(texts.TOO_MANY_ROWS, limit=f"{self.limits.rows:,}", beyond=self.limits.beyond)
        for start in range(0, rows, CHUNK_ROWS):
            yield Chunk(start + 1, tuple(_column(values[start : start + CHUNK_ROWS]) for values in columns))


def open_parquet(source: Source, limits: Limits) -> ParquetTable:
    """Open the file with Polars or pyarrow, whichever is installed.

    Raises:
        TableError: neither is installed, or the file is damaged.
    """
    read = next((read for module, read in _READERS.items() if importlib.util.find_spec(module)), None)
    if read is None:
        raise TableError(texts.NO_PARQUET)
    try:
        header, values, lazy = read(source)
    except Exception:  # noqa: BLE001  each library has its own errors for a damaged file
        raise TableError(texts.BROKEN_PARQUET) from None

    def found(name: str, rows: int | None) -> list[Any]:
        try:
            return values(name, rows)
        except Exception:  # noqa: BLE001  the same
            raise TableError(texts.BROKEN_PARQUET) from None

    return ParquetTable(header, found, source, limits, lazy)


type _Opened = tuple[list[str], Callable[[str, int | None], list[Any]], Any]


def _read_polars(source: Source) -> _Opened:
    import polars as pl  # noqa: PLC0415  optional

    lazy = pl.scan_parquet(source, glob=False)
    header = lazy.collect_schema().names()

    def values(name: str, rows: int | None) -> list[Any]:
        column = lazy.select(pl.col(name))
        found = (column if rows is None else column.head(rows)).collect()
        return found.to_series().to_list()

    return header, values, lazy


def _read_pyarrow(source: Source) -> _Opened:
    import pyarrow.parquet as pq  # noqa: PLC0415  optional

    with open_source(source) as stream:
        table = pq.read_table(stream)
    return table.column_names, lambda name, rows: table.column(name).slice(0, rows).to_pylist(), None


_READERS = {"polars": _read_polars, "pyarrow": _read_pyarrow}


def _column(values: list[Any]) -> Column:
    codes, distinct = pd.factorize(cast("Any", np.array([cell_text(value) for value in values], dtype=object)))
    return undecorated(Column(codes.astype(np.int64), list(distinct)))
