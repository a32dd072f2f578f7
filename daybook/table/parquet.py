"""A sales file as Parquet, where Polars or pyarrow is installed."""

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from daybook.errors import LimitError, TableError
from daybook.limits import Limits
from daybook.table import messages
from daybook.table.blocks import Source, open_source
from daybook.table.chunk import CHUNK_ROWS, Chunk, Column
from daybook.table.columns import FIELDS, find_columns
from daybook.table.workbook import cell_text


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """An opened Parquet file, its five columns in memory."""

    values: Mapping[str, list[Any]]
    limits: Limits
    encodings: tuple[str, ...] = ("",)

    def chunks(self, encoding: str) -> Iterator[Chunk]:  # noqa: ARG002  Parquet knows its own encoding
        """The rows.

        Raises:
            LimitError: too many rows.
        """
        rows = len(self.values["Date"])
        if rows > self.limits.rows:
            raise LimitError(messages.TOO_MANY_ROWS, limit=f"{self.limits.rows:,}", beyond=self.limits.beyond)
        for start in range(0, rows, CHUNK_ROWS):
            yield Chunk(*(_column(self.values[field][start : start + CHUNK_ROWS]) for field in FIELDS))


def open_parquet(source: Source, columns: Mapping[str, str], limits: Limits) -> ParquetTable:
    """Read the five columns with Polars or pyarrow, whichever is installed.

    Raises:
        TableError: neither is installed, the file is damaged, or columns are missing or doubled.
    """
    read = next((read for module, read in _READERS.items() if importlib.util.find_spec(module)), None)
    if read is None:
        raise TableError(messages.NO_PARQUET)
    try:
        header, values = read(source)
    except Exception:  # noqa: BLE001  each library has its own errors for a damaged file
        raise TableError(messages.BROKEN_PARQUET) from None
    found = find_columns(header, columns)
    return ParquetTable({field: values(header[found[field]]) for field in FIELDS}, limits)


def _read_polars(source: Source) -> tuple[list[str], Any]:
    import polars as pl  # noqa: PLC0415  optional

    with open_source(source) as stream:
        frame = pl.read_parquet(stream)
    return frame.columns, lambda name: frame[name].to_list()


def _read_pyarrow(source: Source) -> tuple[list[str], Any]:
    import pyarrow.parquet as pq  # noqa: PLC0415  optional

    with open_source(source) as stream:
        table = pq.read_table(stream)
    return table.column_names, lambda name: table.column(name).to_pylist()


_READERS = {"polars": _read_polars, "pyarrow": _read_pyarrow}


def _column(values: list[Any]) -> Column:
    codes, distinct = pd.factorize(cast("Any", np.array([cell_text(value) for value in values], dtype=object)))
    return Column(codes.astype(np.int64), list(distinct))
