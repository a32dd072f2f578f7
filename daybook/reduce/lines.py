"""`lines_cube`: what distinct lines of a sales file amount to, and which of them are no sales."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.cube import BAND_BOUNDS, DIMENSIONS, UNITS, Cube, OrderNumbers
from daybook.exact import Coded, Values, multiply
from daybook.reading import Numbers, Reading
from daybook.reduce.left_out import Fields, left_out
from daybook.table import cells
from daybook.table.cells import DECIMALS, State
from daybook.table.chunk import Column
from daybook.table.statuses import Reason, is_return


class _Measure(NamedTuple):
    """A number column of the lines in the coarsest unit that keeps it exact, with that unit's decimals."""

    units: Values
    decimals: int
    states: npt.NDArray[np.int64]


def lines_cube(fields: Fields, counts: Values, reading: Reading) -> Cube:
    """The cube of distinct lines, each standing ``counts`` times. Wholly blank ones are none."""
    rows = np.flatnonzero(_are_filled(fields, reading))
    fields = {name: column.at(rows) for name, column in fields.items()}
    counts = counts[rows]
    date, states = _dates(fields["date"])
    measures = {name: _measure(fields.get(name), reading, name) for name in ("price", "quantity", "cost", "profit")}
    price, quantity = measures["price"], measures["quantity"]
    why = left_out(fields, reading)
    sales, decimals, money = _sales(fields, reading, price, quantity)
    sales, units_sold = _signed(sales, fields, price, quantity)
    profit, profit_decimals = _profit(sales, decimals, measures, quantity)
    refund = sales < 0
    keys = {
        "date": Coded.of(date),
        "product": _names(fields.get("product"), len(rows)),
        **{
            key: _names(fields.get(name) if name else None, len(rows))
            for key, name in zip(DIMENSIONS, (*reading.dimensions, "", "", "")[: len(DIMENSIONS)], strict=True)
        },
        "band": _bands(fields, price, quantity, sales, decimals),
        "left_out": Coded(why, np.arange(len(Reason))),
    }
    needed = reading.money == "price"
    found = {
        "lines": counts,
        "unnumbered": counts * ~_numbered(fields),
        "price_count": counts * (price.states == State.VALUE),
        "refunds": counts * refund,
        "blank_prices": counts * (needed & (price.states == State.BLANK)),
        "bad_prices": counts * (needed & (price.states == State.BAD)),
        "blank_quantities": counts * (quantity.states == State.BLANK),
        "bad_quantities": counts * (quantity.states == State.BAD),
        "blank_sales": counts * (not needed) * (money == State.BLANK),
        "bad_sales": counts * (not needed) * (money == State.BAD),
        "blank_dates": counts * (states == State.BLANK),
        "bad_dates": counts * (states == State.BAD),
        "sales": multiply(sales, counts),
        "refund_sales": multiply(np.where(refund, sales, 0), counts),
        "price_sum": multiply(price.units, counts),
        "quantity": multiply(units_sold, counts),
        "profit": multiply(profit, counts),
    }
    finest = {"sales": decimals, "price": price.decimals, "quantity": quantity.decimals, "profit": profit_decimals}
    return Cube.group(keys, found, {unit: finest[unit] for unit in UNITS}, _numbers(fields))


def amounts(fields: Fields, reading: Reading) -> list[tuple[Values, npt.NDArray[np.bool_]]]:
    """What each line adds to a total: sales and units, and on which lines they are not there."""
    price, quantity = (_measure(fields.get(name), reading, name) for name in ("price", "quantity"))
    sales, _, states = _sales(fields, reading, price, quantity)
    found = [(sales, np.broadcast_to(states != State.VALUE, sales.shape))]
    if "quantity" in fields:
        found.append((quantity.units, quantity.states != State.VALUE))
    return found


def _are_filled(fields: Fields, reading: Reading) -> npt.NDArray[np.bool_]:
    filled = np.zeros(len(fields["date"].codes), bool)
    for name, column in fields.items():
        if name in reading.places or name == "date":
            filled |= np.array([bool(cells.name(text)) for text in column.texts], bool)[column.codes]
    return filled


def _dates(column: Column) -> tuple[Values, npt.NDArray[np.int64]]:
    states = np.array([_date_state(text) for text in column.texts], np.int64)
    days = np.array(
        [int(text) if state == State.VALUE else 0 for text, state in zip(column.texts, states, strict=True)]
    )
    dates = days.astype("datetime64[D]").astype("datetime64[s]")
    dates[states != State.VALUE] = np.datetime64("NaT", "s")
    return dates[column.codes], states[column.codes]


def _date_state(text: str) -> State:
    return State.BLANK if not text else State.BAD if text == "?" else State.VALUE


