"""`text_of` a value of a database or lake table as a cell of a file has it, and `chunks_of` counted rows of them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from daybook.exact import Values
from daybook.table.rows import CHUNK_ROWS, Chunk, Column, undecorated
from daybook.table.workbook_sheet import cell_text

_AMBIGUOUS_DECIMALS = 3


def text_of(value: Any, decimal: str | None = None) -> str:
    """A value as a cell of a file has it; a number so that its decimal sign, ``decimal`` or a point, is plain."""
    match value:
        case Decimal():
            return _number(format(value, "f"), decimal)
        case float():
            return _number(cell_text(value), decimal)
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode("utf-8", "replace")
        case _:
            return cell_text(value)


def column_of(values: Sequence[Any], decimal: str | None) -> Column:
    """Values as a column of texts."""
    match set(map(type, values)):
        case kinds if kinds in ({str}, {int}):
            codes, distinct = pd.factorize(np.array(values, object))
            return undecorated(Column(codes, [text_of(value) for value in distinct]))
        case kinds if dt.datetime in kinds and kinds <= {dt.datetime, type(None)}:
            return _moments(values)
        case _:
            return _each(values, decimal)


def _moments(values: Sequence[dt.datetime | None]) -> Column:
    """Moments as texts: of a column of them each row may have another."""
    if any(value.tzinfo for value in values if value):
        return _each(values, None)
    codes, distinct = pd.factorize(np.array(values, "datetime64[us]").view(np.int64))
    moments = distinct.view("datetime64[us]")
    if (distinct % 1_000_000).any():  # "not a time" is among these
        return Column(codes, [cell_text(moment) for moment in moments.tolist()])
    seconds = np.datetime_as_string(moments.astype("datetime64[s]")).tolist()
    return Column(codes, [second.removesuffix("T00:00:00") for second in seconds])


def _each(values: Sequence[Any], decimal: str | None) -> Column:
    places: dict[str, int] = {}
    known: dict[Any, int] = {}
    codes = np.empty(len(values), np.int64)
    for place, value in enumerate(values):
        code = known.get(value)
        if code is None:
            code = known[value] = places.setdefault(text_of(value, decimal), len(places))
        codes[place] = code
    return undecorated(Column(codes, list(places)))


def chunk_of(first: int, rows: Sequence[Sequence[Any]], decimal: str | None, *, counted: bool) -> tuple[Chunk, Values]:
    """Rows as a chunk; how often each stands there is its last value, where they are ``counted``."""
    columns = [*zip(*rows, strict=True)]
    counts = columns.pop() if counted else [1] * len(rows)
    return Chunk(first, tuple(column_of(values, decimal) for values in columns)), np.array(counts, np.int64)


def chunks_of(blocks: Iterable[Sequence[Sequence[Any]]], decimal: str | None) -> Iterator[tuple[Chunk, Values]]:
    """Blocks of counted rows as chunks."""
    first = 1
    for block in blocks:
        for start in range(0, len(block), CHUNK_ROWS):
            rows = block[start : start + CHUNK_ROWS]
            yield chunk_of(first, rows, decimal, counted=True)
            first += len(rows)


def _number(digits: str, decimal: str | None) -> str:
    whole, point, decimals = digits.partition(".")
    decimals = decimals.rstrip("0")
    if not point or not decimals:
        return whole
    # three decimals alone could be thousands
    padded = decimals + "0" * (len(decimals) == _AMBIGUOUS_DECIMALS)
    return f"{whole}{decimal or '.'}{padded}"
