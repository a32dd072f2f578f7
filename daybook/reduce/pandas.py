"""The reduce on pandas: equal rows are counted first, so that exact arithmetic runs on few.

In a sales file most rows repeat another's date, product, price, amount and region. Each text is read by the rule
of `daybook.table.cells` once, and money is multiplied and summed as whole numbers of the smallest unit that the file
needs.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from daybook.cube import BAND_BOUNDS, Coded, Cube, Values, add_up, distinct_rows, multiply
from daybook.table import Table, cells
from daybook.table.cells import DECIMALS, MICRO, Day, Number, State
from daybook.table.chunk import Chunk, Column

_HELD_ROWS = 100_000
"""Distinct rows that may gather before they become a cube."""
_DENSE_SPAN = 2**20
"""Distinct rows are counted in an array of all possible ones up to this size, by hashing above it."""


class _Tally(NamedTuple):
    """Distinct rows, and how often each stands in the file."""

    rows: Chunk
    counts: Values


class _Cells(NamedTuple):
    """A number or date column of the distinct rows: each row's value, and what its cell holds."""

    numbers: npt.NDArray[np.int64]
    states: npt.NDArray[np.int64]

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """The column at some rows alone."""
        return type(self)(self.numbers[rows], self.states[rows])


def read_cube(table: Table, columns: Mapping[str, int], date_format: str | None = None) -> Cube:
    """The cube of all rows of a table. Rows that are wholly blank are no rows.

    Args:
        table: the opened file.
        columns: where in the file's header each field stands that the file has.
        date_format: a ``strptime`` format for dates that the rule does not know.

    Raises:
        TableError: a row is broken.
        LimitError: the file is past its limits.
    """
    fields = tuple(columns)
    tallies = _tallies(table.chunks(tuple(columns.values())))
    return Cube.sum(_reduce(tally, fields, date_format) for tally in tallies)


def _tallies(chunks: Iterable[Chunk]) -> Iterator[_Tally]:
    """The rows of all chunks counted, in as few tallies as may be held."""
    held: list[_Tally] = []
    for chunk in chunks:
        held.append(_count(chunk))
        if sum(tally.rows.rows for tally in held) > _HELD_ROWS:
            held = [_merge(held)]
            if held[0].rows.rows > _HELD_ROWS // 2:
                yield held.pop()
    if held:
        yield _merge(held)


def _count(chunk: Chunk) -> _Tally:
    sizes = [len(column.texts) for column in chunk.columns]
    span = math.prod(sizes)
    if span > _DENSE_SPAN:
        place, first = distinct_rows([(column.codes, len(column.texts)) for column in chunk.columns])
        return _Tally(chunk.at(first), np.bincount(place, minlength=len(first)))
    packed = np.zeros(chunk.rows, np.int64)
    for column in chunk.columns:
        packed *= len(column.texts)
        packed += column.codes
    counts = np.bincount(packed, minlength=span)
    found = np.flatnonzero(counts)
    codes = np.unravel_index(found, sizes)
    columns = (Column(codes.astype(np.int32), column.texts) for codes, column in zip(codes, chunk.columns, strict=True))
    return _Tally(Chunk(chunk.first_row, tuple(columns)), counts[found])


def _merge(tallies: list[_Tally]) -> _Tally:
    if len(tallies) == 1:
        return tallies[0]
    columns = zip(*(tally.rows.columns for tally in tallies), strict=True)
    rows = Chunk(tallies[0].rows.first_row, tuple(map(_joined, columns)))
    place, first = distinct_rows([(column.codes, len(column.texts)) for column in rows.columns])
    counts = np.concatenate([tally.counts for tally in tallies])
    return _Tally(rows.at(first), add_up(counts, place, len(first)))


def _joined(columns: Iterable[Column]) -> Column:
    """Columns under one another, their texts coded alike."""
    places: dict[str, int] = {}
    codes = []
    for column in columns:
        common = np.array([places.setdefault(text, len(places)) for text in column.texts], np.int32)
        codes.append(common[column.codes])
    return Column(np.concatenate(codes), list(places))


def _reduce(tally: _Tally, fields: tuple[str, ...], date_format: str | None) -> Cube:
    absent = Column(np.zeros(tally.rows.rows, np.int8), [""])
    columns = dict(zip(fields, tally.rows.columns, strict=True))
    date = _cells(columns["Date"], partial(cells.day, date_format=date_format))
    price, amount = _cells(columns["Price"], cells.number), _cells(columns["Amount"], cells.number)
    product, region = _names(columns.get("Product", absent)), _names(columns.get("Region", absent))
    blank = (product.distinct[product.codes] == "") & (region.distinct[region.codes] == "")
    for column in (date, price, amount):
        blank &= column.states == State.BLANK
    rows = np.flatnonzero(~blank)
    names = {"product": product.at(rows), "region": region.at(rows)}
    return _cube(tally.counts[rows], names, date.at(rows), price.at(rows), amount.at(rows))


def _cube(counts: Values, names: dict[str, Coded], date: _Cells, price: _Cells, amount: _Cells) -> Cube:
    """The cube of distinct rows, each standing ``counts`` times."""
    price_decimals, price_units = _units(price.numbers)
    quantity_decimals, quantity_units = _units(amount.numbers)
    sales = multiply(price_units, quantity_units)
    refund = sales < 0
    dates = date.numbers.astype("datetime64[D]").astype("datetime64[s]")
    dates[date.states != State.VALUE] = np.datetime64("NaT", "s")
    bands = np.searchsorted(np.array(BAND_BOUNDS) * MICRO, price.numbers, side="left")
    keys = {"date": Coded.of(dates), **names, "band": Coded(bands, np.arange(len(BAND_BOUNDS) + 1))}
    measures = {
        "orders": counts,
        "price_count": counts * (price.states == State.VALUE),
        "refunds": counts * refund,
        "blank_prices": counts * (price.states == State.BLANK),
        "bad_prices": counts * (price.states == State.BAD),
        "blank_quantities": counts * (amount.states == State.BLANK),
        "bad_quantities": counts * (amount.states == State.BAD),
        "blank_dates": counts * (date.states == State.BLANK),
        "bad_dates": counts * (date.states == State.BAD),
        "sales": multiply(sales, counts),
        "refund_sales": multiply(np.where(refund, sales, 0), counts),
        "price_sum": multiply(price_units, counts),
        "quantity": multiply(quantity_units, counts),
    }
    return Cube.group(keys, measures, price_decimals, quantity_decimals)


def _names(column: Column) -> Coded:
    names = Coded.of(np.array([cells.name(text) for text in column.texts], dtype=object))
    return Coded(names.codes[column.codes], names.distinct)


def _cells(column: Column, read: Callable[[str], Number | Day]) -> _Cells:
    pairs = np.array([read(text) for text in column.texts], np.int64)[column.codes]
    return _Cells(pairs[:, 0], pairs[:, 1])


def _units(micros: npt.NDArray[np.int64]) -> tuple[int, Values]:
    """The numbers in the coarsest unit that keeps all of them exact, and that unit's decimals."""
    for decimals in range(0, DECIMALS, 2):
        step = 10 ** (DECIMALS - decimals)
        if not (micros % step).any():
            return decimals, micros // step
    return DECIMALS, micros