def _measure(column: Column | None, reading: Reading, name: str) -> _Measure:
    if column is None:
        return _Measure(np.zeros(1, np.int64), 0, np.full(1, -1))
    numbers: Numbers = reading.numbers[name].read(column.texts)
    micros = numbers.micros[column.codes]
    decimals, units = _units(micros)
    return _Measure(units, decimals, np.asarray(numbers.states)[column.codes])


def _sales(
    fields: Fields, reading: Reading, price: _Measure, quantity: _Measure
) -> tuple[Values, int, npt.NDArray[np.int64]]:
    """What each line amounts to, its decimals, and the state of the cell that says so."""
    if reading.money != "price":
        money = _measure(fields[reading.money], reading, reading.money)
        return money.units, money.decimals, money.states
    sales, decimals = multiply(price.units, quantity.units), price.decimals + quantity.decimals
    if "discount" in fields:
        discount = _measure(fields["discount"], reading, "discount")
        finer = max(0, discount.decimals - decimals)
        sales, decimals = multiply(sales, np.array([10**finer])), decimals + finer
        off = multiply(np.abs(discount.units), np.array([10 ** (decimals - discount.decimals)]))
        sales = sales - np.where(sales == 0, 0, off)
    return sales, decimals, price.states


def _signed(sales: Values, fields: Fields, price: _Measure, quantity: _Measure) -> tuple[Values, Values]:
    """Sales and units with their sign: taken back where price and quantity are both negative, or by type."""
    back = (price.units < 0) & (quantity.units < 0)
    if "kind" in fields:
        column = fields["kind"]
        back = back | np.array([is_return(text) for text in column.texts], bool)[column.codes]
    if not back.any():
        return sales, quantity.units
    return np.where(back, -np.abs(sales), sales), np.where(back, -np.abs(quantity.units), quantity.units)


def _profit(sales: Values, decimals: int, measures: Mapping[str, _Measure], quantity: _Measure) -> tuple[Values, int]:
    profit, cost = measures["profit"], measures["cost"]
    if len(profit.units) == len(sales):
        return profit.units, profit.decimals
    if len(cost.units) != len(sales):
        return np.zeros(len(sales), np.int64), 0
    return _less(sales, decimals, multiply(cost.units, quantity.units), cost.decimals + quantity.decimals)


def _less(left: Values, left_decimals: int, right: Values, right_decimals: int) -> tuple[Values, int]:
    decimals = max(left_decimals, right_decimals)
    return (
        multiply(left, np.array([10 ** (decimals - left_decimals)]))
        - multiply(right, np.array([10 ** (decimals - right_decimals)])),
        decimals,
    )


def _bands(fields: Fields, price: _Measure, quantity: _Measure, sales: Values, decimals: int) -> Coded:
    """The band of each line's price; without a price column that of what one unit brought."""
    bounds = np.array(BAND_BOUNDS)
    places = np.arange(len(BAND_BOUNDS) + 1)
    if "price" in fields:
        return Coded(np.searchsorted(bounds * 10**price.decimals, price.units, side="left"), places)
    if "quantity" not in fields:
        return Coded(np.zeros(len(sales), np.int64), places)
    units = np.abs(quantity.units).astype(object)
    worth = np.abs(sales).astype(object) * 10**quantity.decimals
    band = sum(((worth > int(bound) * 10**decimals * units) & (units > 0)).astype(np.int64) for bound in bounds)
    return Coded(np.asarray(band, np.int64), places)


def _names(column: Column | None, rows: int) -> Coded:
    if column is None:
        return Coded(np.zeros(rows, np.int64), np.array([""], object))
    names = Coded.of(np.array([cells.name(text) for text in column.texts], dtype=object))
    return Coded(names.codes[column.codes], names.distinct)


def _numbered(fields: Fields) -> npt.NDArray[np.bool_]:
    column = fields.get("order")
    if column is None:
        return np.zeros(len(fields["date"].codes), bool)
    return np.array([bool(cells.name(text)) for text in column.texts], bool)[column.codes]


def _numbers(fields: Fields) -> OrderNumbers:
    column = fields.get("order")
    if column is None:
        return OrderNumbers.none()
    digests = pd.util.hash_array(np.array([cells.name(text) for text in column.texts], dtype=object), categorize=False)
    places = np.flatnonzero(_numbered(fields))
    return OrderNumbers(places, digests[column.codes[places]])


def _units(micros: Values) -> tuple[int, Values]:
    """The numbers in the coarsest unit that keeps all of them exact, and that unit's decimals."""
    for decimals in range(0, DECIMALS, 2):
        step = 10 ** (DECIMALS - decimals)
        if not (micros % step).any():
            return decimals, micros // step
    return DECIMALS, micros
