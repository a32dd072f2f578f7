"""The reduce on pandas: equal rows are counted first, so that exact arithmetic runs on few.

In a sales file most rows repeat another's date, product, price, amount and region. Each text is read by the rule
of `daybook.table.cells` once a chunk, and money is multiplied and summed as whole numbers of the smallest unit that
the chunk needs.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.cube import BAND_BOUNDS, Cube, Values, distinct_rows, multiply
from daybook.errors import TableError
from daybook.table import Table, cells, messages
from daybook.table.cells import DECIMALS, MICRO, Day, Number, State
from daybook.table.chunk import Chunk, Column

_MERGE_ROWS = 400_000
"""Cube rows that may gather before they are added up."""


class _Names(NamedTuple):
    """The distinct names of a column, and each row's place among them."""

    codes: npt.NDArray[np.int64]
    names: npt.NDArray[np.object_]

    def rows(self) -> npt.NDArray[np.object_]:
        """The name in each row."""
        return self.names[self.codes]

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """The column at some rows alone."""
        return self._replace(codes=self.codes[rows])


class _Cells(NamedTuple):
    """The distinct values of a number or date column, and each row's place among them."""

    codes: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]
    states: npt.NDArray[np.int64]

    def hold(self, state: State) -> npt.NDArray[np.bool_]:
        """Whether the cell in each row is in ``state``."""
        return np.equal(self.states, state)[self.codes]

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """The column at some rows alone."""
        return self._replace(codes=self.codes[rows])


def read_cube(table: Table, date_format: str | None = None) -> Cube:
    """The cube of all rows of a table. Rows that are wholly blank are no rows.

    Raises:
        TableError: the file is in none of its encodings, or a row is broken.
        LimitError: the file is past its limits.
    """
    for encoding in table.encodings:
        try:
            return _add(reduce_chunk(chunk, date_format) for chunk in table.chunks(encoding))
        except UnicodeDecodeError:
            continue
    raise TableError(messages.ENCODING)


def reduce_chunk(chunk: Chunk, date_format: str | None = None) -> Cube:
    """The cube of one chunk."""
    product, region = _names(chunk.product), _names(chunk.region)
    date = _cells(chunk.date, partial(cells.day, date_format=date_format))
    price, amount = _cells(chunk.price, cells.number), _cells(chunk.amount, cells.number)

    spans = [(column.codes, len(column.names)) for column in (product, region)]
    spans += [(column.codes, len(column.numbers)) for column in (date, price, amount)]
    place, first = distinct_rows(spans)
    counts = np.bincount(place, minlength=len(first)).astype(np.int64)

    blank = (product.at(first).rows() == "") & (region.at(first).rows() == "")
    for column in (date, price, amount):
        blank &= column.at(first).hold(State.BLANK)
    first, counts = first[~blank], counts[~blank]
    return _cube(counts, product.at(first), region.at(first), date.at(first), price.at(first), amount.at(first))


def _cube(counts: Values, product: _Names, region: _Names, date: _Cells, price: _Cells, amount: _Cells) -> Cube:
    """The cube of distinct rows, each standing ``counts`` times."""
    price_decimals, price_units = _units(price)
    quantity_decimals, quantity_units = _units(amount)
    sales = multiply(price_units, quantity_units)
    refund = sales < 0
    band = np.searchsorted(np.array(BAND_BOUNDS) * MICRO, price.numbers, side="left").astype(np.int8)
    dates = date.numbers[date.codes].astype("datetime64[D]").astype("datetime64[s]")
    dates[~date.hold(State.VALUE)] = np.datetime64("NaT", "s")
    measures = {
        "orders": counts,
        "price_count": counts * price.hold(State.VALUE),
        "refunds": counts * refund,
        "blank_prices": counts * price.hold(State.BLANK),
        "bad_prices": counts * price.hold(State.BAD),
        "blank_quantities": counts * amount.hold(State.BLANK),
        "bad_quantities": counts * amount.hold(State.BAD),
        "blank_dates": counts * date.hold(State.BLANK),
        "bad_dates": counts * date.hold(State.BAD),
        "sales": multiply(sales, counts),
        "refund_sales": multiply(np.where(refund, sales, 0), counts),
        "price_sum": multiply(price_units, counts),
        "quantity": multiply(quantity_units, counts),
    }
    keys = {"date": dates, "product": product.rows(), "region": region.rows(), "band": band[price.codes]}
    return Cube.group(keys, measures, price_decimals, quantity_decimals)


def _add(cubes: Iterable[Cube]) -> Cube:
    """All cubes in one, added up as they come so that few rows are held."""
    held: list[Cube] = []
    for cube in cubes:
        held.append(cube)
        if sum(len(part.frame) for part in held) > _MERGE_ROWS:
            held = [Cube.sum(held)]
    return Cube.sum(held)


def _names(column: Column) -> _Names:
    codes, distinct = pd.factorize(np.array([cells.name(text) for text in column.texts], dtype=object))
    return _Names(codes[column.codes], distinct)


def _cells(column: Column, read: Callable[[str], Number | Day]) -> _Cells:
    """Read each distinct text; texts of the same value are one from here on."""
    found = [read(text) for text in column.texts]
    distinct = {value: place for place, value in enumerate(dict.fromkeys(found))}
    places = np.array([distinct[value] for value in found], np.int64)
    pairs = np.array(list(distinct), np.int64).reshape(-1, 2)
    return _Cells(places[column.codes], pairs[:, 0], pairs[:, 1])


def _units(column: _Cells) -> tuple[int, Values]:
    """Each row's number in the coarsest unit that keeps all of the column exact, and that unit's decimals."""
    for decimals in range(0, DECIMALS, 2):
        step = 10 ** (DECIMALS - decimals)
        if not (column.numbers % step).any():
            return decimals, (column.numbers // step)[column.codes]
    return DECIMALS, column.numbers[column.codes]
